"""The first token of a chapter with 1,000 tokens of context, against bare `llama_cpp.Llama` reading the same prompt.

`python -m tests.benchmarks.first_token [--rounds N] [--json]`. Both sides run in this process, in turns, with the same
file and threads, and read the prompt from nothing each time (its beginning differs from round to round). The tokens
written in one stream afterwards are compared too.
"""

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, SystemMessage

from tests.benchmarks.report import environment, print_table
from workbench.engine.catalog import bundled_file, open_text_model
from workbench.settings import Settings

FIRST_LIMIT, STREAM_LIMIT = 1.2, 0.97
WRITTEN = 64
SENTENCES = (
    "The forest of Vell moves at night, a street's width at a time, and by morning no path leads where it did.",
    "Aria draws maps that are true for one day only, and sells them before noon.",
    "A bell hangs in the drowned church, and whoever hears it twice owes the miller a favour.",
    "The ferryman takes no coin from people who have lost something that they can't name.",
)


def prompt(number: int, tokens: int, count: Any) -> list[Any]:
    """Messages of about `tokens` tokens whose beginning no other round shares."""
    text = f"Round {number} of the telling."
    turn = 0
    while count(text) < tokens:
        text += f" {SENTENCES[turn % len(SENTENCES)]} That was in the year {100 + turn}."
        turn += 1
    return [SystemMessage(f"{number}. You write fiction."), HumanMessage(f"{text}\n\nWrite the next scene.")]


def bare(llama: Any, messages: list[Any]) -> tuple[float, float]:
    """Seconds to the first token, and tokens a second after it."""
    roles = {"system": "system", "human": "user"}
    began = time.monotonic()
    moments = []
    stream = llama.create_chat_completion(
        [{"role": roles[m.type], "content": m.content} for m in messages],
        max_tokens=WRITTEN,
        temperature=0.0,
        repeat_penalty=1.0,
        stream=True,
    )
    for part in stream:
        if part["choices"][0]["delta"].get("content"):
            moments.append(time.monotonic())
    return moments[0] - began, (len(moments) - 1) / (moments[-1] - moments[0])


def engine(model: Any, messages: list[Any]) -> tuple[float, float]:
    """The same through the chat model."""
    chat = model.chat_model(temperature=0.0, max_tokens=WRITTEN, repeat_penalty=1.0, dry_multiplier=0.0)
    began = time.monotonic()
    moments, written = [], 0
    for chunk in chat.stream(messages):
        if chunk.content:
            moments.append(time.monotonic())
        if chunk.usage_metadata:
            written = chunk.usage_metadata["output_tokens"]
    return moments[0] - began, (written - 1) / (moments[-1] - moments[0])


def main() -> int:
    """Measure, print, and say by the exit status whether the limits hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--tokens", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    from llama_cpp import Llama

    with tempfile.TemporaryDirectory() as folder:
        model = open_text_model(Settings(_env_file=None, data_dir=Path(folder), threads=2))
        model.start()
        assert model.wait_ready(120), model.status().error
        llama = Llama(str(bundled_file()), n_ctx=4096, n_threads=2, flash_attn=True, verbose=False)
        sides: dict[str, list[tuple[float, float]]] = {"bare": [], "engine": []}
        for number in range(given.rounds):
            messages = prompt(number, given.tokens, lambda text: model.count_tokens(text).tokens)
            sides["bare"].append(bare(llama, messages))
            sides["engine"].append(engine(model, messages))
        model.close()
    first = {name: statistics.median(pair[0] for pair in pairs) for name, pairs in sides.items()}
    rate = {name: statistics.median(pair[1] for pair in pairs) for name, pairs in sides.items()}
    first_ratio, rate_ratio = first["engine"] / first["bare"], rate["engine"] / rate["bare"]
    record = {
        "benchmark": "first_token",
        "rounds": given.rounds,
        "context_tokens": given.tokens,
        "model": bundled_file().name,
        "threads": 2,
        "first_token_s": {name: round(value, 3) for name, value in first.items()},
        "tokens_per_s": {name: round(value, 1) for name, value in rate.items()},
        "first_token_ratio": round(first_ratio, 3),
        "stream_ratio": round(rate_ratio, 3),
        **environment(),
    }
    if given.json:
        print(json.dumps(record))
    else:
        print_table(
            ("measure", "Llama", "Loreloom", "ratio", "limit"),
            [
                ("first token, s", f"{first['bare']:.2f}", f"{first['engine']:.2f}", f"{first_ratio:.2f}", "<= 1.2"),
                (
                    "one stream, tokens/s",
                    f"{rate['bare']:.1f}",
                    f"{rate['engine']:.1f}",
                    f"{rate_ratio:.2f}",
                    ">= 0.97",
                ),
            ],
        )
    return 0 if first_ratio <= FIRST_LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
