"""The main job with the bundled model: chapters that can be read, a memory that rests on them, all by real parts."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.compose import Workbench, compose
from workbench.domain import text as prose
from workbench.domain.runs import RunEvent
from workbench.settings import Settings

CHAPTERS = 10
EVENTS = (
    "Aria finds a silver key under the old mill and hides it from Tobin.",
    "Tobin follows Aria through the market and asks her about the key.",
    "A storm floods the old mill while Aria is inside.",
    "Aria tries the key on the door of the drowned church.",
    "Tobin tells Aria who made the key, and why he wants it.",
    "The mayor of Vell forbids everyone to go near the church.",
    "Aria and Tobin row to the church at night.",
    "Behind the door they find a map of a town that isn't built yet.",
    "Tobin steals the map and Aria runs after him.",
    "Aria forgives Tobin, and they throw the key into the river.",
)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    folder: Path = tmp_path_factory.mktemp("evening")
    bench = compose(Settings(_env_file=None, data_dir=folder, sweep_seconds=1.0))
    bench.start()
    bench.start_workers()
    assert bench.model.wait_ready(120), bench.model.status().error
    yield bench
    bench.close()


@pytest.fixture(scope="module")
def story_id(bench: Workbench) -> str:
    world = bench.library.create_world("Vell", "A mining town by a river that forgets its bed.", "fantasy", "quiet")
    for title, kind, content in (
        ("Aria", "character", "Aria is a mapmaker of 24 who trusts nobody with her maps."),
        ("Tobin", "character", "Tobin is a ferryman with a debt to the mayor."),
        ("Old Mill", "location", "The Old Mill stands empty by the river since the great flood."),
    ):
        bench.library.upsert_lore(world.id, {"title": title, "kind": kind, "content": content})
    return bench.library.create_story(world.id, "The Silver Key").id


def written(bench: Workbench, story_id: str, instruction: str, **options: object) -> tuple[dict, list[RunEvent]]:
    run = bench.writing.start_chapter(story_id, instruction, options)
    events = list(bench.writing.follow(run.id))
    assert events[-1].event == "result", events[-1].message
    assert events[-1].data is not None
    return events[-1].data, events


def at_rest(bench: Workbench, seconds: float) -> bool:
    """Wait until no memory task waits or runs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        queues = bench.memory.queue_status().values()
        if not any(queue.pending or queue.running for queue in queues):
            return True
        time.sleep(0.2)
    return False


@pytest.mark.timeout(900)
def test_the_whole_team_writes_a_chapter_and_the_memory_learns_from_it(bench: Workbench, story_id: str) -> None:
    data, events = written(bench, story_id, f"{EVENTS[0]} About 200 words.", seed=5, max_rounds=2, accept_score=9)
    assert {event.node for event in events if event.event == "token"} == {"writer", "editor", "rater"}
    assert data["rounds"] == 2
    assert set(data["rating"]["scores"]) == {"plot", "character", "prose", "pacing", "engagement"}
    assert all(1 <= score <= 9 for score in data["rating"]["scores"].values())
    for suggestion in data["review"]["suggestions"]:
        assert prose.occurs_in(suggestion["quote"], data["passage"]["text"])
    assert data["usage"]["reused_tokens"] > data["usage"]["prompt_tokens"] / 2

    passage = bench.writing.accept(data["passage"]["id"])
    assert at_rest(bench, 240)
    queues = bench.memory.queue_status()
    assert queues["analyses"].done == 1
    assert sum(queue.failed for queue in queues.values()) == 0
    mentioned = [entry for entry, _ in bench.library.story_lore(story_id) if prose.mentions(passage.text, entry.names)]
    assert mentioned
    learnt = 0
    for entry in mentioned:
        assert bench.library.composite_document(story_id, entry.id).indexed
        for revision in bench.library.note_history(story_id, entry.id):
            learnt += 1
            assert all(prose.occurs_in(line, passage.text) for line in revision.evidence.splitlines())
            assert revision.evidence
            assert revision.passage_id == passage.id
    assert learnt


@pytest.mark.timeout(1200)
def test_ten_chapters_in_a_row_can_all_be_read(bench: Workbench) -> None:
    world = bench.library.create_world("Vell again", "A mining town by a river that forgets its bed.")
    bench.library.upsert_lore(world.id, {"title": "Aria", "content": "Aria is a mapmaker."})
    story_id = bench.library.create_story(world.id, "Ten chapters").id
    texts: list[str] = []
    for number, event in enumerate(EVENTS):
        data, _ = written(bench, story_id, f"{event} About 200 words.", seed=number, max_rounds=1, auto_accept=True)
        texts.append(data["passage"]["text"])
    assert len(texts) == CHAPTERS
    for text in texts:
        assert len(prose.words(text)) > 120
        assert prose.most_repeats(text) < 3
        assert prose.ends_complete(text)
    for earlier, later in itertools.pairwise(texts):
        assert earlier != later
    view = bench.library.story_view(story_id)
    assert [passage.number for passage in view.passages] == list(range(1, CHAPTERS + 1))
