"""Rules that keep the memory honest: what a proposed summary, note or entry must satisfy."""

import re

from workbench.domain import text as prose
from workbench.domain.findings import change_points

# A note is a footnote, not a chapter.
NOTE_WORDS = 120
# What can't be told in other words is appended, up to so many words; the first sentences of a note stay longest.
LONGEST_NOTE, OLDEST_KEPT = 180, 2
# Sentences that share more of their words than this tell the same.
SAME_SHARE = 0.6
_CAPITAL = re.compile(r"(?<!^)\b[A-Z][\w’'-]+|^[A-Z][\w-]+(?=\s[a-z]+(?:ed|s|t|d)\b)")
_CALLED = re.compile(r"^(?:[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?:\s+)+(?=[A-Z])")
# Of an event's words one in five may be worded otherwise; of a note before it a third, and less of a short one.
WORDS_FOR_ONE = 5
KEPT_SHARE, KEPT_SHARE_SHORT, SHORT_NOTE = 0.6, 0.75, 12
# Words of a sentence that neither the base text nor the notes nor the events have; wording needs some.
NEW_SHARE, NEW_WORDS = 0.25, 0.75
_PROMPT_MARKS = (
    "session note",
    "original lore",
    "current note",
    "new event",
    "the event",
    "task:",
    "maintain existing",
    "maintain narrative",
    "continuity editor",
    "rewrite the",
    "(none yet)",
    "[base lore]",
    "session-specific notes",
)
# A note is told in the third person; whoever says "I" speaks as a machine or as the figure itself.
_SPEAKER = re.compile(r"\b(?:I|I['’](?:m|ve|ll|d)|[Mm]y|as an AI|language model)\b")
_NUMBERS = frozenset(
    "two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand "
    "second third fourth fifth sixth".split()
)
# A summary is a sentence, not a list, and has nothing of the form that was filled in.
_LISTED = re.compile(r"\b\d+\.\s|\((?:character|location|item|faction|event)\)|^E\d\b")
_DENIAL = re.compile(r"\b(?:not|never|no longer|nobody|nothing|\w+n['’]t)\b", re.IGNORECASE)


def grounded_summary(summary: str, evidence: str, subject: str = "") -> str:
    """`summary`, or the evidence itself where the summary doesn't rest on it.

    At least half of its words must be the evidence's; it may name nobody but those and `subject` (names of the entry).
    """
    summary = " ".join(summary.split())
    said, shown = prose.content_words(summary), prose.content_words(f"{evidence} {subject}")
    if len(said) < 2 or len(said & shown) < 0.5 * len(said):
        return evidence
    if _LISTED.search(summary) or len(prose.words(summary)) > 1.5 * len(prose.words(evidence)) + 6:
        return evidence
    if prose.new_names(summary, [evidence, subject]) or numbers(summary) - numbers(evidence):
        return evidence
    return summary


def events_of(event: str) -> list[str]:
    """The events of one update: one on each line."""
    return [line for line in (part.strip() for part in event.splitlines()) if line]


def note_problem(note: str, previous: str, event: str, title: str) -> str | None:
    """Why a rewritten note can't stand, or None.

    `event`: what happened, an event on each line. `title`: names and base text of the entry. A note must tell each
    event, keep the names and numbers and most of the words of the one before, and bring in nobody.
    """
    tidy = " ".join(note.split())
    if len(prose.words(tidy)) < 3:
        return "the note is empty"
    lower = tidy.lower()
    for mark in _PROMPT_MARKS:
        if mark in lower:
            return f"the note repeats its instructions (“{mark}”)"
    if _SPEAKER.search(re.sub(r"[“\"][^”\"]*[”\"]", " ", tidy)):
        return "the note speaks of itself"
    if len(prose.words(tidy)) > NOTE_WORDS * 1.5 + len(prose.words(previous)):
        return "the note is too long"
    if prose.most_repeats(note) >= 2 or prose.repeated_share(note) > 0.25:
        return "the note repeats itself"
    return _lost(tidy, previous, event) or _brought_in(tidy, f"{previous} {event}", title)


def _lost(note: str, previous: str, event: str) -> str | None:
    """What of the events and of the note before is missing."""
    here = prose.content_words(note)
    for told in events_of(event):
        facts = prose.content_words(told)
        if len(facts - here) > len(facts) // WORDS_FOR_ONE:
            return "the note doesn't tell the event"
    kept = prose.content_words(previous)
    share = KEPT_SHARE_SHORT if len(kept) <= SHORT_NOTE else KEPT_SHARE
    if kept and len(kept & here) / len(kept) < share:
        return "the note forgets what it had said"
    words = set(prose.words(note))
    # A new number may well take an old one's place; without one the old ones still hold.
    if not numbers(event) and (lost := numbers(previous) - words):
        return f"the note loses {', '.join(sorted(lost))}"
    names = {word for name in prose.new_names(previous, []) for word in prose.words(name)}
    if lost := {name for name in names if prose.stem(name) not in {prose.stem(word) for word in words}}:
        return f"the note loses {', '.join(sorted(lost))}"
    return None


def numbers(text: str) -> set[str]:
    """The numbers of a text, in figures and in words ("one" is none: it is too often just a word)."""
    return {word for word in prose.words(text) if word.isdigit() or word in _NUMBERS}


def _brought_in(note: str, told: str, base: str) -> str | None:
    """Names, numbers, denials or whole sentences that nothing before speaks of, and what the base text says anyway."""
    known = f"{told} {base}"
    if unknown := [*prose.new_names(note, [known]), *sorted(numbers(note) - numbers(known))]:
        return f"the note brings in {', '.join(unknown[:3])}"
    if _DENIAL.search(note) and not _DENIAL.search(known):
        return "the note denies what nobody claimed"
    here, before, world = prose.content_words(told), prose.content_words(known), prose.content_words(base)
    for sentence in prose.sentences(note):
        said = prose.content_words(sentence)
        beginning = " ".join(sentence.split()[:8])
        if len(said - before) > NEW_SHARE * len(said) + NEW_WORDS:
            return f"the note invents “{beginning} …”"
        if said and len(said & world) > 0.6 * len(said) and len(said & here) < 0.5 * len(said):
            return f"the note only repeats the base text (“{beginning} …”)"
    return None


def appended_note(previous: str, event: str) -> str:
    """The events in their own words behind what was there; what a failed rewrite falls back to.

    A note that has grown too long by that is shortened.
    """
    note, fresh = previous.strip(), 0
    for told in events_of(event):
        # "Ilse: Ilse took the map": a line of a play has its speaker before it.
        told = _CALLED.sub("", told)
        told = told if prose.ends_complete(told) else f"{told}."
        if told and not prose.occurs_in(told, note):
            note = f"{note} {told}".strip()
            fresh += len(prose.sentences(told))
    return shortened(note, fresh)


def _same(one: str, other: str) -> bool:
    """Whether two sentences tell the same, of the same people, in nearly the same words."""
    said, told = prose.content_words(one), prose.content_words(other)
    names = set(_CAPITAL.findall(one)) - set(_CAPITAL.findall(other))
    return not names and len(said & told) > SAME_SHARE * len(said | told)


def shortened(note: str, fresh: int = 0) -> str:
    """A note of at most `LONGEST_NOTE` words, in its own sentences and their order; one that is short stays as it is.

    What is told twice in nearly the same words goes first. Then sentences that change nothing go, the middle of the
    note before its ends: what was true from the beginning stays, and so do the `fresh` last sentences. Earlier
    revisions keep what is left out.
    """
    lines = [_CALLED.sub("", line) for line in prose.sentences(note)]
    if len(prose.words(note)) <= LONGEST_NOTE:
        return note
    kept: list[int] = []
    for place in reversed(range(len(lines))):
        if prose.content_words(lines[place]) and not any(_same(lines[place], lines[other]) for other in kept):
            kept.insert(0, place)
    last = len(lines) - fresh
    first = kept[:OLDEST_KEPT]

    def worth(place: int) -> tuple[bool, int, int]:
        return place in first or place >= last, change_points(lines[place]), place

    size = {place: len(prose.words(lines[place])) for place in kept}
    for place in sorted(kept, key=worth):
        if sum(size[one] for one in kept) <= LONGEST_NOTE or worth(place)[0]:
            break
        kept.remove(place)
    return " ".join(lines[place] for place in kept)
