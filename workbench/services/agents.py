"""The team as it is in one story: how it came with the app, by the settings, and as the writer has changed it."""

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from graphs import templates
from graphs.agents import AGENTS
from graphs.prompt_words import prompt_title
from graphs.team import AgentTeam
from workbench.domain.agents import AgentChange, AgentSpec
from workbench.domain.prompts import AgentView, PromptCheck, PromptView, Source
from workbench.errors import InvalidInput, StorageError
from workbench.ports import TextModel
from workbench.services.checks import choice, mapping, model_field, text_field
from workbench.settings import Settings
from workbench.storage import agents, stories
from workbench.storage.database import Database
from workbench.telemetry import Telemetry

logger = logging.getLogger(__name__)

# What a writer may change about an agent.
CHANGEABLE = ("temperature", "max_tokens", "texts")


class Agents:
    """Who the agents are, what a writer changes about them, and teams of them for the graphs.

    What outranks what: a call's own options, the story's change, the change for all stories, the settings, and how
    the agent came.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        model: TextModel,
        telemetry: Telemetry,
        simple: TextModel | None = None,
    ) -> None:
        """Raises `InvalidInput` and `StorageError` where the settings name an agent or a prompt that can't be used."""
        self._settings = settings
        self._database = database
        self._model = model
        self._simple = simple
        self._telemetry = telemetry
        self._check_settings()

    def specs(self, story_id: str = "") -> dict[str, AgentSpec]:
        """All agents as they are in a story; "" is how they are where a story changes nothing."""
        specs = {name: self._by_settings(spec) for name, spec in AGENTS.items()}
        with self._database.reading() as session:
            for change in agents.changes(session, story_id):
                if change.agent in specs:
                    specs[change.agent] = change.applied(specs[change.agent])
        return specs

    def team(
        self,
        story_id: str,
        cancelled: Callable[[], bool],
        kind: Any = AgentTeam,
        *,
        of_story: bool = True,
        **reach: Any,
    ) -> Any:
        """The agents of a story as a graph's runtime context of that `kind`; `reach` is what else it takes.

        `of_story` false: their prompts don't begin with what is known of the story, and aren't kept as its beginning.
        """

        def chat(agent: AgentSpec, **sampling: Any) -> Any:
            if story_id and of_story:
                sampling["story"] = story_id
            return self._for(agent).chat_model(priority=agent.priority, cancelled=cancelled, **sampling)

        return kind(
            chat=chat,
            cancelled=cancelled,
            record=self._telemetry.model_call,
            agents=self.specs(story_id),
            **reach,
        )

    def _for(self, agent: AgentSpec) -> TextModel:
        """Who does an agent's work: simple work goes to the model for it, while that one can be used."""
        simple = self._simple
        usable = agent.work == "simple" and simple is not None and simple.status().state == "ready"
        return simple if usable and simple is not None else self._model

    # What people see and change

    def views(self, story_id: str = "") -> list[AgentView]:
        """All agents with their prompts, as they are in a story."""
        return [self.view(name, story_id) for name in AGENTS]

    def view(self, agent: str, story_id: str = "") -> AgentView:
        """One agent with its prompts, as it is in a story, and where each value comes from."""
        name = _agent_name(agent)
        came = AGENTS[name]
        with self._database.reading() as session:
            steps = self._steps(session, name, self._story(session, story_id))
        spec = steps[-1][1]
        sources: dict[str, Source] = {"temperature": "original", "max_tokens": "original"}
        of_texts: dict[str, Source] = {}
        below = came
        for source, here in steps:
            sources |= {field: source for field in sources if getattr(here, field) != getattr(below, field)}
            for prompt, text in here.texts.items():
                if text != below.texts.get(prompt, _original(prompt)):
                    of_texts[prompt] = source
            below = here
        return AgentView(
            name=name,
            title=spec.title,
            purpose=spec.purpose,
            output=spec.output,
            temperature=spec.temperature,
            max_tokens=spec.max_tokens,
            original_temperature=came.temperature,
            original_max_tokens=came.max_tokens,
            sources=sources,
            prompts=tuple(_prompt_view(prompt, spec, of_texts.get(prompt, "original")) for prompt in came.prompts),
        )

    def originals(self, agent: str) -> dict[str, str]:
        """The prompts of an agent as they came with the app, by name."""
        return {prompt: _original(prompt) for prompt in AGENTS[_agent_name(agent)].prompts}

    def check_prompt(self, agent: str, prompt: str, text: str) -> PromptCheck:
        """Whether a text can stand in the place of a prompt, and what to know about it."""
        name = _agent_name(agent)
        return templates.check(_prompt_name(name, prompt), _prompt_text(text))

    def change(
        self,
        story_id: str,
        agent: str,
        temperature: float | None = None,
        max_tokens: int | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> AgentView:
        """Change an agent in one story, or with "" in all; what is None or isn't named stays.

        Raises `InvalidInput` for values out of range, and for a prompt that can't be used; then nothing is changed.
        """
        name = _agent_name(agent)
        given = mapping(dict(texts or {}), "The prompts", longest=10 * templates.LONGEST)
        checked: dict[str, str] = {}
        for prompt, text in given.items():
            prompt, text = _prompt_name(name, prompt), _prompt_text(text)
            if not (found := templates.check(prompt, text)).usable:
                raise InvalidInput(f"“{prompt_title(prompt)}” can't be used. {' '.join(found.problems)}")
            checked[prompt] = text
        wanted = {"temperature": temperature, "max_tokens": max_tokens, "agent": name}
        if isinstance(temperature, bool) or isinstance(max_tokens, bool):
            raise InvalidInput("The temperature and the length are numbers, but true or false was given.")
        model_field(AgentChange, wanted, "The agent")
        with self._database.writing() as session:
            story_id = self._story(session, story_id)
            before = agents.change_in(session, story_id, name)
            merged = before.model_copy(
                update={
                    "temperature": before.temperature if temperature is None else float(temperature),
                    "max_tokens": before.max_tokens if max_tokens is None else int(max_tokens),
                    "texts": {**before.texts, **checked},
                }
            )
            agents.keep(session, merged.over(self._below(session, name, story_id)))
        return self.view(name, story_id)

    def change_by(self, story_id: str, agent: str, changes: Any) -> AgentView:
        """`change` by an object with the fields temperature, max_tokens and texts."""
        given = mapping(changes, "The changes", longest=20 * templates.LONGEST)
        if unknown := [str(one) for one in given if one not in CHANGEABLE]:
            raise InvalidInput(
                f"The changes can't have a field {unknown[0][:60]!r}. What is known there: {', '.join(CHANGEABLE)}."
            )
        if not given:
            raise InvalidInput(f"The changes are empty. Give at least one of {', '.join(CHANGEABLE)}.")
        if not isinstance(given.get("texts") or {}, dict):
            raise InvalidInput("The texts must be an object that names prompts, each with its text.")
        return self.change(story_id, agent, **given)

    def reset(self, story_id: str, agent: str, prompt: str = "") -> AgentView:
        """Take back what was changed in one story, or with "" for all: one prompt, or everything about the agent."""
        name = _agent_name(agent)
        with self._database.writing() as session:
            story_id = self._story(session, story_id)
            left = AgentChange(story_id=story_id, agent=name)
            if prompt:
                prompt = _prompt_name(name, prompt)
                before = agents.change_in(session, story_id, name)
                texts = {one: text for one, text in before.texts.items() if one != prompt}
                left = before.model_copy(update={"texts": texts})
            agents.keep(session, left)
        return self.view(name, story_id)

    # Where values come from

    def _steps(self, session: Any, name: str, story_id: str) -> list[tuple[Source, AgentSpec]]:
        """The agent by the settings, for all stories and in the story, each on top of the one before."""
        spec = self._by_settings(AGENTS[name])
        steps: list[tuple[Source, AgentSpec]] = [("settings", spec)]
        for change in agents.changes(session, story_id):
            if change.agent == name:
                spec = change.applied(spec)
                steps.append(("story" if change.story_id else "all", spec))
        return steps

    def _below(self, session: Any, name: str, story_id: str) -> AgentSpec:
        """The agent as it would be without the change of that scope, its prompts' texts all named."""
        spec = self._by_settings(AGENTS[name])
        if story_id:
            spec = agents.change_in(session, "", name).applied(spec)
        return spec.model_copy(update={"texts": {**self.originals(name), **spec.texts}})

    @staticmethod
    def _story(session: Any, story_id: str) -> str:
        """A story's id, if it exists, or "" for all."""
        story_id = text_field(story_id, "The story", longest=200)
        return stories.get_story(session, story_id).id if story_id else ""

    def _check_settings(self) -> None:
        for name, setting in self._settings.agents.items():
            if name not in AGENTS:
                raise InvalidInput(
                    f"The settings (LORELOOM_AGENTS) name an agent {name[:60]!r}, but there is none. "
                    f"There are: {', '.join(AGENTS)}."
                )
            if setting.prompt is None:
                continue
            variable = f"LORELOOM_AGENTS__{name.upper()}__PROMPT"
            try:
                text = setting.prompt.read_text(encoding="utf-8")
            except (OSError, UnicodeDecodeError) as error:
                raise StorageError(
                    f"The prompt of the {name} can't be read from {setting.prompt} ({error}). Correct {variable}."
                ) from error
            if not (found := templates.check(AGENTS[name].prompts[0], text)).usable:
                raise InvalidInput(
                    f"The prompt of the {name} in {setting.prompt} can't be used. {' '.join(found.problems)} "
                    f"Correct the file, or {variable}."
                )

    def _by_settings(self, spec: AgentSpec) -> AgentSpec:
        setting = self._settings.agents.get(spec.name)
        if setting is None:
            return spec
        given = {name: value for name, value in setting.model_dump(exclude={"prompt"}).items() if value is not None}
        if setting.prompt is not None:
            try:
                given["texts"] = {spec.prompts[0]: setting.prompt.read_text(encoding="utf-8").strip()}
            except (OSError, UnicodeDecodeError) as error:
                # It was readable when the app started; a run goes on with the original.
                _say_unreadable(spec.name, str(error))
        return spec.model_copy(update=given)


@lru_cache(maxsize=64)
def _say_unreadable(agent: str, why: str) -> None:
    logger.warning("The prompt file of the %s can't be read any more (%s); its original is used", agent, why)


def _original(prompt: str) -> str:
    # As it comes out of a text box, so that what wasn't changed compares as the same.
    return templates.original(prompt).strip()


def _agent_name(agent: Any) -> str:
    return choice(agent, "The agent", tuple(AGENTS))


def _prompt_name(agent: str, prompt: Any) -> str:
    return choice(prompt, f"The prompt of the {AGENTS[agent].title.lower()}", AGENTS[agent].prompts)


def _prompt_text(text: Any) -> str:
    # One character more than a check accepts, so that the check says so among everything else that is wrong.
    return text_field(text, "The prompt", longest=10 * templates.LONGEST)


def _prompt_view(prompt: str, spec: AgentSpec, source: Source) -> PromptView:
    original = _original(prompt)
    text = spec.texts.get(prompt, original)
    stopped = () if source == "original" else templates.check(prompt, text).problems
    return PromptView(
        name=prompt,
        title=prompt_title(prompt),
        text=text,
        original=original,
        source=source,
        stopped=stopped,
        variables=templates.variables(prompt),
    )
