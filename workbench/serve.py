"""Opens the app's page and endpoints on the configured address."""

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


def serve(workbench: Workbench) -> str:
    """Build the interface, launch it without blocking, and return the address it answers at."""
    settings = workbench.settings

    def health(_request: Request) -> JSONResponse:
        return JSONResponse(workbench.system.health())

    def keepsake(request: Request) -> Response:
        adventure_id, _, form = request.path_params["name"].rpartition(".")
        try:
            file = workbench.adventures.keepsake(adventure_id, form)
        except WorkbenchError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        as_file = {"content-disposition": f'attachment; filename="{file.filename}"'}
        return Response(file.content, media_type=file.media_type, headers=as_file)

    def picture(request: Request) -> Response:
        # Only what is named like a kept picture is ever served from there.
        try:
            path = workbench.pictures.file(request.path_params["name"])
        except WorkbenchError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        return FileResponse(path, media_type="image/png", headers={"cache-control": "private, max-age=31536000"})

    def scene(request: Request) -> Response:
        drawn = workbench.adventures.pictures
        try:
            if drawn is None:
                raise NotFound("Adventures are told without pictures here.")
            name = drawn.file_of(request.path_params["adventure"], request.path_params["part"])
            path = workbench.pictures.file(name)
        except WorkbenchError as error:
            return JSONResponse({"detail": str(error)}, status_code=404)
        return FileResponse(path, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

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
                Route("/adventures/{name}", keepsake, methods=["GET"]),
                Route("/adventures/{adventure}/{part}.png", scene, methods=["GET"]),
                Route("/pictures/{name:path}", picture, methods=["GET"]),
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


def free_port(host: str) -> int:
    """A port that is free on `host` at this moment."""
    import socket

    with socket.socket() as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])
