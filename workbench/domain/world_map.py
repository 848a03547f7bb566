"""The map of a world: what lies where, how far apart, and what a drawing needs to show it."""

from collections.abc import Mapping
from typing import Any, Literal

from workbench.domain.model import Value

PlaceSize = Literal["city", "town", "village", "landmark"]
Terrain = Literal["hills", "peaks", "wood", "marsh", "plain", "dunes"]
Point = tuple[int, int]


class MapPlace(Value):
    """A place at a point of the map. `within` names the settlement that it is a part of; it isn't drawn then."""

    title: str
    entry_id: str = ""
    kind: PlaceSize
    x: int
    y: int
    within: str = ""


class MapRoad(Value):
    """A way between two places, by their titles. Hours are for a whole way, on foot and riding."""

    one: str
    other: str
    km: int
    hours_on_foot: float
    hours_riding: float
    track: bool = False
    points: tuple[Point, ...]


class MapRegion(Value):
    """A part of the land, and the point in its middle."""

    title: str
    entry_id: str = ""
    x: int
    y: int
    terrain: Terrain


class WorldMap(Value):
    """The whole map, in map units from the upper left corner; `width` units are `across_km` kilometres.

    `shore` is a line from edge to edge with the water on its `side`, or closed around a lake where `side` is "".
    `marks` are the small signs of the terrain: each its kind and its point.
    """

    title: str
    width: int
    height: int
    across_km: int
    riding: str
    water: str
    water_at: Point
    side: str
    shore: tuple[Point, ...]
    islands: tuple[tuple[Point, ...], ...] = ()
    rivers: tuple[tuple[Point, ...], ...] = ()
    marks: tuple[tuple[str, int, int], ...] = ()
    tree: str = "round"
    regions: tuple[MapRegion, ...] = ()
    places: tuple[MapPlace, ...] = ()
    roads: tuple[MapRoad, ...] = ()

    def stored(self, ids: Mapping[str, str]) -> "WorldMap":
        """The map with the ids of the entries that its titles stand for; `ids` maps titles to them."""
        return self.model_copy(
            update={
                "regions": tuple(one.model_copy(update={"entry_id": ids.get(one.title, "")}) for one in self.regions),
                "places": tuple(one.model_copy(update={"entry_id": ids.get(one.title, "")}) for one in self.places),
            }
        )

    def present(self, titles: Mapping[str, str]) -> "WorldMap":
        """The map under the names that its entries have now; an entry that is gone leaves its name and no id."""
        named = [(one.title, one.entry_id) for one in self.regions]
        named += [(one.title, one.entry_id) for one in self.places]
        now = {title: titles.get(entry_id, title) for title, entry_id in named if entry_id}

        def called(title: str) -> str:
            return now.get(title, title)

        def known(entry_id: str) -> str:
            return entry_id if entry_id in titles else ""

        return self.model_copy(
            update={
                "regions": tuple(
                    one.model_copy(update={"title": called(one.title), "entry_id": known(one.entry_id)})
                    for one in self.regions
                ),
                "places": tuple(
                    one.model_copy(
                        update={
                            "title": called(one.title),
                            "entry_id": known(one.entry_id),
                            "within": called(one.within),
                        }
                    )
                    for one in self.places
                ),
                "roads": tuple(
                    one.model_copy(update={"one": called(one.one), "other": called(one.other)}) for one in self.roads
                ),
            }
        )

    def told(self) -> dict[str, Any]:
        """Regions, places and roads as clients get them."""
        return {
            "title": self.title,
            "regions": [one.model_dump(mode="json") for one in self.regions],
            "places": [one.model_dump(mode="json") for one in self.places],
            "roads": [
                {
                    "from": one.one,
                    "to": one.other,
                    "km": one.km,
                    "hours_on_foot": one.hours_on_foot,
                    "hours_riding": one.hours_riding,
                }
                for one in self.roads
            ],
        }


class DrawnMap(Value):
    """A map with its drawings as SVG: by itself, for a wide page and for a narrow one, whose places can be pressed."""

    map: WorldMap
    svg: str
    wide: str
    narrow: str
