"""The team as it is in one story: how it came with the app, by the settings, and as the writer has changed it."""

from collections.abc import Callable
from typing import Any

from graphs.agents import AGENTS
from graphs.team import AgentTeam
from workbench.domain.agents import AgentSpec
from workbench.errors import StorageError
from workbench.ports import TextModel
from workbench.settings import Settings
from workbench.storage import agents
from workbench.storage.database import Database
from workbench.telemetry import Telemetry


class Agents:
    """Who the agents are, and teams of them for the graphs."""

    def __init__(self, settings: Settings, database: Database, model: TextModel, telemetry: Telemetry) -> None:
        self._settings = settings
        self._database = database
        self._model = model
        self._telemetry = telemetry

    def specs(self, story_id: str = "") -> dict[str, AgentSpec]:
        """All agents as they are in a story; "" is how they are where a story changes nothing."""
        specs = {name: self._by_settings(spec) for name, spec in AGENTS.items()}
        with self._database.reading() as session:
            for change in agents.changes(session, story_id):
                if change.agent in specs:
                    specs[change.agent] = change.applied(specs[change.agent])
        return specs

    def team(self, story_id: str, cancelled: Callable[[], bool], kind: Any = AgentTeam, **reach: Any) -> Any:
        """The agents of a story as a graph's runtime context of that `kind`; `reach` is what else it takes."""

        def chat(agent: AgentSpec, **sampling: Any) -> Any:
            if story_id:
                sampling["story"] = story_id
            return self._model.chat_model(priority=agent.priority, cancelled=cancelled, **sampling)

        return kind(
            chat=chat,
            cancelled=cancelled,
            record=self._telemetry.model_call,
            agents=self.specs(story_id),
            **reach,
        )

    def _by_settings(self, spec: AgentSpec) -> AgentSpec:
        setting = self._settings.agents.get(spec.name)
        if setting is None:
            return spec
        given = {name: value for name, value in setting.model_dump(exclude={"prompt"}).items() if value is not None}
        if setting.prompt is not None:
            try:
                given["texts"] = {spec.prompts[0]: setting.prompt.read_text(encoding="utf-8")}
            except (OSError, UnicodeDecodeError) as error:
                raise StorageError(
                    f"The prompt of the {spec.name} can't be read from {setting.prompt} ({error}). "
                    f"Correct LORELOOM_AGENTS__{spec.name.upper()}__PROMPT."
                ) from error
        return spec.model_copy(update=given)
