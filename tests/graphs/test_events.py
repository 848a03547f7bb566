"""What the model fills in of events that rules have read, with a scripted model."""

import json
from typing import Any

from tests.graphs.test_memory import invoke
from tests.scripted import Script
from workbench.domain.lore import LoreEntry
from workbench.domain.timeline import StoryEvent
from workbench.errors import ModelFailed

ARIA = LoreEntry(id="a", world_id="w", title="Aria", content="A cartographer.")
MILL = LoreEntry(id="m", world_id="w", title="Old Mill", kind="location", content="A mill.")
SENTENCE = "The cartographer locked the mill."
OPEN = StoryEvent(what=SENTENCE, evidence=SENTENCE)
CLEAR = StoryEvent(position=1, what="It rained.", evidence="It rained.")


def read(script: Script, *events: StoryEvent) -> list[StoryEvent]:
    found: list[StoryEvent] = invoke("events", {"events": list(events), "entries": [ARIA, MILL]}, script)["events"]
    return found


def answering(answer: Any) -> Script:
    script = Script()
    script.answer["placing"] = lambda messages, options: json.dumps(answer)
    return script


def test_one_call_fills_in_what_is_open() -> None:
    script = answering({"sentence_1": {"where": "Old Mill", "who": "Aria"}})
    clear, done = read(script, CLEAR, OPEN)
    assert clear == CLEAR
    assert done.where is not None
    assert (done.where.entry_id, done.who[0].entry_id, done.origin) == ("m", "a", "model")
    assert [agent for agent, _ in script.calls] == ["placing"]


def test_nobody_is_asked_where_nothing_is_open() -> None:
    script = Script()
    assert read(script, CLEAR) == [CLEAR]
    assert read(script) == []
    assert script.calls == []


def test_places_and_people_are_held_to_those_that_may_be_meant() -> None:
    script, forms = Script(), list[Any]()

    def answer(messages: Any, options: dict[str, Any]) -> str:
        forms.append(options["response_format"]["json_schema"]["schema"])
        return json.dumps({"sentence_1": {"where": "Cold Tower", "who": "Aria"}})

    script.answer["placing"] = answer
    assert read(script, OPEN) == [OPEN]
    fields = forms[0]["$defs"]["Sentence1"]["properties"]
    assert (fields["where"]["enum"], fields["who"]["enum"]) == (["Old Mill", "none"], ["Aria", "none"])
    assert len(forms) == 1, "it isn't worth a second question"


def test_a_model_that_fails_leaves_what_the_rules_have_read() -> None:
    script = Script()
    script.failures["placing"] = [ModelFailed("out of order")]
    assert read(script, OPEN, CLEAR) == [OPEN, CLEAR]
