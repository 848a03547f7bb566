"""How a character looks, as HTML: pure functions. The frames keep their size, whatever is in them or on its way."""

from collections.abc import Sequence

from workbench.domain.gallery import Picture
from workbench.ui import gallery_cards
from workbench.ui.render import safe

NO_FACE = "There is no picture yet. Draw one, or use a picture of your own."
NOTHING_ELSE = "Another face comes here first. Nothing is changed until you keep it."
NOT_FOLLOWED = (
    "The sketch maker draws from words and can’t look at a picture: yours is kept, and a model that draws pictures "
    "follows it."
)


def face(picture: Picture | None) -> str:
    """The face that a character has, or what to do where they have none."""
    if picture is None:
        return _framed("Their face", f"<p>{NO_FACE}</p>")
    return _framed("Their face", _image(picture, "Their face"), _press("forget", picture.id, "Forget this picture"))


def candidate(picture: Picture | None, same: bool = False) -> str:
    """What was drawn and isn't kept yet. `same`: nothing but their words may have changed since their picture."""
    if picture is None:
        return _framed("Another face", f"<p>{NOTHING_ELSE}</p>")
    words = "As they are told now" if same else "Another face"
    return _framed(words, _image(picture, words), _press("keep", picture.id, "Keep this face", plain=False))


def doing(message: str, progress: float) -> str:
    """What is being drawn, in the place where it will be."""
    return _framed("On its way", gallery_cards.doing(message, progress), _press("stop", "", "Stop"))


def failed(told: Sequence[str]) -> str:
    """Why nothing was drawn, in the same place."""
    lines = "".join(f"<p>{safe(one)}</p>" for one in told)
    return _framed("Not drawn", f'<div role="alert">{lines}</div>')


def hint(maker: str, reference: Picture | None) -> str:
    """What a writer should know of who draws, beside the pictures."""
    if maker == "sketch" and reference is not None and reference.maker == "upload":
        return f'<p class="ll-facts">{NOT_FOLLOWED}</p>'
    return ""


def _framed(heading: str, inside: str, below: str = "") -> str:
    return (
        f'<figure class="ll-portrait-card"><figcaption>{heading}</figcaption>'
        f'<div class="ll-portrait-frame">{inside}</div><div class="ll-portrait-below">{below}</div></figure>'
    )


def _image(picture: Picture, words: str) -> str:
    source, size = gallery_cards.source(picture), f'width="{picture.width}" height="{picture.height}"'
    return f'<img src="{source}" alt="{safe(words)}" {size}>'


def _press(act: str, key: str, words: str, plain: bool = True) -> str:
    look = " ll-plain" if plain else ""
    return f'<button type="button" class="ll-press{look}" data-act="{act}" data-id="{safe(key)}">{words}</button>'
