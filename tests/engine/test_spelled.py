"""A prompt as people are shown it: with the marks that the model's template puts around what was said."""

from tests.engine.conftest import make_settings
from workbench.engine.catalog import open_text_model
from workbench.engine.service import LocalTextModel

TURNS = [("system", "Be brief."), ("user", "Who is there?"), ("assistant", "Nobody."), ("user", "Again?")]


def test_a_prompt_is_spelled_as_the_model_reads_it(model: LocalTextModel) -> None:
    spelled = model.spelled(TURNS)
    assert [text for text, said in spelled.parts if said] == [text for _, text in TURNS]
    text = "".join(part for part, _ in spelled.parts)
    assert text.startswith("<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWho is there?<|im_end|>")
    assert text.endswith("Again?<|im_end|>\n<|im_start|>assistant\n")


def test_its_size_counts_each_mark_as_the_one_token_that_it_is(model: LocalTextModel) -> None:
    spelled = model.spelled(TURNS)
    said = sum(model.count_tokens(text).tokens for text, literal in spelled.parts if literal)
    assert said + 4 * 4 <= spelled.tokens <= said + 5 * 5


def test_of_a_server_the_marks_are_unknown_and_plain_words_stand_there() -> None:
    model = open_text_model(make_settings(model_url="http://127.0.0.1:9/v1"))
    spelled = model.spelled(TURNS[:2])
    assert "".join(text for text, _ in spelled.parts) == "System:\nBe brief.\n\nUser:\nWho is there?\n\nAssistant:\n"
    assert spelled.tokens > 0
    assert model.count_tokens("Who is there?").error == 0.2


def test_a_model_that_loads_spells_too_and_its_size_is_an_estimate() -> None:
    model = open_text_model(make_settings())
    spelled = model.spelled(TURNS)
    assert "Who is there?" in [text for text, said in spelled.parts if said]
    assert spelled.tokens > 0
    assert model.count_tokens("Who is there?").error == 0.2
