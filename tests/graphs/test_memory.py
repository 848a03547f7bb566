"""Every path of the memory's graphs, with a scripted model."""

import json
from typing import Any

import pytest

from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.scripted import Script, ScriptedChatModel
from workbench.domain.lore import LoreEntry
from workbench.errors import ModelFailed

ARIA = LoreEntry(id="lore_a", world_id="w", title="Aria Venn", aliases=("Aria",), content="A cartographer.")
MILL = LoreEntry(id="lore_m", world_id="w", title="Old Mill", kind="location", content="A mill.")
TEXT = (
    "Aria walked to the harbour. The Old Mill burned down in the night. “I know you,” said Tobin Marsh. "
    "He was a smuggler, and Tobin Marsh owed her a map. Aria took his knife."
)


def invoke(graph: str, given: dict[str, Any], script: Script) -> dict[str, Any]:
    team = AgentTeam(
        chat=lambda agent, **sampling: ScriptedChatModel(script=script),
        cancelled=lambda: False,
        record=lambda call: None,
    )
    return GRAPHS[graph]().compile().invoke(given, context=team)


def analysed(answer: Any, entries: tuple[LoreEntry, ...] = (ARIA, MILL)) -> Any:
    script = Script()
    script.answer["analyst"] = lambda messages, options: answer if isinstance(answer, str) else json.dumps(answer)
    return invoke("analysis", {"text": TEXT, "entries": list(entries)}, script)["findings"]


def test_updates_and_creations_rest_on_sentences_that_name_them() -> None:
    findings = analysed(
        {
            "updates": [
                {"lore_entry_id": "E1", "sentence": 5, "update_summary": "Aria took the knife of a smuggler"},
                {"lore_entry_id": "E2", "sentence": 1, "update_summary": "The Old Mill burned down"},
            ],
            "creations": [
                {
                    "name": "Tobin Marsh",
                    "entity_type": "character",
                    "sentence": 4,
                    "creation_summary": "Tobin Marsh is a smuggler who owes a map",
                }
            ],
        }
    )
    by_id = {update.lore_entry_id: update for update in findings.updates}
    assert by_id["lore_a"].evidence == "Aria took his knife."
    # The model named a sentence about somebody else; the entry's own takes its place.
    assert by_id["lore_m"].evidence == "The Old Mill burned down in the night."
    assert findings.creations[0].name == "Tobin Marsh"
    assert "Tobin Marsh" in findings.creations[0].evidence


def test_ids_are_held_to_entries_that_exist() -> None:
    script = Script()
    schemas: list[dict[str, Any]] = []

    def answer(messages: Any, options: dict[str, Any]) -> str:
        schemas.append(options["response_format"]["json_schema"]["schema"])
        return json.dumps({"updates": [{"lore_entry_id": "E9", "sentence": 1, "update_summary": "Somebody did it"}]})

    script.answer["analyst"] = answer
    findings = invoke("analysis", {"text": TEXT, "entries": [ARIA, MILL]}, script)["findings"]
    assert schemas[0]["$defs"]["Update"]["properties"]["lore_entry_id"]["enum"] == ["E1", "E2"]
    # Both answers were refused, so the rules speak: nothing is lost and nothing is invented.
    assert {update.lore_entry_id for update in findings.updates} == {"lore_a", "lore_m"}
    assert all(update.update_summary == update.evidence for update in findings.updates)


def test_a_summary_without_ground_becomes_its_evidence() -> None:
    findings = analysed(
        {
            "updates": [{"lore_entry_id": "E1", "sentence": 5, "update_summary": "The queen was crowned in winter"}],
            "creations": [],
        }
    )
    by_id = {update.lore_entry_id: update for update in findings.updates}
    assert by_id["lore_a"].update_summary == "Aria took his knife."


def test_doubles_are_merged() -> None:
    update = {"lore_entry_id": "E1", "sentence": 5, "update_summary": "Aria took his knife"}
    findings = analysed({"updates": [update, update], "creations": []})
    assert [update.update_summary for update in findings.updates if update.lore_entry_id == "lore_a"] == [
        "Aria took his knife"
    ]


def test_without_candidates_the_model_is_not_asked() -> None:
    script = Script()
    findings = invoke("analysis", {"text": "It rained.", "entries": [ARIA]}, script)["findings"]
    assert findings.updates == findings.creations == ()
    assert script.calls == []


def test_what_cannot_be_undone_is_never_passed_over() -> None:
    findings = analysed({"updates": [{"lore_entry_id": "E1", "sentence": 1, "update_summary": "Aria walked away"}]})
    by_id = {update.lore_entry_id: update for update in findings.updates}
    assert by_id["lore_m"].update_summary == "The Old Mill burned down in the night."


def test_a_chapter_in_which_nothing_lasts_leaves_what_the_model_thought_best() -> None:
    script = Script()
    answer = {"updates": [{"lore_entry_id": "E1", "sentence": 1, "update_summary": "Aria smiled at the harbour."}]}
    script.answer["analyst"] = lambda messages, options: json.dumps(answer)
    given = {"text": "Aria smiled at the harbour. It rained.", "entries": [ARIA, MILL]}
    findings = invoke("analysis", given, script)["findings"]
    assert [update.update_summary for update in findings.updates] == ["Aria smiled at the harbour."]


def test_what_only_happens_in_passing_is_left_to_the_models_judgement() -> None:
    text = "Aria lost her knife in the river. The Old Mill stood in the rain. The Old Mill creaked in the wind."
    script = Script()
    copied = {"lore_entry_id": "E2", "sentence": 2, "update_summary": "The Old Mill stood in the rain."}
    script.answer["analyst"] = lambda messages, options: json.dumps({"updates": [copied]})
    findings = invoke("analysis", {"text": text, "entries": [ARIA, MILL]}, script)["findings"]
    assert [update.lore_entry_id for update in findings.updates] == ["lore_a"]
    judged = {**copied, "update_summary": "The Old Mill creaks and stands in heavy rain"}
    script.answer["analyst"] = lambda messages, options: json.dumps({"updates": [judged]})
    findings = invoke("analysis", {"text": text, "entries": [ARIA, MILL]}, script)["findings"]
    assert {update.lore_entry_id for update in findings.updates} == {"lore_a", "lore_m"}


def test_several_findings_about_one_entry_are_one_update() -> None:
    text = "Aria lost her knife. It rained on the Old Mill. Aria bought a horse."
    script = Script()
    answer = {
        "updates": [
            {"lore_entry_id": "E1", "sentence": 3, "update_summary": "Aria bought a horse"},
            {"lore_entry_id": "E1", "sentence": 1, "update_summary": "Aria lost her knife"},
        ]
    }
    script.answer["analyst"] = lambda messages, options: json.dumps(answer)
    findings = invoke("analysis", {"text": text, "entries": [ARIA, MILL]}, script)["findings"]
    assert [update.update_summary for update in findings.updates] == ["Aria lost her knife\nAria bought a horse"]
    assert findings.updates[0].evidence == "Aria lost her knife.\nAria bought a horse."


def test_a_name_that_the_writer_put_aside_is_not_proposed() -> None:
    script = Script()
    script.answer["analyst"] = lambda messages, options: json.dumps(
        {"updates": [{"lore_entry_id": "E1", "sentence": 1, "update_summary": "Aria walked to the harbour"}]}
    )
    given = {"text": TEXT, "entries": [ARIA, MILL], "put_aside": ["Tobin Marsh"]}
    findings = invoke("analysis", given, script)["findings"]
    assert findings.creations == ()
    assert "Names that are new" not in str(script.calls[0][1][-1].content)


def note(script: Script, previous: str = "") -> dict[str, Any]:
    event = "Aria lost the silver key in the river."
    return invoke("note", {"entry": ARIA, "note": previous, "event": event, "evidence": event}, script)


def test_a_good_rewrite_stands() -> None:
    script = Script()
    script.answer["rewriter"] = lambda messages, options: "Aria lost her silver key; it lies in the river."
    outcome = note(script)
    assert outcome["origin"] == "model"
    assert outcome["rewritten"] == "Aria lost her silver key; it lies in the river."
    assert len(script.calls) == 1


def test_a_refused_rewrite_is_asked_for_again_and_then_appended() -> None:
    script = Script()
    script.answer["rewriter"] = lambda messages, options: "I am a language model."
    outcome = note(script, "Aria limps.")
    assert len(script.calls) == 2
    assert outcome["origin"] == "appended"
    assert outcome["rewritten"] == "Aria limps. Aria lost the silver key in the river."
    assert outcome["problem"]


def created(answer: Any) -> Any:
    script = Script()
    script.answer["creator"] = lambda messages, options: json.dumps(answer)
    given = {
        "kind": "character",
        "name": "Tobin Marsh",
        "summary": "Tobin Marsh is a smuggler.",
        "evidence": "“I know you,” said Tobin Marsh.",
    }
    return invoke("creation", given, script)["entity"]


def test_an_entry_keeps_the_storys_name() -> None:
    entity = created(
        {"title": "Bob", "content": "A smuggler called Tobin Marsh.", "tags": ["Smuggler", "smuggler", " "]}
    )
    assert entity.title == "Tobin Marsh"
    assert entity.tags == ("smuggler",)


def test_invented_people_do_not_enter_the_lore() -> None:
    entity = created({"title": "x y", "content": "He is the brother of Queen Morwenna of Harrow.", "tags": ["a"]})
    assert "Morwenna" not in entity.content
    assert "smuggler" in entity.content


def test_an_entry_that_cannot_be_worded_is_told_in_the_storys_words() -> None:
    script = Script()
    script.answer["creator"] = lambda messages, options: "no json here"
    given = {"kind": "item", "name": "", "summary": "A silver key lay in the well.", "evidence": ""}
    outcome = invoke("creation", given, script)
    assert outcome["entity"].title == "A silver key"
    assert outcome["entity"].content == "A silver key lay in the well."
    assert outcome["entity"].tags == ("item",)
    assert "creator" in outcome["problem"]


def test_a_model_that_is_away_is_a_failure_and_no_answer() -> None:
    script = Script()
    script.failures["creator"] = [ModelFailed("The server is away.")]
    with pytest.raises(ModelFailed, match="away"):
        invoke("creation", {"kind": "item", "name": "Key", "summary": "A key", "evidence": ""}, script)
