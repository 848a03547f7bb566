"""What a client's filter, a predicate of one's own, and the writer's choices do to items."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.context.filters import Rule, decided, filtered, for_agent, for_phase, rules_of
from workbench.context.layers import lore_items, structured_items, world_item
from workbench.domain.agents import PHASES
from workbench.domain.context import CHOICES, ContextItem, ElementFilter, StructuredContext
from workbench.domain.lore import LoreEntry
from workbench.domain.story import World

CONTAINER = StructuredContext.model_validate(
    {
        "plot_elements": [
            {"type": "scene", "content": "Night", "tags": ["Act1", "dark"], "priority": "high"},
            {"type": "dialogue", "content": "She asks him", "tags": ["act2"], "priority": "low", "agents": ["writer"]},
        ],
        "character_contexts": [{"character_name": "Aria", "goals": ["sleep"], "tags": ["act1"]}],
        "user_requests": [{"content": "Slowly", "phases": ["revising"]}],
        "system_instructions": [{"content": "No names"}],
    }
)
WORLD = world_item(World(id="w", title="Vell", premise="A town."))


def kept(**wanted: object) -> list[str]:
    """Keys of what a filter leaves, the world among the items."""
    rules = rules_of(ElementFilter.model_validate(wanted))
    return [item.key for item in filtered([WORLD, *structured_items(CONTAINER)], rules) if not item.held_back]


ALL = ["supplied:system:1", "supplied:plot:1", "supplied:plot:2", "supplied:character:1", "supplied:request:1"]


def test_elements_have_keys_kinds_and_their_tags() -> None:
    items = {item.key: item for item in structured_items(CONTAINER)}
    assert list(items) == ALL
    assert items["supplied:plot:2"].kind == "dialogue"
    assert items["supplied:character:1"].kind == "characters"
    assert items["supplied:plot:1"].tags == ("Act1", "dark")
    entry = LoreEntry(id="m", world_id="w", title="Mill", kind="location", tags=("old",), constant=True)
    made = lore_items([entry], {}, [], "")[0]
    assert (made.key, made.kind, made.tags) == ("lore:m", "places", ("old",))


def test_a_filter_keeps_what_it_wants_and_never_touches_what_was_not_supplied() -> None:
    assert kept() == ["world", *ALL]
    assert kept(include_tags=["act1"]) == ["world", "supplied:plot:1", "supplied:character:1"]
    assert kept(exclude_tags=["ACT2", "dark"]) == ["world", ALL[0], *ALL[3:]]
    assert kept(types=["dialogue", "system"]) == ["world", "supplied:system:1", "supplied:plot:2"]
    assert kept(types=["plot"]) == ["world", "supplied:plot:1", "supplied:plot:2"]
    assert kept(at_least="medium") == ["world", ALL[0], ALL[1], *ALL[3:]]
    assert kept(at_least="high", include_tags=["dark"]) == ["world", "supplied:plot:1"]


def test_the_trace_will_say_which_part_of_the_filter_refused() -> None:
    rules = rules_of(ElementFilter(include_tags=("act1", "act3"), at_least="high"))
    why = {item.key: item.held_back for item in filtered(structured_items(CONTAINER), rules)}
    assert why["supplied:plot:2"] == "the filter wants the tag “act1” or “act3”"
    assert why["supplied:character:1"] == "the filter wants at least high priority"


def test_agents_phases_and_predicates_of_ones_own_filter_too() -> None:
    items = structured_items(CONTAINER)
    for rules, gone in (
        ([for_agent("editor")], {"supplied:plot:2": "not for the editor"}),
        ([for_phase("drafting")], {"supplied:request:1": "not while drafting"}),
        ([Rule(lambda item: "Night" not in item.text, "it is day")], {"supplied:plot:1": "it is day"}),
    ):
        assert {item.key: item.held_back for item in filtered(items, rules) if item.held_back} == gone


def test_a_filter_gives_no_reason_for_what_was_held_back_before() -> None:
    held = WORLD.model_copy(update={"held_back": "switched off"})
    assert filtered([held], [Rule(lambda item: False, "never")])[0].held_back == "switched off"


agents = st.lists(st.sampled_from(["writer", "editor"]), max_size=2).map(tuple)
phases = st.lists(st.sampled_from(PHASES), max_size=2).map(tuple)


@given(agents, phases, st.sampled_from(["writer", "editor", "rater"]), st.sampled_from(PHASES))
def test_the_rules_for_agent_and_phase_agree_with_what_an_agent_is_shown(
    names: tuple[str, ...], times: tuple[str, ...], agent: str, phase: str
) -> None:
    values = {"layer": "plot", "source": "s", "text": "t", "agents": names, "phases": times}
    item = ContextItem.model_validate(values)
    found = filtered([item], [for_agent(agent), for_phase(phase)])[0]  # type: ignore[arg-type]
    assert item.is_for(agent, phase) == (not found.held_back)  # type: ignore[arg-type]


def test_choices_change_priority_and_only_a_pin_brings_back_what_was_held_back() -> None:
    held = ContextItem(layer="plot", source="s", text="t", key="lore:a", held_back="nobody names it")
    made = {choice: decided([held], {"lore:a": choice})[0] for choice in CHOICES}
    assert made[""] == held
    assert {choice: one.held_back for choice, one in made.items() if choice} == {
        "pinned": "",
        "high": "nobody names it",
        "medium": "nobody names it",
        "low": "nobody names it",
        "left_out": "you left it out",
    }
    assert [made[choice].priority for choice in ("pinned", "high", "low")] == ["high", "high", "low"]
    assert made["low"].choice == "low"


def test_nothing_that_has_no_key_can_be_decided_about() -> None:
    keyless = ContextItem(layer="plot", source="search of the lore", text="", held_back="by words alone")
    assert decided([keyless], {"": "pinned"}) == [keyless]
