"""Two branches side by side as HTML: where they part, and what differs behind that."""

from collections.abc import Sequence

from workbench.domain.difference import Piece
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.timeline import StoryEvent
from workbench.domain.tree import ChapterPair, Comparison, NotePair, TreePassage
from workbench.ui.render import chapter_title, empty, plural, safe

ASK = empty(
    "Choose two branches to compare.",
    "You see where they part, and what differs behind that: in the text, in what is noted, and in what happens.",
)
ONLY_ONE = empty(
    "There is only one branch.",
    "Begin another with “Branch here” beside any accepted chapter; then both stand side by side here.",
)
# Two chapters that share less of their wording than this are told side by side without marks: they would be marks only.
ALIKE = 0.35


def comparison(found: Comparison) -> str:
    """The whole comparison. The button for more chapters is the act "more" with the number to go on from."""
    left, right = found.left.name, found.right.name
    if found.parted:
        parted = f"They part after <b>{safe(chapter_title(found.parted))}</b>."
    else:
        parted = "They share no chapter."
    counts = (
        f"“{safe(left)}” goes on for {plural(found.left_count - _shared(found), 'chapter')}, "
        f"“{safe(right)}” for {plural(found.right_count - _shared(found), 'chapter')}."
    )
    chapters = "".join(_pair(pair, left, right) for pair in found.chapters)
    more = (
        f'<div class="ll-buttons"><button type="button" class="ll-press" data-act="more" data-id="{found.next}">'
        f"Show the chapters from {found.next} on</button></div>"
        if found.next
        else ""
    )
    if found.first > _shared(found) + 1:
        more = (
            '<div class="ll-buttons"><button type="button" class="ll-press" data-act="more" data-id="0">'
            f"Back to where they part</button></div>{chapters}{more}"
        )
    else:
        more = chapters + more
    if not found.chapters:
        more = '<p class="ll-facts">Neither has gone on since then; both tell the same.</p>'
    return (
        f'<section class="ll-compare"><p class="ll-parted">{parted} {counts}</p>'
        f'<p class="ll-facts"><del>Struck out</del> is only on the left, <ins>underlined</ins> only on the right.</p>'
        f"{_heads(left, right)}{more}{_notes(found)}{_entries(found)}{_events(found)}</section>"
    )


def _shared(found: Comparison) -> int:
    return found.parted.number if found.parted else 0


def _heads(left: str, right: str) -> str:
    return f'<div class="ll-beside ll-beside-names"><b>{safe(left)}</b><b>{safe(right)}</b></div>'


def _pair(pair: ChapterPair, left: str, right: str) -> str:
    if pair.left is None or pair.right is None:
        return _alone(pair, left, right)
    same = sum(len(piece.text) for piece in pair.difference if piece.kind == "same")
    longest = max(
        sum(len(piece.text) for piece in pair.difference if piece.kind != kind) for kind in ("added", "removed")
    )
    marked = bool(longest and same / longest >= ALIKE)
    note = "" if marked else '<p class="ll-facts">Told quite differently, so no words are marked.</p>'
    sides = "".join(
        _side(passage, pair.difference, gone, marked, name)
        for passage, gone, name in ((pair.left, "added", left), (pair.right, "removed", right))
    )
    return (
        f'<section class="ll-pair"><h4>Chapter {pair.number}</h4>{note}<div class="ll-beside">{sides}</div></section>'
    )


def _alone(pair: ChapterPair, left: str, right: str) -> str:
    """A chapter that only one branch has, folded away."""
    passage, name = (pair.left, left) if pair.left else (pair.right, right)
    assert passage is not None
    text = safe("".join(piece.text for piece in pair.difference))
    return (
        f"<details><summary><b>{safe(chapter_title(passage))}</b>, only on “{safe(name)}”</summary>"
        f'<div class="ll-text">{text}</div></details>'
    )


def _side(passage: TreePassage, pieces: Sequence[Piece], gone: str, marked: bool, name: str) -> str:
    forms = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}
    text = "".join(
        (forms[piece.kind] if marked else "{}").format(safe(piece.text)) for piece in pieces if piece.kind != gone
    )
    number, _, title = chapter_title(passage).partition(": ")
    heading = f"<h5>{safe(title)}</h5>" if title and number else ""
    return f'<article aria-label="{safe(name)}">{heading}<div class="ll-text">{text}</div></article>'


def _notes(found: Comparison) -> str:
    items = "".join(_note(pair) for pair in found.notes)
    return _section("What is noted otherwise", items, "Both note the same about everybody and everything.")


def _note(pair: NotePair) -> str:
    sides = "".join(
        f'<div><div class="ll-text">{safe(note) if note else _NONE}</div>{_revisions(revisions)}</div>'
        for note, revisions in ((pair.left, pair.left_revisions), (pair.right, pair.right_revisions))
    )
    return f'<section class="ll-pair"><h5>{safe(pair.title)}</h5><div class="ll-beside">{sides}</div></section>'


_NONE = '<span class="ll-facts">No note: the base text alone.</span>'


def _revisions(revisions: Sequence[NoteRevision]) -> str:
    told = [line.strip() for one in revisions for line in one.event.splitlines() if line.strip()]
    if not told:
        return ""
    items = "".join(f"<li>{safe(line)}</li>" for line in told)
    return f'<details><summary>How it came ({len(told)})</summary><ul class="ll-events">{items}</ul></details>'


def _entries(found: Comparison) -> str:
    if not (found.left_entries or found.right_entries):
        return ""
    sides = "".join(f"<div>{_names(entries)}</div>" for entries in (found.left_entries, found.right_entries))
    return f'<section class="ll-pair"><h4>Found only on one side</h4><div class="ll-beside">{sides}</div></section>'


def _names(entries: Sequence[LoreEntry]) -> str:
    items = "".join(f"<li><b>{safe(one.title)}</b> {safe(one.kind)}</li>" for one in entries)
    return f"<ul>{items}</ul>" if items else '<span class="ll-facts">Nobody and nothing more.</span>'


def _events(found: Comparison) -> str:
    if not (found.left_events or found.right_events):
        return _section("What happens otherwise", "", "No events are known behind the parting.")
    sides = "".join(f"<div>{_happens(events)}</div>" for events in (found.left_events, found.right_events))
    return _section("What happens otherwise", f'<div class="ll-beside">{sides}</div>', "")


def _happens(events: Sequence[StoryEvent]) -> str:
    items = "".join(
        f"<li>{safe(' · '.join(part for part in (one.when.told, one.where.title if one.where else '') if part))} "
        f"<b>{safe(one.what)}</b></li>"
        for one in events
    )
    return f'<ul class="ll-events">{items}</ul>' if items else '<span class="ll-facts">Nothing is known.</span>'


def _section(title: str, items: str, none: str) -> str:
    return f"<section><h4>{title}</h4>{items or f'<p class=ll-facts>{safe(none)}</p>'}</section>"
