"""32 requests of different lengths, grammars and arrival times: what each writes alone and what it writes in a crowd.

At temperature 0 the two must be the same. The test and the benchmark of the engine both use this.
"""

import argparse
import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.engine.llama import LlamaModel
from workbench.engine.scheduler import Scheduler
from workbench.engine.schema import grammar_of
from workbench.engine.values import Event, Request, Sampling

OPENINGS = ("The storm", "A ship", "The keeper of the light", "Nobody", "In the harbour", "Old Mara", "Twice a year")
SHARED = "The following stories are about the sea, and each of them begins in its own way. "
SCHEMAS = (
    {
        "type": "object",
        "properties": {"name": {"type": "string", "maxLength": 40}, "age": {"type": "integer"}},
        "required": ["name", "age"],
    },
    {
        "type": "object",
        "properties": {"mood": {"enum": ["calm", "wild"]}, "why": {"type": "string"}},
        "required": ["mood", "why"],
    },
)


@dataclass
class Asked:
    """One request of the crowd, and the step at which it arrives."""

    tokens: list[int]
    sampling: Sampling
    count: int
    step: int
    lookup: bool


def requests(tokenize: Callable[[str], list[int]], number: int = 32, seed: int = 5) -> list[Asked]:
    """Requests with shared and unshared beginnings, some held to JSON, some guessing from their prompt."""
    chance = random.Random(seed)
    asked = []
    for at in range(number):
        text = SHARED * chance.randrange(0, 9) + f"{OPENINGS[at % len(OPENINGS)]} {chance.randrange(1000)} "
        text += "and the sea said nothing. " * chance.randrange(0, 20)
        grammar = grammar_of(SCHEMAS[at // 4 % 2]) if at % 4 == 3 else ""
        penalty = {"repeat_penalty": 1.1, "dry_multiplier": 0.8} if at % 3 == 0 and not grammar else {}
        sampling = Sampling(temperature=0, grammar=grammar, **penalty)
        step = chance.randrange(0, 60)
        asked.append(Asked(tokenize(text), sampling, chance.randrange(5, 60), step, lookup=at % 2 == 1))
    return asked


def written(weights: LlamaModel, slots: int, crowd: list[Asked]) -> list[tuple[int, ...]]:
    """What a scheduler writes to these requests, each submitted at its step."""
    scheduler = Scheduler(weights, slots)
    inboxes: list[list[Event]] = [[] for _ in crowd]
    waiting = sorted(range(len(crowd)), key=lambda at: crowd[at].step)
    step = 0
    while waiting or scheduler.busy:
        while waiting and (crowd[waiting[0]].step <= step or not scheduler.busy):
            at = waiting.pop(0)
            one = crowd[at]
            scheduler.submit(
                Request(one.tokens, inboxes[at].append, one.sampling, max_tokens=one.count, lookup=one.lookup)
            )
        scheduler.step()
        step += 1
    return [inbox[-1].tokens for inbox in inboxes]


def differing(alone: list[tuple[int, ...]], together: list[tuple[int, ...]]) -> float:
    """Share of tokens that aren't the same at the same place."""
    wrong = sum(
        sum(a != b for a, b in zip(one, other, strict=False)) + abs(len(one) - len(other))
        for one, other in zip(alone, together, strict=True)
    )
    return wrong / sum(map(len, alone))


def crowd_share(file: Path, given: argparse.Namespace) -> float:
    """The differing share with the engine's own way of keeping its memory."""
    weights = LlamaModel(
        file, cells=6144, window=1024, sequences=48, threads=given.threads, gpu_layers=given.gpu_layers,
        exact=given.gpu_layers == 0,
    )  # fmt: skip
    crowd = requests(weights.tokenize)
    alone = []
    for one in crowd:
        weights.reset()
        alone += written(weights, 8, [Asked(one.tokens, one.sampling, one.count, 0, lookup=False)])
    weights.reset()
    together = written(weights, 8, crowd)
    weights.close()
    return differing(alone, together)
