"""Whom the nodes of all graphs ask, and what they may reach outside; handed in as LangGraph's runtime context."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphs.agents import AGENTS
from workbench.domain.agents import AgentSpec
from workbench.domain.model import ModelCall


class Chat(Protocol):
    def __call__(self, agent: AgentSpec, **sampling: Any) -> Any: ...


@dataclass(kw_only=True)
class AgentTeam:
    """The agents, a model for each of them, a way to be stopped, and somewhere to count.

    `agents` holds those that are different from how they came with the app: by a setting or by the writer.
    """

    chat: Chat
    cancelled: Callable[[], bool]
    record: Callable[[ModelCall], None]
    agents: Mapping[str, AgentSpec] = field(default_factory=dict)

    def agent(self, name: str) -> AgentSpec:
        """The agent of that name."""
        return self.agents.get(name) or AGENTS[name]
