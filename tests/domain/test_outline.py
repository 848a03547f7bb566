"""What of a proposed chapter may stand, and how a plan stands on a branch."""

import pytest

from workbench.domain.lore import LoreEntry
from workbench.domain.outline import OutlineItem, PlannedChapter, arranged, plan_problem, planned_by_rule, tidy

BEFORE = [PlannedChapter(title="The Bell", summary="Aria rows out to the bell alone and finds its rope cut.")]
KNOWN = "Aria Tobin the Quay the Bell"


def item(key: str, passage: str | None = None, title: str = "") -> OutlineItem:
    return OutlineItem(id=key, number=1, title=title or key, passage_id=passage)


def entry(title: str, kind: str = "character") -> LoreEntry:
    return LoreEntry.model_validate({"id": title, "world_id": "w", "title": title, "kind": kind})


def test_written_chapters_come_first_with_their_own_numbers() -> None:
    plan = arranged([item("a"), item("b", "p2"), item("c", "p1")], {"p1": 1, "p2": 2, "p3": 3})
    assert [(one.id, one.number, one.passage_id) for one in plan] == [("c", 1, "p1"), ("b", 2, "p2"), ("a", 4, None)]


def test_what_another_branch_has_written_is_still_to_come_here() -> None:
    assert [(one.number, one.passage_id) for one in arranged([item("a", "elsewhere")], {"p1": 1})] == [(2, None)]


def test_a_chapter_that_both_branches_have_written_stands_once_on_each() -> None:
    items = [item("a", "here", "The Bell"), item("copy", "there", "The Bell")]
    assert [one.id for one in arranged(items, {"here": 1})] == ["a"]
    assert [one.id for one in arranged(items, {"there": 1})] == ["copy"]


@pytest.mark.parametrize(
    ("title", "summary", "says"),
    [
        ("The", "Aria rows home in the dark and says nothing.", "title says nothing"),
        ("Home", "Aria rows.", "says too little"),
        ("The bell", "Tobin sells his boat to pay the council what he owes.", "planned already"),
        ("Rope", "Aria finds the rope of the bell cut when she rows out alone.", "“The Bell” tells"),
        ("Home", "Aria is in the story, and the story is a story of a story in a story.", "circles"),
        ("Home", "Aria meets Godfrey, and Godfrey knows Wilhelmina, who hates Bartholomew.", "nobody knows"),
    ],
)
def test_what_cannot_stand(title: str, summary: str, says: str) -> None:
    assert says in plan_problem(title, summary, BEFORE, KNOWN)


def test_a_chapter_that_can_stand() -> None:
    assert plan_problem("Debts", "Tobin sells his boat to pay the council what he owes.", BEFORE, KNOWN) == ""


def test_names_alone_make_no_chapter_alike() -> None:
    before = [PlannedChapter(title="One", summary="Aria Vell and Tobin Hale meet at the Tidal Quay.")]
    summary = "Aria Vell hides from Tobin Hale below the Tidal Quay."
    assert plan_problem("Hidden", summary, before, summary, names="Aria Vell, Tobin Hale, the Tidal Quay") == ""


def test_what_is_written_already_is_not_planned() -> None:
    line = "Tobin sells his boat to pay the council what he owes."
    assert "written already" in plan_problem("Debts", line, [], KNOWN, told=f"It rained. {line}")


def test_numbers_quotes_and_cut_ends_are_taken_off() -> None:
    assert tidy("Chapter 3: “The Bell”", "Aria rows out. Then she") == ("The Bell", "Aria rows out.")


def test_a_plan_by_rule_uses_the_storys_own_entries_and_never_repeats_itself() -> None:
    entries = [entry("Aria"), entry("Tobin"), entry("The Quay", "location"), entry("The Bell", "item")]
    plan: list[PlannedChapter] = []
    for number in range(1, 21):
        plan.append(planned_by_rule(entries, plan, number))
    assert len({one.title for one in plan}) == 20
    assert "The Quay" in plan[0].title + plan[1].title
    assert planned_by_rule([], [], 7).title == "Open place 7"
