"""The Team tab shows agents and answers as text, keeps what is typed, and asks the right member of the team."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from tests.ui.test_render import ATTRIBUTES, EVIL, TAGS, Checked
from workbench.domain.lore import LoreEntry
from workbench.domain.prompts import AgentView, PromptCheck, PromptView, Variable
from workbench.domain.review import DIMENSIONS
from workbench.domain.runs import RunEvent
from workbench.domain.story import Branch, Passage, Story, StoryView, World
from workbench.errors import InvalidInput, ModelFailed
from workbench.ui import ask_panel, team_cards
from workbench.ui.ask_panel import CHARACTER, EDITOR, EXPANDER, OWN, RATER, AskPanel
from workbench.ui.desk import Desk
from workbench.ui.team_agents import EVERYWHERE, HERE, TeamAgents, forgotten_prompts, typed_prompt

REQUEST: Any = SimpleNamespace(session_hash="visitor")


def checked(html: str) -> Checked:
    """`html` with only known tags and attributes in it, all of them closed, and nothing that looks like a template."""
    parser = Checked()
    parser.feed(html)
    parser.close()
    assert not parser.open
    for tag, attributes in parser.seen:
        assert tag in {*TAGS, "mark", "ins", "del"}
        assert set(attributes) <= {*ATTRIBUTES, "data-insert", "data-copy"}
    assert "{{" not in html
    assert "${" not in html
    return parser


def view(**given: Any) -> AgentView:
    prompt = PromptView(name="writer", title=EVIL, text="Write {{ context }}", original="Tell {{ context }}", **{
        key: given.pop(key) for key in ("source", "stopped") if key in given
    })  # fmt: skip
    values: dict[str, Any] = {
        "name": "writer", "title": EVIL, "purpose": EVIL, "output": "prose", "temperature": 0.8, "max_tokens": 2000,
        "original_temperature": 0.8, "original_max_tokens": 2000,
        "sources": {"temperature": "original", "max_tokens": "original"}, "prompts": (prompt,),
    }  # fmt: skip
    return AgentView(**{**values, **given})


# Cards


def test_an_agent_is_told_in_words() -> None:
    calm = checked(team_cards.agent_list([view(temperature=0.2, max_tokens=60)], "writer"))
    assert "up to about 40 words" in calm.text
    (button,) = [a for tag, a in calm.seen if tag == "button"]
    assert (button["data-act"], button["data-id"], button["aria-pressed"]) == ("agent", "writer", "true")
    (dial,) = [a for tag, a in calm.seen if a.get("class") == "ll-dial"]
    assert dial["aria-label"] == "Speaks careful: 0.2 on a scale from careful (0) to free (1.5)"
    assert [team_cards.mood(t) for t in (0, 0.5, 0.8, 1.2)] == ["careful", "measured", "lively", "free"]
    card = checked(team_cards.agent_card(view(), EVIL)).text
    assert "It came with 0.8 and 2,000 word-pieces." in card


def test_what_is_changed_is_marked_and_what_is_out_of_use_says_why() -> None:
    assert "changed" not in checked(team_cards.agent_list([view()], "")).text
    changed = view(source="all", sources={"temperature": "story", "max_tokens": "settings"})
    for told in ("set for this machine", "changed for all stories", "changed in this story"):
        assert told in checked(team_cards.agent_list([changed], "")).text
    stopped = view(source="story", stopped=("Line 1: there is no 'colour'.",))
    assert "not in use" in checked(team_cards.agent_list([stopped], "")).text
    assert "Line 1: there is no 'colour'." in checked(team_cards.prompt_state(stopped.prompts[0])).text


def test_places_are_explained_and_can_be_put_in() -> None:
    variables = (Variable(name="context", meaning="what is known", needed=True), Variable(name="words", meaning=EVIL))
    parser = checked(team_cards.places(variables))
    assert [a["data-insert"] for tag, a in parser.seen if tag == "button"] == ["context", "words"]
    assert "{{ context }}" in parser.text
    assert "what is known · has to stay" in parser.text
    assert "these words are all" in checked(team_cards.places(())).text


def test_a_check_says_what_is_wrong_and_what_the_model_would_read() -> None:
    wrong = checked(team_cards.check_result(PromptCheck(problems=(EVIL, "Line 2: no."))))
    assert "This can’t be used yet." in wrong.text
    assert "Line 2: no." in wrong.text
    doubtful = checked(team_cards.check_result(PromptCheck(warnings=("Slow.",), sample=f"{{{{ x }}}} {EVIL}"))).text
    assert "To weigh:Slow." in doubtful
    assert "{{ x }}" in doubtful
    assert "It works." in checked(team_cards.check_result(PromptCheck(sample="x"))).text


def test_the_original_is_compared_word_by_word() -> None:
    assert team_cards.prompt_changes("Tell it.", "Tell it.\n") == ""
    parser = checked(team_cards.prompt_changes("Tell it plainly.", "Tell it in rhymes."))
    assert {tag for tag, _ in parser.seen} >= {"ins", "del"}


def test_quotes_are_marked_in_the_text_and_nowhere_else() -> None:
    parser = checked(team_cards.marked_text("She read class 3.\n\nThe *lamp* was cold.", ["She read", "class", "gone"]))
    assert len([1 for tag, _ in parser.seen if tag == "mark"]) == 2
    assert parser.text == "She read class 3.The lamp was cold."


def test_answers_are_text() -> None:
    review = {
        "suggestions": [{"quote": "The lamp was cold.", "issue": EVIL, "suggestion": EVIL, "severity": "major"}],
        "summary": EVIL,
    }
    editor = team_cards.answer("The editor", EVIL, team_cards.editor_answer(review, f"{EVIL}\n\nThe lamp was cold."))
    parser = checked(editor)
    assert [a["class"] for tag, a in parser.seen if tag == "mark"] == ["ll-lit"]
    assert "matters a lot" in parser.text
    rater = {"scores": dict.fromkeys(DIMENSIONS, 5.5), "overall": 5.5, "rationale": EVIL}
    assert "5.5of 9 overall" in checked(team_cards.rater_answer(rater)).text
    said = {
        "character": EVIL, "feedback": EVIL, "wants": ["a lamp", EVIL], "concerns": "the sea",
        "left_out": [{"source": "note: Oderic", "why": "Ilse wasn't there"}],
    }  # fmt: skip
    told = checked(team_cards.character_answer(said, "Why?")).text
    for part in ("You asked: Why?", "a lamp", "the sea", "What has become true of Oderic", "Ilse wasn't there"):
        assert part in told
    assert "caret" not in team_cards.scene(EVIL, "12 words", done=True)
    for html in (team_cards.scene("", EVIL), team_cards.scene(EVIL, "x", done=True), team_cards.waiting(EVIL)):
        checked(html)


# Asking


PASSAGE = Passage(id="p1", story_id="s", parent_id=None, number=1, title="The Lamp", text="The lamp was cold.")
VIEW = StoryView(
    story=Story(id="s", world_id="w", title="The Bell", branch_id="b"),
    world=World(id="w", title="Vell"),
    branches=(Branch(id="b", story_id="s", name="main"),),
    passages=(PASSAGE.model_copy(update={"state": "accepted"}),),
    drafts=(PASSAGE.model_copy(update={"id": "d1", "number": 2, "title": ""}),),
)
MARA = LoreEntry(id="m", world_id="w", title="Mara", kind="character")


class FakeTeam:
    def __init__(self) -> None:
        self.calls: list[tuple[Any, ...]] = []
        self.closed = False
        self.error: Exception | None = None

    def _said(self, name: str, *given: Any, **values: Any) -> None:
        self.calls.append((name, *given))
        if self.error:
            raise self.error

    def editor_review(self, story_id: str, passage_id: str = "", text: str = "") -> dict[str, Any]:
        self._said("editor", story_id, passage_id, text)
        return {"suggestions": [], "summary": "Fine as it is."}

    def rater_feedback(self, story_id: str, passage_id: str = "", text: str = "") -> dict[str, Any]:
        self._said("rater", story_id, passage_id, text)
        return {"scores": {}, "overall": 6.5, "rationale": "It moves."}

    def character_feedback(self, *given: str) -> dict[str, Any]:
        self._said("character", *given)
        return {"character": "Mara", "feedback": "I was cold.", "wants": "a fire", "concerns": ""}

    def flesh_out(self, story_id: str, text: str, instruction: str = "") -> Iterator[RunEvent]:
        self._said("expander", story_id, text, instruction)
        try:
            yield RunEvent(event="status", node="expander", message="Fleshing out")
            for word in ("Rain", " fell", " all night."):
                yield RunEvent(event="token", node="expander", text=word)
            yield RunEvent(event="result", data={"text": "Rain fell all night."})
        finally:
            self.closed = True


@pytest.fixture
def team() -> FakeTeam:
    return FakeTeam()


@pytest.fixture
def panel(team: FakeTeam) -> AskPanel:
    library = SimpleNamespace(story_view=lambda _: VIEW, story_lore=lambda _: [(MARA, None)])
    with gr.Blocks():
        return AskPanel(Desk(SimpleNamespace(library=library, team=team)))  # type: ignore[arg-type]


def ask(panel: AskPanel, whom: str, about: str = "p1", **given: Any) -> list[dict[Any, Any]]:
    values = {"story_id": "s", "person": "m", "text": "", "question": "", "lines": "", "wish": "", "said": [], **given}
    return list(panel.asked(whom=whom, about=about, request=REQUEST, **values))


def test_drafts_and_chapters_can_be_read_the_latest_first(panel: AskPanel) -> None:
    shown = panel.opened("s", EDITOR, {"asked": {"s": {"question": "Why?"}, "t": {"lines": "other"}}})
    labels = [label for label, _ in shown[panel.about].choices]
    assert labels == ["Draft 1 of chapter 2 · 4 words", "Chapter 1: The Lamp", "A text that I paste"]
    assert shown[panel.about].value == "d1"
    assert shown[panel.person].choices == [("Mara", "m")]
    assert (shown[panel.question], shown[panel.lines]) == ("Why?", "")
    # Turned to again, nothing is sent that is there already; also after lists went over the page.
    seen = [[list(pair) for pair in part] for part in shown[panel.offered]]
    assert panel.refresh("s", seen, EDITOR, "p1") == {panel.offered: gr.skip()}
    assert "All that has happened so far" in str(panel.turned(CHARACTER, "d1", seen)[panel.about].choices)


def test_each_is_asked_about_what_was_chosen(panel: AskPanel, team: FakeTeam) -> None:
    said: list[str] = []
    for whom, about, given in (
        (EDITOR, "p1", {}),
        (RATER, OWN, {"text": "My own words."}),
        (CHARACTER, "d1", {"question": " Why? "}),
        (CHARACTER, OWN, {"text": "not read"}),
    ):
        first, *_, last = ask(panel, whom, about, said=said, **given)
        assert first[panel.ask].interactive is False
        assert 'role="status"' in first[panel.now]
        assert last[panel.ask].interactive is True
        assert last[panel.now] == ""
        said = last[panel.said]
    assert team.calls == [
        ("editor", "s", "p1", ""),
        ("rater", "s", "", "My own words."),
        ("character", "s", "m", "d1", "Why?"),
        ("character", "s", "m", "", ""),
    ]
    text = checked("".join(said)).text
    # The latest is on top.
    order = ["About the story so far", "About a draft of chapter 2", "About your text", "About Chapter 1: The Lamp"]
    assert [text.index(part) for part in order] == sorted(text.index(part) for part in order)


@pytest.mark.parametrize(
    ("whom", "given", "told"),
    [
        (EDITOR, {"about": OWN, "text": "  "}, "The text is empty"),
        (CHARACTER, {"person": None}, "Choose a character first"),
        (EDITOR, {"about": "gone"}, "isn't there any more"),
        (EXPANDER, {"lines": " "}, "Write a few lines first"),
        (EDITOR, {"story_id": ""}, "no story"),
    ],
)
def test_what_is_lacking_is_said_and_the_button_stays(
    panel: AskPanel, team: FakeTeam, whom: str, given: dict[str, Any], told: str
) -> None:
    with pytest.raises(InvalidInput, match=told):
        ask(panel, whom, **given)
    assert team.calls == []


def test_a_failure_gives_the_button_back(panel: AskPanel, team: FakeTeam) -> None:
    team.error = ModelFailed("No model.")
    steps = panel.asked("s", EDITOR, "p1", "m", "", "", "", "", [], REQUEST)
    assert next(steps)[panel.ask].interactive is False
    assert next(steps)[panel.ask].interactive is True
    with pytest.raises(ModelFailed):
        next(steps)


def test_a_scene_streams_and_can_be_copied(panel: AskPanel, team: FakeTeam) -> None:
    steps = ask(panel, EXPANDER, lines="Rain.", wish=" loud ")
    assert team.calls == [("expander", "s", "Rain.", "loud")]
    assert [("fell" in step[panel.now]) for step in steps[:5]] == [False, False, False, True, True]
    assert steps[2][panel.stop].visible is True
    (scene,) = steps[-1][panel.said]
    assert "4 words" in scene
    assert "data-copy" in scene
    assert team.closed
    assert panel._stops == {}


def test_a_stopped_scene_keeps_what_was_written(panel: AskPanel, team: FakeTeam) -> None:
    said = []
    for step in panel.asked("s", EXPANDER, "p1", "m", "", "", "Rain.", "", [], REQUEST):
        if "Rain" in step.get(panel.now, ""):
            panel.stopped(REQUEST)
        said = step.get(panel.said, said)
    assert "1 word, stopped by you" in said[0]
    assert team.closed


# Changing agents


@pytest.fixture
def agents() -> TeamAgents:
    service = SimpleNamespace(
        view=lambda agent, story_id: view(source="story" if story_id else "original"),
        views=lambda story_id: [view()],
        check_prompt=lambda agent, prompt, text: PromptCheck(problems=("No.",)),
    )
    library = SimpleNamespace(story_view=lambda _: VIEW)
    with gr.Blocks():
        return TeamAgents(Desk(SimpleNamespace(agents=service, library=library)))  # type: ignore[arg-type]


def test_what_was_typed_into_a_prompt_comes_back(agents: TeamAgents) -> None:
    kept = {"story": "s", "prompts": {"s/writer/writer": "Tell {{ context }} slowly", "other": "x"}}
    shown = agents.opened("s", "writer", HERE, kept)
    assert shown[agents.text] == "Tell {{ context }} slowly"
    assert "Not saved yet" in shown[agents.state]
    assert agents.opened("s", "writer", EVERYWHERE, kept)[agents.text] == "Write {{ context }}"
    assert forgotten_prompts(kept, "s/writer/writer") == {"story": "s", "prompts": {"other": "x"}}
    assert typed_prompt("odd", "x") is None


def test_without_a_story_changes_are_for_all(agents: TeamAgents) -> None:
    shown = agents.opened("", "", HERE, None)
    assert shown[agents.scope].value == EVERYWHERE
    assert shown[agents.agent] == "writer"


def test_a_prompt_that_cant_be_used_is_not_saved_and_stays_in_its_box(agents: TeamAgents) -> None:
    shown = agents.saved_prompt("s", HERE, "writer", "writer", "Nothing.", {})
    assert "No." in shown[agents.found]
    assert agents.text not in shown


def test_turning_to_the_tab_leaves_what_is_open_as_it_is(agents: TeamAgents) -> None:
    assert set(agents.refresh("s", HERE, "writer", {})) == {agents.list}


def test_odd_memories_of_the_browser_count_as_nothing() -> None:
    assert ask_panel.typed_questions({"asked": {"s": "x"}}, "s") == dict.fromkeys(ask_panel.TYPED, "")
    assert ask_panel.typed_questions(None, "s") == dict.fromkeys(ask_panel.TYPED, "")
