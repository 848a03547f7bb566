"""What there is in a generated world, before any sentence is written: so that each sentence can refer to all of it."""

from collections.abc import Sequence
from typing import NamedTuple

from workbench.domain.world_map import MapPlace, MapRegion, MapRoad, PlaceSize, WorldMap
from workbench.timeline.chronicle import Chronicler, Person
from workbench.timeline.dice import Dice
from workbench.timeline.regions import CELL, HEIGHT, WIDTH, Region
from workbench.timeline.vocabulary import Common, Counts, Culture, Land, Palette, PlaceKind


class Place(NamedTuple):
    """A settlement (without a `kind`) or a place in or near one. `site` is its number on the map, `town` its town's."""

    title: str
    look: str
    kind: PlaceKind | None
    size: PlaceSize
    site: int
    town: int

    @property
    def at(self) -> str:
        """Where something happens there: "at the Salt Market"."""
        return f"{self.kind.at if self.kind else 'in'} {inside(self.title)}"

    @property
    def lies_apart(self) -> bool:
        """Whether it stands by itself on the map."""
        return self.kind is not None and self.site != self.town


class Thing(NamedTuple):
    """An item or a faction: what it is called, what is told of it, and a plain word for it."""

    title: str
    text: str
    noun: str = ""


class WorldPlan:
    """Names, places, people, things and years of one world. `places` begins with the settlements, chief one first."""

    def __init__(
        self, dice: Dice, palette: Palette, land: Land, culture: Culture, common: Common, counts: Counts
    ) -> None:
        self.palette, self.land, self.common, self.counts = palette, land, common, counts
        self._dice = dice
        self.year = dice.between(*land.present)
        self._chronicler = Chronicler(dice, culture, common, counts, self.year)
        habitat = dice.pick(culture.region_starts) + dice.pick(culture.region_ends) if culture.region_starts else ""
        self.land_title = dice.pick(land.lands).format(habitat=habitat)
        self.water = dice.pick(land.waters)
        self.areas = dice.shuffled(land.areas)[: counts.areas]
        terrains = [area.terrain for area in self.areas]
        self._ground = Region(dice, land.shape, terrains, counts.settlements, land.across_km)
        self.places = self._settlements(culture)
        self.places += self._landmarks()
        # What sentences call the place where all of it happens: the land where it is one building, else its chief town.
        self.region = habitat or self.places[0].title
        self.factions = [
            Thing(*self._named(one.titles, one.creeds)) for one in dice.shuffled(palette.factions)[: counts.factions]
        ]
        self.items = [
            Thing(*self._named(one.titles, one.looks), one.noun) for one in dice.shuffled(palette.items)[: counts.items]
        ]
        self.events = [self._named(one.titles, one.texts) for one in dice.shuffled(palette.events)[:2]]
        homes = [number for number, place in enumerate(self.places) if place.kind is None or place.kind.home]
        # Half of the people live in the houses that have a story of their own.
        told = [number for number in homes if self.places[number].kind]
        homes = [*told, *told, *homes[1 : 2 + len(told)]]
        settled = range(counts.settlements)
        self.chronicle = self._chronicler.people(palette.trades, homes, settled)
        self.keepers = self._keepers()

    @property
    def settlements(self) -> Sequence[Place]:
        """The settlements, the chief one first."""
        return self.places[: self.counts.settlements]

    @property
    def hero(self) -> Person:
        """Whom the premise is about."""
        return self.chronicle.people[0]

    def map(self) -> WorldMap:
        """The map with its names."""
        ground = self._ground
        return WorldMap(
            title=self.land_title,
            width=WIDTH,
            height=HEIGHT,
            across_km=self.land.across_km,
            riding=self.land.riding,
            water=self.water,
            water_at=ground.water_at,
            side=ground.side,
            shore=tuple(ground.shore),
            islands=tuple(ground.islands),
            rivers=tuple(ground.rivers),
            marks=ground.marks,
            tree=self.land.tree,
            regions=tuple(
                MapRegion(
                    title=area.title,
                    x=cell[0] * CELL + CELL // 2,
                    y=cell[1] * CELL + CELL // 2,
                    terrain=area.terrain,
                )
                for area, cell in zip(self.areas, ground.areas.cells, strict=True)
            ),
            places=tuple(
                MapPlace(
                    title=place.title,
                    kind=place.size,
                    x=ground.point(place.site)[0],
                    y=ground.point(place.site)[1],
                    within="" if place.kind is None or place.lies_apart else self.places[place.town].title,
                )
                for place in self.places
            ),
            roads=tuple(self._road(number) for number in range(len(ground.ways))),
        )

    def _road(self, number: int) -> MapRoad:
        way = self._ground.ways[number]
        return MapRoad(
            one=self.at_site(way.one).title,
            other=self.at_site(way.other).title,
            km=way.km,
            hours_on_foot=way.hours_on_foot,
            hours_riding=way.hours_riding,
            track=way.track,
            points=way.points,
        )

    @property
    def roads(self) -> list[MapRoad]:
        """The ways between places."""
        return [self._road(number) for number in range(len(self._ground.ways))]

    def at_site(self, site: int) -> Place:
        """The place that stands at a point of the map by itself."""
        return next(place for place in self.places if place.site == site and (place.kind is None or place.lies_apart))

    def settlements_in(self, area: int) -> list[Place]:
        """The settlements of an area."""
        return [place for place in self.settlements if self._ground.area(place.site) == area]

    # Drawing

    def _named(self, titles: Sequence[str], texts: Sequence[str]) -> tuple[str, str]:
        """One of `titles`, with a family name where it asks for one, and the text that was written for it."""
        chosen = self._dice.below(len(titles))
        title = titles[chosen]
        filled = title.format(family=next(self._chronicler.families)) if "{family}" in title else title
        return filled, texts[chosen % len(texts)]

    def _settlements(self, culture: Culture) -> list[Place]:
        dice, count = self._dice, self.counts.settlements
        starts, ends = dice.shuffled(culture.town_starts), dice.endless(culture.town_ends)
        names = [starts[number] + next(ends) for number in range(count)]
        looks = [dice.pick(self.land.chiefs), *dice.shuffled(self.land.towns)]
        sizes: list[PlaceSize] = [
            "city",
            *["town" if number <= count // 3 else "village" for number in range(1, count)],
        ]
        return [Place(names[n], looks[n], None, sizes[n], n, n) for n in range(count)]

    def _landmarks(self) -> list[Place]:
        """Places of the genre, at least two of which one can live in; those outside of settlements have a track."""
        order = self._dice.shuffled(self.palette.places)
        homes = [kind for kind in order if kind.home]
        chosen = [*homes[:2], *[kind for kind in order if kind not in homes[:2]]][: self.counts.places]
        towns = [0, 1, 0, 2, 3, 1, 2]
        made = []
        for number, kind in enumerate(self._dice.shuffled(chosen)):
            town = towns[number % len(towns)] if kind.outside else (0 if number % 3 else 1)
            site = self._ground.outpost(town) if kind.outside else town
            made.append(Place(*self._named(kind.titles, kind.looks), kind, "landmark", site, town))
        return made

    def _keepers(self) -> list[Person]:
        """Who has each item now: the living in turn, never the hero first."""
        living = self.chronicle.living
        return [living[(number * 2 + 1) % len(living)] for number in range(len(self.items))]


def inside(title: str) -> str:
    """A title as it stands inside a sentence: "the Salt Market"."""
    return f"the {title[4:]}" if title.startswith("The ") else title
