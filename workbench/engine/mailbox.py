"""Where the engine's thread leaves a reply and the caller's thread finds it."""

import queue
import time
from collections.abc import Callable
from dataclasses import replace

from workbench.engine.values import Event

# Words that come within this time are handed over together. People see no difference; but on a machine whose cores are
# all at work, waking the caller for every token takes the time of about one token in ten.
TOGETHER = 0.1


class Mailbox:
    """One reply's way from the thread that writes it (`deliver`) to the one that waits for it (`get`)."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._queue: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._clock = clock
        self._held: list[Event] = []
        self._handed_over = 0.0  # so that the first token is handed over at once

    def deliver(self, event: Event) -> None:
        """Take an event; hands over what is due. Never blocks."""
        self._held.append(event)
        now = self._clock()
        if event.finished or event.error or now - self._handed_over >= TOGETHER:
            self._handed_over = now
            self._queue.put(_joined(self._held))
            self._held = []

    def get(self, timeout: float) -> Event | None:
        """The next event, or None when none comes within `timeout` seconds."""
        try:
            return self._queue.get(timeout=timeout)
        except queue.Empty:
            return None

    @property
    def empty(self) -> bool:
        """Whether nothing waits to be fetched."""
        return self._queue.empty()


def _joined(events: list[Event]) -> Event:
    last = events[-1]
    if len(events) == 1:
        return last
    text = "".join(event.text for event in events)
    return replace(last, text=text, logprobs=tuple(one for event in events for one in event.logprobs))
