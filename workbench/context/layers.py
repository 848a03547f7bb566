"""From worlds, lore, passages and structured elements to context items."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from workbench.context.assemble import LORE, NOTE
from workbench.domain.context import CharacterContext, ContextItem, Level, StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage, World
from workbench.domain.text import mentions

HOUSE_RULES = (
    "You write fiction: vivid, concrete scenes in the third person and the past tense. "
    "Keep to what is known. What has become true in this story outranks what was true before."
)
# An entry stays in the prompt for so many chapters after the one that last named it. Telling all that was ever named
# would keep the prompt's beginning best, but a small model loses its thread among people who have left the scene.
REMEMBERED_CHAPTERS = 3
# Those that are due are forgotten together, once in so many chapters. Each entry that goes moves all that stands
# behind it, the whole story among it, which must then be read again: now and then, not chapter by chapter.
FORGOTTEN_EVERY = 3
# Entries of this priority or more are always told, mentioned or not.
ALWAYS_FROM = 80


def world_item(world: World) -> ContextItem:
    """The world's premise, genre and tone."""
    lines = [f"World: {world.title}", world.premise]
    if world.genre:
        lines.append(f"Genre: {world.genre}.")
    if world.tone:
        lines.append(f"Tone: {world.tone}.")
    return ContextItem(layer="plot", source="world", text="\n".join(line for line in lines if line), priority="high")


def lore_items(
    entries: Sequence[LoreEntry], notes: dict[str, NoteRevision], passages: Sequence[Passage], instruction: str
) -> list[ContextItem]:
    """An item for each enabled entry and one for its note behind it, the longest told first.

    An entry is told when it is constant or of high priority, or when this instruction or one of the latest chapters
    (its request or its text) names it by title, alias or key. The others are held back: a small model loses its thread
    among them, and every model reads them before its first word. What the last `REMEMBERED_CHAPTERS` don't name is of
    low priority, so that it goes first where room lacks.
    """
    now = len(passages)
    # A request stands before its chapter: whom it names is told in that chapter already, and keeps that place.
    scenes = [
        scene for i, passage in enumerate(passages) for scene in ((i, 0, passage.instruction), (i, 1, passage.text))
    ]
    scenes.append((now, 0, instruction))
    ranked: list[tuple[tuple[int, int], int, list[ContextItem]]] = []
    for number, entry in enumerate(entries):
        if not entry.enabled:
            continue
        named = [(i, part) for i, part, text in scenes if mentions(text, [*entry.names, *entry.keys])]
        always = entry.constant or entry.priority >= ALWAYS_FROM
        told = always or (bool(named) and named[-1][0] >= _remembered_from(now))
        level: Level = "medium" if always or (told and named[-1][0] >= now - REMEMBERED_CHAPTERS) else "low"
        if entry.constant and len(entry.content) < 600:
            level = "high"
        item = ContextItem(
            layer="characters" if entry.kind in ("character", "location", "item") else "plot",
            source=f"{LORE}{entry.title}",
            text=f"{entry.title} ({entry.kind}): {entry.content}",
            priority=level,
            held_back="" if told else "neither the request nor the latest chapters name it",
        )
        ranked.append(((-1, 0) if always else _told_since(named) if named else (now, 1), number, [item]))
        if entry.id in notes and notes[entry.id].note:
            ranked[-1][2].append(_note_item(entry, item, notes[entry.id].note))
    return [item for _, _, items in sorted(ranked, key=lambda entry: entry[:2]) for item in items]


def _remembered_from(chapter: int) -> int:
    """The first chapter whose people are still told of when `chapter` is written."""
    return max(0, chapter - REMEMBERED_CHAPTERS) // FORGOTTEN_EVERY * FORGOTTEN_EVERY


def _told_since(named: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Of the places that name an entry, the one since which it is told: who comes back goes behind those who stayed."""
    since = named[0]
    for before, place in pairwise(named):
        # Whom a request names is told of in that chapter too, so that it stayed if it was told in the one before.
        if before[0] < _remembered_from(place[0] - 1 + place[1]):
            since = place
    return since


def _note_item(entry: LoreEntry, item: ContextItem, note: str) -> ContextItem:
    """What has become true of an entry, told far behind it: it changes with every chapter, the entry does not.

    The composite document's own headings are for the index; small models copy them into their prose.
    """
    return ContextItem(
        layer=item.layer,
        source=f"{NOTE}{entry.title}",
        text=f"{entry.title}: {note}",
        priority=item.priority,
        held_back="its entry is not told" if item.held_back else "",
    )


def passage_items(passages: Sequence[Passage]) -> list[ContextItem]:
    """The story so far in the order of reading; the latest passage matters most."""
    last = len(passages) - 1
    return [
        ContextItem(
            layer="story",
            source=passage.title,
            text=f"{passage.title}\n{passage.text}",
            priority="medium" if index >= last - 1 else "low",
        )
        for index, passage in enumerate(passages)
    ]


def structured_items(container: StructuredContext) -> list[ContextItem]:
    """Items for the elements that a frontend supplies."""
    items = [
        ContextItem(layer="system", source=f"system instruction: {e.type}", text=e.content, priority=e.priority)
        for e in container.system_instructions
    ]
    items += [
        ContextItem(layer="plot", source=f"plot element: {e.type}", text=f"{e.type}: {e.content}", priority=e.priority)
        for e in container.plot_elements
    ]
    items += [
        ContextItem(
            layer="characters",
            source=f"character context: {e.character_name}",
            text=_character_text(e),
            priority=e.priority,
        )
        for e in container.character_contexts
    ]
    items += [
        ContextItem(layer="plot", source=f"request: {e.type}", text=f"Request: {e.content}", priority=e.priority)
        for e in container.user_requests
    ]
    return items


def _character_text(element: CharacterContext) -> str:
    parts = [f"{element.character_name} at this moment"]
    state: str | dict[str, Any] = element.current_state
    if isinstance(state, dict):
        state = "; ".join(f"{name}: {value}" for name, value in state.items())
    for label, value in (
        ("State", state),
        ("Goals", "; ".join(element.goals)),
        ("Recent actions", "; ".join(element.recent_actions)),
        ("Memories", "; ".join(element.memories)),
    ):
        if value:
            parts.append(f"{label}: {value}")
    return "\n".join(parts)
