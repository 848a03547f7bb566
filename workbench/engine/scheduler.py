"""Many requests on one model, step by step. No threads: whoever owns the model calls `step` until nothing is left.

Each step drops what was cancelled, admits waiting requests, reads one batch that mixes the next token of every reply
with parts of prompts, and draws one token for each reply. Prompts that begin alike are read once.
"""

import math
from collections.abc import Sequence as Listing
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from workbench.engine.sequences import Memory, Sequence, Sequences, common_length
from workbench.engine.text import ReplyText
from workbench.engine.values import Event, Finished, FinishReason, Request, Sampling, TokenLogprob
from workbench.errors import ModelFailed, PromptTooLong

READ_ALONE = 512  # prompt tokens in a step in which nobody writes
READ_BESIDE = 256  # and beside replies, which wait for the whole step: half the pause for little speed
WORTH_WAITING = 32  # tokens that another request is about to read; fewer are read twice


class Sampler(Protocol):
    """Draws the tokens of one reply."""

    def sample(self, row: int) -> int:
        """The token after row `row` of the last batch."""

    def close(self) -> None:
        """Free it."""


class Weights(Memory, Protocol):
    """What the scheduler needs of a model; `LlamaModel` is one, tests have a tiny one."""

    cells: int
    window: int
    sequences: int

    def decode(
        self, tokens: Listing[int], positions: Listing[int], sequences: Listing[int], wanted: Listing[bool]
    ) -> None:
        """Read a batch."""

    def sampler(self, sampling: Sampling, history: Listing[int] = ()) -> Sampler:
        """A sampler for one reply."""

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """Logits after a row of the last batch, shape (vocabulary,)."""

    def piece(self, token: int) -> bytes:
        """Bytes of a token."""

    def token_text(self, token: int) -> str:
        """A token for people to read."""

    def is_end(self, token: int) -> bool:
        """Whether a token ends the reply."""


@dataclass(eq=False)
class _Work:
    """A request with what has come of it. `tokens` is the prompt and all that was written so far."""

    request: Request
    order: int
    tokens: list[int]
    limit: int
    text: ReplyText
    sampler: Sampler | None = None
    sequence: Sequence | None = None
    reused: int | None = None
    patient: bool = False
    pending: list[TokenLogprob] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return len(self.tokens) - (len(self.sequence.tokens) if self.sequence else 0)

    @property
    def written(self) -> int:
        return len(self.tokens) - len(self.request.tokens)

    @property
    def rank(self) -> tuple[bool, int]:
        return self.request.priority != "interactive", self.order


class Scheduler:
    """Requests in slots over one model. `slots`: how many are worked on at once."""

    def __init__(self, model: Weights, slots: int) -> None:
        self._model, self._slots = model, slots
        self.sequences = Sequences(model, model.sequences, model.cells)
        self._waiting: list[_Work] = []
        self._running: list[_Work] = []
        self._order = 0
        self.tokens_read = 0  # prompt tokens really evaluated, for benchmarks

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return bool(self._waiting or self._running)

    def submit(self, request: Request) -> None:
        """Queue a request. Raises `PromptTooLong` when the window has no room for it and one written token."""
        length, window = len(request.tokens), self._model.window
        if length >= window:
            raise PromptTooLong(
                f"The prompt has {length} tokens, but the model's window holds {window} with the reply. Shorten the "
                "texts, or set LORELOOM_CONTEXT_TOKENS higher if the model allows it."
            )
        if not length:
            raise ModelFailed("The prompt is empty. Write something first.")
        limit = min(request.max_tokens or window, window - length)
        self._order += 1
        self._waiting.append(_Work(request, self._order, list(request.tokens), limit, ReplyText(request.stop)))

    def step(self) -> None:
        """One batch. An error in it ends the requests of that batch with `ModelFailed` and is raised."""
        self._drop_cancelled()
        self._admit()
        works = self._active()
        rows = self._compose(works)
        if not rows:
            return
        tokens: list[int] = []
        positions: list[int] = []
        numbers: list[int] = []
        wanted: list[bool] = []
        for work, count in rows:
            assert work.sequence is not None
            start = len(work.sequence.tokens)
            tokens += work.tokens[start : start + count]
            positions += range(start, start + count)
            numbers += [work.sequence.number] * count
            wanted += [False] * (count - 1) + [count == work.unread]
        try:
            self._model.decode(tokens, positions, numbers, wanted)
        except MemoryError:
            # Our count of cells says otherwise only when llama.cpp needs some for itself; make room and try again.
            if not self.sequences.evict(self.sequences.free_cells + len(tokens)):
                self._preempt(works)
            return
        except Exception as error:
            for work, _ in rows:
                self._fail(work, ModelFailed(f"The text model failed: {error} Try again."))
            raise
        self._take_results(rows)

    def fail_all(self, error: Exception) -> None:
        """End every request with this error."""
        for work in [*self._running, *self._waiting]:
            self._fail(work, error)

    def restart(self) -> None:
        """The context was replaced: requests that were running read their tokens again."""
        self._waiting = sorted([*self._running, *self._waiting], key=lambda work: work.order)
        self._running = []
        for work in self._waiting:
            work.sequence = None
        self.sequences.forget()

    # One step's parts

    def _drop_cancelled(self) -> None:
        for work in [work for work in [*self._running, *self._waiting] if work.request.cancelled]:
            self._remove(work)

    def _active(self) -> list[_Work]:
        """Running requests that this step may work on: background ones pause while anyone interactive is here."""
        everyone = [*self._running, *self._waiting]
        interactive = any(work.request.priority == "interactive" for work in everyone)
        chosen = [work for work in self._running if not interactive or work.request.priority == "interactive"]
        return sorted(chosen, key=lambda work: work.rank)

    def _admit(self) -> None:
        for work in sorted(self._waiting, key=lambda work: work.rank):
            active = self._active()
            interactive = work.request.priority == "interactive"
            others = any(one.request.priority == "interactive" for one in [*self._running, *self._waiting])
            if len(active) >= self._slots or (others and not interactive):
                return
            if self._is_being_read(work, active):
                continue
            taken = self.sequences.take(work.tokens)
            if taken is None:
                paused = [one for one in self._running if one not in active]
                if not paused:
                    return
                self._suspend(max(paused, key=lambda one: one.rank))
                taken = self.sequences.take(work.tokens)
                assert taken is not None
            work.sequence, held = taken
            if work.reused is None:
                work.reused = held
            self._waiting.remove(work)
            self._running.append(work)
            if work.sampler is None:
                try:
                    work.sampler = self._model.sampler(work.request.sampling, work.request.history)
                except Exception as error:  # a grammar that llama.cpp refuses is one request's trouble
                    self._fail(work, error)

    def _is_being_read(self, work: _Work, active: list[_Work]) -> bool:
        """Whether a running request is about to read more of this one's beginning than is in memory."""
        if not self._model.can_share:
            return False
        _, held = self.sequences.best(work.tokens)
        worth = 1 if work.patient else WORTH_WAITING  # who has waited for most of it waits for the rest too
        for other in active:
            if other.unread > 1 and other.sequence:
                coming = min(common_length(other.tokens, work.tokens), len(work.tokens) - 1)
                if coming >= held + worth and coming > len(other.sequence.tokens):
                    work.patient = True
                    return True
        return False

    def _compose(self, works: list[_Work]) -> list[tuple[_Work, int]]:
        """Who reads how many tokens in this step: first one for each reply being written, then parts of prompts."""
        works = list(works)
        while works:
            rows = [(work, 1) for work in works if work.unread == 1]
            budget = READ_BESIDE if rows else READ_ALONE
            for work in works:
                if work.unread > 1 and budget > 0:
                    count = min(work.unread, budget)
                    rows.append((work, count))
                    budget -= count
            if self.sequences.evict(sum(count for _, count in rows)):
                return rows
            self._preempt(works)
            works = [work for work in works if work.sequence]
        return []

    def _preempt(self, works: list[_Work]) -> None:
        """Make room: a paused request, else the last one, gives its cells back and will read its tokens again."""
        paused = [work for work in self._running if work not in works]
        victim = max(paused or works, key=lambda work: work.rank)
        if not paused and len(works) == 1:
            self._fail(victim, ModelFailed("The model's memory is full. Set LORELOOM_CONTEXT_TOKENS higher."))
        else:
            self._suspend(victim)

    def _suspend(self, work: _Work) -> None:
        assert work.sequence is not None
        self.sequences.release(work.sequence, keep=False)
        work.sequence = None
        self._running.remove(work)
        self._waiting.append(work)

    def _take_results(self, rows: list[tuple[_Work, int]]) -> None:
        row = -1
        for work, count in rows:
            row += count
            assert work.sequence is not None
            assert work.sampler is not None
            start = len(work.sequence.tokens)
            self.tokens_read += count if start + count <= len(work.request.tokens) else 0
            self.sequences.extend(work.sequence, work.tokens[start : start + count])
            if work.unread:
                continue
            try:
                token = work.sampler.sample(row)
                if work.request.top_logprobs is not None:
                    work.pending.append(self._logprob(row, token, work.request.top_logprobs))
            except Exception as error:
                self._fail(work, error)
                continue
            self._write(work, token)

    def _write(self, work: _Work, token: int) -> None:
        if self._model.is_end(token):
            self._finish(work, "stop", work.text.finish())
            return
        work.tokens.append(token)
        text = work.text.feed(self._model.piece(token))
        if work.text.stopped:
            self._finish(work, "stop", text)
        elif work.written >= work.limit:
            self._finish(work, "length", text + work.text.finish())
        else:
            work.request.deliver(Event(text=text, logprobs=tuple(work.pending)))
            work.pending = []

    def _logprob(self, row: int, token: int, top: int) -> TokenLogprob:
        logits = self._model.logits(row).astype(np.float64)
        peak = float(logits.max())
        total = peak + math.log(float(np.exp(logits - peak).sum()))
        count = min(top, len(logits))
        best = np.argpartition(logits, -count)[-count:] if count else np.array([], int)
        ranked = sorted(((self._model.token_text(int(i)), float(logits[i]) - total) for i in best), key=lambda p: -p[1])
        return TokenLogprob(self._model.token_text(token), float(logits[token]) - total, tuple(ranked))

    # Ends

    def _finish(self, work: _Work, reason: FinishReason, text: str) -> None:
        finished = Finished(reason, len(work.request.tokens), work.reused or 0, work.written)
        tokens = tuple(work.tokens[len(work.request.tokens) :])
        self._remove(work)
        work.request.deliver(Event(text, tuple(work.pending), finished, tokens=tokens))

    def _fail(self, work: _Work, error: Exception) -> None:
        self._remove(work)
        work.request.deliver(Event(error=error))

    def _remove(self, work: _Work) -> None:
        if work.sampler:
            work.sampler.close()
            work.sampler = None
        if work.sequence:
            self.sequences.release(work.sequence)
            work.sequence = None
        for queue in (self._running, self._waiting):
            if work in queue:
                queue.remove(work)
