"""Opens the app's page and endpoints on the configured address."""

from collections.abc import Callable
from typing import Any

import gradio as gr
from gradio.route_utils import FnIndexInferError
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from workbench.api import calls as api
from workbench.compose import Workbench
from workbench.errors import NotFound, StorageError, WorkbenchError
from workbench.ui.shell import build_ui
from workbench.ui.theme import launch_options

# What is named by its content never changes.
YEAR = 31_536_000


def serve(workbench: Workbench) -> str:
    """Build the interface, launch it without blocking, and return the address it answers at."""
    settings = workbench.settings

    def health(_request: Request) -> JSONResponse:
        return JSONResponse(workbench.system.health())

    def answered(answer: Callable[[Any], Response]) -> Callable[[Request], Response]:
        """What a path is answered with; a sentence where there is nothing."""

        def answers(request: Request) -> Response:
            try:
                return answer(request.path_params)
            except WorkbenchError as error:
                return JSONResponse({"detail": str(error)}, status_code=404)

        return answers

    def keepsake(path: Any) -> Response:
        adventure_id, _, form = path["name"].rpartition(".")
        file = workbench.adventures.keepsake(adventure_id, form)
        as_file = {"content-disposition": f'attachment; filename="{file.filename}"'}
        return Response(file.content, media_type=file.media_type, headers=as_file)

    def picture(path: Any) -> Response:
        # Only what is named like a kept picture is ever served from there; .webp in the place of .png is its thumbnail.
        name = path["name"]
        if name.endswith(".webp"):
            small = workbench.pictures.preview(f"{name.removesuffix('.webp')}.png")
            return Response(small, media_type="image/webp", headers=_kept(YEAR))
        return _png(workbench.pictures.file(name), seconds=YEAR)

    def scene(path: Any) -> Response:
        drawn = workbench.adventures.pictures
        if drawn is None:
            raise NotFound("Adventures are told without pictures here.")
        return _png(workbench.pictures.file(drawn.file_of(path["adventure"], path["part"])), seconds=3600)

    def unknown(request: Request, error: Exception) -> JSONResponse:
        if "/gradio_api/call/" not in request.url.path:
            raise error
        return JSONResponse({"detail": api.unknown_call(request.url.path)}, status_code=422)

    blocks: gr.Blocks = build_ui(workbench, lambda: api.register(workbench))
    api.complete_calls(blocks)
    options: dict[str, Any] = {
        "server_name": settings.host,
        "server_port": settings.port or free_port(settings.host),
        "share": settings.share,
        "mcp_server": settings.mcp,
        # Everyone who follows a run holds a thread while waiting for its next word.
        "max_threads": 100,
        # Each session holds a copy of what the page is made of, and each plain HTTP call is a session of its own: with
        # Gradio's 10,000 a script that asks all night would fill the memory.
        "state_session_capacity": settings.sessions,
        "prevent_thread_lock": True,
        "quiet": True,
        "ssr_mode": False,
        "show_error": True,
        # Gradio's clients fetch pictures by it.
        "allowed_paths": [str(settings.pictures_path.absolute())],
        "footer_links": ["api", "settings"],
        "app_kwargs": {
            "routes": [
                Route("/health", health, methods=["GET"]),
                Route("/adventures/{name}", answered(keepsake), methods=["GET"]),
                Route("/adventures/{adventure}/{part}.png", answered(scene), methods=["GET"]),
                Route("/pictures/{name:path}", answered(picture), methods=["GET"]),
            ],
            # What Gradio raises for names it doesn't know: without these a caller sees a bare "Internal Server Error".
            "exception_handlers": dict.fromkeys((FnIndexInferError, TypeError, KeyError, AttributeError), unknown),
        },
        **launch_options(),
    }
    try:
        _, local_url, share_url = blocks.launch(**options)
    except OSError as error:
        raise StorageError(
            f"The port {settings.port} on {settings.host} can't be opened ({error}). "
            "Another program may use it: choose another one with --port."
        ) from error
    api.tool_answers_as_json(blocks)
    return share_url or local_url


def _png(file: str, seconds: int) -> FileResponse:
    """A picture, which browsers may keep for so many seconds."""
    return FileResponse(file, media_type="image/png", headers=_kept(seconds))


def _kept(seconds: int) -> dict[str, str]:
    return {"cache-control": f"private, max-age={seconds}"}


def free_port(host: str) -> int:
    """A port that is free on `host` at this moment."""
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
