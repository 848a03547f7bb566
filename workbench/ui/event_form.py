"""The form for an event of story time, in words. What is typed stays with the browser until it is saved."""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr

from workbench.domain.timeline import PlacedEvent
from workbench.ui.desk import remembered
from workbench.ui.render import safe
from workbench.ui.timeline_scripts import KEEP_EVENT

Updates = dict[Any, Any]
# The name under which the browser keeps what is typed for an event that isn't there yet.
NEW = "new"
FIELDS = ("what", "when", "where", "who")
MOST_NAMES = 12


class EventForm:
    """Components, what they are filled with, and what the browser keeps of them. `TimelineTab` wires and saves."""

    def __init__(self) -> None:
        # The id of the event that the form is open for, NEW, or "" while it is shut.
        self.event = gr.State("")
        with gr.Column(
            visible=False, elem_classes="ll-gap ll-form ll-event-form", elem_id="ll-event-form"
        ) as self.place:
            self.heading = gr.HTML("", apply_default_css=False)
            self.what = gr.Textbox(
                "", label="What happens", lines=2, max_lines=5, elem_id="ll-event-what", max_length=500,
                placeholder="Aria finds the letter under the stairs.",
            )  # fmt: skip
            with gr.Row():
                self.when = gr.Textbox(
                    "", label="When", elem_id="ll-event-when", max_length=120, placeholder="three days later",
                    info="As a story says it: “the next morning”, “3 May 1847”, “in the year 412”. Empty: after the "
                    "events before it.",
                )  # fmt: skip
                self.where = gr.Textbox(
                    "", label="Where", elem_id="ll-event-where", max_length=200, info="One place, by its name.",
                    placeholder="the Old Mill",
                )  # fmt: skip
                self.who = gr.Textbox(
                    "", label="Who is there", elem_id="ll-event-who", info="Names with commas between them.",
                    placeholder="Aria, Tobin",
                )  # fmt: skip
            self.names = gr.HTML("", apply_default_css=False)
            with gr.Row(elem_classes="ll-actions"):
                self.save = gr.Button("Save the event", variant="primary", elem_id="ll-event-save")
                self.leave = gr.Button("Leave it", elem_id="ll-event-leave")

    @property
    def fields(self) -> list[Any]:
        """The boxes, in the order of FIELDS."""
        return [self.what, self.when, self.where, self.who]

    @property
    def shown(self) -> list[Any]:
        """The components that `opened` and `shut` may change."""
        return [self.place, self.event, self.heading, self.names, *self.fields]

    def wire(self, kept: gr.BrowserState, private: Mapping[str, Any]) -> None:
        """Keep each keystroke."""
        gr.on(
            [box.input for box in self.fields],
            fn=None,
            js=KEEP_EVENT,
            inputs=[*self.fields, kept],
            outputs=kept,
            **private,
        )

    def opened(
        self, story_id: str, placed: PlacedEvent | None, when: str, typed: Mapping[str, str], known: Sequence[str]
    ) -> Updates:
        """The form for an event, or for a new one; `typed` goes before what is stored, `known` are names to choose."""
        event = placed.event if placed else None
        stored = {
            "what": event.what if event else "",
            "when": when,
            "where": event.where.title if event and event.where else "",
            "who": ", ".join(one.title for one in event.who) if event else "",
        }
        title = "Change the event" if event else "Add an event"
        about = f'data-story="{safe(story_id)}" data-editing="{safe(event.id if event else NEW)}"'
        names = ", ".join(safe(name) for name in known[:MOST_NAMES])
        return {
            self.place: gr.Column(visible=True),
            self.event: event.id if event else NEW,
            self.heading: f'<h3 class="ll-form-title" {about}>{title}</h3>',
            self.names: f'<p class="ll-facts">Known here: {names}.</p>' if names else "",
            **{box: typed.get(name, stored[name]) for box, name in zip(self.fields, FIELDS, strict=True)},
        }

    def shut(self) -> Updates:
        """The form is put away; its boxes are emptied when it opens again."""
        return {self.place: gr.Column(visible=False), self.event: ""}

    @staticmethod
    def given(what: str, when: str, where: str, who: str) -> dict[str, Any]:
        """What the boxes say, as the service takes it."""
        return {"what": what, "when": when, "where": where, "who": [name for name in who.split(",") if name.strip()]}


def typed_events(kept: Any, story_id: str) -> dict[str, dict[str, str]]:
    """What was typed for the events of a story and not saved yet, by event id; the last one typed comes last."""
    stories = remembered(kept).get("events")
    events = stories.get(story_id) if isinstance(stories, dict) else None
    if not isinstance(events, dict):
        return {}
    return {
        str(event_id): {name: str(fields.get(name, "")) for name in FIELDS}
        for event_id, fields in events.items()
        if isinstance(fields, dict)
    }


def forgotten_event(kept: Any, story_id: str, event_id: str) -> dict[str, Any]:
    """What the browser keeps after the form of an event was saved or left."""
    stories = remembered(kept).get("events")
    others = {key: fields for key, fields in typed_events(kept, story_id).items() if key != event_id}
    return remembered(kept, events={**(stories if isinstance(stories, dict) else {}), story_id: others})
