"""What fits is chosen by rule, and the text begins with what changes seldom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.assemble import HEADINGS, assemble
from workbench.context.layers import lore_items, passage_items, structured_items, world_item
from workbench.domain.context import ContextItem, StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage, World
from workbench.errors import PromptTooLong

RULES = "Keep to the world."


def count(text: str) -> int:
    return len(text.split())


def entries(number: int) -> list[LoreEntry]:
    return [LoreEntry(id=f"e{i}", world_id="w", title=f"Person {i}", content="word " * 20) for i in range(number)]


def passages(number: int) -> list[Passage]:
    return [
        Passage(id=f"p{i}", story_id="s", parent_id=None, number=i, title=f"Chapter {i}", text=f"Word {i} again. " * 30)
        for i in range(1, number + 1)
    ]


WORLD = World(id="w", title="Vell", premise="A town.", genre="fantasy", tone="quiet")


def test_a_note_stands_below_its_base_lore_in_the_prompt() -> None:
    note = NoteRevision(
        id="n",
        story_id="s",
        entry_id="e0",
        revision=1,
        note="She is dead.",
        event="",
        evidence="",
        passage_id=None,
        created_at="",
    )
    items = [world_item(WORLD), *lore_items(entries(1), {"e0": note}, [], "Person 0 wakes")]
    text = assemble(RULES, items, 500, count).text
    assert text.index("Person 0 (character): word") < text.index("become true of Person 0 in this story: She is dead.")


def test_prompts_keep_their_beginning_when_a_chapter_is_added() -> None:
    made = [p.model_copy(update={"text": f"{p.text} Then Person {p.number} came."}) for p in passages(3)]
    named = [entry.model_copy(update={"constant": True}) for entry in entries(3)]

    def text(chapters: int) -> str:
        items = [world_item(WORLD), *lore_items(named, {}, made[:chapters], "On."), *passage_items(made[:chapters])]
        return assemble(RULES, items, 5000, count).text

    assert text(3).startswith(text(2))


def test_the_latest_chapters_stay_and_the_trace_says_what_went() -> None:
    made = assemble(RULES, [world_item(WORLD), *passage_items(passages(12))], 400, count)
    assert "Chapter 12" in made.text
    assert "Chapter 1\n" not in made.text
    story = next(layer for layer in made.layers if layer.name == "story")
    gone = [item for item in story.items if not item.included]
    assert gone
    assert all("no room left" in item.why for item in gone)


def test_what_must_be_shown_and_does_not_fit_is_named_with_its_size() -> None:
    items = [ContextItem(layer="plot", source="lore: The Long Law", text="word " * 300, priority="high")]
    with pytest.raises(PromptTooLong, match=r"lore: The Long Law \(303 tokens\)"):
        assemble(RULES, items, 200, count)


def test_only_entries_that_the_scene_names_are_told_and_the_trace_says_why_others_are_not() -> None:
    made = [*entries(2), entries(3)[2].model_copy(update={"enabled": False})]
    items = lore_items(made, {}, [], "Then Person 1 and Person 2 came in.")
    assert [item.source for item in items if not item.held_back] == ["lore: Person 1"]
    result = assemble(RULES, items, 500, count)
    assert "Person 0" not in result.text
    traces = {item.source: item for layer in result.layers for item in layer.items}
    assert "name it" in traces["lore: Person 0"].why
    assert "lore: Person 2" not in traces


def test_entries_are_told_for_some_chapters_after_their_last_mention_in_the_order_of_the_first() -> None:
    told = [
        p.model_copy(update={"text": t}) for p, t in zip(passages(4), ["Person 1.", "Person 0.", "-", "-"], strict=True)
    ]

    def sources(chapters: int) -> list[str]:
        return [item.source for item in lore_items(entries(2), {}, told[:chapters], "On.") if not item.held_back]

    assert sources(2) == ["lore: Person 1", "lore: Person 0"]
    assert sources(4) == ["lore: Person 0"]


def test_structured_context_reaches_the_prompt() -> None:
    container = StructuredContext.model_validate(
        {
            "plot_elements": [{"type": "scene", "content": "Hero enters forest", "priority": "high"}],
            "character_contexts": [{"character_id": "hero", "character_name": "Aria", "current_state": "determined"}],
            "user_requests": [{"type": "instruction", "content": "Add sensory details", "priority": "high"}],
        }
    )
    text = assemble(RULES, [world_item(WORLD), *structured_items(container)], 500, count).text
    for part in ("Hero enters forest", "Aria at this moment\nState: determined", "Add sensory details"):
        assert part in text


items_strategy = st.lists(
    st.builds(
        ContextItem,
        layer=st.sampled_from(["story", "characters", "plot"]),
        source=st.text("abc", min_size=1, max_size=5),
        text=st.lists(st.sampled_from(["One went out.", "Two came.", "Nobody spoke."]), min_size=1, max_size=30).map(
            " ".join
        ),
        priority=st.sampled_from(["high", "medium", "low"]),
    ),
    max_size=15,
)


@given(items_strategy, st.integers(60, 600))
def test_never_over_budget_and_never_without_what_is_high(items: list[ContextItem], budget: int) -> None:
    try:
        made = assemble(RULES, items, budget, count)
    except PromptTooLong:
        high = sum(count(item.text) for item in items if item.priority == "high")
        assert high + 3 * len(items) + count(RULES) + HEADINGS > budget
        return
    assert count(made.system) + count(made.text) <= budget
    assert sum(layer.used for layer in made.layers) <= budget
    shown = [trace for layer in made.layers for trace in layer.items if trace.why == "always shown"]
    assert len(shown) == 1 + sum(item.priority == "high" for item in items)
    assert all(item.text in made.text for item in items if item.priority == "high")
    assert assemble(RULES, items, budget, count) == made
