"""Gathering for real stories: long ones, models whose tokens can only be estimated, and what is summed up now."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks.assembly import add_passages
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.domain.context import ContextItem, StructuredContext
from workbench.domain.model import TokenCount
from workbench.domain.story import Passage, Story
from workbench.errors import Cancelled, InvalidInput
from workbench.services.scenes import Scenes
from workbench.settings import Settings

TURNS = ("Aria burned the bridge at {n}.", "Corvin swore never to come back to {n}.", "The bell of {n} cracked.")
FILLER = "They walked on in the rain and said little, since there was little to say. "


class Counting(ScriptedTextModel):
    """Notes what it is asked to count; an estimate where a test says so."""

    def __init__(self, script: Script) -> None:
        super().__init__(script)
        self.counted: list[str] = []
        self.off_by = 0.0

    def count_tokens(self, text: str) -> TokenCount:
        """Words for tokens."""
        if text:
            self.counted.append(text)
        strategy: Any = "estimate" if self.off_by else "exact"
        return TokenCount(tokens=len(text.split()), strategy=strategy, model="counting", error=self.off_by)


@pytest.fixture
def model(script: Script) -> Counting:
    return Counting(script)


@pytest.fixture
def bench(tmp_path: Path, model: Counting) -> Iterator[Workbench]:
    made = compose(Settings(_env_file=None, data_dir=tmp_path, sweep_seconds=0.2), model=model, embedder=HashEmbedder())
    made.start()
    yield made
    made.close()


def lengthen(bench: Workbench, story: Story, chapters: int) -> None:
    """Give the story so many accepted chapters of about 350 words."""
    texts = [f"{TURNS[n % 3].format(n=f'Place{n}')} {FILLER * 25}".strip() for n in range(1, chapters + 1)]
    passages = [
        Passage(id=f"p{n}", story_id=story.id, parent_id=None, number=n, title=f"Chapter {n}", text=text)
        for n, text in enumerate(texts, 1)
    ]
    with bench.database.writing() as session:
        add_passages(session, story, [passage.model_dump() for passage in passages])


def test_gathering_again_costs_no_tokenizing(bench: Workbench, story: Story, model: Counting) -> None:
    lengthen(bench, story, 12)
    view = bench.scenes.view(story.id)
    first = bench.scenes.gather(view, "Aria sleeps").context
    assert model.counted
    model.counted.clear()
    assert bench.scenes.gather(view, "Aria sleeps").context == first
    assert model.counted == []


def test_where_tokens_are_estimated_less_is_shown_by_what_the_estimate_may_be_off(
    bench: Workbench, story: Story, model: Counting
) -> None:
    exact = bench.context.preview(story.id)
    model.off_by = 0.2
    guessed = bench.context.preview(story.id)
    assert (exact.strategy, exact.error) == ("exact", 0.0)
    assert (guessed.strategy, guessed.error) == ("estimate", 0.2)
    assert guessed.budget == int(exact.budget * 0.8)
    assert guessed.window == guessed.reply + guessed.buffer + guessed.task + guessed.budget


def test_what_happened_early_is_still_told_a_hundred_chapters_later(bench: Workbench, story: Story) -> None:
    lengthen(bench, story, 100)
    context = bench.scenes.gather(bench.scenes.view(story.id), "Aria sleeps").context
    assert sum(layer.used for layer in context.layers) <= context.budget
    items = context.layers[1].items
    summed = [item for item in items if item.key.startswith("summary:")]
    whole = [item for item in items if item.key.startswith("passage:") and item.included]
    assert summed
    assert any(item.included for item in summed)
    assert len(whole) < 20
    assert "Place100" in context.text
    assert context.text.index("Place") < context.text.index("Place100")


def test_the_prompts_beginning_stands_while_a_long_story_goes_on(bench: Workbench, story: Story) -> None:
    lengthen(bench, story, 60)
    whole = bench.scenes.view(story.id)
    texts = []
    for number in range(40, 61):
        view = whole.model_copy(update={"passages": whole.passages[:number]})
        texts.append(bench.scenes.gather(view, "They go on").context.text)
    alike = [later.startswith(before) for before, later in itertools.pairwise(texts)]
    assert sum(alike) >= len(alike) / 2


def test_an_element_for_an_agent_that_does_not_exist_is_told(bench: Workbench, story: Story) -> None:
    supplied = StructuredContext.model_validate({"plot_elements": [{"content": "x", "agents": ["edtior"]}]})
    with pytest.raises(InvalidInput, match=r"'edtior'.*There are: writer, editor"):
        bench.scenes.gather(bench.scenes.view(story.id), "On", supplied)


class Digests:
    """Says what it was asked; has better summaries once it has made some."""

    def __init__(self) -> None:
        self.made: list[tuple[list[str], int]] = []

    def earlier(self, passages: Sequence[Passage], count: int) -> list[ContextItem]:
        """One summary of all of them."""
        text = "Summed up by the model." if self.made else "Picked by rule."
        return [ContextItem(layer="story", source=f"Chapters 1–{count}", key="summary:all", text=text)]

    def shortened(self, item: ContextItem) -> str | None:
        """Always the same few words."""
        return "Short." if len(item.text) > 2000 else None

    def make(self, items: Sequence[ContextItem], passages: Sequence[Passage], cancelled: Callable[[], bool]) -> bool:
        """Makes everything at once, unless it is stopped."""
        if cancelled():
            raise Cancelled("Stopped. Nothing was changed.")
        self.made.append(([item.key for item in items], len(passages)))
        return True


def test_a_run_has_summed_up_what_it_lacks_and_gathers_again(bench: Workbench, story: Story, model: Counting) -> None:
    digests = Digests()
    scenes = Scenes(bench.settings, bench.database, model, lambda *_: [], digests=digests)
    entry = bench.library.upsert_lore(story.world_id, {"title": "Law", "content": FILLER * 200, "constant": True})
    lengthen(bench, story, 40)
    view = scenes.view(story.id)
    preview = scenes.gather(view, "On").context
    assert digests.made == []
    assert "Picked by rule." in preview.text
    run = scenes.gather(view, "On", distil=lambda: False).context
    assert [keys for keys, _ in digests.made] == [[f"lore:{entry.id}"]]
    assert 20 < digests.made[0][1] < 40
    assert "Summed up by the model." in run.text
    with pytest.raises(Cancelled):
        scenes.gather(view, "On", distil=lambda: True)


def test_a_story_that_fits_has_nothing_summed_up(bench: Workbench, story: Story, model: Counting) -> None:
    digests = Digests()
    scenes = Scenes(bench.settings, bench.database, model, lambda *_: [], digests=digests)
    lengthen(bench, story, 2)
    scenes.gather(scenes.view(story.id), "On", distil=lambda: False)
    assert digests.made == []
