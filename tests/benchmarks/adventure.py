"""What an adventure's turn takes beside the model, and how much sooner a chapter begins that was told ahead.

`python -m tests.benchmarks.adventure [--turns N] [--json]`. A turn without the model: from the choice to the moment
in which the narrator is asked, the state stored on the way, on a real SQLite file with a scripted model. Then with the
bundled model: the time from the choice to the first word of the narrator, for choices that were told ahead
and for those that weren’t.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.benchmarks.report import Figures
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.domain.adventures import Adventure
from workbench.settings import Settings

P50_MS, P95_MS, SHARE = 25.0, 60.0, 0.1


def rested(bench: Workbench, adventure_id: str) -> Adventure:
    """The adventure when its chapter is told, and its picture drawn, which takes a second of the reader's time.

    Who chooses within that second may wait some tenths longer.
    """
    for event in bench.adventures.follow(adventure_id):
        if event.event == "error":
            raise RuntimeError(event.message)
    if bench.adventures.pictures is not None:
        bench.adventures.pictures.work_off(adventure_id)
    return bench.adventures.get(adventure_id, go_on=False)


def turns_ms(count: int) -> list[float]:
    """Milliseconds of turns from the choice to the narrator's being asked."""
    script, asked = Script(), [0.0]

    def narrate(messages: object, options: object) -> str:
        asked[0] = time.perf_counter()
        return " ".join(f"You counted lamp number {asked[0]:.6f}-{n} on the way to the old bridge." for n in range(9))

    script.answer["narrator"] = narrate
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), jobs="outside", adventure_ahead=False)
        bench = compose(settings, model=ScriptedTextModel(script), embedder=HashEmbedder())
        bench.start()
        try:
            while len(taken) < count:
                adventure = rested(bench, bench.adventures.start("drowned-city", "numbers", {"chapters": 15}).id)
                while adventure.status != "done" and adventure.last is not None:
                    began = time.perf_counter()
                    bench.adventures.choose(adventure.id, adventure.last.choices[0].id)
                    adventure = rested(bench, adventure.id)
                    taken.append(1000 * (asked[0] - began))
        finally:
            bench.close()
    # The first turns load what all later ones use.
    return sorted(taken[5:])


def first_words(prepared: bool, turns: int) -> list[float]:
    """Seconds from a choice to the first word that isn't told by rule, with the bundled model."""
    found: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), jobs="outside", adventure_ahead=prepared)
        bench = compose(settings)
        bench.start()
        try:
            assert bench.model.wait_ready(120), bench.model.status().error
            options = {"chapters": max(5, turns + 1), "seed": 11, "words": 90}
            adventure = rested(bench, bench.adventures.start("lantern-forest", "animals", options).id)
            while adventure.status != "done" and adventure.last is not None:
                ahead = bench.adventures.prepared(adventure.id)
                for _ in ahead.follow() if ahead is not None else ():
                    pass
                began = time.perf_counter()
                bench.adventures.choose(adventure.id, adventure.last.choices[1].id)
                told, at = "", 0.0
                for event in bench.adventures.follow(adventure.id):
                    told += event.text if event.event == "token" else ""
                    # The first paragraph is told by rule.
                    if not at and told.partition("\n\n")[2].strip():
                        at = time.perf_counter() - began
                found.append(at)
                adventure = rested(bench, adventure.id)
        finally:
            bench.close()
    return found


def main() -> int:
    """Measure and tell; the exit status says whether all limits hold."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = Figures("value")
    taken = turns_ms(given.turns)
    figures.row("P8", "a turn beside the model, p50, ms", statistics.median(taken), "<=", P50_MS, turns=len(taken))
    figures.row("P8", "a turn beside the model, p95, ms", taken[int(0.95 * len(taken))], "<=", P95_MS)
    plain, ahead = first_words(False, 6), first_words(True, 6)
    print(f"  without {plain}, with {ahead}", file=sys.stderr)
    figures.row(
        "ahead",
        "first word after a prepared choice, share of an unprepared one",
        statistics.median(ahead) / statistics.median(plain),
        "<=",
        SHARE,
        seconds=[round(statistics.median(ahead), 3), round(statistics.median(plain), 3)],
    )
    return figures.conclude("adventure", given.json)


if __name__ == "__main__":
    sys.exit(main())
