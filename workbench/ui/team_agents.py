"""The part of the Team tab where an agent is looked at and changed: how freely it speaks, how long, what it is told."""

from typing import Any

import gradio as gr

from workbench.domain.prompts import AgentView, PromptView
from workbench.errors import InvalidInput, NotFound
from workbench.ui import render, team_cards
from workbench.ui.desk import PRIVATE, Desk, remembered
from workbench.ui.scripts import CLICKS

Updates = dict[Any, Any]
HERE, EVERYWHERE = "This story", "All stories"
FIRST = "writer"
MOST_WORDS = 8192

# A press on a place puts it into the prompt where the cursor stands, as if it had been typed.
INSERT = """
element.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-insert]");
  const box = document.querySelector("#ll-prompt textarea");
  if (!pressed || !box) return;
  event.preventDefault();
  box.focus();
  box.setRangeText("{{ " + pressed.dataset.insert + " }}", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
});
"""
# Without a round trip: what is typed into a prompt is kept by the browser until it is saved. Gradio tells of a paste as
# a change only, and so also of what the app itself puts there; that isn't kept.
KEEP_PROMPT = """(text, key, saved, kept) => {
  const before = kept && typeof kept === "object" ? kept : {};
  const { [key || ""]: typed, ...others } = before.prompts || {};
  const prompts = text === saved ? others : { ...others, [key || ""]: text };
  return [{ ...before, prompts }];
}"""


class TeamAgents:
    """The list of agents at the left; the chosen one at the right, with its sliders and, on demand, its prompts."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.agent = gr.State("")
        # Whose prompt stands in the box. Not a State, which the page itself could not read.
        self.key = gr.Textbox("", label="Which prompt this is", visible=False)
        self.base = gr.Textbox("", label="Its text as it is saved", visible=False)
        with gr.Row(elem_classes="ll-desk"):
            with gr.Column(elem_classes="ll-list ll-gap", scale=2, min_width=300):
                self.scope = gr.Radio(
                    [EVERYWHERE], value=EVERYWHERE, label="Changes are for", elem_id="ll-agent-scope",
                    info="What a story changes outranks what holds for all.",
                )  # fmt: skip
                self.list = gr.HTML("", apply_default_css=False, js_on_load=CLICKS, elem_id="ll-agents")
            with gr.Column(elem_classes="ll-gap ll-entry-side", elem_id="ll-agent-side", scale=5, min_width=320):
                self.about = gr.HTML("", apply_default_css=False, elem_id="ll-agent")
                with gr.Row(elem_classes="ll-dials"):
                    self.temperature = gr.Slider(
                        0, team_cards.FREEST, value=0.8, step=0.05, label="How freely it speaks",
                        info="0 is careful and the same each time; from 1 on it takes risks.", elem_id="ll-temperature",
                    )  # fmt: skip
                    self.length = gr.Slider(
                        16, MOST_WORDS, value=800, step=1, label="How long an answer may be",
                        info="In word-pieces, about three for two words.", elem_id="ll-length",
                    )  # fmt: skip
                with gr.Row(elem_classes="ll-actions"):
                    self.save = gr.Button("Save", variant="primary", elem_id="ll-save-agent")
                    self.reset = gr.Button("Back to how it came", elem_id="ll-reset-agent")
                self.telling = gr.Checkbox(
                    False, label="Show what it is told, word for word", elem_id="ll-show-prompts",
                    info="For those who want to change its instructions. There is always a way back.",
                )  # fmt: skip
                with gr.Column(visible=False, elem_classes="ll-gap", elem_id="ll-prompts-side") as self.prompts:
                    self._build_prompts()

    def _build_prompts(self) -> None:
        self.prompt = gr.Radio([], label="When it is asked to", elem_id="ll-prompt-choice")
        self.state = gr.HTML("", apply_default_css=False)
        self.text = gr.Textbox(
            "", label="Its instructions", lines=10, max_lines=26, elem_classes="ll-code-box", elem_id="ll-prompt",
            info="What you type is kept on this page until you save it or go back.",
        )  # fmt: skip
        self.places = gr.HTML("", apply_default_css=False, js_on_load=INSERT, elem_id="ll-places")
        with gr.Row(elem_classes="ll-actions"):
            self.check = gr.Button("Check", elem_id="ll-check-prompt")
            self.save_prompt = gr.Button("Save the instructions", variant="primary", elem_id="ll-save-prompt")
            self.reset_prompt = gr.Button("Back to the original", elem_id="ll-reset-prompt")
        self.found = gr.HTML("", apply_default_css=False, elem_id="ll-found")
        self.changes = gr.HTML("", apply_default_css=False, elem_id="ll-prompt-changes")

    def wire(self, tab: gr.Tab) -> None:
        """Connect the components. What is typed stays when the tab is turned to again."""
        story, kept = self.desk.story, self.desk.kept
        where = [story, self.scope, self.agent]
        prompt_side = [self.key, self.base, self.prompt, self.state, self.text, self.places, self.found, self.changes]
        whole = [self.scope, self.agent, self.list, self.about, self.temperature, self.length, *prompt_side]
        tab.select(render.telling(self.refresh), [*where, kept], whole, **PRIVATE)
        story.change(
            render.telling(lambda story_id, agent, kept: self.opened(story_id, agent, HERE, kept)),
            [story, self.agent, kept], whole, **PRIVATE,
        )  # fmt: skip
        self.scope.input(
            render.telling(lambda story_id, scope, agent, kept: self.opened(story_id, agent, scope, kept)),
            [*where, kept], whole, **PRIVATE,
        )  # fmt: skip
        self.list.click(render.telling(self.choose), [*where, kept], whole, **PRIVATE).success(
            js="() => window.loreloom.reveal('#ll-agent-side')", **PRIVATE
        )
        self.save.click(
            render.telling(self.saved), [*where, self.temperature, self.length],
            [self.list, self.about, self.temperature, self.length], **PRIVATE,
        )  # fmt: skip
        self.reset.click(render.telling(self.back), [*where, kept], [*whole, kept], **PRIVATE)
        self.telling.input(lambda shown: gr.Column(visible=shown), self.telling, self.prompts, **PRIVATE)

        chosen = [*where, self.prompt]
        self.prompt.input(render.telling(self.turned), [*chosen, kept], prompt_side, **PRIVATE)
        self.text.change(
            js=KEEP_PROMPT, inputs=[self.text, self.key, self.base, kept], outputs=kept, **PRIVATE
        )  # fmt: skip
        self.check.click(render.telling(self.checked), [*chosen, self.text], [self.found, self.changes], **PRIVATE)
        self.save_prompt.click(
            render.telling(self.saved_prompt), [*chosen, self.text, kept], [*prompt_side, self.list, self.about, kept],
            **PRIVATE,
        )  # fmt: skip
        self.reset_prompt.click(
            render.telling(self.back_prompt), [*chosen, kept], [*prompt_side, self.list, self.about, kept], **PRIVATE
        )

    @property
    def _agents(self) -> Any:
        return self.desk.workbench.agents

    # --- showing ---

    def refresh(self, story_id: str, scope: str, agent: str, kept: Any) -> Updates:
        """The tab was turned to: the list as it stands now; the rest only where nothing is shown yet."""
        if not agent:
            return self.opened(story_id, FIRST, HERE, kept)
        return {self.list: self._list(_scope(story_id, scope), agent)}

    def choose(self, story_id: str, scope: str, agent: str, kept: Any, event: gr.EventData) -> Updates:
        """Another agent was pressed."""
        data = event._data if isinstance(event._data, dict) else {}
        if data.get("act") != "agent":
            raise NotFound("This button belongs to an older page. Load the page again.")
        return self.opened(story_id, str(data.get("id", "")), scope, kept)

    def opened(self, story_id: str, agent: str, scope: str, kept: Any) -> Updates:
        """An agent as it is in the story or, with the scope of all stories, everywhere."""
        agent = agent or FIRST
        scope = scope if story_id else EVERYWHERE
        here = _scope(story_id, scope)
        view = self._agents.view(agent, here)
        return {
            self.agent: agent,
            self.scope: gr.Radio(choices=[HERE, EVERYWHERE] if story_id else [EVERYWHERE], value=scope),
            self.list: self._list(here, agent),
            **self._values(view, here),
            **self._prompt_side(view, here, view.prompts[0], kept),
            self.prompt: gr.Radio(
                choices=[(one.title, one.name) for one in view.prompts],
                value=view.prompts[0].name,
                visible=len(view.prompts) > 1,
            ),
        }

    def turned(self, story_id: str, scope: str, agent: str, prompt: str, kept: Any) -> Updates:
        """Another prompt of the agent was chosen."""
        here = _scope(story_id, scope)
        view = self._agents.view(agent, here)
        return self._prompt_side(view, here, _prompt_of(view, prompt), kept)

    def _list(self, here: str, agent: str) -> str:
        return team_cards.agent_list(self._agents.views(here), agent)

    def _values(self, view: AgentView, here: str) -> Updates:
        longest = min(MOST_WORDS, max(2 * view.original_max_tokens, view.max_tokens, 400))
        return {
            self.about: self._about(view, here),
            self.temperature: gr.Slider(maximum=max(team_cards.FREEST, view.temperature), value=view.temperature),
            self.length: gr.Slider(maximum=longest, value=view.max_tokens),
        }

    def _about(self, view: AgentView, here: str) -> str:
        title = self.desk.workbench.library.story_view(here).story.title if here else ""
        return team_cards.agent_card(view, title)

    def _prompt_side(self, view: AgentView, here: str, prompt: PromptView, kept: Any) -> Updates:
        key = _key(here, view.name, prompt.name)
        text = typed_prompt(kept, key)
        unsaved = text is not None and text.strip() != prompt.text.strip()
        shown = prompt.text if text is None else text
        note = '<p class="ll-facts">Not saved yet: this is what you typed here last.</p>' if unsaved else ""
        return {
            self.key: key,
            self.base: prompt.text,
            self.state: team_cards.prompt_state(prompt) + note,
            self.text: shown,
            self.places: team_cards.places(prompt.variables),
            self.found: "",
            self.changes: team_cards.prompt_changes(prompt.original, shown),
        }

    # --- changing ---

    def saved(self, story_id: str, scope: str, agent: str, temperature: float, length: float) -> Updates:
        """The sliders hold from now on."""
        here = _scope(story_id, scope)
        view = self._agents.change(here, agent, round(float(temperature), 3), int(length))
        render.said(f"{view.title}: {_told_where(here)}.", "Saved", 3)
        return {self.list: self._list(here, agent), **self._values(view, here)}

    def back(self, story_id: str, scope: str, agent: str, kept: Any) -> Updates:
        """Everything about the agent is as it was before anybody changed it here."""
        here = _scope(story_id, scope)
        view = self._agents.reset(here, agent)
        kept = forgotten_prompts(kept, *(_key(here, agent, prompt.name) for prompt in view.prompts))
        came = "as in all stories" if here and view.changed else "as it came"
        render.said(f"{view.title}: {came}.", "Taken back", 3)
        return {**self.opened(story_id, agent, scope, kept), self.desk.kept: kept}

    def checked(self, story_id: str, scope: str, agent: str, prompt: str, text: str) -> Updates:
        """What the check says of the text in the box."""
        view = _prompt_of(self._agents.view(agent, _scope(story_id, scope)), prompt)
        return {
            self.found: team_cards.check_result(self._agents.check_prompt(agent, prompt, text)),
            self.changes: team_cards.prompt_changes(view.original, text),
        }

    def saved_prompt(self, story_id: str, scope: str, agent: str, prompt: str, text: str, kept: Any) -> Updates:
        """The text in the box holds from now on, if it works; if it doesn't, the check says why and it stays there."""
        here = _scope(story_id, scope)
        found = self._agents.check_prompt(agent, prompt, text)
        if not found.usable:
            return self.checked(story_id, scope, agent, prompt, text)
        view = self._agents.change(here, agent, texts={prompt: text})
        kept = forgotten_prompts(kept, _key(here, agent, prompt))
        render.said(f"{view.title}: {_told_where(here)}.", "Saved", 3)
        return {
            **self._prompt_side(view, here, _prompt_of(view, prompt), kept),
            self.found: team_cards.check_result(found),
            self.list: self._list(here, agent),
            self.about: self._about(view, here),
            self.desk.kept: kept,
        }

    def back_prompt(self, story_id: str, scope: str, agent: str, prompt: str, kept: Any) -> Updates:
        """The original comes back. What holds for all stories gives way in this one too."""
        here = _scope(story_id, scope)
        kept = forgotten_prompts(kept, _key(here, agent, prompt))
        self._agents.reset(here, agent, prompt)
        view = self._agents.change(here, agent, texts={prompt: self._agents.originals(agent)[prompt]})
        render.said(f"{view.title}: {_told_where(here)}.", "The original is back", 3)
        return {
            **self._prompt_side(view, here, _prompt_of(view, prompt), kept),
            self.list: self._list(here, agent),
            self.about: self._about(view, here),
            self.desk.kept: kept,
        }


def _scope(story_id: str, scope: str) -> str:
    """The story whose agents are meant; "" means all."""
    return story_id if scope == HERE else ""


def _told_where(here: str) -> str:
    return "from now on in this story" if here else "from now on in all stories that don’t have their own"


def _prompt_of(view: AgentView, prompt: str) -> PromptView:
    found = next((one for one in view.prompts if one.name == prompt), None)
    if found is None:
        raise InvalidInput("Choose one of the agent's instructions first.")
    return found


def _key(here: str, agent: str, prompt: str) -> str:
    return f"{here}/{agent}/{prompt}"


def typed_prompt(kept: Any, key: str) -> str | None:
    """What was typed into a prompt and not saved yet; None where nothing was."""
    typed = remembered(kept).get("prompts")
    text = typed.get(key) if isinstance(typed, dict) else None
    return text if isinstance(text, str) else None


def forgotten_prompts(kept: Any, *keys: str) -> dict[str, Any]:
    """What the browser keeps after these were saved or taken back."""
    typed = remembered(kept).get("prompts")
    left = {key: text for key, text in (typed if isinstance(typed, dict) else {}).items() if key not in keys}
    return remembered(kept, prompts=left)
