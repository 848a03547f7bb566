"""When an entry is told, as the form offers it and as the library takes it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from tests.scripted import HashEmbedder, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.errors import InvalidInput
from workbench.settings import Settings
from workbench.ui.lore_form import LoreForm, listed_keys

RULES: dict[str, Any] = {
    "keys": ["north light", "/lamp(s|oil){1,2}/i"],
    "secondary_keys": ["storm", "night"],
    "secondary_logic": "not_all",
    "probability": 35,
    "scan_depth": 0,
    "case_sensitive": True,
    "whole_words": False,
    "exclude_recursion": True,
    "prevent_recursion": True,
}


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Workbench]:
    made = compose(Settings(_env_file=None, data_dir=tmp_path), model=ScriptedTextModel(), embedder=HashEmbedder())
    made.start()
    yield made
    made.close()


@pytest.fixture
def form() -> LoreForm:
    with gr.Blocks():
        return LoreForm()


def sent(form: LoreForm, updates: dict[Any, Any]) -> dict[str, Any]:
    """What is saved when nothing is typed into the form after `updates`."""
    return form.entry(*(updates[component] for component in [*form.fields, form.editing]))


def test_what_is_stored_comes_back_from_the_form_as_it_was(bench: Workbench, form: LoreForm) -> None:
    world = bench.library.create_world("Vell")
    stored = bench.library.upsert_lore(world.id, {"title": "Mara", "aliases": ["the keeper"], **RULES})
    for name, value in RULES.items():
        assert getattr(stored, name) == (tuple(value) if isinstance(value, list) else value)
    again = bench.library.upsert_lore(world.id, sent(form, form.filled(stored)))
    assert again.model_dump(exclude={"updated_at"}) == stored.model_dump(exclude={"updated_at"})


def test_an_empty_form_makes_an_ordinary_entry(bench: Workbench, form: LoreForm) -> None:
    world = bench.library.create_world("Vell")
    values = sent(form, form.filled(None) | {form.title: "Mara", form.scan_depth: ""})
    made = bench.library.upsert_lore(world.id, values)
    plain = bench.library.upsert_lore(world.id, {"title": "Sal"})
    same = {"id", "title", "created_at", "updated_at"}
    assert made.model_dump(exclude=same) == plain.model_dump(exclude=same)
    assert plain.scan_depth is None


def test_keys_are_split_at_commas_and_patterns_are_left_whole() -> None:
    assert listed_keys("a, b c ,, /x{2,3}/i , /home/mara") == ["a", "b c", "/x{2,3}/i", "/home/mara"]
    assert listed_keys("") == []


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"keys": ["/(/"]}, "The key /(/ isn't a pattern that can be used"),
        ({"secondary_keys": ["/(a+)+$/"]}, "takes too long"),
        ({"keys": ["/a|/"]}, "every text"),
        ({"keys": [f"/{'a' * 240}/"]}, "characters"),
        ({"secondary_logic": "xor"}, "secondary_logic can't be 'xor'. Choose one of: and_any, and_all"),
        ({"probability": 101}, "probability must be at most 100"),
        ({"scan_depth": -1}, "scan_depth must be at least 0"),
        ({"scan_depth": "far"}, "scan_depth must be a whole number"),
        ({"whole_words": "perhaps"}, "whole_words must be true or false"),
        ({"exclude_recursion": True, "delay_until_recursion": True}, "it would never be told"),
    ],
)
def test_rules_that_can_not_be_kept_are_told(bench: Workbench, fields: dict[str, Any], problem: str) -> None:
    world = bench.library.create_world("Vell")
    with pytest.raises(InvalidInput, match=problem.replace("(", r"\(").replace("+", r"\+")):
        bench.library.upsert_lore(world.id, {"title": "Mara", **fields})
    assert bench.library.list_lore(world.id) == []
