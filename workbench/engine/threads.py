"""How many threads write: all cores while they are free, half when others keep them busy. Pure: is told times.

Threads that compute one token together wait for each other several hundred times. When another program has one of the
cores, each of these waits may last until it gives the core back, and two threads then write ten times slower than one
alone. What other programs do can't be asked for, but the time that a token takes can be measured.
"""

from collections import deque
from statistics import median

RECENT = 8  # batches whose median is the present speed
PROBES = 2  # batches of one trial of the other number; the quicker of them counts
PROBE_EVERY = 256  # batches between trials while all threads are in use: costs less than one part in a hundred
FIRST_PAUSE, LAST_PAUSE = 64, 512  # and while half are, since a trial on busy cores takes long
SUSPICIOUS = 2.5  # a present speed so many times slower than before is a reason to try at once
WORTH = 0.85  # the other number is taken when it needs at most this share of the time


class ThreadCount:
    """Chooses between `most` threads and half of them, for batches of few tokens (replies being written)."""

    def __init__(self, most: int) -> None:
        self._most = self.now = most
        self._fewer = max(1, most // 2)
        self._recent: deque[float] = deque(maxlen=RECENT)
        self._trial: list[float] | None = None
        self._usual: float | None = None
        self._pause = FIRST_PAUSE
        self._until_trial = 2 * RECENT

    def note(self, rows: int, seconds: float) -> None:
        """Learn from a batch of `rows` tokens that took `seconds`; `now` may be another number afterwards."""
        if self._most == 1:
            return
        # Eight tokens take about four times as long as one: roughly comparable is enough here.
        cost = seconds / (1 + 0.4 * (rows - 1))
        if self._trial is not None:
            self._trial.append(cost)
            if len(self._trial) == PROBES:
                self._judge(self._trial)
            return
        self._recent.append(cost)
        self._until_trial -= 1
        if len(self._recent) < RECENT:
            return
        present = median(self._recent)
        self._usual = min(present, self._usual or present)
        if self._until_trial <= 0 or present > SUSPICIOUS * self._usual:
            self._trial = []
            self._swap()

    def _judge(self, trial: list[float]) -> None:
        present, tried = median(self._recent), min(trial)
        self._trial, self._usual = None, None
        self._recent.clear()
        if tried < WORTH * present:
            self._pause = FIRST_PAUSE
        else:
            self._swap()
            self._usual = present
            if self.now == self._fewer:
                self._pause = min(2 * self._pause, LAST_PAUSE)
        self._until_trial = PROBE_EVERY if self.now == self._most else self._pause

    def _swap(self) -> None:
        self.now = self._fewer if self.now == self._most else self._most
