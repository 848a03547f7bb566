"""Lore entries as HTML."""

from collections.abc import Mapping, Sequence

from workbench.domain.difference import difference
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.ui.render import empty, safe, time_tag

ORIGINS = {
    "model": "taken from the story",
    "appended": "added in the story’s own words",
    "writer": "written by you",
    "rollback": "restored by you",
}
# The chapters of the open branch: `{passage id: number}`.
Pages = Mapping[str, int]


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
    if entry.review == "proposed":
        marks += '<span class="ll-tag ll-waits">to review</span>'
    if not entry.enabled:
        marks += '<span class="ll-tag ll-off">not in use</span>'
    return marks


def _shortened(text: str, longest: int = 240) -> str:
    return text if len(text) <= longest else text[:longest].rsplit(" ", 1)[0] + " …"


def lore_entry(
    entry: LoreEntry, note: NoteRevision | None, causes: Mapping[str, str], pages: Pages | None = None
) -> str:
    """One entry: what the world says of it beside what this story has made of it, and the sentence that did it.

    `causes` names passages by id, as "chapter 3"; sentences of those in `pages` can be pressed to read on there.
    """
    facts: list[str] = [entry.kind]
    if entry.aliases:
        facts.append("also called " + ", ".join(entry.aliases))
    if entry.constant:
        facts.append("always shown to the agents")
    tags = "".join(f'<span class="ll-tag">{safe(tag)}</span>' for tag in entry.tags if tag != entry.kind)
    if note and note.note:
        beside = f'<div class="ll-text">{safe(note.note)}</div>{because(note, causes, pages)}'
    else:
        beside = (
            '<p class="ll-facts">Nothing has changed yet. When you accept a chapter that tells something new, '
            "it is noted here with the sentence that says so.</p>"
        )
    source = ""
    if entry.is_dynamically_generated and entry.evidence:
        where = causes.get(entry.passage_id or "", "the story")
        source = (
            f'<div class="ll-because">Found in {safe(where)}: {quotes(entry.evidence, entry.passage_id, pages)}</div>'
        )
    base = safe(entry.content) or '<span class="ll-facts">No text yet. Edit the entry to say what is true of it.</span>'
    return (
        f'<article class="ll-card ll-entry" data-entry="{safe(entry.id)}"><h2>{safe(entry.title)}</h2>'
        f'<p class="ll-line">{safe(" · ".join(facts))} {_marks(entry)}{tags}</p>'
        f'<div class="ll-sides"><section><h4>True in the world</h4><div class="ll-text">{base}</div>{source}</section>'
        f"<section><h4>What this story has made of it</h4>{beside}</section></div></article>"
    )


def quotes(evidence: str, passage_id: str | None, pages: Pages | None = None) -> str:
    """The sentences that something rests on, one for each line. A press opens the chapter where it can be read."""
    number = (pages or {}).get(passage_id or "")
    lines = [line.strip() for line in evidence.splitlines() if line.strip()]
    if number is None:
        told = " ".join(f"<q>{safe(line)}</q>" for line in lines)
        away = (
            ' <span class="ll-facts">The chapter is not on this branch.</span>'
            if passage_id and pages is not None
            else ""
        )
        return told + away
    return " ".join(
        f'<button type="button" class="ll-cite" data-act="passage" data-id="{number}" '
        f'title="Read it in chapter {number}"><q>{safe(line)}</q></button>'
        for line in lines
    )


def because(note: NoteRevision, causes: Mapping[str, str], pages: Pages | None = None) -> str:
    """When a note changed, who worded it, and the sentences that it rests on."""
    where = causes.get(note.passage_id or "", "")
    parts = [time_tag(note.created_at), safe(ORIGINS[note.origin])]
    if note.model and note.origin == "model":
        parts.append(f"worded by {safe(note.model)}")
    if where and note.origin in ("model", "appended"):
        parts.append(safe(where))
    rests = f"<br>Because of: {quotes(note.evidence, note.passage_id, pages)}" if note.evidence else ""
    return f'<div class="ll-because">{" · ".join(part for part in parts if part)}{rests}</div>'


def _what_happened(note: NoteRevision) -> str:
    """The events that a version tells, which may be several."""
    events = [line.strip() for line in note.event.splitlines() if line.strip()]
    if len(events) > 1:
        return f'<ul class="ll-events">{"".join(f"<li>{safe(event)}</li>" for event in events)}</ul>'
    return f'<p class="ll-event">{safe(events[0])}</p>' if events else ""


def note_history(revisions: Sequence[NoteRevision], causes: Mapping[str, str], pages: Pages | None = None) -> str:
    """All versions of a note, newest first: what happened, the text, what it rests on, and what can be done with it."""
    if not revisions:
        return '<p class="ll-facts">This note has no history yet.</p>'
    items = []
    for revision in revisions:
        number = revision.revision
        buttons = (
            f'<button type="button" class="ll-press" data-act="compare" data-id="{number}" '
            f'aria-label="What changed with version {number}">What changed</button>'
        )
        if not revision.active:
            buttons += (
                f'<button type="button" class="ll-press" data-act="restore" data-id="{number}" '
                f'aria-label="Restore version {number}">Restore</button>'
            )
        now = '<span class="ll-tag ll-note">now</span>' if revision.active else ""
        text = safe(revision.note) or '<span class="ll-facts">No note: the base text alone.</span>'
        items.append(
            f"<li><div><h4>Version {number} {now}</h4>{_what_happened(revision)}"
            f'<div class="ll-text">{text}</div>{because(revision, causes, pages)}</div>'
            f'<div class="ll-buttons">{buttons}</div></li>'
        )
    return f'<ul class="ll-history">{"".join(items)}</ul>'


def note_changes(old: str, new: str) -> str:
    """The way from one text of a note to another, word by word; told by form as well as by colour."""
    pieces = difference(old, new)
    if all(piece.kind == "same" for piece in pieces):
        return '<p class="ll-facts">Both versions read the same.</p>'
    forms = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}
    text = "".join(forms[piece.kind].format(safe(piece.text)) for piece in pieces)
    return (
        f'<div class="ll-changes"><p class="ll-facts"><ins>Underlined</ins> is new, <del>struck out</del> is gone.</p>'
        f'<div class="ll-text">{text}</div></div>'
    )
