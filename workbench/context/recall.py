"""Lore that nobody names and that is relevant all the same: what a search of it finds, held against the request.

A search ranks and always has a first result, so that its rank says nothing about whether the entry matters here. What
is told must therefore share words of meaning with the request, names that are told anyway left aside.
"""

import math
from collections import Counter
from collections.abc import Sequence

from workbench.context.activation import Activation
from workbench.domain.lore import (
    BASE_LORE_PREFIX,
    SESSION_NOTES_PREFIX,
    LoreEntry,
    NoteRevision,
    SearchHit,
    composite_text,
)
from workbench.domain.story import Passage
from workbench.domain.text import content_words, stem, words

# A small model loses its thread among too much lore, and these were asked for by nobody.
MOST_RECALLED = 3
# So many hits are asked of the search, since the best are often those that the rules tell already.
SEARCHED = 12
# The end of the last passage tells where the scene goes on; more of it would outweigh the request.
PASSAGE_END = 300
# Two words in common are hardly ever chance. One is enough if no other hit has it, where the search has the entry so
# far in front: with fused ranks no document reaches this that only words, or only meaning, have found.
LEAST_SHARED = 2
LEAST_SCORE = 0.7


def recall_query(instruction: str, passages: Sequence[Passage]) -> str:
    """What to search the lore for: the request, and how the last passage ends."""
    end = passages[-1].text[-PASSAGE_END:].partition(" ")[2] if passages else ""
    return f"{instruction}\n{end}".strip()


def recalled(
    activations: Sequence[Activation], hits: Sequence[SearchHit], instruction: str, query: str
) -> dict[str, str]:
    """`{entry id: why it is told}` for the few hits of `query` that matter, best first.

    Only entries come into question of which the rules say no more than that nobody names them.
    """
    free = {one.entry.id for one in activations if one.recallable}
    told = {word for one in activations if one.cause for name in one.entry.names for word in content_words(name)}
    asked = {word for word in content_words(instruction) if not word.isdigit()} - told
    documents = [content_words(f"{hit.title} {_body(hit.document)}") for hit in hits]
    spread = Counter(word for document in documents for word in document & asked)
    found: dict[str, str] = {}
    for hit, document in zip(hits, documents, strict=True):
        if hit.entry_id not in free or len(found) == MOST_RECALLED:
            continue
        shared, ahead = asked & document, hit.score >= LEAST_SCORE
        if len(shared) >= LEAST_SHARED or (ahead and any(spread[word] == 1 for word in shared)):
            named = ", ".join(f"“{word}”" for word in _as_asked(shared, instruction)[:3])
            found[hit.entry_id] = f"recalled: like the request it tells of {named}"
        elif ahead and not content_words(query) & document:
            found[hit.entry_id] = "recalled: similar in meaning to the request"
    return found


def search_by_words(
    entries: Sequence[LoreEntry], notes: dict[str, NoteRevision], query: str, limit: int
) -> list[SearchHit]:
    """The entries that share most words with `query`, rare words first: what there is while no index answers."""
    documents = [composite_text(e.content, notes[e.id].note if e.id in notes else "") for e in entries]
    asked = content_words(query)
    shared = [asked & content_words(f"{e.title} {_body(text)}") for e, text in zip(entries, documents, strict=True)]
    spread = Counter(word for words in shared for word in words)
    weights = {word: math.log(1 + len(entries) / count) for word, count in spread.items()}
    whole = sum(weights.values()) or 1.0
    ranked = sorted(range(len(entries)), key=lambda i: (-sum(weights[word] for word in sorted(shared[i])), i))
    return [
        SearchHit(
            entry_id=entries[i].id,
            title=entries[i].title,
            # Below what makes one word enough: nothing here has looked at the meaning.
            score=round(LEAST_SCORE / 2 * sum(weights[word] for word in sorted(shared[i])) / whole, 4),
            document=documents[i],
            why="mentions " + ", ".join(f'"{word}"' for word in sorted(shared[i])[:3]),
        )
        for i in ranked[:limit]
        if shared[i]
    ]


def _body(document: str) -> str:
    """A composite document without its headings, which all of them have."""
    return document.replace(BASE_LORE_PREFIX, "").replace(SESSION_NOTES_PREFIX, "")


def _as_asked(stems: set[str], instruction: str) -> list[str]:
    """The words of the request with these stems, in its order."""
    return list({stem(word): word for word in reversed(words(instruction)) if stem(word) in stems}.values())[::-1]
