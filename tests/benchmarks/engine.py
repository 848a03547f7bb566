"""The text engine against `llama_cpp.Llama` and the bare batch calls: P1 to P6.

`python -m tests.benchmarks.engine [--rounds N] [--only P1,P4] [--threads N] [--gpu-layers N] [--model FILE] [--json]`.
All sides run in this process, in turns, with the same threads; medians of the rounds are compared. `same file` means
the bundled Q4_1 on both sides, `own choice` the file that the engine makes of it. Lengths are forced on all sides.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from tests.benchmarks.crowd import crowd_share
from tests.benchmarks.plain import REPEAT_PENALTY, SAMPLING, BareBatches, Plain, Timed, forced_lengths
from tests.benchmarks.report import Figures
from tests.benchmarks.scenes import COUNTS, Scene, Turn, scene
from workbench.engine.catalog import bundled_file, open_text_model
from workbench.engine.fast_file import make_fast_file
from workbench.settings import Settings

MESSAGES = {"system": SystemMessage, "user": HumanMessage, "assistant": AIMessage}
STREAMS, EACH = 8, 128
WINDOW = 4096


class Engine:
    """The workbench's text model, asked as its graphs ask it."""

    def __init__(self, file: Path, folder: Path, given: argparse.Namespace) -> None:
        self.model: Any = open_text_model(
            Settings(
                _env_file=None,
                data_dir=folder,
                model_path=file,
                threads=given.threads,
                gpu_layers=given.gpu_layers,
                slots=STREAMS,
                context_tokens=WINDOW,
                fast_file="off",
            )
        )
        self.model.start()
        assert self.model.wait_ready(120), self.model.status().error
        self.requests: list[Any] = []
        submit = self.model.scheduler.submit

        def noted(request: Any) -> None:
            self.requests.append(request)
            submit(request)

        self.model.scheduler.submit = noted

    def count(self, text: str) -> int:
        return int(self.model.count_tokens(text).tokens)

    def ask(self, turns: Sequence[Turn], count: int, **more: Any) -> Timed:
        """One reply of `count` tokens."""
        chat = self.model.chat_model(
            max_tokens=count, repeat_penalty=REPEAT_PENALTY, repeat_window=64, dry_multiplier=0.0, seed=7, **SAMPLING,
            **more,
        )  # fmt: skip
        began = time.perf_counter()
        moments, text, written = [], "", 0
        for chunk in chat.stream([MESSAGES[role](content) for role, content in turns]):
            moments.append(time.perf_counter())
            text += chunk.text
            written = chunk.usage_metadata["output_tokens"] if chunk.usage_metadata else written
        ended = time.perf_counter()
        assert written == count, (written, count)
        return Timed(text, moments[0] - began, (count - 1) / max(moments[-1] - moments[0], 1e-9), ended - began)

    @property
    def tokens_read(self) -> int:
        return int(self.model.scheduler.tokens_read)

    def close(self) -> None:
        self.model.close()


def plain_loop(plain: Plain, world: Scene) -> float:
    """Seconds of the chapter loop, one call after the other, each agent's persona first."""
    began = time.perf_counter()
    draft = plain.ask(world.persona_first("write"), COUNTS["write"]).text
    notes = plain.ask(world.persona_first("editor", draft), COUNTS["editor"]).text
    plain.ask(world.persona_first("character", draft), COUNTS["character"])
    plain.ask(world.persona_first("rater", draft), COUNTS["rater"])
    second = plain.ask(world.persona_first("revise", draft, f"Notes:\n{notes}"), COUNTS["revise"]).text
    plain.ask(world.persona_first("rate again", second), COUNTS["rate again"])
    return time.perf_counter() - began


def engine_loop(engine: Engine, world: Scene) -> tuple[float, float]:
    """Seconds of the same loop as the chapter graph runs it, and tokens read over distinct prompt tokens."""
    read, engine.requests = engine.tokens_read, []
    began = time.perf_counter()
    draft = engine.ask(world.shared_first("write"), COUNTS["write"]).text
    with ThreadPoolExecutor(3) as pool:
        reviews = {
            agent: pool.submit(engine.ask, world.shared_first(agent, draft), COUNTS[agent])
            for agent in ("editor", "character", "rater")
        }
        notes = reviews["editor"].result().text
        [review.result() for review in reviews.values()]
    second = engine.ask(world.shared_first("revise", draft, f"Notes:\n{notes}"), COUNTS["revise"], lookup=True).text
    engine.ask(world.shared_first("rate again", second), COUNTS["rate again"])
    seconds = time.perf_counter() - began
    # What the writer wrote stands in the reviewers' prompts and was never read; the revision, which a rater sees
    # without the first draft, stands at another place than where it was written, and is.
    distinct = distinct_tokens([request.tokens for request in engine.requests]) - COUNTS["write"]
    return seconds, (engine.tokens_read - read) / distinct


def in_own_thread(work: Callable[..., float], *given: Any) -> float:
    """Run in a thread that ends afterwards, and with it the OpenMP threads that it made."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work, *given).result()


def distinct_tokens(prompts: Sequence[Sequence[int]]) -> int:
    """Tokens of all prompts, each shared beginning counted once."""
    count, earlier = 0, ()
    for prompt in sorted(map(tuple, prompts)):  # neighbours in this order share the longest beginnings
        shared = next((i for i, (a, b) in enumerate(zip(prompt, earlier, strict=False)) if a != b), None)
        count += len(prompt) - (min(len(prompt), len(earlier)) if shared is None else shared)
        earlier = prompt
    return count


class Bench(Figures):
    """Runs each measure in turns and keeps the medians."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        super().__init__("ratio")
        self.given, self.folder = given, folder
        self.bundled = given.model or bundled_file()
        self.fast = self.bundled if given.model else make_fast_file(self.bundled, "Q8_0", folder, given.threads)
        self._number = 0

    def scene(self, tokens: int, count: Callable[[str], int]) -> Scene:
        """A scene that nobody has read yet."""
        self._number += 1
        return scene(self._number, tokens, count)

    def engine(self, file: Path, name: str) -> Engine:
        """An engine with a data folder of its own."""
        folder = self.folder / f"data-{name}-{len(list(self.folder.iterdir()))}"
        folder.mkdir()
        return Engine(file, folder, self.given)

    def plain(self, file: Path) -> Plain:
        """The high-level way."""
        return Plain(file, WINDOW, self.given.threads, self.given.gpu_layers)

    def p1_p2(self) -> None:
        """The chapter loop.

        Each side is opened for its turn alone: threads of models that lie idle count as busy for OpenMP, which then
        lets those at work sleep between operations; all sides were a fifth slower beside each other.
        """
        times: dict[str, list[float]] = {"plain": [], "same": [], "own": []}
        read = []
        for _ in range(self.given.rounds):
            with closing(self.engine(self.bundled, "same")) as engine:
                world = self.scene(1300, engine.count)
                times["same"].append(self._loop(engine, world, read))
            with closing(self.plain(self.bundled)) as plain:
                times["plain"].append(in_own_thread(plain_loop, plain, world))
            with closing(self.engine(self.fast, "own")) as engine:
                times["own"].append(self._loop(engine, world, read))
        medians = {name: statistics.median(values) for name, values in times.items()}
        shown = {f"{name}_s": round(value, 2) for name, value in medians.items()}
        self.row("P1", "chapter loop, same file", medians["same"] / medians["plain"], "<=", 0.38, **shown)
        self.row("P1", "chapter loop, own choice of file", medians["own"] / medians["plain"], "<=", 0.25, **shown)
        self.row("P2", "tokens read over distinct ones", max(read), "<=", 1.05)

    @staticmethod
    def _loop(engine: Engine, world: Scene, read: list[float]) -> float:
        seconds, share = engine_loop(engine, world)
        read.append(share)
        return seconds

    def p3(self) -> None:
        """One stream."""
        for name, file in (("same file", self.bundled), ("Q8_0 on both sides", self.fast)):
            plain, engine = self.plain(file), self.engine(file, "p3")
            rates: dict[str, list[float]] = {"plain": [], "engine": []}
            first: dict[str, list[float]] = {"plain": [], "engine": []}
            for _ in range(self.given.rounds):
                world = self.scene(512 - 60, engine.count)
                for side, ask in (("plain", plain.ask), ("engine", engine.ask)):
                    timed = ask(world.opening(), EACH)
                    rates[side].append(timed.rate)
                    first[side].append(timed.first)
            plain.close()
            engine.close()
            medians = {side: statistics.median(values) for side, values in rates.items()}
            self.row(
                "P3", f"one stream, {name}", medians["engine"] / medians["plain"], ">=", 0.97,
                **{f"{side}_tokens_s": round(value, 1) for side, value in medians.items()},
                **{f"{side}_first_s": round(statistics.median(values), 3) for side, values in first.items()},
            )  # fmt: skip

    def p4(self) -> None:
        """Eight streams."""
        for name, file in (("same file", self.bundled), ("Q8_0 on both sides", self.fast)):
            self._p4(name, file)

    def _p4(self, name: str, file: Path) -> None:
        rates: dict[str, list[float]] = {"plain": [], "engine": [], "bare": []}
        for _ in range(self.given.rounds):
            with closing(self.engine(file, "p4")) as engine:
                world = self.scene(1000, engine.count)
                prompts = [[*world.opening()[:1], ("user", f"{world.text}\n\nScene {n}.")] for n in range(STREAMS)]
                began = time.perf_counter()
                with ThreadPoolExecutor(STREAMS) as pool:
                    list(pool.map(partial(engine.ask, count=EACH), prompts))
                rates["engine"].append(STREAMS * EACH / (time.perf_counter() - began))
                tokens = engine.requests[-1].tokens
            with closing(self.plain(file)) as plain:
                seconds = in_own_thread(lambda: sum(plain.ask(turns, EACH).seconds for turns in prompts))  # noqa: B023
                rates["plain"].append(STREAMS * EACH / seconds)
            with closing(
                BareBatches(
                    file, 2 * WINDOW, STREAMS, self.given.threads, self.given.gpu_layers,
                    exact=self.given.gpu_layers == 0,
                )
            ) as bare:  # fmt: skip
                rates["bare"].append(STREAMS * EACH / in_own_thread(bare.run, tokens, STREAMS, EACH))
        medians = {side: statistics.median(values) for side, values in rates.items()}
        shown = {f"{side}_tokens_s": round(value, 1) for side, value in medians.items()}
        self.row(
            "P4", f"8 streams over Llama in series, {name}", medians["engine"] / medians["plain"], ">=", 1.6, **shown
        )
        self.row("P4", f"8 streams over bare batches, {name}", medians["engine"] / medians["bare"], ">=", 0.92, **shown)

    def p5(self) -> None:
        """A turn of a long chat."""
        engine = self.engine(self.fast, "p5")
        cold, warm = [], []
        for _ in range(self.given.rounds):
            world = self.scene(2000, engine.count)
            turns = [("system", "You know this story."), ("user", f"{world.text}\n\nWho is Aria?")]
            first = engine.ask(turns, 24)
            cold.append(first.first)
            again = engine.ask([*turns, ("assistant", first.text), ("user", "And what does she want?")], 24)
            warm.append(again.first)
        engine.close()
        ratio = statistics.median(warm) / statistics.median(cold)
        self.row(
            "P5", "first token of a chat turn over cold", ratio, "<=", 0.05,
            warm_s=round(statistics.median(warm), 3), cold_s=round(statistics.median(cold), 3),
        )  # fmt: skip

    def p6(self) -> None:
        """A story opened again after a restart."""
        cold, reopened = [], []
        for number in range(self.given.rounds):
            engine = self.engine(self.fast, f"p6-{number}")
            world = self.scene(2000, engine.count)
            cold.append(engine.ask(world.opening(), 24, story="tale").first)
            folder = engine.model.settings.data_dir
            engine.close()
            engine = Engine(self.fast, folder, self.given)
            reopened.append(engine.ask(world.opening(), 24, story="tale").first)
            engine.close()
        ratio = statistics.median(reopened) / statistics.median(cold)
        self.row(
            "P6", "first token of a story opened again over cold", ratio, "<=", 0.15,
            reopened_s=round(statistics.median(reopened), 3), cold_s=round(statistics.median(cold), 3),
        )  # fmt: skip

    def crowd(self) -> None:
        """The same text alone and in a crowd."""
        share = crowd_share(self.bundled, self.given)
        self.row("crowd", "differing tokens of 32 requests, temperature 0", share, "<=", 0.02)


MEASURES = {"P1": "p1_p2", "P3": "p3", "P4": "p4", "P5": "p5", "P6": "p6", "crowd": "crowd"}


def main() -> int:
    """Measure, print, and say by the exit status whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default=",".join(MEASURES))
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gpu-layers", type=int, default=0)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, forced_lengths():
        bench = Bench(given, Path(folder))
        for name in given.only.split(","):
            getattr(bench, MEASURES[name])()
    return bench.conclude(
        "engine", given.json, rounds=given.rounds, threads=given.threads, gpu_layers=given.gpu_layers,
        model=bench.bundled.name,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
