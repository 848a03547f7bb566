"""Maps: names that overlap nothing, drawings that are well-formed and safe, the same from the same seed."""

import re
from itertools import combinations
from xml.etree import ElementTree

import pytest

from workbench.domain.world_map import MapPlace, WorldMap
from workbench.timeline.cartography import drawn_map, labelled, map_svg
from workbench.timeline.shapes import inside
from workbench.timeline.starter_world import generate_world
from workbench.timeline.vocabulary import WorldSize

SIZES: tuple[WorldSize, ...] = ("small", "medium", "large")


def made(seed: str, size: WorldSize) -> WorldMap:
    drawn = generate_world(seed, size).map
    assert drawn is not None
    return drawn


def standing(drawn: WorldMap) -> list[MapPlace]:
    return [place for place in drawn.places if not place.within]


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_names_overlap_neither_each_other_nor_another_place(size: WorldSize, narrow: bool) -> None:
    shown = lost = 0
    for seed in range(25):
        drawn = made(f"map {seed}", size)
        labels, left = labelled(drawn, standing(drawn), narrow)
        shown, lost = shown + len(labels), lost + len(left)
        for one, other in combinations(labels, 2):
            assert not one.box.meets(other.box), (seed, one.place.title, other.place.title)
        for label in labels:
            assert 0 < label.box.left < label.box.right < drawn.width
            assert 0 < label.box.top < label.box.bottom < drawn.height
            for place in standing(drawn):
                if place is not label.place:
                    at = label.box
                    assert not (at.left < place.x < at.right and at.top < place.y < at.bottom)
    # On a phone some small places have no room for a name; the list beside the map has them all.
    assert lost <= (shown // 20 if narrow else 0)


@pytest.mark.parametrize("size", SIZES)
def test_places_lie_on_land_and_roads_join_them(size: WorldSize) -> None:
    for seed in range(25):
        drawn = made(f"land {seed}", size)
        at = {place.title: (place.x, place.y) for place in standing(drawn)}
        for point in at.values():
            assert 0 < point[0] < drawn.width
            assert 0 < point[1] < drawn.height
            assert drawn.side or not inside(point, drawn.shore)
        for road in drawn.roads:
            assert (road.points[0], road.points[-1]) == (at[road.one], at[road.other])
        assert drawn.rivers
        assert drawn.marks
        assert {region.terrain for region in drawn.regions} <= {"hills", "peaks", "wood", "marsh", "plain", "dunes"}


def test_a_drawing_is_well_formed_and_means_nothing_to_templates() -> None:
    for seed in range(12):
        drawn = made(f"svg {seed}", "medium")
        for picture in (map_svg(drawn), map_svg(drawn, narrow=True)):
            root = ElementTree.fromstring(picture)
            assert root.attrib["viewBox"] == f"0 0 {drawn.width} {drawn.height}"
            assert not re.search(r"[{}$`\\]|\d\.\d{3}|http(?!://www\.w3\.org)", picture)
        names = "".join(ElementTree.fromstring(map_svg(drawn)).itertext())
        assert all(place.title in names for place in standing(drawn))


def test_titles_of_a_writer_are_safe_in_a_drawing() -> None:
    drawn = made("safe", "small").stored({made("safe", "small").places[0].title: "town"})
    renamed = drawn.present({"town": '<script>${alert("x")}</script>'})
    picture = map_svg(renamed, linked=True)
    assert "<script" not in picture
    assert not re.search(r"[{}$`]", picture)
    ElementTree.fromstring(picture)


def test_places_with_entries_can_be_pressed_and_others_not() -> None:
    drawn = made("pressed", "small")
    place = standing(drawn)[0]
    known = drawn.stored({place.title: "e1"})
    links = ElementTree.fromstring(drawn_map(known).wide).iter("{http://www.w3.org/2000/svg}a")
    assert [link.attrib["data-id"] for link in links] == ["e1"]
    assert "data-act" not in drawn_map(known).svg
    gone = known.present({})
    assert "data-act" not in drawn_map(gone).wide
    assert place.title in drawn_map(gone).wide


def test_a_renamed_place_keeps_its_roads_and_its_houses() -> None:
    drawn = made("renamed", "medium")
    chief = drawn.places[0].title
    known = drawn.stored({place.title: f"id of {place.title}" for place in drawn.places})
    titles = {place.entry_id: place.title for place in known.places} | {f"id of {chief}": "Newtown"}
    renamed = known.present(titles)
    assert renamed.places[0].title == "Newtown"
    assert chief not in [end for road in renamed.roads for end in (road.one, road.other)]
    assert [road.km for road in renamed.roads] == [road.km for road in drawn.roads]
    assert chief not in [place.within for place in renamed.places]
    assert chief not in map_svg(renamed)
