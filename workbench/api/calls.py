"""All endpoints on the page, and how they are called: by Gradio's clients, by plain HTTP, as MCP tools."""

import functools
import inspect
import json
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from workbench.api.adventures import AdventureEndpoints
from workbench.api.agents import AgentEndpoints
from workbench.api.archive import ArchiveEndpoints
from workbench.api.branches import BranchEndpoints
from workbench.api.chat import ChatEndpoints
from workbench.api.context import ContextEndpoints
from workbench.api.lore import LoreEndpoints
from workbench.api.pictures import PictureEndpoints
from workbench.api.plan import PlanEndpoints
from workbench.api.queue import QueueEndpoints
from workbench.api.stories import StoryEndpoints
from workbench.api.system import SystemEndpoints
from workbench.api.team import TeamEndpoints
from workbench.api.time import TimeEndpoints
from workbench.api.values import told
from workbench.compose import Workbench


class Endpoints(
    SystemEndpoints,
    LoreEndpoints,
    StoryEndpoints,
    BranchEndpoints,
    ArchiveEndpoints,
    QueueEndpoints,
    AgentEndpoints,
    PlanEndpoints,
    ChatEndpoints,
    TeamEndpoints,
    TimeEndpoints,
    ContextEndpoints,
    AdventureEndpoints,
    PictureEndpoints,
):
    """The whole contract."""


def _guarded(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with its errors told. Generators stay generators, since that is how Gradio streams."""
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from method(*args, **kwargs)
            except gr.Error:
                raise
            except Exception as error:
                raise told(error, f"/{name}") from error

        return stream

    @functools.wraps(method)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            raise told(error, f"/{name}") from error

    return answer


def register(workbench: Workbench) -> None:
    """Add all endpoints to the `gr.Blocks` in whose context this is called."""
    endpoints = Endpoints(workbench)
    for name, method in inspect.getmembers(endpoints, inspect.ismethod):
        if not name.startswith("_"):
            # Readers of one run must never wait for readers of another: no limit on how many run at once.
            gr.api(_guarded(name, method), api_name=name, concurrency_limit=None)


def arguments_of(name: str) -> list[inspect.Parameter]:
    """The arguments of an endpoint, in order; none for an endpoint that doesn't exist."""
    method = None if name.startswith("_") else getattr(Endpoints, name, None)
    return list(inspect.signature(method).parameters.values())[1:] if method else []


def complete_calls(page: gr.Blocks) -> None:
    """Let callers by plain HTTP leave out what has a default, as Gradio's own clients do, and tell what is missing."""
    checked = page.validate_inputs

    def validate_inputs(block_fn: Any, inputs: list[Any]) -> None:
        name = block_fn.api_name if isinstance(block_fn.api_name, str) else ""
        if wanted := arguments_of(name):
            missing = [one.name for one in wanted[len(inputs) :] if one.default is one.empty]
            if missing or len(inputs) > len(wanted):
                raise gr.Error(_wrong_count(name, len(inputs)), print_exception=False)
            inputs += [one.default for one in wanted[len(inputs) :]]
            if any(_names_a_file(value) for value in inputs):
                raise gr.Error(
                    f"/{name} takes no files, but an argument looks like one (it has the fields path and meta). "
                    "Give the text itself.",
                    print_exception=False,
                )
        checked(block_fn, inputs)

    page.validate_inputs = validate_inputs


def _wrong_count(name: str, given: int) -> str:
    shown = ", ".join(f"{one.name}{'' if one.default is one.empty else ' (optional)'}" for one in arguments_of(name))
    count = f"{given} value was" if given == 1 else f"{given} values were"
    return f"/{name} takes {shown}, but {count} given. Give them in this order."


def _names_a_file(value: Any) -> bool:
    # Gradio would look for such a file, and end with a Python error where `meta` isn't what it expects.
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "path" in one and "meta" in one:
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def unknown_call(path: str) -> str:
    """What to tell somebody who called an endpoint, or named an argument, that doesn't exist."""
    name = path.rstrip("/").rsplit("/", 1)[-1][:60]
    wanted = [one.name for one in arguments_of(name)]
    if not hasattr(Endpoints, name) or name.startswith("_"):
        return f"There is no endpoint /{name}. GET /gradio_api/info names those that there are."
    takes = f"takes {', '.join(wanted)}" if wanted else "takes no arguments"
    return f"/{name} {takes}; an argument is missing, or has another name. GET /gradio_api/info describes them."


def tool_answers_as_json(page: gr.Blocks) -> None:
    """Let MCP tools answer in JSON, as all other ways to call the endpoints do, and not in Python's notation."""
    server: Any = page.mcp_server_obj
    if server is None:
        return
    answered = server.postprocess_output_data

    def postprocess_output_data(data: list[Any], root_url: str) -> list[Any]:
        return answered([value if _names_a_file(value) else _json_text(value) for value in data], root_url)

    server.postprocess_output_data = postprocess_output_data


def _json_text(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) or value is None else value
