"""Story time as a picture and in words: what a reader sees, and that nothing in it can act."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from workbench.domain.timeline import Named, PlacedEvent, Quote, StoryEvent, StoryTime, Violation
from workbench.ui import continuity_cards, timeline_cards
from workbench.ui.event_form import EventForm, forgotten_event, typed_events
from workbench.ui.timeline_asked import EVERYBODY, EVERYWHERE, Asked, fits, names_of, picture, troubled
from workbench.ui.timeline_layout import By, Layout, laid_out, lasting, short
from workbench.ui.timeline_picture import look_of, time_picture, told_aloud

EVIL = "<script>x</script> {a} ${b} `c`"
Told = tuple[float | None, Named | None, set[Named]]
ARIA, TOBIN = Named(title="Aria", entry_id="a"), Named(title="Tobin", entry_id="t")
VELL, MILL = Named(title="Vell", entry_id="v"), Named(title="the Old Mill")


def event(
    order: int,
    at: float | None = None,
    where: Named | None = VELL,
    who: Sequence[Named] = (ARIA,),
    what: str = "",
    **more: object,
) -> PlacedEvent:
    """An event with one label a day."""
    known = {"id": f"e{order}", "where": where, "who": tuple(who), "what": what or f"Thing {order} happens."}
    day = None if at is None else int(at // 24) + 1
    label = "" if day is None else f"Day {day}, noon"
    return PlacedEvent(
        event=StoryEvent.model_validate({**known, **more}), number=1, order=order, at=at, day=day, label=label
    )


def titles(layout: Layout) -> list[str]:
    return [lane.title for lane in layout.lanes]


def places(layout: Layout) -> list[float]:
    return [spot.x * layout.width for spot in layout.spots]


def lines_of(html: str, person: int) -> int:
    way = re.search(rf'<g class="ll-way [^"]+" data-who="{person}">(.+?)</g>', html)
    return way.group(1).count("<line") if way else 0


# --- where things stand ---


def test_a_lane_for_each_place_in_the_order_of_the_story_and_one_for_none() -> None:
    layout = laid_out([event(0, where=None), event(1, where=MILL), event(2), event(3, where=MILL)], "place")
    assert titles(layout) == ["the Old Mill", "Vell", "No place told"]
    assert [spot.beads[0].lane for spot in layout.spots] == [2, 0, 1, 0]


def test_by_character_an_event_stands_in_the_lane_of_everybody_in_it() -> None:
    layout = laid_out([event(0, who=(TOBIN, ARIA)), event(1), event(2, who=())], "character")
    assert titles(layout) == ["Tobin", "Aria", "Nobody named"]
    assert [[bead.lane for bead in spot.beads] for spot in layout.spots] == [[0, 1], [1], [2]]


def test_as_much_room_as_time_where_hours_are_known_and_equal_steps_where_not() -> None:
    first, second, third, fourth, fifth = places(
        laid_out([event(0, 0), event(1, 24), event(2, 72), event(3), event(4)], "place")
    )
    assert third - second == pytest.approx(2 * (second - first))
    assert fourth - third == pytest.approx(fifth - fourth)


def test_a_long_time_is_cut_and_says_how_long() -> None:
    layout = laid_out([event(n, at) for n, at in enumerate((0.0, 24.0, 48.0, 48.0 + 20 * 8766))], "place")
    assert [one.skipped for one in layout.stretches] == ["", "", "20 years"]
    assert layout.width < 1200


def test_what_happens_at_once_stands_below_each_other_and_in_one_place_side_by_side() -> None:
    apart = places(laid_out([event(0, 5), event(1, 5, MILL, (TOBIN,))], "place"))
    assert apart[0] == apart[1]
    for other in (event(1, 5, VELL, (TOBIN,)), event(1, 5, MILL)):
        together = places(laid_out([event(0, 5), other], "place"))
        assert together[0] < together[1]


def test_a_new_day_is_written_once() -> None:
    layout = laid_out([event(0, 0), event(1, 5), event(2), event(3, 30), event(4, 31)], "place")
    assert [words for _, words in layout.days] == ["Day 1", "Day 2"]


@given(
    some.lists(
        some.tuples(
            some.one_of(some.none(), some.floats(-1e6, 1e6)),
            some.sampled_from([VELL, MILL, None]),
            some.sets(some.sampled_from([ARIA, TOBIN])),
        ),
        min_size=1,
        max_size=40,
    ),
    some.sampled_from(["place", "character"]),
)
def test_time_never_runs_backwards_and_all_stays_in_the_picture(made: Sequence[Told], by: By) -> None:
    known = sorted((at for at, _, _ in made if at is not None), reverse=True)
    events = [
        event(n, known.pop() if at is not None else None, where, tuple(who), "A thing of some length happens here.")
        for n, (at, where, who) in enumerate(made)
    ]
    layout = laid_out(events, by)
    assert all(later >= x for x, later in pairwise(places(layout)))
    for spot in layout.spots:
        assert 0 < spot.x < 1
        for bead in spot.beads:
            lane = layout.lanes[bead.lane]
            assert lane.top < bead.y < lane.top + lane.height
    assert layout.height == sum(lane.height for lane in layout.lanes)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.2, "less than an hour"), (1, "an hour"), (30, "a day"), (72, "3 days"), (400, "2 weeks"), (9000, "a year")],
)
def test_lengths_of_time_in_words(hours: float, words: str) -> None:
    assert lasting(hours) == words


def test_short_words_end_at_a_word() -> None:
    assert short("Aria walks to the harbour at night", 20) == "Aria walks to the…"
    assert short("Donaudampfschifffahrtsgesellschaft", 12) == "Donaudampfs…"


# --- the picture ---


def test_a_line_follows_each_person_from_place_to_place() -> None:
    events = [event(0, who=(ARIA, TOBIN)), event(1, where=MILL), event(2, where=MILL, who=(TOBIN,)), event(3)]
    html = time_picture(events, "place")
    assert lines_of(html, 0) == 2
    assert lines_of(html, 1) == 1
    assert html.count("ll-person") == 2
    # The places that somebody comes to are written into their own lane.
    assert re.findall(r'class="ll-arrival"[^>]*>([^<]+)', time_picture(events, "character")) == [
        *("Vell", "Vell"), *("the Old Mill", "the Old Mill"), "Vell",
    ]  # fmt: skip


def test_no_two_of_thirty_two_people_look_the_same() -> None:
    assert len({look_of(number) for number in range(32)}) == 32


def test_an_event_can_be_opened_and_heard() -> None:
    html = time_picture([event(0, 5, who=(ARIA, TOBIN), what="They quarrel."), event(1, 6)], "character", ["e0"])
    assert html.count('data-act="event"') == 2
    assert html.count('tabindex="0"') == 1
    assert "Day 1, noon: They quarrel, at Vell, with Aria, Tobin. Something told elsewhere contradicts it." in html
    assert "contradicts" not in told_aloud(event(1, 6))


def test_the_axis_says_where_only_the_order_is_known() -> None:
    assert "ll-only-order" not in time_picture([event(0, 1), event(1, 25)], "place")
    mixed = time_picture([event(0, 1), event(1, 25), event(2)], "place")
    assert "a dotted one only to the order" in mixed
    assert "3 events, Day 1 to Day 2" in mixed


def test_two_hundred_events_make_one_small_page() -> None:
    people = [Named(title=f"Person {n}") for n in range(12)]
    events = [
        event(n, n * 7.0, Named(title=f"Place {n % 9}"), (people[n % 12], people[(n * 5 + 1) % 12])) for n in range(200)
    ]
    html = time_picture(events, "place")
    assert html.count("ll-happening") == 200
    assert len(html) < 300_000


# --- filters ---


def asked(**more: object) -> Asked:
    known = {
        "story": "s",
        "event": "",
        "lanes": "place",
        "who": EVERYBODY,
        "where": EVERYWHERE,
        "seen": "",
        "troubled": [],
    }
    return Asked(**{**known, **more})  # type: ignore[arg-type]


def test_filters_let_through_one_person_and_one_place() -> None:
    events = [event(0), event(1, who=(TOBIN,)), event(2, where=MILL, who=(ARIA, TOBIN)), event(3, where=None, who=())]
    people, where = names_of(events)
    assert people == {"a": "Aria", "t": "Tobin"}
    assert where == {"v": "Vell", "the old mill": "the Old Mill"}
    shown = [one.order for one in events if fits(one, asked(who="t"))]
    assert shown == [1, 2]
    assert [one.order for one in events if fits(one, asked(who="a", where="the old mill"))] == [2]
    assert picture([], [], asked()) == timeline_cards.NOTHING
    assert picture(events, [], asked()) == timeline_cards.NOTHING_FITS


# --- in words ---


def test_an_open_event_leads_to_its_chapter_and_to_what_shares_place_or_time() -> None:
    here = event(0, 12, passage_id="p", evidence="Aria bows.", when=StoryTime(told="the next morning"))
    linked = {"same_place": [event(1, 40, what="They dig.")], "same_time": [event(2, 12, MILL, what="It rains.")]}
    html = timeline_cards.event_card(here, linked, {"p": 3})
    assert 'data-act="passage" data-id="3" data-quote="Aria bows.">Open chapter 3<' in html
    assert "Day 1, noon (“the next morning”)" in html
    first, second = html.split("<section>")[1:]
    assert "Here at other times" in first
    assert "Day 2, noon" in first
    assert "They dig." in first
    assert "Elsewhere at this time" in second
    assert "the Old Mill" in second
    assert "It rains." in second


def test_an_event_of_the_writers_own_has_no_chapter_to_open() -> None:
    html = timeline_cards.event_card(event(0, None, None, (), origin="writer"), {}, {})
    assert "Open chapter" not in html
    assert "entered by you" in html
    assert html.count("not told") == 2
    assert "After what was told before it" in html


def contradiction(
    key: str = "k", text: str = "Aria is in two places.", dismissed: str = "", passage: str = "p"
) -> Violation:
    evidence = (
        Quote(passage_id=passage, quote="Aria bows.", source="Chapter 3"),
        Quote(quote=text, source="the draft"),
    )
    return Violation(
        key=key, rule="two_places", title="In two places at once", message=text, evidence=evidence, dismissed=dismissed
    )


def test_both_sentences_stand_side_by_side_and_one_leads_to_its_chapter() -> None:
    html = continuity_cards.whole_story([contradiction()], {"p": 3}, True)
    assert html.count("<blockquote>") == 2
    assert '<button type="button" class="ll-cite" data-act="passage" data-id="3"' in html
    assert "<cite>The draft</cite>" in html
    assert "not on this branch" not in html
    assert "Let it stand" in html


def test_what_was_let_stand_is_folded_with_its_reason() -> None:
    html = continuity_cards.whole_story([contradiction(dismissed="She has a twin.")], {}, True)
    shown, folded = html.split("<details")
    assert "Everything fits together." in shown
    assert "She has a twin." in folded
    assert "Take that back" in folded
    assert continuity_cards.whole_story([], {}, True) == continuity_cards.ALL_FITS
    assert continuity_cards.whole_story([], {}, False) == continuity_cards.NOTHING_TO_CHECK


def test_a_draft_says_in_one_line_whether_it_fits() -> None:
    assert "Nothing in this draft contradicts" in continuity_cards.beside_draft([], {}, "d")
    two = continuity_cards.beside_draft(
        [contradiction("a"), contradiction("b"), contradiction("c", dismissed="Yes")], {}, "d"
    )
    assert "2 things in this draft don’t fit what is told before" in two
    assert "1 thing that you let stand" in two
    assert "1 thing in this draft doesn’t fit" in continuity_cards.beside_draft([contradiction()], {}, "d")


def test_only_events_whose_own_sentence_is_quoted_are_marked() -> None:
    events = [
        event(0, evidence="Aria bows.", passage_id="p"),
        event(1, evidence="Aria bows.", passage_id="q"),
        event(2, evidence="Tobin bows.", passage_id="p"),
        event(3, evidence="", passage_id="p"),
    ]
    assert troubled(events, [contradiction()]) == ["e0"]
    assert troubled(events, [contradiction(dismissed="A twin.")]) == []


@pytest.mark.parametrize(
    "html",
    [
        time_picture([event(0, 1, Named(title=EVIL), (Named(title=EVIL),), EVIL, id=EVIL)], "place"),
        time_picture([event(0, 1, Named(title=EVIL), (Named(title=EVIL),), EVIL, id=EVIL)], "character"),
        timeline_cards.event_list([event(0, 1, Named(title=EVIL), (Named(title=EVIL),), EVIL, id=EVIL)]),
        timeline_cards.event_card(
            event(0, 1, what=EVIL, evidence=EVIL, passage_id="p"), {"same_place": [event(1, what=EVIL)]}, {"p": 1}
        ),
        continuity_cards.whole_story([contradiction(EVIL, EVIL), contradiction(EVIL, EVIL, EVIL)], {}, True),
        continuity_cards.beside_draft([contradiction(EVIL, EVIL)], {}, EVIL),
    ],
)
def test_nothing_that_is_told_can_act(html: str) -> None:
    assert "script&gt;" in html
    for mark in ("<script", "{", "}", "$", "`"):
        assert mark not in html


# --- the form ---


def test_what_is_typed_for_events_is_kept_until_it_is_saved() -> None:
    typed = {"what": "It rains.", "when": "", "where": "", "who": ""}
    kept = {"story": "s", "events": {"s": {"new": typed, "e1": {"what": "x"}, "odd": 3}, "other": {"new": typed}}}
    assert typed_events(kept, "s")["new"] == typed
    assert list(typed_events(kept, "s")) == ["new", "e1"]
    after = forgotten_event(kept, "s", "new")
    assert list(typed_events(after, "s")) == ["e1"]
    assert list(typed_events(after, "other")) == ["new"]
    assert after["story"] == "s"
    oddities: tuple[object, ...] = (None, 3, {"events": 1}, {"events": {"s": []}})
    assert [typed_events(odd, "s") for odd in oddities] == [{}] * 4


def test_names_are_told_apart_by_commas() -> None:
    given_by_hand = EventForm.given("It rains.", "at noon", "Vell", "Aria, , Old Sal")
    assert [name.strip() for name in given_by_hand["who"]] == ["Aria", "Old Sal"]
