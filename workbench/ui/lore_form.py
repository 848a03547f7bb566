"""The form for one lore entry."""

from typing import Any

import gradio as gr

from workbench.domain.lore import LORE_KINDS, LoreEntry


class LoreForm:
    """Components of the form; it fills them from an entry, and makes an entry of what stands in them."""

    def __init__(self) -> None:
        self.editing = gr.State("")
        with gr.Column(visible=False, elem_classes="ll-gap ll-form", elem_id="ll-lore-form") as self.place:
            self.heading = gr.Markdown("### A new entry")
            with gr.Row():
                self.title = gr.Textbox("", label="Name", placeholder="Mara Voss", max_lines=1, scale=3)
                self.kind = gr.Dropdown(list(LORE_KINDS), value="character", label="Kind of entry", filterable=False)
            self.content = gr.Textbox(
                "", label="What is true of it", lines=6, max_lines=18, elem_classes="ll-prose-box",
                placeholder="Keeper of the north light. Counts every debt, her own last.",
            )  # fmt: skip
            with gr.Row():
                self.aliases = gr.Textbox("", label="Also called", info="Separated by commas.", max_lines=1)
                self.tags = gr.Textbox("", label="Tags", info="Separated by commas.", max_lines=1)
            self.priority = gr.Slider(
                0, 100, value=50, step=5, label="Weight", info="What weighs little gives way first when space is short."
            )
            with gr.Row():
                self.constant = gr.Checkbox(False, label="Always shown to the agents")
                self.enabled = gr.Checkbox(True, label="In use")
            with gr.Row(elem_classes="ll-actions"):
                self.save = gr.Button("Save the entry", variant="primary")
                self.leave = gr.Button("Leave it")

    @property
    def fields(self) -> list[Any]:
        """Inputs of `entry`, in its order; the id of the entry that is edited comes after them."""
        return [
            self.title,
            self.kind,
            self.content,
            self.aliases,
            self.tags,
            self.priority,
            self.constant,
            self.enabled,
        ]

    def filled(self, entry: LoreEntry | None) -> dict[Any, Any]:
        """Updates that put an entry into the form, or empty it."""
        return {
            self.heading: "### Edit the entry" if entry else "### A new entry",
            self.editing: entry.id if entry else "",
            self.title: entry.title if entry else "",
            self.kind: entry.kind if entry else "character",
            self.content: entry.content if entry else "",
            self.aliases: ", ".join(entry.aliases) if entry else "",
            self.tags: ", ".join(entry.tags) if entry else "",
            self.priority: entry.priority if entry else 50,
            self.constant: entry.constant if entry else False,
            self.enabled: entry.enabled if entry else True,
        }

    @staticmethod
    def entry(
        title: str, kind: str, content: str, aliases: str, tags: str, priority: float, constant: bool, enabled: bool,
        editing: str,
    ) -> dict[str, Any]:  # fmt: skip
        """What stands in the form, as `upsert_lore` takes it; fields that the form doesn't have stay as they are."""
        fields: dict[str, Any] = {
            "title": title,
            "kind": kind,
            "content": content,
            "aliases": listed(aliases),
            "tags": listed(tags),
            "priority": int(priority),
            "constant": bool(constant),
            "enabled": bool(enabled),
        }
        return fields | ({"id": editing} if editing else {})


def listed(text: str) -> list[str]:
    """The parts of a comma-separated line."""
    return [part.strip() for part in text.split(",") if part.strip()]
