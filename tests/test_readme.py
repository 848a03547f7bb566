"""The front page tells the truth about settings, endpoints and commands."""

import re
from pathlib import Path

from pydantic import BaseModel

from workbench.api import Endpoints
from workbench.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def settings_table() -> str:
    """The table as the settings themselves tell it."""
    rows = ["| variable | default | what it does |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = field.default
        on_space = {"data_dir": "`data`, on a Space `/data/loreloom`", "host": "`127.0.0.1`, on a Space `0.0.0.0`"}
        shown = on_space.get(name, f"`{default}`")
        if default is None or str(default) == "" or isinstance(default, BaseModel):
            shown = ""
        rows.append(f"| `LORELOOM_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows)


def test_every_setting_is_in_the_table() -> None:
    found = re.search(r"<!-- settings: begin -->\n(.*?)\n?<!-- settings: end -->", README, re.DOTALL)
    assert found
    assert found.group(1).strip() == settings_table()


def test_every_endpoint_is_named() -> None:
    for name in vars(Endpoints):
        if not name.startswith("_"):
            assert f"`/{name}`" in README


def test_every_setting_is_described_and_checked() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name
        if field.annotation in (int, float):
            assert field.metadata, f"{name} has no bounds"


def test_the_space_runs_the_gradio_that_is_pinned() -> None:
    version = re.search(r"sdk_version: (\S+)", README)
    assert version
    assert f"gradio[mcp]=={version.group(1)}" in (ROOT / "requirements.txt").read_text(encoding="utf-8")


def test_the_screenshot_exists() -> None:
    assert (ROOT / "assets" / "screenshot.png").stat().st_size > 10_000


def test_on_a_space_the_page_is_reachable_and_the_data_stays(monkeypatch, tmp_path: Path) -> None:
    assert Settings(_env_file=None).host == "127.0.0.1"
    monkeypatch.setenv("SPACE_ID", "someone/loreloom")
    assert Settings(_env_file=None).host == "0.0.0.0"
    monkeypatch.setattr("workbench.settings.SPACE_DISK", tmp_path)
    assert Settings(_env_file=None).data_dir == tmp_path / "loreloom"
    monkeypatch.setattr("workbench.settings.SPACE_DISK", tmp_path / "missing")
    assert Settings(_env_file=None).data_dir == Path("data")
