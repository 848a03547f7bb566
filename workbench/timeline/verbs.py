"""Verbs by what they say of a story, with all their forms: `assets/timeline/verbs.json`."""

import json
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from workbench.errors import StorageError

DATA = Path(__file__).resolve().parents[2] / "assets" / "timeline"


class Forms(NamedTuple):
    """The forms of a group of verbs: present ("give", "gives"), past ("gave"), participle ("given"), "giving"."""

    plain: frozenset[str]
    third: frozenset[str]
    past: frozenset[str]
    participle: frozenset[str]
    running: frozenset[str]

    @property
    def finite(self) -> frozenset[str]:
        """What a sentence may tell as happening: past and third person present."""
        return self.past | self.third

    @property
    def every(self) -> frozenset[str]:
        """All forms."""
        return self.plain | self.third | self.past | self.participle | self.running


def inflected(line: str) -> tuple[str, str, str, str, str]:
    """Plain, third, past, participle, running form of "give gave given giving"; of "walk" by the regular endings."""
    words = line.split()
    plain = words[0]
    hissing = plain.endswith(("s", "sh", "ch", "x", "z", "o"))
    consonant_y = plain.endswith("y") and plain[-2:-1] not in "aeiou"
    third = f"{plain}es" if hissing else f"{plain[:-1]}ies" if consonant_y else f"{plain}s"
    regular = f"{plain}d" if plain.endswith("e") else f"{plain[:-1]}ied" if consonant_y else f"{plain}ed"
    stem = plain[:-1] if plain.endswith("e") and not plain.endswith(("ee", "ye", "oe")) else plain
    past = words[1] if len(words) > 1 else regular
    return plain, third, past, words[2] if len(words) > 2 else past, words[3] if len(words) > 3 else f"{stem}ing"


@lru_cache(maxsize=1)
def _groups() -> dict[str, tuple[str, ...]]:
    path = DATA / "verbs.json"
    try:
        found = json.loads(path.read_text("utf-8"))
        return {str(name): tuple(str(line) for line in lines) for name, lines in found.items()}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise StorageError(
            f"The verbs in {path} are missing or damaged ({error}). Restore assets/timeline from the release."
        ) from error


@lru_cache(maxsize=64)
def forms(group: str) -> Forms:
    """All forms of the verbs of one group."""
    rows = [inflected(line) for line in _groups()[group]]
    columns = [frozenset(row[place] for row in rows) for place in range(5)]
    if group == "stay":
        columns[2] |= {"was", "were"}
        columns[1] |= {"is"}
    if group == "hold":
        columns[2] |= {"had"}
        columns[1] |= {"has"}
    return Forms(*columns)


@lru_cache(maxsize=256)
def choice(group: str, which: str = "every") -> str:
    """The forms of a group as alternatives of a regular expression, longest first."""
    return "|".join(sorted(getattr(forms(group), which), key=lambda word: (-len(word), word)))


@lru_cache(maxsize=1)
def lemmas() -> dict[str, str]:
    """The plain form of every form of every known verb."""
    found: dict[str, str] = {}
    for lines in _groups().values():
        for line in lines:
            for form in inflected(line):
                found.setdefault(form, inflected(line)[0])
    return found
