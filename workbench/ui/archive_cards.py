"""The archive as HTML: pure functions. Texts go through `safe`; ids travel in a form that no letter of them breaks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, unquote

from workbench.domain.archive import THREAD, ArchiveItem, pieces
from workbench.domain.text import content_words, stem
from workbench.ui.render import empty, plural, safe, time_tag, word_count

EMPTY = empty(
    "Nothing is kept yet.",
    "Old chapters, research, letters: give a text a name, paste it, and keep it. It is found again here by its words "
    "and by what it means.",
)
NONE_HERE = empty(
    "Nothing is kept for this story.",
    "Keep a text and say that it belongs to the story, or take the tick away to see what is kept besides.",
)
EXCERPT = 420
# Behind an id, which can't have it once it is quoted.
PART_MARK = "#"
LETTERS_PER_PAGE = 1800
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def nothing_found(query: str, mine: bool) -> str:
    """A search without results, and what could be done."""
    advice = "Try other words, or fewer."
    return empty(
        f"Nothing answers to “{shortened(query, 60)}”.",
        f"{advice} Only what belongs to this story was searched." if mine else advice,
    )


def shortened(text: str, longest: int) -> str:
    """`text` cut after a word, with a mark where something is missing."""
    if len(text) <= longest:
        return text
    cut = text[:longest]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def marked(text: str, query: str) -> str:
    """`text` as HTML, with the words that a query asks for marked; endings may differ."""
    asked = content_words(query)
    parts, at = [], 0
    for match in _WORD.finditer(text) if asked else ():
        if stem(match.group().lower().replace("’", "'")) in asked:
            parts += [safe(text[at : match.start()]), f'<mark class="ll-asked-word">{safe(match.group())}</mark>']
            at = match.end()
    return "".join([*parts, safe(text[at:])])


def name_of(content_id: str, metadata: Mapping[str, Any]) -> str:
    """What a text is called: its title, or the name it was stored under."""
    return str(metadata.get("title") or content_id)


def kept_list(items: Sequence[ArchiveItem], stories: Mapping[str, str], more: int = 0) -> str:
    """What was kept last. `stories`: titles by id; `more`: how many a press on “Show more” shows, if there are more."""
    cards = "".join(
        _card(
            item.content_id,
            item.metadata,
            safe(shortened(item.text, EXCERPT)),
            item.updated_at,
            stories,
        )
        for item in items
    )
    return f'<div class="ll-archive">{cards}</div>{_more(more)}'


def found_list(hits: Sequence[Mapping[str, Any]], query: str, stories: Mapping[str, str], more: int = 0) -> str:
    """What a search found, best first: of each text the piece that answers, its words marked."""
    cards = "".join(
        _card(
            hit["content_id"],
            hit["metadata"],
            marked(hit["text"], query),
            hit["updated_at"],
            stories,
            (hit["chunk"], hit["chunks"]) if hit["chunks"] > 1 else None,
        )
        for hit in hits
    )
    head = (
        f'<p class="ll-facts ll-archive-head" data-item="list">{plural(len(hits), "text")} for '
        f"“{safe(shortened(query, 60))}”, the best first "
        '<button type="button" class="ll-press ll-plain" data-do="all">Show all that is kept</button></p>'
    )
    return f'{head}<div class="ll-archive">{cards}</div>{_more(more)}'


def whole(item: ArchiveItem, query: str, stories: Mapping[str, str], part: int | None = None) -> str:
    """One text as a whole; `part` is the number of the piece that a search found in it."""
    name = name_of(item.content_id, item.metadata)
    facts = [plural(word_count(item.text), "word"), f"kept {time_tag(item.updated_at)}"]
    return (
        f'<article class="ll-card ll-archived" data-item="{quote(item.content_id, safe="")}">'
        '<p class="ll-plan-acts"><button type="button" class="ll-press ll-plain" data-do="back">← Back to the list'
        f"</button>{_delete(name)}</p>"
        f'<h2>{safe(name)} {_tag(item.metadata, stories)}</h2><p class="ll-facts">{" · ".join(facts)}</p>'
        f'<div class="ll-text">{_with_part(item.text, query, part)}</div></article>'
    )


def _with_part(text: str, query: str, part: int | None) -> str:
    parts = pieces(text) if part is not None else []
    if part is None or not 0 <= part < len(parts) or len(parts) == 1:
        return marked(text, query)
    # A piece may be repeated in the text; the one that is meant comes after those before it.
    at = -1
    for piece in parts[: part + 1]:
        at = text.index(piece, at + 1)
    end = at + len(parts[part])
    return (
        f'{marked(text[:at], query)}<span class="ll-found-part">{marked(text[at:end], query)}</span>'
        f"{marked(text[end:], query)}"
    )


def _card(
    content_id: str,
    metadata: Mapping[str, Any],
    text: str,
    when: str,
    stories: Mapping[str, str],
    part: tuple[int, int] | None = None,
) -> str:
    name, key = name_of(content_id, metadata), quote(content_id, safe="")
    facts = f"kept {time_tag(when)}"
    if part:
        facts += f" · part {part[0] + 1} of {part[1]}"
        key += f"{PART_MARK}{part[0]}"
    return (
        f'<article class="ll-card" data-item="{key}"><h3>{safe(name)} {_tag(metadata, stories)}'
        f'</h3><p class="ll-facts">{facts}</p><div class="ll-text">{text}</div>'
        '<p class="ll-plan-acts"><button type="button" class="ll-press" data-do="open" '
        f'aria-label="Open {safe(name)}">Open</button>{_delete(name)}</p></article>'
    )


def pressed_item(key: str) -> tuple[str, int | None]:
    """Which text a press in a card is about, and which piece of it the card shows, if it was searched for."""
    content_id, _, part = key.partition(PART_MARK)
    return unquote(content_id), int(part) if part.isascii() and part.isdigit() else None


def _delete(name: str) -> str:
    return (
        '<button type="button" class="ll-press ll-plain" data-do="delete" '
        f'aria-label="Delete {safe(name)}">Delete</button>'
    )


def _tag(metadata: Mapping[str, Any], stories: Mapping[str, str]) -> str:
    title = stories.get(thread) if isinstance(thread := metadata.get(THREAD), str) else None
    return f'<span class="ll-tag ll-found">{safe(title)}</span>' if title else ""


def _more(count: int) -> str:
    if not count:
        return ""
    button = '<button type="button" class="ll-press ll-plain" data-do="more">Show more</button>'
    return f'<p class="ll-archive-more" data-item="{count}">{button}</p>'


def summary_line(stats: Mapping[str, Any], trouble: str = "") -> str:
    """How much is kept, and whether something of it can't be found yet."""
    if not stats["items"]:
        return ""
    pages = round(stats["characters"] / LETTERS_PER_PAGE)
    about = f"about {plural(pages, 'page')}" if pages else "less than a page"
    told = f"{plural(stats['items'], 'text')} kept, {about} in all; the last {time_tag(stats['updated_at'])}."
    waiting = ""
    if trouble:
        waiting = f'<p class="ll-trouble" role="alert">Not all of it can be found yet. {safe(trouble)}</p>'
    elif stats["waiting"]:
        waiting = f'<p class="ll-facts" role="status">{plural(stats["waiting"], "text")} being made findable …</p>'
    return f'<p class="ll-facts">{told}</p>{waiting}'


def already_there(item: ArchiveItem) -> str:
    """Somebody keeps a text under a name that is taken."""
    return (
        f'<div class="ll-notice" role="alert">A text of this name was kept {time_tag(item.updated_at)}: '
        f"<q>{safe(shortened(item.text, 90))}</q><br>Press Replace it to put yours in its place, or choose another "
        "name.</div>"
    )
