"""Lore entries and memory tasks as HTML."""

from collections.abc import Mapping, Sequence

from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.tasks import MemoryTask, QueueStatus
from workbench.ui.render import empty, plural, safe, time_tag

ORIGINS = {
    "model": "taken from the story",
    "appended": "added in the story’s own words",
    "writer": "written by you",
    "rollback": "restored by you",
}
QUEUES = {
    "analyses": ("Reading", "finds in an accepted chapter what has become true"),
    "note_updates": ("Notes", "rewrites the note of an entry that changed"),
    "entity_creations": ("New entries", "adds people, places and things that turned up"),
}
STATES = {"pending": "waits", "running": "at work", "done": "done", "failed": "failed", "retracted": "taken back"}


# --- lore ---


def lore_list(found: Sequence[tuple[LoreEntry, NoteRevision | None, str]], chosen: str, note: str = "") -> str:
    """Entries to choose from; each with the beginning of its note, or else of its base text, and why it was found."""
    if not found:
        return empty("Nothing here yet.", note or "Add the first entry with the button above.")
    items = []
    for entry, revision, why in found:
        has_note = bool(revision and revision.note)
        text = revision.note if revision and has_note else entry.content
        tags = f'<span class="ll-tag">{safe(entry.kind)}</span>' + _marks(entry)
        if has_note:
            tags += '<span class="ll-tag ll-note">changed in the story</span>'
        because = f'<span class="ll-facts">{safe(why)}</span>' if why else ""
        pressed = "true" if entry.id == chosen else "false"
        items.append(
            f'<li><button type="button" data-act="open" data-id="{safe(entry.id)}" aria-pressed="{pressed}">'
            f"<b>{safe(entry.title)}</b>{tags}"
            f'<span class="ll-excerpt{" ll-fresh" if has_note else ""}">{safe(_shortened(text))}</span>{because}'
            "</button></li>"
        )
    return f'<ul class="ll-lore-list">{"".join(items)}</ul>'


def _marks(entry: LoreEntry) -> str:
    marks = ""
    if entry.is_dynamically_generated:
        marks += '<span class="ll-tag ll-found">found in the story</span>'
    if not entry.enabled:
        marks += '<span class="ll-tag ll-off">not in use</span>'
    return marks


def _shortened(text: str, longest: int = 240) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def lore_entry(entry: LoreEntry, note: NoteRevision | None, causes: Mapping[str, str]) -> str:
    """One entry: what the world says of it beside what this story has made of it, and the sentence that did it.

    `causes` names passages by id, as "Chapter 3".
    """
    facts: list[str] = [entry.kind]
    if entry.aliases:
        facts.append("also called " + ", ".join(entry.aliases))
    if entry.constant:
        facts.append("always shown to the agents")
    tags = "".join(f'<span class="ll-tag">{safe(tag)}</span>' for tag in entry.tags)
    if note and note.note:
        beside = f'<div class="ll-text">{safe(note.note)}</div>{_because(note, causes)}'
    else:
        beside = (
            '<p class="ll-facts">Nothing has changed yet. When you accept a chapter that tells something new, '
            "it is noted here with the sentence that says so.</p>"
        )
    source = ""
    if entry.is_dynamically_generated and entry.evidence:
        where = causes.get(entry.passage_id or "", "the story")
        source = f'<p class="ll-because">Found in {safe(where)}: <q>{safe(entry.evidence)}</q></p>'
    base = safe(entry.content) or '<span class="ll-facts">No text yet. Edit the entry to say what is true of it.</span>'
    return (
        f'<article class="ll-card ll-entry"><h2>{safe(entry.title)}</h2>'
        f'<p class="ll-line">{safe(" · ".join(facts))} {_marks(entry)}{tags}</p>'
        f'<div class="ll-sides"><section><h4>True in the world</h4><div class="ll-text">{base}</div>{source}</section>'
        f"<section><h4>What this story has made of it</h4>{beside}</section></div></article>"
    )


def _because(note: NoteRevision, causes: Mapping[str, str]) -> str:
    """When a note changed, how, and the sentence that it rests on."""
    where = causes.get(note.passage_id or "", "")
    parts = [time_tag(note.created_at), safe(ORIGINS[note.origin])]
    if where and note.origin in ("model", "appended"):
        parts.append(safe(where))
    quote = f"<br>Because of: <q>{safe(note.evidence)}</q>" if note.evidence and note.origin != "writer" else ""
    return f'<p class="ll-because">{" · ".join(part for part in parts if part)}{quote}</p>'


def note_history(revisions: Sequence[NoteRevision], causes: Mapping[str, str]) -> str:
    """All versions of a note, newest first, each but the present one with a button to restore it."""
    if not revisions:
        return '<p class="ll-facts">This note has no history yet.</p>'
    items = []
    for revision in revisions:
        if revision.active:
            button = '<span class="ll-tag ll-note">now</span>'
        else:
            button = (
                f'<button type="button" class="ll-press" data-act="restore" data-id="{revision.revision}" '
                f'aria-label="Restore version {revision.revision}">Restore</button>'
            )
        text = safe(revision.note) or '<span class="ll-facts">No note: the base text alone.</span>'
        items.append(f'<li><div><div class="ll-text">{text}</div>{_because(revision, causes)}</div>{button}</li>')
    return f'<ul class="ll-history">{"".join(items)}</ul>'


# --- queue ---


def queue_counts(queues: Mapping[str, QueueStatus]) -> str:
    """How the queues stand, in figures."""
    cards = []
    for name, (title, about) in QUEUES.items():
        queue = queues[name]
        figures = "".join(
            f'<div class="{"ll-has-bad" if bad and count else ""}"><b>{count:,}</b><span>{word}</span></div>'
            for word, count, bad in (
                ("waiting", queue.pending, False),
                ("at work", queue.running, False),
                ("done", queue.done, False),
                ("failed", queue.failed, True),
            )
        )
        facts = [plural(queue.workers, "worker")]
        if queue.pending:
            facts.append(f"oldest waits {_duration(queue.oldest_pending_s)}")
        if queue.per_minute:
            facts.append(f"{queue.per_minute:g} a minute lately")
        cards.append(
            f'<section class="ll-card"><h3>{title}</h3><p class="ll-facts">{about}</p>'
            f'<div class="ll-figures">{figures}</div><p class="ll-facts">{safe(" · ".join(facts))}</p></section>'
        )
    return f'<div class="ll-counts">{"".join(cards)}</div>'


def _duration(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    return plural(round(seconds / 60), "minute") if seconds < 5400 else plural(round(seconds / 3600), "hour")


def task_words(task: MemoryTask, causes: Mapping[str, str]) -> str:
    """What a task is about, in a sentence."""
    where = causes.get(task.passage_id or "", "a chapter")
    if task.kind == "analysis":
        return f"Read {where} for what has become true"
    if task.kind == "note_update":
        return f"Note on {task.entity_name or 'an entry'}: {task.summary}"
    return (
        f"New {task.entity_type or 'entry'}{' “' + task.entity_name + '”' if task.entity_name else ''}: {task.summary}"
    )


def task_row(task: MemoryTask, causes: Mapping[str, str], story: str = "") -> str:
    """One task with its state, its reason when it failed, and then a button to try again."""
    quote = f"<br><q>{safe(task.evidence)}</q>" if task.evidence and task.evidence != task.summary else ""
    reason = ""
    if task.error and task.status == "done":
        reason = f'<br><span class="ll-facts">{safe(task.error)}</span>'
    elif task.error:
        again = "" if task.status == "failed" else " It is tried again by itself."
        reason = f'<br><span class="ll-reason">{safe(task.error)}{again}</span>'
    tries = f" · {plural(task.retry_count, 'retry', 'retries')}" if task.retry_count else ""
    where = f" · {safe(story)}" if story else ""
    button = ""
    if task.status == "failed":
        button = (
            f'<button type="button" class="ll-press" data-act="{safe(task.kind)}" data-id="{safe(task.id)}">'
            "Try again</button>"
        )
    return (
        f'<li class="ll-task ll-t-{task.status}"><span class="ll-state">{STATES[task.status]}</span>'
        f"<div>{safe(task_words(task, causes))}{quote}{reason}<br>"
        f'{time_tag(task.processed_at or task.created_at)}<span class="ll-facts">{tries}{where}</span></div>'
        f"{button}</li>"
    )


def task_list(rows: Sequence[str], left_off: int, advice: str) -> str:
    """The tasks, or what to do to get some."""
    if not rows:
        return empty("Nothing to do.", advice)
    more = f'<p class="ll-facts">{plural(left_off, "older task")} not shown.</p>' if left_off else ""
    return f'<ul class="ll-tasks">{"".join(rows)}</ul>{more}'
