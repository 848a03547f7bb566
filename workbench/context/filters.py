"""What keeps items out of a context, or changes their weight, before anything is measured: each with its reason."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.agents import Phase
from workbench.domain.context import Choice, ContextItem, ContextPiece, ElementFilter, Level

# How the keys of entries, of their notes, and of what a client supplies begin.
LORE_KEY, NOTE_KEY, SUPPLIED_KEY = "lore:", "note:", "supplied:"
LEFT_OUT = "you left it out"
_RANKS: dict[Level, int] = {"high": 0, "medium": 1, "low": 2}
_PHASES: dict[Phase, str] = {
    "drafting": "drafting",
    "revising": "revising",
    "reviewing": "reviewing",
    "chatting": "chatting",
    "planning": "planning",
}


@dataclass(frozen=True)
class Rule:
    """A predicate of one's own, and what the trace says of the items that it refuses."""

    keeps: Callable[[ContextItem], bool]
    why: str


def for_agent(agent: str) -> Rule:
    """Keeps what an agent is shown in some phase."""
    return Rule(lambda item: not item.agents or agent in item.agents, f"not for the {agent}")


def for_phase(phase: Phase) -> Rule:
    """Keeps what is shown in a phase to somebody."""
    return Rule(lambda item: not item.phases or phase in item.phases, f"not while {_PHASES[phase]}")


def rules_of(wanted: ElementFilter) -> list[Rule]:
    """The rules of a filter that came with a supplied context; they concern what was supplied with it, and no more."""
    rules: list[Rule] = []
    if wanted.include_tags:
        tags = _lower(wanted.include_tags)
        rules.append(
            _supplied(
                lambda item: bool(tags & _lower(item.tags)), f"the filter wants the tag {_either(wanted.include_tags)}"
            )
        )
    if wanted.exclude_tags:
        unwanted = _lower(wanted.exclude_tags)
        rules.append(
            _supplied(
                lambda item: not unwanted & _lower(item.tags),
                f"the filter leaves out the tag {_either(wanted.exclude_tags)}",
            )
        )
    if wanted.types:
        types = _lower(wanted.types)
        rules.append(
            _supplied(
                lambda item: bool(types & _lower((item.type, item.key.split(":")[1]))),
                f"the filter wants the type {_either(wanted.types)}",
            )
        )
    if wanted.at_least:
        least = wanted.at_least
        rules.append(
            _supplied(
                lambda item: _RANKS[item.priority] <= _RANKS[least], f"the filter wants at least {least} priority"
            )
        )
    return rules


def filtered(items: Iterable[ContextItem], rules: Sequence[Rule]) -> list[ContextItem]:
    """The items, held back where a rule refuses them; the first rule that does says why."""
    found = []
    for item in items:
        refusal = "" if item.held_back else next((rule.why for rule in rules if not rule.keeps(item)), "")
        found.append(item.model_copy(update={"held_back": refusal}) if refusal else item)
    return found


def decided(items: Iterable[ContextItem], choices: Mapping[str, Choice]) -> list[ContextItem]:
    """The items as a writer's choices, by key, have them. A note goes where its entry goes.

    Pinned items come in whatever held them back; other choices change the priority alone.
    """
    if not choices:
        return list(items)
    return [_decided(item, choices.get(choice_key(item.key), "")) for item in items]


def choice_key(key: str) -> str:
    """The key that choices about an item are kept under: a note's is its entry's."""
    return LORE_KEY + key.removeprefix(NOTE_KEY) if key.startswith(NOTE_KEY) else key


def _decided(item: ContextItem, choice: Choice) -> ContextItem:
    if not choice or not item.key:
        return item
    if choice == "left_out":
        return item.model_copy(update={"choice": choice, "held_back": LEFT_OUT})
    if choice == "pinned":
        return item.model_copy(update={"choice": choice, "priority": "high", "held_back": ""})
    return item.model_copy(update={"choice": choice, "priority": choice})


def audience_of(item: ContextItem | ContextPiece) -> str:
    """For whom alone an item is, in the trace's words; "" for one that everybody is shown."""
    people = f"for the {_and(item.agents)} only" if item.agents else ""
    times = f"only while {_and([_PHASES[phase] for phase in item.phases])}" if item.phases else ""
    return ", ".join(part for part in (people, times) if part)


def _supplied(keeps: Callable[[ContextItem], bool], why: str) -> Rule:
    return Rule(lambda item: not item.key.startswith(SUPPLIED_KEY) or keeps(item), why)


def _lower(names: Iterable[str]) -> set[str]:
    return {name.strip().lower() for name in names}


def _either(names: Sequence[str]) -> str:
    return " or ".join(f"“{name}”" for name in names[:3])


def _and(names: Sequence[str]) -> str:
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
