"""The team on request with the bundled model: whatever it says, the answers have their form and keep their word."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from workbench.compose import Workbench, compose
from workbench.domain import text as prose
from workbench.settings import Settings

pytestmark = pytest.mark.slow

LORE = (
    ("Aria", "character", "Aria is a mapmaker of 24 who trusts nobody with her maps."),
    ("Tobin", "character", "Tobin is a ferryman with a debt to the mayor."),
    ("Old Mill", "location", "The Old Mill stands empty by the river since the great flood."),
)
CHAPTER = (
    "Aria went down to the Old Mill before sunrise. Under the wheel she found a silver key, and she hid it in her boot "
    "when Tobin came along the bank. “What have you got there?” Tobin asked. Aria said that it was only a stone. He "
    "did not believe her, but he let her go, and his lantern followed her all the way to the market."
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder: Path = tmp_path_factory.mktemp("team")
    bench = compose(Settings(_env_file=None, data_dir=folder, sweep_seconds=1.0))
    bench.start()
    assert bench.model.wait_ready(120), bench.model.status().error
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def ids(bench: Workbench) -> dict[str, str]:
    world = bench.library.create_world("Vell", "A mining town by a river that forgets its bed.", "fantasy", "quiet")
    found = {
        title: bench.library.upsert_lore(world.id, {"title": title, "kind": kind, "content": content}).id
        for title, kind, content in LORE
    }
    story = bench.library.create_story(world.id, "The Silver Key")
    run = bench.writing.start_chapter(
        story.id, "Aria finds a silver key. About 40 words.", {"max_rounds": 1, "seed": 3}
    )
    last = list(bench.writing.follow(run.id))[-1]
    assert last.data, last.message
    draft = bench.writing.edit(last.data["passage"]["id"], CHAPTER)
    return {**found, "world": world.id, "story": story.id, "draft": draft.id}


@pytest.mark.parametrize("instruction", ["Let it rain.", "Add a dog that follows Aria."])
def test_a_chapter_is_changed_and_keeps_its_people(bench: Workbench, ids: dict[str, str], instruction: str) -> None:
    run = bench.writing.start_modification(ids["draft"], instruction, {"seed": 4})
    last = list(bench.writing.follow(run.id))[-1]
    assert last.event == "result", last.message
    data: dict[str, Any] = last.data or {}
    text = data["passage"]["text"]
    assert prose.ends_complete(text)
    assert "".join(piece["text"] for piece in data["difference"] if piece["kind"] != "removed") == text
    told = data["review"]["summary"]
    if "larger model" not in told:
        assert prose.mentions(text, ["Aria"])
        assert prose.mentions(text, ["Tobin"])
        assert prose.words(text) != prose.words(CHAPTER)
    assert 1 <= data["rating"]["overall"] <= 9


def test_reviews_quote_and_scores_are_scores(bench: Workbench, ids: dict[str, str]) -> None:
    for given in ({"passage_id": ids["draft"]}, {"text": CHAPTER}):
        review = bench.team.editor_review(ids["story"], **given)
        assert review["summary"]
        for suggestion in review["suggestions"]:
            assert prose.occurs_in(suggestion["quote"], CHAPTER)
        rating = bench.team.rater_feedback(ids["story"], **given)
        assert all(1 <= score <= 9 for score in rating["scores"].values())
        assert len(set(rating["scores"].values())) > 1


def test_people_speak_for_themselves(bench: Workbench, ids: dict[str, str]) -> None:
    for title, question in (("Aria", ""), ("Tobin", "What do you want of Aria?")):
        said = bench.team.character_feedback(ids["story"], ids[title], question=question)
        assert said["character"] == title
        for part in ("feedback", "wants", "concerns"):
            assert prose.ends_complete(said[part])
            assert not prose.occurs_in(said[part], CHAPTER)


def test_a_few_lines_become_a_scene(bench: Workbench, ids: dict[str, str]) -> None:
    last = list(bench.team.flesh_out(ids["story"], "Tobin finds the boat empty. A letter lies in it."))[-1]
    assert last.event == "result", last.message
    text = (last.data or {})["text"]
    assert prose.mentions(text, ["Tobin"])
    assert len(prose.words(text)) >= 80
    assert prose.ends_complete(text)


def test_people_are_invented_and_told_anew(bench: Workbench, ids: dict[str, str]) -> None:
    entry = bench.team.generate_character_details(ids["world"], "Corvin", "a tax collector with a tame crow")
    stored = bench.library.upsert_lore(ids["world"], entry)
    assert stored.title == "Corvin"
    assert prose.mentions(stored.content, ["Corvin"])
    assert prose.ends_complete(stored.content)
    told = bench.team.regenerate_bio(ids["Aria"], "Say it more darkly.")
    assert prose.mentions(told["content"], ["Aria"])
    assert "24" in told["content"]
    assert prose.ends_complete(told["content"])
