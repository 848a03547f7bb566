"""Guesses from the prompt: quicker where a reply repeats it, and never another text."""

import random

import pytest

from tests.engine.fake_weights import FakeWeights
from tests.engine.inbox import Inbox, run
from workbench.engine.lookup import FIRST_GUESS, LONGEST_GUESS, RUN_TO_TRUST, Lookup
from workbench.engine.scheduler import Scheduler


class CopyingWeights(FakeWeights):
    """Replies with its own prompt from the beginning, changed at some places; ends where the prompt ended."""

    def __init__(self, prompt, changes=(), **more):
        super().__init__(**more)
        self.answer = list(prompt)
        for at in changes:
            self.answer[at] = 90 + at % 5
        self.prompt = len(prompt)

    def decode(self, tokens, positions, sequences, wanted):
        super().decode(tokens, positions, sequences, wanted)
        row = 0
        for row, (position, number, want) in enumerate(zip(positions, sequences, wanted, strict=True)):
            if want:
                # The fake sees what it wrote, so that a wrong guess in memory shows in what follows.
                written = [token for _, token in self.held[number][self.prompt : position + 1]]
                right = written == self.answer[: len(written)]
                at = len(written)
                self._rows[row] = (self.answer[at] if at < len(self.answer) else 0) if right else 96


def tale(count, seed=1):
    numbers = random.Random(seed)
    return [numbers.randrange(1, 90) for _ in range(count)]


@pytest.mark.parametrize("changes", [(), (20,), (11, 12, 40), range(0, 60, 7), range(0, 60, 2)])
def test_text_is_the_same_with_and_without_guesses(changes):
    prompt = tale(60)
    written, steps = [], []
    for lookup in (False, True):
        weights = CopyingWeights(prompt, changes, cells=400, window=200)
        scheduler = Scheduler(weights, 2)
        inbox = Inbox(prompt, 100, lookup=lookup)
        run(scheduler, inbox)
        written.append((inbox.text, inbox.written, inbox.finished.written))
        steps.append(len(weights.log))
        assert weights.used == weights.cells - scheduler.sequences.free_cells
    assert written[0] == written[1]
    assert steps[1] <= steps[0]


def test_repeating_takes_a_fraction_of_the_steps():
    prompt = tale(90)
    weights = CopyingWeights(prompt, cells=400, window=200)
    scheduler = Scheduler(weights, 2)
    inbox = Inbox(prompt, 100, lookup=True)
    run(scheduler, inbox)
    assert inbox.written == prompt
    assert len(weights.log) < 25
    assert scheduler.guesses_right == scheduler.tokens_guessed > 70


def test_no_guesses_where_the_reply_says_new_things():
    weights = FakeWeights(cells=400, window=200)
    scheduler = Scheduler(weights, 2)
    run(scheduler, Inbox(tale(60), 80, lookup=True))
    assert scheduler.tokens_guessed == 0


def test_nobody_guesses_who_did_not_ask():
    prompt = tale(60)
    scheduler = Scheduler(CopyingWeights(prompt, cells=400, window=200), 2)
    run(scheduler, Inbox(prompt, 60))
    assert scheduler.tokens_guessed == 0


@pytest.mark.parametrize("limit", [9, 17, 30, 31])
def test_limit_and_stop_end_a_reply_among_guesses(limit):
    prompt = tale(60)
    weights = CopyingWeights(prompt, cells=400, window=200)
    scheduler = Scheduler(weights, 2)
    short = Inbox(prompt, limit, lookup=True)
    run(scheduler, short)
    assert short.written == prompt[:limit]
    stopped = Inbox(prompt, 60, lookup=True, stop=(f"<{prompt[limit]}><{prompt[limit + 1]}>",))
    run(scheduler, stopped)
    assert stopped.text == "".join(f"<{token}>" for token in prompt[:limit])
    # What was only guessed doesn't stay in memory as though it had been said.
    again = Inbox([*prompt, *prompt[:limit], 95], 1)
    run(scheduler, again)
    assert again.finished.reused <= len(prompt) + limit
    assert weights.used == weights.cells - scheduler.sequences.free_cells


def test_guesses_push_nobody_out_of_memory():
    prompt = tale(60)
    weights = CopyingWeights(prompt, cells=64 + 60, window=124, sequences=4)
    scheduler = Scheduler(weights, 2)
    inbox = Inbox(prompt, 60, lookup=True)
    run(scheduler, inbox)
    assert inbox.written == prompt


def test_a_guess_needs_a_run_of_agreement():
    prompt = list(range(100, 160))
    lookup = Lookup(prompt)
    guesses = []
    for token in prompt[:20]:
        lookup.feed(token)
        guesses.append(len(lookup.guess(100)))
    first = next(at for at, length in enumerate(guesses) if length)
    assert first == 3 + RUN_TO_TRUST - 1
    assert guesses[first] == FIRST_GUESS
    lookup.judge(FIRST_GUESS, FIRST_GUESS)
    assert lookup.guess(100) == prompt[20 : 20 + LONGEST_GUESS]
    assert lookup.guess(FIRST_GUESS) == prompt[20 : 20 + FIRST_GUESS]
    assert lookup.guess(FIRST_GUESS - 1) == []
    lookup.feed(1)
    assert lookup.guess(100) == []


def test_the_latest_place_is_followed():
    twice = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 50, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 60, 61, 62, 63, 64, 65, 66, 67, 68]
    lookup = Lookup(twice)
    for token in range(1, 11):
        lookup.feed(token)
    assert lookup.guess(20)[0] == 60
