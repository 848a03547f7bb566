"""Whole adventures played by a script over the Gradio client, half of them killed in the middle of a chapter.

`python -m tests.benchmarks.played [--adventures N] [--kills N] [--json]` starts the app itself with the bundled model
on a fresh folder. Choices are random, every second lesson is answered wrong. An adventure counts as whole when it
reached its summary, each of its story chapters had three distinct choices, its lessons were the curated ones with the
curated answers, the planned types were kept, and its summary tells each choice that was made, once.
"""

import argparse
import itertools
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gradio_client import Client

from tests.benchmarks.report import Figures
from tests.outer.running import ROOT, App, RealApp, wait_for

LESSONS = ROOT / "assets" / "lessons"
CHAPTERS, SEED = (5, 6, 7, 8, 9), 77
# A chapter with the bundled model on a slow machine.
PATIENCE = 240.0


class Played:
    """One adventure, played and checked chapter by chapter. `faults` says what a reader would complain of."""

    def __init__(self, app: App, client: Client, chance: random.Random, die_at: int) -> None:
        self.app, self.client, self.chance, self.die_at = app, client, chance, die_at
        self.faults: list[str] = []
        self.first_words: list[float] = []
        self.texts: list[str] = []
        self.wrong = False

    def play(self, category: str, topic: str, options: dict[str, Any]) -> None:
        """From the first chapter to the summary."""
        curated = {
            one["question"]: one for one in json.loads((LESSONS / f"{topic}.json").read_text("utf-8"))["questions"]
        }
        adventure = self._told(None, 1, category, topic, options, api_name="/start_adventure")
        planned, types = adventure["planned_types"], []
        made: list[str] = []
        asked: list[tuple[str, str]] = []
        while True:
            chapter = adventure["chapter"]
            types.append(chapter["type"])
            self.texts.append(chapter["text"])
            if adventure["status"] == "done":
                break
            labels = [one["label"] for one in chapter["choices"]]
            if len({label.casefold() for label in labels}) != 3:
                self.faults.append(f"chapter {chapter['number']} offers {labels}")
            picked = self.chance.choice(chapter["choices"])
            question = chapter["lesson"].get("question", "")
            if question:
                picked = self._answer(chapter, curated, question)
                asked.append((question, picked["label"]))
            made.append(picked["label"])
            adventure = self._told(
                adventure,
                chapter["number"] + 1,
                adventure_id=adventure["id"],
                choice_id=picked["id"],
                api_name="/choose",
            )
            if question:
                self._explained(adventure["lesson"], curated[question], picked["label"])
        if types != adventure["planned_types"]:
            self.faults.append(f"told {types}, planned {adventure['planned_types']}")
        if [("story" if one == "reflect" else one) for one in types] != planned:
            self.faults.append(f"told {types}, planned at first {planned}")
        if any(first == second == "lesson" for first, second in itertools.pairwise(types)):
            self.faults.append(f"two lessons side by side: {types}")
        summary = self.client.predict(adventure["id"], api_name="/adventure_summary")
        if [one["chosen"] for one in summary["chapters"] if one["chosen"]] != made:
            self.faults.append("the summary tells other choices than were made")
        if [(one["question"], one["answered"]) for one in summary["lessons"]] != asked:
            self.faults.append("the summary tells other lessons than were answered")

    def _answer(self, chapter: dict[str, Any], curated: dict[str, Any], question: str) -> dict[str, Any]:
        """An answer of a lesson: right and wrong by turns."""
        one = curated.get(question)
        labels = {choice["label"] for choice in chapter["choices"]}
        if one is None or labels != {one["right"], *(wrong["text"] for wrong in one["wrong"][:2])}:
            self.faults.append(f"chapter {chapter['number']} asks what isn't curated: {question}")
            return self.chance.choice(chapter["choices"])  # type: ignore[no-any-return]
        fitting = [choice for choice in chapter["choices"] if (choice["label"] != one["right"]) == self.wrong]
        self.wrong = not self.wrong
        return self.chance.choice(fitting)  # type: ignore[no-any-return]

    def _explained(self, lesson: dict[str, Any], curated: dict[str, Any], answered: str) -> None:
        right = lesson["right_answer"] == curated["right"] and lesson["correct"] == (answered == curated["right"])
        if not right or curated["explanation"] not in lesson["explanation"]:
            self.faults.append(f"told of {curated['question']!r}: {lesson}")

    def _told(self, before: dict[str, Any] | None, number: int, *given: Any, **named: Any) -> dict[str, Any]:
        """The adventure with chapter `number`; on the way there the app is killed where it should be."""
        began, streamed, first = time.monotonic(), 0, 0.0
        found: dict[str, Any] = {}
        job = self.client.submit(*given, **named)
        for event in job:
            if event["event"] == "token":
                first = first or time.monotonic() - began
                streamed += 1
                # In mid-stream: behind the first words, or behind the first sentence of the model's own.
                if before is not None and number == self.die_at and streamed > self.chance.randrange(2):
                    self.app.kill()
                    break
            elif event["event"] == "result":
                found = event["data"]
        if not self.app.pid:
            assert before is not None
            self.app.start()
            self.client = self.app.client()
            found = wait_for(lambda: self._at(before["id"], number), f"chapter {number} after the kill", PATIENCE, 0.3)
            self.die_at = 0
        else:
            self.first_words.append(first)
        if found["chapter"]["number"] != number:
            self.faults.append(f"at chapter {found['chapter']['number']}, not {number}")
        return found

    def _at(self, adventure_id: str, number: int) -> dict[str, Any]:
        found: dict[str, Any] = self.client.predict(adventure_id, api_name="/get_adventure")
        there = found["chapter"] and found["chapter"]["number"] >= number and found["status"] in ("reading", "done")
        return found if there else {}


def main(arguments: argparse.Namespace) -> int:
    """Play them all; the exit status says whether all are whole."""
    figures, chance = Figures("value"), random.Random(SEED)
    kept: list[dict[str, Any]] = []
    whole = killed = 0
    first_words: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        app = RealApp(Path(folder) / "app")
        app.start()
        try:
            client = app.client()
            options = client.predict(api_name="/adventure_options")
            categories, topics = options["categories"], options["lesson_topics"]
            for place in range(arguments.adventures):
                count = CHAPTERS[place % len(CHAPTERS)]
                category, topic = categories[place % len(categories)]["id"], topics[place % len(topics)]["id"]
                # Kills fall on the first adventures and on the last, on early chapters and on late ones.
                die_at = chance.randrange(2, count + 1) if place % 2 < 2 * arguments.kills / arguments.adventures else 0
                die_at = die_at if killed < arguments.kills else 0
                one = Played(app, client, chance, die_at)
                one.play(category, topic, {"chapters": count, "seed": 1000 + place, "age": 7 + place % 6})
                if die_at:
                    killed += 1
                    if one.die_at:
                        one.faults.append("it wasn't killed as planned")
                client = one.client
                whole += not one.faults
                first_words += one.first_words
                kept.append({"category": category, "topic": topic, "chapters": one.texts, "faults": one.faults})
                print(f"{place + 1}: {category}, {topic}, {count} chapters, killed at {die_at}: "
                      f"{one.faults or 'whole'}", file=sys.stderr, flush=True)  # fmt: skip
        finally:
            app.kill()
    if arguments.keep:
        Path(arguments.keep).write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    figures.row("whole", "adventures", whole, ">=", arguments.adventures)
    figures.row("killed", "in mid-stream", killed, ">=", arguments.kills)
    return figures.conclude("played", arguments.json, first_words_seconds=round(statistics.median(first_words), 2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--adventures", type=int, default=20)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--keep", default="", help="a file for all that was told, to read")
    parser.add_argument("--json", action="store_true")
    sys.exit(main(parser.parse_args()))
