"""Downloads by the real hub library, from a server on this machine that speaks enough of the hub's protocol."""

import huggingface_hub.constants
import pytest

from tests.engine.conftest import make_settings
from tests.engine.fake_servers import hub_server
from workbench.engine.catalog import bundled_file, open_text_model


@pytest.fixture
def hub(monkeypatch):
    data = bundled_file().read_bytes()
    server = hub_server({"/loom/tiny/resolve/main/tiny.gguf": data})
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", f"http://127.0.0.1:{server.port}")
    monkeypatch.setattr(
        huggingface_hub.constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        f"http://127.0.0.1:{server.port}/{{repo_id}}/resolve/{{revision}}/{{filename}}",
    )
    yield server
    server.close()


def test_download_once_then_offline(hub, settle, tmp_path):
    settings = make_settings(model_hub="loom/tiny:tiny.gguf", data_dir=tmp_path, slots=1)
    status = settle(settings, 60).status()
    assert status.state == "ready", status.error
    assert (status.name, status.source) == ("tiny", "hub")
    assert list((tmp_path / "models").rglob("tiny.gguf"))
    asked = len(hub.requests)
    assert settle(settings, 60).status().state == "ready"
    assert len(hub.requests) == asked


def test_file_that_the_repository_lacks(hub, settle, tmp_path):
    status = settle(make_settings(model_hub="loom/tiny:other.gguf", data_dir=tmp_path)).status()
    assert status.state == "failed"
    assert "no file other.gguf" in status.error


def test_hub_out_of_reach(hub, settle, tmp_path, monkeypatch):
    monkeypatch.setattr(huggingface_hub.utils._http.time, "sleep", lambda seconds: None)  # the library tries five times
    hub.close()
    status = settle(make_settings(model_hub="loom/tiny:tiny.gguf", data_dir=tmp_path)).status()
    assert status.state == "failed"
    assert "can't be reached" in status.error


@pytest.mark.parametrize("name", ["tiny.gguf", "loom/tiny", "loom/tiny:weights.bin", "https://x/y:z.gguf"])
def test_name_in_a_wrong_form(name):
    status = open_text_model(make_settings(model_hub=name)).status()
    assert "owner/repository:file.gguf" in status.error
