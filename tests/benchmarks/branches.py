"""`python -m tests.benchmarks.branches [--json]`: opening a story of 500 passages and 40 branches, and using it.

Two stories of that size: one whose open branch has all that was written before the others parted from it, and one where
it has nearly everything, so that all of it is on the page.
"""

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import gradio as gr

from tests.benchmarks.report import Figures
from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.settings import Settings
from workbench.storage import stories
from workbench.ui.branch_picture import tree_picture
from workbench.ui.desk import Desk
from workbench.ui.tab_branches import BranchesTab
from workbench.ui.tab_write import WriteTab

PASSAGES, BRANCHES, WORDS = 500, 40, 600
ROUNDS = 15
VOCABULARY = (
    "the river ran low that autumn and somebody counted lanterns on the far bank while a bell rang in the town and "
    "nobody answered until the ferryman came down with his hat in his hands saying that the toll had doubled"
).split()


def prose(chance: random.Random) -> str:
    """A chapter: paragraphs of sentences of a vocabulary."""
    paragraphs = []
    for _ in range(WORDS // 60):
        words = chance.choices(VOCABULARY, k=60)
        sentences = [" ".join(words[start : start + 12]).capitalize() + "." for start in range(0, 60, 12)]
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def told(bench: Workbench, trunk: int) -> str:
    """A story whose first branch has `trunk` passages; the others share the rest, each parting somewhere on the way."""
    chance = random.Random(7)
    world = bench.library.create_world("Vell", "A river town.")
    story = bench.library.create_story(world.id, f"A story of {trunk} chapters and {BRANCHES} branches")
    with bench.database.writing() as session:

        def add() -> str:
            head = stories.active_branch(session, story.id).head_id
            return stories.accept(session, stories.add_draft(session, story.id, head, prose(chance)).id)[0].id

        line = [add() for _ in range(trunk)]
        others = BRANCHES - 1
        for number in range(others):
            branch = stories.add_branch(session, story.id, chance.choice(line), f"What if {number + 1}")
            stories.open_branch(session, story.id, branch.id)
            for _ in range((PASSAGES - trunk) * (number + 1) // others - (PASSAGES - trunk) * number // others):
                add()
        stories.open_branch(session, story.id, story.branch_id)
    return story.id


def median_ms(work: Callable[[], Any]) -> float:
    """The median time of some rounds, in milliseconds; the first one, which fills what is remembered, apart."""
    work()
    taken = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        taken.append(1000 * (time.perf_counter() - begun))
    return statistics.median(taken)


def measure(bench: Workbench, figures: Figures, name: str, story_id: str) -> None:
    """Note what opening that story takes, and what is done in it."""
    tree = bench.tree.tree(story_id)
    assert (len(tree.passages), len(tree.branches)) == (PASSAGES, BRANCHES)
    there, away = tree.open_id, tree.branches[-1].id

    def to_and_fro() -> None:
        bench.tree.switch_branch(story_id, away)
        bench.tree.switch_branch(story_id, there)

    with gr.Blocks():
        desk = Desk(bench)
        write, branches = WriteTab(desk), BranchesTab(desk)
    begun, worked = time.perf_counter(), time.process_time()
    write.view(story_id)
    first, work = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - worked)
    figures.row(name, "open the story (ms)", median_ms(lambda: bench.library.story_view(story_id)), "<=", 300)
    figures.row(name, "its tree (ms)", median_ms(lambda: bench.tree.tree(story_id)), "<=", 300)
    figures.row(name, "the tree’s picture (ms)", median_ms(lambda: tree_picture(tree)), "<=", 100)
    figures.row(name, "the Write tab, first time (ms)", first, "<=", 300, processor_ms=round(work))
    figures.row(name, "the Write tab (ms)", median_ms(lambda: write.view(story_id)), "<=", 300)
    figures.row(name, "the Branches tab (ms)", median_ms(lambda: branches.show(story_id, "", [])), "<=", 300)
    figures.row(name, "switch the branch (ms)", median_ms(to_and_fro) / 2, "<=", 300)
    figures.row(
        name, "compare two branches (ms)", median_ms(lambda: bench.tree.compare(story_id, there, away)), "<=", 900
    )


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print a record instead of a table")
    given = parser.parse_args()
    figures = Figures("value")
    with tempfile.TemporaryDirectory() as folder:
        bench = compose(
            Settings(_env_file=None, data_dir=Path(folder), jobs="outside"),
            model=ScriptedTextModel(Script()),
            embedder=HashEmbedder(),
        )
        bench.start()
        try:
            measure(bench, figures, "half on the open branch", told(bench, PASSAGES // 2))
            measure(bench, figures, "nearly all on it", told(bench, PASSAGES - BRANCHES + 1))
        finally:
            bench.close()
    return figures.conclude("branches", given.json, passages=PASSAGES, branches=BRANCHES, words=WORDS)


if __name__ == "__main__":
    sys.exit(main())
