"""Whatever a model or a person writes, the page shows it as text, and nothing of it becomes part of the page."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import gradio as gr
import pytest

from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.model import ModelStatus
from workbench.domain.runs import Run, RunEvent
from workbench.domain.story import Branch, Passage, Story, StoryView, World
from workbench.domain.tasks import MemoryTask, QueueMinute, QueueStatus, TaskLogLine
from workbench.errors import InvalidInput
from workbench.ui import cards, queue_cards, render, stage, verdict
from workbench.ui.desk import forgotten_request, story_choices, typed_request
from workbench.ui.lore_form import listed

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"' onclick='x' "
    "{{ 7 * 7 }} ${alert(3)} `\\u003cb\\u003e` \x07\u202e*a*"
)
NOW = "2026-05-04T10:00:00+00:00"

# Everything that the page is made of; a tag or attribute that isn't here came from outside.
TAGS = set(
    "article aside b blockquote br button circle code del details div em figcaption figure form g h1 h2 h3 h4 header i "
    "ins li line nav ol p path q rect section span strong summary svg table tbody td text th thead time title tr ul "
    "a".split()
)
ATTRIBUTES = set(
    "class id role aria-label aria-expanded aria-hidden aria-live aria-pressed aria-valuemin aria-valuemax "
    "aria-valuenow data-act data-choice data-decide data-find data-id data-key data-label datetime hidden tabindex "
    "data-open-story data-passage data-entry "
    "title type href style scope viewbox preserveaspectratio x y x1 x2 y1 y2 dy cx cy r rx width height d pathlength "
    "stroke-dasharray text-anchor".split()
)


class Checked(HTMLParser):
    """Collects what a browser would make of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in ("br", "rect", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def checked(html: str) -> Checked:
    """`html` with only known tags and attributes in it, all of them closed."""
    parser = Checked()
    parser.feed(html)
    parser.close()
    assert not parser.open
    for tag, attributes in parser.seen:
        assert tag in TAGS
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("href") or "#").startswith("#")
        assert re.fullmatch(r"((width|left):\d+(\.\d+)?%)?", attributes.get("style") or "")
    assert not re.search("[\x00-\x08\x0e-\x1f\u202e]", html)
    # Gradio's HTML component puts a value through templates; nothing in it may look like one.
    assert not re.search(r"\{\{|\$\{|`", html)
    return parser


def passage(**given: Any) -> Passage:
    return Passage(
        **{"id": EVIL, "story_id": "s", "parent_id": None, "number": 1, "title": EVIL, "text": EVIL, **given},  # type: ignore[arg-type]
    )


VIEW = StoryView(
    story=Story(id="s", world_id="w", title=EVIL, branch_id="b1"),
    world=World(id="w", title=EVIL, premise=EVIL, genre=EVIL, tone=EVIL),
    branches=(Branch(id="b1", story_id="s", name=EVIL), Branch(id="b2", story_id="s", name=EVIL)),
    passages=(passage(state="accepted"),),
    drafts=(passage(instruction=EVIL),),
)
ENTRY = LoreEntry(
    id=EVIL, world_id="w", title=EVIL, content=EVIL, tags=(EVIL,), aliases=(EVIL,), evidence=EVIL,
    is_dynamically_generated=True, enabled=False, constant=True, passage_id="p",
)  # fmt: skip
NOTE = NoteRevision(
    id="n",
    story_id="s",
    entry_id=EVIL,
    revision=1,
    note=EVIL,
    event=EVIL,
    evidence=EVIL,
    passage_id="p",
    created_at=NOW,
)
TASK = MemoryTask(
    id=EVIL, kind="note_update", story_id="s", status="failed", passage_id="p", entity_name=EVIL, entity_type=EVIL,
    summary=EVIL, evidence=EVIL + "!", error=EVIL, retry_count=2, created_at=NOW,
    log=(TaskLogLine(at=EVIL, what=EVIL),),
)  # fmt: skip
QUEUES = {name: QueueStatus(pending=3, oldest_pending_s=4000, alert=EVIL) for name in queue_cards.QUEUES}
RESULT: dict[str, Any] = {
    "passage": {"text": "kept"},
    "review": {
        "suggestions": [{"quote": EVIL, "issue": EVIL, "suggestion": EVIL, "severity": EVIL, "source": EVIL}],
        "summary": EVIL,
        "dropped": 2,
    },
    "rating": {"scores": {"plot": 7.25, "prose": EVIL}, "overall": 6.5, "rationale": EVIL, "measures": {}},
    "rounds": 2,
    "usage": {"prompt_tokens": 812, "reused_tokens": 640, "written_tokens": 420, "seconds": 12.4},
    "context": {
        "budget": 10,
        "layers": [
            {"name": EVIL, "budget": 10, "used": 5, "items": [{"source": EVIL, "included": False, "why": EVIL}]}
        ],
    },
    "reactions": [{"character": EVIL, "feedback": EVIL}],
    "history": [{"round": 1, "rating": 5.2, "words": 300, "draft": EVIL}, {"round": 2, "rating": 6.5, "words": 310}],
}
STATUS = ModelStatus(name=EVIL, source="file", state="ready", message=EVIL, error=EVIL)


def played(*events: RunEvent) -> stage.Stage:
    """The stage after these events."""
    shown = stage.Stage()
    for event in events:
        shown.take(event)
    return shown


def says(node: str, text: str) -> RunEvent:
    return RunEvent(event="token", node=node, text=text)


def tells(node: str, message: str = "", progress: float = 0.0) -> RunEvent:
    return RunEvent(event="status", node=node, message=message, progress=progress)


EVIL_STAGE = played(
    tells("context", EVIL), tells("writer", EVIL), says("writer", EVIL), tells("editor", EVIL),
    says("editor", json.dumps({"suggestions": [{"quote": EVIL, "issue": EVIL, "suggestion": EVIL}]})),
    tells(EVIL, EVIL), RunEvent(event="error", message=EVIL),
)  # fmt: skip


@pytest.mark.parametrize(
    "html",
    [
        render.safe(EVIL),
        render.prose(EVIL + "\n\n***\n\n# " + EVIL),
        render.empty(EVIL, EVIL),
        render.manuscript(VIEW),
        render.story_card(VIEW),
        render.draft_page(passage(instruction=EVIL, origin="writer"), 6.5),
        render.streaming_page(EVIL, EVIL, EVIL),
        render.unfinished_page(EVIL),
        render.unfinished_notice(Run(id="r", graph="g", story_id="s", status="failed", instruction=EVIL, error=EVIL)),
        render.time_tag(EVIL),
        *(render.model_banner(STATUS.model_copy(update={"state": state})) for state in ("ready", "loading", "failed")),
        render.model_banner(STATUS.model_copy(update={"tryout": True})),
        render.model_banner(STATUS.model_copy(update={"waits": True, "message": "Too many requests; in 3 seconds."})),
        render.WELCOME,
        cards.lore_list([(ENTRY, NOTE, EVIL), (ENTRY, None, "")], EVIL),
        cards.lore_list([], "", EVIL),
        cards.lore_entry(ENTRY, NOTE, {"p": EVIL}),
        cards.lore_entry(ENTRY, None, {}),
        cards.note_history([NOTE, NOTE.model_copy(update={"active": True})], {"p": EVIL}),
        queue_cards.queue_counts(QUEUES, {"analyses": [QueueMinute(done=3, failed=1)]}),
        queue_cards.task_list([queue_cards.task_row(TASK, {"p": EVIL}, EVIL, [TASK])], 3, EVIL),
        queue_cards.alert_line([EVIL]),
        verdict.verdict(RESULT),
        verdict.verdict(None),
        stage.stage_cards(EVIL_STAGE),
        stage.live_verdict(EVIL_STAGE),
        stage.live_page(EVIL_STAGE, 1),
    ],
)
def test_invented_html_never_passes(html: str) -> None:
    checked(html)


def test_the_text_itself_arrives() -> None:
    assert (
        checked(render.prose("<b>“Hello,” {{ she }} said & left.</b>")).text == "<b>“Hello,” {{ she }} said & left.</b>"
    )


def test_prose_has_paragraphs_emphasis_and_scene_breaks() -> None:
    html = render.prose("# One\n\nIt was *very* late.\nShe left.\n\n* * *\n\n2 * 3 * 4 is **not** 9")
    assert html == (
        "<p>One</p><p>It was <em>very</em> late.<br>She left.</p>"
        '<div class="ll-break" role="separator">⁂</div><p>2 * 3 * 4 is <strong>not</strong> 9</p>'
    )


@pytest.mark.parametrize(
    ("iso", "told"),
    [
        ("2026-05-04T09:59:50+00:00", "just now"),
        ("2026-05-04T09:58:50", "1 minute ago"),
        ("2026-05-04T07:00:00+00:00", "3 hours ago"),
        ("2026-05-03T09:00:00+00:00", "yesterday"),
        ("2026-04-30T09:00:00+00:00", "4 days ago"),
        ("2026-01-12T09:00:00+00:00", "12 January"),
        ("2025-01-12T09:00:00+00:00", "12 January 2025"),
        ("2027-01-12T09:00:00+00:00", "just now"),
        ("", ""),
        ("soon", ""),
    ],
)
def test_times_are_told_as_people_tell_them(iso: str, told: str) -> None:
    assert render.ago(iso, datetime(2026, 5, 4, 10, tzinfo=UTC)) == told


def test_errors_are_told_without_their_markup() -> None:
    def refuse() -> None:
        raise InvalidInput("“<b>x</b>” is taken.")

    def refuse_later():  # type: ignore[no-untyped-def]
        yield 1
        raise InvalidInput("Too late.")

    with pytest.raises(gr.Error) as caught:
        render.telling(refuse)()
    assert "&lt;b&gt;" in str(caught.value)
    stream = render.telling(refuse_later)()
    assert next(stream) == 1
    with pytest.raises(gr.Error, match="Too late"):
        next(stream)


def test_usage_is_in_a_writers_words() -> None:
    text = checked(verdict.usage(RESULT["usage"], 2)).text
    assert text == (
        "The agents were shown 812 word-pieces: 640 were still remembered, 172 had to be read. "
        "They wrote 420 in 2 drafts · 12 seconds"
    )
    told = checked(verdict.usage({**RESULT["usage"], "evaluated_tokens": 180})).text
    assert "180 had to be read" in told, "what was counted goes before what is worked out"
    new = checked(verdict.usage({"prompt_tokens": 1, "written_tokens": 1, "seconds": 240})).text
    assert new == "The agents were shown 1 word-piece, and all of it had to be read. They wrote 1 · 4 minutes"
    assert verdict.usage({"seconds": 3}) == ""


def test_the_picture_of_the_ratings_has_numbers() -> None:
    seen = checked(verdict.rating_picture({"scores": {"plot": 7.25, "pacing": 99}}))
    assert "7.2" in seen.text
    assert all(float(attributes.get("width") or 0) <= 166 for tag, attributes in seen.seen if tag == "rect")


def test_a_broken_result_is_shown_as_far_as_it_goes() -> None:
    for part in ({}, {"rating": None}, {"review": {"suggestions": ["?", None]}}, {"context": {"layers": [None]}}):
        checked(verdict.verdict({"rounds": "x", **part}))


def test_a_new_round_replaces_the_text_and_a_continuation_does_not() -> None:
    shown = played(tells("context"), tells("writer", "Writing"), says("writer", "One."))
    shown.take(tells("writer", "Going on, the draft is too short"))
    shown.take(says("writer", "Two."))
    assert (shown.round, shown.draft) == (1, "One.\n\nTwo.")
    for event in (
        tells("editor"),
        says("editor", "{"),
        tells("rater"),
        tells("writer", "Revising"),
        says("writer", "A"),
    ):
        shown.take(event)
    assert (shown.round, shown.draft) == (2, "A")
    assert shown.parts["editor"].state == "idle"


def test_a_resumed_run_forgets_its_old_end() -> None:
    shown = played(tells("writer"), says("writer", "Lost"), RunEvent(event="error", message="Stopped."))
    assert shown.error
    shown.take(tells("writer", "Writing"))
    shown.take(says("writer", "Again"))
    assert (shown.error, shown.draft, shown.round) == ("", "Again", 1)


def test_the_editors_json_is_never_shown() -> None:
    whole = json.dumps({"suggestions": [{"quote": "q", "issue": "It drags.", "suggestion": "Cut."}], "summary": "s"})
    for end in range(1, len(whole)):
        shown = played(tells("editor"), says("editor", whole[:end]))
        text = checked(stage.stage_cards(shown) + stage.live_verdict(shown)).text
        assert "{" not in text
        assert '"' not in text
    assert "1 note so far" in text
    assert "It drags." in text


def test_the_browser_may_keep_anything() -> None:
    for odd in (None, "x", [], {"typed": "x"}, {"typed": {"s": 3}}):
        assert typed_request(odd, "s") == ""
        assert typed_request(forgotten_request(odd, "s", "hello"), "s") == "hello"


def test_stories_of_one_name_can_be_told_apart() -> None:
    stories = [Story(id=f"s{i}", world_id="w", title="T", branch_id="b", created_at=str(i)) for i in range(2)]
    assert story_choices(stories, [World(id="w", title="W")]) == [("T · W", "s1"), ("T · W (2)", "s0")]


def test_lists_are_split_at_commas() -> None:
    assert listed(" Sal, the mender ,, ") == ["Sal", "the mender"]


def test_banner_says_that_a_server_keeps_us_waiting():
    told = render.model_banner(STATUS.model_copy(update={"waits": True, "message": "Too many requests; in 3 seconds."}))
    assert "Too many requests; in 3 seconds." in told
    away = STATUS.model_copy(update={"state": "loading", "waits": True, "message": "It doesn't answer."})
    assert "The model is away." in render.model_banner(away)
