"""From worlds, lore, passages and structured elements to context items."""

from collections.abc import Sequence
from typing import Any

from workbench.context.activation import Activation, Cause, activate
from workbench.context.assemble import LORE, NOTE
from workbench.context.budget import LoreItem
from workbench.context.filters import LORE_KEY, NOTE_KEY, SUPPLIED_KEY
from workbench.context.recall import recall_query, recalled
from workbench.domain.context import (
    CharacterContext,
    ContextElement,
    ContextItem,
    LayerName,
    Level,
    StructuredContext,
    TextKind,
)
from workbench.domain.lore import LoreEntry, LoreKind, NoteRevision, SearchHit
from workbench.domain.story import Passage, World

HOUSE_RULES = (
    "You write fiction: vivid, concrete scenes in the third person and the past tense. "
    "Keep to what is known. What has become true in this story outranks what was true before."
)
# What a step away from what the story names takes of an entry's weight: more than there is.
FURTHER = 100
# A constant entry of less than so many characters is told whatever the room.
SHORT = 600
# How entries and supplied plot elements are summed up, by their kind or type; the others tell what happens.
ENTRY_KINDS: dict[LoreKind, TextKind] = {"character": "characters", "location": "places"}
ELEMENT_KINDS: dict[str, TextKind] = {
    "dialogue": "dialogue",
    "character": "characters",
    "setting": "places",
    "location": "places",
}
LEVELS: dict[Cause, Level] = {"always": "medium", "named": "medium", "remembered": "low", "by way": "low", "": "low"}


def world_item(world: World) -> ContextItem:
    """The world's premise, genre and tone."""
    lines = [f"World: {world.title}", world.premise]
    if world.genre:
        lines.append(f"Genre: {world.genre}.")
    if world.tone:
        lines.append(f"Tone: {world.tone}.")
    text = "\n".join(line for line in lines if line)
    return ContextItem(layer="plot", source="world", text=text, key="world", priority="high", kind="places")


def lore_items(
    entries: Sequence[LoreEntry],
    notes: dict[str, NoteRevision],
    passages: Sequence[Passage],
    instruction: str,
    *,
    story_id: str = "",
    hits: Sequence[SearchHit] = (),
) -> list[ContextItem]:
    """An item for each entry that stands and one for its note behind it, the longest told first.

    `activate` says which are told and why. The others are held back: a small model loses its thread among them, and
    every model reads them before its first word. What only other entries brought in, or nobody has named lately, is
    of low priority, so that it goes first where room lacks. `hits` is what a search of the lore for this scene has
    found, best first; the few that matter are told behind the story.
    """
    found = activate(entries, notes, passages, instruction, story_id)
    why = recalled(found, hits, instruction, recall_query(instruction, passages))
    order = {entry_id: number for number, entry_id in enumerate(why)}
    # The better hit first: it stands first, and gets what room there is.
    found.sort(key=lambda one: (one.entry.id in order, order.get(one.entry.id, 0)))
    items: list[ContextItem] = []
    for one in found:
        entry = one.entry
        item = _entry_item(one, why.get(entry.id, ""))
        items.append(item)
        if entry.id in notes and notes[entry.id].note:
            items.append(_note_item(entry, item, notes[entry.id].note))
    return items


def _entry_item(one: Activation, recalled_why: str) -> LoreItem:
    entry, level = one.entry, LEVELS[one.cause]
    if one.cause == "always" and entry.constant and len(entry.content) < SHORT:
        level = "high"
    return LoreItem(
        layer="characters" if entry.kind in ("character", "location", "item") else "plot",
        source=f"{LORE}{entry.title}",
        text=f"{entry.title} ({entry.kind}): {entry.content}",
        key=f"{LORE_KEY}{entry.id}",
        kind=ENTRY_KINDS.get(entry.kind, "events"),
        tags=entry.tags,
        priority=level,
        held_back="" if one.cause or recalled_why else one.why,
        because=recalled_why or one.why,
        # Whom the others bring in gives way to whom the story names, step by step; what is recalled to the first step.
        weight=-FURTHER - 1 if recalled_why else entry.priority - FURTHER * one.steps,
        by_the_way=one.cause == "by way",
        passing=bool(recalled_why) or one.passing,
    )


def _note_item(entry: LoreEntry, item: ContextItem, note: str) -> ContextItem:
    """What has become true of an entry, told far behind it: it changes with every chapter, the entry does not.

    The composite document's own headings are for the index; small models copy them into their prose.
    """
    return ContextItem(
        layer=item.layer,
        source=f"{NOTE}{entry.title}",
        text=f"{entry.title}: {note}",
        key=f"{NOTE_KEY}{entry.id}",
        kind=item.kind,
        tags=item.tags,
        priority=item.priority,
        held_back="its entry is not told" if item.held_back else "",
    )


def search_item(problem: str) -> ContextItem:
    """What stands in the trace when the lore couldn't be searched for this scene."""
    return ContextItem(layer="plot", source="search of the lore", text="", held_back=problem)


def passage_items(passages: Sequence[Passage]) -> list[ContextItem]:
    """The story so far in the order of reading; the latest passage matters most."""
    last = len(passages) - 1
    return [
        ContextItem(
            layer="story",
            source=passage.title,
            text=f"{passage.title}\n{passage.text}",
            key=f"passage:{passage.id}",
            priority="medium" if index >= last - 1 else "low",
        )
        for index, passage in enumerate(passages)
    ]


def structured_items(container: StructuredContext) -> list[ContextItem]:
    """Items for the elements that a frontend supplies."""
    return [
        *(
            _supplied("system", n, e, "system", f"system instruction: {e.type}", e.content, e.type)
            for n, e in enumerate(container.system_instructions, 1)
        ),
        *(
            _supplied("plot", n, e, "plot", f"plot element: {e.type}", f"{e.type}: {e.content}", e.type)
            for n, e in enumerate(container.plot_elements, 1)
        ),
        *(
            _supplied(
                "character",
                n,
                e,
                "characters",
                f"character context: {e.character_name}",
                _character_text(e),
                "character",
            )
            for n, e in enumerate(container.character_contexts, 1)
        ),
        *(
            _supplied("request", n, e, "plot", f"request: {e.type}", f"Request: {e.content}", e.type)
            for n, e in enumerate(container.user_requests, 1)
        ),
    ]


def _supplied(
    family: str, number: int, element: ContextElement, layer: LayerName, source: str, text: str, type_: str
) -> ContextItem:
    return ContextItem(
        layer=layer,
        source=source,
        text=text,
        key=f"{SUPPLIED_KEY}{family}:{number}",
        kind=ELEMENT_KINDS.get(type_.lower(), "events"),
        type=type_,
        tags=element.tags,
        agents=element.agents,
        phases=element.phases,
        priority=element.priority,
    )


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
