"""Summaries of what doesn't fit the model's window: found, picked by rule, made now, or made ahead while nobody writes.

A summary is known by what it sums up, so it is right on every branch and made only once. What is missing is derived
from the stories and not queued: nothing can be lost, and a summary is written whole or not at all.
"""

import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from workbench.context.digest import CHAPTER, PART, Digest, Stretch, cover, words_of
from workbench.domain import text as prose
from workbench.domain.agents import AgentSpec
from workbench.domain.context import ContextItem
from workbench.domain.story import Passage
from workbench.domain.summaries import picked, summary_key
from workbench.errors import Cancelled, WorkbenchError
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.checks import id_field
from workbench.settings import Settings
from workbench.storage import stories, summaries
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# An item of more words than this can be shortened, to as many words.
LONG_ITEM, ITEM_WORDS = 60, 40
ITEM_KINDS = ("events", "characters", "places", "dialogue")
# How many summaries a run waits for.
MOST_NOW = 2
# How many are kept; those that weren't told for longest go.
MOST_KEPT, MOST_ITEMS = 20_000, 4000
# A tryout model is shown so many times the words it is to write, the most telling ones: it loses its thread in more.
TRYOUT_TIMES = 3
# After a failure of the model nothing is made ahead for so long, and the writer is looked for this often.
REST_S, LOOK_S = 60.0, 0.25
# A prompt beside its text: examples and task, in tokens; and what a word takes.
PROMPT_TOKENS, TOKENS_PER_WORD, CHARS_PER_TOKEN = 500, 1.5, 4
# More steps than a text of the most portions takes.
MOST_STEPS = 200
_HEADING = re.compile(r"\A[^\n.!?:]{1,120}(?:: |\n)")

# What a summary of a stretch of the story is made from tells how it is made; items are of a kind of text themselves.
_MADE_AS: dict[str, str] = {CHAPTER: "events", PART: "fold"}

_picked = lru_cache(maxsize=1024)(picked)


@dataclass(frozen=True)
class Lacking:
    """A summary that isn't there: what it will be known by, and what it is to be made from."""

    key: str
    kind: str
    text: str
    words: int
    story_id: str


class Distilling:
    """`writer_at_work` says whether somebody waits for a chapter, `memory_waits` whether the memory has work to do."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        writer_at_work: Callable[[], bool],
        memory_waits: Callable[[], bool],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._writer_at_work = writer_at_work
        self._memory_waits = memory_waits
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._seen = (float("-inf"), False)
        self._rest_until = float("-inf")
        self._nothing_at: tuple[int, int, str] | None = None
        self._told: set[str] = set()
        self._items: dict[str, str] | None = None

    # What a context asks

    def earlier(self, passages: Sequence[Passage], count: int) -> list[ContextItem]:
        """The first `count` passages of a line in short, coarse before fine, in the order of reading.

        Asks no model: what nobody has summed up is told in sentences picked by rule.
        """
        if count <= 0:
            return []
        digest, stretches = self._digest(passages[:count])
        with self._lock:
            self._told.update(digest.key(one) for one in stretches if digest.is_stored(one))
        return [_item(passages, one, digest) for one in stretches]

    def of_part(self, passages: Sequence[Passage]) -> str:
        """What is told in a part of a story: its summary, or without one sentences picked by rule. Asks no model."""
        lacking = self._part(passages)
        with self._database.reading() as session:
            kept = summaries.texts(session, [lacking.key]).get(lacking.key)
        if kept is None:
            return _picked(lacking.text, lacking.words)
        with self._lock:
            self._told.add(lacking.key)
        return kept

    def sum_up_part(self, passages: Sequence[Passage], cancelled: Callable[[], bool]) -> str:
        """Have a part of a story summed up, if it isn't yet, and give its summary.

        A model that fails leaves the sentences picked by rule. Raises `Cancelled`.
        """
        lacking = self._part(passages)
        with self._database.reading() as session:
            there = lacking.key in summaries.texts(session, [lacking.key])
        if not there:
            try:
                self._sum_up(lacking, cancelled, now=True)
            except Cancelled:
                raise
            except WorkbenchError as error:
                logger.info("A part is summed up by rule: %s", error)
        return self.of_part(passages)

    def _part(self, passages: Sequence[Passage]) -> Lacking:
        """A part's summary, known by those of its chapters, and what it is made from."""
        texts = [passage.text for passage in passages]
        digest, chapters = Digest(texts), [Stretch(place, 0) for place in range(len(texts))]
        keys = [digest.key(one) for one in chapters]
        with self._database.reading() as session:
            digest.stored = summaries.texts(session, keys)
        words = words_of(1)
        text = " ".join(digest.text(one) for one in chapters)
        return Lacking(summary_key(PART, "\n".join(keys), words), PART, text, words, passages[0].story_id)

    def shortened(self, item: ContextItem) -> str | None:
        """A shorter text for an item, with its heading; None where it is short already, or a passage of the story."""
        if item.layer == "story":
            return None
        heading, body = _parted(item.text)
        if len(prose.words(body)) <= LONG_ITEM:
            return None
        key = summary_key(item.kind, body, ITEM_WORDS)
        text = self._item_summaries().get(key)
        if text is not None:
            with self._lock:
                self._told.add(key)
        return heading + (text or _picked(body, ITEM_WORDS, item.kind))

    def make(self, items: Sequence[ContextItem], passages: Sequence[Passage], cancelled: Callable[[], bool]) -> bool:
        """Have summed up now what a run lacks: long items first, then the latest of the older `passages`; a few.

        True when something was made. A model that fails makes nothing: the rule's sentences stand. Nor does a tryout
        model, whose words would hardly ever take their place. Raises `Cancelled`.
        """
        if self._model.status().tryout:
            return False
        made = 0
        for lacking in self._lacking(items, passages):
            if made == MOST_NOW:
                break
            try:
                self._sum_up(lacking, cancelled, now=True)
            except Cancelled:
                raise
            except WorkbenchError as error:
                logger.info("Nothing is summed up for this run: %s", error)
                break
            made += 1
        return made > 0

    def progress(self, story_id: str) -> dict[str, int]:
        """How many chapters the open line of a story has, and of how many of them and of parts a summary is kept."""
        with self._database.reading() as session:
            view = stories.view(session, id_field(story_id, "The story"))
        digest, stretches = self._digest(view.passages)
        there = [one for whole in stretches for one in whole.all_of_it() if digest.is_stored(one)]
        return {
            "chapters": len(view.passages),
            "summed_up": sum(not one.level for one in there),
            "parts": sum(one.level > 0 for one in there),
        }

    # What is made ahead

    def due(self) -> bool:
        """Whether `idle` may find something to do and may do it now; costs a glance at the database."""
        if not self._settings.distil or not self._model.status().loaded or time.monotonic() < self._rest_until:
            return False
        return self._stamp() != self._nothing_at and not self._disturbed() and not self._memory_waits()

    def idle(self) -> bool:
        """Make the next summary that a story lacks; true if one was made.

        Nothing is made while somebody writes or the memory has work, and what is in hand gives way as soon as somebody
        begins to write, and when the app closes.
        """
        if not self.due():
            return False
        stamp = self._stamp()
        missing = next(self._missing(), None)
        if missing is None:
            self._nothing_at = stamp
            return False
        try:
            self._sum_up(missing, self._disturbed)
        except Cancelled:
            return False
        except WorkbenchError as error:
            logger.info("Summing up rests for %g seconds: %s", REST_S, error)
        except Exception:
            logger.exception("Summing up failed, and rests for %g seconds", REST_S)
        else:
            return True
        self._rest_until = time.monotonic() + REST_S
        return False

    def compact(self) -> None:
        """Forget the summaries that weren't told for longest, where there are too many."""
        with self._lock:
            told, self._told = self._told, set()
        with self._database.writing() as session:
            summaries.used(session, told)
            if gone := summaries.prune(session, MOST_KEPT):
                logger.info("%d summaries that nobody has asked for were removed", gone)
                self._nothing_at = None

    def close(self) -> None:
        """Begin nothing more, and stop what is in hand."""
        self._closing.set()

    def _stamp(self) -> tuple[int, int, str]:
        with self._database.reading() as session:
            return (self._window, *summaries.stories_stamp(session))

    @property
    def _window(self) -> int:
        return self._model.status().context_tokens or self._settings.context_tokens

    def _disturbed(self) -> bool:
        """Whether what is made ahead must stop; asked of the database a few times a second at most."""
        seen_at, busy = self._seen
        if time.monotonic() - seen_at > LOOK_S:
            busy = self._writer_at_work()
            self._seen = (time.monotonic(), busy)
        return busy or self._closing.is_set()

    def _missing(self) -> Iterator[Lacking]:
        """What is lacking of chapters that have left the context or soon will: the story that was written on last goes
        first, and its latest chapters."""
        with self._database.reading() as session:
            heads = summaries.heads(session)
        for head_id in heads:
            with self._database.reading() as session:
                passages = stories.line(session, head_id)
            digest, stretches = self._digest(passages[: self._left(passages)])
            for stretch in (one for whole in reversed(stretches) for one in whole.all_of_it()):
                if not digest.is_stored(stretch):
                    yield _of(digest, stretch, passages[0].story_id)

    def _left(self, passages: Sequence[Passage]) -> int:
        """How many passages have left the context or soon will: all but the latest that take half of it."""
        room = (self._window - self._settings.context_buffer) // 2 * CHARS_PER_TOKEN
        for count in range(len(passages), 0, -1):
            room -= len(passages[count - 1].text)
            # The very latest stays, however long it is.
            if room < 0 and count < len(passages):
                return count
        return 0

    def _lacking(self, items: Sequence[ContextItem], passages: Sequence[Passage]) -> Iterator[Lacking]:
        """What a run lacks."""
        story_id = passages[0].story_id if passages else ""
        for item in items:
            _, body = _parted(item.text)
            key = summary_key(item.kind, body, ITEM_WORDS)
            if item.layer != "story" and len(prose.words(body)) > LONG_ITEM and key not in self._item_summaries():
                yield Lacking(key, item.kind, body, ITEM_WORDS, story_id)
        digest, stretches = self._digest(passages)
        for stretch in reversed(stretches):
            if not digest.is_stored(stretch):
                yield _of(digest, stretch, story_id)

    def _digest(self, passages: Sequence[Passage]) -> tuple[Digest, list[Stretch]]:
        """A line of passages with what is kept of it, and the stretches in which it is told."""
        digest, stretches = Digest([passage.text for passage in passages]), cover(len(passages))
        keys = [digest.key(one) for whole in stretches for one in whole.all_of_it()]
        with self._database.reading() as session:
            digest.stored = summaries.texts(session, keys)
        return digest, stretches

    def _sum_up(self, lacking: Lacking, cancelled: Callable[[], bool], now: bool = False) -> None:
        """Ask the distiller, and keep what stands of its answer. Raises what the model raises, and `Cancelled`."""
        from graphs.registry import compiled

        status, made_as, words = self._model.status(), _MADE_AS.get(lacking.kind, lacking.kind), lacking.words
        text = lacking.text
        if status.tryout:
            text = _picked(text, TRYOUT_TIMES * words, "events" if made_as == "fold" else made_as)
        portion = int((self._window - PROMPT_TOKENS) / TOKENS_PER_WORD) - words
        given = {"text": text, "kind": made_as, "words": words, "portion": portion, "closely": status.tryout}
        team = self._team(lacking.story_id, cancelled, now)
        outcome = compiled("distil").invoke(given, {"recursion_limit": MOST_STEPS}, context=team)
        if cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        with self._database.writing() as session:
            model = status.name if outcome["origin"] == "model" else ""
            summaries.keep(session, lacking.key, lacking.kind, outcome["summary"], model)
        if lacking.kind in ITEM_KINDS:
            self._item_summaries()[lacking.key] = outcome["summary"]

    def _team(self, story_id: str, cancelled: Callable[[], bool], now: bool) -> Any:
        # The beginning of these prompts isn't the story's, and not worth keeping on disk.
        team = self._agents.team(story_id, cancelled, of_story=False)
        if not now:
            return team
        agent: AgentSpec = team.agent("distiller").model_copy(update={"priority": "interactive"})
        return replace(team, agents={**team.agents, agent.name: agent})

    def _item_summaries(self) -> dict[str, str]:
        # They are made by this process alone: read once, and then kept up to date.
        with self._lock:
            if self._items is None:
                with self._database.reading() as session:
                    self._items = summaries.of_kinds(session, ITEM_KINDS, MOST_ITEMS)
            return self._items


def _parted(text: str) -> tuple[str, str]:
    """An item's heading, “Mara (character): ”, and what follows on it."""
    heading = _HEADING.match(text)
    return (heading.group(), text[heading.end() :]) if heading else ("", text)


def _of(digest: Digest, stretch: Stretch, story_id: str) -> Lacking:
    return Lacking(digest.key(stretch), stretch.kind, digest.source(stretch), stretch.words, story_id)


def _item(passages: Sequence[Passage], stretch: Stretch, digest: Digest) -> ContextItem:
    first, last = passages[stretch.first].number, passages[stretch.end - 1].number
    source = f"Chapter {first}" if first == last else f"Chapters {first}–{last}"
    return ContextItem(layer="story", source=source, key=f"summary:{digest.key(stretch)}", text=digest.text(stretch))
