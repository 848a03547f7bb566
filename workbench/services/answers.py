"""How an answer in a conversation is made: what was said before, what is known, what is looked up, and the reply."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.domain.lookup import Lookup, used_in
from workbench.domain.lore import LoreEntry
from workbench.domain.recap import Exchange, parted
from workbench.domain.story import StoryView
from workbench.domain.text import sentences, without_cut_end
from workbench.services.agents import Agents
from workbench.services.recaps import Recap, Recaps
from workbench.services.runs import LiveEvents
from workbench.services.scenes import Scene, Scenes
from workbench.services.sources import Sources
from workbench.services.streams import play
from workbench.storage import chats
from workbench.storage.database import Database

PERSONA_CHARS = 1200
# Shares of the window: what exchanges before may take, what is told of those that don't fit, and what was looked up.
TURNS_SHARE, RECAP_SHARE, FOUND_SHARE = 4, 20, 6
# A longer recap would outweigh what is asked.
MOST_RECAP = 240
# What stands around the question, in tokens; questions are counted in steps, so that a longer one changes nothing.
TASK_TOKENS, QUESTION_STEP = 160, 128


@dataclass
class Making:
    """An answer in the making: what it rests on so far, and how earlier exchanges are told."""

    conversation: Conversation
    question: str
    sources: list[ChatSource] = field(default_factory=list)
    recap: Recap = field(default_factory=Recap)

    @property
    def told(self) -> list[ChatSource]:
        """The sources with what was said before, where that is told in short."""
        if not self.recap.text:
            return self.sources
        before = ChatSource(
            kind="talk",
            id=self.conversation.id,
            title="What was said before",
            text=self.recap.text,
            why=f"{self.recap.exchanges} earlier exchange{'s' * (self.recap.exchanges > 1)}, told in short",
        )
        return [*self.sources, before]


class Answers:
    """Makes answers. Nothing here is stored but a model's summaries of what was said before."""

    def __init__(self, database: Database, agents: Agents, scenes: Scenes, sources: Sources, recaps: Recaps) -> None:
        self._database = database
        self._agents = agents
        self._scenes = scenes
        self._sources = sources
        self._recaps = recaps

    def replied(self, making: Making, live: LiveEvents) -> dict[str, Any]:
        """The reply to a question, with what it rests on; `making` has what was gathered also when it fails.

        Raises `InvalidInput` where the story or the one who speaks can't be told, and what the model raises.
        """
        from graphs.chat.state import ChatTeam, Voice
        from graphs.registry import compiled

        conversation, question = making.conversation, making.question
        story_id = conversation.story_id or ""
        with self._database.reading() as session:
            earlier = exchanges(chats.messages(session, conversation.id)[:-1])
        blocks, turns = parted(earlier, self._size, self._scenes.window // TURNS_SHARE)
        making.recap = self._recaps.told(blocks, self.recap_tokens)
        voice = Voice(agent=conversation.agent)
        given: dict[str, Any] = {
            "question": question,
            "turns": turns,
            "recap": making.recap.text,
            "entries": [],
            "chapters": [],
            "context": None,
        }
        look_up: Callable[[Lookup], list[ChatSource]] = lambda lookup: []  # noqa: E731
        if story_id:
            scene, person = self._scene(conversation, question, self._taken(conversation, question, turns, blocks))
            voice = voice if person is None else _voice(person, scene)
            given |= {
                "context": scene.context,
                "about": _about(scene.view, conversation),
                "entries": scene.entries,
                "chapters": [passage.number for passage in scene.view.passages],
            }

            def look_up(lookup: Lookup) -> list[ChatSource]:
                own = conversation.entry_id is None and conversation.passage_id is None
                found = self._sources.find(scene, lookup, archive=own)
                making.sources = self._shortened(found, self._scenes.window // FOUND_SHARE)
                return making.sources

        team = self._agents.team(story_id, live.cancelled, ChatTeam, look_up=look_up)
        output = play(compiled("chat"), {**given, "voice": voice}, team, live)
        lookup: Lookup = output["lookup"]
        making.sources = [
            source.model_copy(update={"used": used_in(source.text, lookup, output["reply"], given["entries"])})
            for source in making.sources
        ]
        return {
            "conversation_id": conversation.id,
            "reply": output["reply"],
            "sources": [source.model_dump(mode="json") for source in making.told],
            "lookup": lookup.model_dump(mode="json"),
            "left_out": making.recap.exchanges,
            "recap": making.recap.text,
            "passage_id": conversation.passage_id or "",
            "usage": output["usage"].told(),
        }

    @property
    def recap_tokens(self) -> int:
        """What is told of earlier exchanges may take so many tokens."""
        return min(MOST_RECAP, self._scenes.window // RECAP_SHARE)

    def _scene(self, conversation: Conversation, question: str, taken: int) -> tuple[Scene, LoreEntry | None]:
        until = conversation.passage_id or ""
        view = self._scenes.view(conversation.story_id or "", until=until)
        if conversation.entry_id is not None:
            return self._scenes.gather_known(view, conversation.entry_id, question, taken)
        return self._scenes.gather(view, question, None, taken, ahead=not until), None

    def _taken(
        self, conversation: Conversation, question: str, turns: list[Exchange], blocks: list[list[Exchange]]
    ) -> int:
        """Tokens that aren't the story's. They grow in few steps: what is told of the story stays the same between."""
        from graphs.chat.nodes import REPLY_TOKENS

        window = self._scenes.window
        room = window // TURNS_SHARE
        half = not blocks and sum(map(self._size, turns)) <= room // 2
        asked = -(-self._scenes.count(question) // QUESTION_STEP) * QUESTION_STEP
        reply = min(self._agents.specs(conversation.story_id or "")[conversation.agent].max_tokens, REPLY_TOKENS)
        said = room // 2 if half else room + self.recap_tokens
        return said + asked + TASK_TOKENS + window // FOUND_SHARE + reply

    def _size(self, turn: Exchange) -> int:
        return self._scenes.count(turn[0]) + self._scenes.count(turn[1]) + 10

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


def _voice(person: LoreEntry, scene: Scene) -> Any:
    from graphs.chat.state import Voice

    note = scene.notes.get(person.id)
    known = " ".join(part for part in (person.content, note.note if note else "") if part)
    persona = without_cut_end(known[:PERSONA_CHARS]) or f"{person.title} is somebody in this story."
    return Voice(agent="character", name=person.title, persona=persona)


def _about(view: StoryView, conversation: Conversation) -> str:
    told = f"It is called “{view.story.title}”, and is told in the world of {view.world.title}."
    if conversation.passage_id and view.passages:
        told += f" It has been told up to the end of chapter {view.passages[-1].number}."
    return told


def exchanges(messages: list[ChatMessage]) -> list[Exchange]:
    """What was asked and what was answered, in order; a message that got no answer stands alone and is left out."""
    found = []
    for asked, said in pairwise(messages):
        if asked.role == "person" and said.role == "agent" and said.text.strip():
            found.append((asked.text, said.text))
    return found
