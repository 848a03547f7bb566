"""A Space that lends its GPU for one call at a time.

The call runs in a copy of the process, so nothing but values goes in and comes out: no errors, no news of the progress.
"""

import importlib
import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from workbench.domain.pictures import PictureOrder

SPACE_SECONDS = 120.0  # the most that is asked for at once


@dataclass(frozen=True)
class Failure:
    """An `ImageFailed` on its way between processes; `lost` says that the model can't go on."""

    sentence: str
    lost: bool


def space_call(function: Callable[..., Any], time_limit: float) -> Callable[..., Any] | None:
    """The function as such a Space wants it, or None anywhere else. `time_limit` in seconds; 0 is none."""
    if os.environ.get("SPACES_ZERO_GPU", "").lower() in ("", "0", "false"):
        return None
    try:
        spaces = importlib.import_module("spaces")
    except ImportError:
        return None
    seconds = math.ceil(min(time_limit or SPACE_SECONDS, SPACE_SECONDS))

    def draw_picture(order: PictureOrder) -> Any:
        return function(order)

    wrapped: Callable[..., Any] = spaces.GPU(duration=seconds)(draw_picture)
    return wrapped
