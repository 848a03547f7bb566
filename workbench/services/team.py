"""The team on request: what editor, rater and characters say of a text, and what is invented or told anew."""

import random
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.context.assemble import assemble
from workbench.context.knowledge import Knowledge
from workbench.context.layers import world_item
from workbench.domain import findings
from workbench.domain.context import AssembledContext
from workbench.domain.lore import LoreEntry
from workbench.domain.runs import RunEvent
from workbench.domain.story import Passage, StoryView
from workbench.domain.text import new_names, sentences, words, words_asked
from workbench.domain.timeline import Violation
from workbench.errors import Conflict, InvalidInput, NotFound, PromptTooLong
from workbench.services.agents import Agents
from workbench.services.chapters import TASK_TOKENS, TOKENS_PER_WORD, Chapters
from workbench.services.checks import id_field, text_field
from workbench.services.runs import LiveEvents
from workbench.services.scenes import LEAST_ROOM, Scenes
from workbench.services.streams import Streams, play
from workbench.settings import Settings
from workbench.storage import lore, stories
from workbench.storage.database import Database

NAME_CHARS = 200
# The examples that stand before a character's task, in tokens, with some room.
EXAMPLE_TOKENS = 600
# A few lines become a scene so many times as long, of at least so many words; a request may name another length.
TIMES_AS_LONG, LEAST_WORDS = 4, 150
# Of a world with many people only so many are named to whom another one is to be added.
MOST_NAMED = 40
RULES = "You speak for the people of a story, as themselves. Each knows only what they have seen and heard."


class Team:
    """The operations of the team, named like their endpoints."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        agents: Agents,
        scenes: Scenes,
        chapters: Chapters,
        streams: Streams,
    ) -> None:
        self._settings = settings
        self._database = database
        self._agents = agents
        self._scenes = scenes
        self._chapters = chapters
        self._streams = streams

    # What a text is found to be

    def editor_review(self, story_id: str, passage_id: str = "", text: str = "") -> dict[str, Any]:
        """The editor's suggestions on a passage, on a text, or on what was written last: {suggestions, summary}.

        Raises `InvalidInput`, `NotFound`, `PromptTooLong` for a text that the window doesn't hold, and what the
        model raises.
        """
        return self._review("editor_review", story_id, passage_id, text)

    def rater_feedback(self, story_id: str, passage_id: str = "", text: str = "") -> dict[str, Any]:
        """The rater's scores, 1 to 9, of a passage, a text, or what was written last: {scores, overall, rationale}."""
        return self._review("rater_feedback", story_id, passage_id, text)

    def character_feedback(
        self, story_id: str, character_id: str, passage_id: str = "", question: str = ""
    ) -> dict[str, Any]:
        """What a character says of a passage, or of what was written last: {character, feedback, wants, concerns}.

        They know of it, as of the whole story, only what happened where they were; `knows` and `left_out` tell what
        was shown and what wasn't. With a `question` they answer that.
        """
        story_id = id_field(story_id, "The story")
        question = text_field(question, "The question", longest=self._settings.max_text_chars)
        with self._database.reading() as session:
            stories.get_story(session, story_id)
            entries = lore.story_entries(session, story_id)
        person = self._person(entries, id_field(character_id, "The character"))
        passage = self._passage(story_id, passage_id, needed=False)
        view = self._scenes.view(story_id, before=passage.id if passage else "")
        known = self._scenes.known(view, entries, person, passage.text if passage else "")

        def work(live: LiveEvents) -> dict[str, Any]:
            from graphs.operations.state import CharacterTask

            context = self._known_context(story_id, person, known, question)
            task = CharacterTask(
                name=person.title, context=context, scenes=known.scenes, question=question, seed=_seed()
            )
            shown = [item for layer in context.layers for item in layer.items]
            return {
                **self._played(task, story_id, live),
                "present": bool(known.scenes),
                "passage_id": passage.id if passage else "",
                "knows": [item.source for item in shown if item.included],
                "left_out": [{"source": item.source, "why": item.why} for item in shown if not item.included],
            }

        return self._streams.answer(work)

    def _known_context(self, story_id: str, person: LoreEntry, known: Knowledge, question: str) -> AssembledContext:
        reply = self._agents.specs(story_id)["character"].max_tokens
        texts = self._scenes.count(known.scenes) + self._scenes.count(question)
        room = self._scenes.window - self._settings.context_buffer - reply - EXAMPLE_TOKENS - TASK_TOKENS
        if texts > room - LEAST_ROOM:
            raise PromptTooLong(
                f"What {person.title} is to answer has {texts} word-pieces, and the model’s window has room for "
                f"{max(0, room - LEAST_ROOM)}. Choose a shorter passage, or a model with a larger window."
            )
        return assemble(RULES, known.items, room - texts, self._scenes.count)

    @staticmethod
    def _person(entries: list[LoreEntry], character_id: str) -> LoreEntry:
        entry = next((entry for entry in entries if entry.id == character_id), None)
        if entry is None:
            raise NotFound(f"This story has no character with the id {character_id!r}. /list_lore names those it has.")
        if entry.kind != "character":
            raise InvalidInput(f"“{entry.title}” is no character ({entry.kind}). Choose one of the story’s people.")
        return entry

    def _review(self, operation: Any, story_id: str, passage_id: str, text: str) -> dict[str, Any]:
        story_id = id_field(story_id, "The story")
        text = text_field(text, "The text", longest=self._settings.max_text_chars)
        passage_id = text_field(passage_id, "The passage", longest=NAME_CHARS)
        if text and passage_id:
            raise InvalidInput("Give either a passage or a text of its own, not both.")
        with self._database.reading() as session:
            stories.get_story(session, story_id)
        passage = None if text else self._passage(story_id, passage_id)

        def work(live: LiveEvents) -> dict[str, Any]:
            task = self._passage_task(operation, passage) if passage else self._text_task(operation, story_id, text)
            return {**self._played(task, story_id, live), "passage_id": passage.id if passage else ""}

        return self._streams.answer(work)

    def _passage(self, story_id: str, passage_id: str, needed: bool = True) -> Any:
        """The passage that is meant: the one of that id, else the latest draft, else the latest chapter."""
        passage_id = text_field(passage_id, "The passage", longest=NAME_CHARS)
        if not passage_id:
            view = self._scenes.view(story_id)
            latest = next(iter([*view.drafts[-1:], *view.passages[-1:]]), None)
            if latest is None and needed:
                raise InvalidInput("Nothing is written in this story yet. Write a chapter first, or give a text.")
            return latest
        with self._database.reading() as session:
            passage = stories.get_passage(session, passage_id)
        if passage.story_id != story_id:
            raise NotFound("That passage belongs to another story. /get_story lists the passages of this one.")
        return passage

    def _passage_task(self, operation: Any, passage: Passage) -> Any:
        """A passage with the beginning that its writer had, so that next to nothing is read anew."""
        from graphs.operations.state import ReviewTask

        options = self._chapters.options_of(passage)
        request = self._chapters.request(passage.story_id, passage.instruction, options)
        scene = self._chapters.scene(request, options, before=passage.id, reading=passage.text)
        return ReviewTask(
            operation=operation,
            text=passage.text,
            context=scene.context,
            request=request,
            scene=scene,
            contradictions=self._contradictions(operation, passage.story_id, passage.text, passage.id),
            seed=_seed(),
        )

    def _text_task(self, operation: Any, story_id: str, text: str) -> Any:
        from graphs.operations.state import ReviewTask
        from workbench.domain.runs import ChapterOptions

        request = self._chapters.request(story_id, "", ChapterOptions())
        context = self._chapters.scene(request, ChapterOptions(), reading=text).context
        return ReviewTask(
            operation=operation,
            text=text,
            context=context,
            contradictions=self._contradictions(operation, story_id, text),
            seed=_seed(),
        )

    def _contradictions(self, operation: str, story_id: str, text: str, passage_id: str = "") -> tuple[Violation, ...]:
        """What the editor hears of by rule; nobody else is told."""
        return tuple(self._chapters.contradictions(story_id, text, passage_id)) if operation == "editor_review" else ()

    # What is worked out

    def flesh_out(self, story_id: str, text: str, instruction: str = "") -> Iterator[RunEvent]:
        """A scene from a few lines, as events; who stops listening stops it. The result has {text}."""
        story_id = id_field(story_id, "The story")
        lines = text_field(text, "The text", longest=self._settings.max_text_chars, required=True)
        instruction = text_field(instruction, "The instruction", longest=self._settings.max_text_chars)
        view = self._scenes.view(story_id)

        def work(live: LiveEvents) -> dict[str, Any]:
            return self._played(self._flesh_out_task(view, lines, instruction), story_id, live)

        return self._streams.told(work, name="flesh out")

    def _flesh_out_task(self, view: StoryView, lines: str, instruction: str) -> Any:
        from graphs.operations.state import FleshOutTask

        expander = self._agents.specs(view.story.id)["expander"]
        longest = max(64, (self._scenes.window - self._settings.context_buffer) // 4)
        length = min(expander.max_tokens, longest)
        wanted = words_asked(instruction) or max(LEAST_WORDS, TIMES_AS_LONG * len(words(lines)))
        given = self._scenes.count(lines) + self._scenes.count(instruction)
        room = self._scenes.window - self._settings.context_buffer - length - TASK_TOKENS - LEAST_ROOM
        if given > room:
            raise PromptTooLong(
                f"The lines have {given} word-pieces, and the model’s window has room for {max(0, room)} beside the "
                "scene. Give fewer at once, or choose a model with a larger window."
            )
        scene = self._scenes.gather(view, f"{lines}\n{instruction}".strip(), None, length + given + TASK_TOKENS)
        return FleshOutTask(
            context=scene.context,
            lines=lines,
            instruction=instruction,
            words=max(10, min(wanted, int(length / TOKENS_PER_WORD))),
            max_tokens=length,
            previous=tuple(passage.text for passage in view.passages[-3:]),
            people=_named(lines, scene.entries),
            seed=_seed(),
        )

    def generate_character_details(self, world_id: str, name: str, hint: str = "") -> dict[str, Any]:
        """A person for a world, as the entry that /upsert_lore takes; nothing is stored.

        Raises `Conflict` where the world has an entry of that name already.
        """
        world_id = id_field(world_id, "The world")
        name = text_field(name, "The name", longest=NAME_CHARS, required=True)
        hint = text_field(hint, "The hint", longest=self._settings.max_text_chars)
        name = " ".join(name.split())
        with self._database.reading() as session:
            world = stories.get_world(session, world_id)
            entries = [entry for entry in lore.world_entries(session, world_id) if entry.stands]
        own = [entry for entry in entries if entry.story_id is None]
        if twin := findings.entry_named(name, own):
            called = "" if twin.title.casefold() == name.casefold() else f" (its entry is “{twin.title}”)"
            raise Conflict(
                f"This world already has somebody or something called “{name}”{called}. Change that entry, or choose "
                "another name."
            )

        def work(live: LiveEvents) -> dict[str, Any]:
            from graphs.operations.state import PersonTask

            known = world_item(world).text
            self._fits(f"{known}\n{hint}", "designer", "The hint and the world’s premise have")
            task = PersonTask(
                name=name,
                hint=hint,
                world=known,
                world_title=world.title,
                others=tuple(entry.title for entry in own if entry.kind == "character")[:MOST_NAMED],
                taken=tuple(called for entry in entries for called in entry.names),
                seed=_seed(),
            )
            # As /upsert_lore takes it: nothing but the entry's fields.
            return self._result(task, "", live)[0]

        return self._streams.answer(work)

    def regenerate_bio(self, entry_id: str, instruction: str = "", story_id: str = "") -> dict[str, Any]:
        """An entry's text told anew, with what has become true of it in a story: {content}; nothing is stored.

        `story_id` is the entry's own story where it has one. `origin` says whether the words are the model's, partly
        the old ones, or unchanged, and `problem` why.
        """
        entry_id = id_field(entry_id, "The entry")
        instruction = text_field(instruction, "The instruction", longest=self._settings.max_text_chars)
        story_id = text_field(story_id, "The story", longest=NAME_CHARS)
        with self._database.reading() as session:
            entry = lore.get_entry(session, entry_id)
            story_id = story_id or entry.story_id or ""
            note = None
            if story_id:
                story = stories.get_story(session, story_id)
                if story.world_id != entry.world_id or entry.story_id not in (None, story.id):
                    raise NotFound("That lore entry belongs to another story. /list_lore names those of this one.")
                note = lore.active_notes(session, story_id, [entry.id]).get(entry.id)
        if not entry.content:
            raise InvalidInput(
                f"The entry “{entry.title}” has no text to tell anew. Write a few words about it first, or invent it."
            )

        def work(live: LiveEvents) -> dict[str, Any]:
            from graphs.operations.state import RetellTask

            told = f"{entry.content}\n{note.note if note else ''}\n{instruction}"
            self._fits(told, "biographer", f"The entry “{entry.title}” with its note has")
            task = RetellTask(
                title=entry.title,
                names=entry.names,
                kind=entry.kind,
                content=entry.content,
                note=note.note if note else "",
                instruction=instruction,
                seed=_seed(),
            )
            return self._played(task, story_id, live)

        return self._streams.answer(work)

    def _fits(self, text: str, agent: str, what: str) -> None:
        """Raises `PromptTooLong` for a text that doesn't fit into the window beside an agent's answer."""
        reply = self._agents.specs()[agent].max_tokens
        room = self._scenes.window - self._settings.context_buffer - reply - EXAMPLE_TOKENS - TASK_TOKENS
        if (size := self._scenes.count(text)) > room:
            raise PromptTooLong(
                f"{what} {size} word-pieces, and the model’s window has room for {max(0, room)}. Shorten it, or choose "
                "a model with a larger window."
            )

    # The graph's side

    def _played(self, task: Any, story_id: str, live: LiveEvents) -> dict[str, Any]:
        result, usage = self._result(task, story_id, live)
        return {**result, "usage": usage}

    def _result(self, task: Any, story_id: str, live: LiveEvents) -> tuple[dict[str, Any], dict[str, Any]]:
        team = self._agents.team(story_id, live.cancelled)
        from graphs.registry import compiled

        output = play(compiled("operation"), {"task": task}, team, live)
        usage = output["usage"]
        return dict(output["result"]), usage.told()


def _named(text: str, entries: Sequence[LoreEntry]) -> tuple[tuple[str, ...], ...]:
    """For each whom a text names what they are called: entries by all their names, others as the text does."""
    mentioned = findings.mentioned(sentences(text), entries)
    short = findings.short_names(entries)
    known = [(*entry.names, *short.get(entry.id, ())) for entry in entries if entry.id in mentioned]
    others = new_names(text, [name for names in known for name in names])
    return (*known, *((name,) for name in others))


def _seed() -> int:
    return random.randrange(2**31)
