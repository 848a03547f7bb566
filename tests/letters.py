"""A maker of pictures for tests, in the place of one that takes time."""

import io
from collections.abc import Callable
from typing import Any

from PIL import Image

from workbench.domain.pictures import Drawn, PictureOrder
from workbench.errors import ImageFailed


class Letters:
    """A maker that paints one colour for each seed, and remembers what it was asked."""

    maker, model = "letters", "letters 1"

    def __init__(self) -> None:
        self.orders: list[PictureOrder] = []
        self.fails = 0

    def status(self) -> str:
        return "ready"

    def draw(self, order: PictureOrder, cancelled: Callable[[], bool], progress: Any = None) -> Drawn:
        self.orders.append(order)
        if self.fails:
            self.fails -= 1
            raise ImageFailed("The brush broke.")
        colour = (order.seed % 251, order.seed // 251 % 251, 90)
        image = Image.new("RGBA" if order.kind == "character" else "RGB", (order.width, order.height), colour)
        png = io.BytesIO()
        image.save(png, "PNG")
        return Drawn(png=png.getvalue(), width=order.width, height=order.height, cut_out=order.kind == "character")

    def close(self) -> None:
        """Nothing to free."""
