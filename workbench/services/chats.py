"""Conversations about a story, or with somebody in it: stored, answered from what is known, followed while it comes."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.chat import ChatMessage, ChatSource, Conversation, Moment
from workbench.domain.findings import entry_named
from workbench.domain.lookup import Lookup, analysed, with_phrases
from workbench.domain.lore import LoreEntry
from workbench.domain.runs import RunEvent
from workbench.domain.story import Passage
from workbench.domain.text import without_cut_end
from workbench.domain.timeline import PlacedEvent
from workbench.errors import Cancelled, Conflict, InvalidInput, NotFound, WorkbenchError
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.answers import Answers, Making
from workbench.services.checks import id_field, text_field
from workbench.services.recaps import Recaps
from workbench.services.runs import LiveEvents
from workbench.services.scenes import Scenes
from workbench.services.sources import Sources
from workbench.services.streams import OneEach, Streams, check_usable
from workbench.settings import Settings
from workbench.storage import chats, lore, stories
from workbench.storage.database import Database

TITLE_CHARS = 60
MESSAGE_CHARS = 8000
# A title that is given by hand may be longer than one that is made of the first message.
LONGEST_TITLE = 120
# The events of a story's open branch in story time.
Events = Callable[[str], Sequence[PlacedEvent]]


@dataclass(frozen=True)
class Speaker:
    """Who answers in a conversation: an agent, or a character with an entry."""

    agent: str
    entry: LoreEntry | None = None


class Chats:
    """Conversations. Each has one answer in the making at most, which goes on though nobody listens."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        scenes: Scenes,
        streams: Streams,
        sources: Sources,
        events: Events | None = None,
    ) -> None:
        """`events` tells what happens when in a story, so that its chapters can be offered with their time."""
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._scenes = scenes
        self._streams = streams
        self._events = events
        # `{story id: {passage id: when it ends}}`, as it was read last.
        self._times: dict[str, dict[str, str]] = {}
        self._recaps = Recaps(database, model, agents)
        self._answers = Answers(database, agents, scenes, sources, self._recaps)
        self._at_work = OneEach(streams)
        # What is summed up of conversations after an answer, and stops for the next.
        self._afterwards = OneEach(streams)

    # Conversations

    def conversations(self, story_id: str = "") -> list[Conversation]:
        """The conversations about a story, or all of them, the latest first."""
        story_id = text_field(story_id, "The story", longest=200)
        with self._database.reading() as session:
            if story_id:
                stories.get_story(session, story_id)
            return chats.listing(session, story_id or None)

    def conversation(self, conversation_id: str) -> tuple[Conversation, list[ChatMessage]]:
        """A conversation with its messages in order."""
        with self._database.reading() as session:
            found = chats.get(session, id_field(conversation_id, "The conversation"))
            return found, chats.messages(session, found.id)

    def delete(self, conversation_id: str) -> Conversation:
        """Delete a conversation; an answer in the making is stopped."""
        conversation_id = id_field(conversation_id, "The conversation")
        if (live := self.live(conversation_id)) is not None:
            live.cancel()
        with self._database.writing() as session:
            return chats.delete(session, conversation_id)

    def rename(self, conversation_id: str, title: str) -> Conversation:
        """Give a conversation another title, a few words."""
        conversation_id = id_field(conversation_id, "The conversation")
        title = text_field(title, "The title", longest=LONGEST_TITLE, required=True)
        with self._database.writing() as session:
            return chats.rename(session, conversation_id, " ".join(title.split()))

    def branch(self, conversation_id: str, message_id: str) -> Conversation:
        """Begin another conversation with what was said in this one, up to and with one of its messages."""
        conversation_id = id_field(conversation_id, "The conversation")
        message_id = id_field(message_id, "The message")
        with self._database.writing() as session:
            return chats.branch(session, conversation_id, message_id)

    def moments(self, story_id: str, *, times: bool = True) -> list[Moment]:
        """The places of a story's open branch up to which one can talk about it, in order: its chapters' ends.

        Their times come from the timeline, which may have to read chapters first. With `times` false they are as they
        were when they were last asked for.
        """
        story_id = id_field(story_id, "The story")
        with self._database.reading() as session:
            line = stories.line_ids(session, stories.active_branch(session, story_id).head_id)
            found = chats.moments(session, line)
        if times and self._events is not None:
            placed = self._events(story_id)
            self._times[story_id] = {one.event.passage_id or "": one.label for one in placed if one.label}
        known = self._times.get(story_id, {})
        return [found[key].model_copy(update={"label": known.get(key, "")}) for key in line if key in found]

    def known_to(self, conversations: Sequence[Conversation]) -> dict[str, Moment]:
        """`{conversation id: the place up to which it knows its story}`; without it, it knows the open branch's end."""
        wanted = {one.id: one.passage_id for one in conversations if one.passage_id is not None}
        if not wanted:
            return {}
        with self._database.reading() as session:
            found = chats.moments(session, set(wanted.values()))
        return {key: found[passage_id] for key, passage_id in wanted.items() if passage_id in found}

    def speakers(self, story_id: str = "") -> list[tuple[str, str]]:
        """Who can be talked with, as (what people call them, what `send` takes for them)."""
        from graphs.chat.state import VOICES

        specs = self._agents.specs(story_id)
        people = []
        if story_id:
            with self._database.reading() as session:
                people = [one for one in lore.story_entries(session, story_id) if one.kind == "character"]
        return [(specs[name].title, name) for name in VOICES] + [(one.title, one.id) for one in people]

    # Asking

    def chat(
        self,
        message: str,
        story_id: str = "",
        agent: str = "assistant",
        conversation_id: str = "",
        passage_id: str = "",
    ) -> Iterator[RunEvent]:
        """Send a message and give the answer's events; it is kept also when nobody listens any more."""
        _, live = self.send(message, story_id, agent, conversation_id, passage_id)
        return live.follow()

    def send(
        self,
        message: str,
        story_id: str = "",
        agent: str = "assistant",
        conversation_id: str = "",
        passage_id: str = "",
    ) -> tuple[Conversation, LiveEvents]:
        """Store a message and begin to answer it. Without a conversation a new one is begun.

        With `passage_id` the story is known up to the end of that accepted passage, and nothing of what comes later.
        Raises `InvalidInput`, `NotFound`, `Conflict` while the conversation is being answered, and `ModelUnavailable`
        when the model has failed. While it loads the answer waits.
        """
        message = text_field(message, "The message", longest=MESSAGE_CHARS, required=True)
        story_id = text_field(story_id, "The story", longest=200)
        agent = text_field(agent, "The agent", longest=200) or "assistant"
        conversation_id = text_field(conversation_id, "The conversation", longest=200)
        passage_id = text_field(passage_id, "The passage", longest=200)
        check_usable(self._model)
        with self._at_work.free(conversation_id, "The last message is still being answered. Wait for it, or stop it."):
            with self._database.writing() as session:
                conversation = self._opened(session, message, story_id, agent, conversation_id, passage_id)
                chats.add_message(session, conversation.id, "person", message)
            if (afterwards := self._afterwards.live(conversation.id)) is not None:
                afterwards.cancel()

            def work(live: LiveEvents) -> dict[str, Any]:
                return self._answer(conversation, message, live)

            return conversation, self._at_work.begin(conversation.id, work, name=f"chat {conversation.id}")

    def live(self, conversation_id: str) -> LiveEvents | None:
        """The answer that is being made in a conversation, if any."""
        return self._at_work.live(conversation_id)

    def stop(self, conversation_id: str) -> None:
        """Stop the answer that is being made; what is there of it is kept."""
        if (live := self.live(id_field(conversation_id, "The conversation"))) is not None:
            live.cancel()

    def analyse_query(self, story_id: str, question: str) -> Lookup:
        """What a question asks for, as the chat would look it up."""
        question = text_field(question, "The question", longest=MESSAGE_CHARS, required=True)
        view = self._scenes.view(id_field(story_id, "The story"))
        with self._database.reading() as session:
            entries = lore.story_entries(session, view.story.id)
        lookup = analysed(question, entries, [passage.number for passage in view.passages])
        if self._model.status().state != "ready":
            return lookup

        def propose(live: LiveEvents) -> dict[str, Any]:
            from graphs.chat.nodes import proposed_phrases

            team = self._agents.team(view.story.id, live.cancelled)
            return {"phrases": proposed_phrases(lookup, entries, team)[0]}

        return with_phrases(lookup, self._streams.answer(propose)["phrases"], entries)

    # Who answers

    def _opened(
        self, session: Any, message: str, story_id: str, agent: str, conversation_id: str, passage_id: str
    ) -> Conversation:
        if conversation_id:
            conversation = chats.get(session, conversation_id)
            if story_id and conversation.story_id != story_id:
                raise InvalidInput("That conversation is about another story. Give its own story, or none.")
            if agent != "assistant":
                speaker = self._speaker(session, conversation, agent)
                same = (speaker.agent, speaker.entry.id if speaker.entry else None)
                if same != (conversation.agent, conversation.entry_id):
                    raise InvalidInput("Somebody else answers in that conversation. Begin another one, without its id.")
            if passage_id and passage_id != conversation.passage_id:
                raise InvalidInput(
                    "That conversation knows the story up to another point. Begin another one, without its id."
                )
            if conversation.passage_id:
                _standing(session, conversation.story_id or "", conversation.passage_id)
            return conversation
        if story_id:
            stories.get_story(session, story_id)
        elif passage_id:
            raise InvalidInput("A passage was given, but no story. Give the story that it belongs to as well.")
        if passage_id:
            _standing(session, story_id, passage_id)
        title = " ".join(message.split())
        title = title if len(title) <= TITLE_CHARS else title[:TITLE_CHARS].rsplit(" ", 1)[0] + " …"
        fresh = Conversation(id="", story_id=story_id or None, passage_id=passage_id or None)
        speaker = self._speaker(session, fresh, agent)
        entry_id = speaker.entry.id if speaker.entry else None
        return chats.begin(session, fresh.story_id, speaker.agent, entry_id, title, fresh.passage_id)

    def _speaker(self, session: Any, conversation: Conversation, agent: str) -> Speaker:
        from graphs.chat.state import VOICES

        if agent.lower() in VOICES:
            return Speaker(agent.lower())
        people = []
        if conversation.story_id:
            head = conversation.passage_id
            line = stories.line_ids(session, head) if head else None
            there = lore.story_entries(session, conversation.story_id, line=line)
            people = [one for one in there if one.kind == "character"]
        wanted = agent.removeprefix("character:").strip()
        found = next((one for one in people if one.id == wanted), None) or entry_named(wanted, people)
        if found is None:
            names = [*VOICES, *(one.title for one in people[:12])]
            raise InvalidInput(
                f"Nobody called {agent[:60]!r} can be talked with here. Choose one of: {', '.join(names)}."
            )
        return Speaker("character", found)

    # Answering

    def _answer(self, conversation: Conversation, question: str, live: LiveEvents) -> dict[str, Any]:
        making = Making(conversation, question)
        try:
            result = self._answers.replied(making, live)
        except Exception as error:
            stopped = isinstance(error, Cancelled)
            if stopped:
                problem = "Stopped."
            elif isinstance(error, WorkbenchError):
                problem = str(error)
            else:
                problem = f"Something unforeseen went wrong ({type(error).__name__})."
            text = told_so_far(live)
            self._keep(conversation.id, without_cut_end(text) if text and not stopped else text, making.told, problem)
            raise
        message = self._keep(conversation.id, result["reply"], making.told)
        self._sum_up(making)
        return {**result, "message_id": message.id if message else ""}

    def _keep(
        self, conversation_id: str, text: str, sources: list[ChatSource], problem: str = ""
    ) -> ChatMessage | None:
        with self._database.writing() as session:
            try:
                chats.get(session, conversation_id)
            except NotFound:
                # It was deleted meanwhile.
                return None
            return chats.add_message(session, conversation_id, "agent", text, sources, problem)

    def _sum_up(self, making: Making) -> None:
        """Have what was said before summed up by the model, for the next answer; until then a rule's lines stand."""
        if not self._recaps.wanting(making.recap):
            return
        conversation, recap = making.conversation, making.recap
        tokens = self._answers.recap_tokens

        def work(live: LiveEvents) -> dict[str, Any]:
            made = self._recaps.make(conversation.story_id or "", recap, tokens, live.cancelled)
            return {"made": made}

        self._afterwards.begin(conversation.id, work, name=f"recap {conversation.id}")


def _standing(session: Any, story_id: str, passage_id: str) -> Passage:
    """The accepted passage up to which a story is known. Raises `NotFound`, or `Conflict` when it doesn't stand."""
    passage = stories.get_passage(session, passage_id)
    if passage.story_id != story_id:
        raise NotFound("That passage belongs to another story. /get_story lists the passages of this one.")
    if passage.state == "discarded":
        raise Conflict(
            f"Chapter {passage.number}, up to which the story is known here, was discarded since. Accept it again, "
            "or begin another conversation."
        )
    if passage.state != "accepted":
        raise Conflict(f"Chapter {passage.number} is a draft. Accept it first, or choose a chapter before it.")
    return passage


def told_so_far(live: LiveEvents) -> str:
    """What has been said of an answer that is not done."""
    return "".join(
        event.text for event in list(live.events) if event.event == "token" and event.node == "reply"
    ).strip()
