"""Worlds, stories and lore: what a writer keeps, and what the memory has added to it."""

from collections.abc import Callable
from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field

from workbench.context.keys import key_problem
from workbench.domain.lore import (
    LORE_KINDS,
    SECONDARY_LOGICS,
    CompositeDocument,
    LoreEntry,
    NoteRevision,
    SearchHit,
    document_of,
)
from workbench.domain.story import STORY_KINDS, Story, StoryView, World
from workbench.domain.world_map import DrawnMap
from workbench.errors import Conflict, InvalidInput, NotFound
from workbench.ports import LoreIndex
from workbench.services.checks import choice, id_field, mapping, model_field, text_field, whole_number
from workbench.services.documents import Documents
from workbench.settings import Settings
from workbench.storage import lore, maps, stories
from workbench.storage.database import Database
from workbench.timeline.cartography import drawn_map
from workbench.timeline.starter_world import StarterWorld, generate_world, sample_world

TITLE_CHARS = 200


class EntryFields(BaseModel):
    """The fields of a lore entry that a caller may give."""

    model_config = ConfigDict(extra="forbid")

    id: str | None = None
    title: str = ""
    kind: str = "character"
    content: str = ""
    tags: list[str] = Field([], max_length=50)
    aliases: list[str] = Field([], max_length=50)
    keys: list[str] = Field([], max_length=50)
    secondary_keys: list[str] = Field([], max_length=50)
    constant: bool = False
    enabled: bool = True
    priority: int = Field(50, ge=0, le=100)
    secondary_logic: str = "and_any"
    probability: int = Field(100, ge=0, le=100)
    scan_depth: int | None = Field(None, ge=0, le=1000)
    case_sensitive: bool = False
    whole_words: bool = True
    exclude_recursion: bool = False
    prevent_recursion: bool = False
    delay_until_recursion: bool = False


# What /list_lore shows besides these may come back in /upsert_lore; it is the app's to keep, and left alone.
_READ_ONLY = frozenset(LoreEntry.model_fields) - frozenset(EntryFields.model_fields) | {"note"}


class Library:
    """Everything that a writer writes down or looks up."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        index: LoreIndex,
        documents: Documents,
        documents_changed: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._database = database
        self._index = index
        self._documents = documents
        self._documents_changed = documents_changed

    # Worlds and stories

    def create_world(self, title: str, premise: str = "", genre: str = "", tone: str = "") -> World:
        """Store a new world."""
        long = self._settings.max_text_chars
        title = text_field(title, "The world's title", longest=TITLE_CHARS, required=True)
        premise = text_field(premise, "The premise", longest=long)
        genre = text_field(genre, "The genre", longest=TITLE_CHARS)
        tone = text_field(tone, "The tone", longest=TITLE_CHARS)
        with self._database.writing() as session:
            return stories.add_world(session, title, premise, genre, tone)

    def generate_world(self, seed: str, size: str = "small") -> dict[str, Any]:
        """Make a world with lore and a map from a seed; the same seed gives the same world, stored anew each time."""
        seed, size = _seed_and_size(seed, size)
        made = generate_world(seed, cast(Any, size))
        world, entries = self._store(made, seed, size)
        return {
            **world.model_dump(mode="json"),
            "seed": seed,
            "size": size,
            "map": self.world_map(world.id),
            "lore": [entry.model_dump(mode="json") for entry in entries],
            "places": [entry.model_dump(mode="json") for entry in entries if entry.kind == "location"],
        }

    def preview_world(self, seed: str, size: str = "small") -> tuple[StarterWorld, DrawnMap]:
        """The world that `generate_world` would store, with its map drawn; nothing is stored."""
        seed, size = _seed_and_size(seed, size)
        made = generate_world(seed, cast(Any, size))
        if made.map is None:
            raise NotFound("This world has no map. Make it anew from its seed.")
        return made, drawn_map(made.map)

    def world_map(self, world_id: str) -> dict[str, Any]:
        """Regions, places and roads of a generated world, and its map as SVG. Raises `NotFound` where it has none."""
        drawn = self.drawn_map(world_id)
        if drawn is None:
            raise NotFound("This world has no map: only worlds that were made from a seed have one.")
        return {**drawn.map.told(), "svg": drawn.svg}

    def drawn_map(self, world_id: str) -> DrawnMap | None:
        """The map of a world under the names that its entries have now; None where it has none."""
        with self._database.reading() as session:
            world = stories.get_world(session, id_field(world_id, "The world"))
            found = maps.of_world(session, world.id)
            if found is None:
                return None
            entries = lore.world_entries(session, world.id)
        return drawn_map(found.present({entry.id: entry.title for entry in entries if entry.stands}))

    def add_sample_world(self) -> tuple[World, Story]:
        """The world that comes with the app, with a story to begin; a second call gives the same ones."""
        sample = sample_world()
        with self._database.reading() as session:
            for story in stories.list_stories(session):
                world = stories.get_world(session, story.world_id)
                if world.title == sample.title and story.title == sample.story_title:
                    return world, story
        world, _ = self._store(sample)
        return world, self.create_story(world.id, sample.story_title)

    def sample_instructions(self) -> tuple[str, ...]:
        """What a first chapter in the sample world could tell."""
        return sample_world().first_instructions

    def _store(self, made: StarterWorld, seed: str = "", size: str = "") -> tuple[World, list[LoreEntry]]:
        with self._database.writing() as session:
            world = stories.add_world(session, made.title, made.premise, made.genre, made.tone)
            entries = [
                lore.add_entry(session, world.id, draft.model_dump(mode="json", include=set(EntryFields.model_fields)))
                for draft in made.entries
            ]
            if made.map is not None:
                ids = {entry.title: entry.id for entry in entries}
                maps.add_map(session, world.id, seed, size, made.map.stored(ids))
        self._documents_changed()
        return world, entries

    def list_worlds(self) -> list[World]:
        """All worlds, oldest first."""
        with self._database.reading() as session:
            return stories.list_worlds(session)

    def create_story(self, world_id: str, title: str, kind: str = "novel") -> Story:
        """Begin a story in a world."""
        world_id = id_field(world_id, "The world")
        title = text_field(title, "The story's title", longest=TITLE_CHARS, required=True)
        kind = choice(kind, "The kind of story", STORY_KINDS)
        with self._database.writing() as session:
            return stories.add_story(session, world_id, title, kind)

    def list_stories(self) -> list[Story]:
        """All stories, latest first."""
        with self._database.reading() as session:
            return stories.list_stories(session)

    def story_view(self, story_id: str) -> StoryView:
        """A story as it is opened."""
        with self._database.reading() as session:
            return stories.view(session, id_field(story_id, "The story"))

    # Lore

    def upsert_lore(self, world_id: str, entry: dict[str, Any]) -> LoreEntry:
        """Store a new entry, or change those fields of the entry with the given id that are named."""
        whole = mapping(entry, "The entry", longest=2 * self._settings.max_text_chars)
        given = {name: value for name, value in whole.items() if name not in _READ_ONLY}
        fields = model_field(EntryFields, given, "The entry")
        values = self._entry_values(fields)
        with self._database.writing() as session:
            world = stories.get_world(session, id_field(world_id, "The world"))
            if fields.id:
                old = lore.get_entry(session, id_field(fields.id, "The entry's id"))
                if old.world_id != world.id:
                    raise NotFound("That lore entry belongs to another world. Give the id of its own world.")
                named = {name: values[name] for name in values if name in fields.model_fields_set}
                if named.get("title", old.title) == "":
                    raise InvalidInput("The entry's title is empty. Give it the name that the story uses.")
                stored = lore.update_entry(session, old.id, named)
            else:
                if not values["title"]:
                    raise InvalidInput("The entry's title is empty. Give it the name that the story uses.")
                twin = values["title"].casefold()
                if any(
                    e.title.casefold() == twin and e.story_id is None for e in lore.world_entries(session, world.id)
                ):
                    raise Conflict(
                        f"This world already has an entry called “{values['title']}”. Change that one (give its id), "
                        "or choose another title."
                    )
                stored = lore.add_entry(session, world.id, values)
        self._documents_changed()
        return stored

    def _entry_values(self, fields: EntryFields) -> dict[str, Any]:
        values: dict[str, Any] = {
            "title": text_field(fields.title, "The entry's title", longest=TITLE_CHARS),
            "kind": choice(fields.kind, "The entry's kind", LORE_KINDS),
            "content": text_field(fields.content, "The entry's content", longest=self._settings.max_text_chars),
            "constant": fields.constant,
            "enabled": fields.enabled,
            "priority": fields.priority,
            "secondary_logic": choice(fields.secondary_logic, "The entry's secondary_logic", SECONDARY_LOGICS),
            "probability": fields.probability,
            "scan_depth": fields.scan_depth,
            "case_sensitive": fields.case_sensitive,
            "whole_words": fields.whole_words,
            "exclude_recursion": fields.exclude_recursion,
            "prevent_recursion": fields.prevent_recursion,
            "delay_until_recursion": fields.delay_until_recursion,
        }
        for name in ("tags", "aliases", "keys", "secondary_keys"):
            cleaned = [text_field(item, f"The entry's {name}", longest=TITLE_CHARS) for item in getattr(fields, name)]
            values[name] = list(dict.fromkeys(item for item in cleaned if item))
        for key in (*values["keys"], *values["secondary_keys"]):
            if problem := key_problem(key):
                raise InvalidInput(f"The key {key} {problem}. Change it, or write plain words instead.")
        if fields.exclude_recursion and fields.delay_until_recursion:
            raise InvalidInput(
                "The entry is to wait until other entries bring it in, and others may not bring it in: it would never "
                "be told. Take back either delay_until_recursion or exclude_recursion."
            )
        return values

    def list_lore(self, world_id: str, story_id: str | None = None) -> list[dict[str, Any]]:
        """Entries of a world. With a story: those that are true in it, each with its `note` ("" if it has none)."""
        world_id = id_field(world_id, "The world")
        if not story_id:
            with self._database.reading() as session:
                return [
                    entry.model_dump(mode="json") for entry in lore.world_entries(session, world_id) if entry.stands
                ]
        with self._database.reading() as session:
            stories.get_world(session, world_id)
            if stories.get_story(session, id_field(story_id, "The story")).world_id != world_id:
                raise InvalidInput("That story is told in another world. Give the story's own world, or no story.")
        return [
            {**entry.model_dump(mode="json"), "note": note.note if note else ""}
            for entry, note in self.story_lore(story_id)
        ]

    def story_lore(self, story_id: str) -> list[tuple[LoreEntry, NoteRevision | None]]:
        """The entries that are true in a story, each with its present note."""
        with self._database.reading() as session:
            entries = lore.story_entries(session, id_field(story_id, "The story"))
            notes = lore.active_notes(session, story_id)
        return [(entry, notes.get(entry.id)) for entry in entries]

    def delete_lore(self, entry_id: str) -> LoreEntry:
        """Delete an entry with its notes."""
        with self._database.writing() as session:
            entry = lore.delete_entry(session, id_field(entry_id, "The entry"))
        self._documents_changed()
        return entry

    def search_lore(self, story_id: str, query: str, limit: int = 5) -> list[SearchHit]:
        """Find entries of a story by words and by meaning, in what is true on its active line."""
        query = text_field(query, "The query", longest=self._settings.max_text_chars)
        limit = whole_number(limit, "The limit", 1, 100)
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            true_here = {entry.id for entry in lore.story_entries(session, story_id)}
        hits = self._index.search(story.world_id, ["", story.branch_id], query, limit + 20)
        return [hit for hit in hits if hit.entry_id in true_here][:limit]

    def index_state(self) -> dict[str, int]:
        """How many composite documents there should be in the index (`wanted`), and how many are (`indexed`)."""
        found = self._documents.check()
        return {
            "wanted": found["documents"],
            "indexed": found["documents"] - found["missing"] - found["stale"],
        }

    def rebuild_index(self) -> dict[str, int]:
        """Drop the index and fill it from the database anew; `documents` says how many it then has."""
        return {"documents": self._documents.rebuild()}

    # Notes

    def composite_document(self, story_id: str, entry_id: str) -> CompositeDocument:
        """Base lore and session note as one text, and whether the index has it so."""
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            entry = self._entry_of(session, story, entry_id)
            note = lore.active_notes(session, story_id, [entry.id]).get(entry.id)
        wanted = document_of(entry, note, story.branch_id)
        hashes = self._index.text_hashes([wanted.key])
        return CompositeDocument(
            document=wanted.text,
            base=entry.content,
            note=note.note if note else "",
            revision=note.revision if note else 0,
            indexed=hashes.get(wanted.key) == wanted.text_hash,
        )

    def note_history(self, story_id: str, entry_id: str) -> list[NoteRevision]:
        """All revisions of a note, newest first."""
        with self._database.reading() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            return lore.history(session, story_id, self._entry_of(session, story, entry_id).id)

    def rollback_note(self, story_id: str, entry_id: str, revision: int) -> CompositeDocument:
        """Make an earlier revision the present note, as a new revision; 0 is the state without a note."""
        revision = whole_number(revision, "The revision", 0, 10**9)
        past = {item.revision: item for item in self.note_history(story_id, entry_id)}
        if revision and revision not in past:
            known = ", ".join(str(number) for number in sorted(past)) or "none yet"
            raise NotFound(f"The note has no revision {revision}. It has: {known}.")
        old = past.get(revision)
        self._add_revision(
            story_id,
            entry_id,
            old.note if old else "",
            event=f"Back to revision {revision}" if old else "Back to the base lore alone",
            evidence=old.evidence if old else "",
            origin="rollback",
        )
        return self.composite_document(story_id, entry_id)

    def write_note(self, story_id: str, entry_id: str, text: str) -> CompositeDocument:
        """The writer's own words as the present note."""
        text = text_field(text, "The note", longest=self._settings.max_text_chars)
        self._add_revision(story_id, entry_id, text, event="Written by hand", evidence="", origin="writer")
        return self.composite_document(story_id, entry_id)

    def _add_revision(self, story_id: str, entry_id: str, note: str, *, event: str, evidence: str, origin: str) -> None:
        with self._database.writing() as session:
            story = stories.get_story(session, id_field(story_id, "The story"))
            entry = self._entry_of(session, story, entry_id)
            head = stories.active_branch(session, story_id).head_id
            lore.add_revision(
                session, story_id, entry.id, note, event=event, evidence=evidence, passage_id=head, origin=origin
            )
        self._documents_changed()

    @staticmethod
    def _entry_of(session: Any, story: Story, entry_id: str) -> LoreEntry:
        entry = lore.get_entry(session, id_field(entry_id, "The entry"))
        if entry.world_id != story.world_id or (entry.story_id and entry.story_id != story.id):
            raise NotFound("That lore entry belongs to another story. /list_lore names those of this one.")
        return entry


def _seed_and_size(seed: Any, size: Any) -> tuple[str, str]:
    """Both as they may be given; a whole number is a seed too."""
    seed = text_field(str(seed) if type(seed) is int else seed, "The seed", longest=TITLE_CHARS, required=True)
    return seed, choice(size, "The size", ("small", "medium", "large"))
