"""The agents: how they are in a story, and what a writer changes about them."""

from workbench.api.area import Area
from workbench.api.values import plain
from workbench.domain.prompts import AgentView


class AgentEndpoints(Area):
    """The agents: how they are in a story, and what a writer changes about them."""

    def list_agents(self, story_id: str = "") -> list:
        """List the agents as they are in a story, or, without one, in all; `changed` tells those that are different."""
        left_out = {"prompts": {"__all__": {"text", "original", "variables", "stopped"}}}
        return [
            {**view.model_dump(mode="json", exclude=left_out), "changed": view.changed}
            for view in self._bench.agents.views(story_id)
        ]

    def get_agent(self, agent: str, story_id: str = "") -> dict:
        """An agent with its prompts: text, original, the places that are filled in, and where each value comes from."""
        return _values(self._bench.agents.view(agent, story_id))

    def set_agent(self, agent: str, changes: dict, story_id: str = "") -> dict:
        """Change temperature, max_tokens or texts ({prompt: text}) of an agent, in one story or in all."""
        return _values(self._bench.agents.change_by(story_id, agent, changes))

    def reset_agent(self, agent: str, story_id: str = "", prompt: str = "") -> dict:
        """Take back what was changed about an agent, or about one of its prompts, in one story or for all."""
        return _values(self._bench.agents.reset(story_id, agent, prompt))

    def check_prompt(self, agent: str, prompt: str, text: str) -> dict:
        """Check a text in the place of a prompt; `usable` tells whether /set_agent would take it."""
        found = self._bench.agents.check_prompt(agent, prompt, text)
        return {**plain(found), "usable": found.usable}


def _values(view: AgentView) -> dict:
    return {**plain(view), "changed": view.changed}
