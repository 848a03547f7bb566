"""The Chat tab: conversations about the open story at the left, what is said at the right."""

import time
from collections.abc import Iterator, Mapping
from typing import Any

import gradio as gr

from workbench.domain.chat import Conversation, Moment
from workbench.errors import InvalidInput, NotFound
from workbench.ui import chat_cards, render
from workbench.ui.desk import PRIVATE, Desk, forgotten_request, typed_request
from workbench.ui.scripts import (
    CHAT_LIST,
    CLICKS,
    FOCUS_MESSAGE,
    FOLLOW_TALK,
    KEEP_MESSAGE,
    MESSAGE_GOES,
    MESSAGE_SENT,
    MESSAGE_TYPED,
    ONE_PRESS,
    SHOW_PASSAGE,
)

Updates = dict[Any, Any]
# Where the browser keeps the open conversation of each story.
OPEN = "chat_open"
FRAME = 0.12
ASSISTANT = "assistant"
THE_END = ("The end of the story", "")
# The tab was turned to before the page has found its story.
WAITING = "?"


class ChatTab:
    """Builds the tab and follows the answer of the conversation that is open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._chats = desk.workbench.chats
        self.conversation = gr.State("")
        self.following = gr.State(0)
        # The story that the tab shows; its conversation of the last visit is opened only when this changes.
        self.shown = gr.State(None)
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-left ll-gap", scale=2, min_width=230):
                self.speaker = gr.Dropdown(
                    [("Assistant", ASSISTANT)], value=ASSISTANT, label="Who answers", filterable=False,
                    elem_id="ll-speaker", info="A character answers with what they know.",
                )  # fmt: skip
                self.until = gr.Dropdown(
                    [THE_END], value="", label="The story is known up to", filterable=False, elem_id="ll-until",
                    info="Nothing of later chapters is known then.",
                )  # fmt: skip
                self.new = gr.Button("New conversation", elem_id="ll-chat-new")
                self.title = gr.Textbox(
                    "", label="Its name", info="Enter keeps it.", max_lines=1, visible=False, elem_id="ll-chat-title"
                )
                self.list = gr.HTML("", apply_default_css=False, js_on_load=CHAT_LIST, elem_id="ll-chat-list")
            with gr.Column(elem_classes="ll-middle ll-gap", scale=6, min_width=320):
                with gr.Column(elem_classes="ll-talk", elem_id="ll-talk"):
                    self.talk = gr.HTML(
                        chat_cards.NOBODY, apply_default_css=False, elem_id="ll-messages",
                        js_on_load=ONE_PRESS + SHOW_PASSAGE + CLICKS + FOLLOW_TALK,
                    )  # fmt: skip
                    self.live = gr.HTML("", apply_default_css=False, js_on_load=FOLLOW_TALK, elem_id="ll-answer")
                self.text = gr.Textbox(
                    "", label="Your message", lines=1, max_lines=6, elem_id="ll-message",
                    placeholder="Who is …? What happened in chapter 2? What could come next? Enter sends it.",
                )  # fmt: skip
                with gr.Row(elem_classes="ll-actions"):
                    self.send = gr.Button("Send", variant="primary", elem_id="ll-chat-send", scale=3)
                    self.again = gr.Button("Ask again", visible=False, elem_id="ll-chat-again", scale=1)
                    self.stop = gr.Button("Stop", variant="stop", visible=False, elem_id="ll-chat-stop", scale=1)

    def wire(self, tab: gr.Tab) -> None:
        """Whatever opens a conversation goes through `_opened`, every answer through `follow`."""
        story, kept = self.desk.story, self.desk.kept
        at_work = [self.send, self.again, self.stop]
        chosen = [self.speaker, self.until, self.title]
        opened = [self.talk, self.live, self.list, *chosen, self.conversation, self.following, kept, *at_work]
        here = [story, kept, self.conversation, self.following]
        following = self.following.change(
            render.telling(self.follow), [story, self.conversation, self.following],
            [self.talk, self.live, self.list, *at_work], trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        # A tab may be turned to before the page has found its story. Turned to again, the same answer is followed
        # twice, which nobody sees; Gradio would complain about a follower that is stopped before it has begun.
        for trigger, opening, cancelled in (
            (tab.select, self.turned_to, None),
            (story.change, self.show, [following]),
        ):
            trigger(
                render.telling(opening),
                [*here, self.until, self.shown],
                [*opened, self.shown],
                cancels=cancelled,
                trigger_mode="multiple",
                **PRIVATE,
            ).then(js=MESSAGE_TYPED, inputs=[self.text, story], outputs=self.text, **PRIVATE)
        for pressed, handler in ((self.list, self.pressed), (self.talk, self.pressed_in_talk)):
            pressed.click(render.telling(handler), here, opened, cancels=[following], **PRIVATE)
        self.title.submit(
            render.telling(self.renamed), [story, self.conversation, self.title], [self.list, self.title], **PRIVATE
        )
        self.new.click(render.telling(self.begin), here, opened, cancels=[following], **PRIVATE).then(
            js=FOCUS_MESSAGE, **PRIVATE
        )
        # Somebody else answers in a conversation of their own.
        for choice in (self.speaker, self.until):
            choice.input(
                render.telling(self.other), [*here, self.speaker, self.until], opened, cancels=[following], **PRIVATE
            )
        gr.on(
            [self.send.click, self.text.submit],
            render.telling(self.sent),
            [*here, self.text, self.speaker, self.until],
            opened,
            js=MESSAGE_GOES,
            trigger_mode="once",
            **PRIVATE,
        ).success(js=MESSAGE_SENT, inputs=[self.text, story], outputs=self.text, **PRIVATE)
        self.again.click(render.telling(self.asked_again), here, opened, trigger_mode="once", **PRIVATE)
        self.stop.click(render.telling(self.stopped), self.conversation, self.stop, **PRIVATE)
        self.text.input(js=KEEP_MESSAGE, inputs=[self.text, story], **PRIVATE)

    # --- opening ---

    def turned_to(
        self, story_id: str, kept: Any, conversation_id: str, following: int, until: str, shown: str | None
    ) -> Updates:
        """The tab was opened. Only now somebody looks at what time it is at the end of each chapter."""
        if not story_id and self.desk.workbench.library.list_stories():
            # The page is about to open one.
            return {self.shown: WAITING}
        return self.show(story_id, kept, conversation_id, following, until, shown, times=bool(story_id))

    def show(
        self,
        story_id: str,
        kept: Any,
        conversation_id: str,
        following: int,
        until: str,
        shown: str | None,
        *,
        times: bool = False,
    ) -> Updates:
        """The conversation of the last visit to this story, and who can be talked with."""
        if not story_id and self.desk.workbench.library.list_stories():
            return {self.shown: gr.skip()}
        times = times or (shown == WAITING and bool(story_id))
        changed = shown != story_id
        wanted = typed_request(kept, story_id, OPEN) if changed else conversation_id
        there = {one.id for one in self._here(story_id)}
        conversation_id = wanted if wanted in there else ""
        updates = self._opened(story_id, conversation_id, following, until or "", times=times)
        return updates | ({self.shown: story_id} if changed else {})

    def _turned_to(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        """Another conversation is opened, and remembered for the next visit."""
        return self._opened(story_id, conversation_id, following) | {
            self.desk.kept: forgotten_request(kept, story_id, conversation_id, OPEN)
        }

    def _opened(
        self, story_id: str, conversation_id: str, following: int, until: str = "", *, times: bool = False
    ) -> Updates:
        """Everything of the tab with one conversation open, or a fresh one (""), that knows the story up to `until`."""
        here, names = self._here(story_id), self._names(story_id)
        places = {one.passage_id: one for one in self._moments(story_id, times)}
        moments = self._chats.known_to(here)
        updates: Updates = {
            self.conversation: conversation_id,
            self.list: chat_cards.conversation_list(here, names, conversation_id, moments),
            self.live: "",
        }
        choices = [(name, key) for key, name in names.items()]
        conversation = next((one for one in here if one.id == conversation_id), None)
        if conversation is None:
            hint = chat_cards.NOBODY if story_id else chat_cards.NO_STORY
            updates |= {self.talk: hint, self.speaker: gr.Dropdown(choices=choices)}
            updates[self.until] = _until(places, until if until in places else "")
            updates[self.title] = gr.Textbox("", visible=False)
            return updates | self._at_work(False)
        who = conversation.entry_id or conversation.agent
        working = self._chats.live(conversation_id) is not None
        if working:
            updates[self.following] = following + 1
        if (moment := moments.get(conversation.id)) is not None:
            places.setdefault(moment.passage_id, moment)
        updates[self.speaker] = gr.Dropdown(choices=choices, value=who if who in names else ASSISTANT)
        updates[self.until] = _until(places, conversation.passage_id or "")
        updates[self.title] = gr.Textbox(conversation.title, visible=True)
        return updates | self._said(story_id, conversation_id, working)

    def _said(self, story_id: str, conversation_id: str, working: bool) -> Updates:
        conversation, messages = self._chats.conversation(conversation_id)
        moment = self._chats.known_to([conversation]).get(conversation.id)
        speaker = chat_cards.speaker_of(conversation, self._names(story_id), moment)
        unanswered = bool(messages) and (messages[-1].role == "person" or bool(messages[-1].problem))
        told = chat_cards.talk(
            messages,
            speaker,
            answering=working,
            head=chat_cards.talk_head(conversation, moment, {one.id: one.title for one in self._here(story_id)}),
            parted_at=conversation.parted_at,
            pages={one.passage_id: one.number for one in self._moments(story_id)},
        )
        return {self.talk: told} | self._at_work(working, unanswered and not working)

    def _at_work(self, working: bool, unanswered: bool = False) -> Updates:
        return {
            self.send: gr.Button(interactive=not working),
            self.again: gr.Button(visible=unanswered),
            self.stop: gr.Button("Stop", visible=working, interactive=True),
        }

    def _here(self, story_id: str) -> list[Conversation]:
        return [one for one in self._chats.conversations(story_id) if (one.story_id or "") == (story_id or "")]

    def _moments(self, story_id: str, times: bool = False) -> list[Moment]:
        return self._chats.moments(story_id, times=times) if story_id else []

    def _names(self, story_id: str) -> dict[str, str]:
        return {key: name for name, key in self._chats.speakers(story_id or "")}

    def _list(self, story_id: str, chosen: str) -> str:
        here = self._here(story_id)
        return chat_cards.conversation_list(here, self._names(story_id), chosen, self._chats.known_to(here))

    def pressed(self, story_id: str, kept: Any, conversation_id: str, following: int, event: gr.EventData) -> Updates:
        """A conversation of the list is opened or deleted."""
        data = event._data if isinstance(event._data, dict) else {}
        act, wanted = str(data.get("act", "")), str(data.get("id", ""))
        if act == "delete":
            self._chats.delete(wanted)
            render.said("The conversation is gone.", "Deleted", 3)
            wanted = "" if wanted == conversation_id else conversation_id
        elif act != "open":
            raise NotFound("This button belongs to an older page. Load the page again.")
        return self._turned_to(story_id, kept, wanted, following)

    def pressed_in_talk(
        self, story_id: str, kept: Any, conversation_id: str, following: int, event: gr.EventData
    ) -> Updates:
        """The conversation is branched at a message; or the chapter of a source couldn't be shown."""
        data = event._data if isinstance(event._data, dict) else {}
        if data.get("act") == "lost":
            # What is being answered must be followed on, so that this is no error.
            render.said("The chapter is not on the sheet in Write. Load the page again.", "Not found", 6)
            return self._turned_to(story_id, kept, conversation_id, following)
        if data.get("act") != "branch":
            raise NotFound("This button belongs to an older page. Load the page again.")
        branch = self._chats.branch(conversation_id, str(data.get("id", "")))
        render.said("What was said up to here goes on in a conversation of its own.", "Branched", 4)
        return self._turned_to(story_id, kept, branch.id, following)

    def renamed(self, story_id: str, conversation_id: str, title: str) -> Updates:
        """A conversation got another name."""
        conversation = self._chats.rename(conversation_id, title)
        render.said("The conversation has its new name.", "Kept", 3)
        return {self.list: self._list(story_id, conversation_id), self.title: conversation.title}

    def begin(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        """A fresh conversation; it is stored with its first message."""
        return self._turned_to(story_id, kept, "", following)

    def other(
        self, story_id: str, kept: Any, conversation_id: str, following: int, speaker: str, until: str
    ) -> Updates:
        """Somebody else is chosen to answer, or another point of the story: a conversation of that kind begins, unless
        the open one is."""
        if conversation_id:
            conversation, _ = self._chats.conversation(conversation_id)
            same = (conversation.entry_id or conversation.agent, conversation.passage_id or "")
            if same == (speaker, until or ""):
                return self._turned_to(story_id, kept, conversation_id, following)
        kept = forgotten_request(kept, story_id, "", OPEN)
        updates = self._opened(story_id, "", following, until or "")
        return updates | {self.speaker: gr.skip(), self.desk.kept: kept}

    # --- talking ---

    def sent(
        self, story_id: str, kept: Any, conversation_id: str, following: int, text: str, speaker: str, until: str
    ) -> Updates:
        """A message was sent. It leaves its box only when it is stored."""
        if not text.strip():
            raise InvalidInput("Write your message into the box first.")
        agent = ASSISTANT if conversation_id else speaker or ASSISTANT
        passage_id = "" if conversation_id else until or ""
        conversation, _ = self._chats.send(text, story_id or "", agent, conversation_id, passage_id)
        return self._answering(story_id, kept, conversation.id, following)

    def asked_again(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        """The last message is sent once more."""
        _, messages = self._chats.conversation(conversation_id)
        text = next((one.text for one in reversed(messages) if one.role == "person"), "")
        self._chats.send(text, story_id or "", conversation_id=conversation_id)
        return self._answering(story_id, kept, conversation_id, following)

    def _answering(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        # Also an answer that is there already is shown by following it.
        return self._turned_to(story_id, kept, conversation_id, following) | {self.following: following + 1}

    def follow(self, story_id: str, conversation_id: str, following: int) -> Iterator[Updates]:
        """Show an answer while it comes, from its first word: after a reload the same picture comes again."""
        if not conversation_id:
            yield {self.live: ""}
            return
        live = self._chats.live(conversation_id)
        if live is not None:
            conversation, _ = self._chats.conversation(conversation_id)
            moment = self._chats.known_to([conversation]).get(conversation.id)
            speaker = chat_cards.speaker_of(conversation, self._names(story_id), moment)
            text, doing, shown_at = "", "Waiting", 0.0
            for event in live.follow():
                if event.event == "token" and event.node == "reply":
                    text += event.text
                elif event.event == "status":
                    doing = event.message
                else:
                    continue
                if event.event == "token" and time.monotonic() - shown_at < FRAME:
                    continue
                shown_at = time.monotonic()
                yield {self.live: chat_cards.live_bubble(text, speaker, doing)}
        yield {self.live: "", self.list: self._list(story_id, conversation_id)} | self._said(
            story_id, conversation_id, False
        )

    def stopped(self, conversation_id: str) -> Any:
        """Stop was pressed; what is there of the answer is kept."""
        if conversation_id:
            self._chats.stop(conversation_id)
        return gr.Button("Stopping …", interactive=False)


def _until(places: Mapping[str, Moment], chosen: str) -> Any:
    choices = [THE_END, *((chat_cards.moment_label(one), one.passage_id) for one in places.values())]
    return gr.Dropdown(choices=choices, value=chosen)
