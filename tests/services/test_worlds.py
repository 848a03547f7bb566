"""Worlds from a seed, as they are looked at, stored, and shown on their maps."""

import pytest

from workbench.compose import Workbench
from workbench.errors import InvalidInput, NotFound


def test_a_world_is_stored_with_its_map(bench: Workbench) -> None:
    made = bench.library.generate_world("heron", "medium")
    told = bench.library.world_map(made["id"])
    assert made["map"] == told
    entries = {entry["id"]: entry["title"] for entry in made["lore"] if entry["kind"] == "location"}
    shown = [*told["places"], *told["regions"]]
    assert {one["entry_id"]: one["title"] for one in shown} == entries
    titles = {place["title"] for place in told["places"]}
    assert all(
        {road["from"], road["to"]} <= titles and road["hours_on_foot"] == road["km"] / 4 for road in told["roads"]
    )
    assert told["svg"].startswith("<svg")


def test_looking_at_a_world_stores_nothing(bench: Workbench) -> None:
    seen, drawn = bench.library.preview_world("heron", "small")
    assert bench.library.list_worlds() == []
    stored = bench.library.generate_world("heron", "small")
    assert stored["title"] == seen.title
    assert [entry["content"] for entry in stored["lore"]] == [entry.content for entry in seen.entries]
    assert stored["map"]["svg"] == drawn.svg


def test_a_map_follows_the_names_of_its_entries(bench: Workbench) -> None:
    made = bench.library.generate_world("heron", "small")
    chief, other = made["map"]["places"][:2]
    bench.library.upsert_lore(made["id"], {"id": chief["entry_id"], "title": "Newtown"})
    bench.library.delete_lore(other["entry_id"])
    told = bench.library.world_map(made["id"])
    assert told["places"][0]["title"] == "Newtown"
    assert (told["places"][1]["title"], told["places"][1]["entry_id"]) == (other["title"], "")
    assert chief["title"] not in told["svg"]
    assert all(chief["title"] not in (road["from"], road["to"]) for road in told["roads"])
    assert "Newtown" in [end for road in told["roads"] for end in (road["from"], road["to"])]


def test_a_world_of_ones_own_has_no_map(bench: Workbench) -> None:
    world = bench.library.create_world("By hand")
    assert bench.library.drawn_map(world.id) is None
    with pytest.raises(NotFound, match="no map"):
        bench.library.world_map(world.id)
    sample, _ = bench.library.add_sample_world()
    assert bench.library.drawn_map(sample.id) is None


@pytest.mark.parametrize(("seed", "size"), [("", "small"), ("  ", "small"), ("heron", "huge"), (["heron"], "small")])
def test_what_is_no_seed_or_size_is_refused(bench: Workbench, seed: object, size: str) -> None:
    for asked in (bench.library.preview_world, bench.library.generate_world):
        with pytest.raises(InvalidInput):
            asked(seed, size)  # type: ignore[arg-type]
    assert bench.library.list_worlds() == []
