"""How much the bundled model repeats itself under several sampler settings: `python -m tests.benchmarks.sampling`.

Ten short chapters are written with each setting, all with the same seeds. `--json` prints a machine-readable record,
`--texts` the chapters themselves, since the figures only say what to read first.
"""

import argparse
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from statistics import mean
from typing import Any

import llama_cpp

from workbench.engine.catalog import bundled_file, open_text_model
from workbench.settings import Settings

SYSTEM = "You write vivid fiction in plain words. Write only the story itself, in the past tense, in paragraphs."
PROMPTS = [
    "A lighthouse keeper finds a boat with nobody in it. Write the first chapter.",
    "Mara the smith must forge a sword for the man who burned her village. Write the chapter.",
    "Two sisters cross the desert with one flask of water left. Write the chapter.",
    "A detective in a rainy harbour town questions the baker about the missing clock. Write the scene.",
    "The last dragon wakes and asks a shepherd boy for a favour. Write the first chapter.",
    "On a space station, the gardener hears a voice in the pipes. Write the chapter.",
    "A thief breaks into the library at night and meets its ghost. Write the scene.",
    "The queen's taster falls in love with the cook. Write the first chapter.",
    "Winter comes early and the ferry is frozen in. Tomas walks over the ice. Write the chapter.",
    "A grandmother teaches her grandson to talk to bees. Write the chapter.",
]
PLAIN = {"min_p": 0.0, "top_p": 1.0, "top_k": 0, "repeat_penalty": 1.0, "dry_multiplier": 0.0}
VARIANTS: dict[str, dict[str, Any]] = {
    "plain": PLAIN,
    "min_p 0.05": PLAIN | {"min_p": 0.05},
    "min_p 0.1": PLAIN | {"min_p": 0.1},
    "min_p 0.05, repeat 1.1": PLAIN | {"min_p": 0.05, "repeat_penalty": 1.1},
    "min_p 0.1, repeat 1.05": PLAIN | {"min_p": 0.1, "repeat_penalty": 1.05},
    "min_p 0.05, DRY 0.8": PLAIN | {"min_p": 0.05, "dry_multiplier": 0.8},
    "min_p 0.1, DRY 0.8": PLAIN | {"min_p": 0.1, "dry_multiplier": 0.8},
    "min_p 0.05, repeat 1.1, DRY 0.8": PLAIN | {"min_p": 0.05, "repeat_penalty": 1.1, "dry_multiplier": 0.8},
    "min_p 0.1, repeat 1.05, DRY 0.8": PLAIN | {"min_p": 0.1, "repeat_penalty": 1.05, "dry_multiplier": 0.8},
}


def words_of(text: str) -> list[str]:
    """Words in lower case."""
    return re.findall(r"[a-z']+", text.lower())


def measures(text: str) -> dict[str, float]:
    """Repetition in one text. Shares lie between 0 and 1."""
    words = words_of(text)
    fours = [tuple(words[at : at + 4]) for at in range(len(words) - 3)]
    pairs = list(pairwise(words))
    sentences = [" ".join(words_of(one)) for one in re.split(r"[.!?\n]+", text) if len(words_of(one)) > 3]
    return {
        "repeated_4grams": 1 - len(set(fours)) / max(1, len(fours)),
        "distinct_2": len(set(pairs)) / max(1, len(pairs)),
        "repeated_sentences": float(len(sentences) - len(set(sentences))),
        "words": float(len(words)),
    }


def main() -> None:
    """Write, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--texts", action="store_true")
    parser.add_argument("--tokens", type=int, default=260, help="longest chapter, in tokens")
    parser.add_argument("--only", nargs="*", choices=list(VARIANTS), default=list(VARIANTS), help="these settings")
    parser.add_argument("--temperature", type=float, default=0.8)
    options = parser.parse_args()
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    model = open_text_model(settings)
    model.start()
    if not model.wait_ready(120):
        raise SystemExit(model.status().error)
    rows = []
    for name in options.only:
        sampling = VARIANTS[name]
        chat = model.chat_model(temperature=options.temperature, max_tokens=options.tokens, **sampling)

        def write(number: int, chat: Any = chat) -> str:
            return chat.bind(seed=100 + number).invoke([("system", SYSTEM), ("user", PROMPTS[number])]).text

        began = time.monotonic()
        with ThreadPoolExecutor(len(PROMPTS)) as pool:
            texts = list(pool.map(write, range(len(PROMPTS))))
        taken = time.monotonic() - began
        each = [measures(text) for text in texts]
        row = {"sampler": name, **{key: round(mean(one[key] for one in each), 3) for key in each[0]}}
        rows.append({**row, "seconds": round(taken, 1)})
        if options.texts:
            for number, text in enumerate(texts):
                print(f"--- {name} / {number}\n{text}\n", flush=True)
    model.close()
    if options.json:
        file = bundled_file().name
        versions = {"llama_cpp": llama_cpp.__version__}
        print(json.dumps({"model": file, "threads": settings.threads, "versions": versions, "rows": rows}))
        return
    print(f"{'sampler':34}{'rep. 4-grams':>13}{'distinct-2':>12}{'rep. sentences':>16}{'words':>8}{'seconds':>9}")
    for row in rows:
        print(
            f"{row['sampler']:34}{row['repeated_4grams']:13.3f}{row['distinct_2']:12.3f}"
            f"{row['repeated_sentences']:16.2f}{row['words']:8.0f}{row['seconds']:9.1f}"
        )


if __name__ == "__main__":
    main()
