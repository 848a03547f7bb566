"""Runs the sixty cases through the memory's graphs and judges what comes out."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.real.memory_cases import EntityCase, NoteCase
from workbench.domain.lore import LoreEntry
from workbench.domain.text import ends_complete, repeated_share, stem, words

AT_ONCE = 3


@dataclass(frozen=True)
class Outcome:
    """What came of a case. `origin`: "model", or "appended" where the guard refused the model's words."""

    case: NoteCase | EntityCase
    text: str
    origin: str
    faults: tuple[str, ...]
    problem: str = ""


def run_cases(model: Any, cases: Sequence[NoteCase | EntityCase]) -> list[Outcome]:
    """Outcomes in the order of the cases. `model`: a text model that is ready."""
    graphs = {name: GRAPHS[name]().compile() for name in ("note", "creation")}
    team = AgentTeam(
        chat=lambda agent, **sampling: model.chat_model(priority=agent.priority, **sampling),
        cancelled=lambda: False,
        record=lambda call: None,
    )
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda case: _run(graphs, team, case), cases))


def _run(graphs: dict[str, Any], team: AgentTeam, case: NoteCase | EntityCase) -> Outcome:
    if isinstance(case, NoteCase):
        entry = LoreEntry(id="lore_1", world_id="w", title=case.title, kind=case.kind, content=case.content)
        given = {"entry": entry, "note": case.note, "event": case.event, "evidence": case.event}
        result = graphs["note"].invoke(given, context=team)
        text, origin = result["rewritten"], result["origin"]
        return Outcome(case, text, origin, _faults(text, case.tells, case.never), result["problem"])
    given = {"kind": case.kind, "name": case.name, "summary": case.summary, "evidence": case.evidence}
    result = graphs["creation"].invoke(given, context=team)
    entity, origin = result["entity"], "appended" if result["problem"] else "model"
    faults = _faults(entity.content, case.tells, case.never)
    if entity.title.casefold() != case.title.casefold():
        faults = (*faults, f"is called {entity.title!r}")
    if not entity.tags:
        faults = (*faults, "has no tags")
    return Outcome(case, f"{entity.title} | {entity.content} | {', '.join(entity.tags)}", origin, faults)


def _faults(text: str, tells: Sequence[str], never: Sequence[str]) -> tuple[str, ...]:
    here = {stem(word) for word in words(text)}
    faults = [f"lacks {fact}" for fact in tells if not here & {stem(word) for word in fact.split("|")}]
    faults += [f"says {word}" for word in never if stem(word) in here]
    if repeated_share(text) > 0.3:
        faults.append("repeats itself")
    if not ends_complete(text.split(" | ")[1] if " | " in text else text):
        faults.append("breaks off")
    return tuple(faults)
