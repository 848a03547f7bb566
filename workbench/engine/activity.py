"""What a text model did, second by second: a ring of counters that any thread may add to and read."""

import threading
import time
from collections import deque
from collections.abc import Callable

from workbench.domain.model import ActivitySecond, ModelActivity

KEPT_SECONDS = 180
COUNTED = ("read", "reused", "written", "drafted", "accepted", "calls")


class ActivityLog:
    """Counts tokens and calls. `clock` gives Unix time in seconds."""

    def __init__(self, slots: int, clock: Callable[[], float] = time.time) -> None:
        self._slots, self._clock = slots, clock
        self._lock = threading.Lock()
        self._totals = dict.fromkeys(COUNTED, 0)
        self._seconds: deque[dict[str, int]] = deque(maxlen=KEPT_SECONDS)
        self._running = self._waiting = 0

    def add(self, **counts: int) -> None:
        """Add to the present second: read, reused, written, drafted, accepted, calls."""
        with self._lock:
            second = self._present()
            for name, count in counts.items():
                self._totals[name] += count
                if name in second:
                    second[name] += count

    def queue(self, running: int, waiting: int) -> None:
        """Note how many calls are worked on and how many wait."""
        with self._lock:
            second = self._present()  # first, so that the seconds since the last event show what was then
            self._running, self._waiting = running, waiting
            second["running"] = max(second["running"], running)
            second["waiting"] = max(second["waiting"], waiting)

    def snapshot(self, memory_tokens: int = 0, memory_used: int = 0) -> ModelActivity:
        """The state now, with every second of the last `KEPT_SECONDS`."""
        with self._lock:
            now = self._present()["second"]
            known = {second["second"]: second for second in self._seconds}
            seconds = tuple(
                ActivitySecond(**known.get(at, {"second": at})) for at in range(now - KEPT_SECONDS + 1, now + 1)
            )
            return ModelActivity(
                slots=self._slots,
                running=self._running,
                waiting=self._waiting,
                memory_tokens=memory_tokens,
                memory_used=memory_used,
                seconds=seconds,
                **self._totals,
            )

    def _present(self) -> dict[str, int]:
        """The second that it is now; those since the last one are filled with what went on meanwhile."""
        now = int(self._clock())
        last = self._seconds[-1]["second"] if self._seconds else now - 1
        for at in range(max(last + 1, now - KEPT_SECONDS + 1), now + 1):
            state = {"running": self._running, "waiting": self._waiting}
            self._seconds.append({"second": at, "read": 0, "reused": 0, "written": 0, **state})
        return self._seconds[-1]
