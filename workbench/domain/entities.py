"""Rules for lore entries that a story makes by itself: what of a proposed one may stand."""

import re
from collections.abc import Sequence

from workbench.domain import text as prose
from workbench.domain.notes import numbers
from workbench.domain.tasks import NewEntity

_FORM_WORDS = prose.content_words(
    "description sentence story lore summary entry content text title tag keyword key json third-person first-person "
    "person name character location item faction event fantasy fiction world-building"
)
_SUBJECT = re.compile(
    r"((?:an?|the|one|some)\s+(?:[\w’'-]+\s+){0,3}?[\w’'-]+)\s+(?:is|was|are|were|has|had|who|that|which|lay|lies|stands?|"
    r"stood|lives?|lived|keeps?|kept|came|comes?|hung|sat|can|could|will|would|appears?|appeared)\b",
    re.IGNORECASE,
)
# Of a sentence's words so many must be the story's own, the name of what it tells of aside.
GROUNDED_SHARE = 0.6
TITLE_CHARS, CONTENT_CHARS, TAG_CHARS = 80, 2000, 40
_ALSO_CALLED = re.compile(
    r"(?:called|named|known as|nicknamed|whom they call(?:ed)?)\s+(?:the\s+)?[“\"']?((?:[A-Z][\w’'-]*\s?){1,3})"
)


def entity_of(
    kind: str,
    name: str,
    title: str,
    content: str,
    tags: Sequence[str],
    aliases: Sequence[str],
    summary: str,
    evidence: str,
) -> NewEntity:
    """The entry as it may stand. `name` is the story's own name for it, empty where nobody gave one.

    What the proposal brings in, and neither `summary` nor `evidence` tells, gives way to their own words.
    """
    told = " ".join(part for part in (summary.strip(), evidence.strip()) if part)
    title = name.strip() or _title(title, told)
    return NewEntity(
        title=title[:TITLE_CHARS],
        content=_content(content, title, summary, evidence)[:CONTENT_CHARS],
        tags=_tags(tags, told, title) or (kind,),
        aliases=_aliases(aliases, title, told),
    )


def _title(proposed: str, told: str) -> str:
    """A title that the story itself has words for."""
    if named := _ALSO_CALLED.search(told):
        return named.group(1).strip()
    proposed = " ".join(proposed.strip(" .,:;\"'“”*#").split())
    known = set(prose.words(told))
    if proposed and all(word in known for word in prose.words(proposed)) and prose.content_words(proposed):
        return proposed
    if names := list(prose.new_names(told, [])):
        return names[0]
    own = [word for word in proposed.split() if prose.words(word) and prose.words(word)[0] in known]
    if own and prose.content_words(" ".join(own)):
        return " ".join(own)
    if subject := _SUBJECT.match(told):
        return subject.group(1)
    return " ".join((told.split(".")[0] or proposed).split()[:6]).strip(" ,;:") or proposed


def _content(proposed: str, title: str, summary: str, evidence: str) -> str:
    """The proposed sentences that rest on what was told; the summary itself where none does."""
    told = f"{summary} {evidence} {title}"
    known, own = prose.content_words(told), prose.content_words(title)
    kept: list[str] = []
    for sentence in prose.sentences(" ".join(prose.without_cut_end(proposed).split())):
        said = prose.content_words(sentence) - own
        if prose.new_names(sentence, [told]) or numbers(sentence) - numbers(told) or sentence in kept:
            continue
        if said and len(said & known) / len(said) >= GROUNDED_SHARE:
            kept.append(sentence)
    content = " ".join(kept)
    if not prose.says_something(content) or prose.repeated_share(content) > 0.25:
        content = ""
    # Whatever was worded: what the story says of it must be in the entry.
    missing = [
        line
        for line in dict.fromkeys((summary.strip(), evidence.strip()))
        if line and not _covered(line, content) and not _covered(line, summary if line != summary.strip() else "")
    ]
    return " ".join(
        line if prose.ends_complete(line) else f"{line}." for line in (*([content] if content else []), *missing)
    )


def _covered(line: str, content: str) -> bool:
    words = prose.content_words(line)
    if numbers(line) - numbers(content):
        return False
    return bool(words) and len(words & prose.content_words(content)) / len(words) >= 0.6


def _tags(proposed: Sequence[str], told: str, title: str) -> tuple[str, ...]:
    """Keywords that say something of it: not its name again, and no words of the form that was filled in."""
    known, own = prose.content_words(told), prose.content_words(title)
    kept = []
    for tag in (tag.strip().lower()[:TAG_CHARS] for tag in proposed):
        said = prose.content_words(tag)
        if said and not said & _FORM_WORDS and not said <= own and said & known:
            kept.append(tag)
    return tuple(dict.fromkeys(kept))[:6]


def _aliases(proposed: Sequence[str], title: str, told: str) -> tuple[str, ...]:
    """Other names that the story really uses for it."""
    found = [match.group(1).strip() for match in _ALSO_CALLED.finditer(told)]
    named = [
        alias.strip() for alias in proposed if alias.strip() and alias.strip() in told and alias.strip()[0].isupper()
    ]
    own = title.casefold()
    return tuple(
        dict.fromkeys(alias for alias in (*found, *named) if 2 < len(alias) <= TITLE_CHARS and alias.casefold() != own)
    )[:5]
