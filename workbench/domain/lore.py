"""Lore entries, session notes, and the composite document that joins them."""

import hashlib
from typing import Literal

from pydantic import Field

from workbench.domain.model import Value

LoreKind = Literal["character", "location", "item", "faction", "event", "rule"]
SecondaryLogic = Literal["and_any", "and_all", "not_any", "not_all"]
SECONDARY_LOGICS: tuple[SecondaryLogic, ...] = ("and_any", "and_all", "not_any", "not_all")
Review = Literal["", "proposed", "kept", "discarded", "merged"]
LORE_KINDS: tuple[LoreKind, ...] = ("character", "location", "item", "faction", "event", "rule")

BASE_LORE_PREFIX = "[Base Lore]"
SESSION_NOTES_PREFIX = "[Session-Specific Notes]"


class LoreEntry(Value):
    """Canonical, static truth about one thing. `story_id` is set for entries that a story made by itself."""

    id: str
    world_id: str
    title: str
    kind: LoreKind = "character"
    content: str = ""
    tags: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    secondary_keys: tuple[str, ...] = ()
    constant: bool = False
    enabled: bool = True
    priority: int = Field(50, ge=0, le=100, description="what gives way last when the context is full")
    is_dynamically_generated: bool = False
    story_id: str | None = None
    passage_id: str | None = Field(None, description="the passage that a generated entry rests on")
    evidence: str = ""
    secondary_logic: SecondaryLogic = Field("and_any", description="how secondary keys decide, with `keys` found")
    probability: int = Field(100, ge=0, le=100, description="chance in percent that found keys activate the entry")
    scan_depth: int | None = Field(None, ge=0, description="how many of the latest passages are searched for keys")
    case_sensitive: bool = False
    whole_words: bool = True
    exclude_recursion: bool = Field(False, description="other entries' texts don't activate it")
    prevent_recursion: bool = Field(False, description="its text activates no other entries")
    delay_until_recursion: bool = Field(False, description="only other entries' texts activate it")
    review: Review = Field("", description="what the writer decided about a generated entry; empty for own entries")
    merged_into: str | None = Field(None, description="the entry that a merged one became part of")
    created_at: str = ""
    updated_at: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is part of the world: not put aside by a review."""
        return self.review not in ("discarded", "merged")

    @property
    def names(self) -> tuple[str, ...]:
        """Title and aliases: what a passage calls it."""
        return (self.title, *self.aliases)


class NoteRevision(Value):
    """One version of the session note of one entry in one story, tied to the passage that caused it."""

    id: str
    story_id: str
    entry_id: str
    revision: int = Field(ge=1)
    note: str
    event: str
    evidence: str
    passage_id: str | None
    task_id: str | None = None
    origin: Literal["model", "appended", "writer", "rollback"] = "model"
    model: str = Field("", description="name of the text model that worded it")
    created_at: str
    active: bool = False


class CompositeDocument(Value):
    """Base lore and session note as one text: the unit that is embedded and retrieved."""

    document: str
    base: str
    note: str
    revision: int = Field(0, ge=0, description="0 while there is no note")
    indexed: bool


class IndexedDocument(Value):
    """A row of the index. `line` is the branch whose truth the text tells, "" for the world's own base text."""

    entry_id: str
    world_id: str
    line: str
    title: str
    text: str

    @property
    def key(self) -> str:
        """The row's identity."""
        return document_key(self.line, self.entry_id)

    @property
    def text_hash(self) -> str:
        """Changes when what would be embedded changes."""
        return hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()


class SearchHit(Value):
    """One found document. `score` is between 0 and 1, larger is better; `why` is for people."""

    entry_id: str
    title: str
    score: float
    document: str
    why: str


def document_key(line: str, entry_id: str) -> str:
    """Key of the composite document of an entry on a line ("" for the world's own)."""
    return f"{line}:{entry_id}"


def composite_text(content: str, note: str = "") -> str:
    """The composite document's text, exactly as it is embedded and shown to agents."""
    base = f"{BASE_LORE_PREFIX}\n{content}"
    return f"{base}\n\n{SESSION_NOTES_PREFIX}\n{note}" if note else base


def document_of(entry: LoreEntry, note: NoteRevision | None, branch_id: str) -> IndexedDocument:
    """The composite document as the index keeps it: on the branch's line with a note, on the world's own without."""
    own = note is not None or entry.story_id is not None
    return IndexedDocument(
        entry_id=entry.id,
        world_id=entry.world_id,
        line=branch_id if own else "",
        title=entry.title,
        text=composite_text(entry.content, note.note if note else ""),
    )
