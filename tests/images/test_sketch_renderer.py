"""The process that renders sketches: it survives what it is given, is begun anew, and dies with the app."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from workbench.errors import ImageFailed
from workbench.images.files import SIGNATURE
from workbench.images.sketch_renderer import Renderer

SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="#246"/></svg>'


@pytest.fixture
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    yield renderer
    renderer.close()


def test_what_is_no_drawing_is_refused_and_the_next_is_rendered(renderer: Renderer) -> None:
    with pytest.raises(ImageFailed, match="try another seed"):
        renderer.render("<svg")
    assert renderer.render(SQUARE).startswith(SIGNATURE)


def test_a_process_that_was_killed_is_begun_anew(renderer: Renderer) -> None:
    first = renderer.render(SQUARE)
    assert renderer._process is not None
    renderer._process.kill()
    renderer._process.wait()
    assert renderer.render(SQUARE) == first


def test_where_no_process_can_be_had_it_is_said(renderer: Renderer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(ImageFailed, match="its process doesn't run"):
        renderer.render(SQUARE)
    monkeypatch.undo()
    assert renderer.render(SQUARE).startswith(SIGNATURE)


def test_after_closing_it_is_gone_and_can_be_begun_again(renderer: Renderer) -> None:
    renderer.render(SQUARE)
    process = renderer._process
    assert process is not None
    renderer.close()
    assert process.poll() == 0
    assert renderer.render(SQUARE).startswith(SIGNATURE)


def test_it_ends_when_the_app_is_killed() -> None:
    app = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys\nfrom workbench.images.sketch_renderer import Renderer\nrenderer = Renderer()\n"
            f"renderer.render({SQUARE!r})\nprint(renderer._process.pid, flush=True)\nsys.stdin.read()",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert app.stdout is not None
    child = int(app.stdout.readline())
    os.kill(child, 0)
    app.send_signal(signal.SIGKILL)
    # Both write to the app's standard error: it ends when both are gone.
    _, said = app.communicate(timeout=20)
    assert said == ""
