"""The bookkeeping of the model's memory: what is shared stays shared, and cells lie in the order of the tokens."""

import random

from tests.engine.fake_weights import FakeWeights, reply_to
from tests.engine.inbox import Inbox, run
from workbench.engine.scheduler import WORTH_RESTORING, Scheduler
from workbench.engine.sequences import Sequences


def read(weights, sequences, prompt):
    """Take a sequence for a prompt and read what it lacks, as the scheduler does."""
    assert sequences.evict(len(prompt))
    target, held = sequences.take(prompt)
    rest = prompt[held:]
    positions = range(held, len(prompt))
    weights.decode(rest, positions, [target.number] * len(rest), [False] * len(rest))
    sequences.extend(target, rest)
    return target


def check(weights, sequences):
    """The bookkeeping agrees with the memory, and every sequence's cells ascend."""
    for one in sequences.all:
        if not one.spent:
            assert [token for _, token in weights.held[one.number]] == one.tokens
        assert one.cells == sorted(set(one.cells))
        assert len(one.cells) == len(one.tokens)
    assert sequences.held_cells <= sequences.total - sequences.free_cells <= sequences.total


def test_a_relay_keeps_what_is_shared():
    weights = FakeWeights(cells=100, window=60, sequences=6)
    sequences = Sequences(weights, 6, 100)
    shared = list(range(1, 31))
    busy = [read(weights, sequences, [*shared, 40 + n, 50 + n]) for n in range(3)]
    assert sequences.held_cells == 30 + 6
    gone = read(weights, sequences, [70] * 20)
    sequences.release(gone, keep=False)
    sequences.relay(0)
    check(weights, sequences)
    assert [one.tokens for one in busy] == [[*shared, 40 + n, 50 + n] for n in range(3)]
    assert sequences.held_cells == 36 == weights.used
    assert sequences.free_cells == 64


def test_memory_that_is_full_keeps_what_was_used_last():
    weights = FakeWeights(cells=100, window=60, sequences=12)
    sequences = Sequences(weights, 12, 100)
    for n in range(8):
        sequences.release(read(weights, sequences, [n + 1] * 20))
    held = [one.tokens[0] for one in sequences.all if one.tokens]
    assert 8 in held
    assert 1 not in held
    assert sequences.relays
    check(weights, sequences)


def test_cells_lie_in_order_whatever_comes_and_goes():
    chance = random.Random(4)
    weights = FakeWeights(cells=160, window=60, sequences=10)
    sequences = Sequences(weights, 10, 160)
    busy = []
    for _ in range(600):
        if busy and (len(busy) > 3 or chance.random() < 0.5):
            sequences.release(busy.pop(chance.randrange(len(busy))), keep=chance.random() < 0.8)
        else:
            prompt = [1 + chance.randrange(2)] * chance.randrange(1, 20) + [
                chance.randrange(1, 90) for _ in range(chance.randrange(1, 15))
            ]
            busy.append(read(weights, sequences, prompt))
        if busy and chance.random() < 0.5:
            one = chance.choice(busy)
            guesses = [chance.randrange(1, 90) for _ in range(3)]
            if sequences.evict(3):
                weights.decode(guesses, range(len(one.tokens), len(one.tokens) + 3), [one.number] * 3, [True] * 3)
                sequences.extend(one, guesses)
                sequences.cut(one, len(one.tokens) - chance.randrange(0, 4))
        check(weights, sequences)
    assert sequences.relays > 5


def test_a_saved_beginning_is_not_read_again():
    weights = FakeWeights(cells=400, window=200)
    scheduler = Scheduler(weights, 2)
    prompt = [1 + n % 90 for n in range(120)]
    first = Inbox(prompt, story="tale")
    run(scheduler, first)
    tokens, state = scheduler.sequences.saved(scheduler.stories["tale"])
    assert tokens[:120] == prompt

    asked = []

    def saved(wanted, longer_than):
        asked.append(longer_than)
        return (tokens, state) if longer_than < 100 else None

    weights.clear()
    again = Scheduler(weights, 2, saved)
    second = Inbox([*prompt, 91, 92])
    run(again, second)
    assert second.written == reply_to([*prompt, 91, 92], 5)
    assert again.tokens_read == 2
    assert second.finished.reused == 120
    third = Inbox([*prompt, 91, 93])
    run(again, third)
    assert asked == [WORTH_RESTORING, 121 + WORTH_RESTORING]  # what is in memory isn't fetched from the disk


def test_a_saved_state_that_does_not_fit_is_read_instead():
    weights = FakeWeights(cells=400, window=200)
    weights.load_tail = lambda sequence, state: False
    scheduler = Scheduler(weights, 2, lambda tokens, longer_than: (tokens[:100], bytes(100)))
    inbox = Inbox([1 + n % 90 for n in range(120)])
    run(scheduler, inbox)
    assert inbox.written == reply_to(inbox.request.tokens, 5)
    assert inbox.finished.reused == 0
