"""Conversations about a story, or with somebody in it: stored, answered from what is known, followed while it comes."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.domain.findings import entry_named
from workbench.domain.lookup import Lookup, analysed, with_phrases
from workbench.domain.lore import LoreEntry
from workbench.domain.runs import RunEvent
from workbench.domain.text import sentences, without_cut_end
from workbench.errors import Cancelled, InvalidInput, NotFound, WorkbenchError
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.checks import id_field, text_field
from workbench.services.runs import LiveEvents
from workbench.services.scenes import Scenes
from workbench.services.sources import Sources
from workbench.services.streams import OneEach, Streams, check_usable, play
from workbench.settings import Settings
from workbench.storage import chats, lore, stories
from workbench.storage.database import Database

TITLE_CHARS = 60
MESSAGE_CHARS = 8000
PERSONA_CHARS = 1200
# Shares of the window: what exchanges before may take, and what was looked up.
TURNS_SHARE, FOUND_SHARE = 4, 6
# The question with its task and what stands around it.
TASK_TOKENS = 160


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
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._scenes = scenes
        self._streams = streams
        self._sources = sources
        self._answers = OneEach(streams)

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
        self, message: str, story_id: str = "", agent: str = "assistant", conversation_id: str = ""
    ) -> Iterator[RunEvent]:
        """Send a message and give the answer's events; it is kept also when nobody listens any more."""
        _, live = self.send(message, story_id, agent, conversation_id)
        return live.follow()

    def send(
        self, message: str, story_id: str = "", agent: str = "assistant", conversation_id: str = ""
    ) -> tuple[Conversation, LiveEvents]:
        """Store a message and begin to answer it. Without a conversation a new one is begun.

        Raises `InvalidInput`, `NotFound`, `Conflict` while the conversation is being answered, and `ModelUnavailable`
        when the model has failed. While it loads the answer waits.
        """
        message = text_field(message, "The message", longest=MESSAGE_CHARS, required=True)
        story_id = text_field(story_id, "The story", longest=200)
        agent = text_field(agent, "The agent", longest=200) or "assistant"
        conversation_id = text_field(conversation_id, "The conversation", longest=200)
        check_usable(self._model)
        with self._answers.free(conversation_id, "The last message is still being answered. Wait for it, or stop it."):
            with self._database.writing() as session:
                conversation = self._opened(session, message, story_id, agent, conversation_id)
                chats.add_message(session, conversation.id, "person", message)

            def work(live: LiveEvents) -> dict[str, Any]:
                return self._answer(conversation, message, live)

            return conversation, self._answers.begin(conversation.id, work, name=f"chat {conversation.id}")

    def live(self, conversation_id: str) -> LiveEvents | None:
        """The answer that is being made in a conversation, if any."""
        return self._answers.live(conversation_id)

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

    def _opened(self, session: Any, message: str, story_id: str, agent: str, conversation_id: str) -> Conversation:
        if conversation_id:
            conversation = chats.get(session, conversation_id)
            if story_id and conversation.story_id != story_id:
                raise InvalidInput("That conversation is about another story. Give its own story, or none.")
            if agent != "assistant":
                speaker = self._speaker(session, conversation.story_id or "", agent)
                same = (speaker.agent, speaker.entry.id if speaker.entry else None)
                if same != (conversation.agent, conversation.entry_id):
                    raise InvalidInput("Somebody else answers in that conversation. Begin another one, without its id.")
            return conversation
        if story_id:
            stories.get_story(session, story_id)
        speaker = self._speaker(session, story_id, agent)
        title = " ".join(message.split())
        title = title if len(title) <= TITLE_CHARS else title[:TITLE_CHARS].rsplit(" ", 1)[0] + " …"
        entry_id = speaker.entry.id if speaker.entry else None
        return chats.begin(session, story_id or None, speaker.agent, entry_id, title)

    def _speaker(self, session: Any, story_id: str, agent: str) -> Speaker:
        from graphs.chat.state import VOICES

        if agent.lower() in VOICES:
            return Speaker(agent.lower())
        people = []
        if story_id:
            people = [one for one in lore.story_entries(session, story_id) if one.kind == "character"]
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
        gathered: list[ChatSource] = []
        try:
            result = self._replied(conversation, question, live, gathered)
        except Exception as error:
            stopped = isinstance(error, Cancelled)
            if stopped:
                problem = "Stopped."
            elif isinstance(error, WorkbenchError):
                problem = str(error)
            else:
                problem = f"Something unforeseen went wrong ({type(error).__name__})."
            text = told_so_far(live)
            self._keep(conversation.id, without_cut_end(text) if text and not stopped else text, gathered, problem)
            raise
        message = self._keep(conversation.id, result["reply"], gathered)
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

    def _replied(
        self, conversation: Conversation, question: str, live: LiveEvents, gathered: list[ChatSource]
    ) -> dict[str, Any]:
        from graphs.chat.state import ChatTeam, Voice
        from graphs.registry import compiled

        story_id = conversation.story_id or ""
        with self._database.reading() as session:
            earlier = chats.messages(session, conversation.id)[:-1]
        turns, left_out = self._fitting(exchanges(earlier))
        window = self._scenes.window
        taken = sum(self._scenes.count(f"{asked} {said}") for asked, said in turns) + self._scenes.count(question)
        taken += TASK_TOKENS + window // FOUND_SHARE + self._reply_tokens(conversation)
        voice = Voice(agent=conversation.agent)
        given: dict[str, Any] = {"question": question, "turns": turns, "entries": [], "chapters": [], "context": None}
        look_up: Callable[[Lookup], list[ChatSource]] = lambda lookup: []  # noqa: E731
        if story_id:
            scene = self._scenes.gather(self._scenes.view(story_id), question, None, taken)
            voice = self._voice(conversation, scene.entries, {key: one.note for key, one in scene.notes.items()})
            if conversation.entry_id:
                person = next(entry for entry in scene.entries if entry.id == conversation.entry_id)
                scene = self._scenes.as_known(scene, person)
            given |= {
                "context": scene.context,
                "about": f"It is called “{scene.view.story.title}”, and is told in the world of "
                f"{scene.view.world.title}.",
                "entries": scene.entries,
                "chapters": [passage.number for passage in scene.view.passages],
            }

            def look_up(lookup: Lookup) -> list[ChatSource]:
                found = self._sources.find(scene, lookup)
                if conversation.entry_id:
                    # The archive is the writer's own, and nobody's in the story.
                    found = [source for source in found if source.kind != "archive"]
                gathered[:] = self._shortened(found, window // FOUND_SHARE)
                return gathered

        team = self._agents.team(story_id, live.cancelled, ChatTeam, look_up=look_up)
        output = play(compiled("chat"), {**given, "voice": voice}, team, live)
        return {
            "conversation_id": conversation.id,
            "reply": output["reply"],
            "sources": [source.model_dump(mode="json") for source in gathered],
            "lookup": output["lookup"].model_dump(mode="json"),
            "left_out": left_out,
            "usage": output["usage"].told(),
        }

    def _voice(self, conversation: Conversation, entries: list[LoreEntry], notes: dict[str, str]) -> Any:
        from graphs.chat.state import Voice

        entry = next((one for one in entries if one.id == conversation.entry_id), None)
        if conversation.entry_id is None:
            return Voice(agent=conversation.agent)
        if entry is None:
            raise InvalidInput("The character of this conversation isn't in the story any more. Begin another one.")
        known = " ".join(part for part in (entry.content, notes.get(entry.id, "")) if part)
        persona = without_cut_end(known[:PERSONA_CHARS]) or f"{entry.title} is somebody in this story."
        return Voice(agent="character", name=entry.title, persona=persona)

    def _reply_tokens(self, conversation: Conversation) -> int:
        from graphs.chat.nodes import REPLY_TOKENS

        spec = self._agents.specs(conversation.story_id or "")[conversation.agent]
        return min(spec.max_tokens, REPLY_TOKENS)

    def _fitting(self, turns: list[tuple[str, str]]) -> tuple[list[tuple[str, str]], int]:
        """The latest exchanges that fit into their share of the window, and how many are left out before them."""
        room = self._scenes.window // TURNS_SHARE
        kept: list[tuple[str, str]] = []
        for asked, said in reversed(turns):
            room -= self._scenes.count(asked) + self._scenes.count(said) + 10
            if room < 0:
                break
            kept.insert(0, (asked, said))
        return kept, len(turns) - len(kept)

    def _shortened(self, found: list[ChatSource], room: int) -> list[ChatSource]:
        """The sources that fit, the best first; the last one up to the end of a sentence."""
        kept = []
        for source in found:
            text = ""
            for line in sentences(source.text):
                size = self._scenes.count(line) + 1
                if size > room:
                    break
                room -= size
                text = f"{text} {line}".strip()
            room -= self._scenes.count(source.title) + 4
            if text:
                kept.append(source.model_copy(update={"text": text}))
        return kept


def exchanges(messages: list[ChatMessage]) -> list[tuple[str, str]]:
    """What was asked and what was answered, in order; a message that got no answer stands alone and is left out."""
    found = []
    for asked, said in pairwise(messages):
        if asked.role == "person" and said.role == "agent" and said.text.strip():
            found.append((asked.text, said.text))
    return found


def told_so_far(live: LiveEvents) -> str:
    """What has been said of an answer that is not done."""
    return "".join(
        event.text for event in list(live.events) if event.event == "token" and event.node == "reply"
    ).strip()
