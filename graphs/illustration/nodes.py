"""One function for each node: describe the scene, draw the character and the background, put them together."""

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from langgraph.config import get_stream_writer
from langgraph.graph import END
from langgraph.runtime import Runtime

from graphs.illustration.state import IllustrationState, IllustrationTeam
from workbench.domain.describing import scene_of
from workbench.domain.gallery import kinds_needed
from workbench.domain.picture_prompts import prompts_for
from workbench.domain.pictures import Drawn, PictureKind, PictureOrder
from workbench.errors import Cancelled, ImageFailed

T = TypeVar("T")
NAMED: dict[PictureKind, str] = {"character": "The figure", "background": "The background", "combined": "The picture"}
BEGUN = {"character": "Drawing the figure", "background": "Drawing the background", "combined": "Putting them together"}


def _tell(node: str, message: str, progress: float) -> None:
    get_stream_writer()({"node": node, "message": message, "progress": progress})


def describe(state: IllustrationState, runtime: Runtime[IllustrationTeam]) -> dict[str, Any]:
    """Read the scene out of the passage and the lore that is true there."""
    request = state["request"]
    _tell("describe", "Reading what is to be seen", 0.05)
    scene = request.scene or scene_of(request.passage, request.places, request.figure)
    return {"scene": scene}


def to_draw(state: IllustrationState) -> list[str]:
    """The nodes that draw what is needed; they run side by side."""
    needed = kinds_needed(state["request"].kinds)
    return [kind for kind in ("character", "background") if kind in needed]


def combines(state: IllustrationState) -> str:
    """Whether the two are put together."""
    return "combined" if "combined" in state["request"].kinds else END


def character(state: IllustrationState, runtime: Runtime[IllustrationTeam]) -> dict[str, Any]:
    """Draw the figure alone."""
    if state["scene"].figure is None:
        return {"notes": ["Nobody is named in this passage, so there is no figure in the picture."]}
    return _drawn("character", state, runtime.context, state["request"].figure_seed)


def background(state: IllustrationState, runtime: Runtime[IllustrationTeam]) -> dict[str, Any]:
    """Draw the place without anybody in it."""
    return _drawn("background", state, runtime.context, state["request"].seed)


def combined(state: IllustrationState, runtime: Runtime[IllustrationTeam]) -> dict[str, Any]:
    """Put the figure into the background; without a figure the background is the picture."""
    request, scene, team = state["request"], state["scene"], runtime.context
    drawn = state.get("drawn", {})
    place, figure = drawn.get("background"), drawn.get("character")
    if place is None or (figure is None and scene.figure is not None):
        return {"notes": ["There is no combined picture, since one of its two halves is missing."]}
    _tell("combined", BEGUN["combined"], 0.85)
    order = _order("combined", state, request.seed)

    def together() -> Drawn:
        if figure is None:
            return place
        png = team.combine(place, figure, team.composition(scene, request.seed))
        return Drawn(png=png, width=place.width, height=place.height)

    made, note = _attempted(together, "combined", team)
    if made is None:
        return {"notes": [note]}
    return {"pictures": {"combined": team.keep("combined", made, order)}}


def _order(kind: PictureKind, state: IllustrationState, seed: int) -> PictureOrder:
    request, scene = state["request"], state["scene"]
    prompt, negative = prompts_for(kind, scene, request.style)
    width, height = request.width, request.height
    if kind == "character":
        # A figure stands: its picture is upright, as large as the whole will be.
        width, height = min(width, height), max(width, height)
    return PictureOrder(
        kind=kind,
        scene=scene,
        prompt=prompt,
        negative_prompt=negative,
        seed=seed,
        width=width,
        height=height,
        reference=request.reference if kind == "character" else None,
    )


def _drawn(kind: PictureKind, state: IllustrationState, team: IllustrationTeam, seed: int) -> dict[str, Any]:
    order = _order(kind, state, seed)
    start = 0.1 if kind == "character" else 0.15
    _tell(kind, BEGUN[kind], start)

    def draw() -> Drawn:
        began = time.monotonic()

        def over() -> bool:
            return team.cancelled() or time.monotonic() - began > team.seconds

        try:
            return team.draw(order, over, lambda share: _tell(kind, BEGUN[kind], start + 0.6 * share))
        except Cancelled as error:
            if team.cancelled():
                raise
            raise ImageFailed(
                f"it took longer than {team.seconds:g} seconds. A smaller size is quicker; LORELOOM_IMAGE_SECONDS "
                "allows more time"
            ) from error

    made, note = _attempted(draw, kind, team)
    if made is None:
        return {"notes": [note]}
    return {"drawn": {kind: made}, "pictures": {kind: team.keep(kind, made, order)}}


def _attempted(work: Callable[[], T], kind: PictureKind, team: IllustrationTeam) -> tuple[T | None, str]:
    """What `work` makes, tried again after each of the team's pauses; else None and a sentence that says why."""
    for pause in (*team.pauses, None):
        if team.cancelled():
            raise Cancelled("Stopped. What was drawn already is kept.")
        try:
            return work(), ""
        except ImageFailed as error:
            if pause is None:
                return None, f"{NAMED[kind]} couldn’t be drawn: {str(error).rstrip('.')}. Try again."
            _tell(kind, "Trying once more", 0.2)
            _rest(pause, team)
    raise AssertionError("the last pause is None")


def _rest(seconds: float, team: IllustrationTeam) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and not team.cancelled():
        threading.Event().wait(0.05)
