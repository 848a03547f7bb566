"""Summing up with the bundled model: what comes out is never empty, never too long, and true to the text."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graphs.registry import GRAPHS
from graphs.team import AgentTeam
from workbench.domain.summaries import picked, problem_of
from workbench.engine.catalog import open_text_model
from workbench.ports import TextModel
from workbench.settings import Settings

FERRY = """The ferry was late, and the fog had eaten the far bank. Mirela Costin stood on the landing with the ledger
under her coat and counted the strokes of the bell. Eleven. Nobody crossed the Vadu after ten, nobody honest at least.

“You came alone,” said Petru, stepping out from behind the salt sacks. He had lost weight since the trial.

“You asked me to.” She gave him the ledger. He opened it, and his thumb went down the column of names until it stopped.

“This is my father's hand.” He read the line twice. His father had paid the arsonists, forty silver a man, a week before
the granary burned. Petru tore out the page and put it in his mouth, and chewed, and swallowed, while she watched.

“They will hang you for that,” said Mirela.

“They will hang nobody. There is nothing left to read.” He threw the ledger into the river. It floated for a moment like
a dark bird, and then it sank.

The ferry's lamp came out of the fog. Mirela pushed him into the boat, and gave the ferryman her ring, since it was all
she had. She did not get in. From the landing she watched the lamp grow small. In the morning the guards found her
there, asleep on the salt sacks, and arrested her."""

ISLAND = """On the third day the wind turned, and the sail tore from top to bottom with a sound like a shout. Yannis let
it hang. There was no thread left on board, and there had been no water since Tuesday. The boy, Leftis, lay in the shade
of the mast and talked to his grandmother, who had been dead for six years.

Toward evening they saw the island. It was hardly more than a rock with a chapel on it, and one bent tree. Yannis rowed
until his hands bled. The keel broke on the reef, and the boat went down in water that came up to their chests, with the
nets, the compass, and the tin box in which his whole fortune was.

They waded ashore. Behind the chapel there was a cistern, and the boy drank, and was sick, and drank again. An old woman
came out of the chapel with a broom in her hand. Her name was Despina, she said, and she had been alone here for
nineteen years.

“Does a boat come?” asked Yannis.

“One came,” said Despina. “It was yours.”

That night Leftis died. They buried him under the tree, with stones, because the earth was too thin. Yannis swore by the
grave that he would build a boat out of the chapel's roof, and Despina, who had heard him, hid the axe."""

SCHOOL = """The new teacher wrote her name on the board: Hanna Bauer. Somebody at the back laughed. It was the first
week of November, and the stove smoked.

She opened the register and read out the names. When she came to Emil Kranz nobody answered. The children looked at the
empty place by the window, and then at their hands.

“Emil is ill?” she asked.

“Emil is gone,” said a girl with plaits. “Since the dam.”

Hanna closed the register. After school she walked up to the dam, although the road was closed. The water stood brown
and still behind the wall, and in the mud of the bank she found a satchel. There were two books in it, and a drawing of
a house with five people in front of it. One of the five had been crossed out.

She took the satchel to the mayor. He was eating. He did not look into it, he only asked who else had seen it, and when
she said that nobody had, he locked it in his desk. “You are new here, Miss Bauer,” he said. “You will like the spring.”

In the night Hanna packed her trunk. In the morning she unpacked it again, sent a letter to the inspector in the city,
and went to school."""

PASSAGES = {"ferry": FERRY, "island": ISLAND, "school": SCHOOL}
WORDS = 35


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TextModel]:
    folder: Path = tmp_path_factory.mktemp("distilling")
    model = open_text_model(Settings(_env_file=None, data_dir=folder, fast_file="off"))
    model.start()
    assert model.wait_ready(60)
    yield model
    model.close()


def summed_up(model: TextModel, text: str, kind: str, words: int) -> dict[str, Any]:
    team = AgentTeam(
        chat=lambda agent, **sampling: model.chat_model(**sampling), cancelled=lambda: False, record=lambda call: None
    )
    given = {
        "text": picked(text, 3 * words, "events" if kind == "fold" else kind),
        "kind": kind,
        "words": words,
        "closely": True,
    }
    outcome: dict[str, Any] = GRAPHS["distil"]().compile().invoke(given, context=team)
    return outcome


@pytest.mark.parametrize("name", sorted(PASSAGES))
def test_a_passage_is_summed_up_in_words_that_it_bears(model: TextModel, name: str) -> None:
    source = " ".join(PASSAGES[name].split())
    outcome = summed_up(model, source, "events", WORDS)
    assert problem_of(outcome["summary"], source, WORDS) is None, outcome


@pytest.mark.parametrize("kind", ["characters", "places", "dialogue"])
def test_each_kind_of_text_is_summed_up(model: TextModel, kind: str) -> None:
    source = " ".join(FERRY.split())
    outcome = summed_up(model, source, kind, WORDS)
    assert problem_of(outcome["summary"], source, WORDS) is None, outcome


def test_summaries_are_summed_up_and_what_cannot_be_undone_stays(model: TextModel) -> None:
    source = " ".join(picked(" ".join(text.split()), WORDS) for text in PASSAGES.values())
    outcome = summed_up(model, source, "fold", 60)
    assert problem_of(outcome["summary"], source, 60) is None, outcome
    assert "Leftis" in outcome["summary"]
