"""What an adventurer takes along, drawn large; it stands on y 0."""

from collections.abc import Callable, Mapping
from typing import Final

from workbench.images import sketch_keepsakes as keepsakes
from workbench.images import sketch_luggage as luggage
from workbench.images import sketch_tools as tools
from workbench.images import sketch_vessels as vessels
from workbench.images.sketch_brush import Brush

BELONGINGS: Final[Mapping[str, Callable[[Brush], None]]] = {
    "key": tools.key, "toolbox": tools.toolbox, "scissors": tools.scissors, "pencil": tools.pencil,
    "chalk": tools.chalk, "string": tools.string, "silver line": tools.silver_line, "drawer": tools.drawer,
    "shoes": luggage.shoes, "boots": luggage.boots, "scarf": luggage.scarf, "tent": luggage.tent,
    "ticket": luggage.ticket, "bookmark": luggage.bookmark, "paper hat": luggage.paper_hat, "boat": luggage.boat,
    "bottle": vessels.bottle, "flask": vessels.flask, "jar": vessels.jar, "diving bell": vessels.diving_bell,
    "glass dome": vessels.glass_dome, "watering can": vessels.watering_can,
    "watch": keepsakes.watch, "whistle": keepsakes.whistle, "bell": keepsakes.bell, "clapper": keepsakes.clapper,
    "mirror": keepsakes.mirror, "lamp": keepsakes.lamp, "glass lantern": keepsakes.glass_lantern,
}  # fmt: skip
