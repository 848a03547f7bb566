"""How Loreloom looks: warm paper by day, deep ink by night. Only fonts that the reader's machine has already."""

from pathlib import Path
from typing import Any

from gradio.themes import Base, Color
from gradio.themes.utils import sizes

from workbench.ui import unsaved

HERE = Path(__file__).parent
# Names only: a `GoogleFont` or `LocalFont` would make the page ask for a file, and nothing may leave the machine.
SANS = ("Seravek", "Segoe UI", "Helvetica Neue", "Liberation Sans", "Arial", "sans-serif")
MONO = ("Menlo", "Consolas", "DejaVu Sans Mono", "monospace")

# From the palest to the deepest, as Gradio's palettes go: 50, 100, 200 ... 900, 950.
WINE = Color(
    "#fbf1ee",
    "#f5dfd9",
    "#ebc2b8",
    "#dc9b8d",
    "#c46f61",
    "#a44b42",
    "#8a3a35",
    "#74302d",
    "#5d2826",
    "#4c2221",
    "#2b1110",
)
PAPER = Color(
    "#fdfaf4",
    "#f7f1e6",
    "#ece2d0",
    "#d9cbb3",
    "#a89a84",
    "#7f735f",
    "#625847",
    "#4a4236",
    "#332d25",
    "#211d18",
    "#141210",
)


class Loreloom(Base):
    """The theme. Sizes are Gradio's; every colour is set for day and night, so that none is left to chance."""

    def __init__(self) -> None:
        super().__init__(
            primary_hue=WINE,
            secondary_hue=WINE,
            neutral_hue=PAPER,
            text_size=sizes.text_md,
            spacing_size=sizes.spacing_md,
            radius_size=sizes.radius_md,
            font=SANS,
            font_mono=MONO,
        )
        self.name = "loreloom"
        self.set(
            body_background_fill="#f4ede0",
            body_background_fill_dark="#14161b",
            body_text_color="#2e2820",
            body_text_color_dark="#e6ded0",
            body_text_color_subdued="#6b604f",
            body_text_color_subdued_dark="#a9a191",
            background_fill_primary="#fdfaf4",
            background_fill_primary_dark="#1c1f26",
            background_fill_secondary="#f7f1e6",
            background_fill_secondary_dark="#181b21",
            border_color_primary="#dfd3bf",
            border_color_primary_dark="#343944",
            border_color_accent="#a44b42",
            border_color_accent_dark="#c98472",
            border_color_accent_subdued="#dfd3bf",
            border_color_accent_subdued_dark="#343944",
            color_accent="#8a3a35",
            color_accent_soft="#f5dfd9",
            color_accent_soft_dark="#3a2726",
            link_text_color="#8a3a35",
            link_text_color_dark="#e0a48f",
            link_text_color_hover="#5d2826",
            link_text_color_hover_dark="#efc1b0",
            link_text_color_visited="#8a3a35",
            link_text_color_visited_dark="#e0a48f",
            link_text_color_active="#5d2826",
            link_text_color_active_dark="#efc1b0",
            block_background_fill="#fdfaf4",
            block_background_fill_dark="#1c1f26",
            block_border_width="1px",
            block_border_color="#e5dac7",
            block_border_color_dark="#2d323c",
            block_label_background_fill="#fdfaf4",
            block_label_background_fill_dark="#1c1f26",
            block_label_text_color="#6b604f",
            block_label_text_color_dark="#a9a191",
            block_title_text_color="#4a4236",
            block_title_text_color_dark="#d5ccbc",
            block_title_text_weight="600",
            block_info_text_color="#6b604f",
            block_info_text_color_dark="#a9a191",
            block_shadow="none",
            block_shadow_dark="none",
            panel_background_fill="transparent",
            panel_background_fill_dark="transparent",
            panel_border_width="0px",
            layout_gap="14px",
            input_background_fill="#fffdf9",
            input_background_fill_dark="#12141a",
            input_background_fill_focus="#fffdf9",
            input_background_fill_focus_dark="#12141a",
            input_border_color="#d9cbb3",
            input_border_color_dark="#3b414d",
            input_border_color_focus="#a44b42",
            input_border_color_focus_dark="#c98472",
            input_placeholder_color="#8d8069",
            input_placeholder_color_dark="#7f7a6f",
            input_border_width="1px",
            button_border_width="1px",
            input_shadow="none",
            input_shadow_focus="0 0 0 3px rgb(164 75 66 / 0.15)",
            input_shadow_focus_dark="0 0 0 3px rgb(201 132 114 / 0.2)",
            slider_color="#a44b42",
            slider_color_dark="#c98472",
            checkbox_label_background_fill="#f7f1e6",
            checkbox_label_background_fill_dark="#22262e",
            checkbox_label_background_fill_hover="#efe6d6",
            checkbox_label_background_fill_hover_dark="#2a2f39",
            checkbox_label_background_fill_selected="#f5dfd9",
            checkbox_label_background_fill_selected_dark="#46302c",
            checkbox_label_text_color_selected="#4c2221",
            checkbox_label_text_color_selected_dark="#f3ddd3",
            checkbox_label_border_color="#dfd3bf",
            checkbox_label_border_color_dark="#343944",
            checkbox_background_color_selected="#8a3a35",
            checkbox_background_color_selected_dark="#b4604f",
            checkbox_border_color_selected="#8a3a35",
            checkbox_border_color_selected_dark="#b4604f",
            button_primary_background_fill="#8a3a35",
            button_primary_background_fill_dark="#99473e",
            button_primary_background_fill_hover="#74302d",
            button_primary_background_fill_hover_dark="#ab5549",
            button_primary_border_color="#8a3a35",
            button_primary_border_color_dark="#99473e",
            button_primary_text_color="#fff8f0",
            button_primary_text_color_dark="#fff8f0",
            button_secondary_background_fill="#f1e8d9",
            button_secondary_background_fill_dark="#2a2e37",
            button_secondary_background_fill_hover="#e8dcc7",
            button_secondary_background_fill_hover_dark="#353a45",
            button_secondary_border_color="#dccfb8",
            button_secondary_border_color_dark="#3b414d",
            button_secondary_text_color="#3d362b",
            button_secondary_text_color_dark="#e6ded0",
            button_cancel_background_fill="#fdfaf4",
            button_cancel_background_fill_dark="#1c1f26",
            button_cancel_background_fill_hover="#f5dfd9",
            button_cancel_background_fill_hover_dark="#3a2726",
            button_cancel_border_color="#a44b42",
            button_cancel_border_color_dark="#c98472",
            button_cancel_text_color="#8a3a35",
            button_cancel_text_color_dark="#e8b4a2",
            button_transform_hover="none",
            button_transform_active="none",
            error_background_fill="#fbf1ee",
            error_background_fill_dark="#2b1614",
            error_border_color="#dc9b8d",
            error_border_color_dark="#74302d",
            error_text_color="#74302d",
            error_text_color_dark="#f0c4b6",
        )


# Before the first paint: whoever chose day or night in the header gets it again after a reload. The class on <html>
# is what styles.css and Gradio's own variables look at.
HEAD = """
<meta name="color-scheme" content="light dark">
<script>
window.loreloom = {
  wanted() {
    let kept = null;
    try { kept = localStorage.getItem("loreloom-light"); } catch (error) { kept = null; }
    if (kept) return kept;
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  },
  apply(name) {
    const dark = name === "dark";
    document.documentElement.classList.toggle("dark", dark);
    if (document.body) document.body.classList.toggle("dark", dark);
  },
  toggle() {
    const next = document.body.classList.contains("dark") ? "light" : "dark";
    try { localStorage.setItem("loreloom-light", next); } catch (error) { /* a private window keeps nothing */ }
    this.apply(next);
  },
  reveal(selector) {
    if (window.innerWidth > 800) return;
    const place = document.querySelector(selector);
    if (place) place.scrollIntoView({ behavior: "smooth", block: "start" });
  },
};
// Gradio's text boxes tell of keys that write a letter, and of nothing else: what is pasted, dictated, deleted or
// written by a phone's keyboard would not be kept. Each such change is told as a key that means nothing.
(() => {
  let told = false;
  document.addEventListener("keypress", (event) => { if (event.isTrusted) told = true; }, true);
  document.addEventListener("keyup", () => { told = false; }, true);
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!told && box.dataset?.testid === "textbox") {
      box.dispatchEvent(new KeyboardEvent("keypress", { key: "Unidentified" }));
    }
    told = false;
  });
})();
</script>
"""
ON_LOAD = "() => window.loreloom.apply(window.loreloom.wanted())"


def launch_options() -> dict[str, Any]:
    """What `Blocks.launch` needs so that the page looks like Loreloom (Gradio 6 takes these at launch)."""
    return {
        "theme": Loreloom(),
        "css_paths": HERE / "styles.css",
        "head": HEAD + unsaved.script(),
        "js": ON_LOAD,
        "footer_links": ["api", "settings"],
    }
