import random

import pytest

from tests.engine.fake_weights import FakeWeights, reply_to
from tests.engine.inbox import Inbox, run
from workbench.engine import scheduler as module
from workbench.engine.scheduler import Scheduler
from workbench.errors import ModelFailed, PromptTooLong


@pytest.fixture
def weights():
    return FakeWeights()


def test_one_request(weights):
    inbox = Inbox([3, 4, 5])
    run(Scheduler(weights, 2), inbox)
    assert inbox.written == reply_to([3, 4, 5], 5)
    assert (inbox.finished.reason, inbox.finished.prompt, inbox.finished.written) == ("length", 3, 5)
    assert weights.open_samplers == 0


def test_crowd_writes_what_each_writes_alone():
    random.seed(1)
    prompts = [[random.randrange(1, 90) for _ in range(random.randrange(1, 20))] for _ in range(20)]
    prompts += [prompts[0] + [5, 6], prompts[0] + [5, 7], prompts[3]]
    weights = FakeWeights(cells=200, window=40, sequences=8)
    inboxes = [Inbox(prompt, 9) for prompt in prompts]
    run(Scheduler(weights, 4), *inboxes)
    for prompt, inbox in zip(prompts, inboxes, strict=True):
        assert inbox.written == reply_to(prompt, 9)


def test_few_cells_still_give_the_same_text(weights):
    """Evictions and pre-emptions cost time, never text."""
    prompts = [[n + 1] * 12 for n in range(10)]
    inboxes = [Inbox(prompt, 15) for prompt in prompts]
    run(Scheduler(weights, 6), *inboxes)
    for prompt, inbox in zip(prompts, inboxes, strict=True):
        assert inbox.written == reply_to(prompt, 15)


def test_beginning_in_memory_is_not_read_again(weights):
    scheduler = Scheduler(weights, 2)
    first, second = Inbox(range(1, 11)), Inbox([*range(1, 9), 50, 51])
    run(scheduler, first)
    read = scheduler.tokens_read
    run(scheduler, second)
    assert second.finished.reused == 8
    assert scheduler.tokens_read - read == 2
    assert second.written == reply_to(second.request.tokens, 5)


def test_same_prompt_again_reads_one_token(weights):
    scheduler = Scheduler(weights, 2)
    run(scheduler, Inbox(range(1, 11)))
    again = Inbox(range(1, 11))
    run(scheduler, again)
    assert again.finished.reused == 9
    assert again.written == reply_to(range(1, 11), 5)


def test_reply_that_comes_back_in_the_prompt_is_reused(weights):
    scheduler = Scheduler(weights, 2)
    first = Inbox(range(1, 11))
    run(scheduler, first)
    second = Inbox([*range(1, 11), *first.written, 60])
    run(scheduler, second)
    assert second.finished.reused == 14  # the last token written was never read


def test_two_waiting_requests_read_their_beginning_once(monkeypatch):
    monkeypatch.setattr(module, "READ_ALONE", 16)
    monkeypatch.setattr(module, "READ_BESIDE", 16)
    weights = FakeWeights(cells=400, window=200)
    shared = list(range(1, 81))
    scheduler = Scheduler(weights, 4)
    inboxes = [Inbox([*shared, 90 + n]) for n in range(3)]
    run(scheduler, *inboxes)
    assert scheduler.tokens_read == 80 + 3
    assert [inbox.finished.reused for inbox in inboxes] == [0, 80, 80]
    assert all(inbox.written == reply_to(inbox.request.tokens, 5) for inbox in inboxes)


def test_prompt_is_read_beside_replies(monkeypatch):
    monkeypatch.setattr(module, "READ_BESIDE", 4)
    weights = FakeWeights(cells=200, window=100)
    scheduler = Scheduler(weights, 4)
    writer, reader = Inbox([1, 2], 30), Inbox([9] * 40, 3)
    scheduler.submit(writer.request)
    scheduler.step()
    scheduler.submit(reader.request)
    before = len(writer.events)
    for _ in range(5):
        scheduler.step()
    assert len(writer.events) == before + 5
    assert not reader.events
    run(scheduler)
    assert reader.written == reply_to([9] * 40, 3)


def test_background_pauses_while_interactive_runs(weights):
    scheduler = Scheduler(weights, 2)
    slow = Inbox([1, 2, 3], 20, priority="background")
    scheduler.submit(slow.request)
    scheduler.step()
    scheduler.step()
    seen = len(slow.events)
    urgent = Inbox([7, 8], 6)
    scheduler.submit(urgent.request)
    while not urgent.finished:
        scheduler.step()
        assert len(slow.events) == seen
    run(scheduler)
    assert slow.written == reply_to([1, 2, 3], 20)
    assert sum(position < 3 for batch in weights.log for number, position in batch if number == 0) == 3  # read once


def test_memory_work_goes_on_however_much_people_ask(weights):
    """While the browser never falls silent, the memory's work still gets its turn, and never holds it up for long."""
    scheduler = Scheduler(weights, 1)
    slow = Inbox([1, 2, 3], 4, priority="background")
    scheduler.submit(slow.request)
    steps, waits = 0, []
    while not slow.finished:
        urgent = Inbox([7, 8, 9 + steps % 50], 6)
        scheduler.submit(urgent.request)
        began = steps
        while not urgent.finished:
            scheduler.step()
            steps += 1
            assert steps < 400, "the memory's work stands still"
        waits.append(steps - began)
    run(scheduler)
    assert slow.written == reply_to([1, 2, 3], 4)
    assert max(waits) == 6  # as many steps as tokens: nobody in the browser waited for a slot
    assert steps > 4 * 10  # and most steps were theirs


def test_background_reads_little_at_once_while_somebody_waits(monkeypatch):
    monkeypatch.setattr(module, "BACKGROUND_EVERY", 2)
    weights = FakeWeights(cells=400, window=200)
    scheduler = Scheduler(weights, 4)
    urgent, slow = Inbox([1, 2], 40), Inbox([5] * 150, 2, priority="background")
    run(scheduler, urgent, slow)
    beside = [len(batch) for batch in weights.log[:40]]
    assert max(beside) == 1 + module.READ_BACKGROUND
    assert slow.written == reply_to([5] * 150, 2)


def test_background_waits_its_turn_though_it_came_first(weights):
    scheduler = Scheduler(weights, 1)
    slow, urgent = Inbox([1, 2], priority="background"), Inbox([7, 8])
    scheduler.submit(slow.request)
    scheduler.submit(urgent.request)
    scheduler.step()
    assert urgent.events
    assert not slow.events
    run(scheduler)
    assert slow.finished


def test_interactive_takes_the_cells_of_paused_background():
    weights = FakeWeights(cells=40, window=32, sequences=4)
    scheduler = Scheduler(weights, 2)
    slow = Inbox([1] * 15, 15, priority="background")
    scheduler.submit(slow.request)
    scheduler.step()
    urgent = Inbox([2] * 28, 3)
    run(scheduler, urgent)
    assert urgent.written == reply_to([2] * 28, 3)
    assert slow.written == reply_to([1] * 15, 15)


def test_prompt_too_long_has_the_counts(weights):
    with pytest.raises(PromptTooLong, match=r"40 tokens.*holds 32"):
        Scheduler(weights, 2).submit(Inbox([1] * 40).request)


def test_reply_ends_at_the_window(weights):
    inbox = Inbox([1] * 30, None)
    run(Scheduler(weights, 2), inbox)
    assert (inbox.finished.reason, inbox.finished.written) == ("length", 2)


def test_stop_sequence_over_tokens(weights):
    whole = [f"<{token}>" for token in reply_to([3, 4], 10)]
    stop = whole[3] + whole[4][:2]
    inbox = Inbox([3, 4], 10, stop=(stop,))
    run(Scheduler(weights, 2), inbox)
    assert inbox.text == "".join(whole[:3])
    assert inbox.finished.reason == "stop"


def test_end_token_ends_the_reply():
    weights = FakeWeights(cells=4000, window=2000, ends=True)
    inbox = Inbox([3, 4], None)
    run(Scheduler(weights, 2), inbox)
    assert inbox.finished.reason == "stop"
    assert "<0>" not in inbox.text


def test_random_cancels_leak_nothing(weights):
    random.seed(7)
    scheduler = Scheduler(weights, 3)
    inboxes = [Inbox([random.randrange(1, 9) for _ in range(random.randrange(1, 12))], 8) for _ in range(100)]
    for inbox in inboxes:
        scheduler.submit(inbox.request)
        scheduler.step()
        if random.random() < 0.4:
            random.choice(inboxes).request.cancelled = True
    run(scheduler)
    assert weights.open_samplers == 0
    assert not scheduler.sequences.busy
    assert weights.cells - scheduler.sequences.free_cells == weights.used <= weights.cells
    for inbox in inboxes:
        if inbox.finished:
            assert inbox.written == reply_to(inbox.request.tokens, 8)
        else:
            assert inbox.request.cancelled
    assert scheduler.sequences.evict(weights.cells)
    assert weights.used == 0


def test_broken_step_fails_its_requests_and_goes_on(weights):
    scheduler = Scheduler(weights, 2)
    inbox = Inbox([1, 2, 3])
    scheduler.submit(inbox.request)
    weights.break_next = 1
    with pytest.raises(RuntimeError):
        scheduler.step()
    assert isinstance(inbox.error, ModelFailed)
    scheduler.restart()
    weights.reset()
    after = Inbox([1, 2, 3])
    run(scheduler, after)
    assert after.written == reply_to([1, 2, 3], 5)


def test_restart_reads_paused_requests_again(weights):
    scheduler = Scheduler(weights, 2)
    inbox = Inbox([1, 2, 3], 10)
    scheduler.submit(inbox.request)
    for _ in range(4):
        scheduler.step()
    scheduler.restart()
    weights.reset()
    run(scheduler)
    assert inbox.written == reply_to([1, 2, 3], 10)


def test_logprobs_are_of_the_raw_logits(weights):
    inbox = Inbox([1, 2], 1, top_logprobs=3)
    run(Scheduler(weights, 2), inbox)
    (entry,) = inbox.events[-1].logprobs
    assert entry.top[0] == (entry.text, entry.logprob)
    assert len(entry.top) == 3


def test_model_that_cannot_share_reads_everything(weights):
    weights.can_share = False
    scheduler = Scheduler(weights, 2)
    for _ in range(2):
        inbox = Inbox([1, 2, 3, 4])
        run(scheduler, inbox)
        assert inbox.finished.reused == 0
        assert inbox.written == reply_to([1, 2, 3, 4], 5)
