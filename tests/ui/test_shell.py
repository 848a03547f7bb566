"""The page as a whole, built over services that know one empty story."""

import re
from collections import Counter
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from workbench.domain.model import ModelStatus
from workbench.services.lessons import Lessons
from workbench.settings import Settings
from workbench.ui.shell import build_ui
from workbench.ui.theme import HEAD, HERE, launch_options


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    library = SimpleNamespace(sample_instructions=lambda: ("A bell rings.", "A boat comes."))
    model = SimpleNamespace(status=lambda: ModelStatus(name="M", source="file", state="loading"))
    workbench: Any = SimpleNamespace(
        settings=Settings(chapter_words=5000),
        model=model,
        simple_model=None,
        library=library,
        writing=None,
        memory=None,
        system=None,
        team=None,
        context=None,
        timeline=None,
        tree=None,
        parts=None,
        chapter_runs=None,
        distilling=None,
        outlines=None,
        chats=None,
        adventures=SimpleNamespace(lessons=Lessons()),
        pictures=None,
        illustration=None,
        archive=None,
    )

    def contract(text: str) -> str:
        return text

    def register() -> None:
        gr.api(contract, api_name="contract")

    return build_ui(workbench, register)


def test_only_the_contract_is_public(page: gr.Blocks) -> None:
    public = [fn.api_name for fn in page.fns.values() if fn.api_visibility != "private"]
    assert public == ["contract"]


def test_no_listener_waits_for_another_one(page: gr.Blocks) -> None:
    own = [fn for fn in page.fns.values() if fn.api_visibility == "private" and fn.fn is not None]
    assert own
    assert not [fn.name for fn in own if fn.concurrency_limit is not None]


def test_every_input_has_a_label_and_every_button_words(page: gr.Blocks) -> None:
    for block in page.blocks.values():
        if isinstance(block, gr.Textbox | gr.Dropdown | gr.Slider | gr.Checkbox | gr.Radio):
            assert block.label
        if isinstance(block, gr.Textbox):
            # Without a text of its own, a box that was never shown would hand its listener no text at all.
            assert block.value == ""
        if isinstance(block, gr.Button):
            assert block.value


def test_the_look_asks_for_nothing_from_elsewhere() -> None:
    options = launch_options()
    assert not options["theme"]._stylesheets
    assert not options["theme"]._font_css
    for text in ((HERE / "styles.css").read_text(encoding="utf-8"), HEAD):
        assert "http" not in text
        assert "url(" not in text
        assert "@import" not in text


def test_no_two_cards_share_a_class_by_accident() -> None:
    # A second rule for the same class, written for another tab, changes what the first one was made for.
    rules = re.findall(r"^(\.ll-[\w-]+) \{", (HERE / "styles.css").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(rules) > 200
    assert [name for name, count in Counter(rules).items() if count > 1] == []
