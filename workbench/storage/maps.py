"""The maps of generated worlds."""

from sqlmodel import Session

from workbench.domain.world_map import WorldMap
from workbench.storage.tables import WorldMapRow


def add_map(session: Session, world_id: str, seed: str, size: str, drawn: WorldMap) -> None:
    """Keep the map of a world, with the seed and size that it was made from."""
    session.add(WorldMapRow(world_id=world_id, seed=seed, size=size, map=drawn.model_dump(mode="json")))
    session.flush()


def of_world(session: Session, world_id: str) -> WorldMap | None:
    """The map of a world, under the names of its first day; None where it has none."""
    row = session.get(WorldMapRow, world_id)
    return WorldMap.model_validate(row.map) if row else None
