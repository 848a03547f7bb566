"""The Lore tab as HTML: reviews, differences, evidence that opens its chapter, and the picture of ties."""

from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.ui import test_render as sheet
from tests.ui.test_render import ENTRY, EVIL, NOTE, Checked, passage
from workbench.domain.lore import LORE_KINDS, LoreEntry, NoteRevision
from workbench.domain.ties import Tie, ties
from workbench.errors import NotFound, StorageError
from workbench.ui import cards
from workbench.ui.lore_filters import ENTRIES, EVERYTHING, WHICH, Asked, advice, let_through, modes
from workbench.ui.lore_graph import ties_picture
from workbench.ui.lore_history import before
from workbench.ui.lore_index import IndexLine, index_words
from workbench.ui.lore_layout import ABOVE, BELOW, layout
from workbench.ui.lore_review import review_list
from workbench.ui.tab_lore import pressed

PAGES = {"p": 3}


@pytest.fixture(autouse=True)
def more_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "TAGS", sheet.TAGS | {"ins", "del"})
    monkeypatch.setattr(sheet, "ATTRIBUTES", sheet.ATTRIBUTES | {"transform", "stroke-width", "aria-current"})


def entry(title: str, **fields: object) -> LoreEntry:
    return LoreEntry.model_validate({"id": title, "world_id": "w", "title": title, **fields})


def revision(number: int, note: str, **fields: object) -> NoteRevision:
    return NOTE.model_copy(update={"revision": number, "note": note, **fields})


def buttons(seen: Checked) -> list[tuple[str, str]]:
    return [
        (attributes["data-act"] or "", attributes["data-id"] or "")
        for _, attributes in seen.seen
        if "data-act" in attributes
    ]


def evil_ties() -> str:
    entries = [entry("Mara"), ENTRY, *(entry(kind, kind=kind) for kind in LORE_KINDS)]
    found = [Tie(first="Mara", second=other.id, sentences=n) for n, other in enumerate(entries[1:], 1)]
    return ties_picture(entries, found, "Mara") + ties_picture(entries, found, EVIL, alone=True)


@pytest.mark.parametrize(
    "html",
    [
        cards.lore_entry(ENTRY.model_copy(update={"review": "proposed"}), NOTE, {"p": EVIL}, PAGES),
        cards.note_history([NOTE.model_copy(update={"model": EVIL, "event": f"{EVIL}\n{EVIL}!"})], {"p": EVIL}, PAGES),
        cards.note_changes(f"the same {EVIL}", f"{EVIL} is the same"),
        cards.quotes(f"{EVIL}\n{EVIL}", "p", PAGES),
        cards.quotes(EVIL, "elsewhere", PAGES),
        review_list([(ENTRY, passage()), (ENTRY, None)], [(ENTRY, passage())]),
        review_list([], []),
        evil_ties(),
        ties_picture([ENTRY], [], EVIL),
        index_words(3, 1),
    ],
)
def test_invented_html_never_passes(html: str) -> None:
    sheet.checked(html)


def test_evidence_opens_its_chapter_line_by_line() -> None:
    seen = sheet.checked(cards.quotes("Mara sang.\n\nSal slept.", "p", PAGES))
    assert buttons(seen) == [("passage", "3"), ("passage", "3")]
    assert seen.text.split() == ["Mara", "sang.", "Sal", "slept."]


def test_evidence_from_another_branch_is_told_and_can_not_be_pressed() -> None:
    seen = sheet.checked(cards.quotes("Mara sang.", "gone", PAGES))
    assert buttons(seen) == []
    assert seen.text == "Mara sang. The chapter is not on this branch."
    assert sheet.checked(cards.quotes("Told by you.", None, PAGES)).text == "Told by you."


def test_a_note_says_who_worded_it() -> None:
    worded = sheet.checked(cards.because(NOTE.model_copy(update={"model": "Mistral"}), {"p": "chapter 3"}))
    assert "taken from the story · worded by Mistral · chapter 3" in worded.text
    for origin, words in (("writer", "written by you"), ("rollback", "restored by you"), ("appended", "own words")):
        told = sheet.checked(cards.because(NOTE.model_copy(update={"origin": origin, "model": "Mistral"}), {})).text
        assert words in told
        assert "Mistral" not in told


def test_the_history_lists_events_and_offers_what_can_be_done() -> None:
    one, two = revision(1, "Old.", event="It began."), revision(2, "New.", active=True, event="Sal sang.\nSal left.")
    seen = sheet.checked(cards.note_history([two, one], {}, PAGES))
    assert [tag for tag, _ in seen.seen].count("li") == 2 + 2
    wanted = [("compare", "2"), ("compare", "1"), ("restore", "1")]
    assert [button for button in buttons(seen) if button[0] != "passage"] == wanted
    assert "Version 2 now" in seen.text


def test_changes_are_told_by_form() -> None:
    html = cards.note_changes("Sal is poor & old.", "Sal is rich & old.")
    sheet.checked(html)
    assert "Sal is <del>poor</del><ins>rich</ins> &amp; old." in html
    assert "read the same" in cards.note_changes("Same.", "Same.")


def test_the_version_before_is_the_next_lower_one() -> None:
    revisions = [revision(number, "") for number in (7, 4, 2)]
    assert [before(revisions, number) for number in (7, 4, 2)] == [4, 2, 0]


def test_found_entries_show_their_sentence_and_three_decisions() -> None:
    found = entry("Old Sal", content="Mends nets.", evidence="Sal sat there.", passage_id=EVIL)
    seen = sheet.checked(review_list([(found, passage(number=2))], []))
    wanted = ["open", "passage", "keep", "merge", "discard"]
    assert [act for act, _ in buttons(seen)] == wanted
    assert "Mends nets." in seen.text
    assert "Chapter 2: Sal sat there." in seen.text
    labels = [attributes.get("aria-label") for _, attributes in seen.seen]
    assert {"Keep Old Sal", "Merge into … Old Sal", "Discard Old Sal"} <= set(labels)


def test_what_was_discarded_can_be_put_back() -> None:
    seen = sheet.checked(review_list([], [(entry("Sal"), None)]))
    assert buttons(seen) == [("restore", "Sal")]
    assert "Nothing to review." in seen.text
    assert "1 discarded entry." in seen.text


# --- filters ---

LORE = [
    (entry("Quiet"), None),
    (entry("Changed"), revision(1, "News.", created_at="2026-05-04T10:00:00+00:00")),
    (entry("Later", kind="item"), revision(1, "News.", created_at="2026-05-05T10:00:00+00:00")),
    (entry("Found", is_dynamically_generated=True, review="kept"), None),
    (entry("Waits", is_dynamically_generated=True, review="proposed"), None),
    (entry("Asleep", enabled=False), None),
]
ASKED = Asked("s", "", EVERYTHING, EVERYTHING, "", ENTRIES, False, 0, "")


@pytest.mark.parametrize(
    ("which", "titles"),
    [
        (EVERYTHING, ["Later", "Changed", "Asleep", "Found", "Quiet", "Waits"]),
        ("changed in the story", ["Later", "Changed"]),
        ("found in the story", ["Found", "Waits"]),
        ("to review", ["Waits"]),
        ("not in use", ["Asleep"]),
    ],
)
def test_filters_let_through_what_they_say(which: str, titles: list[str]) -> None:
    assert [entry.title for entry, _ in let_through(ASKED._replace(which=which), LORE)] == titles
    assert [entry.title for entry, _ in let_through(ASKED._replace(which=which, kind="item"), LORE)] == [
        title for title in titles if title == "Later"
    ]


def test_every_empty_list_says_what_to_do() -> None:
    told = {
        advice(asked, any_lore)
        for asked, any_lore in [
            (ASKED._replace(query="x"), True), (ASKED, False), (ASKED, True),
            *((ASKED._replace(which=which), True) for which in WHICH),
        ]
    }  # fmt: skip
    assert len(told) == 3 + len(WHICH) - 1
    assert modes(0)[1][0] == "To review"
    assert modes(3)[1] == ("To review (3)", "review")


def test_the_index_is_told_in_words() -> None:
    assert sheet.checked(index_words(1200, 1200)).text == "All 1,200 texts can be searched."
    assert sheet.checked(index_words(4, 1)).text.startswith("3 texts are still to be indexed")
    assert sheet.checked(index_words(1, 0)).text.startswith("1 text is still to be indexed")
    assert "nothing to search" in index_words(0, 0)


# --- ties ---

PEOPLE = [entry(name) for name in ("Mara", "Sal", "Una", "Zed", "Alone")]
TIED = ties(PEOPLE, {}, ["Mara met Sal. Mara met Sal. Una met Zed. Mara met Una."])


def test_names_of_the_picture_open_their_entries() -> None:
    html = ties_picture(PEOPLE, TIED, "Mara")
    seen = sheet.checked(html)
    for name in ("Mara", "Sal", "Una", "Zed"):
        # Once in the wide and once in the narrow picture; names that Mara is tied to in the words below too.
        assert buttons(seen).count(("open", name)) == (2 if name == "Mara" else 3)
    assert ("open", "Alone") not in buttons(seen)
    assert [attributes["data-id"] for _, attributes in seen.seen if "aria-current" in attributes] == ["Mara", "Mara"]
    assert "together in 2 sentences" in seen.text
    assert ties_picture(PEOPLE, TIED, "Mara") == html


def test_the_picture_can_keep_to_the_chosen_one() -> None:
    entries, found = [*PEOPLE, entry("Far")], [*TIED, Tie(first="Zed", second="Far", sentences=1)]
    assert ("open", "Far") in buttons(sheet.checked(ties_picture(entries, found, "Sal")))
    assert ("open", "Far") not in buttons(sheet.checked(ties_picture(entries, found, "Sal", alone=True)))
    told = sheet.checked(ties_picture(entries, found, "Alone", alone=True)).text
    assert told == "Alone is not tied to anybody yet."


def test_without_ties_there_is_a_hint() -> None:
    assert "No ties to draw yet." in sheet.checked(ties_picture(PEOPLE, [])).text


def test_a_crowd_is_drawn_with_the_chosen_one_in_it() -> None:
    crowd = [entry(f"Name {number:03}") for number in range(90)]
    found = [
        Tie(first=crowd[n].id, second=crowd[n + 1].id, sentences=90 - n) for n in range(89)
    ]  # the last are tied the least
    seen = sheet.checked(ties_picture(crowd, found, "Name 089"))
    drawn = [attributes["data-id"] for tag, attributes in seen.seen if tag == "a"]
    assert len(drawn) == 60 + 30
    assert drawn.count("Name 089") == 2
    assert drawn.count("Name 088") == 2
    assert "30 more are not" in seen.text


@pytest.mark.parametrize(("count", "width", "height"), [(1, 350, 370), (2, 600, 370), (12, 350, 370), (60, 600, 950)])
def test_every_name_has_its_place_inside_the_picture(count: int, width: int, height: int) -> None:
    names = tuple((str(n), f"Some name {n}") for n in range(count))
    tied = tuple(
        Tie(first=str(n), second=str(n * 7 % count), sentences=1 + n % 5) for n in range(count) if n * 7 % count != n
    )
    places = layout(names, tied, width, height)
    assert set(places) == {str(n) for n in range(count)}
    for x, y in places.values():
        assert 0 < x < width
        assert ABOVE <= y <= height - BELOW
    spots = list(places.values())
    close = [
        (a, b) for n, a in enumerate(spots) for b in spots[n + 1 :] if abs(a[0] - b[0]) < 50 and abs(a[1] - b[1]) < 25
    ]
    assert not close


# --- what the tab does ---


class Library:
    """Counts of an index that can be built anew, or can't."""

    def __init__(self, error: Exception | None = None) -> None:
        self.indexed, self.error = 1, error

    def index_state(self) -> dict[str, int]:
        return {"wanted": 4, "indexed": self.indexed}

    def rebuild_index(self) -> dict[str, int]:
        if self.error:
            raise self.error
        self.indexed = 4
        return {"documents": 4}


def index_line(library: Library) -> IndexLine:
    desk: Any = SimpleNamespace(workbench=SimpleNamespace(library=library))
    with gr.Blocks():
        return IndexLine(desk)


def test_the_index_is_built_anew_and_told() -> None:
    line = index_line(Library())
    assert "3 texts" in line.show()
    waits, done = line.rebuilt()
    assert waits[line.rebuild].interactive is False
    assert done[line.rebuild].interactive is True
    assert "All 4 texts" in done[line.line]
    told = [line.beaten(beat) for beat in range(5)]
    assert [line.line in updates for updates in told] == [False] * 4 + [True]


def test_a_failed_build_gives_the_button_back() -> None:
    line = index_line(Library(StorageError("The disk is full. Make room.")))
    steps = line.rebuilt()
    assert next(steps)[line.rebuild].interactive is False
    assert next(steps)[line.rebuild].interactive is True
    with pytest.raises(StorageError):
        next(steps)


def test_a_chapter_that_is_not_on_the_sheet_is_told() -> None:
    with pytest.raises(NotFound, match="Load the page again"):
        pressed(gr.EventData(None, {"act": "lost", "id": "3"}))
    assert pressed(gr.EventData(None, {"act": "open", "id": "x"})) == ("open", "x")
    assert pressed(gr.EventData(None, None)) == ("", "")
