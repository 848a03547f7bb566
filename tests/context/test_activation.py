"""Which lore is told, rule by rule, and what holds for all of them together."""

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.activation import story
from workbench.context.activation import STEPS, Activation, activate, remembered_from
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage
from workbench.domain.text import mentions


def entry(title: str, content: str = "Something.", **more: Any) -> LoreEntry:
    return LoreEntry(id=title.lower(), world_id="w", title=title, content=content, **more)


def passages(*texts: str, requests: tuple[str, ...] = ()) -> list[Passage]:
    asked = requests or ("",) * len(texts)
    return [
        Passage(
            id=f"p{i}", story_id="s", parent_id=None, number=i, title=f"Chapter {i}", text=text, instruction=request
        )
        for i, (text, request) in enumerate(zip(texts, asked, strict=True), start=1)
    ]


def note(entry_id: str, text: str) -> dict[str, NoteRevision]:
    values = {"id": "n", "story_id": "s", "entry_id": entry_id, "revision": 1, "created_at": "", "passage_id": None}
    return {entry_id: NoteRevision(**values, note=text, event="", evidence="")}


def decided(entries: list[LoreEntry], request: str, *texts: str, **more: Any) -> dict[str, Activation]:
    made = activate(entries, more.pop("notes", {}), passages(*texts), request, "s")
    return {one.entry.title: one for one in made}


def told(entries: list[LoreEntry], request: str, *texts: str, **more: Any) -> list[str]:
    return [title for title, one in decided(entries, request, *texts, **more).items() if one.cause]


def test_a_first_name_brings_its_entry_in_unless_two_have_it_or_it_is_only_a_word() -> None:
    mara, rose, other = entry("Mara Voss"), entry("Rose Marsh"), entry("Rose Hale")
    assert told([mara], "Mara wakes") == ["Mara Voss"]
    assert told([rose], "Rose wakes") == ["Rose Marsh"]
    assert told([rose], "She picks a rose") == []
    assert told([rose, other], "Rose wakes") == []


def test_a_key_a_title_or_an_alias_brings_an_entry_in_and_the_trace_says_where() -> None:
    mara = entry("Mara Voss", aliases=("the keeper",), keys=("north light", "/lamp(s|oil)/"))
    for request, name in (
        ("Mara Voss wakes", "Mara Voss"),
        ("The Keeper wakes", "the keeper"),
        ("By the north light", "north light"),
        ("It smells of lampoil", "/lamp(s|oil)/"),
    ):
        assert decided([mara], request)["Mara Voss"].why == f"the request names “{name}”"
    one = decided([mara], "On", "She saw the north light.", "Nothing.")["Mara Voss"]
    assert one.why == "chapter 1 names “north light”"
    asked = activate([mara], {}, passages("-", requests=("The keeper sleeps",)), "On")[0]
    assert asked.why == "the request for chapter 1 names “the keeper”"
    assert decided([mara], "Nothing")["Mara Voss"].why == "nobody names it"
    gone = decided([mara], "On", "Mara Voss left.", *["-"] * 8)["Mara Voss"]
    assert (gone.cause, gone.why) == ("", "nobody has named it since chapter 1")


@pytest.mark.parametrize(
    ("logic", "request_text", "why"),
    [
        ("and_any", "Mara and the sword", ""),
        ("and_any", "Mara", "its other keys aren't there (needs one of: “sword”, “crown”)"),
        ("and_all", "Mara, sword, crown", ""),
        ("and_all", "Mara and the sword", "its other keys aren't there (needs all of: “sword”, “crown”)"),
        ("not_any", "Mara", ""),
        ("not_any", "Mara and the sword", "its other keys are there (must have none of: “sword”, “crown”)"),
        ("not_all", "Mara and the sword", ""),
        ("not_all", "Mara, sword, crown", "its other keys are there (must not have all of: “sword”, “crown”)"),
    ],
)
def test_secondary_keys(logic: str, request_text: str, why: str) -> None:
    mara = entry("Mara", secondary_keys=("sword", "crown"), secondary_logic=logic)
    one = decided([mara], request_text)["Mara"]
    assert bool(one.cause) == (not why)
    assert one.why == (why or "the request names “Mara”")


def test_secondary_keys_are_looked_for_wherever_keys_are_and_decide_of_keys_only() -> None:
    mara = entry("Mara", secondary_keys=("sword",))
    assert told([mara], "Mara comes", "A sword lay there.") == ["Mara"]
    assert told([mara], "Mara comes", "A sword lay there.", *["-"] * 8) == []
    assert told([mara.model_copy(update={"constant": True})], "Nobody") == ["Mara"]
    for logic in ("and_any", "and_all", "not_any", "not_all"):
        assert told([entry("Mara", secondary_logic=logic)], "Mara") == ["Mara"]


def test_constant_weighty_and_switched_off() -> None:
    made = [entry("A", constant=True), entry("B", priority=85), entry("C", enabled=False, constant=True), entry("D")]
    found = decided(made, "C and nobody else")
    assert [found[title].why for title in "ABCD"] == [
        "always told",
        "of weight 85: always told",
        "switched off",
        "nobody names it",
    ]
    assert [title for title in found if found[title].cause] == ["A", "B"]


@pytest.mark.parametrize("review", ["discarded", "merged"])
def test_what_a_review_put_aside_is_not_even_spoken_of(review: str) -> None:
    assert decided([entry("Mara", review=review, constant=True)], "Mara") == {}


def test_chance_is_drawn_anew_for_each_chapter_and_is_the_same_for_the_same_one() -> None:
    maybe = [entry(f"E{i}", constant=True, probability=40) for i in range(100)]
    first = told(maybe, "On")
    assert first == told(maybe, "Another request")
    assert 20 < len(first) < 60
    assert told(maybe, "On", "-") != first
    assert [one.entry.title for one in activate(maybe, {}, [], "On", "another story") if one.cause] != first
    out = next(one for one in decided(maybe, "On").values() if not one.cause)
    assert out.why == "left to chance: 40 % this time said no"
    assert told([entry("Never", constant=True, probability=0), entry("Sure", constant=True)], "Never") == ["Sure"]


def test_what_chance_keeps_out_brings_in_nobody_and_is_not_brought_in() -> None:
    luckless = entry("Mara", "Knows Sal.", probability=0)
    assert told([luckless, entry("Sal"), entry("Tom", "Tom knows Mara.")], "Mara and Tom") == ["Tom"]


def test_scan_depth_counts_passages_beside_the_request() -> None:
    def at(depth: int | None, request: str, *texts: str) -> bool:
        return bool(told([entry("Mara", scan_depth=depth)], request, *texts))

    assert at(0, "Mara")
    assert not at(0, "On", "Mara")
    assert at(1, "On", "-", "Mara")
    assert not at(1, "On", "Mara", "-")
    assert at(2, "On", "Mara", "-")
    assert at(9, "On", "Mara", *["-"] * 8)
    assert not at(None, "On", "Mara", *["-"] * 8)
    assert at(1000, "On", "Mara")


def test_short_searches_and_chance_stand_where_they_move_nothing() -> None:
    made = [entry("Mara", scan_depth=0), entry("Sal", probability=99), entry("Tom"), entry("Ann", scan_depth=5)]
    found = decided(made, "Mara, Sal, Tom, Ann")
    assert [found[title].passing for title in ("Mara", "Sal", "Tom", "Ann")] == [True, True, False, False]


def test_told_entries_bring_in_whom_their_texts_and_notes_name() -> None:
    made = [entry("Mara", "Sister of Sal."), entry("Sal", "Owes Tom."), entry("Tom"), entry("Ann")]
    found = decided(made, "Mara wakes", notes=note("sal", "Sal loves Ann."))
    assert [title for title in found if found[title].cause] == ["Mara", "Sal", "Tom", "Ann"]
    assert found["Sal"].why == "told by way of “Mara”, whose text names it"
    assert found["Ann"].why == "told by way of “Sal”, whose text names it"
    assert {found[title].cause for title in ("Sal", "Tom", "Ann")} == {"by way"}


def test_bringing_in_ends_in_a_circle_and_after_some_steps() -> None:
    circle = [entry("A1", "B1"), entry("B1", "A1")]
    assert told(circle, "B1") == ["B1", "A1"]
    chain = [entry(f"N{i}", f"N{i + 1}") for i in range(STEPS + 3)]
    assert told(chain, "N0") == [f"N{i}" for i in range(STEPS + 1)]


def test_constant_entries_bring_in_others_and_weighty_ones_when_they_are_named() -> None:
    sal = entry("Sal")
    assert told([entry("Mara", "Knows Sal.", constant=True), sal], "On") == ["Mara", "Sal"]
    weighty = entry("Mara", "Knows Sal.", priority=90)
    assert told([weighty, sal], "On") == ["Mara"]
    found = decided([weighty, sal], "Mara wakes")
    assert found["Sal"].why == "told by way of “Mara”, whose text names it"


def test_recursion_can_be_forbidden_either_way() -> None:
    assert told([entry("Mara", "Knows Sal."), entry("Sal", exclude_recursion=True)], "Mara") == ["Mara"]
    assert told([entry("Mara", "Knows Sal.", prevent_recursion=True), entry("Sal")], "Mara") == ["Mara"]
    assert told([entry("Mara", "Knows Sal."), entry("Sal", exclude_recursion=True)], "Mara, Sal") == ["Mara", "Sal"]


def test_an_entry_can_wait_for_others_to_bring_it_in() -> None:
    secret = entry("Sal", delay_until_recursion=True, constant=True, priority=90)
    found = decided([entry("Mara", "Knows Sal."), secret], "Sal and nobody else")
    assert (found["Sal"].cause, found["Sal"].why) == ("", "only other entries may bring it in, and none does")
    assert told([entry("Mara", "Knows Sal."), secret], "Mara") == ["Mara", "Sal"]
    both = secret.model_copy(update={"exclude_recursion": True})
    assert "may not either" in decided([entry("Mara", "Knows Sal."), both], "Mara")["Sal"].why


def test_other_keys_are_looked_for_in_the_texts_of_others_too() -> None:
    mara = entry("Mara", "A sword at her side.")
    sal = entry("Sal", secondary_keys=("sword",))
    found = decided([mara, sal], "Mara and Sal")
    assert found["Sal"].why == "told by way of “Mara”, whose text names its other keys"
    assert told([mara, sal.model_copy(update={"secondary_logic": "not_any", "scan_depth": 0})], "Mara", "Sal") == [
        "Mara"
    ]


def test_whom_others_bring_in_stands_behind_whom_the_chapter_names_and_keeps_that_place() -> None:
    made = [entry("Sal"), entry("Mara", "Knows Sal."), entry("Tom")]
    assert told(made, "Mara and Tom") == ["Mara", "Tom", "Sal"]
    later = activate(made, {}, passages("Sal and Mara.", requests=("Mara and Tom",)), "Sal")
    assert [one.entry.title for one in later if one.cause] == ["Mara", "Tom", "Sal"]


def test_a_pattern_that_explodes_is_told_in_the_trace() -> None:
    one = decided([entry("Mara", keys=("/(a+)+$/",))], f"{'a' * 3000}!")["Mara"]
    assert "takes too long" in one.why


def test_an_entry_with_a_broken_pattern_is_found_by_its_other_keys() -> None:
    mara = entry("Mara", keys=("/(/", "keeper"), secondary_keys=("/(/",), secondary_logic="not_any")
    assert told([mara], "The keeper") == ["Mara"]


def test_what_only_says_that_nobody_names_it_may_be_recalled() -> None:
    made = [
        entry("A"),
        entry("B", enabled=False),
        entry("C", probability=0),
        entry("D", secondary_keys=("x",)),
        entry("E", delay_until_recursion=True),
        entry("F", constant=True),
    ]
    assert [title for title, one in decided(made, "C").items() if one.recallable] == ["A"]


def test_a_long_story_with_much_lore_is_decided() -> None:
    lore, chapters = story(300, 60, words=80)
    found = activate(lore, {}, chapters, f"{lore[40].title} comes home", "s")
    causes = {one.entry.id: one.cause for one in found}
    assert len(found) == len(lore)
    assert causes["e40"] == causes["e1"] == "named"
    assert 5 < sum(bool(cause) for cause in causes.values()) < 60


# Properties: any rules, any story

PEOPLE = ["Ada", "Bo", "Cy", "Di", "Ed"]
somebody = st.lists(st.sampled_from([*PEOPLE, "sword", "crown"]), max_size=3).map(" ".join)
ruled = st.builds(
    entry,
    title=st.just("?"),
    content=somebody,
    keys=st.lists(st.sampled_from(["sword", "/cro.n/", "Bo"]), max_size=1).map(tuple),
    secondary_keys=st.lists(st.sampled_from(["sword", "crown", "Cy"]), max_size=2).map(tuple),
    secondary_logic=st.sampled_from(["and_any", "and_all", "not_any", "not_all"]),
    constant=st.sampled_from([False, False, False, True]),
    enabled=st.sampled_from([True, True, True, False]),
    probability=st.sampled_from([100, 100, 100, 50]),
    scan_depth=st.sampled_from([None, None, 0, 1, 5]),
    exclude_recursion=st.booleans(),
    prevent_recursion=st.booleans(),
    delay_until_recursion=st.sampled_from([False, False, True]),
)
worlds = st.lists(ruled, min_size=1, max_size=5).map(
    lambda made: [one.model_copy(update={"id": f"e{i}", "title": PEOPLE[i]}) for i, one in enumerate(made)]
)
chapters_told = st.lists(st.tuples(somebody, somebody), min_size=1, max_size=12)


def over_time(lore: list[LoreEntry], chapters: list[tuple[str, str]]) -> list[list[Activation]]:
    """What is decided for each of these chapters, given as (request, text)."""
    made = passages(*(text for _, text in chapters), requests=tuple(request for request, _ in chapters))
    return [activate(lore, {}, made[:n], chapters[n][0], "s") for n in range(len(chapters))]


@settings(max_examples=150, deadline=None)
@given(worlds, chapters_told)
def test_a_new_chapter_moves_nobody_who_stays(lore: list[LoreEntry], chapters: list[tuple[str, str]]) -> None:
    orders = [[one.entry.id for one in made if one.cause] for made in over_time(lore, chapters)]
    always = {one.id for one in lore if one.constant and not one.delay_until_recursion}
    for earlier, later in itertools.pairwise(orders):
        stayed = [key for key in earlier if key in later and key not in always]
        assert [key for key in later if key not in always][: len(stayed)] == stayed
        first = [key for key in later if key in always]
        assert later[: len(first)] == first


@settings(max_examples=150, deadline=None)
@given(worlds, chapters_told)
def test_nobody_is_told_whom_no_text_names(lore: list[LoreEntry], chapters: list[tuple[str, str]]) -> None:
    found = over_time(lore, chapters)
    assert found == over_time(lore, chapters)
    texts = [part for chapter in chapters for part in chapter] + [one.content for one in lore]
    for made in found:
        assert sorted(one.entry.id for one in made) == sorted(one.id for one in lore)
        for one in made:
            assert one.why
            if one.cause:
                assert one.entry.enabled
                if one.cause != "always":
                    named = " ".join(texts)
                    words = [*one.entry.names, "sword" if "sword" in one.entry.keys else ""]
                    words += ["crown"] if "/cro.n/" in one.entry.keys else []
                    words += ["Bo"] if "Bo" in one.entry.keys else []
                    assert mentions(named, words)


@settings(max_examples=150, deadline=None)
@given(chapters_told)
def test_plain_entries_are_told_as_long_as_they_are_remembered(chapters: list[tuple[str, str]]) -> None:
    """Against the rule said in the plainest way: who was named in what is remembered is told, and who comes back goes
    to the end."""
    lore = [entry(title) for title in PEOPLE]
    order: list[str] = []
    for n, (request, _) in enumerate(chapters):
        past = [part for i in range(remembered_from(n), n) for part in chapters[i]]
        before = [title for title in PEOPLE if mentions(" ".join(past), [title])]
        now = [title for title in PEOPLE if title in before or mentions(request, [title])]
        order = [title for title in order if title in now]
        order += [title for title in before if title not in order]
        order += [title for title in now if title not in order]
        made = over_time(lore, chapters[: n + 1])[-1]
        assert [one.entry.title for one in made if one.cause] == order
