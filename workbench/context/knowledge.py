"""What one of the people in a story can know: what they are, where they were, and what was told there.

A person knows the world's premise, their own entry, the scenes in which they are present, the entries that it and those
scenes name, and of notes only what happened in such scenes. Present is who is named outside of speech: whom others
only talk of isn't there. Everything else stays out, each with its reason.
"""

import re
from collections.abc import Mapping, Sequence

from workbench.context.assemble import LORE, NOTE
from workbench.context.layers import world_item
from workbench.domain import findings
from workbench.domain import text as prose
from workbench.domain.context import ContextItem, LayerName
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.model import Value
from workbench.domain.notes import events_of
from workbench.domain.story import Passage, World

_BREAK = re.compile(r"^[ \t]*(?:\*(?:[ \t]*\*){2,}|#{1,3}|[-—–~_]{2,}|⁂)[ \t]*$", re.MULTILINE)
_SPEECH = re.compile(r"“[^”\n]*(?:”|$)|\"[^\"\n]*(?:\"|$)", re.MULTILINE)


class Knowledge(Value):
    """Items for the context, what isn't known among them as held back; and of the text under review their scenes.

    `seen` has the scenes they are in by the id of the passage.
    """

    items: tuple[ContextItem, ...]
    scenes: str = ""
    seen: Mapping[str, tuple[str, ...]] = {}


class Happening(Value):
    """Something that happened to an entry, with the passage and the sentence that tell it.

    `passage_id` is None for what no passage tells.
    """

    text: str
    passage_id: str | None
    evidence: str = ""
    by_hand: bool = False


def scenes_of(text: str) -> list[str]:
    """A chapter in its scenes, parted by lines such as `* * *`; one without them is one scene."""
    return [scene.strip() for scene in _BREAK.split(text) if scene.strip()]


def attended(person: LoreEntry, text: str, entries: Sequence[LoreEntry]) -> list[str]:
    """The scenes of `text` in which a person is present. `entries` tell whom a short name means."""
    return [
        scene
        for scene in scenes_of(text)
        if person.id in findings.mentioned(prose.sentences(_SPEECH.sub(" ", scene)), entries)
    ]


def happenings(revisions: Sequence[NoteRevision]) -> list[Happening]:
    """What the note of one entry rests on, oldest first, from its revisions in any order.

    A note written by hand takes the place of what was before; going back to a revision, of what came after it.
    """
    told: list[Happening] = []
    states: dict[str, list[Happening]] = {"": []}
    for one in sorted(revisions, key=lambda revision: revision.revision):
        if one.origin == "rollback":
            told = list(states.get(one.note, []))
        elif one.origin == "writer":
            told = [Happening(text=one.note, passage_id=one.passage_id, by_hand=True)] if one.note else []
        else:
            told = [*told, *_events(one)]
        states[one.note] = told
    return told


def _events(revision: NoteRevision) -> list[Happening]:
    """Each event with its own sentence; where they can't be told apart, with all of them."""
    events, lines = events_of(revision.event), events_of(revision.evidence)
    paired = lines if len(lines) == len(events) else [" ".join(lines)] * len(events)
    return [
        Happening(text=event, passage_id=revision.passage_id, evidence=line)
        for event, line in zip(events, paired, strict=True)
    ]


def known_to(
    person: LoreEntry,
    world: World,
    entries: Sequence[LoreEntry],
    passages: Sequence[Passage],
    revisions: Mapping[str, Sequence[NoteRevision]],
    text: str = "",
) -> Knowledge:
    """What `person` knows behind `passages`, and which scenes of the `text` that follows them they are in.

    `revisions` are the notes' by entry; those that other lines of the story have caused are passed over.
    """
    seen = {passage.id: attended(person, passage.text, entries) for passage in passages}
    present = attended(person, text, entries) if text else []
    heard = prose.sentences("\n\n".join(scene for scenes in (*seen.values(), present) for scene in scenes))
    # Whom their own entry names they know too.
    met = {person.id, *findings.mentioned([*prose.sentences(person.content), *heard], entries)}
    items = [world_item(world)]
    line = {passage.id: (passage.text, seen[passage.id]) for passage in passages}
    for entry in entries:
        known = entry.id in met and (entry.enabled or entry.id == person.id)
        items.append(_entry_item(entry, person, "" if known else f"nobody named it where {person.title} was"))
        here = [one for one in revisions.get(entry.id, ()) if one.passage_id is None or one.passage_id in line]
        items += _note_items(entry, person, happenings(here), line, known)
    items += [_passage_item(passage, person, seen[passage.id]) for passage in passages]
    return Knowledge(
        items=tuple(items),
        scenes="\n\n* * *\n\n".join(present),
        seen={passage_id: tuple(scenes) for passage_id, scenes in seen.items()},
    )


def _layer(entry: LoreEntry) -> LayerName:
    return "characters" if entry.kind in ("character", "location", "item") else "plot"


def _entry_item(entry: LoreEntry, person: LoreEntry, unknown: str) -> ContextItem:
    return ContextItem(
        layer=_layer(entry),
        source=f"{LORE}{entry.title}",
        key=f"lore:{entry.id}",
        text=f"{entry.title} ({entry.kind}): {entry.content}",
        priority="high" if entry.id == person.id else "medium",
        held_back=unknown,
    )


def _note_items(
    entry: LoreEntry,
    person: LoreEntry,
    told: Sequence[Happening],
    line: Mapping[str, tuple[str, Sequence[str]]],
    known: bool,
) -> list[ContextItem]:
    """What happened to an entry before a person's eyes, and apart from that what they don't know of it.

    `line` has each passage's text and the scenes of it that the person is in.
    """

    def witnessed(one: Happening) -> bool:
        # What the writer wrote by hand rests on no scene; of themselves people know it.
        if one.by_hand or one.passage_id is None:
            return entry.id == person.id
        text, scenes = line[one.passage_id]
        if prose.occurs_in(one.evidence, text):
            return any(prose.occurs_in(one.evidence, scene) for scene in scenes)
        return bool(scenes) and len(scenes) == len(scenes_of(text))

    items = []
    for part, why in (
        ([one for one in told if witnessed(one)], "" if known else "its entry is not told"),
        ([one for one in told if not witnessed(one)], f"{person.title} wasn’t there"),
    ):
        if part:
            unseen = bool(why) and known
            items.append(
                ContextItem(
                    layer=_layer(entry),
                    source=f"{NOTE}{entry.title}{' (what others saw)' if unseen else ''}",
                    key=f"note:{entry.id}",
                    text=f"{entry.title}: {' '.join(one.text for one in part)}",
                    held_back=why,
                )
            )
    return items


def _passage_item(passage: Passage, person: LoreEntry, scenes: Sequence[str]) -> ContextItem:
    whole = len(scenes) == len(scenes_of(passage.text))
    return ContextItem(
        layer="story",
        source=passage.title if whole or not scenes else f"{passage.title} (where {person.title} was)",
        key=f"passage:{passage.id}",
        text=f"{passage.title}\n" + "\n\n* * *\n\n".join(scenes),
        held_back="" if scenes else f"{person.title} wasn’t there",
    )
