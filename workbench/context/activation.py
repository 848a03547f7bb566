"""Which lore entries a prompt tells, by rules in the semantics of SillyTavern's World Info, and why.

An entry is told when it is constant or of high priority, or when one of its keys (title and aliases count as keys) is
found in what is searched: the request and the latest passages with their requests. Secondary keys, chance and the
texts of other told entries decide further. Everything is computed anew from the story's passages: no state is kept,
and what was told in earlier chapters is found by asking the same rules of the story as it was then.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.context.keys import KeyIndex
from workbench.domain.findings import short_names
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage

# An entry stays in the prompt for so many chapters after the one that last named it. Telling all that was ever named
# would keep the prompt's beginning best, but a small model loses its thread among people who have left the scene.
REMEMBERED_CHAPTERS = 3
# Those that are due are forgotten together, once in so many chapters. Each entry that goes moves all that stands
# behind it, the whole story among it, which must then be read again: now and then, not chapter by chapter.
FORGOTTEN_EVERY = 3
# Entries of this priority or more are always told, mentioned or not.
ALWAYS_FROM = 80
# How far entries bring each other in. In a world whose entries all know each other the next step would tell it whole.
STEPS = 2

Cause = Literal["always", "named", "remembered", "by way", ""]
Place = tuple[int, ...]
_NEEDS = {
    "and_any": "its other keys aren't there (needs one of: {keys})",
    "and_all": "its other keys aren't there (needs all of: {keys})",
    "not_any": "its other keys are there (must have none of: {keys})",
    "not_all": "its other keys are there (must not have all of: {keys})",
}


@dataclass(frozen=True)
class Activation:
    """What the rules say of one entry. `cause` is empty for an entry that isn't told.

    `place` orders the told ones by when they came in; `steps` counts the others by way of whom they did. `passing`
    ones come and go with the chapter, since chance or a short search decides of them. `recallable` are those of which
    the rules say no more than that nobody names them.
    """

    entry: LoreEntry
    cause: Cause
    why: str
    place: Place = ()
    steps: int = 0
    passing: bool = False
    recallable: bool = False


@dataclass(frozen=True)
class _Rule:
    """An entry made ready. Bits of `primary` and `secondary` are places where keys were found: first the scenes in the
    order of the story, then the entries' own texts."""

    entry: LoreEntry
    keys: dict[int, str]
    primary: int
    secondary: tuple[int, ...]
    always: bool


def activate(
    entries: Sequence[LoreEntry],
    notes: dict[str, NoteRevision],
    passages: Sequence[Passage],
    instruction: str,
    story_id: str = "",
) -> list[Activation]:
    """What the rules say of each entry that stands, the told ones in the order in which they came in.

    `story_id` seeds the entries' chances, together with the chapter's number and the entry's id.
    """
    standing = [entry for entry in entries if entry.stands]
    rules = _Rules(standing, notes, passages, instruction, story_id)
    return rules.decide()


class _Rules:
    """All entries over one story. Chapters count from 0; `now` is the one to be written."""

    def __init__(
        self,
        entries: Sequence[LoreEntry],
        notes: dict[str, NoteRevision],
        passages: Sequence[Passage],
        instruction: str,
        story_id: str,
    ) -> None:
        self._story_id = story_id
        self._passages = passages
        self._now = len(passages)
        # A request stands before its chapter: whom it names is told in that chapter already, and keeps that place.
        scenes = [part for passage in passages for part in (passage.instruction, passage.text)] + [instruction]
        self._first_text = len(scenes)
        index = KeyIndex()
        short = short_names(entries)
        keyed = [_keys_of(entry, short.get(entry.id, ()), index) for entry in entries]
        told = [f"{entry.content}\n{notes[entry.id].note if entry.id in notes else ''}" for entry in entries]
        self._found = index.places([*scenes, *told])
        self._slow = index.slow
        self._rules = [
            _Rule(
                entry=entry,
                keys=primary,
                primary=_any_of(self._found[key] for key in primary),
                # A key that can't be looked for is found nowhere.
                secondary=tuple(0 if key is None else self._found[key] for key in secondary),
                always=(entry.constant or entry.priority >= ALWAYS_FROM) and not entry.delay_until_recursion,
            )
            for entry, (primary, secondary) in zip(entries, keyed, strict=True)
        ]
        self._in_use = [n for n, rule in enumerate(self._rules) if rule.entry.enabled]
        scene_bits = (1 << self._first_text) - 1
        self._always = [n for n in self._in_use if self._rules[n].always]
        self._named = [
            n
            for n in self._in_use
            if not self._rules[n].always
            and not self._rules[n].entry.delay_until_recursion
            and self._rules[n].primary & scene_bits
        ]
        self._names: dict[int, list[int]] = {}
        for n in self._in_use:
            for bit in _bits(self._rules[n].primary >> self._first_text):
                self._names.setdefault(bit, []).append(n)

    # What is told in one chapter

    def _window(self, chapter: int, depth: int | None) -> int:
        """The scenes that are searched for a chapter: its own request, and the latest passages with theirs."""
        first = remembered_from(chapter) if depth is None else max(0, chapter - depth)
        return (1 << (2 * chapter + 1)) - (1 << (2 * first))

    def _allowed(self, rule: _Rule, places: int) -> bool:
        """Whether the secondary keys agree, in the places that are searched."""
        found = [bool(key & places) for key in rule.secondary]
        if not found:
            return True
        logic = rule.entry.secondary_logic
        holds = any(found) if logic in ("and_any", "not_any") else all(found)
        return holds if logic in ("and_any", "and_all") else not holds

    def _lucky(self, rule: _Rule, chapter: int) -> bool:
        chance = rule.entry.probability
        if chance >= 100:
            return True
        seed = f"{self._story_id}\n{chapter + 1}\n{rule.entry.id}"
        drawn = int.from_bytes(hashlib.sha256(seed.encode("utf-8", "replace")).digest()[:8], "big")
        return drawn * 100 < chance << 64

    def _told(self, chapter: int) -> tuple[dict[int, int], set[int], int]:
        """The entries that are told in a chapter, each with the steps it took to come in, those without luck, and the
        places of the texts that could bring in others."""
        rules, told, unlucky = self._rules, dict[int, int](), set[int]()
        windows: dict[int | None, int] = {}
        waiting = []
        for n in self._always:
            if self._lucky(rules[n], chapter):
                told[n] = 0
            else:
                unlucky.add(n)
        for n in self._named:
            rule = rules[n]
            depth = rule.entry.scan_depth
            window = windows.get(depth)
            if window is None:
                window = windows[depth] = self._window(chapter, depth)
            if not rule.primary & window:
                continue
            if not self._allowed(rule, window):
                waiting.append(n)
            elif self._lucky(rule, chapter):
                told[n] = 0
            else:
                unlucky.add(n)
        heard, fresh = 0, [n for n in told if not self._silent(rules[n], chapter)]
        for step in range(1, STEPS + 1):
            speaking = [n for n in fresh if not rules[n].entry.prevent_recursion]
            heard |= sum(1 << (self._first_text + n) for n in speaking)
            reached = {n for speaker in speaking for n in self._names.get(speaker, ())}
            fresh = []
            for n in sorted(reached.union(waiting if speaking else ())):
                if n in told or n in unlucky or not self._brought_in(rules[n], chapter, heard):
                    continue
                if self._lucky(rules[n], chapter):
                    told[n] = step
                    fresh.append(n)
                else:
                    unlucky.add(n)
            if not fresh:
                break
        return told, unlucky, heard

    def _silent(self, rule: _Rule, chapter: int) -> bool:
        """Whether an entry is told for its weight alone. Weight says who matters, not what this scene is about, and
        would tell half of a world whose people know each other in every chapter."""
        aside = rule.always and not rule.entry.constant
        return aside and not rule.primary & self._window(chapter, rule.entry.scan_depth)

    def _brought_in(self, rule: _Rule, chapter: int, heard: int) -> bool:
        """Whether other entries' texts, `heard`, activate an entry, together with what is searched anyway."""
        if rule.entry.exclude_recursion:
            return False
        places = heard | self._window(chapter, rule.entry.scan_depth)
        # One that waits for others is named by them; what passages say is nothing to it.
        named = rule.primary & (heard if rule.entry.delay_until_recursion else places)
        return bool(named) and self._allowed(rule, places)

    # Since when, and why

    def decide(self) -> list[Activation]:
        """What becomes of each entry now."""
        told, unlucky, heard = self._told(self._now)
        since = self._since(told)
        made = [
            self._activation(n, told, unlucky, heard, (*since[n], n) if n in since else (-1, n))
            for n in range(len(self._rules))
        ]
        # Who isn't told stands behind, in the order of making.
        return sorted(made, key=lambda one: (not one.cause, one.place))

    def _since(self, told: dict[int, int]) -> dict[int, Place]:
        """Since when entries are told without a break. Who comes back goes behind those who stayed."""
        chapters = {n: (self._now, step) for n, step in told.items() if not self._rules[n].always}
        staying = set(chapters)
        for chapter in range(self._now - 1, -1, -1):
            if not staying:
                break
            before, _, _ = self._told(chapter)
            staying &= before.keys()
            chapters.update({n: (chapter, before[n]) for n in staying})
        return {n: self._place(self._rules[n], chapter, step) for n, (chapter, step) in chapters.items()}

    def _place(self, rule: _Rule, chapter: int, step: int) -> Place:
        """Behind those of earlier chapters; whom a passage has named, then whom the request names, then the others'."""
        if step:
            return (chapter, 2, step)
        past = self._window(chapter, rule.entry.scan_depth) & ~(1 << 2 * chapter)
        asked = not (rule.primary & past and self._allowed(rule, past))
        return (chapter, int(asked), 0)

    def _activation(self, n: int, told: dict[int, int], unlucky: set[int], heard: int, place: Place) -> Activation:
        rule = self._rules[n]
        entry = rule.entry
        if n not in told:
            why, free = self._why_not(n, unlucky)
            return Activation(entry, "", why, place=(n,), recallable=free)
        # A short search forgets at once what the next chapter doesn't name.
        short = entry.scan_depth is not None and entry.scan_depth < REMEMBERED_CHAPTERS and not rule.always
        cause, why = self._why(n, told, heard)
        passing = entry.probability < 100 or short
        return Activation(entry, cause, why, place=place, steps=told[n], passing=passing)

    def _why(self, n: int, told: dict[int, int], heard: int) -> tuple[Cause, str]:
        rule = self._rules[n]
        if rule.always:
            return "always", "always told" if rule.entry.constant else f"of weight {rule.entry.priority}: always told"
        if told[n]:
            return "by way", self._way(n, told, heard)
        scene = (rule.primary & self._window(self._now, rule.entry.scan_depth)).bit_length() - 1
        named = next(written for key, written in rule.keys.items() if self._found[key] >> scene & 1)
        recent = rule.entry.scan_depth is not None or scene // 2 >= self._now - REMEMBERED_CHAPTERS
        return "named" if recent else "remembered", f"{self._scene(scene)} names “{named}”"

    def _way(self, n: int, told: dict[int, int], heard: int) -> str:
        """By way of whom: the first of the others, a step nearer, whose text names it."""
        rule, others = self._rules[n], sorted(told, key=lambda other: (told[other], other))
        for places, what in ((rule.primary, "it"), (_any_of(rule.secondary), "its other keys")):
            for other in others:
                if told[other] < told[n] and places & heard & 1 << (self._first_text + other):
                    return f"told by way of “{self._rules[other].entry.title}”, whose text names {what}"
        return "told by way of other entries"

    def _why_not(self, n: int, unlucky: set[int]) -> tuple[str, bool]:
        """Why an entry is not told, and whether it is only that nobody names it."""
        rule, entry = self._rules[n], self._rules[n].entry
        if not entry.enabled:
            return "switched off", False
        if n in unlucky:
            return f"left to chance: {entry.probability} % this time said no", False
        if entry.delay_until_recursion:
            only = "only other entries may bring it in"
            return (f"{only}, and they may not either" if entry.exclude_recursion else f"{only}, and none does"), False
        window = self._window(self._now, entry.scan_depth)
        if rule.primary & window:
            keys = ", ".join(f"“{key}”" for key in entry.secondary_keys)
            return _NEEDS[entry.secondary_logic].format(keys=keys), False
        if self._slow & rule.keys.keys():
            return "one of its keys is a pattern that takes too long to look for", False
        scene = (rule.primary & ((1 << self._first_text) - 1)).bit_length() - 1
        free = entry.probability == 100 and not entry.secondary_keys
        if scene < 0:
            return "nobody names it", free
        return f"nobody has named it since {self._scene(scene)}", free

    def _scene(self, scene: int) -> str:
        if scene == 2 * self._now:
            return "the request"
        chapter = f"chapter {self._passages[scene // 2].number}"
        return chapter if scene % 2 else f"the request for {chapter}"


def remembered_from(chapter: int) -> int:
    """The first chapter whose people are still told of when `chapter` is written."""
    return max(0, chapter - REMEMBERED_CHAPTERS) // FORGOTTEN_EVERY * FORGOTTEN_EVERY


def _keys_of(entry: LoreEntry, short: Sequence[str], index: KeyIndex) -> tuple[dict[int, str], list[int | None]]:
    """The keys of an entry with what the writer calls them, title and aliases first, and its secondary keys."""

    def add(key: str, name: bool) -> int | None:
        return index.add(key, case_sensitive=entry.case_sensitive, whole_words=entry.whole_words, name=name)

    written = [*((name, True) for name in entry.names), *((key, False) for key in entry.keys)]
    primary: dict[int, str] = {}
    for key, is_name in written:
        number = add(key, is_name)
        if number is not None:
            primary.setdefault(number, key)
    for part in short:
        # A first name may be a word too ("Rose", "Will"): only its capital tells.
        number = index.add(part, case_sensitive=True, whole_words=True, name=True)
        if number is not None:
            primary.setdefault(number, part)
    return primary, [add(key, False) for key in entry.secondary_keys]


def _any_of(places: Iterable[int]) -> int:
    joined = 0
    for part in places:
        joined |= part
    return joined


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
