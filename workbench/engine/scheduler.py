"""Many requests on one model, step by step. No threads: whoever owns the model calls `step` until nothing is left.

Each step drops what was cancelled, admits waiting requests, reads one batch that mixes the next token of every reply
with parts of prompts, and draws one token for each reply, or several where guesses from the prompt were right. Prompts
that begin alike are read once.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from workbench.engine.lookup import Lookup
from workbench.engine.sequences import Sequence, Sequences, common_length
from workbench.engine.text import ReplyText
from workbench.engine.values import Event, Finished, FinishReason, Request, TokenLogprob
from workbench.engine.weights import Sampler, Weights
from workbench.errors import ModelFailed, PromptTooLong

READ_ALONE = 512  # prompt tokens in a step in which nobody writes
READ_BESIDE = 256  # and beside replies, which wait for the whole step: half the pause for little speed
READ_BACKGROUND = 32  # and of the memory's prompts, while somebody waits
WORTH_WAITING = 32  # tokens that another request is about to read; fewer are read twice
WORTH_RESTORING = 64  # tokens that a saved state has more than the memory; fewer are read faster than loaded
# While somebody waits, the memory's work gets one step in so many: it slows what is waited for by an eighth at most,
# and never stands still however long the evening's queue is.
BACKGROUND_EVERY = 16

Saved = Callable[[list[int], int], tuple[list[int], bytes] | None]


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
    lookup: Lookup | None = None
    guess: list[int] = field(default_factory=list)
    pending: list[TokenLogprob] = field(default_factory=list)

    @property
    def unread(self) -> int:
        return len(self.tokens) - (len(self.sequence.tokens) if self.sequence else 0)

    @property
    def written(self) -> int:
        return len(self.tokens) - len(self.request.tokens)

    @property
    def interactive(self) -> bool:
        return self.request.priority == "interactive"

    @property
    def rank(self) -> tuple[bool, int]:
        return not self.interactive, self.order


class Scheduler:
    """Requests in slots over one model.

    `slots`: how many are worked on at once. `saved`: finds a saved state that has more than so many tokens of a
    prompt's beginning, and gives its tokens with it.
    """

    def __init__(self, model: Weights, slots: int, saved: Saved | None = None) -> None:
        self.model, self._slots, self._saved = model, slots, saved
        self.sequences = Sequences(model, model.sequences, model.cells)
        self._waiting: list[_Work] = []
        self._running: list[_Work] = []
        self._order = 0
        self._held_back = 0  # steps since the memory's work had its turn
        self._lent = False
        self.tokens_read = 0  # prompt tokens really evaluated
        self.tokens_reused = 0
        self.tokens_written = 0
        self.tokens_guessed = 0
        self.guesses_right = 0
        self.calls = 0
        self.stories: dict[str, list[int]] = {}  # tokens of each story's latest prompt, for who saves beginnings

    @property
    def busy(self) -> bool:
        """Whether a step would do anything."""
        return bool(self._waiting or self._running)

    @property
    def counts(self) -> dict[str, int]:
        """Tokens read, reused and written, guessed and right, and calls answered, all since the beginning."""
        return {
            "read": self.tokens_read,
            "reused": self.tokens_reused,
            "written": self.tokens_written,
            "drafted": self.tokens_guessed,
            "accepted": self.guesses_right,
            "calls": self.calls,
        }

    @property
    def running(self) -> int:
        """Requests that a step works on."""
        return len(self._active())

    @property
    def waiting(self) -> int:
        """Requests that are here and not worked on."""
        return len(self._waiting) + len(self._running) - self.running

    def submit(self, request: Request) -> None:
        """Queue a request. Raises `PromptTooLong` when the window has no room for it and one written token."""
        length, window = len(request.tokens), self.model.window
        if length >= window:
            raise PromptTooLong(
                f"The prompt has {length} tokens, but the model's window holds {window} with the reply. Shorten the "
                "texts, or set LORELOOM_CONTEXT_TOKENS higher if the model allows it."
            )
        if not length:
            raise ModelFailed("The prompt is empty. Write something first.")
        limit = min(request.max_tokens or window, window - length)
        self._order += 1
        work = _Work(request, self._order, list(request.tokens), limit, ReplyText(request.stop))
        if request.lookup and self.model.can_share:
            work.lookup = Lookup(request.tokens)
        self._waiting.append(work)

    def step(self) -> None:
        """One batch. An error in it ends the requests of that batch with `ModelFailed` and is raised."""
        self._drop_cancelled()
        self._lend()
        self._admit()
        works = self._active()
        rows, guesser = self._compose(works)
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
        if guesser and guesser.sequence:
            # Behind everything else, so that the cells of wrong guesses are the last ones and can be taken back.
            tokens += guesser.guess
            positions += range(len(guesser.tokens), len(guesser.tokens) + len(guesser.guess))
            numbers += [guesser.sequence.number] * len(guesser.guess)
            wanted += [True] * len(guesser.guess)
        try:
            self.model.decode(tokens, positions, numbers, wanted)
        except MemoryError:
            # Our count of cells says otherwise only when llama.cpp needs some for itself; make room and try again.
            if not self.sequences.evict(self.sequences.free_cells + len(tokens)):
                self._preempt(works)
            return
        except Exception as error:
            for work, _ in rows:
                self._fail(work, ModelFailed(f"The text model failed: {error} Try again."))
            raise
        self._take_results(rows, guesser)

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

    def _lend(self) -> None:
        """Decide whether this step takes the memory's work along though somebody waits."""
        priorities = {work.interactive for work in [*self._running, *self._waiting]}
        self._held_back = self._held_back + 1 if len(priorities) == 2 else 0
        self._lent = bool(self._held_back) and self._held_back % BACKGROUND_EVERY == 0

    def _active(self) -> list[_Work]:
        """Running requests that this step may work on: background ones pause while anyone interactive is here."""
        interactive = any(work.interactive for work in [*self._running, *self._waiting])
        chosen = [work for work in self._running if work.interactive or self._lent or not interactive]
        return sorted(chosen, key=lambda work: work.rank)

    def _admit(self) -> None:
        for work in sorted(self._waiting, key=lambda work: work.rank):
            active = self._active()
            if not self._may_enter(work) or self._is_being_read(work, active):
                continue
            if self._saved and work.reused is None:
                self._restore(work, self._saved)
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
                self.tokens_reused += held
            self._waiting.remove(work)
            self._running.append(work)
            if work.sampler is None:
                try:
                    work.sampler = self.model.sampler(work.request.sampling, work.request.history)
                except Exception as error:  # a grammar that llama.cpp refuses is one request's trouble
                    self._fail(work, error)

    def _may_enter(self, work: _Work) -> bool:
        """Whether there is a slot for it. When others hold all slots, the memory still gets one in its turn."""
        interactive = sum(one.interactive for one in self._running)
        if work.interactive:
            return interactive < self._slots
        if not any(one.interactive for one in [*self._running, *self._waiting]):
            return len(self._running) < self._slots
        return self._lent and len(self._running) - interactive < max(1, self._slots - interactive)

    def _restore(self, work: _Work, saved: Saved) -> None:
        """Load a saved beginning that has clearly more of the prompt than the memory."""
        _, held = self.sequences.best(work.tokens)
        found = saved(work.tokens, held + WORTH_RESTORING)
        if found:
            self.sequences.restore(*found)

    def _is_being_read(self, work: _Work, active: list[_Work]) -> bool:
        """Whether a running request is about to read more of this one's beginning than is in memory."""
        if not self.model.can_share:
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

    def _compose(self, works: list[_Work]) -> tuple[list[tuple[_Work, int]], _Work | None]:
        """Who reads how many tokens in this step: first those being written, then parts of prompts; and who guesses."""
        works, guessing = list(works), True
        while works:
            rows = [(work, 1) for work in works if work.unread == 1]
            budget = READ_BESIDE if rows else READ_ALONE
            for work in works:
                if work.unread > 1 and budget > 0:
                    count = min(work.unread, budget)
                    if self._lent and not work.interactive:
                        count = min(count, READ_BACKGROUND)
                    rows.append((work, count))
                    budget -= count
            guesser = self._guesser(works) if guessing else None
            if self.sequences.evict(sum(count for _, count in rows) + (len(guesser.guess) if guesser else 0)):
                return rows, guesser
            if guesser:
                guessing = False  # what is only guessed pushes nobody out
                continue
            self._preempt(works)
            works = [work for work in works if work.sequence]
        return [], None

    @staticmethod
    def _guesser(works: list[_Work]) -> _Work | None:
        """The reply that has a guess to try in this step; one at a time, the most important first."""
        for work in works:
            if work.lookup and work.written and work.unread == 1:
                work.guess = work.lookup.guess(work.limit - work.written - 1)
                if work.guess:
                    return work
        return None

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

    def _take_results(self, rows: list[tuple[_Work, int]], guesser: _Work | None) -> None:
        end = 0
        done: list[tuple[_Work, int]] = []
        for work, count in rows:
            end += count
            assert work.sequence is not None
            start = len(work.sequence.tokens)
            self.tokens_read += count if start + count <= len(work.request.tokens) else 0
            self.sequences.extend(work.sequence, work.tokens[start : start + count])
            if not work.unread:
                done.append((work, end - 1))
        if guesser and guesser.sequence:
            self.sequences.extend(guesser.sequence, guesser.guess)
            own = next(row for work, row in done if work is guesser)
            self._draw_guessed(guesser, [own, *range(end, end + len(guesser.guess))])
        for work, row in done:
            if work is not guesser:
                self._draw(work, row)

    def _draw(self, work: _Work, row: int) -> int | None:
        """Draw the token that follows a row of the batch; None when that failed."""
        assert work.sampler is not None
        try:
            token = work.sampler.sample(row)
            if work.request.top_logprobs is not None:
                work.pending.append(self._logprob(row, token, work.request.top_logprobs))
        except Exception as error:
            self._fail(work, error)
            return None
        self._write(work, token)
        return token

    def _draw_guessed(self, work: _Work, rows: list[int]) -> None:
        """Draw after the last token written, and after each guess as long as the guesses were right."""
        sequence, guess, right = work.sequence, work.guess, 0
        work.guess = []
        assert sequence is not None
        for row, guessed in zip(rows, [*guess, None], strict=True):
            if self._draw(work, row) != guessed or work.sequence is None:
                break
            right += 1
        self.tokens_guessed += len(guess)
        self.guesses_right += right
        self.sequences.cut(sequence, max(1, len(work.tokens) - 1))
        if work.lookup:
            work.lookup.judge(len(guess), right)

    def _write(self, work: _Work, token: int) -> None:
        if self.model.is_end(token):
            self._finish(work, "stop", work.text.finish())
            return
        work.tokens.append(token)
        self.tokens_written += 1
        if work.lookup:
            work.lookup.feed(token)
        text = work.text.feed(self.model.piece(token))
        if work.text.stopped:
            self._finish(work, "stop", text)
        elif work.written >= work.limit:
            self._finish(work, "length", text + work.text.finish())
        else:
            work.request.deliver(Event(text=text, logprobs=tuple(work.pending)))
            work.pending = []

    def _logprob(self, row: int, token: int, top: int) -> TokenLogprob:
        logits = self.model.logits(row).astype(np.float64)
        peak = float(logits.max())
        total = peak + math.log(float(np.exp(logits - peak).sum()))
        count = min(top, len(logits))
        best = np.argpartition(logits, -count)[-count:] if count else np.array([], int)
        ranked = sorted(((self.model.token_text(int(i)), float(logits[i]) - total) for i in best), key=lambda p: -p[1])
        return TokenLogprob(self.model.token_text(token), float(logits[token]) - total, tuple(ranked))

    # Ends

    def _finish(self, work: _Work, reason: FinishReason, text: str) -> None:
        finished = Finished(reason, len(work.request.tokens), work.reused or 0, work.written)
        tokens = tuple(work.tokens[len(work.request.tokens) :])
        self.calls += 1
        if work.request.story:
            self.stories[work.request.story] = list(work.tokens)
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
