"""What of the lore is shown: the choices of the Lore tab, and what they let through."""

from collections.abc import Callable
from typing import NamedTuple

from workbench.domain.lore import LoreEntry, NoteRevision

Lore = list[tuple[LoreEntry, NoteRevision | None]]
ALL_KINDS = EVERYTHING = "everything"
WHICH: dict[str, Callable[[LoreEntry, NoteRevision | None], bool]] = {
    EVERYTHING: lambda entry, note: True,
    "changed in the story": lambda entry, note: note is not None,
    "found in the story": lambda entry, note: entry.is_dynamically_generated,
    "to review": lambda entry, note: entry.review == "proposed",
    "not in use": lambda entry, note: not entry.enabled,
}
ENTRIES, REVIEW, TIES = "entries", "review", "ties"


class Asked(NamedTuple):
    """What of the page decides what is shown. `waiting` and `history` are what the page shows already."""

    story: str
    entry: str
    kind: str
    which: str
    query: str
    mode: str
    alone: bool
    waiting: int
    history: str


def modes(waiting: int) -> list[tuple[str, str]]:
    """What the tab can show, with the number of entries that wait for a review."""
    return [("Entries", ENTRIES), (f"To review ({waiting})" if waiting else "To review", REVIEW), ("Ties", TIES)]


def let_through(asked: Asked, lore: Lore) -> Lore:
    """The entries that the filters let through: what changed last comes first, the rest by name."""
    fits = WHICH.get(asked.which, WHICH[EVERYTHING])
    wanted = [(entry, note) for entry, note in lore if asked.kind in (ALL_KINDS, entry.kind) and fits(entry, note)]
    wanted.sort(key=lambda item: item[0].title.casefold())
    wanted.sort(key=lambda item: item[1].created_at if item[1] else "", reverse=True)
    return wanted


def advice(asked: Asked, any_lore: bool) -> str:
    """Why a list is empty, and what to do."""
    if asked.query:
        return "Nothing in this story answers to that. Try other words, or empty the box."
    if not any_lore:
        return "Add who and what matters in this world; the agents read it before they write."
    if asked.which != EVERYTHING:
        return f"Nothing is {asked.which} here. Choose “{EVERYTHING}” to see the rest."
    return "No entry of this kind. Choose another kind, or add one."
