"""Who may call the model server, and when: places, priorities, and the waits that a busy or lost server imposes."""

import itertools
import logging
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from workbench.domain.model import Priority
from workbench.errors import ModelUnavailable

logger = logging.getLogger(__name__)

# All in seconds.
POLL = 0.05  # between looks at `cancelled`
FIRST_DELAY, LAST_DELAY = 1.0, 30.0  # between tries; the delay doubles
LONGEST_ASKED = 120.0  # of a wait that the server asks for itself
BUSY_SECONDS = 300.0  # that one call goes on trying while the server is too busy
OUTAGE_SECONDS = 60.0  # and while it doesn't answer at all
PATIENCE_SECONDS = 20.0  # after which a background call is no longer put last
TRIAL_SECONDS = 5.0  # after which a call counts as accepted: a server that is too busy says so at once


@dataclass(frozen=True)
class Trouble:
    """Why a call got no reply though trying again may help.

    `told` is the beginning of the sentence for the status, without its full stop; `advice` says what to do when
    trying again didn't help. `asked`: seconds that the server asks to wait.
    """

    kind: Literal["busy", "lost"]
    told: str
    advice: str
    asked: float | None = None

    @property
    def limit(self) -> float:
        """Seconds that one call goes on trying."""
        return BUSY_SECONDS if self.kind == "busy" else OUTAGE_SECONDS


@dataclass(eq=False)
class Ticket:
    """One call's place in the line; it keeps it when the call has to be tried again."""

    priority: Priority
    number: int
    since: float
    round: int = 0
    troubled: dict[str, float] = field(default_factory=dict)  # kind of trouble -> when this call first met it


class Gate:
    """At most `places` calls at once; who is interactive goes before who is in the background.

    After a refusal nobody calls until a moment common to all, and then one call tries for the others.
    `ready` says whether calls make sense at all; `changed` is told how many calls run and how many wait.
    """

    def __init__(self, places: int, ready: Callable[[], bool], changed: Callable[[int, int], None]) -> None:
        self._places = self._free = places
        self._ready, self._report = ready, changed
        self._lock = threading.Condition()
        self._numbers = itertools.count()
        self._waiting: list[Ticket] = []
        self._trouble: Trouble | None = None
        self._trouble_since = 0.0
        self._refusals = self._round = 0
        self._not_before = 0.0
        self._trial: Ticket | None = None
        self._trial_since = 0.0

    def ticket(self, priority: Priority) -> Ticket:
        """A place at the end of the line."""
        return Ticket(priority, next(self._numbers), time.monotonic())

    def enter(self, ticket: Ticket, check: Callable[[], None]) -> None:
        """Wait for a place; `check` is called about every `POLL` seconds and may raise.

        Raises `ModelUnavailable` when the server's trouble has lasted for the call's whole patience, or will.
        """
        with self._lock:
            self._forget_old_trouble()
            self._waiting.append(ticket)
            self._tell()
        try:
            while True:
                check()
                with self._lock:
                    if self._may_pass(ticket):
                        self._free -= 1
                        self._step_out(ticket)
                        return
                    self._give_up_if_hopeless(ticket)
                    self._lock.wait(POLL)
        except BaseException:
            with self._lock:
                self._step_out(ticket)
            raise

    def leave(self, ticket: Ticket) -> None:
        """Give the place back."""
        with self._lock:
            self._free += 1
            if self._trial is ticket:
                self._trial = None
            self._tell()
            self._lock.notify_all()

    def passed(self, ticket: Ticket) -> None:
        """The server has begun to answer this call: its trouble is over, unless it has refused a later one."""
        with self._lock:
            if self._trouble and ticket.round == self._round:
                logger.info("The model server answers again.")
                self._trouble, self._trial, self._refusals = None, None, 0
                self._lock.notify_all()

    def refused(self, ticket: Ticket, trouble: Trouble) -> None:
        """The server didn't take this call: hold all calls back for a while, longer with each refusal in a row."""
        with self._lock:
            now = time.monotonic()
            ticket.troubled.setdefault(trouble.kind, now)
            delay = 0.0
            if ticket.round == self._round or self._trouble is None:  # calls refused together count as one refusal
                if self._trouble is None or self._trouble.kind != trouble.kind:
                    self._trouble_since = now
                self._refusals += 1
                self._round += 1
                delay = min(FIRST_DELAY * 2 ** min(self._refusals - 1, 30), LAST_DELAY) * random.uniform(0.7, 1.0)
            if trouble.asked is not None:
                delay = max(min(trouble.asked, LONGEST_ASKED), FIRST_DELAY) * random.uniform(1.0, 1.1)
            self._trouble = trouble
            self._not_before = max(self._not_before, now + delay)
            if self._trial is ticket:
                self._trial = None
            logger.warning("%s; no call is made for %.1f seconds.", trouble.told, self._not_before - now)

    def outlook(self) -> tuple[Trouble, float] | None:
        """The trouble that calls wait for, and seconds until the next try (0: it is being made); None without any."""
        with self._lock:
            left = self._not_before - time.monotonic()
            if self._trouble and (left > 0 or self._trial or self._waiting):
                return self._trouble, max(left, 0.0)
            return None

    # With the lock held

    def _step_out(self, ticket: Ticket) -> None:
        """Out of the line, so that the next one may look whether its turn has come."""
        self._waiting.remove(ticket)
        self._tell()
        self._lock.notify_all()

    def _may_pass(self, ticket: Ticket) -> bool:
        now = time.monotonic()
        if not self._free or now < self._not_before or not self._ready():
            return False
        if min(self._waiting, key=lambda one: self._rank(one, now)) is not ticket:
            return False
        if self._trouble:
            if self._trial and now - self._trial_since < TRIAL_SECONDS:
                return False
            self._trial, self._trial_since = ticket, now
        ticket.round = self._round
        return True

    @staticmethod
    def _rank(ticket: Ticket, now: float) -> tuple[bool, int]:
        put_last = ticket.priority == "background" and now - ticket.since < PATIENCE_SECONDS
        return put_last, ticket.number

    def _give_up_if_hopeless(self, ticket: Ticket) -> None:
        trouble = self._trouble
        if trouble is None or not self._ready():  # while the server is looked for, that decides
            return
        # A call that was never tried has waited since it came, or since the trouble began.
        began = ticket.troubled.get(trouble.kind, max(ticket.since, self._trouble_since))
        if max(time.monotonic(), self._not_before) - began > trouble.limit:
            raise ModelUnavailable(
                f"{trouble.told}, and trying again for {span(trouble.limit)} didn't help. {trouble.advice}"
            )

    def _forget_old_trouble(self) -> None:
        """Trouble that nobody waits for any more says nothing about the next call."""
        quiet = time.monotonic() - self._not_before
        if self._trouble and not self._trial and not self._waiting and quiet > LAST_DELAY:
            self._trouble, self._refusals = None, 0

    def _tell(self) -> None:
        self._report(self._places - self._free, len(self._waiting))


def span(seconds: float) -> str:
    """A length of time in a person's words."""
    if seconds >= 120:
        return f"{seconds / 60:.0f} minutes"
    whole = max(1, round(seconds))
    return f"{whole} second{'' if whole == 1 else 's'}"
