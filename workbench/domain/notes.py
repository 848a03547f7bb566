"""Rules that keep the memory honest: what a proposed summary, note or entry must satisfy."""

from workbench.domain import text as prose

# A note is a footnote, not a chapter.
NOTE_WORDS = 120
_PROMPT_MARKS = (
    "session note",
    "original lore",
    "new event",
    "task:",
    "maintain existing",
    "maintain narrative",
    "continuity editor",
    "rewrite the",
    "(none yet)",
    "[base lore]",
    "session-specific notes",
)


def grounded_summary(summary: str, evidence: str) -> str:
    """`summary`, or the evidence itself where the summary shares too little with it."""
    summary = " ".join(summary.split())
    said, shown = prose.content_words(summary), prose.content_words(evidence)
    if len(said) < 2 or not said or len(said & shown) / len(said) < 0.3:
        return evidence
    return summary


def note_problem(note: str, previous: str, event: str, title: str) -> str | None:
    """Why a rewritten note can't stand, or None: empty, prompt text, too long, event or earlier facts lost."""
    tidy = " ".join(note.split())
    if len(prose.words(tidy)) < 3:
        return "the note is empty"
    lower = tidy.lower()
    for mark in _PROMPT_MARKS:
        if mark in lower:
            return f"the note repeats its instructions (“{mark}”)"
    if len(prose.words(tidy)) > NOTE_WORDS * 1.5 + len(prose.words(previous)):
        return "the note is too long"
    if prose.most_repeats(note) >= 2 or prose.repeated_share(note) > 0.25:
        return "the note repeats itself"
    facts = prose.content_words(event)
    if facts and len(facts & prose.content_words(tidy)) / len(facts) < 0.4:
        return "the note doesn't tell the event"
    kept = prose.content_words(previous)
    if kept and len(kept & prose.content_words(tidy)) / len(kept) < 0.4:
        return "the note forgets what it had said"
    numbers = {word for word in prose.words(previous) if word.isdigit()}
    if lost := numbers - set(prose.words(tidy)):
        return f"the note loses {', '.join(sorted(lost))}"
    unknown = prose.new_names(tidy, [previous, event, title])
    if unknown:
        return f"the note brings in {', '.join(list(unknown)[:3])}"
    return None


def appended_note(previous: str, event: str) -> str:
    """The event in its own words behind what was there; what a failed rewrite falls back to."""
    event = event.strip()
    if event and not prose.ends_complete(event):
        event += "."
    if prose.occurs_in(event, previous):
        return previous
    return f"{previous.strip()} {event}".strip()
