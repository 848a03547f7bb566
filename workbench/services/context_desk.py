"""What an agent is shown of a story and why, before it is asked; and what the writer decides about it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from workbench.context.filters import LORE_KEY, SUPPLIED_KEY, audience_of, choice_key
from workbench.context.segments import Turn, context_turn, rules_turn, segments, task_turn
from workbench.domain.agents import PHASES, Phase
from workbench.domain.context import CHOICES, AssembledContext, Choice, ItemTrace, LayerTrace, StructuredContext
from workbench.domain.preview import ContextPreview
from workbench.domain.runs import ChapterOptions
from workbench.errors import InvalidInput, NotFound
from workbench.ports import TextModel
from workbench.services.agents import Agents
from workbench.services.chapters import Chapters
from workbench.services.checks import choice as one_of
from workbench.services.checks import id_field, mapping, model_field, text_field
from workbench.services.scenes import Scenes
from workbench.settings import Settings
from workbench.storage import choices, lore, stories
from workbench.storage.database import Database

# Who is shown the context of a story; the others read only the text that they work on.
SHOWN = ("writer", "editor", "rater", "character", "outliner", "assistant", "expander")
REVIEWERS = ("editor", "rater", "character")
# What stands in a previewed prompt in place of what there isn't yet.
DRAFT, QUESTION, LINES = "(The draft stands here.)", "(Your question stands here.)", "(Your lines stand here.)"
# How the keys of items begin that a writer may decide about.
_DECIDABLE = ("world", LORE_KEY, "passage:", "summary:", "outline:")


class ContextDesk:
    """Previews of prompts, and a writer's choices about a story's context.

    `plan` gives what the story's plan asks for in the next chapter, which is written where nobody asks for anything.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        agents: Agents,
        scenes: Scenes,
        chapters: Chapters,
        plan: Callable[[str], str],
    ) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._agents = agents
        self._scenes = scenes
        self._chapters = chapters
        self._plan = plan

    # Choices

    def choices(self, story_id: str) -> dict[str, Choice]:
        """`{item key: choice}` of what the writer has decided about a story's context."""
        with self._database.reading() as session:
            return choices.of_story(session, stories.get_story(session, id_field(story_id, "The story")).id)

    def choose(self, story_id: str, key: str, choice: str) -> Choice:
        """Decide about an item: pinned, high, medium, low, left_out, or "" to leave it to the rules again.

        A note goes where its entry goes. Raises `InvalidInput` for what nobody can decide about, and `NotFound`.
        """
        key = choice_key(text_field(key, "The key", longest=200, required=True))
        chosen = next(one for one in CHOICES if one == one_of(choice, "The choice", CHOICES))
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            # What has gone may still be forgotten.
            if chosen:
                self._check_key(session, story.id, key)
            choices.keep(session, story.id, key, chosen)
        return chosen

    def _check_key(self, session: Any, story_id: str, key: str) -> None:
        if key.startswith(SUPPLIED_KEY):
            raise InvalidInput(
                "What is supplied with a request can't be decided about here, since it comes anew each time. "
                "Give it another priority there, or leave it out."
            )
        if not key.startswith(_DECIDABLE):
            raise InvalidInput(f"Nothing in a context has the key {key[:60]!r}. /preview_context names the keys.")
        name = key.partition(":")[2]
        if key.startswith(LORE_KEY) and name not in {one.id for one in lore.story_entries(session, story_id)}:
            raise NotFound(f"This story has no lore entry {name[:60]!r}. /preview_context names the keys.")
        if key.startswith("passage:") and stories.get_passage(session, name).story_id != story_id:
            raise NotFound(f"This story has no passage {name[:60]!r}. /preview_context names the keys.")

    # Previews

    def preview(
        self,
        story_id: str,
        agent: str = "writer",
        phase: str = "drafting",
        instruction: str = "",
        structured_context: Mapping[str, Any] | None = None,
        changes: Mapping[str, Any] | None = None,
    ) -> ContextPreview:
        """The prompt that an agent would get now, as the model reads it, and what became of each item.

        It is that of a chapter with default options; reviewers' prompts have a sentence in place of the draft. Other
        agents' are shown with the chapter's context and their own task. `changes` are choices that are only tried.

        Raises `InvalidInput` for agents, phases, elements and choices that don't exist, `NotFound`, `PromptTooLong`.
        """
        story_id, agent, phase_ = id_field(story_id, "The story"), _agent_name(agent), _phase(phase)
        long = self._settings.max_text_chars
        instruction = text_field(instruction, "The instruction", longest=long)
        given = mapping(structured_context, "The structured context", longest=long)
        container = model_field(StructuredContext, given, "The structured context")
        tried = _changes(mapping(changes, "The changes", longest=long))
        with self._database.reading() as session:
            stories.get_story(session, story_id)
        options = ChapterOptions(structured_context=container)
        request = self._chapters.request(story_id, instruction or self._plan(story_id), options)
        scene = self._chapters.scene(request, options, changes=tried)
        context: AssembledContext = scene.context
        team = self._agents.team(story_id, lambda: False)
        turns = self._turns(agent, phase_, request, scene, team)
        spelled = self._model.spelled([(turn.role, turn.text) for turn in turns])
        found = segments(spelled, turns)
        counted, task = self._scenes.manner(), 2 * self._scenes.count(request.instruction)
        reply, window = 2 * request.max_tokens, self._scenes.window
        return ContextPreview(
            agent=agent,
            phase=phase_,
            prompt="".join(segment.text for segment in found),
            segments=tuple(found),
            tokens=spelled.tokens,
            window=window,
            reply=reply,
            buffer=window - reply - task - context.budget,
            task=task,
            budget=context.budget,
            strategy=counted.strategy,
            error=counted.error,
            layers=_layers_for(context, agent, phase_),
        )

    def _turns(self, agent: str, phase: Phase, request: Any, scene: Any, team: Any) -> list[Turn]:
        """The messages of the prompt, the same that the graphs make."""
        from graphs.chapter.nodes import opening
        from graphs.prompting import render

        context: AssembledContext = scene.context
        pieces = context.pieces(agent, phase)
        shown = context.shown_to(agent, phase)
        rules = rules_turn(context.system)
        if phase == "chatting" or agent == "assistant":
            return [rules, context_turn(f"{shown}\n\n{self._question(agent, request, team)}", pieces)]
        if agent == "outliner":
            plan = render("outliner", team.agent("outliner"), context=shown, titles=[], number=scene.number)
            return [rules, context_turn(plan, pieces)]
        if agent == "expander":
            lines = render(
                "expander",
                team.agent("expander"),
                context=shown,
                lines=LINES,
                instruction=request.instruction,
                words=request.words,
                more=0,
            )
            return [rules, context_turn(lines, pieces)]
        _, begun = opening(request, scene, team, agent, phase)
        turns = [rules, context_turn(begun, pieces)]
        if agent in REVIEWERS:
            return [*turns, task_turn(DRAFT, "assistant"), task_turn(self._review(agent, request, context, team))]
        if phase in ("revising", "reviewing"):
            revise = render(
                "revise",
                team.agent("writer"),
                notes=[],
                reactions=[],
                number=scene.number,
                words=request.words,
                instruction=request.instruction,
            )
            return [*turns, task_turn(DRAFT, "assistant"), task_turn(revise)]
        return turns

    def _review(self, agent: str, request: Any, context: AssembledContext, team: Any) -> str:
        from graphs.chapter.reviewers import SUGGESTIONS
        from graphs.prompting import render

        if agent == "editor":
            return render("editor", team.agent("editor"), limit=SUGGESTIONS)
        if agent == "rater":
            return render("rater", team.agent("rater"))
        name, told = self._somebody(request.story_id, context)
        return render("character", team.agent("character"), name=name, lore=told)

    def _question(self, agent: str, request: Any, team: Any) -> str:
        from graphs.chat.state import VOICES
        from graphs.prompting import render

        name, persona = self._somebody(request.story_id, None) if agent == "character" else ("", "")
        return render(
            "assistant",
            team.agent("assistant"),
            found=[],
            persona=persona,
            name=name,
            person="The author",
            role=VOICES.get(agent, agent),
            known=True,
            question=request.instruction or QUESTION,
        )

    def _somebody(self, story_id: str, context: AssembledContext | None) -> tuple[str, str]:
        """One of the story's people and what is known of them, somebody who is in the context if there is one."""
        layers = context.layers if context else ()
        shown = {item.key for layer in layers for item in layer.items if item.included}
        with self._database.reading() as session:
            people = [one for one in lore.story_entries(session, story_id) if one.kind == "character" and one.stands]
        people.sort(key=lambda one: f"{LORE_KEY}{one.id}" not in shown)
        return (people[0].title, people[0].content) if people else ("somebody in this story", "")


def _agent_name(agent: Any) -> str:
    from graphs.agents import AGENTS

    name = one_of(agent, "The agent", tuple(AGENTS))
    if name not in SHOWN:
        raise InvalidInput(
            f"The {AGENTS[name].title.lower()} isn't shown the story's context, only the text that it works on. "
            f"Choose one of: {', '.join(SHOWN)}."
        )
    return name


def _phase(phase: Any) -> Phase:
    name = one_of(phase, "The phase", PHASES)
    return next(one for one in PHASES if one == name)


def _changes(given: Mapping[str, Any]) -> dict[str, Choice]:
    chosen = {choice_key(key): one_of(value, f"The choice about {key[:60]}", CHOICES) for key, value in given.items()}
    return {key: choice for key, value in chosen.items() for choice in CHOICES if choice == value}


def _layers_for(context: AssembledContext, agent: str, phase: Phase) -> tuple[LayerTrace, ...]:
    """The traces as they are for one agent: what only others are shown is out, though room is kept for it."""
    others = {piece.key: piece for piece in context.own if not piece.is_for(agent, phase)}

    def seen(item: ItemTrace) -> ItemTrace:
        piece = others.get(item.key)
        return item.model_copy(update={"included": False, "why": audience_of(piece)}) if piece else item

    def of_layer(items: Sequence[ItemTrace]) -> tuple[ItemTrace, ...]:
        return tuple(seen(item) for item in items)

    return tuple(layer.model_copy(update={"items": of_layer(layer.items)}) for layer in context.layers)
