"""What agents have read and written lately, and what chapters were told with: sums of what is kept anyway."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median, quantiles
from typing import Any

from workbench.domain.model import Value


class AgentUse(Value):
    """One agent over its latest calls. Tokens are sums; times to the first word in seconds, None where none is known.

    `first_low` and `first_high` hold the middle half of the times between them.
    """

    agent: str
    calls: int
    remembered: int
    read: int
    written: int
    seconds: float
    first_low: float | None = None
    first_median: float | None = None
    first_high: float | None = None


class ChapterUse(Value):
    """What one chapter was written with: tokens of the context by layer, its budget, and what prompts took in all."""

    number: int
    layers: Mapping[str, int]
    budget: int
    prompts: int
    remembered: int


def agent_uses(events: Iterable[Mapping[str, Any]]) -> list[AgentUse]:
    """Model calls as telemetry keeps them, by agent; whoever had most to read comes first."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for event in events:
        groups.setdefault(str(event.get("agent", "")), []).append(event)
    uses = [_agent_use(agent, calls) for agent, calls in groups.items() if agent]
    return sorted(uses, key=lambda use: (-(use.read + use.remembered + use.written), use.agent))


def _agent_use(agent: str, calls: Sequence[Mapping[str, Any]]) -> AgentUse:
    remembered = sum(whole(call.get("reused_tokens")) for call in calls)
    prompts = sum(whole(call.get("prompt_tokens")) for call in calls)
    # Events of earlier versions don't name what was read.
    read = sum(
        whole(call.get("evaluated_tokens", whole(call.get("prompt_tokens")) - whole(call.get("reused_tokens"))))
        for call in calls
    )
    firsts = sorted(
        call["first_token_ms"] / 1000 for call in calls if isinstance(call.get("first_token_ms"), int | float)
    )
    low, high = (firsts[0], firsts[-1]) if firsts else (None, None)
    if len(firsts) >= 4:
        low, _, high = quantiles(firsts, n=4, method="inclusive")
    return AgentUse(
        agent=agent,
        calls=len(calls),
        remembered=min(remembered, prompts),
        read=max(0, read),
        written=sum(whole(call.get("written_tokens")) for call in calls),
        seconds=sum(float(call.get("total_ms") or 0) for call in calls) / 1000,
        first_low=low,
        first_median=median(firsts) if firsts else None,
        first_high=high,
    )


def chapter_use(number: int, result: Mapping[str, Any]) -> ChapterUse | None:
    """What the result of a chapter's run tells of it; None where it tells nothing."""
    context, usage = result.get("context") or {}, result.get("usage") or {}
    layers = {str(layer.get("name", "")): whole(layer.get("used")) for layer in context.get("layers") or ()}
    if not layers:
        return None
    return ChapterUse(
        number=number,
        layers=layers,
        budget=whole(context.get("budget")),
        prompts=whole(usage.get("prompt_tokens")),
        remembered=whole(usage.get("reused_tokens")),
    )


def whole(value: Any) -> int:
    """`value` as a count; 0 for what isn't one."""
    return max(0, int(value)) if isinstance(value, int | float) and not isinstance(value, bool) else 0
