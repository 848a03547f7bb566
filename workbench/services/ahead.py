"""The chapters that may come next, told while the reader reads, and thrown away when they aren't chosen."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from workbench.domain.adventure_plan import plan_chapter, with_chapter, with_choice
from workbench.domain.adventures import Adventure, Chapter, Choice
from workbench.domain.categories import Category
from workbench.domain.lessons import Question
from workbench.errors import WorkbenchError
from workbench.services.runs import LiveEvents
from workbench.services.streams import OneEach, Streams

logger = logging.getLogger(__name__)

# Chapters kept in memory; those of adventures that nobody goes on with go first.
MOST_KEPT = 60

Tell = Callable[[Adventure, Any, LiveEvents], str]


class Ahead:
    """Keeps what is told by adventure and choice. `tell` asks the model for it, for the state after a choice.

    The model is asked with the priority of background work: who waits for a chapter goes first. `ready` is called with
    an adventure's id when its chapters are told.
    """

    def __init__(self, streams: Streams, tell: Tell, ready: Callable[[str], None]) -> None:
        self._ask = tell
        self._ready = ready
        self._at_work = OneEach(streams)
        self._kept: dict[tuple[str, str], str] = {}
        self._lock = threading.Lock()

    def prepare(self, adventure: Adventure, category: Category, questions: dict[str, Question]) -> LiveEvents | None:
        """Tell the chapters behind each choice, without waiting; nothing where the reader has none."""
        if adventure.last is None or not adventure.last.choices:
            return None
        choices = adventure.last.choices

        def work(live: LiveEvents) -> dict[str, Any]:
            done = 0
            for choice in choices:
                if live.cancelled():
                    break
                done += self._prepared(adventure, choice, category, questions, live)
            if done and not live.cancelled():
                self._ready(adventure.id)
            return {"prepared": done}

        with self._lock:
            if (live := self._at_work.live(adventure.id)) is not None:
                return live
            return self._at_work.begin(adventure.id, work, name=f"ahead of {adventure.id}")

    def _prepared(
        self,
        adventure: Adventure,
        choice: Choice,
        category: Category,
        questions: dict[str, Question],
        live: LiveEvents,
    ) -> int:
        after = with_choice(adventure, choice, category, questions, "")
        with self._lock:
            there = (adventure.id, choice.id) in self._kept
        if there or after.next_type is None:
            return 0
        try:
            text = self._ask(after, plan_chapter(after, category, questions), live)
        except WorkbenchError as error:
            logger.info("The chapter behind “%s” isn't told ahead: %s", choice.label, error)
            return 0
        if not text:
            return 0
        with self._lock:
            self._kept[adventure.id, choice.id] = text
            while len(self._kept) > MOST_KEPT:
                self._kept.pop(next(iter(self._kept)))
        return 1

    def foreseen(self, adventure: Adventure, category: Category, questions: dict[str, Question]) -> list[Adventure]:
        """The adventure as it will be after each choice whose chapter is told already, without new choices."""
        found = []
        for choice in adventure.last.choices if adventure.last is not None else ():
            with self._lock:
                text = self._kept.get((adventure.id, choice.id))
            if text:
                after = with_choice(adventure, choice, category, questions, "")
                plan = plan_chapter(after, category, questions)
                chapter = Chapter(number=plan.number, type=plan.type, title=plan.title, text=plan.text(text))
                found.append(with_chapter(after, chapter, category))
        return found

    def take(self, adventure: Adventure) -> str:
        """What was told ahead for the choice that was made, "" where nothing was; the others are gone."""
        chosen = adventure.last.chosen if adventure.last is not None else ""
        with self._lock:
            found = self._kept.get((adventure.id, chosen), "")
        self.forget(adventure.id)
        return found

    def stop(self, adventure_id: str) -> None:
        """Stop what is being prepared; what is there stays."""
        if (live := self._at_work.live(adventure_id)) is not None:
            live.cancel()

    def forget(self, adventure_id: str) -> None:
        """Throw away what was prepared for an adventure."""
        with self._lock:
            self._kept = {key: text for key, text in self._kept.items() if key[0] != adventure_id}
