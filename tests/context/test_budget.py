"""Before anything is left out it is told in short, and what is for some agents is shown to those alone."""

import itertools
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.context.test_assemble import RULES, WORLD, count, entries, note, passages
from workbench.context.assemble import Arrangement, arrange, assemble
from workbench.context.filters import decided
from workbench.context.layers import lore_items, passage_items, structured_items, world_item
from workbench.domain.agents import PHASES
from workbench.domain.context import ContextItem, ItemTrace, StructuredContext
from workbench.errors import PromptTooLong

AGENTS = ("writer", "editor", "rater")


def traces(made: Arrangement) -> dict[str, ItemTrace]:
    """What became of each item, by key."""
    return {item.key: item for layer in made.context.layers for item in layer.items if item.key}


def sentence(number: int) -> str:
    return f"Line {number} tells of something that had happened in the old town of Vell. "


def long_entry(level: str = "medium", key: str = "lore:long") -> ContextItem:
    """An entry of 200 sentences, 14 words each."""
    text = "".join(map(sentence, range(200)))
    return ContextItem(layer="plot", source="lore: Long", key=key, text=f"Long: {text}", priority=level)


def test_a_medium_item_that_does_not_fit_is_told_in_short_and_the_trace_has_the_sizes() -> None:
    made = arrange(
        RULES, [world_item(WORLD), long_entry()], 600, count, shortened=lambda item: "Long: it was long ago."
    )
    assert "Long: it was long ago." in made.context.text
    trace = traces(made)["lore:long"]
    assert (trace.included, trace.shortened, trace.tokens) == (True, True, 8)
    assert trace.why == "shortened to fit: 8 of 2804 word-pieces"
    assert [item.key for item in made.lacking] == ["lore:long"]


def test_low_items_are_not_shortened_and_high_ones_never_touched() -> None:
    low = arrange(RULES, [long_entry("low")], 600, count, shortened=lambda item: "Short.")
    assert not traces(low)["lore:long"].included
    assert low.lacking == ()
    high = arrange(RULES, [long_entry("high")], 4000, count, shortened=lambda item: "Short.")
    assert long_entry().text in high.context.text


def test_an_item_without_a_summary_is_told_by_its_beginning_up_to_a_sentence_end() -> None:
    shown = {arrange(RULES, [long_entry()], budget, count).context.text for budget in (600, 700, 1000, 1500)}
    assert len(shown) == 1, "what stands before the story must not change with the room"
    text = shown.pop()
    assert text.endswith(sentence(4).strip())
    short = long_entry().model_copy(update={"text": "Long: " + sentence(1) * 4})
    assert "Line" not in arrange(RULES, [short], 80, count).context.text


def test_a_shortened_entry_comes_with_its_note() -> None:
    told = ContextItem(layer="plot", source="note: Long", key="note:long", text="Long: She is dead.")
    made = arrange(RULES, [long_entry(), told], 600, count, shortened=lambda item: "Long: she lived.")
    assert "Long: she lived." in made.context.text
    assert "Long: She is dead." in made.context.text
    assert traces(made)["lore:long"].included


def earlier(number: int) -> list[ContextItem]:
    """Summaries as a digest gives them: parts of eight chapters, then chapters."""
    parts = [(at, at + 8) for at in range(0, number - number % 8, 8)]
    parts += [(at, at + 1) for at in range(number - number % 8, number)]
    return [
        ContextItem(
            layer="story",
            source=f"Chapters {first + 1}–{end}",
            key=f"summary:{first}-{end}",
            text=" ".join([f"Summed{first + 1}to{end}."] * 12),
        )
        for first, end in parts
    ]


def told(number: int, budget: int = 2400) -> Arrangement:
    """A story of so many chapters with a digest."""
    return arrange(RULES, [world_item(WORLD), *passage_items(passages(number))], budget, count, earlier=earlier)


def test_a_story_that_fits_is_told_word_by_word() -> None:
    made = told(10)
    assert "Summed" not in made.context.text
    assert all(item.included for item in made.context.layers[1].items)


def test_what_does_not_fit_of_the_story_is_told_in_short_before_the_rest() -> None:
    made = told(40)
    text = made.context.text
    first = next(n for n in range(1, 41) if f"Chapter {n}\n" in text or f"Word {n} again." in text)
    assert made.left_out == first - 1
    summed = [item for item in made.context.layers[1].items if item.key.startswith("summary:")]
    assert [item.key for item in summed] == [item.key for item in earlier(made.left_out)]
    assert all(item.included and item.why == "told in short" for item in summed)
    assert text.index("The story so far:") < text.index("Summed1to8.") < text.index("Summed9to16.")
    assert text.index("Summed9to16.") < text.index(f"Word {first} again.")


def test_where_room_lacks_for_all_summaries_the_oldest_go() -> None:
    made = told(200, 900)
    summed = [item.included for item in made.context.layers[1].items if item.key.startswith("summary:")]
    assert summed == sorted(summed)
    assert {True, False} == set(summed)


def test_summaries_can_be_left_out_and_pinned() -> None:
    def chosen(choices: dict[str, str]) -> Arrangement:
        items = [world_item(WORLD), *passage_items(passages(200))]
        return arrange(RULES, items, 900, count, earlier=lambda n: decided(earlier(n), choices))  # type: ignore[arg-type]

    oldest, *_, latest = [item.key for item in earlier(chosen({}).left_out)]
    made = traces(chosen({latest: "left_out", oldest: "pinned"}))
    assert not traces(chosen({}))[oldest].included
    assert (made[oldest].included, made[oldest].priority) == (True, "high")
    assert (made[latest].included, made[latest].why) == (False, "you left it out")


def test_a_chapter_that_is_pinned_stays_word_by_word() -> None:
    items = decided(passage_items(passages(60)), {"passage:p3": "pinned"})
    made = arrange(RULES, items, 1500, count, earlier=earlier)
    assert passages(3)[2].text in made.context.text
    assert not traces(made)["passage:p4"].included
    assert passages(60)[59].text in made.context.text


def test_with_summaries_prompts_still_begin_as_the_last_ones_for_several_chapters() -> None:
    texts = [told(number, 3000 - number % 7).context.text for number in range(40, 90)]
    alike = [later.startswith(before) for before, later in itertools.pairwise(texts)]
    assert not all(alike)
    assert sum(alike) > 0.75 * len(alike)


def test_only_passages_that_may_be_told_are_tokenized() -> None:
    asked: list[str] = []

    def counting(text: str) -> int:
        asked.append(text)
        return count(text)

    long = passages(300)
    made = arrange(RULES, passage_items(long), 1200, counting)
    assert sum("again." in text for text in asked) < 100
    unseen = [item for item in made.context.layers[1].items if not item.counted]
    assert len(unseen) > 250
    assert not any(item.included for item in unseen)


def supplied(**fields: object) -> list[ContextItem]:
    return structured_items(StructuredContext.model_validate({"plot_elements": [{"content": "Night falls", **fields}]}))


def test_what_is_for_some_stands_behind_what_is_for_all_and_the_trace_says_for_whom() -> None:
    items = [*supplied(agents=["editor"], phases=["reviewing"]), *supplied(content="Rain")[:1], world_item(WORLD)]
    items[1] = items[1].model_copy(update={"key": "supplied:plot:2"})
    made = arrange(RULES, items, 600, count)
    assert "Night falls" not in made.context.text
    assert "Night falls" not in made.context.shown_to("editor", "drafting")
    assert made.context.shown_to("editor", "reviewing") == f"{made.context.text}\n\nscene: Night falls"
    assert traces(made)["supplied:plot:1"].why.endswith("; for the editor only, only while reviewing")
    alone = arrange(RULES, [world_item(WORLD), items[0]], 600, count).context
    assert alone.shown_to("editor", "reviewing").endswith("\n\nFor this scene:\n\nscene: Night falls")
    assert alone.shown_to("writer", "reviewing") == alone.text


def test_the_same_elements_for_all_change_the_shared_text_of_nobody_else() -> None:
    plain = [world_item(WORLD), *passage_items(passages(3))]
    without = arrange(RULES, plain, 900, count).context
    with_own = arrange(RULES, [*plain, *supplied(agents=["editor"])], 900, count).context
    assert with_own.text == without.text


# Properties over whatever may come

texts = st.lists(st.sampled_from(["One went out.", "Two came.", "Nobody spoke of it."]), min_size=1, max_size=40).map(
    " ".join
)
levels = st.sampled_from(["high", "medium", "low"])
some_agents = st.lists(st.sampled_from(AGENTS), max_size=2, unique=True).map(tuple)
some_phases = st.lists(st.sampled_from(PHASES), max_size=2, unique=True).map(tuple)
item = st.builds(
    ContextItem,
    layer=st.sampled_from(["system", "story", "characters", "plot"]),
    source=st.just("thing"),
    text=texts,
    priority=levels,
    agents=some_agents,
    phases=some_phases,
    held_back=st.sampled_from(["", "", "", "switched off"]),
)


def keyed(found: Sequence[ContextItem]) -> list[ContextItem]:
    """Each with a key and a text of its own; of the story nothing is for some only."""
    return [
        one.model_copy(
            update={
                "key": f"supplied:plot:{number}",
                "text": f"T{number}x. {one.text}",
                **({"agents": (), "phases": ()} if one.layer == "story" else {}),
            }
        )
        for number, one in enumerate(found)
    ]


items_strategy = st.lists(item, max_size=14).map(keyed)


def arranged(items: Sequence[ContextItem], budget: int) -> Arrangement | None:
    try:
        return arrange(RULES, items, budget, count, shortened=lambda one: one.text[:12], earlier=earlier)
    except PromptTooLong:
        return None


@given(items_strategy, st.integers(60, 700), st.sampled_from(AGENTS), st.sampled_from(PHASES))
def test_no_agent_is_over_budget_misses_what_is_high_or_reads_what_is_for_others(
    items: list[ContextItem], budget: int, agent: str, phase: str
) -> None:
    made = arranged(items, budget)
    if made is None:
        high = sum(count(one.text) + 3 for one in items if one.priority == "high" and not one.held_back)
        assert high + count(RULES) + 32 > budget
        return
    context = made.context
    shown = context.shown_to(agent, phase)  # type: ignore[arg-type]
    assert count(context.system) + count(shown) <= budget
    assert sum(layer.used for layer in context.layers) <= budget
    assert "".join(piece.text for piece in context.pieces(agent, phase)) == shown  # type: ignore[arg-type]
    for one in items:
        mine = one.is_for(agent, phase)  # type: ignore[arg-type]
        if one.priority == "high" and mine and not one.held_back:
            assert one.text in shown
        if not mine or one.held_back:
            assert one.text.split()[0] not in shown
    assert arranged(items, budget) == made


@given(items_strategy, item, st.integers(60, 900))
def test_a_low_item_more_costs_no_high_and_no_medium_one(
    items: list[ContextItem], more: ContextItem, budget: int
) -> None:
    added = keyed([*items, more])[-1].model_copy(update={"priority": "low", "layer": "plot"})
    before, after = arranged(items, budget), arranged([*items, added], budget)
    assert (before is None) == (after is None)
    if before is None or after is None:
        return
    was, now = traces(before), traces(after)
    for one in items:
        if one.priority != "low" and one.layer != "story":
            assert (was[one.key].included, was[one.key].tokens) == (now[one.key].included, now[one.key].tokens)
        elif one.priority == "high":
            assert now[one.key].included == was[one.key].included


@given(items_strategy, st.integers(60, 900))
def test_what_is_in_keeps_its_order(items: list[ContextItem], budget: int) -> None:
    made = arranged(items, budget)
    if made is None:
        return
    for layer in ("story", "plot"):
        keys = [one.key for one in items if one.layer == layer and not (one.agents or one.phases)]
        marks = [mark.key for mark in made.context.marks if mark.key in keys]
        assert marks == sorted(marks, key=keys.index)


def test_a_note_of_a_pinned_entry_is_pinned_with_it_and_goes_with_one_left_out() -> None:
    items = lore_items(entries(2), note("e1", "She is dead."), [], "Nobody.")
    pinned = assemble(RULES, decided(items, {"lore:e1": "pinned"}), 500, count)
    assert "Person 1: She is dead." in pinned.text
    gone = lore_items(entries(2), note("e1", "She is dead."), [], "Person 1 wakes.")
    assert "She is dead." not in assemble(RULES, decided(gone, {"lore:e1": "left_out"}), 500, count).text
