"""Many requests on the bundled model at once: each gets the text it would get alone, and nothing is left behind."""

import random
import resource
from argparse import Namespace
from pathlib import Path

import pytest

from tests.benchmarks.crowd import Asked, crowd_share, differing, requests, written
from workbench.engine.catalog import bundled_file
from workbench.engine.llama import LlamaModel
from workbench.engine.scheduler import Scheduler
from workbench.engine.schema import grammar_of
from workbench.engine.values import Event, Request, Sampling
from workbench.errors import ModelFailed, PromptTooLong


def test_thirty_two_requests_write_alone_what_they_write_together():
    assert crowd_share(bundled_file(), Namespace(threads=0, gpu_layers=0)) == 0


def test_the_measure_of_difference_sees_differences():
    assert differing([(1, 2, 3, 4)], [(1, 2, 3, 4)]) == 0
    assert differing([(1, 2, 3, 4)], [(1, 2, 5, 4)]) == 0.25
    assert differing([(1, 2, 3, 4)], [(1, 2)]) == 0.5


@pytest.fixture
def weights():
    """The bundled model with so little memory that it is always full."""
    weights = LlamaModel(bundled_file(), cells=640, window=256, sequences=20, exact=True)
    yield weights
    weights.close()


def resident() -> int:
    """Bytes of this process in memory now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.timeout(900)
def test_two_thousand_requests_leave_nothing_behind(weights):
    """Cancels, stops, full memory, refused prompts and grammars that end nowhere, for as long as an evening."""
    chance = random.Random(11)
    scheduler = Scheduler(weights, 4)
    shared = [weights.tokenize(f"{name} went down to the sea, as people in {name}'s family do. ") for name in "ABCD"]
    ends = grammar_of({"type": "object", "properties": {"a": {"enum": ["x", "y"]}}, "required": ["a"]})
    dead = 'root ::= "a" [^\\x00-\\U0010FFFF]'  # after the first letter a character that doesn't exist
    answered = cancelled = failed = 0
    open_requests: list[tuple[Request, list[Event]]] = []
    before = 0
    for number in range(2000):
        inbox: list[Event] = []
        tokens = shared[number % 4] + [chance.randrange(100, 40000) for _ in range(chance.randrange(1, 8))]
        if chance.random() < 0.01:
            tokens = [chance.randrange(100, 40000) for _ in range(chance.randrange(150, 255))]
        kind = chance.random()
        sampling = Sampling(
            temperature=chance.choice([0.0, 0.8, 1.5]),
            seed=number,
            grammar=ends if kind < 0.05 else dead if kind < 0.15 else "",
            repeat_penalty=chance.choice([1.0, 1.1]),
            dry_multiplier=chance.choice([0.0, 0.8]),
        )
        request = Request(
            tokens, inbox.append, sampling, max_tokens=chance.randrange(1, 5), stop=chance.choice([(), (".",), ("e",)]),
            priority=chance.choice(["interactive", "background"]), lookup=chance.random() < 0.3,
            top_logprobs=3 if chance.random() < 0.1 else None,
        )  # fmt: skip
        scheduler.submit(request)
        open_requests.append((request, inbox))
        if chance.random() < 0.02:
            with pytest.raises(PromptTooLong):
                scheduler.submit(Request([5] * 300, inbox.append))
        if chance.random() < 0.15:
            chance.choice(open_requests)[0].cancelled = True
        while scheduler.running + scheduler.waiting > 12:
            scheduler.step()
        for done in [one for one in open_requests if one[1] and (one[1][-1].finished or one[1][-1].error)]:
            open_requests.remove(done)
            error = done[1][-1].error
            answered += error is None
            failed += error is not None
            assert error is None or isinstance(error, ModelFailed)
        gone = [one for one in open_requests if one[0].cancelled]
        cancelled += len(gone)
        open_requests = [one for one in open_requests if not one[0].cancelled]
        if number == 400:
            before = resident()
    steps = 0
    while scheduler.busy:
        scheduler.step()
        steps += 1
        assert steps < 2000, "a request is stuck"
    assert resident() < before * 1.03
    assert answered > 1200
    assert cancelled > 50
    assert failed > 50  # the grammars without an end
    assert not scheduler.sequences.busy
    assert scheduler.sequences.evict(weights.cells)  # every cell can be had back
    # And after all that it writes what a fresh one writes.
    asked = requests(weights.tokenize, 1)
    after = written(weights, 4, asked)
    weights.reset()
    assert after == written(weights, 4, [Asked(asked[0].tokens, asked[0].sampling, asked[0].count, 0, False)])
