"""What goes in, what the nodes share, what comes out."""

from collections.abc import Callable
from dataclasses import dataclass
from operator import add, or_
from typing import Annotated, TypedDict

from workbench.domain.gallery import Picture
from workbench.domain.model import Value
from workbench.domain.pictures import Composition, Drawn, Figure, PictureKind, PictureOrder, Scene


class IllustrationRequest(Value):
    """What is to be shown: the passage's text, lore of the places that it names, and who is in the picture."""

    passage: str
    places: tuple[str, ...] = ()
    figure: Figure | None = None
    kinds: tuple[PictureKind, ...]
    style: str
    # A person's picture has their own seed; what is around them has the asking's.
    figure_seed: int
    seed: int
    width: int
    height: int
    reference: bytes | None = None
    # A scene that is known already: then nothing is read out of the passage.
    scene: Scene | None = None


class IllustrationInput(TypedDict):
    """The request."""

    request: IllustrationRequest


class IllustrationState(IllustrationInput, total=False):
    """Working state. `drawn` and `pictures` are by kind; `notes` tell what didn't work, in sentences."""

    scene: Scene
    drawn: Annotated[dict[str, Drawn], or_]
    pictures: Annotated[dict[str, Picture], or_]
    notes: Annotated[list[str], add]


@dataclass(kw_only=True)
class IllustrationTeam:
    """Who draws, who puts together, who keeps. `seconds` is the longest that one picture may take.

    `keep` stores a picture of a kind: what was drawn, and the order that it was drawn by.
    """

    draw: Callable[[PictureOrder, Callable[[], bool], Callable[[float], None]], Drawn]
    composition: Callable[[Scene, int], Composition]
    combine: Callable[[Drawn, Drawn, Composition], bytes]
    keep: Callable[[PictureKind, Drawn, PictureOrder], Picture]
    cancelled: Callable[[], bool]
    seconds: float
    pauses: tuple[float, ...]
