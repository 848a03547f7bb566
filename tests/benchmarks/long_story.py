"""A story of thirty chapters, written by the bundled model as a script asks: does it stay within the window to the end?

`python -m tests.benchmarks.long_story [--chapters N] [--words N] [--data-dir FOLDER] [--json]`.
For each chapter: how much of the context's room is used, how much of all prompts was still in the model's memory, and
what the story's first chapter has left in the lore. The last chapter names those of the first again, whom nobody has
named in between: what the lore knows of them must be in its context. With `--data-dir` the story is kept, and
`python app.py --data-dir FOLDER` shows it, with pictures of the same figures in the Monitor tab.
"""

import argparse
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figures, print_table
from workbench.compose import Workbench, compose
from workbench.domain.lore import NoteRevision
from workbench.settings import Settings

LORE = (
    ("Aria", "character", "Aria is a mapmaker of 24 who trusts nobody with her maps."),
    ("Tobin", "character", "Tobin is a ferryman with a debt to the mayor."),
    ("Old Mill", "location", "The Old Mill stands empty by the river since the great flood."),
    ("Ilse", "character", "Ilse is a bell-founder who came to Vell last winter."),
    ("Corvin", "character", "Corvin collects the mayor's taxes and keeps a tame crow."),
)
FIRST = "Tobin loses his left hand in the wheel of the Old Mill, and Aria gives Tobin her silver compass."
LAST = "Tobin comes back to the Old Mill with the silver compass and asks for Aria."
BETWEEN = (
    "Ilse casts a bell that makes no sound.",
    "Corvin counts the coins of the town and finds one too many.",
    "Ilse sends Corvin away from her foundry.",
    "Corvin follows a stranger to the harbour at night.",
    "Ilse hears the bell ring in her sleep.",
    "Corvin's crow comes back with a key.",
    "Ilse and Corvin search the cellar of the town hall.",
    "Corvin burns the tax books, and Ilse sees it.",
)


@dataclass
class Chapter:
    """What one chapter took. Sizes in tokens, shares from 0 to 1."""

    number: int
    used: int
    budget: int
    prompts: int
    reused: float
    words: int
    seconds: float


def write(bench: Workbench, story_id: str, number: int, instruction: str, words: int) -> tuple[Chapter, dict[str, Any]]:
    """One chapter from request to accepted passage."""
    began = time.monotonic()
    options = {"seed": number, "max_rounds": 1, "auto_accept": True}
    run = bench.writing.start_chapter(story_id, f"{instruction} About {words} words.", options)
    last = list(bench.writing.follow(run.id))[-1]
    if last.event != "result" or last.data is None:
        raise SystemExit(f"Chapter {number} was not written: {last.message}")
    usage, context = last.data["usage"], last.data["context"]
    chapter = Chapter(
        number=number,
        used=sum(layer["used"] for layer in context["layers"]),
        budget=context["budget"],
        prompts=usage["prompt_tokens"],
        reused=usage["reused_tokens"] / max(1, usage["prompt_tokens"]),
        words=len(last.data["passage"]["text"].split()),
        seconds=time.monotonic() - began,
    )
    return chapter, last.data


def settle(bench: Workbench, seconds: float = 180.0) -> None:
    """Until the memory has read everything that was accepted."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        queues = bench.memory.queue_status().values()
        if not any(queue.pending or queue.running for queue in queues):
            return
        time.sleep(0.2)
    raise SystemExit("The memory did not come to an end.")


def told_first(bench: Workbench, story_id: str, passage_id: str) -> dict[str, NoteRevision]:
    """The notes that rest on the first chapter as they stand now, by their entries' titles."""
    world = bench.library.story_view(story_id).world
    found = {}
    for entry in bench.library.list_lore(world.id, story_id):
        history = bench.library.note_history(story_id, entry["id"])
        active = next((revision for revision in history if revision.active and revision.note), None)
        if active and any(revision.passage_id == passage_id for revision in history):
            found[entry["title"]] = active
    return found


def main() -> int:
    """Write the story and print its figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--chapters", type=int, default=30)
    parser.add_argument("--words", type=int, default=150)
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    folder = given.data_dir or Path(tempfile.mkdtemp(prefix="long-story-"))
    bench = compose(Settings(_env_file=None, data_dir=folder, sweep_seconds=1.0))
    bench.start()
    bench.start_workers()
    try:
        assert bench.model.wait_ready(120), bench.model.status().error
        return tell(bench, given)
    finally:
        bench.close()


def tell(bench: Workbench, given: argparse.Namespace) -> int:
    """The story itself."""
    world = bench.library.create_world("Vell", "A mining town by a river that forgets its bed.", "fantasy", "quiet")
    for title, kind, content in LORE:
        bench.library.upsert_lore(world.id, {"title": title, "kind": kind, "content": content})
    story_id = bench.library.create_story(world.id, "The Silver Compass").id
    chapters: list[Chapter] = []
    result: dict[str, Any] = {}
    first = ""
    for number in range(1, given.chapters + 1):
        instruction = FIRST if number == 1 else LAST if number == given.chapters else BETWEEN[number % len(BETWEEN)]
        chapter, result = write(bench, story_id, number, instruction, given.words)
        chapters.append(chapter)
        first = first or result["passage"]["id"]
        settle(bench)
        print(f"  {chapter}", file=sys.stderr, flush=True)
    items = {item["source"]: item for layer in result["context"]["layers"] for item in layer["items"]}
    facts = told_first(bench, story_id, first)
    named = [title for title in facts if title in LAST]
    there = [title for title in named if items[f"lore: {title}"]["included"] and items[f"note: {title}"]["included"]]
    if not given.json:
        print_table(
            ("chapter", "used", "of", "prompts", "reused", "words", "seconds"),
            [
                (
                    str(one.number), str(one.used), str(one.budget), str(one.prompts), f"{one.reused:.0%}",
                    str(one.words), f"{one.seconds:.1f}",
                )
                for one in chapters
            ],
        )  # fmt: skip
    figures = Figures("value")
    fullest = max(one.used / one.budget for one in chapters)
    figures.row("long", f"fullest context of {len(chapters)} chapters, share of its room", fullest, "<=", 1.0)
    reused = sum(one.reused * one.prompts for one in chapters) / sum(one.prompts for one in chapters)
    figures.row("long", "share of all prompts that was not read again", reused, ">=", 0.5)
    figures.row("long", "notes of the first chapter on those whom the last one names", len(named), ">=", 1, names=named)
    figures.row("long", "share of them in the last chapter's context", len(there) / max(1, len(named)), ">=", 1.0)
    return figures.conclude("long_story", given.json, chapters=[vars(one) for one in chapters])


if __name__ == "__main__":
    raise SystemExit(main())
