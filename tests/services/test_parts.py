"""Parts of a plan: kept, given chapters, planned by the outliner, and told to the agents."""

import json
from typing import Any

import pytest

from tests.scripted import Script
from workbench.compose import Workbench
from workbench.domain.story import Story
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.storage import stories

TEXT = """Part One: Salt
The sea takes the lower town.
1. The Bell: Aria hears a bell under the water.
2. The Quay: Aria waits for Tobin at the quay.
Part Two: Iron
1. The Forge: Aria asks the smith for a key.
2. The Road: Tobin sells his boat.
"""


@pytest.fixture
def planned(bench: Workbench, story: Story) -> Story:
    bench.outlines.add(story.id, bench.outlines.extract(TEXT, story.id))
    return story


def shape(bench: Workbench, story: Story) -> list[str]:
    """`Salt: The Bell, The Quay` for each part."""
    found = [f"{one.part.title}: {', '.join(item.title for item in one.items)}" for one in bench.parts.plan(story.id)]
    assert [one.part.number for one in bench.parts.plan(story.id)] == list(range(1, len(found) + 1))
    return found


def accepted(bench: Workbench, story: Story, text: str) -> str:
    with bench.database.writing() as session:
        draft = stories.add_draft(session, story.id, stories.active_branch(session, story.id).head_id, text)
    return bench.writing.accept(draft.id).id


def test_headings_of_a_pasted_plan_become_parts(bench: Workbench, planned: Story) -> None:
    assert shape(bench, planned) == ["Salt: The Bell, The Quay", "Iron: The Forge, The Road"]
    assert bench.parts.plan(planned.id)[0].part.summary == "The sea takes the lower town."
    # Taken over once more it goes into the parts that are there.
    bench.outlines.save(planned.id, [])
    bench.outlines.add(planned.id, bench.outlines.extract(TEXT, planned.id))
    assert shape(bench, planned) == ["Salt: The Bell, The Quay", "Iron: The Forge, The Road"]


def test_chapters_move_between_parts(bench: Workbench, planned: Story) -> None:
    bell, quay, forge, road = bench.outlines.outline(planned.id)
    salt, iron = (one.part.id for one in bench.parts.plan(planned.id))
    bench.parts.put(forge.id, salt)
    assert shape(bench, planned) == ["Salt: The Bell, The Quay, The Forge", "Iron: The Road"]
    bench.outlines.move(road.id, 1)
    assert shape(bench, planned) == ["Salt: The Road, The Bell, The Quay, The Forge", "Iron: "]
    bench.parts.put(forge.id, iron)
    bench.outlines.move(road.id, 4)
    assert shape(bench, planned) == ["Salt: The Bell, The Quay", "Iron: The Forge, The Road"]
    with pytest.raises(Conflict, match="beside"):
        bench.parts.put(bell.id, iron)
    bench.parts.put(quay.id, "")
    assert shape(bench, planned) == ["Salt: The Bell", "Iron: The Forge, The Road"]


def test_a_part_begins_with_a_chapter_or_behind_the_plan(bench: Workbench, planned: Story) -> None:
    quay = bench.outlines.outline(planned.id)[1]
    bench.parts.add(planned.id, "Rain", "It rains.", quay.id)
    assert shape(bench, planned) == ["Salt: The Bell", "Rain: The Quay", "Iron: The Forge, The Road"]
    bench.parts.add(planned.id, "Home")
    bench.outlines.add(planned.id, [{"title": "The Door", "summary": "Aria opens it."}])
    bench.outlines.add(planned.id, [{"title": "The End"}])
    assert shape(bench, planned)[-1] == "Home: The Door, The End"


def test_a_part_that_is_deleted_leaves_its_chapters(bench: Workbench, planned: Story) -> None:
    before = [item.title for item in bench.outlines.outline(planned.id)]
    bench.parts.delete(bench.parts.plan(planned.id)[0].part.id)
    assert shape(bench, planned) == ["Iron: The Forge, The Road"]
    assert [item.title for item in bench.outlines.outline(planned.id)] == before


def test_all_parts_are_saved_at_once(bench: Workbench, planned: Story) -> None:
    bell, quay, forge, road = (item.id for item in bench.outlines.outline(planned.id))
    salt, iron = (one.part.id for one in bench.parts.plan(planned.id))
    given = [
        {"id": iron, "title": "Iron first", "items": [forge, quay]},
        {"title": "New", "summary": "Nothing yet."},
        {"id": salt, "title": "Salt", "items": [bell]},
    ]
    found = bench.parts.save(planned.id, given)
    assert [one.part.title for one in found] == ["Iron first", "New", "Salt"]
    assert shape(bench, planned) == ["Iron first: The Forge, The Quay", "New: ", "Salt: The Bell"]
    assert {item.title: item.part_id for item in bench.outlines.outline(planned.id)}["The Road"] is None
    assert road in [item.id for item in bench.outlines.outline(planned.id)]
    again = [one.part.model_dump() | {"items": [item.id for item in one.items]} for one in found]
    bench.parts.save(planned.id, again)
    assert shape(bench, planned) == ["Iron first: The Forge, The Quay", "New: ", "Salt: The Bell"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ("Salt", "must be a list"),
        ([{"title": ""}], "The title is empty"),
        ([{"title": "x" * 201}], "at most 200"),
        ([{"title": "A", "items": ["nowhere"]}], "/get_outline"),
        ([{"id": "nowhere", "title": "A"}], "/get_parts"),
        ([{"title": "A", "colour": "red"}], "colour"),
        ([{"title": "A"}] * 101, "at most 100"),
    ],
)
def test_parts_that_cannot_be_kept_change_nothing(bench: Workbench, planned: Story, parts: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says):
        bench.parts.save(planned.id, parts)
    assert shape(bench, planned) == ["Salt: The Bell, The Quay", "Iron: The Forge, The Road"]


def test_unknown_parts_are_told(bench: Workbench, planned: Story) -> None:
    for call in (lambda: bench.parts.delete("nowhere"), lambda: bench.parts.change("nowhere", "A", "")):
        with pytest.raises(NotFound, match="/get_parts"):
            call()
    with pytest.raises(InvalidInput, match="doesn't have"):
        bench.outlines.save(planned.id, [{"title": "A", "part_id": "nowhere"}])


def test_the_outliner_plans_part_after_part(bench: Workbench, story: Story, script: Script) -> None:
    script.answer["outline_text"] = lambda messages, options: json.dumps({"title": "Stairs of the tower"})
    planned = bench.outlines.generate(story.id, 2, 3)
    assert len(planned) == 6
    found = bench.parts.plan(story.id)
    assert [len(one.items) for one in found] == [2, 2, 2]
    assert all(one.part.title and one.part.summary for one in found)
    # Each is given what came before.
    last = [messages for name, messages in script.calls if name == "outliner"][-1]
    shown = "\n".join(str(message.content) for message in last)
    assert planned[0]["title"] in shown
    assert planned[4]["summary"] in shown


def test_a_part_is_given_time_place_and_what_is_open(bench: Workbench, planned: Story) -> None:
    world = planned.world_id
    bench.library.upsert_lore(world, {"title": "Old Mill", "kind": "location", "content": "It stands empty."})
    accepted(bench, planned, "Aria heard a bell under the water. “I will come back for the lamp,” said Aria.")
    accepted(bench, planned, "Three days later Aria went to the Old Mill. She slept. She dreamed. Aria woke there.")
    scene = bench.scenes.gather(bench.scenes.view(planned.id), "What now?")
    text = scene.context.text
    assert "This is part 2 of 2, Iron." in text
    assert "What was told in part 1, Salt: " in text
    assert "Place: Old Mill. Present: Aria." in text
    assert "I will come back for the lamp" in text
    assert "Planned for chapter 3: The Forge." in text
    shown = {item.key: item for layer in scene.context.layers for item in layer.items}
    for key in ("part:before", "part:now", "part:open"):
        assert shown[key].included
        assert shown[key].priority == "high"


def test_what_a_part_has_not_told_yet_is_open(bench: Workbench, planned: Story) -> None:
    accepted(bench, planned, "It rained all day, and nobody went out.")
    text = bench.scenes.gather(bench.scenes.view(planned.id), "What now?").context.text
    assert "Planned for chapter 1 and not told yet: Aria hears a bell under the water." in text


def test_a_part_that_is_written_by_hand_is_summed_up_by_rule(bench: Workbench, planned: Story) -> None:
    accepted(bench, planned, "Aria heard a bell.")
    assert bench.parts.plan(planned.id)[0].told == ""
    accepted(bench, planned, "Aria waited at the quay for Tobin.")
    part = bench.parts.plan(planned.id)[0]
    assert part.done
    assert "Aria waited at the quay" in part.told
