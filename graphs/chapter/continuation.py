"""Prose of a wanted length: a model that stops too soon is asked to go on."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from langchain_core.messages import BaseMessage

from graphs.prompting import ask
from graphs.team import AgentTeam
from workbench.domain import text as prose
from workbench.domain.agents import AgentSpec
from workbench.domain.model import Usage
from workbench.errors import ModelFailed

# Continuations of one text at most, and the share of the words asked for that makes them unnecessary.
CONTINUATIONS = 4
ENOUGH = 0.8
# English prose takes about 1.3 tokens a word; models that don't stop by themselves are stopped a sentence later.
TOKENS_PER_WORD = 1.35
# Tokens over what the words take, and fewer than which nothing can be told in.
SPARE_TOKENS, LEAST_TOKENS = 30, 16
_LABEL = re.compile(
    r"^\s*(?:\[[^\]\n]{0,60}\]\s*|(?:#+\s*.*|\*\*.{0,80}\*\*|chapter\s+\w+\s*[:.\-–—]?[^\n.!?]{0,80})\s*\n+)",
    re.IGNORECASE,
)

# From the text so far and the number of words that it lacks to the prompt that asks for more.
Further = Callable[[str, int], list[BaseMessage]]


def cleaned(text: str, known: tuple[str, ...]) -> str:
    """A model's prose without headings, sentences that stood before, and a cut-off end."""
    text = _LABEL.sub("", text.replace("\r\n", "\n").strip())
    text = prose.without_repeated_sentences(text, known)
    return prose.without_cut_end(text)


def written_out(
    team: AgentTeam,
    agent: AgentSpec,
    messages: list[BaseMessage],
    further: Further,
    *,
    words: int,
    max_tokens: int,
    seed: int,
    previous: Sequence[str] = (),
    **options: Any,
) -> tuple[str, Usage]:
    """A text of about `words` words in at most `max_tokens` tokens, asked for by `messages`, then by `further`.

    Nothing of the `previous` texts is told again. `options` are those of `ask`.
    Raises `ModelFailed` where the model gives no text at all.
    """
    text, usage, left = "", Usage(), max_tokens
    for attempt in range(CONTINUATIONS + 1):
        missing = words - len(prose.words(text))
        room = min(left, int(missing * TOKENS_PER_WORD) + SPARE_TOKENS)
        if attempt and (missing <= words * (1 - ENOUGH) or room < LEAST_TOKENS):
            break
        if attempt and text:
            messages = further(text, missing)
        reply = ask(team, agent, messages, max_tokens=max(LEAST_TOKENS, room), seed=seed + attempt, **options)
        usage += reply.usage
        left -= reply.usage.written_tokens
        added = cleaned(reply.text, (text, *previous))
        text = f"{text}\n\n{added}".strip() if text else added
    if not text:
        raise ModelFailed(f"The {agent.name} gave no text. Try again with other words, or choose a larger model.")
    return text, usage
