"""The form for one lore entry."""

import re
from typing import Any

import gradio as gr

from workbench.domain.lore import LORE_KINDS, LoreEntry, SecondaryLogic

# How other words decide, in the words of the form.
LOGICS: list[tuple[str, SecondaryLogic]] = [
    ("One of them must be there too", "and_any"),
    ("All of them must be there too", "and_all"),
    ("None of them may be there", "not_any"),
    ("They may not all be there", "not_all"),
]
# A pattern, which may have commas in it, or what stands up to the next comma.
_KEY = re.compile(r"\s*(/(?:\\.|[^/\\])+/[a-z]*)\s*(?:,|$)|([^,]*)(?:,|$)")


class LoreForm:
    """Components of the form; it fills them from an entry, and makes an entry of what stands in them."""

    def __init__(self) -> None:
        self.editing = gr.State("")
        with gr.Column(visible=False, elem_classes="ll-gap ll-form", elem_id="ll-lore-form") as self.place:
            self.heading = gr.Markdown("### A new entry")
            with gr.Row():
                self.title = gr.Textbox(
                    "", label="Name", placeholder="Mara Voss", max_lines=1, scale=3, elem_id="ll-lore-title"
                )
                self.kind = gr.Dropdown(list(LORE_KINDS), value="character", label="Kind of entry", filterable=False)
            with gr.Row(elem_classes="ll-actions ll-wishing", elem_id="ll-inventing") as self.inventing:
                self.hint = gr.Textbox(
                    "", label="A hint, for a person to be invented", max_lines=1, scale=4, elem_id="ll-hint-box",
                    placeholder="a smuggler who can’t swim", min_width=220,
                )  # fmt: skip
                self.invent = gr.Button("Invent the rest", elem_id="ll-invent", scale=1, min_width=130)
            self.content = gr.Textbox(
                "", label="What is true of it", lines=6, max_lines=18, elem_classes="ll-prose-box",
                elem_id="ll-lore-content",
                placeholder="Keeper of the north light. Counts every debt, her own last.",
            )  # fmt: skip
            with gr.Row():
                self.aliases = gr.Textbox(
                    "", label="Also called", info="Separated by commas.", max_lines=1, elem_id="ll-lore-aliases"
                )
                self.tags = gr.Textbox(
                    "", label="Tags", info="Separated by commas.", max_lines=1, elem_id="ll-lore-tags"
                )
            self.priority = gr.Slider(
                0, 100, value=50, step=5, label="Weight", info="What weighs little gives way first when space is short."
            )
            with gr.Row():
                self.constant = gr.Checkbox(False, label="Always shown to the agents")
                self.enabled = gr.Checkbox(True, label="In use")
            self._build_rules()
            with gr.Row(elem_classes="ll-actions"):
                self.save = gr.Button("Save the entry", variant="primary")
                self.leave = gr.Button("Leave it")

    def _build_rules(self) -> None:
        """When an entry is told. Closed, since hardly anybody needs it: a name in the request is enough."""
        with gr.Accordion("When the agents are told of it", open=False, elem_id="ll-lore-rules"):
            gr.Markdown(
                "They are told when your request or the latest chapters name it. The rest is for those who want more."
            )
            self.keys = gr.Textbox(
                "", label="Other words that bring it in", max_lines=1, placeholder="north light, /lamp(s|oil)/i",
                info="Separated by commas; a search pattern stands between slashes.", elem_id="ll-lore-keys",
            )  # fmt: skip
            with gr.Row():
                self.secondary_keys = gr.Textbox(
                    "",
                    label="And these words beside them",
                    max_lines=1,
                    info="Separated by commas; empty asks for none.",
                    elem_id="ll-lore-beside",
                )
                self.secondary_logic = gr.Dropdown(
                    list(LOGICS), value="and_any", label="Of these words", filterable=False, info="What must hold."
                )
            with gr.Row():
                self.probability = gr.Slider(
                    0, 100, value=100, step=1, label="Chance in percent", info="Drawn once for each chapter."
                )
                self.scan_depth = gr.Number(
                    None, label="Chapters to look back", precision=0, minimum=0, maximum=1000, placeholder="as usual",
                    info="0 looks at your request alone.",
                )  # fmt: skip
            with gr.Row():
                self.whole_words = gr.Checkbox(True, label="Whole words only")
                self.case_sensitive = gr.Checkbox(False, label="Capital letters matter")
            self.exclude_recursion = gr.Checkbox(False, label="Other entries that speak of it don’t bring it in")
            self.prevent_recursion = gr.Checkbox(False, label="It brings in no others that it speaks of")
            self.delay_until_recursion = gr.Checkbox(False, label="Only other entries that speak of it bring it in")

    @property
    def fields(self) -> list[Any]:
        """Inputs of `entry`, in its order; the id of the entry that is edited comes after them."""
        return list(self._named.values())

    @property
    def filling(self) -> list[Any]:
        """What `filled` changes."""
        return [*self.fields, self.editing, self.heading, self.inventing, self.hint]

    @property
    def _named(self) -> dict[str, Any]:
        """The inputs by the entry's fields."""
        return {
            "title": self.title,
            "kind": self.kind,
            "content": self.content,
            "aliases": self.aliases,
            "tags": self.tags,
            "priority": self.priority,
            "constant": self.constant,
            "enabled": self.enabled,
            "keys": self.keys,
            "secondary_keys": self.secondary_keys,
            "secondary_logic": self.secondary_logic,
            "probability": self.probability,
            "scan_depth": self.scan_depth,
            "whole_words": self.whole_words,
            "case_sensitive": self.case_sensitive,
            "exclude_recursion": self.exclude_recursion,
            "prevent_recursion": self.prevent_recursion,
            "delay_until_recursion": self.delay_until_recursion,
        }

    def filled(self, entry: LoreEntry | None) -> dict[Any, Any]:
        """Updates that put an entry into the form, or empty it."""
        shown = entry or LoreEntry(id="", world_id="", title="")
        updates: dict[Any, Any] = {
            self.heading: "### Edit the entry" if entry else "### A new entry",
            self.editing: shown.id,
            # An entry that is there is told anew instead.
            self.inventing: gr.Row(visible=entry is None),
            self.hint: "",
        }
        for name, component in self._named.items():
            value = getattr(shown, name)
            updates[component] = ", ".join(value) if isinstance(value, tuple) else value
        return updates

    def entry(self, *values: Any) -> dict[str, Any]:
        """What stands in the form, the edited entry's id last, as `upsert_lore` takes it; fields that the form doesn't
        have stay as they are."""
        *typed, editing = values
        fields: dict[str, Any] = dict(zip(self._named, typed, strict=True))
        for name in ("aliases", "tags"):
            fields[name] = listed(fields[name])
        for name in ("keys", "secondary_keys"):
            fields[name] = listed_keys(fields[name])
        for name in ("priority", "probability"):
            fields[name] = int(fields[name])
        fields["scan_depth"] = None if fields["scan_depth"] in (None, "") else int(fields["scan_depth"])
        return fields | ({"id": editing} if editing else {})


def listed(text: str) -> list[str]:
    """The parts of a comma-separated line."""
    return [part.strip() for part in text.split(",") if part.strip()]


def listed_keys(text: str) -> list[str]:
    """The parts of a comma-separated line in which patterns may stand, whole."""
    found = [(match.group(1) or match.group(2) or "").strip() for match in _KEY.finditer(text)]
    return [key for key in found if key]
