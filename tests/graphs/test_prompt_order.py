"""Prompts begin with what they share, so that a model reads world, lore, story and draft once for all agents.

Every prompt of one story's telling is gathered as it is sent and compared as the text that a model reads.
"""

import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from langchain_core.messages import BaseMessage

from graphs.chapter.state import ChapterRequest, ChapterScene, ChapterTeam
from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from tests.scripted import Script, ScriptedChatModel
from workbench.context.assemble import assemble
from workbench.context.layers import HOUSE_RULES, lore_items, passage_items, structured_items, world_item
from workbench.domain.context import StructuredContext
from workbench.domain.lore import LoreEntry, NoteRevision, SearchHit, composite_text
from workbench.domain.story import Passage, World

WORLD = World(id="w", title="Vell", premise="A forest that moves at night.", genre="fantasy", tone="quiet")
ARIA = LoreEntry(id="a", world_id="w", title="Aria", content="A cartographer of the moving forest.", constant=True)
TOBIN = LoreEntry(id="t", world_id="w", title="Tobin", content="A smuggler who knows every tide.")
MILL = LoreEntry(id="m", world_id="w", title="Old Mill", kind="location", content="A water mill at the forest's edge.")
EVENTS = {"a": "Aria lost the silver key.", "m": "The Old Mill burned down in the night."}
ROLES = {"system": "system", "human": "user", "ai": "assistant"}


def read(messages: Sequence[BaseMessage], *, ends: bool = True) -> str:
    """The prompt as a model reads it, in ChatML."""
    turns = [f"<|im_start|>{ROLES[message.type]}\n{message.content}<|im_end|>\n" for message in messages]
    return "".join(turns) + ("<|im_start|>assistant\n" if ends else "")


def common(*prompts: str) -> str:
    """The longest beginning that all prompts have."""
    alike = itertools.takewhile(lambda signs: len(set(signs)) == 1, zip(*prompts, strict=False))
    return "".join(signs[0] for signs in alike)


class Telling:
    """One story: its chapters are written by the chapter graph, its notes by the memory's."""

    def __init__(self) -> None:
        self.script = Script()
        self.passages: list[Passage] = []
        self.notes: dict[str, NoteRevision] = {}
        self.scenes: list[ChapterScene] = []
        self.lore = [MILL, TOBIN, ARIA]
        self.searched: list[LoreEntry] = []

    def team(self, kind: Any, **reach: Any) -> Any:
        return kind(
            chat=lambda agent, **sampling: ScriptedChatModel(script=self.script),
            cancelled=lambda: False,
            record=lambda call: None,
            **reach,
        )

    def gather(self, request: ChapterRequest) -> ChapterScene:
        found = [
            SearchHit(entry_id=e.id, title=e.title, score=1.0, document=composite_text(e.content), why="")
            for e in self.searched
        ]
        supplied = StructuredContext.model_validate({"plot_elements": [{"content": f"Day {len(self.scenes)}"}]})
        items = [
            world_item(WORLD),
            *lore_items(self.lore, self.notes, self.passages, request.instruction, story_id="s", hits=found),
            *passage_items(self.passages),
            *structured_items(supplied),
        ]
        context = assemble(HOUSE_RULES, items, 3000, lambda text: len(text.split()))
        people = {entry.title: entry.content for entry in (ARIA, TOBIN)}
        self.scenes.append(ChapterScene(context=context, number=len(self.passages) + 1, characters=people))
        return self.scenes[-1]

    def keep(self, request: ChapterRequest, scene: ChapterScene, text: str) -> dict[str, Any]:
        number, asked = scene.number, request.instruction
        made = {"id": f"p{number}", "story_id": "s", "parent_id": None, "number": number, "title": f"Chapter {number}"}
        self.passages.append(Passage(**made, text=text, instruction=asked))
        return made

    def write(self, instruction: str, rounds: int = 1) -> list[tuple[str, list[BaseMessage]]]:
        """Write and accept a chapter; returns who was asked what."""
        before = len(self.script.calls)
        request = ChapterRequest(
            story_id="s",
            instruction=instruction,
            words=200,
            max_rounds=rounds,
            accept_score=9.0,
            temperature=0.8,
            max_tokens=900,
            seed=7,
        )
        team = self.team(ChapterTeam, gather=self.gather, keep=self.keep)
        GRAPHS["chapter"]().compile().invoke({"request": request}, context=team)
        return self.script.calls[before:]

    def remember(self, graph: str, given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Let the memory do one thing; returns the prompt, and what came of it."""
        before = len(self.script.calls)
        output = GRAPHS[graph]().compile().invoke(given, context=self.team(AgentTeam))
        return read(self.script.calls[before][1]), output

    def note(self, entry: LoreEntry, event: str) -> str:
        """Have a note rewritten; returns the prompt."""
        known = self.notes[entry.id].note if entry.id in self.notes else ""
        prompt, output = self.remember("note", {"entry": entry, "note": known, "event": event, "evidence": event})
        assert output["origin"] == "model", output["problem"]
        values = {"id": f"n{len(self.notes)}", "story_id": "s", "entry_id": entry.id, "revision": 1, "created_at": ""}
        self.notes[entry.id] = NoteRevision(
            **values, note=output["rewritten"], event=event, evidence=event, passage_id=None
        )
        return prompt


@pytest.fixture
def telling() -> Telling:
    return Telling()


def test_every_two_agents_share_the_story_and_those_who_read_a_draft_share_the_draft(telling: Telling) -> None:
    telling.write("Aria waits for Tobin at the Old Mill")
    telling.note(ARIA, EVENTS["a"])
    first_try = "Aria counted the oars twice. Nobody had come, and the tide was going out. " * 2
    telling.script.answer["writer"] = lambda messages, options: first_try
    calls = telling.write("Tobin comes by boat to the Old Mill", rounds=2)
    assert {agent for agent, _ in calls} == {"writer", "continue", "editor", "score", "rater", "character", "revise"}

    scene = telling.scenes[-1]
    for part in (WORLD.premise, TOBIN.content, telling.passages[0].text, EVENTS["a"], "scene: Day 1"):
        assert part in scene.context.text
    context = f"<|im_start|>system\n{scene.context.system}<|im_end|>\n<|im_start|>user\n{scene.context.text}"
    for (one, left), (other, right) in itertools.combinations(calls, 2):
        shared = common(read(left), read(right))
        assert shared.startswith(context), f"{one} and {other} begin differently"
        if min(len(left), len(right)) > 2 and left[2].content == right[2].content:
            draft = read(left[:3], ends=False)
            assert shared.startswith(draft), f"{one} and {other} don't share the draft"

    readers: dict[str, set[str]] = {}
    for agent, messages in calls:
        if len(messages) > 2:
            readers.setdefault(str(messages[2].content), set()).add(agent)
    reviewers = {"editor", "score", "rater", "character"}
    assert [agents for agents in readers.values() if "editor" in agents] == [reviewers | {"revise"}, reviewers]


def test_the_next_chapters_prompt_begins_as_the_last_ones_up_to_the_first_new_passage(telling: Telling) -> None:
    telling.write("Aria waits for Tobin at the Old Mill")
    telling.note(ARIA, EVENTS["a"])
    second = telling.write("Tobin tells Aria of the bell")
    before = telling.notes["a"].note
    telling.note(ARIA, "Aria found a lantern in the reeds.")
    telling.note(MILL, EVENTS["m"])
    third = telling.write("Aria goes back to the Old Mill")

    earlier, later = read(second[0][1]), read(third[0][1])
    assert f"Aria: {before}\n" in earlier
    assert f"Aria: {before}\n" not in later
    assert "Old Mill: The Old Mill burned down" in later
    old = telling.passages[0].text
    assert later.startswith(earlier[: earlier.index(old) + len(old)])


def test_whom_a_request_brings_in_keeps_that_place_in_the_next_chapter(telling: Telling) -> None:
    second = (telling.write("Aria waits alone"), telling.write("Tobin comes to the quay"))[1]
    # The chapter's own words name the mill, which is the older entry.
    text = f"{telling.passages[-1].text} They went to the Old Mill."
    telling.passages[-1] = telling.passages[-1].model_copy(update={"text": text})
    third = telling.write("They row on")
    known = read(second[0][1])
    assert read(third[0][1]).startswith(known[: known.index(TOBIN.content) + len(TOBIN.content)])
    assert MILL.content in read(third[0][1])


def test_what_comes_and_goes_of_the_lore_moves_nothing_before_the_story_ends(telling: Telling) -> None:
    law = LoreEntry(id="l", world_id="w", title="The Law", kind="rule", content="A lantern on the quay is a promise.")
    omen = LoreEntry(id="o", world_id="w", title="Omen", content="A raven follows.", constant=True, probability=50)
    brief = LoreEntry(id="b", world_id="w", title="Gale", content="It tears roofs off.", scan_depth=0)
    telling.lore += [law, omen, brief]
    telling.write("Aria waits alone")
    telling.searched = [law]
    second = read(telling.write("Aria hangs a lantern on the quay in the Gale")[0][1])
    telling.searched = []
    later = [read(telling.write("Aria rows on")[0][1]) for _ in range(6)]
    story = second[: second.index(telling.passages[0].text) + len(telling.passages[0].text)]
    assert story in later[0]
    for come_and_gone in (law, brief):
        assert come_and_gone.content not in story
        assert come_and_gone.content in second
        assert come_and_gone.content not in later[0]
    assert {omen.content in prompt for prompt in later} == {True, False}
    for prompt in later:
        assert prompt.startswith(story)


def test_whom_others_bring_in_keeps_the_beginning_of_the_next_prompt(telling: Telling) -> None:
    telling.lore[1] = TOBIN.model_copy(update={"content": f"{TOBIN.content} He hides in the Old Mill."})
    second = (telling.write("Aria waits alone"), telling.write("Tobin comes to the quay"))[1]
    third = telling.write("Tobin rows on")
    known = read(second[0][1])
    assert read(third[0][1]).startswith(known[: known.index(MILL.content) + len(MILL.content)])


def test_the_next_rewrite_of_a_note_goes_on_from_what_is_static(telling: Telling) -> None:
    """The memory's prompts end with their instructions: told first, a small model loses them (measured).

    What doesn't change from event to event still stands before what does.
    """
    prompts = [telling.note(ARIA, EVENTS["a"]), telling.note(ARIA, "Aria found a lantern in the reeds.")]
    shared = common(*prompts)
    assert f"[Original Lore (Static)]: {ARIA.content}\n[Current Session Note]: " in shared
    assert "found a lantern" not in shared
