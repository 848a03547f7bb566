"""Prompts as values: what each may tell the model, what a check of one finds, and an agent with all of its own."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from workbench.domain.model import Value

# Where a value of an agent comes from, and what outranks what: the later, the stronger.
Source = Literal["original", "settings", "all", "story"]
SOURCES: tuple[Source, ...] = ("original", "settings", "all", "story")


class Variable(Value):
    """A place in a prompt that is filled in when the agent is asked."""

    name: str
    meaning: str = Field(description="what stands there, in words")
    needed: bool = Field(False, description="true where the agent can't do its work without it")


class PromptCheck(Value):
    """What a check of a prompt's text found. With problems it can't be used; warnings are for the writer to weigh.

    `known` are the places that exist, `used` those that the text has, `missing` those that it leaves out although
    the original has them. `sample` is what the model would read, filled in with made-up values.
    """

    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    known: tuple[Variable, ...] = ()
    used: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    sample: str = ""

    @property
    def usable(self) -> bool:
        """Whether an agent can be given this text."""
        return not self.problems


class PromptView(Value):
    """One prompt of an agent, as it is in a story. `stopped` says why a changed text isn't in use any more."""

    name: str
    title: str
    text: str
    original: str
    source: Source = "original"
    stopped: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()


class AgentView(Value):
    """An agent with its prompts, as it is in a story; `sources` tells where temperature and length come from.

    `original_temperature` and `original_max_tokens` are those it came with.
    """

    name: str
    title: str
    purpose: str
    output: str
    temperature: float
    max_tokens: int
    original_temperature: float
    original_max_tokens: int
    sources: Mapping[str, Source]
    prompts: tuple[PromptView, ...]

    @property
    def changed(self) -> bool:
        """Whether anything is different from how the agent came."""
        return any(one != "original" for one in (*self.sources.values(), *(prompt.source for prompt in self.prompts)))
