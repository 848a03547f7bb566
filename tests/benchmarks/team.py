"""Every agent on request with the bundled model: how often the answer has its form, how long it takes, what is reused.

`python -m tests.benchmarks.team [--times N] [--only modify_chapter,editor_review,...] [--json]`.
Each endpoint is asked N times by the services with different inputs. An answer is valid when it has the contract's
form and keeps the rules: quotes that stand in the text, scores from 1 to 9, whole sentences, people who are named.
Besides it is counted how often the model's own words stood, and not a rule's that took their place.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.report import Figures, print_table
from workbench.compose import Workbench, compose
from workbench.domain import text as prose
from workbench.settings import Settings

LORE = (
    ("Aria", "character", "Aria is a mapmaker of 24 who trusts nobody with her maps."),
    ("Tobin", "character", "Tobin is a ferryman with a debt to the mayor."),
    ("Ilse Brandt", "character", "Ilse Brandt is a bell-founder who came to Vell last winter."),
    ("Old Mill", "location", "The Old Mill stands empty by the river since the great flood."),
    ("The Drowned Bell", "item", "The Drowned Bell rings under water when somebody lies on its bridge."),
)
EVENTS = (
    "Aria finds a silver key under the Old Mill and hides it from Tobin.",
    "Tobin follows Aria through the market and asks her about the key.",
    "Ilse Brandt casts a bell that makes no sound.",
    "A storm floods the Old Mill while Aria is inside.",
)
CHANGES = (
    "Let it rain.",
    "Add a dog that follows Aria.",
    "Tobin should be angry.",
    "Make it end with a song.",
    "Let them meet a stranger with a lantern.",
)
QUESTIONS = ("", "Whom do you trust?", "What do you want most?", "What are you afraid of?", "What do you remember?")
LINES = (
    "Ilse finds the boat of Tobin empty. In it lies a letter.",
    "Aria draws a map of a town that isn't built yet.",
    "Tobin rows across at night. Nobody speaks.",
    "The bell rings, and everybody on the bridge stops.",
)
PEOPLE = (
    ("Corvin", "a tax collector with a tame crow"),
    ("Marta Vane", ""),
    ("Old Jessamine", "a blind woman who sells candles"),
    ("Pell", "boy thief"),
    ("Captain Rusk", "deserter, hides in the mine"),
)
WISHES = ("", "Make it darker.", "Shorter.", "Say what others think of them.", "More mysterious.")


@dataclass
class Asked:
    """What came of one endpoint's calls. `own` counts answers that are wholly the model's words."""

    name: str
    valid: int = 0
    own: int = 0
    seconds: list[float] = field(default_factory=list)
    prompts: int = 0
    reused: int = 0
    faults: list[str] = field(default_factory=list)

    def note(self, seconds: float, usage: dict[str, Any], fault: str, own: bool) -> None:
        self.seconds.append(seconds)
        self.valid += not fault
        self.own += own and not fault
        self.prompts += usage.get("prompt_tokens", 0)
        self.reused += usage.get("reused_tokens", 0)
        if fault:
            self.faults.append(fault)


class Town:
    """A story of a few chapters, and who is in it."""

    def __init__(self, bench: Workbench) -> None:
        self.bench = bench
        world = bench.library.create_world("Vell", "A mining town by a river that forgets its bed.", "fantasy", "quiet")
        self.world = world.id
        self.entries = {
            title: bench.library.upsert_lore(world.id, {"title": title, "kind": kind, "content": content}).id
            for title, kind, content in LORE
        }
        self.story = bench.library.create_story(world.id, "The Silver Key").id
        self.passages = [self.chapter(event, number) for number, event in enumerate(EVENTS)]
        bench.library.write_note(self.story, self.entries["Tobin"], "Tobin lost his left hand in the mill.")

    def chapter(self, event: str, seed: int) -> dict[str, Any]:
        options = {"max_rounds": 1, "auto_accept": True, "seed": seed}
        return self.finished(self.bench.writing.start_chapter(self.story, f"{event} About 120 words.", options))[
            "passage"
        ]  # type: ignore[no-any-return]

    def finished(self, run: Any) -> dict[str, Any]:
        last = list(self.bench.writing.follow(run.id))[-1]
        if last.event != "result" or last.data is None:
            raise SystemExit(f"A chapter was not written: {last.message}")
        return last.data

    # One call of each: its usage, what is wrong with it, and whether the words are the model's own.

    def modify_chapter(self, n: int) -> tuple[dict[str, Any], str, bool]:
        passage = self.passages[n % len(self.passages)]
        run = self.bench.writing.start_modification(passage["id"], CHANGES[n % len(CHANGES)], {"seed": n})
        data = self.finished(run)
        new = data["passage"]["text"]
        told = "".join(piece["text"] for piece in data["difference"] if piece["kind"] != "removed")
        fault = "" if told == new and prose.ends_complete(new) and data["modified"] == passage["id"] else "form"
        return data["usage"], fault or _scores(data["rating"]), "larger model" not in data["review"]["summary"]

    def editor_review(self, n: int) -> tuple[dict[str, Any], str, bool]:
        passage = self.passages[n % len(self.passages)]
        given = {"text": passage["text"]} if n % 3 == 2 else {"passage_id": passage["id"]}
        said = self.bench.team.editor_review(self.story, **given)
        invented = [one for one in said["suggestions"] if not prose.occurs_in(one["quote"], passage["text"])]
        fault = "invented quote" if invented else "" if said["summary"] else "no summary"
        return said["usage"], fault, any(one["source"] == "editor" for one in said["suggestions"])

    def rater_feedback(self, n: int) -> tuple[dict[str, Any], str, bool]:
        passage = self.passages[n % len(self.passages)]
        given = {"text": passage["text"]} if n % 3 == 2 else {"passage_id": passage["id"]}
        said = self.bench.team.rater_feedback(self.story, **given)
        return said["usage"], _scores(said), not said["rationale"].startswith("Measured")

    def character_feedback(self, n: int) -> tuple[dict[str, Any], str, bool]:
        title = LORE[n % 3][0]
        passage = self.passages[n % len(self.passages)]["id"] if n % 2 else ""
        said = self.bench.team.character_feedback(
            self.story, self.entries[title], passage, QUESTIONS[n % len(QUESTIONS)]
        )
        parts = [said[part] for part in ("feedback", "wants", "concerns")]
        fault = "" if said["character"] == title and all(prose.ends_complete(part) for part in parts) else "form"
        return said["usage"], fault, not said["problem"]

    def flesh_out(self, n: int) -> tuple[dict[str, Any], str, bool]:
        lines = LINES[n % len(LINES)]
        last = list(self.bench.team.flesh_out(self.story, lines, "" if n % 2 else "About 120 words."))[-1]
        if last.event != "result" or last.data is None:
            return {}, last.message, False
        text = last.data["text"]
        fault = "" if prose.ends_complete(text) and len(prose.words(text)) >= 70 else "short or cut"
        return last.data["usage"], fault, not text.startswith(prose.sentences(lines)[0])

    def generate_character_details(self, n: int) -> tuple[dict[str, Any], str, bool]:
        name, hint = PEOPLE[n % len(PEOPLE)]
        name = name if n < len(PEOPLE) else f"{name} {'of the Hill' if n % 2 else 'Arden'} {n}"
        entry = self.bench.team.generate_character_details(self.world, name, hint)
        stored = self.bench.library.upsert_lore(self.world, entry)
        self.bench.library.delete_lore(stored.id)
        fault = "" if stored.title == name and 2 <= len(prose.sentences(stored.content)) <= 4 else "form"
        return {}, fault, "is one of the people of" not in stored.content

    def regenerate_bio(self, n: int) -> tuple[dict[str, Any], str, bool]:
        title, _, content = LORE[n % len(LORE)]
        told = self.bench.team.regenerate_bio(self.entries[title], WISHES[n % len(WISHES)], self.story if n % 2 else "")
        fault = "" if prose.mentions(told["content"], [title]) and prose.ends_complete(told["content"]) else "form"
        lost = {word for word in prose.words(content) if word.isdigit()} - set(prose.words(told["content"]))
        return told["usage"], fault or ("lost a number" if lost else ""), told["origin"] != "unchanged"


def _scores(rating: dict[str, Any]) -> str:
    scores = [*rating["scores"].values(), rating["overall"]]
    return "" if len(scores) == 6 and all(1 <= score <= 9 for score in scores) and rating["rationale"] else "scores"


ENDPOINTS = (
    "modify_chapter",
    "editor_review",
    "rater_feedback",
    "character_feedback",
    "flesh_out",
    "generate_character_details",
    "regenerate_bio",
)


def ask(call: Callable[[int], tuple[dict[str, Any], str, bool]], name: str, times: int) -> Asked:
    """One endpoint so many times, one call after the other."""
    found = Asked(name)
    for number in range(times):
        began = time.monotonic()
        usage, fault, own = call(number)
        found.note(time.monotonic() - began, usage, fault, own)
        print(f"  {name} {number + 1}: {found.seconds[-1]:.1f} s {fault}", file=sys.stderr, flush=True)
    return found


def main() -> int:
    """Ask everybody and print what came of it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--only", default=",".join(ENDPOINTS))
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = compose(Settings(_env_file=None, data_dir=Path(folder), sweep_seconds=1.0))
        bench.start()
        try:
            assert bench.model.wait_ready(120), bench.model.status().error
            town = Town(bench)
            found = [ask(getattr(town, name), name, given.times) for name in given.only.split(",")]
        finally:
            bench.close()
    if not given.json:
        print_table(
            ("endpoint", "valid", "own words", "median s", "slowest s", "reused"),
            [
                (
                    one.name, f"{one.valid}/{given.times}", f"{one.own}/{given.times}",
                    f"{statistics.median(one.seconds):.1f}", f"{max(one.seconds):.1f}",
                    f"{one.reused / one.prompts:.0%}" if one.prompts else "–",
                )
                for one in found
            ],
        )  # fmt: skip
    figures = Figures("value")
    for one in found:
        figures.row(
            "team", f"{one.name}, valid answers as a share", one.valid / given.times, ">=", 1.0, faults=one.faults
        )
    return figures.conclude("team", given.json, times=given.times, endpoints=[vars(one) for one in found])


if __name__ == "__main__":
    raise SystemExit(main())
