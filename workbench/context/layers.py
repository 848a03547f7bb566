"""From worlds, lore, passages and structured elements to context items."""

from collections.abc import Sequence
from typing import Any

from workbench.domain.context import CharacterContext, ContextItem, Level, StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage, World
from workbench.domain.text import mentions

HOUSE_RULES = (
    "You write fiction: vivid, concrete scenes in the third person and the past tense. "
    "Keep to what is known. What has become true in this story outranks what was true before."
)
# An entry stays in the prompt for so many chapters after the one that last named it.
REMEMBERED_CHAPTERS = 3
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
    """One item for each enabled entry, in the order of first mention, so that prompts keep their beginning.

    An entry is told when it is constant or of high priority, or when the instruction or one of the latest chapters
    names it by title, alias or key. The others are held back: a small model loses its thread among them, and every
    model reads them before its first word.
    """
    scenes = [*(passage.text for passage in passages), instruction]
    ranked: list[tuple[int, int, ContextItem]] = []
    for number, entry in enumerate(entries):
        if not entry.enabled:
            continue
        where = [i for i, scene in enumerate(scenes) if mentions(scene, [*entry.names, *entry.keys])]
        always = entry.constant or entry.priority >= ALWAYS_FROM
        present = bool(where) and where[-1] >= len(scenes) - 1 - REMEMBERED_CHAPTERS
        note = notes[entry.id].note if entry.id in notes else ""
        level: Level = "high" if entry.constant and len(entry.content) < 600 else "medium"
        item = ContextItem(
            layer="characters" if entry.kind in ("character", "location", "item") else "plot",
            source=f"lore: {entry.title}",
            text=lore_text(entry, note),
            priority=level,
            held_back="" if always or present else "neither the request nor the latest chapters name it",
        )
        ranked.append((-1 if always else where[0] if where else len(scenes), number, item))
    return [item for _, _, item in sorted(ranked, key=lambda entry: entry[:2])]


def lore_text(entry: LoreEntry, note: str) -> str:
    """An entry as agents read it: the note stands last and says that it outranks the rest.

    The composite document's own headings are for the index; small models copy them into their prose.
    """
    text = f"{entry.title} ({entry.kind}): {entry.content}"
    return f"{text}\nWhat has become true of {entry.title} in this story: {note}" if note else text


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
