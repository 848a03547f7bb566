"""The tables. A change here needs a migration beside it; `tests/storage/test_migrations.py` compares the two."""

from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, String, UniqueConstraint, false, true
from sqlmodel import Field, SQLModel


class WorldRow(SQLModel, table=True):
    __tablename__ = "world"

    id: str = Field(primary_key=True)
    title: str
    premise: str = ""
    genre: str = ""
    tone: str = ""
    created_at: str


class StoryRow(SQLModel, table=True):
    __tablename__ = "story"

    id: str = Field(primary_key=True)
    world_id: str = Field(foreign_key="world.id", index=True)
    title: str
    kind: str
    # No foreign key: story and branch name each other, and the branch's key already ties them.
    branch_id: str
    created_at: str


class BranchRow(SQLModel, table=True):
    __tablename__ = "branch"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    name: str
    head_id: str | None = Field(default=None, foreign_key="passage.id")
    # The passage that it parted at. No foreign key: SQLite can't add one to a table that is there.
    from_id: str | None = None
    discarded_at: str | None = None
    created_at: str


class PassageRow(SQLModel, table=True):
    __tablename__ = "passage"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    parent_id: str | None = Field(default=None, foreign_key="passage.id")
    number: int
    title: str = ""
    text: str
    state: str
    instruction: str = ""
    origin: str = "agents"
    # Unique: a run that is resumed after a crash can't leave a second draft.
    run_id: str | None = Field(default=None, unique=True)
    created_at: str
    decided_at: str | None = None


class LoreEntryRow(SQLModel, table=True):
    __tablename__ = "lore_entry"

    id: str = Field(primary_key=True)
    world_id: str = Field(foreign_key="world.id", index=True)
    title: str
    kind: str
    content: str
    tags: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    aliases: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    keys: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    secondary_keys: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    constant: bool = False
    enabled: bool = True
    priority: int = 50
    is_dynamically_generated: bool = False
    story_id: str | None = Field(default=None, foreign_key="story.id", index=True)
    passage_id: str | None = Field(default=None, foreign_key="passage.id")
    # Unique: a creation task that is applied twice finds its entry and changes nothing.
    task_id: str | None = Field(default=None, unique=True)
    evidence: str = ""
    # How keys activate an entry, in the terms of SillyTavern's World Info.
    secondary_logic: str = Field(default="and_any", sa_column_kwargs={"server_default": "and_any"})
    probability: int = Field(default=100, sa_column_kwargs={"server_default": "100"})
    scan_depth: int | None = None
    case_sensitive: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    whole_words: bool = Field(default=True, sa_column_kwargs={"server_default": true()})
    exclude_recursion: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    prevent_recursion: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    delay_until_recursion: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    # Of entries that a story made by itself: proposed, kept, discarded or merged; "" for the writer's own.
    review: str = Field(default="", sa_column_kwargs={"server_default": ""})
    merged_into: str | None = None
    created_at: str
    updated_at: str


class NoteRevisionRow(SQLModel, table=True):
    __tablename__ = "note_revision"
    __table_args__ = (UniqueConstraint("story_id", "entry_id", "revision"),)

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id")
    entry_id: str = Field(
        sa_column=Column(String, ForeignKey("lore_entry.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    revision: int
    note: str
    event: str
    evidence: str
    passage_id: str | None = Field(default=None, foreign_key="passage.id")
    # Unique: a note task that is applied twice changes nothing the second time.
    task_id: str | None = Field(default=None, unique=True)
    origin: str
    model: str = Field(default="", sa_column_kwargs={"server_default": ""})
    created_at: str


class MemoryTaskRow(SQLModel, table=True):
    __tablename__ = "memory_task"
    __table_args__ = (Index("ix_memory_task_queue", "kind", "status", "created_at"),)

    id: str = Field(primary_key=True)
    # One analysis for each passage, one update for each sentence found; makes enqueueing repeatable.
    dedupe_key: str = Field(unique=True)
    kind: str
    story_id: str = Field(foreign_key="story.id", index=True)
    status: str
    passage_id: str | None = Field(default=None, foreign_key="passage.id")
    # No foreign key: a task outlives the entry it was about.
    entry_id: str | None = None
    entity_type: str = ""
    entity_name: str = ""
    summary: str = ""
    evidence: str = ""
    retry_count: int = 0
    error: str = ""
    claimed_by: str = ""
    created_at: str
    not_before: str = ""
    processed_at: str | None = None
    # The task whose rewrite tells this one's event too.
    folded_into: str | None = Field(default=None, index=True)
    weight: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    started_at: str | None = None
    log: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))


class QueueStateRow(SQLModel, table=True):
    __tablename__ = "queue_state"

    name: str = Field(primary_key=True)
    paused: bool
    changed_at: str


class AgentChangeRow(SQLModel, table=True):
    __tablename__ = "agent_change"

    # "" is every story; no foreign key for that reason.
    story_id: str = Field(primary_key=True)
    agent: str = Field(primary_key=True)
    temperature: float | None = None
    max_tokens: int | None = None
    texts: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    updated_at: str


class ContextChoiceRow(SQLModel, table=True):
    __tablename__ = "context_choice"

    story_id: str = Field(primary_key=True, foreign_key="story.id")
    # The key of a context item. No foreign key: a choice outlives what it was about, and comes back with it.
    item: str = Field(primary_key=True)
    choice: str
    updated_at: str


class SummaryRow(SQLModel, table=True):
    __tablename__ = "summary"

    # A hash of what is summed up, in which manner: the same text on two branches has one summary.
    key: str = Field(primary_key=True)
    kind: str
    text: str
    # Who worded it: a model's name, or "" for sentences picked by rule.
    model: str = ""
    created_at: str
    used_at: str


class OutlineItemRow(SQLModel, table=True):
    __tablename__ = "outline_item"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    position: int
    title: str
    summary: str
    # The chapter that was written against it.
    passage_id: str | None = Field(default=None, foreign_key="passage.id")
    # No foreign key: the chapters of a part that is taken out of the plan stay in it.
    part_id: str | None = None
    created_at: str
    updated_at: str


class OutlinePartRow(SQLModel, table=True):
    __tablename__ = "outline_part"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    position: int
    title: str
    summary: str
    created_at: str
    updated_at: str


class StoryEventRow(SQLModel, table=True):
    __tablename__ = "story_event"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    passage_id: str | None = Field(default=None, foreign_key="passage.id", index=True)
    position: int
    # The values of a StoryTime, and of what is Named.
    told_time: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    place: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    people: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    what: str
    evidence: str
    origin: str
    # "removed" by the writer: it stays, so that another reading of the passage doesn't bring it back.
    state: str = ""
    created_at: str
    updated_at: str


class DismissalRow(SQLModel, table=True):
    __tablename__ = "dismissal"

    story_id: str = Field(primary_key=True, foreign_key="story.id")
    # The key of a violation. It comes back by itself when what it quotes has changed.
    violation: str = Field(primary_key=True)
    rule: str
    reason: str
    created_at: str


class WorldMapRow(SQLModel, table=True):
    __tablename__ = "world_map"

    world_id: str = Field(primary_key=True, foreign_key="world.id")
    seed: str
    size: str
    map: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class DecisionRow(SQLModel, table=True):
    __tablename__ = "decision"

    id: str = Field(primary_key=True)
    story_id: str = Field(foreign_key="story.id", index=True)
    kind: str
    # What was done, as people say it.
    said: str
    # What it takes to undo it.
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: str
    undone_at: str | None = None


class ConversationRow(SQLModel, table=True):
    __tablename__ = "conversation"

    id: str = Field(primary_key=True)
    story_id: str | None = Field(default=None, foreign_key="story.id", index=True)
    agent: str
    # The character who speaks, where one does.
    entry_id: str | None = None
    title: str = ""
    # The passage up to which the one who answers knows the story; None is the end of the open branch.
    passage_id: str | None = None
    # The conversation that it was branched from, and how many of its messages came along.
    parent_id: str | None = None
    parted_at: int | None = None
    created_at: str
    updated_at: str


class ChatMessageRow(SQLModel, table=True):
    __tablename__ = "chat_message"
    __table_args__ = (UniqueConstraint("conversation_id", "number"),)

    id: str = Field(primary_key=True)
    conversation_id: str = Field(
        sa_column=Column(String, ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    number: int
    role: str
    text: str
    # What an answer rests on: lore, passages, archive.
    sources: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    # "" when it is whole, else why it isn't.
    problem: str = ""
    created_at: str


class ArchiveItemRow(SQLModel, table=True):
    __tablename__ = "archive_item"

    content_id: str = Field(primary_key=True)
    text: str
    details: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: str
    updated_at: str


class RunRow(SQLModel, table=True):
    __tablename__ = "run"

    id: str = Field(primary_key=True)
    graph: str
    story_id: str = Field(foreign_key="story.id", index=True)
    status: str = Field(index=True)
    instruction: str = ""
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    error: str = ""
    passage_id: str | None = None
    created_at: str
    finished_at: str | None = None


class RunEventRow(SQLModel, table=True):
    __tablename__ = "run_event"

    run_id: str = Field(primary_key=True, foreign_key="run.id")
    number: int = Field(primary_key=True)
    payload: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class TelemetryRow(SQLModel, table=True):
    __tablename__ = "telemetry"

    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(index=True)
    created_at: str
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))


class AdventureRow(SQLModel, table=True):
    __tablename__ = "adventure"

    id: str = Field(primary_key=True)
    category: str
    topic: str
    status: str
    # Goes up with each change: who has seen an older version can't change it.
    version: int
    state: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: str
    updated_at: str = Field(index=True)


class PictureRow(SQLModel, table=True):
    __tablename__ = "picture"

    id: str = Field(primary_key=True)
    story_id: str | None = Field(default=None, foreign_key="story.id", index=True)
    # The passage, the character, and the adventure with its chapter that it belongs to.
    passage_id: str | None = Field(default=None, index=True)
    entry_id: str | None = Field(default=None, index=True)
    adventure_id: str | None = Field(default=None, index=True)
    chapter: int | None = None
    kind: str
    # Pictures that were asked for together.
    asking: str = Field(index=True)
    # Content-addressed: several pictures may be one file.
    file: str = Field(index=True)
    width: int
    height: int
    prompt: str = ""
    negative_prompt: str = ""
    seed: int
    maker: str
    model: str
    scene: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    cover: bool = False
    created_at: str


class PortraitRow(SQLModel, table=True):
    __tablename__ = "portrait"

    # A character of the lore: the same face in all of a world's stories.
    entry_id: str = Field(primary_key=True)
    seed: int
    look: str = ""
    picture_id: str | None = None
    locked: bool = False
    updated_at: str


class StoryStyleRow(SQLModel, table=True):
    __tablename__ = "story_style"

    story_id: str = Field(primary_key=True, foreign_key="story.id")
    style: str
