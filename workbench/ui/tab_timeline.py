"""The Timeline tab: a picture of story time, its events in words, and what in the story doesn't fit together."""

from typing import Any

import gradio as gr

from workbench.domain.timeline import PlacedEvent
from workbench.errors import InvalidInput, NotFound
from workbench.ui import continuity_cards, render, timeline_cards
from workbench.ui.continuity_desk import OLD_PAGE, SCRIPT, decide, pages_of, pressed
from workbench.ui.desk import PRIVATE, Desk
from workbench.ui.event_form import NEW, EventForm, forgotten_event, typed_events
from workbench.ui.scripts import CLICKS, SHOW_PASSAGE
from workbench.ui.timeline_asked import (
    EVENTS,
    EVERYBODY,
    EVERYWHERE,
    MISFITS,
    Asked,
    by_name,
    fits,
    modes,
    names_of,
    picture,
    signature,
    told_by,
    troubled,
)
from workbench.ui.timeline_scripts import (
    EVENT_CARD,
    REVEAL_EVENT_FORM,
    REVEAL_PRESSED,
    SHOW_CHOSEN,
    TIME_PICTURE,
)

Updates = dict[Any, Any]
LANES = [("By place", "place"), ("By character", "character")]
REFRESH = 3.0
GONE = "That event isn’t there any more. The list shows those that are."


class TimelineTab:
    """Builds the tab and keeps it fresh while it is looked at."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._library, self._timeline = desk.workbench.library, desk.workbench.timeline
        self.event, self.seen, self.troubled = gr.State(""), gr.State(""), gr.State([])
        # What the contradictions on the page were found in; they are looked for anew when it differs.
        self.checked = gr.State("")
        self.mode = gr.Radio(modes(0), value=EVENTS, label="Show", container=False, elem_id="ll-time-mode")
        with gr.Column(elem_classes="ll-gap") as self.events_side:
            self._build_events()
        with gr.Column(visible=False, elem_classes="ll-gap") as self.misfits_side:
            self.misfits = gr.HTML(
                timeline_cards.NO_STORY,
                apply_default_css=False,
                js_on_load=SCRIPT,
                elem_id="ll-misfits",
            )
        self.timer = gr.Timer(REFRESH, active=False)

    def _build_events(self) -> None:
        with gr.Row(elem_classes="ll-filters ll-time-filters", visible=False) as self.filters:
            self.lanes = gr.Radio(LANES, value="place", label="Lanes", elem_id="ll-time-lanes", min_width=200)
            self.who = gr.Dropdown(
                [("Everybody", EVERYBODY)], value=EVERYBODY, label="Character", elem_id="ll-time-who", min_width=150
            )
            self.where = gr.Dropdown(
                [("Everywhere", EVERYWHERE)], value=EVERYWHERE, label="Place", elem_id="ll-time-where", min_width=150
            )
        self.picture = gr.HTML(
            timeline_cards.NO_STORY, apply_default_css=False, js_on_load=TIME_PICTURE + CLICKS, elem_id="ll-time"
        )
        self.card = gr.HTML(
            "", apply_default_css=False, js_on_load=EVENT_CARD + SHOW_PASSAGE + CLICKS + SHOW_CHOSEN, elem_id="ll-event"
        )
        self.add = gr.Button("Add an event", elem_id="ll-event-add", size="md", visible=False)
        self.form = EventForm()
        self.list = gr.HTML("", apply_default_css=False, js_on_load=EVENT_CARD + CLICKS, elem_id="ll-events")

    # --- what happens when ---

    def wire(self, tab: gr.Tab) -> None:
        """The timer runs only while the tab is open; the page changes only where something changed."""
        story, kept, form = self.desk.story, self.desk.kept, self.form
        asked = [story, self.event, self.lanes, self.who, self.where, self.seen, self.troubled]
        shown = [
            self.filters, self.who, self.where, self.picture, self.card, self.list, self.add, self.event, self.seen,
        ]  # fmt: skip
        self._wire_checking(tab, asked)
        # A tab may be turned to before the page has found its story.
        gr.on(
            [tab.select, story.change], render.telling(self.turned_to), [*asked, form.event, kept],
            [*shown, *form.shown], trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        gr.on(
            [self.timer.tick, self.lanes.input, self.who.input, self.where.input],
            render.telling(self.show), asked, shown, **PRIVATE,
        )  # fmt: skip
        self.mode.input(self.turn, self.mode, [self.events_side, self.misfits_side], **PRIVATE)
        for place in (self.picture, self.card, self.list):
            place.click(
                render.telling(self.pressed), [*asked, form.event, kept], [*shown, *form.shown],
                trigger_mode="multiple", **PRIVATE,
            ).success(js=REVEAL_PRESSED, **PRIVATE)  # fmt: skip
        self.add.click(render.telling(self.new), [story, kept], form.shown, **PRIVATE).success(
            js=REVEAL_EVENT_FORM, **PRIVATE
        )
        form.wire(kept, PRIVATE)
        form.save.click(
            render.telling(self.saved), [*asked, form.event, kept, *form.fields], [*shown, *form.shown, kept],
            trigger_mode="once", **PRIVATE,
        )  # fmt: skip
        form.leave.click(self.left, [story, form.event, kept], [*form.shown, kept], **PRIVATE)

    def _wire_checking(self, tab: gr.Tab, asked: list[Any]) -> None:
        """Looking for contradictions reads the whole story, so the picture doesn't wait for it."""
        story = self.desk.story
        found = [self.misfits, self.mode, self.checked, self.troubled]
        gr.on([tab.select, story.change], render.telling(self.check), story, found, **PRIVATE)
        self.seen.change(
            render.telling(self.check_anew), [story, self.seen, self.checked], found, trigger_mode="multiple", **PRIVATE
        )
        self.troubled.change(render.telling(self.marked), asked, self.picture, **PRIVATE)
        self.misfits.click(render.telling(self.decided), story, found, trigger_mode="multiple", **PRIVATE)

    # --- showing ---

    def turned_to(self, *values: Any) -> Updates:
        """The tab was opened, or another story was. A form that was being filled in opens again."""
        *rest, editing, kept = values
        asked = Asked(*rest)
        updates = self.show(*asked)
        typed = typed_events(kept, asked.story)
        if editing and editing not in typed:
            return updates | self.form.shut()
        return updates if editing or not typed else updates | self._form(asked.story, list(typed)[-1], kept)

    def show(self, *values: Any) -> Updates:
        """Picture, list and the open event as they stand now; nothing where the page shows that already."""
        asked = Asked(*values)
        if not asked.story:
            closed = {
                self.picture: timeline_cards.NO_STORY,
                self.card: "",
                self.list: "",
                self.event: "",
                self.seen: "",
            }
            return {**closed, self.filters: gr.Row(visible=False), self.add: gr.Button(visible=False)}
        events = self._timeline.events(asked.story)
        people, places = names_of(events)
        asked = asked._replace(
            who=asked.who if asked.who in people else EVERYBODY,
            where=asked.where if asked.where in places else EVERYWHERE,
        )
        seen = signature(asked, events)
        if seen == asked.seen:
            return {self.seen: gr.skip()}
        chosen = next((one for one in events if one.event.id == asked.event), None)
        found = [one for one in events if fits(one, asked)]
        updates: Updates = {
            self.filters: gr.Row(visible=bool(events)),
            self.who: gr.Dropdown(choices=[("Everybody", EVERYBODY), *by_name(people)], value=asked.who),
            self.where: gr.Dropdown(choices=[("Everywhere", EVERYWHERE), *by_name(places)], value=asked.where),
            self.picture: picture(events, found, asked),
            self.list: timeline_cards.event_list(found, asked.event),
            self.add: gr.Button(visible=True),
            self.seen: seen,
        }
        if chosen:
            updates |= {self.event: chosen.event.id, self.card: self._card(asked.story, chosen)}
        elif asked.event or not asked.seen.startswith(f"{asked.story}:"):
            updates |= {self.event: "", self.card: timeline_cards.CHOOSE if events else ""}
        # Otherwise an event may have been opened since this was asked for; its card must not be taken away.
        return updates

    def _card(self, story_id: str, chosen: PlacedEvent) -> str:
        linked = self._timeline.linked(story_id, chosen.event.id)
        return timeline_cards.event_card(chosen, linked, pages_of(self._library.story_view(story_id)))

    def turn(self, mode: str) -> Updates:
        """Events or contradictions were chosen."""
        return {
            self.events_side: gr.Column(visible=mode == EVENTS),
            self.misfits_side: gr.Column(visible=mode == MISFITS),
        }

    # --- events ---

    def pressed(self, event: gr.EventData, *values: Any) -> Updates:
        """An event was pressed, to open, change or delete it."""
        *rest, editing, kept = values
        asked, data = Asked(*rest), pressed(event)
        act, event_id = data.get("act", ""), data.get("id", "")
        if act == "event":
            return self._opened(asked, event_id)
        if act == "edit":
            return self._form(asked.story, event_id, kept)
        if act != "delete":
            raise NotFound(OLD_PAGE)
        self._timeline.delete(event_id)
        render.said("The event is off the timeline.", "Deleted", 3)
        shut = self.form.shut() if editing == event_id else {}
        return self.show(*asked._replace(seen="")) | shut

    def _opened(self, asked: Asked, event_id: str) -> Updates:
        """An event is opened; filters that would hide it let everything through again."""
        chosen = self._find(asked.story, event_id)
        if not fits(chosen, asked):
            return self.show(*asked._replace(event=event_id, who=EVERYBODY, where=EVERYWHERE, seen=""))
        return {self.event: event_id, self.card: self._card(asked.story, chosen)}

    def _find(self, story_id: str, event_id: str) -> PlacedEvent:
        events = self._timeline.events(story_id) if story_id else []
        found = next((one for one in events if one.event.id == event_id), None)
        if found is None:
            raise NotFound(GONE)
        return found

    def new(self, story_id: str, kept: Any) -> Updates:
        """Add an event was pressed."""
        if not story_id:
            raise InvalidInput("No story is open. Open one in Write first.")
        return self._form(story_id, NEW, kept)

    def _form(self, story_id: str, event_id: str, kept: Any) -> Updates:
        placed = None if event_id == NEW else self._find(story_id, event_id)
        when = self._timeline.when_words(placed) if placed else ""
        known = [
            entry.title
            for kind in ("character", "location")
            for entry, _ in self._library.story_lore(story_id)
            if entry.kind == kind and entry.enabled
        ]
        return self.form.opened(story_id, placed, when, typed_events(kept, story_id).get(event_id, {}), known)

    def saved(self, *values: Any) -> Updates:
        """The form was saved. What was typed stays in it when something can't be used."""
        number = len(Asked._fields)
        asked, (editing, kept, *fields) = Asked(*values[:number]), values[number:]
        if not (asked.story and editing):
            raise InvalidInput("No event is being written. Press “Add an event”.")
        given = self.form.given(*fields)
        change = self._timeline.change
        stored = self._timeline.add(asked.story, given) if editing == NEW else change(editing, given)
        render.said(f"“{stored.what}” stands on the timeline.", "Saved", 3)
        updates = self.show(*asked._replace(event=stored.id, seen=""))
        return updates | self.form.shut() | {self.desk.kept: forgotten_event(kept, asked.story, editing)}

    def left(self, story_id: str, editing: str, kept: Any) -> Updates:
        """The form was left; what was typed is forgotten."""
        return self.form.shut() | {self.desk.kept: forgotten_event(kept, story_id, editing)}

    # --- what doesn't fit ---

    def check(self, story_id: str) -> Updates:
        """The contradictions of the whole story, and the events that have a part in one."""
        if not story_id:
            return {self.misfits: timeline_cards.NO_STORY, self.mode: gr.Radio(choices=modes(0)), self.checked: ""}
        events, found = self._timeline.events(story_id), self._timeline.check(story_id)
        pages = pages_of(self._library.story_view(story_id))
        return {
            self.misfits: continuity_cards.whole_story(found, pages, bool(pages)),
            self.mode: gr.Radio(choices=modes(sum(1 for one in found if not one.dismissed))),
            self.checked: told_by(story_id, events),
            self.troubled: troubled(events, found),
        }

    def check_anew(self, story_id: str, seen: str, checked: str) -> Updates:
        """The events on the page are others; contradictions are looked for unless that was done."""
        if not story_id or seen.split("|")[0] == checked:
            return {self.checked: gr.skip()}
        return self.check(story_id)

    def marked(self, *values: Any) -> Any:
        """The picture once more, with signs at the events that something contradicts."""
        asked = Asked(*values)
        events = self._timeline.events(asked.story) if asked.story else []
        if not events:
            return gr.skip()
        return picture(events, [one for one in events if fits(one, asked)], asked)

    def decided(self, story_id: str, event: gr.EventData) -> Updates:
        """A contradiction is let stand, or that is taken back."""
        decide(self._timeline, story_id, pressed(event))
        return self.check(story_id)
