"""How long a long story's context takes to gather, and how little of a second call's prompt is read anew.

`python -m tests.benchmarks.assembly [--json]`. Two hundred chapters of 350 words and five hundred lore entries, on a
real SQLite file, with the bundled model's tokenizer. First is the first gathering that somebody asks for after the
app has been started on that story, warm are later ones. No model is asked for that; times are processor time, since
other work on the machine shouldn't count (it still does, where it takes the caches). The chapters' summaries are
there, as idle time makes them. Then the writer is asked twice over the unchanged story: nearly all of the second
prompt must still be in the model's memory.
"""

import argparse
import gc
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlmodel import Session

from graphs.chapter.nodes import opening
from graphs.chapter.state import ChapterTeam
from graphs.prompting import ask, conversation
from tests.benchmarks.activation import story as made_up
from tests.benchmarks.report import Figures
from workbench.compose import Workbench, compose
from workbench.context.digest import Digest, cover
from workbench.domain.model import ModelCall, Usage
from workbench.domain.runs import ChapterOptions
from workbench.domain.story import Story
from workbench.errors import ModelUnavailable
from workbench.services.chapters import Chapters
from workbench.settings import Settings
from workbench.storage import summaries
from workbench.storage.database import now
from workbench.storage.tables import BranchRow, LoreEntryRow, PassageRow

CHAPTERS, ENTRIES, WORDS = 200, 500, 350
# Medians are of so many warm gatherings, each for another request.
TIMES = 7
MOST_MS, MOST_READ = 150.0, 0.05


class NoSearch:
    """Stands in for an embedder that never loads: entries are looked for by their words."""

    name, dimensions = "none", 8

    def embed(self, texts: Any) -> list[list[float]]:
        """Raises `ModelUnavailable`."""
        raise ModelUnavailable("no embedder in this benchmark")

    def status(self) -> str:
        """Never ready."""
        return "not loaded"


def told_story(bench: Workbench) -> Story:
    """The made-up story, stored as an app would have stored it."""
    entries, passages = made_up(ENTRIES, CHAPTERS, WORDS)
    world = bench.library.create_world("Vell", "A forest that moves at night.")
    story = bench.library.create_story(world.id, "The Long Way")
    with bench.database.writing() as session:
        for entry in entries:
            values = entry.model_dump() | {"world_id": world.id, "created_at": now(), "updated_at": now()}
            session.add(LoreEntryRow(**{k: list(v) if isinstance(v, tuple) else v for k, v in values.items()}))
        add_passages(session, story, [passage.model_dump() for passage in passages])
    return story


def sum_up(bench: Workbench, story: Story) -> None:
    """Store a summary of all that the story's beginning consists of."""
    texts = [passage.text for passage in bench.scenes.view(story.id).passages]
    digest = Digest(texts)
    with bench.database.writing() as session:
        for stretch in (one for whole in cover(len(texts)) for one in whole.all_of_it()):
            words = " ".join(texts[stretch.first].split()[: stretch.words])
            summaries.keep(session, digest.key(stretch), stretch.kind, f"{words}.", "")


def add_passages(session: Session, story: Story, passages: list[dict[str, Any]]) -> None:
    """Store chapters as a line of accepted passages, and make the last one the head of the story's branch."""
    parent = None
    for values in passages:
        values |= {"story_id": story.id, "parent_id": parent, "state": "accepted", "created_at": now()}
        session.add(PassageRow(**values))
        session.flush()
        parent = values["id"]
    branch = session.get(BranchRow, story.branch_id)
    assert branch is not None
    branch.head_id = parent
    session.add(branch)


def gathered_ms(bench: Workbench, story: Story, instruction: str) -> float:
    """Milliseconds of computing for one context, from reading the database to the whole text."""
    began = time.process_time()
    bench.scenes.gather(bench.scenes.view(story.id), instruction, None, 1700)
    return 1000 * (time.process_time() - began)


def asked_twice(bench: Workbench, story: Story) -> tuple[Usage, Usage]:
    """What the writer's prompt took the first and the second time, over the unchanged story."""
    calls: list[ModelCall] = []
    team = bench.agents.team(story.id, lambda: False, ChapterTeam, gather=lambda _: None, keep=lambda *_: {})
    team.record = calls.append
    chapters = Chapters(bench.settings, bench.database, bench.model, bench.agents, bench.scenes, bench.timeline.check)
    for asked in ("She opens the door", "She waits until the morning and then opens the door"):
        options = ChapterOptions()
        request = chapters.request(story.id, asked, options)
        system, task = opening(request, chapters.scene(request, options), team)
        ask(team, team.agent("writer"), conversation(system, task), max_tokens=16, seed=1)
    return calls[0].usage, calls[1].usage


def main() -> int:
    """Measure and tell; the exit status says whether all limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--json", action="store_true", help="one line of JSON in place of the table")
    arguments = parser.parse_args()
    figures = Figures("value")
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), fast_file="off", jobs="outside")
        bench = compose(settings, embedder=NoSearch())
        bench.start()
        story = told_story(bench)
        sum_up(bench, story)
        bench.close()
        # The app is started on the story, as somebody does who goes on with it.
        bench = compose(settings, embedder=NoSearch())
        bench.start()
        try:
            bench.start_workers()
            if not bench.model.wait_ready(120):
                print(bench.model.status().error, file=sys.stderr)
                return 1
            assert bench.reading_ahead.wait(120)
            # As the app does once it is open.
            gc.freeze()
            first_one = gathered_ms(bench, story, "They go on")
            warm = [gathered_ms(bench, story, f"They go on for {n} days") for n in range(TIMES)]
            figures.row("first", "ms to gather", first_one, "<=", MOST_MS)
            figures.row("warm", "ms to gather", statistics.median(warm), "<=", MOST_MS, most=round(max(warm), 1))
            first, second = asked_twice(bench, story)
            share = second.evaluated_tokens / max(1, first.evaluated_tokens)
            both = {"first": first.evaluated_tokens, "second": second.evaluated_tokens}
            figures.row("second call", "share read anew", share, "<=", MOST_READ, **both)
        finally:
            bench.close()
    return figures.conclude("assembly", arguments.json, chapters=CHAPTERS, entries=ENTRIES)


if __name__ == "__main__":
    sys.exit(main())
