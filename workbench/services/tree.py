"""The tree of a story's branches: begin, name, switch, discard and compare them, and take decisions back."""

from collections.abc import Callable, Sequence
from typing import Any

from workbench.domain.difference import Piece, difference
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Branch, Passage, StoryView
from workbench.domain.text import words
from workbench.domain.timeline import StoryEvent
from workbench.domain.tree import ChapterPair, Comparison, Decision, NotePair, StoryTree, TreePassage
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.services import deciding
from workbench.services.checks import id_field, text_field, whole_number
from workbench.services.readings import told_events
from workbench.storage import branches, decisions, events, lore, runs, stories
from workbench.storage.database import Database

NAME_CHARS = 100
MOST_STEPS, MOST_DECISIONS = 1000, 500
# Chapters that are compared at a time.
CHAPTERS = 10
# Of two texts with so many phrases of three words, so many must be shared for a comparison word by word.
MANY_PHRASES, LEAST_SHARED = 120, 0.05


class Tree:
    """Branches of stories. `changed` is called when other facts may be true on a branch, or tasks wait again."""

    def __init__(self, database: Database, changed: Callable[[], None]) -> None:
        self._database = database
        self._changed = changed

    # Branches

    def tree(self, story_id: str) -> StoryTree:
        """All passages of a story at a glance, and all its branches."""
        with self._database.reading() as session:
            return branches.tree(session, id_field(story_id, "The story"))

    def passage(self, story_id: str, passage_id: str) -> Passage:
        """One passage of a story, whichever branch it stands on."""
        with self._database.reading() as session:
            passage = stories.get_passage(session, id_field(passage_id, "The passage"))
        if passage.story_id != story_id:
            raise NotFound("That passage belongs to another story. /story_tree lists the passages of this one.")
        return passage

    def branch_story(self, story_id: str, passage_id: str, name: str) -> Branch:
        """Begin another branch behind an accepted passage. It is written on once it is switched to."""
        name = self._name(name)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            passage = stories.get_passage(session, id_field(passage_id, "The passage"))
            said = f"began the branch “{name}” after chapter {passage.number}"
            with decisions.deciding(session, story.id, "branch", said):
                branch = stories.add_branch(session, story.id, passage.id, name)
        self._changed()
        return branch

    def switch_branch(self, story_id: str, branch_id: str) -> StoryView:
        """Open another branch of a story: passages, notes, found entries and search are then those of its line.

        Raises `Conflict` while a chapter is being written, and for a discarded branch.
        """
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            self._check_rest(session, story.id, "switch the branch")
            branch = stories.get_branch(session, story.id, id_field(branch_id, "The branch"))
            with decisions.deciding(session, story.id, "switch", f"switched to the branch “{branch.name}”"):
                stories.open_branch(session, story.id, branch.id)
            return stories.view(session, story.id)

    def rename_branch(self, story_id: str, branch_id: str, name: str) -> Branch:
        """Give a branch another name, which no other of the story has."""
        name = self._name(name)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            old = stories.get_branch(session, story.id, id_field(branch_id, "The branch"))
            with decisions.deciding(session, story.id, "rename", f"renamed the branch “{old.name}” to “{name}”"):
                return branches.rename(session, story.id, old.id, name)

    def discard_branch(self, story_id: str, branch_id: str) -> Branch:
        """Put a branch aside. Its passages stay, and it can be put back. Raises `Conflict` for the open one."""
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            old = stories.get_branch(session, story.id, id_field(branch_id, "The branch"))
            with decisions.deciding(session, story.id, "discard_branch", f"discarded the branch “{old.name}”"):
                branch = branches.put_aside(session, story.id, old.id)
        self._changed()
        return branch

    def restore_branch(self, story_id: str, branch_id: str) -> Branch:
        """Put a discarded branch back, as it was. Raises `Conflict` where another one has its name by now."""
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            old = stories.get_branch(session, story.id, id_field(branch_id, "The branch"))
            with decisions.deciding(session, story.id, "restore_branch", f"put the branch “{old.name}” back"):
                branch = branches.put_back(session, story.id, old.id)
        self._changed()
        return branch

    @staticmethod
    def _name(name: str) -> str:
        name = text_field(name, "The branch's name", longest=NAME_CHARS, required=True)
        if "\n" in name:
            raise InvalidInput("The branch's name has more than one line. Write it in one.")
        return name

    @staticmethod
    def _check_rest(session: Any, story_id: str, then: str) -> None:
        if runs.listing(session, story_id, ["running"]):
            raise Conflict(f"A chapter of this story is being written. Wait for it or stop it, then {then}.")

    # Decisions

    def decisions(self, story_id: str, limit: int = 50) -> list[Decision]:
        """What was decided about a story's passages and branches, newest first, with what was taken back."""
        limit = whole_number(limit, "The limit", 1, MOST_DECISIONS)
        with self._database.reading() as session:
            stories.get_story(session, id_field(story_id, "The story"))
            return decisions.listing(session, story_id, limit)

    def last_decision(self, story_id: str) -> Decision | None:
        """The decision that `undo` would take back."""
        with self._database.reading() as session:
            return decisions.last(session, id_field(story_id, "The story"))

    def undo(self, story_id: str, steps: int = 1) -> list[Decision]:
        """Take back the latest decisions, the last one first; with their consequences, all of them or none.

        Raises `NotFound` where there aren't so many, and `Conflict` while a chapter is being written, or where the
        story isn't any more as a decision left it.
        """
        steps = whole_number(steps, "The number of steps", 1, MOST_STEPS)
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            self._check_rest(session, story.id, "undo")
            if 0 < (standing := decisions.standing(session, story.id)) < steps:
                raise NotFound(f"Only {standing} decisions of this story can be undone, but {steps} were asked for.")
            undone = [self._take_back(session, story.id) for _ in range(steps)]
        self._changed()
        return undone

    @staticmethod
    def _take_back(session: Any, story_id: str) -> Decision:
        decision, change = decisions.take_back(session, story_id)
        gone = next((passage_id for passage_id, (_, new) in change.states.items() if new == "accepted"), None)
        back = [passage_id for passage_id, (old, _) in change.states.items() if old == "accepted"]
        for passage_id in back:
            deciding.joined(session, stories.get_passage(session, passage_id), gone)
        if gone is not None:
            deciding.left(session, stories.get_passage(session, gone))
        return decision

    # Comparing

    def compare(self, story_id: str, left_id: str, right_id: str, first: int = 0) -> Comparison:
        """Two branches side by side: where they part, and what differs behind that in text, notes, entries and events.

        Chapters are compared ten at a time, from the number `first` on; 0 is where they part.
        """
        first = whole_number(first, "The first chapter", 0, 10**9)
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            left = stories.get_branch(session, story.id, id_field(left_id, "The left branch"))
            right = stories.get_branch(session, story.id, id_field(right_id, "The right branch"))
            if left.id == right.id:
                raise InvalidInput("A branch is the same as itself. Choose two different ones to compare.")
            tree = branches.tree(session, story.id)
            lines = tree.line(left.head_id), tree.line(right.head_id)
            shared = sum(one.id == other.id for one, other in zip(*lines, strict=False))
            start = max(first, shared + 1)
            numbers = range(start, min(start + CHAPTERS, max(len(line) for line in lines) + 1))
            pairs = tuple(self._pair(session, lines, number) for number in numbers)
            notes = self._notes(session, story.id, lines, shared)
            entries = [lore.story_entries(session, story.id, line=[one.id for one in line]) for line in lines]
            told = [
                self._events(session, story.id, [one.id for one in line[shared:]], known)
                for line, known in zip(lines, entries, strict=True)
            ]
        return Comparison(
            left=left,
            right=right,
            parted=lines[0][shared - 1] if shared else None,
            left_count=len(lines[0]),
            right_count=len(lines[1]),
            chapters=pairs,
            first=start,
            next=numbers.stop if numbers.stop <= max(len(line) for line in lines) else 0,
            notes=notes,
            left_entries=_only(entries[0], entries[1]),
            right_entries=_only(entries[1], entries[0]),
            left_events=told[0],
            right_events=told[1],
        )

    @staticmethod
    def _pair(session: Any, lines: Sequence[Sequence[TreePassage]], number: int) -> ChapterPair:
        sides = [line[number - 1] if number <= len(line) else None for line in lines]
        texts = [stories.get_passage(session, side.id).text if side else "" for side in sides]
        return ChapterPair(number=number, left=sides[0], right=sides[1], difference=_pieces(texts[0], texts[1]))

    @staticmethod
    def _events(
        session: Any, story_id: str, passage_ids: Sequence[str], entries: Sequence[LoreEntry]
    ) -> tuple[StoryEvent, ...]:
        """What happens in passages. Those of a branch that was never open may not have been read; that is done here."""
        read = events.readings(session, story_id, passage_ids)
        stored = [one for one in events.of_line(session, story_id, passage_ids) if one.passage_id]
        fresh = [
            one
            for passage_id in passage_ids
            if passage_id not in read
            for one in told_events(stories.get_passage(session, passage_id), entries)
        ]
        places = {passage_id: place for place, passage_id in enumerate(passage_ids)}
        return tuple(sorted([*stored, *fresh], key=lambda one: (places[one.passage_id or ""], one.position)))

    @staticmethod
    def _notes(
        session: Any, story_id: str, lines: Sequence[Sequence[TreePassage]], shared: int
    ) -> tuple[NotePair, ...]:
        present = [lore.active_notes(session, story_id, line=[one.id for one in line]) for line in lines]
        behind = [{one.id for one in line[shared:]} for line in lines]
        past = lore.revisions(session, story_id)
        found = []
        for entry_id in dict.fromkeys([*present[0], *present[1]]):
            texts = [notes[entry_id].note if entry_id in notes else "" for notes in present]
            if texts[0] == texts[1]:
                continue
            came = [_behind(past.get(entry_id, []), ids) for ids in behind]
            found.append(
                NotePair(
                    entry_id=entry_id,
                    title=lore.get_entry(session, entry_id).title,
                    left=texts[0],
                    right=texts[1],
                    left_revisions=came[0],
                    right_revisions=came[1],
                )
            )
        return tuple(sorted(found, key=lambda pair: pair.title.casefold()))


def _pieces(left: str, right: str) -> tuple[Piece, ...]:
    """The way from one chapter to another; of long ones that share no phrases all is gone and all is new.

    Word by word such a way would be chance, and finding it takes longest.
    """
    phrases = [set(zip(told, told[1:], told[2:], strict=False)) for told in (words(left), words(right))]
    shortest = min(len(found) for found in phrases)
    if shortest >= MANY_PHRASES and len(phrases[0] & phrases[1]) < LEAST_SHARED * shortest:
        return (Piece(kind="removed", text=left), Piece(kind="added", text=right))
    return tuple(difference(left, right))


def _behind(revisions: Sequence[NoteRevision], passage_ids: set[str]) -> tuple[NoteRevision, ...]:
    return tuple(revision for revision in revisions if revision.passage_id in passage_ids)


def _only(here: Sequence[LoreEntry], there: Sequence[LoreEntry]) -> tuple[LoreEntry, ...]:
    known = {entry.id for entry in there}
    return tuple(entry for entry in here if entry.id not in known)
