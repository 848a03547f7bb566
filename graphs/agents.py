"""The team, as data: one entry makes an agent."""

from workbench.domain.model import Priority, Value


class AgentSpec(Value):
    """A role: its prompt's name, how freely it speaks and how long its answer may be, in tokens."""

    name: str
    prompt: str
    temperature: float
    max_tokens: int
    priority: Priority = "interactive"


AGENTS: dict[str, AgentSpec] = {
    spec.name: spec
    for spec in (
        AgentSpec(name="writer", prompt="writer", temperature=0.8, max_tokens=2000),
        AgentSpec(name="editor", prompt="editor", temperature=0.6, max_tokens=800),
        AgentSpec(name="character", prompt="character", temperature=0.8, max_tokens=200),
        AgentSpec(name="rater", prompt="rater", temperature=0.7, max_tokens=60),
        AgentSpec(name="analyst", prompt="analyst", temperature=0.3, max_tokens=600, priority="background"),
        AgentSpec(name="rewriter", prompt="rewriter", temperature=0.7, max_tokens=220, priority="background"),
        AgentSpec(name="creator", prompt="creator", temperature=0.5, max_tokens=320, priority="background"),
    )
}
