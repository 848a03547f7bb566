"""What fits is chosen by rule, and the text begins with what changes seldom."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.context.assemble import HEADINGS, assemble
from workbench.context.layers import lore_items, passage_items, structured_items, world_item
from workbench.domain.context import LAYER_SHARES, ContextItem, ItemTrace, StructuredContext
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


def note(entry_id: str, text: str) -> dict[str, NoteRevision]:
    values = {"id": "n", "story_id": "s", "entry_id": entry_id, "revision": 1, "created_at": "", "passage_id": None}
    return {entry_id: NoteRevision(**values, note=text, event="", evidence="")}


def test_a_note_stands_behind_the_story_and_what_is_supplied_for_the_scene_behind_it() -> None:
    supplied = StructuredContext.model_validate({"plot_elements": [{"content": "Night falls"}]})
    lore = lore_items(entries(1), note("e0", "She is dead."), [], "Person 0 wakes")
    made = assemble(
        RULES, [world_item(WORLD), *lore, *passage_items(passages(1)), *structured_items(supplied)], 500, count
    )
    parts = ("Person 0 (character): word", "Chapter 1\n", "outranks what was true before:\n\nPerson 0: She is dead.")
    places = [made.text.index(part) for part in (*parts, "Night falls")]
    assert places == sorted(places)
    traces = {item.source: item for layer in made.layers for item in layer.items}
    assert traces["note: Person 0"].included
    assert traces["note: Person 0"].tokens == count("Person 0: She is dead.") + 3


def test_a_note_that_changes_leaves_everything_before_it_as_it_was() -> None:
    def text(told: str) -> str:
        lore = lore_items(entries(1), note("e0", told), [], "Person 0 wakes")
        return assemble(RULES, [world_item(WORLD), *lore, *passage_items(passages(3))], 900, count).text

    before, after = text("She lost a key."), text("She found it again, and the mill burned.")
    assert before[: before.index("She lost")] == after[: after.index("She found")]
    assert "Chapter 3" in before[: before.index("She lost")]


def test_an_entry_is_told_with_its_note_or_not_at_all() -> None:
    notes = note("e1", "changed " * 200)
    made = assemble(RULES, lore_items(entries(3), notes, [], "Person 0, Person 1, Person 2"), 250, count)
    traces = {item.source: item for layer in made.layers for item in layer.items}
    assert [traces[f"lore: Person {i}"].included for i in range(3)] == [True, False, True]
    assert "no room left" in traces["note: Person 1"].why
    assert "changed" not in made.text
    held = assemble(RULES, lore_items(entries(3), notes, [], "Nobody."), 250, count)
    traces = {item.source: item for layer in held.layers for item in layer.items}
    assert traces["note: Person 1"].why == "its entry is not told"


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
    assert traces["lore: Person 0"].why == "nobody names it"
    assert traces["lore: Person 1"].why == "the request names “Person 1”"
    assert (traces["lore: Person 2"].included, traces["lore: Person 2"].why) == (False, "switched off")


def told_over(texts: list[str], asked: list[str] | None = None) -> list[list[str]]:
    """Sources of what is told at each chapter, when these are the chapters' texts and requests."""
    requests = asked or ["On."] * (len(texts) + 1)
    made = [
        p.model_copy(update={"text": text, "instruction": request})
        for p, text, request in zip(passages(len(texts)), texts, requests, strict=False)
    ]
    return [
        [item.source for item in lore_items(entries(3), {}, made[:n], requests[n]) if not item.held_back]
        for n in range(len(texts) + 1)
    ]


def test_entries_are_told_for_some_chapters_after_their_last_mention_in_the_order_of_the_first() -> None:
    first, second = "lore: Person 1", "lore: Person 0"
    told = told_over(["Person 1.", "Person 0.", "-", "-", "-", "-", "-"])
    # Both are forgotten at once, so that the prompt's beginning moves once.
    assert told == [[], [first], [first, second], [first, second], [first, second], [first, second], [], []]


def test_an_entry_that_is_named_again_is_not_forgotten_and_keeps_its_place() -> None:
    told = told_over(["Person 1.", "Person 0.", "-", "Person 1.", "-", "-", "-", "-", "-"])
    assert told[6] == told[8] == ["lore: Person 1"]
    assert told[9] == []


def test_who_comes_back_after_being_forgotten_stands_behind_those_who_stayed() -> None:
    told = told_over(["Person 1.", "Person 0.", "-", "Person 0.", "-", "-", "Person 1.", "-"])
    assert told[6] == ["lore: Person 0"]
    assert told[7] == told[8] == ["lore: Person 0", "lore: Person 1"]


def test_an_entry_keeps_the_place_that_the_request_gave_it() -> None:
    told = told_over(["Person 0 and Person 1 met Person 2.", "-"], ["Let Person 2 and Person 1 come.", "On.", "On."])
    assert told[0] == ["lore: Person 1", "lore: Person 2"]
    assert told[1] == told[2] == [*told[0], "lore: Person 0"]


somebody = st.sets(st.integers(0, 2)).map(lambda who: " ".join(f"Person {i}." for i in sorted(who)) or "-")


@given(st.lists(st.tuples(somebody, somebody), min_size=2, max_size=14))
def test_who_is_told_newly_stands_behind_those_who_were_told_before(chapters: list[tuple[str, str]]) -> None:
    told = told_over([text for text, _ in chapters[:-1]], [request for _, request in chapters])
    for earlier, later in itertools.pairwise(told):
        stayed = [source for source in earlier if source in later]
        assert later[: len(stayed)] == stayed


def test_the_long_unnamed_go_first_where_room_lacks() -> None:
    texts = ["Person 1.", "Person 0.", "-", "-"]
    made = [p.model_copy(update={"text": t}) for p, t in zip(passages(4), texts, strict=True)]
    items = lore_items(entries(3), {}, made, "Person 2 comes.")
    result = assemble(RULES, items, 300, count)
    traces = {item.source: item for layer in result.layers for item in layer.items}
    assert not traces["lore: Person 1"].included
    assert traces["lore: Person 0"].included
    assert traces["lore: Person 2"].included


def test_when_the_window_is_full_prompts_still_begin_as_the_last_ones_for_several_chapters() -> None:
    told: list[str] = []
    for number in range(32, 75):
        # Requests of different lengths change the budget a little.
        budget = 3000 - number % 7
        made = assemble(RULES, [world_item(WORLD), *passage_items(passages(number))], budget, count)
        assert f"Chapter {number}\n{passages(number)[-1].text}" in made.text
        assert sum(layer.used for layer in made.layers) > budget / 2
        told.append(made.text)
    alike = [later.startswith(earlier) for earlier, later in itertools.pairwise(told)]
    assert not all(alike)
    assert sum(alike) > 0.8 * len(alike)


def test_a_chapter_that_is_longer_than_the_window_is_shown_from_its_end() -> None:
    lines = [f"This is line {i} of it." for i in range(200)]
    long = passages(2)[1].model_copy(update={"text": " ".join(lines)})
    made = assemble(RULES, [world_item(WORLD), *passage_items([passages(1)[0], long])], 400, count)
    assert made.text.endswith(" ".join(lines[-30:]))
    assert "Chapter 1" not in made.text
    traces = {item.source: item for layer in made.layers for item in layer.items}
    assert traces["Chapter 2"].why == "only its end fits"
    assert "several at a time" in traces["Chapter 1"].why


@given(st.lists(st.integers(1, 120), min_size=1, max_size=25), st.integers(150, 900))
def test_the_latest_chapter_is_whole_wherever_it_fits(lengths: list[int], budget: int) -> None:
    made = [
        Passage(id=f"p{i}", story_id="s", parent_id=None, number=i + 1, title=f"Chapter {i}", text="On. " * length)
        for i, length in enumerate(lengths)
    ]
    result = assemble(RULES, passage_items(made), budget, count)
    shown = [trace.included for layer in result.layers if layer.name == "story" for trace in layer.items]
    # What is shown is the end of the story, without gaps.
    assert shown == sorted(shown)
    if lengths[-1] + 5 + count(RULES) + HEADINGS <= budget:
        assert f"Chapter {len(made) - 1}\n{made[-1].text}" in result.text


def told(items: list[ContextItem], budget: int) -> dict[str, ItemTrace]:
    made = assemble(RULES, items, budget, count)
    return {item.source: item for layer in made.layers for item in layer.items}


def test_of_what_is_named_the_weightiest_stays_where_room_lacks_and_the_trace_says_why_the_others_go() -> None:
    people = [entry.model_copy(update={"priority": 40 + 10 * i}) for i, entry in enumerate(entries(4))]
    traces = told(lore_items(people, {}, [], "Person 0, Person 1, Person 2, Person 3"), 200)
    included = [traces[f"lore: Person {i}"].included for i in range(4)]
    assert included == sorted(included)
    assert any(included)
    assert traces["lore: Person 0"].why == "no room left (medium priority); the request names “Person 0”"
    assert traces["lore: Person 3"].why == "the request names “Person 3”"


def test_lore_takes_no_more_than_the_shares_of_its_layers() -> None:
    people, budget = entries(60), 900
    traces = told(lore_items(people, {}, [], " ".join(p.title for p in people)), budget)
    inside = [trace for trace in traces.values() if trace.source.startswith("lore: ") and trace.included]
    shares = budget * (LAYER_SHARES["characters"] + LAYER_SHARES["plot"]) // sum(LAYER_SHARES.values())
    assert shares - 30 < sum(trace.tokens for trace in inside) <= shares


def test_what_others_bring_in_takes_half_a_share_at_most() -> None:
    crowd = entries(30)
    centre = crowd[0].model_copy(update={"content": ", ".join(person.title for person in crowd)})
    budget = 1800
    traces = told(lore_items([centre, *crowd[1:]], {}, [], "Person 0 alone"), budget)
    inside = [trace for trace in traces.values() if trace.source.startswith("lore: ") and trace.included]
    share = budget * LAYER_SHARES["characters"] // sum(LAYER_SHARES.values())
    assert traces["lore: Person 0"].included
    assert len(inside) > 2
    assert sum(trace.tokens for trace in inside) <= share // 2
    assert "no room left (low priority); told by way of “Person 0”" in traces["lore: Person 29"].why


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


texts = st.lists(st.sampled_from(["One went out.", "Two came.", "Nobody spoke."]), min_size=1, max_size=30).map(
    " ".join
)
levels = st.sampled_from(["high", "medium", "low"])
single = st.builds(
    lambda **values: [ContextItem(**values)],
    layer=st.sampled_from(["story", "characters", "plot"]),
    source=st.text("abc", min_size=1, max_size=5),
    text=texts,
    priority=levels,
)
with_note = st.builds(
    lambda title, level, text, changed: [
        ContextItem(layer="characters", source=f"lore: {title}", key=f"lore:{title}", text=text, priority=level),
        ContextItem(layer="characters", source=f"note: {title}", key=f"note:{title}", text=changed, priority=level),
    ],
    st.text("ab", max_size=2),
    levels,
    texts,
    texts,
)
items_strategy = st.lists(st.one_of(single, with_note), max_size=12).map(lambda found: list(itertools.chain(*found)))


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
    high_notes = [item for item in items if item.source.startswith("note: ") and item.priority == "high"]
    assert len(shown) == 1 + sum(item.priority == "high" for item in items) - len(high_notes)
    traces = [trace for layer in made.layers for trace in layer.items]
    for entry, following in itertools.pairwise(traces):
        if following.source.startswith("note: "):
            assert entry.included == following.included
    assert all(item.text in made.text for item in items if item.priority == "high")
    assert assemble(RULES, items, budget, count) == made
