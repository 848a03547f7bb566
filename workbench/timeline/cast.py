"""Who and what a story's lore knows by name: people, places and items, and where a text mentions them."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.domain.lore import LoreEntry
from workbench.domain.timeline import Named

# What a place may be called alone: "the mill" for "The Old Mill".
_PLACE_HEADS = frozenset(
    """
    mill bridge castle inn tavern harbour harbor abbey tower market observatory foundry station church library palace
    fort fortress lighthouse cave cottage farm hall hospital school manor monastery mine chapel temple archive opera
    theatre theater dam well island prison museum hotel cathedral keep citadel academy university convent priory
    orchard mansion lodge villa asylum barracks bakery brewery workshop shop quarry ferry shipyard dockyard sanatorium
    bookshop café cafe pub club office embassy ship brig schooner freighter yacht steamer
    """.split()
)
_HONORIFICS = frozenset(
    """
    mr mrs miss ms dr doctor sir lady lord dame captain colonel major sergeant lieutenant general admiral
    corporal private father mother brother sister aunt uncle king queen prince princess duke duchess count
    countess baron baroness professor inspector constable judge old young master mistress saint st reverend
    madame monsieur abbot abbess commander chief elder widow nurse warden magister sheriff marshal mayor bishop
    deacon dean chancellor the of de von
    """.split()
)
# How people speak of those who bear a title.
_STYLES = {
    "queen": ("Her Majesty",),
    "empress": ("Her Majesty",),
    "king": ("His Majesty",),
    "emperor": ("His Majesty",),
    "prince": ("His Highness",),
    "princess": ("Her Highness",),
}
_SHE = re.compile(
    r"\b(?:she|her|hers|herself|woman|girl|daughter|mother|sister|wife|widow|aunt|niece|queen|lady|"
    r"mrs|miss|abbess|princess|actress|duchess|grandmother|countess|midwife|heiress|empress|governess|"
    r"seamstress|priestess|nun)\b",
    re.I,
)
_HE = re.compile(
    r"\b(?:he|him|his|himself|man|boy|son|father|brother|husband|widower|uncle|nephew|king|lord|mr|"
    r"abbot|prince|duke|grandfather|fisherman|priest|monk|baron|emperor|sir|gentleman)\b",
    re.I,
)


_NARRATOR = re.compile(r"\bnarrator\b|\btells? (?:this|the) (?:story|tale)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """One known person, place or item. `gender` is "she", "he" or "" where the lore doesn't say."""

    id: str
    title: str
    kind: str
    gender: str = ""

    @property
    def named(self) -> Named:
        """As an event keeps it."""
        return Named(title=self.title, entry_id=self.id)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text calls something by name. `genitive`: "Aria's"."""

    start: int
    end: int
    known: Known
    genitive: bool = False


@dataclass(frozen=True, eq=False)
class Cast:
    """The known names of a story and the pattern that finds them."""

    known: tuple[Known, ...]
    by_name: dict[str, Known]
    pattern: re.Pattern[str] | None
    key: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]
    narrator: Known | None = None

    def mentions(self, text: str) -> list[Mention]:
        """Every name in `text`, in order."""
        if self.pattern is None:
            return []
        found: list[Mention] = []
        for match in self.pattern.finditer(text):
            name = match.group("name")
            plain = " ".join(name.replace("’", "'").split())
            known = self.by_name.get(plain) or self.by_name.get(plain.lower())
            if known and found and found[-1].known is known and text[found[-1].end : match.start("name")] == " ":
                # First and family name, each known alone: one mention.
                found[-1] = Mention(found[-1].start, match.end("name"), known, bool(match.group("own")))
            elif known:
                found.append(Mention(match.start("name"), match.end("name"), known, bool(match.group("own"))))
        return found

    def of_kind(self, kind: str) -> list[Known]:
        """Everything of one kind."""
        return [known for known in self.known if known.kind == kind]


def cast_of(entries: Iterable[LoreEntry]) -> Cast:
    """The cast that `entries` make; the same value for the same entries."""
    return _cast(
        tuple(
            (entry.id, entry.title, entry.kind, entry.content, tuple(entry.aliases))
            for entry in entries
            if entry.stands and entry.enabled
        )
    )


@lru_cache(maxsize=64)
def _cast(rows: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]) -> Cast:
    known = []
    names: dict[str, Known] = {}
    offered: list[tuple[str, Known]] = []
    for entry_id, title, kind, content, aliases in rows:
        one = Known(entry_id, title, kind, _gender(title, content) if kind == "character" else "")
        known.append(one)
        for name in (title, *aliases):
            plain = " ".join(name.replace("’", "'").split())
            if plain:
                names.setdefault(plain, one)
                offered += [(part, one) for part in _parts(plain, kind)]
    counts = Counter(part for part, _ in {(part, one.id) for part, one in offered})
    for part, one in offered:
        if counts[part] == 1:
            names.setdefault(part, one)
    narrator = next(
        (one for one, row in zip(known, rows, strict=True) if one.kind == "character" and _NARRATOR.search(row[3])),
        None,
    )
    lowered = {name.lower(): one for name, one in names.items() if " " in name}
    return Cast(tuple(known), {**lowered, **names}, _pattern(list(names)), rows, narrator)


@lru_cache(maxsize=64)
def told_by(cast: Cast, narrator: str, genders: frozenset[tuple[str, str]]) -> Cast:
    """The cast with what a story shows of it: the id of the one who tells it ("" for nobody), and who is "she" and who
    "he" where the lore doesn't say. The same value for the same arguments."""
    shown = dict(genders)
    known = {one.id: replace(one, gender=shown.get(one.id, one.gender)) for one in cast.known}
    return replace(
        cast,
        known=tuple(known.values()),
        by_name={name: known[one.id] for name, one in cast.by_name.items()},
        narrator=known.get(narrator),
    )


def _gender(title: str, content: str) -> str:
    text = f"{title} {content}"
    # "Her accompanist. He is patient": whose they are says less than who they are.
    she = sum(1 if word.lower() in ("her", "hers") else 3 for word in _SHE.findall(text))
    he = sum(1 if word.lower() in ("him", "his") else 3 for word in _HE.findall(text))
    if re.match(r"(?:Her|His)\b", content):
        she, he = (she - 1, he) if content.startswith("Her") else (she, he - 1)
    first = next((match for match in re.finditer(r"\b(?:she|he|her|his)\b", content, re.I)), None)
    if she > he:
        return "she"
    if he > she:
        return "he"
    if first is None:
        return ""
    return "she" if first.group().lower() in ("she", "her") else "he"


def _parts(name: str, kind: str) -> list[str]:
    """Shorter forms that people use: "Aria" for "Aria Venn", "the mill" for "The Old Mill"."""
    words = name.split()
    bare = words[1:] if words[0].lower() == "the" else words
    parts = [" ".join(bare)] if bare and len(bare) < len(words) and bare[0][:1].isupper() else []
    if kind == "character":
        proper = [word for word in bare if word[:1].isupper() and word.lower().rstrip(".") not in _HONORIFICS]
        parts += [word for word in proper if len(word) > 2]
        parts += _STYLES.get(bare[0].lower() if bare else "", ())
        if len(bare) > 1 and bare[0].lower().rstrip(".") in _HONORIFICS:
            parts += [f"{bare[0]} {word}" for word in proper]
    elif kind in ("location", "item") and len(bare) > 1:
        head = re.split(r"\s(?:of|at|in|on|from|under|above)\s", " ".join(bare))[0].split()[-1].lower()
        if len(head) > 2 and head.isalpha() and (kind == "item" or head in _PLACE_HEADS):
            parts += [
                f"the {head}",
                *(f"{own} {head}" for own in ("his", "her", "their", "my", "that", "this") if kind == "item"),
            ]
    elif kind == "item" and len(bare) == 1:
        parts += [f"the {bare[0].lower()}"]
    return parts


def _pattern(names: Sequence[str]) -> re.Pattern[str] | None:
    if not names:
        return None
    longest = sorted(set(names), key=lambda name: (-len(name), name))
    # A name of one word is found as it is spelled: "Will" is somebody, "will" is not.
    forms = [_form(name) for name in longest]
    return re.compile(rf"(?<![\w-])(?P<name>{'|'.join(forms)})(?:(?P<own>['’]s?)(?!\w)|(?!\w))")


def _form(name: str) -> str:
    form = re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]")
    return f"(?i:{form})" if " " in name else form
