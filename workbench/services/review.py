"""The review of what the story found by itself: the writer keeps an entry, merges it into another or discards it."""

from collections.abc import Callable, Sequence
from typing import Any

from workbench.domain.difference import closeness
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.queues import lines_of
from workbench.domain.story import Passage
from workbench.errors import Conflict
from workbench.services.checks import id_field
from workbench.storage import lore, review, stories, tasks
from workbench.storage.database import Database

# As many as a writer can give an entry by hand.
MOST_NAMES = 50

Found = tuple[LoreEntry, Passage | None]


class Review:
    """Decisions about found entries. Each is one transaction; the index follows by itself."""

    def __init__(self, database: Database, documents_changed: Callable[[], None]) -> None:
        self._database = database
        self._documents_changed = documents_changed

    # What there is to decide

    def waiting(self, story_id: str) -> list[Found]:
        """The found entries of the open branch that nobody has decided about, each with its passage, oldest first."""
        return self._found(story_id, "proposed")

    def discarded(self, story_id: str) -> list[Found]:
        """The found entries of the open branch that were discarded, the latest decision first."""
        return sorted(self._found(story_id, "discarded"), key=lambda found: found[0].updated_at, reverse=True)

    def _found(self, story_id: str, state: str) -> list[Found]:
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            line = stories.line(session, stories.active_branch(session, story.id).head_id)
            passages = {passage.id: passage for passage in line}
            return [
                (entry, passages.get(entry.passage_id or ""))
                for entry in review.found(session, story.id, state)
                if entry.passage_id is None or entry.passage_id in passages
            ]

    def targets(self, entry_id: str) -> list[LoreEntry]:
        """The entries that a found one can be merged into, those with the likeliest names first."""
        with self._database.reading() as session:
            entry = _generated(session, entry_id)
            line = _line_of(session, entry)
            others = [
                other
                for other in lore.world_entries(session, entry.world_id)
                if other.id != entry.id and other.stands and not _misplaced(other, entry, line)
            ]
        others.sort(key=lambda other: other.title.casefold())
        return sorted(others, key=lambda other: closeness(entry.names, other.names), reverse=True)

    # Decisions

    def keep(self, entry_id: str) -> LoreEntry:
        """The entry is part of the story's lore for good."""
        with self._database.writing() as session:
            entry = _standing(session, entry_id)
            return entry if entry.review == "kept" else lore.update_entry(session, entry.id, {"review": "kept"})

    def discard(self, entry_id: str) -> LoreEntry:
        """Put a found entry aside. Its row stays, so that the memory doesn't find the same again."""
        with self._database.writing() as session:
            entry = _generated(session, entry_id)
            if entry.review == "discarded":
                return entry
            _standing(session, entry.id)
            review.retract_updates(session, entry.id)
            stored = lore.update_entry(session, entry.id, {"review": "discarded"})
        self._documents_changed()
        return stored

    def restore(self, entry_id: str) -> LoreEntry:
        """A discarded entry is true again, and waits for a decision; so do the changes that had waited for it."""
        with self._database.writing() as session:
            entry = _generated(session, entry_id)
            if entry.review == "merged":
                raise Conflict(
                    f"“{entry.title}” was merged into another entry, and what it told stands there in the note. "
                    "Restore an earlier version of that note, or add an entry of your own."
                )
            if entry.review != "discarded":
                return entry
            twin = _named(lore.story_entries(session, str(entry.story_id)), entry)
            if twin is not None:
                raise Conflict(
                    f"The story has another entry called “{twin.title}” by now. Rename that one first, "
                    "or leave this one discarded."
                )
            review.restore_updates(session, entry.id)
            stored = lore.update_entry(session, entry.id, {"review": "proposed"})
        self._documents_changed()
        return stored

    def merge(self, entry_id: str, into_id: str) -> LoreEntry:
        """Make a found entry part of another one; returns that one.

        It takes over names and tags. What the found entry told becomes a revision of its note in that story, hung on
        the found entry's passage, so that it holds on no branch but those that know it. Changes that wait follow.
        """
        with self._database.writing() as session:
            entry = _standing(session, entry_id)
            target = lore.get_entry(session, id_field(into_id, "The entry to merge into"))
            if target.id == entry.id:
                raise Conflict(f"“{entry.title}” can't be merged into itself. Choose another entry.")
            if reason := _misplaced(target, entry, _line_of(session, entry)):
                raise Conflict(reason)
            if not target.stands:
                raise Conflict(f"“{target.title}” was {target.review} itself. Choose an entry that is in the lore.")
            self._take_over_notes(session, entry, target)
            review.interrupt_updates(session, entry.id)
            tasks.move(session, entry.id, target.id, target.title)
            stored = lore.update_entry(
                session,
                target.id,
                {
                    "aliases": _joined(target.aliases, entry.names, besides=target.title),
                    "tags": _joined(target.tags, entry.tags),
                },
            )
            lore.update_entry(session, entry.id, {"review": "merged", "merged_into": target.id})
        self._documents_changed()
        return stored

    @staticmethod
    def _take_over_notes(session: Any, entry: LoreEntry, target: LoreEntry) -> None:
        """Write what the entry told into the target's note, at its passage and wherever either note changed later.

        A note that is written at a later passage is more than what was true at an earlier one: each gets its own
        revision, so that a branch that leaves in between knows no more than its own line.
        """
        story_id = str(entry.story_id)
        theirs, own = (review.revisions(session, story_id, one.id) for one in (target, entry))
        places = {entry.passage_id: stories.line_ids(session, entry.passage_id)}
        for place in {revision.passage_id for revision in (*theirs, *own)}:
            line = stories.line_ids(session, place)
            if entry.passage_id is None or entry.passage_id in line:
                places[place] = line
        for place, line in sorted(places.items(), key=lambda item: len(item[1])):
            before, told = _note_at(theirs, line), _note_at(own, line)
            # What the memory noted of the entry before rests on sentences too.
            evidence = lines_of([entry.evidence, told.evidence if told else ""])
            lore.add_revision(
                session,
                story_id,
                target.id,
                lines_of([before.note if before else "", entry.content, told.note if told else ""]),
                event=f"Merged with “{entry.title}”",
                evidence=evidence,
                passage_id=place,
                origin="writer",
            )


def _generated(session: Any, entry_id: str) -> LoreEntry:
    """A found entry, or the reason why there is nothing to review."""
    entry = lore.get_entry(session, id_field(entry_id, "The entry"))
    if not entry.is_dynamically_generated or entry.story_id is None:
        raise Conflict(f"“{entry.title}” is an entry of your own, so there is nothing to review. Edit or delete it.")
    return entry


def _standing(session: Any, entry_id: str) -> LoreEntry:
    entry = _generated(session, entry_id)
    if entry.review == "discarded":
        raise Conflict(f"“{entry.title}” was discarded. Put it back first.")
    if entry.review == "merged":
        raise Conflict(f"“{entry.title}” is part of another entry already. Open that one instead.")
    return entry


def _line_of(session: Any, entry: LoreEntry) -> set[str]:
    """Ids of the passages up to the one that the entry rests on."""
    return set(stories.line_ids(session, entry.passage_id))


def _misplaced(target: LoreEntry, entry: LoreEntry, line: set[str]) -> str:
    """Why `entry` can't become part of `target`, or ""; `line` is the way to the passage that `entry` rests on."""
    if target.world_id != entry.world_id or target.story_id not in (None, entry.story_id):
        return f"“{target.title}” belongs to another story or world. Choose an entry of the story itself."
    if target.passage_id is not None and target.passage_id not in line:
        # Where the story takes another way before that passage, what was merged would be lost.
        return (
            f"“{target.title}” was found later in the story, or on another branch, than “{entry.title}”. "
            "Merge the later one into the earlier one."
        )
    return ""


def _named(entries: Sequence[LoreEntry], wanted: LoreEntry) -> LoreEntry | None:
    title = wanted.title.casefold()
    return next((one for one in entries if title in (name.casefold() for name in one.names)), None)


def _note_at(revisions: Sequence[NoteRevision], line: Sequence[str]) -> NoteRevision | None:
    """The note that is true at the end of a line of passages."""
    known = set(line)
    return next((one for one in reversed(revisions) if one.passage_id is None or one.passage_id in known), None)


def _joined(own: Sequence[str], others: Sequence[str], besides: str = "") -> list[str]:
    """`own` and those of `others` that are new to it, upper and lower case alike."""
    known = {besides.casefold(), *(item.casefold() for item in own)}
    joined = list(own)
    for item in others:
        if item.casefold() not in known and len(joined) < MOST_NAMES:
            known.add(item.casefold())
            joined.append(item)
    return joined
