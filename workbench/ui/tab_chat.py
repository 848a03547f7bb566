"""The Chat tab: conversations about the open story at the left, what is said at the right."""

import time
from collections.abc import Iterator
from typing import Any

import gradio as gr

from workbench.domain.chat import Conversation
from workbench.errors import InvalidInput, NotFound
from workbench.ui import chat_cards, render
from workbench.ui.desk import PRIVATE, Desk, forgotten_request, typed_request
from workbench.ui.scripts import (
    CHAT_LIST,
    FOCUS_MESSAGE,
    FOLLOW_TALK,
    KEEP_MESSAGE,
    MESSAGE_GOES,
    MESSAGE_SENT,
    MESSAGE_TYPED,
)

Updates = dict[Any, Any]
# Where the browser keeps the open conversation of each story.
OPEN = "chat_open"
FRAME = 0.12
ASSISTANT = "assistant"


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
                self.new = gr.Button("New conversation", elem_id="ll-chat-new")
                self.list = gr.HTML("", apply_default_css=False, js_on_load=CHAT_LIST, elem_id="ll-chat-list")
            with gr.Column(elem_classes="ll-middle ll-gap", scale=6, min_width=320):
                with gr.Column(elem_classes="ll-talk", elem_id="ll-talk"):
                    self.talk = gr.HTML(
                        chat_cards.NOBODY, apply_default_css=False, js_on_load=FOLLOW_TALK, elem_id="ll-messages"
                    )
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
        opened = [self.talk, self.live, self.list, self.speaker, self.conversation, self.following, kept, *at_work]
        here = [story, kept, self.conversation, self.following]
        following = self.following.change(
            render.telling(self.follow), [story, self.conversation, self.following],
            [self.talk, self.live, self.list, *at_work], trigger_mode="multiple", **PRIVATE,
        )  # fmt: skip
        # A tab may be turned to before the page has found its story. Turned to again, the same answer is followed
        # twice, which nobody sees; Gradio would complain about a follower that is stopped before it has begun.
        for trigger, cancelled in ((tab.select, None), (story.change, [following])):
            trigger(
                render.telling(self.show),
                [*here, self.shown],
                [*opened, self.shown],
                cancels=cancelled,
                trigger_mode="multiple",
                **PRIVATE,
            ).then(js=MESSAGE_TYPED, inputs=[self.text, story], outputs=self.text, **PRIVATE)
        self.list.click(render.telling(self.pressed), here, opened, cancels=[following], **PRIVATE)
        self.new.click(render.telling(self.begin), here, opened, cancels=[following], **PRIVATE).then(
            js=FOCUS_MESSAGE, **PRIVATE
        )
        # Somebody else answers in a conversation of their own.
        self.speaker.input(render.telling(self.other), [*here, self.speaker], opened, cancels=[following], **PRIVATE)
        gr.on(
            [self.send.click, self.text.submit],
            render.telling(self.sent),
            [*here, self.text, self.speaker],
            opened,
            js=MESSAGE_GOES,
            trigger_mode="once",
            **PRIVATE,
        ).success(js=MESSAGE_SENT, inputs=[self.text, story], outputs=self.text, **PRIVATE)
        self.again.click(
            render.telling(self.asked_again), [*here, self.speaker], opened, trigger_mode="once", **PRIVATE
        )
        self.stop.click(render.telling(self.stopped), self.conversation, self.stop, **PRIVATE)
        self.text.input(js=KEEP_MESSAGE, inputs=[self.text, story], **PRIVATE)

    # --- opening ---

    def show(self, story_id: str, kept: Any, conversation_id: str, following: int, shown: str | None) -> Updates:
        """The tab was opened: the conversation of the last visit to this story, and who can be talked with."""
        if not story_id and self.desk.workbench.library.list_stories():
            # The page is about to open one.
            return {self.shown: gr.skip()}
        changed = shown != story_id
        wanted = typed_request(kept, story_id, OPEN) if changed else conversation_id
        there = {one.id for one in self._here(story_id)}
        updates = self._opened(story_id, wanted if wanted in there else "", following)
        return updates | ({self.shown: story_id} if changed else {})

    def _turned_to(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        """Another conversation is opened, and remembered for the next visit."""
        return self._opened(story_id, conversation_id, following) | {
            self.desk.kept: forgotten_request(kept, story_id, conversation_id, OPEN)
        }

    def _opened(self, story_id: str, conversation_id: str, following: int) -> Updates:
        """Everything of the tab with one conversation open, or a fresh one ("")."""
        names = self._names(story_id)
        updates: Updates = {
            self.conversation: conversation_id,
            self.list: self._list(story_id, conversation_id),
            self.live: "",
        }
        choices = [(name, key) for key, name in names.items()]
        if not conversation_id:
            hint = chat_cards.NOBODY if story_id else chat_cards.NO_STORY
            updates |= {self.talk: hint, self.speaker: gr.Dropdown(choices=choices)}
            return updates | self._at_work(False)
        conversation, _ = self._chats.conversation(conversation_id)
        who = conversation.entry_id or conversation.agent
        working = self._chats.live(conversation_id) is not None
        if working:
            updates[self.following] = following + 1
        updates[self.speaker] = gr.Dropdown(choices=choices, value=who if who in names else ASSISTANT)
        return updates | self._said(story_id, conversation_id, working)

    def _said(self, story_id: str, conversation_id: str, working: bool) -> Updates:
        conversation, messages = self._chats.conversation(conversation_id)
        speaker = chat_cards.speaker_of(conversation, self._names(story_id))
        unanswered = bool(messages) and (messages[-1].role == "person" or bool(messages[-1].problem))
        return {self.talk: chat_cards.talk(messages, speaker, answering=working)} | self._at_work(
            working, unanswered and not working
        )

    def _at_work(self, working: bool, unanswered: bool = False) -> Updates:
        return {
            self.send: gr.Button(interactive=not working),
            self.again: gr.Button(visible=unanswered),
            self.stop: gr.Button("Stop", visible=working, interactive=True),
        }

    def _here(self, story_id: str) -> list[Conversation]:
        return [one for one in self._chats.conversations(story_id) if (one.story_id or "") == (story_id or "")]

    def _names(self, story_id: str) -> dict[str, str]:
        return {key: name for name, key in self._chats.speakers(story_id or "")}

    def _list(self, story_id: str, chosen: str) -> str:
        return chat_cards.conversation_list(self._here(story_id), self._names(story_id), chosen)

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

    def begin(self, story_id: str, kept: Any, conversation_id: str, following: int) -> Updates:
        """A fresh conversation; it is stored with its first message."""
        return self._turned_to(story_id, kept, "", following)

    def other(self, story_id: str, kept: Any, conversation_id: str, following: int, speaker: str) -> Updates:
        """Somebody else is chosen to answer: a conversation with them begins, unless the open one is theirs."""
        if conversation_id:
            conversation, _ = self._chats.conversation(conversation_id)
            if speaker == (conversation.entry_id or conversation.agent):
                return self._turned_to(story_id, kept, conversation_id, following)
        return self._turned_to(story_id, kept, "", following) | {self.speaker: gr.skip()}

    # --- talking ---

    def sent(self, story_id: str, kept: Any, conversation_id: str, following: int, text: str, speaker: str) -> Updates:
        """A message was sent. It leaves its box only when it is stored."""
        if not text.strip():
            raise InvalidInput("Write your message into the box first.")
        return self._ask(story_id, kept, conversation_id, following, text, speaker)

    def asked_again(self, story_id: str, kept: Any, conversation_id: str, following: int, speaker: str) -> Updates:
        """The last message is sent once more."""
        _, messages = self._chats.conversation(conversation_id)
        text = next((one.text for one in reversed(messages) if one.role == "person"), "")
        return self._ask(story_id, kept, conversation_id, following, text, speaker)

    def _ask(self, story_id: str, kept: Any, conversation_id: str, following: int, text: str, speaker: str) -> Updates:
        agent = ASSISTANT if conversation_id else speaker or ASSISTANT
        conversation, _ = self._chats.send(text, story_id or "", agent, conversation_id)
        # Also an answer that is there already is shown by following it.
        return self._turned_to(story_id, kept, conversation.id, following) | {self.following: following + 1}

    def follow(self, story_id: str, conversation_id: str, following: int) -> Iterator[Updates]:
        """Show an answer while it comes, from its first word: after a reload the same picture comes again."""
        if not conversation_id:
            yield {self.live: ""}
            return
        live = self._chats.live(conversation_id)
        if live is not None:
            conversation, _ = self._chats.conversation(conversation_id)
            speaker = chat_cards.speaker_of(conversation, self._names(story_id))
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
