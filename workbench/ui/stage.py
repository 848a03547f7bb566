"""The agents at work: events of a run folded into what is on the stage, and that as HTML.

The folding is pure: `Stage.take` gets one event after the other, live or from a stored run, and the same events
always give the same picture. That is what makes a reload harmless.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.runs import Run, RunEvent
from workbench.domain.story import StoryView
from workbench.ui.render import plural, safe, streaming_page, word_count
from workbench.ui.verdict import rating, suggestions

# In the order in which they come on. The words are for people who write.
ROLES: dict[str, tuple[str, str]] = {
    "context": ("Archivist", "gathers what the story knows"),
    "writer": ("Writer", "drafts the chapter"),
    "character": ("Characters", "say what they think of it"),
    "editor": ("Editor", "reads against the grain"),
    "rater": ("Rater", "scores what can be felt and counted"),
    "finalise": ("Binder", "puts the draft on your desk"),
}
ALWAYS = ("context", "writer", "editor", "rater", "finalise")
_OBJECT = re.compile(r"\{[^{}]*\}")


@dataclass
class Part:
    """One agent: `idle` until its first event, `working` until another that comes later, then `done`."""

    state: str = "idle"
    message: str = ""
    progress: float = 0.0
    text: str = ""


@dataclass
class Stage:
    """What can be seen of a run. `round` counts drafts from 1."""

    parts: dict[str, Part] = field(default_factory=lambda: {name: Part() for name in ROLES})
    round: int = 0
    result: dict[str, Any] | None = None
    error: str = ""
    current: str = ""

    def take(self, event: RunEvent) -> bool:
        """Fold in one event; true when it changes more than running text, so that it should be shown at once."""
        if event.event == "result":
            self.result = event.data or {}
            for part in self.parts.values():
                if part.state != "idle":
                    part.state = "done"
            return True
        if event.event == "error":
            self.error = event.message
            for part in self.parts.values():
                if part.state == "working":
                    part.state = "stopped"
            return True
        part = self.parts.setdefault(event.node, Part())
        if self.error and event.node == "writer":
            part.text = ""
        # A run that was stopped and goes on has its old end among its events.
        self.error, self.result = "", None
        if event.event == "token":
            started = not part.text
            part.text += event.text
            if event.node == "writer" and self.round == 0:
                self.round = 1
            return self._on(event.node) or started
        if event.node == "writer":
            self._writer_announced(part)
        part.message = event.message
        part.progress = event.progress or part.progress
        self._on(event.node)
        return True

    def _writer_announced(self, part: Part) -> None:
        """A fresh draft when somebody has read the last one: the running text gives way, and the readers wait again.

        Otherwise the writer begins, or goes on with a draft that was too short.
        """
        readers = ("editor", "rater", "character")
        read = any(self.parts[name].state != "idle" for name in readers)
        if read or self.round == 0:
            self.round += 1
            part.text = ""
            for name in readers:
                self.parts[name] = Part()
        elif part.text:
            part.text += "\n\n"

    def _on(self, name: str) -> bool:
        """Bring `name` on; those who come before it in the order have done their part."""
        changed = self.parts[name].state != "working"
        self.parts[name].state = "working"
        self.current = name
        order = list(ROLES)
        if name in order:
            for other in order[: order.index(name)]:
                # Editor, rater and characters read one draft side by side, so none of them ends the other's turn.
                together = {name, other} <= {"editor", "rater", "character"}
                if self.parts[other].state == "working" and not together:
                    self.parts[other].state = "done"
        return changed

    @property
    def draft(self) -> str:
        """The running text of the present draft."""
        return self.parts["writer"].text


def notes_so_far(text: str) -> list[dict[str, Any]]:
    """The whole suggestions in an editor's unfinished answer; what is half written isn't shown."""
    found = []
    for match in _OBJECT.finditer(text):
        try:
            item = json.loads(match.group())
        except ValueError:
            continue
        if isinstance(item, dict) and item.get("issue"):
            found.append(item)
    return found


def _line(name: str, part: Part) -> str:
    """What an agent does now, in a few words; never the raw text it sends."""
    if name == "writer" and part.text and part.state != "stopped":
        return f"{plural(word_count(part.text), 'word')} written"
    if name == "editor" and part.text and part.state == "working":
        count = len(notes_so_far(part.text))
        return f"{plural(count, 'note')} so far" if count else "is reading the draft"
    return part.message.replace(" tokens", " word-pieces") or ROLES.get(name, ("", ""))[1]


def agent_card(name: str, part: Part) -> str:
    """One agent with its state in words, and a line that moves while it works."""
    title = ROLES.get(name, (name.title(), ""))[0]
    state = {"idle": "waits", "working": "at work", "done": "done", "stopped": "stopped"}[part.state]
    line = ROLES.get(name, ("", ""))[1] if part.state == "idle" else _line(name, part)
    return (
        f'<li class="ll-agent ll-{part.state}"><span class="ll-mark" aria-hidden="true"></span>'
        f"<span><b>{safe(title)}</b> {safe(line)}</span><em>{state}</em></li>"
    )


def stage_cards(stage: Stage | None) -> str:
    """The team. Without a run everybody waits."""
    stage = stage or Stage()
    shown = [name for name in stage.parts if name in ALWAYS or stage.parts[name].state != "idle"]
    cards = "".join(agent_card(name, stage.parts[name]) for name in shown)
    done = sum(1 for name in ALWAYS if stage.parts[name].state == "done")
    reached = max([stage.parts[name].progress for name in shown] + [done / len(ALWAYS)])
    share = 100 if stage.result is not None else round(100 * reached)
    title = "The agents" if stage.round < 2 else f"The agents · draft {stage.round}"
    error = f'<p class="ll-trouble" role="alert">{safe(stage.error)}</p>' if stage.error else ""
    return (
        f'<section class="ll-card ll-stage"><h3>{title}</h3>'
        f'<div class="ll-progress" role="progressbar" aria-label="Progress of the chapter" aria-valuemin="0" '
        f'aria-valuemax="100" aria-valuenow="{share}"><i style="width:{share}%"></i></div>'
        f'<ul class="ll-agents">{cards}</ul>{error}</section>'
    )


def live_verdict(stage: Stage) -> str:
    """What editor and rater have said so far of the draft that is being worked on."""
    parts = []
    rated: Mapping[str, Any] = {}
    if stage.result:
        rated = stage.result.get("rating") or {}
    if rated:
        parts.append(f'<section class="ll-card"><h3>Rating</h3>{rating(rated)}</section>')
    notes = notes_so_far(stage.parts["editor"].text)
    if notes:
        shown = suggestions({"suggestions": notes})
        parts.append(f'<section class="ll-card"><h3>Editor’s notes, as they come</h3>{shown}</section>')
    if not parts:
        return (
            '<div class="ll-card ll-quiet"><h3>Editor and rater</h3><p>They read when the draft is written.</p></div>'
        )
    return "".join(parts)


def live_page(stage: Stage, number: int, changing: bool = False) -> str:
    """The draft of chapter `number` while it is written, or while it is told again with a change."""
    verb = "Changing" if changing else "Writing"
    heading = f"{verb} chapter {number}" if stage.round < 2 else f"Chapter {number}, draft {stage.round}"
    if stage.current in ("editor", "rater", "character"):
        heading = f"Chapter {number} is being read"
    note = plural(word_count(stage.draft), "word") if stage.draft else ""
    return streaming_page(stage.draft, heading, note)


def number_of(view: StoryView, run: Run) -> tuple[int, bool]:
    """The number of the chapter that a run writes, and whether it tells one again with a change."""
    if run.graph == "modify":
        known = {passage.id: passage.number for passage in (*view.passages, *view.drafts)}
        return known.get(str(run.options.get("passage_id", "")), view.next_number), True
    return view.next_number, False
