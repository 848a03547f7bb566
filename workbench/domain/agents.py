"""The team's roles as values: what an agent is, and what a writer may change about one."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from workbench.domain.model import Priority, Value

# What an agent is doing; elements of a supplied context may be meant for some of these only.
Phase = Literal["drafting", "revising", "reviewing", "chatting", "planning"]
PHASES: tuple[Phase, ...] = ("drafting", "revising", "reviewing", "chatting", "planning")


# Two kinds of model work: what readers read, and what only serves it.
Work = Literal["complex", "simple"]


class AgentSpec(Value):
    """A role: its prompts, how freely it speaks and how long its answer may be, in tokens.

    `prompts` names files in `graphs/prompts`, the main one first. `texts` holds those that a writer has changed, by
    that name. `output` names the form of the answer.
    """

    name: str
    title: str = Field(description="what people call it")
    purpose: str = Field(description="what it does, in a sentence")
    prompts: tuple[str, ...]
    temperature: float = Field(ge=0, le=2)
    max_tokens: int = Field(ge=16, le=8192)
    output: str = "prose"
    priority: Priority = "interactive"
    work: Work = Field("complex", description="simple work may be given to a smaller or faster model")
    texts: Mapping[str, str] = Field(default_factory=dict)


class AgentChange(Value):
    """What is different about an agent, in one story or (`story_id` "") in all. None and no text change nothing."""

    story_id: str = ""
    agent: str
    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=16, le=8192)
    texts: Mapping[str, str] = Field(default_factory=dict)
    updated_at: str = ""

    @property
    def empty(self) -> bool:
        """Whether it leaves everything as it is."""
        return self.temperature is None and self.max_tokens is None and not self.texts

    def over(self, spec: AgentSpec) -> "AgentChange":
        """This change without what is so in `spec` anyway."""
        texts = {prompt: text for prompt, text in self.texts.items() if spec.texts.get(prompt) != text}
        return self.model_copy(
            update={
                "temperature": None if self.temperature == spec.temperature else self.temperature,
                "max_tokens": None if self.max_tokens == spec.max_tokens else self.max_tokens,
                "texts": texts,
            }
        )

    def applied(self, spec: AgentSpec) -> AgentSpec:
        """`spec` with this change; what the change leaves open stays."""
        return spec.model_copy(
            update={
                "temperature": spec.temperature if self.temperature is None else self.temperature,
                "max_tokens": spec.max_tokens if self.max_tokens is None else self.max_tokens,
                "texts": {**spec.texts, **self.texts},
            }
        )
