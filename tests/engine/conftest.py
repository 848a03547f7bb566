import pytest

from workbench.engine.catalog import open_text_model
from workbench.settings import Settings


def make_settings(**values):
    """Settings of nobody's .env, which leave nothing on the disk unless they name a folder."""
    if "data_dir" not in values:
        values = {"fast_file": "off", "saved_megabytes": 0, **values}
    return Settings(_env_file=None, **values)


@pytest.fixture(scope="session")
def model():
    """The bundled model, loaded once for all tests of this folder."""
    model = open_text_model(make_settings(context_tokens=2048, slots=4))
    model.start()
    assert model.wait_ready(60), model.status().error
    yield model
    model.close()


@pytest.fixture
def settle():
    """Start a model and wait for its status; models are closed at the end."""
    opened = []

    def settle(settings, seconds=30):
        model = open_text_model(settings)
        opened.append(model)
        model.start()
        model.wait_ready(seconds)
        return model

    yield settle
    for model in opened:
        model.close()
