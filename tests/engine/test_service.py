"""What outlives a call: a faster file, and what was read of a story."""

import time
from pathlib import Path

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from tests.engine.conftest import make_settings

TALE = "The sea took the bell of Vell in the year of the long frost, and nobody has rung it since. " * 30
ASKED = [SystemMessage("You tell stories."), HumanMessage(f"{TALE}\n\nWho rang the bell?")]


def until(condition, seconds=60):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it didn't come about"
        time.sleep(0.05)


def reused(answer):
    """Tokens of the prompt that were not read."""
    return answer.usage_metadata["input_token_details"]["cache_read"]


@pytest.fixture
def opened(tmp_path, settle):
    """Opens the bundled model on one data folder, as a new start of the app does."""

    def opened(**more):
        return settle(make_settings(data_dir=tmp_path, context_tokens=2048, **more))

    return opened


def test_a_story_is_remembered_after_a_restart(opened):
    model = opened(fast_file="off")
    first = model.chat_model(temperature=0, max_tokens=12, story="bell").invoke(ASKED)
    assert reused(first) == 0
    model.close()
    model = opened(fast_file="off")
    again = model.chat_model(temperature=0, max_tokens=12, story="bell").invoke(ASKED)
    assert reused(again) == first.usage_metadata["input_tokens"] - 1
    assert again.text == first.text
    assert model.activity().read == 1


def test_a_story_is_saved_while_nothing_else_is_to_do(opened, tmp_path):
    model = opened(fast_file="off")
    model.chat_model(max_tokens=4, story="bell").invoke(ASKED)
    until(lambda: list((tmp_path / "beginnings").glob("*.beginning")), 20)


def test_a_story_goes_on_from_where_its_saved_beginning_ends(opened):
    model = opened(fast_file="off")
    first = model.chat_model(temperature=0, max_tokens=12, story="bell").invoke(ASKED)
    model.close()
    more = [*ASKED, AIMessage(first.text), HumanMessage("And who heard it?")]
    after = opened(fast_file="off").chat_model(temperature=0, max_tokens=5).invoke(more)
    assert reused(after) >= first.usage_metadata["input_tokens"]
    assert after.usage_metadata["input_tokens"] - reused(after) < 30


def test_nothing_is_saved_when_the_writer_does_not_want_it(opened, tmp_path):
    model = opened(fast_file="off", saved_megabytes=0)
    model.chat_model(max_tokens=4, story="bell").invoke(ASKED)
    model.close()
    assert not list(tmp_path.glob("beginnings/*"))


def test_a_faster_file_takes_the_place_of_a_slow_one_between_two_replies(opened, tmp_path):
    model = opened(fast_file="auto")
    chat = model.chat_model(temperature=0, max_tokens=30)
    stream = chat.stream(ASKED)
    next(stream)
    assert "faster is being made" in model.status().message
    until(lambda: list((tmp_path / "models").glob("*.Q8_0.gguf")))
    assert "".join(chunk.text for chunk in stream)  # the reply in hand ends on the file it began on
    until(lambda: not model.status().message)
    assert model._weights.path.parent == tmp_path / "models"
    assert chat.invoke(ASKED).text
    model.close()
    again = opened(fast_file="auto")  # at the next start it is there
    assert again._weights.path.parent == tmp_path / "models"
    assert not again.status().message


def test_a_copy_that_cannot_be_made_leaves_the_model_in_use(opened, tmp_path):
    Path(tmp_path / "models").write_text("where a folder should be")
    model = opened(fast_file="auto")
    until(lambda: not model.status().message)
    assert model.status().loaded
    assert model.chat_model(max_tokens=4).invoke(ASKED).text
