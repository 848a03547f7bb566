"""What was said before in a conversation, in short: lines picked by rule, and in its time the model's summary.

A summary is known by what it sums up, so a branch of a conversation finds those of the one it was branched from.
"""

import logging
from collections.abc import Callable, Sequence

from workbench.context.tokens import TokenCounts
from workbench.domain.model import Value
from workbench.domain.recap import Exchange, line_of, picked_lines
from workbench.domain.summaries import summary_key
from workbench.errors import Cancelled, WorkbenchError
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.storage import summaries
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# As the summary table calls them.
KIND = "talk"
TOKENS_PER_WORD = 1.5
# A portion that the model reads at once, in words.
PORTION = 600


class Recap(Value):
    """What is told of `exchanges` that aren't told whole. `lacking` is what a model could sum up better."""

    text: str = ""
    exchanges: int = 0
    lacking: str = ""


class Recaps:
    """Tells earlier exchanges in short."""

    def __init__(self, database: Database, model: TextModel, agents: Agents) -> None:
        self._database = database
        self._model = model
        self._agents = agents
        self._counts = TokenCounts(model.count_tokens)

    def told(self, blocks: Sequence[Sequence[Exchange]], tokens: int) -> Recap:
        """The `blocks` that don't fit any more, in `tokens` tokens at most. Asks no model."""
        words = int(tokens / TOKENS_PER_WORD)
        lines: list[str] = []
        recap = Recap()
        for block in blocks:
            lines += [line_of(turn) for turn in block]
            source = "\n".join(lines)
            with self._database.reading() as session:
                key = summary_key(KIND, source, words)
                kept = summaries.texts(session, [key]).get(key)
            lines = kept.split("\n") if kept else picked_lines(lines, words)
            # What is in several blocks is told of all of them together, so that it never grows.
            recap = Recap(exchanges=recap.exchanges + len(block), lacking="" if kept else source)
        while lines and self._counts("\n".join(lines)) > tokens:
            lines = lines[1:]
        return recap.model_copy(update={"text": "\n".join(lines)})

    def wanting(self, recap: Recap) -> bool:
        """Whether a summary by the model is worth the time. A tryout model's hardly ever takes the rule's place."""
        status = self._model.status()
        return bool(recap.lacking) and status.state == "ready" and not status.tryout

    def make(self, story_id: str, recap: Recap, tokens: int, cancelled: Callable[[], bool]) -> bool:
        """Have the model sum up what `recap` lacks; true when its summary stands. Raises `Cancelled`.

        Where it can't stand the rule's lines are kept in its place, so that it isn't asked for again.
        """
        from graphs.registry import compiled

        words = int(tokens / TOKENS_PER_WORD)
        given = {"text": recap.lacking, "kind": "dialogue", "words": words, "portion": PORTION}
        team = self._agents.team(story_id, cancelled, of_story=False)
        try:
            outcome = compiled("distil").invoke(given, {"recursion_limit": 100}, context=team)
        except Cancelled:
            raise
        except WorkbenchError as error:
            logger.info("What was said before stays in the rule's words: %s", error)
            return False
        if cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        stands = outcome["origin"] == "model"
        text = outcome["summary"] if stands else "\n".join(picked_lines(recap.lacking.split("\n"), words))
        with self._database.writing() as session:
            model = self._model.status().name if stands else ""
            summaries.keep(session, summary_key(KIND, recap.lacking, words), KIND, text, model)
        return stands
