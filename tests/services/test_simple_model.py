"""A second model for simple work: it gets what only serves a reader, and is missed by nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.settings import Settings, SimpleModel

Made = Callable[..., Workbench]


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    benches: list[Workbench] = []

    def make(model: ScriptedTextModel, simple: ScriptedTextModel) -> Workbench:
        settings = Settings(_env_file=None, data_dir=tmp_path)
        bench = compose(settings, model=model, simple_model=simple, embedder=HashEmbedder())
        bench.start()
        benches.append(bench)
        return bench

    yield make
    for bench in benches:
        bench.close()


def asked(script: Script) -> set[str]:
    return {name for name, _ in script.calls}


def played(bench: Workbench) -> None:
    """An adventure to its end, with all that is done behind its reader."""
    adventure = bench.adventures.start("drowned-city", "animals", {"chapters": 7, "seed": 5, "words": 80})
    while True:
        assert list(bench.adventures.follow(adventure.id))[-1].event == "result"
        adventure = bench.adventures.get(adventure.id)
        if (live := bench.adventures.looks.note(adventure)) is not None:
            list(live.follow())
        if adventure.status == "done":
            return
        assert adventure.last is not None
        bench.adventures.choose(adventure.id, adventure.last.choices[0].id)


def test_simple_work_goes_to_the_simple_model(made: Made) -> None:
    chapters, simple = Script(), Script()
    bench = made(ScriptedTextModel(chapters), ScriptedTextModel(simple))
    played(bench)
    assert asked(chapters) == {"narrator"}
    assert asked(simple) == {"choices", "looks"}
    assert bench.system.health()["simple_model"]["name"] == "Scripted"


@pytest.mark.parametrize("state", ["failed", "loading"])
def test_without_it_the_text_model_does_all_and_the_health_says_why(made: Made, state: str) -> None:
    chapters, simple = Script(), Script()
    second = ScriptedTextModel(simple)
    second.state, second.error = state, "There is no such file."
    bench = made(ScriptedTextModel(chapters), second)
    played(bench)
    assert asked(chapters) == {"narrator", "choices", "looks"}
    assert not simple.calls
    health = bench.system.health()
    assert (health["status"] == "degraded") == (state == "failed")
    assert health["simple_model"]["error"] == "There is no such file."


def test_it_is_named_by_settings_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert Settings(_env_file=None).for_simple_model() is None
    monkeypatch.setenv("LORELOOM_SIMPLE_MODEL__URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("LORELOOM_SIMPLE_MODEL__NAME", "quick")
    settings = Settings(_env_file=None, data_dir=tmp_path, model_path=Path("large.gguf"))
    simple = settings.for_simple_model()
    assert simple is not None
    assert (simple.model_url, simple.model_name, simple.model_path) == ("http://127.0.0.1:9/v1", "quick", None)
    bench = compose(settings, model=ScriptedTextModel(), embedder=HashEmbedder())
    assert bench.simple_model is not None
    assert bench.simple_model.status().source == "server"


def test_two_of_it_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValidationError, match="only one of PATH, HUB and URL can hold"):
        SimpleModel(url="http://127.0.0.1:9/v1", path=Path("small.gguf"))
    with pytest.raises(ValidationError, match="URL is missing"):
        SimpleModel(name="quick")
