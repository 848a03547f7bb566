"""What editor and rater say of a draft, and the measured facts that their word is joined with."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from workbench.domain import text as prose
from workbench.domain.model import Value
from workbench.domain.timeline import Violation

Severity = Literal["minor", "moderate", "major"]
DIMENSIONS: dict[str, str] = {
    "plot": "how much happens, and whether one thing leads to the next",
    "character": "whether the people want something and act like themselves",
    "prose": "how vivid and precise the sentences are",
    "pacing": "whether it neither drags nor rushes",
    "engagement": "how much a reader wants to read on",
}


class Suggestion(Value):
    """One thing to change. `quote` really occurs in the draft.

    `source` tells the agent's word from a measured fact, and from what contradicts the story by a rule of continuity.
    """

    quote: str
    issue: str
    suggestion: str
    severity: Severity = "moderate"
    source: Literal["editor", "measured", "continuity"] = "editor"


class Review(Value):
    """An editor's review. `dropped` counts suggestions whose quote was invented."""

    suggestions: tuple[Suggestion, ...] = ()
    summary: str = ""
    dropped: int = 0


class Measures(Value):
    """Facts about a draft, counted and not judged. Shares are 0..1."""

    words: int
    words_asked: int
    length: float = Field(description="1 at the length that was asked for, less the further away")
    repetition: float = Field(description="share of four-word phrases that had stood before")
    most_repeats: int = Field(description="how often the most frequent sentence occurs")
    coverage: float = Field(description="share of the instruction's words that the draft takes up")
    missing: tuple[str, ...] = ()


class Rating(Value):
    """Scores from 1 to 9 for each dimension and overall."""

    scores: dict[str, float]
    overall: float
    rationale: str
    measures: Measures


def measure(draft: str, instruction: str, target_words: int) -> Measures:
    """Count what can be counted. `target_words` is the length asked for, 0 where nobody asked for one."""
    count = len(prose.words(draft))
    covered, missing = prose.coverage(instruction, draft)
    ratio = count / target_words if target_words else 1.0
    length = 1.0 if 0.8 <= ratio <= 1.3 else (ratio / 0.8 if ratio < 0.8 else max(0.3, 1.3 / ratio))
    return Measures(
        words=count,
        words_asked=target_words,
        length=round(length, 3),
        repetition=round(prose.repeated_share(draft), 3),
        most_repeats=prose.most_repeats(draft),
        coverage=round(covered, 3),
        missing=tuple(missing[:8]),
    )


def joined_rating(scores: dict[str, float], measures: Measures, rationale: str = "") -> Rating:
    """Join the model's expected scores (1..9 by dimension) with the measured facts.

    The facts only take away: a perfect text keeps the model's mean, and what repeats itself, is far from the
    length asked for, or misses the request is pulled towards 1, however much the model likes it.
    """
    mean = sum(scores.values()) / len(scores) if scores else 1.0
    freshness = max(0.0, 1 - 3 * max(0.0, measures.repetition - 0.05))
    if measures.most_repeats >= 3:
        freshness = min(freshness, 0.3)
    covered = 0.6 + 0.4 * measures.coverage
    factor = freshness * (0.4 + 0.6 * measures.length) * covered
    overall = 1 + (mean - 1) * max(0.0, min(1.0, factor))
    facts = facts_sentence(measures)
    return Rating(
        scores={name: round(score, 2) for name, score in scores.items()},
        overall=round(overall, 2),
        rationale=f"{rationale.strip()} {facts}".strip(),
        measures=measures,
    )


def facts_sentence(measures: Measures) -> str:
    """The measured facts in a sentence or two."""
    asked = f" where about {measures.words_asked} were asked for" if measures.words_asked else ""
    parts = [f"{measures.words} words{asked}"]
    if measures.most_repeats >= 2:
        parts.append(f"one sentence stands {measures.most_repeats} times")
    parts.append(f"{measures.repetition:.0%} of its phrases repeat earlier ones")
    if measures.missing:
        parts.append("it does not take up " + ", ".join(f"“{word}”" for word in measures.missing[:4]))
    elif measures.words_asked:
        parts.append("it takes up everything the request names")
    return "Measured: " + "; ".join(parts) + "."


def measured_suggestions(draft: str, measures: Measures) -> list[Suggestion]:
    """What an editor can say without a model, each with a quote from the draft."""
    found: list[Suggestion] = []
    lines = prose.sentences(draft)
    for phrase in prose.repeated_phrases(draft)[:2]:
        line = next((line for line in lines if phrase in " ".join(prose.words(line))), "")
        if line:
            found.append(
                Suggestion(
                    quote=line,
                    issue=f"The words “{phrase}” come back again and again.",
                    suggestion="Keep them once and say the rest in a new way.",
                    severity="major",
                    source="measured",
                )
            )
    if lines and measures.length < 0.75 and measures.words < measures.words_asked:
        found.append(
            Suggestion(
                quote=lines[-1],
                issue=f"The chapter stops after {measures.words} of about {measures.words_asked} words.",
                suggestion="Go on from here: let one more thing happen before the end.",
                severity="moderate",
                source="measured",
            )
        )
    if lines and measures.missing and measures.coverage < 0.6:
        found.append(
            Suggestion(
                quote=lines[0],
                issue="The request is not taken up: " + ", ".join(measures.missing[:5]) + ".",
                suggestion="Bring this into the chapter early.",
                severity="major",
                source="measured",
            )
        )
    longest = max(lines, key=lambda line: len(prose.words(line)), default="")
    if len(prose.words(longest)) > 45:
        found.append(
            Suggestion(
                quote=longest,
                issue=f"This sentence has {len(prose.words(longest))} words.",
                suggestion="Break it where the thought turns.",
                severity="minor",
                source="measured",
            )
        )
    return found


def continuity_suggestions(violations: Sequence[Violation], draft: str) -> list[Suggestion]:
    """What contradicts the story, each with a sentence of the draft and the one that it can't stand beside.

    A quote without a passage and an entry is the draft's. What the writer lets stand is left out.
    """
    found: list[Suggestion] = []
    for violation in violations:
        own = [
            one
            for one in violation.evidence
            if not one.passage_id and not one.entry_id and prose.occurs_in(one.quote, draft)
        ]
        if violation.dismissed or not own:
            continue
        # Of two sentences of the draft the later one is the one to change.
        here = own[-1]
        there = next((one for one in violation.evidence if one is not here), here)
        where = "The chapter itself" if there in own else there.source or "The story"
        found.append(
            Suggestion(
                quote=here.quote,
                issue=f"{_ended(violation.message)} {where} says: “{there.quote}”",
                suggestion="Change this so that both can be true.",
                severity="major",
                source="continuity",
            )
        )
    return found


def _ended(sentence: str) -> str:
    return sentence if prose.ends_complete(sentence) else f"{sentence}."


def checked_suggestions(proposed: list[Suggestion], draft: str) -> tuple[list[Suggestion], int]:
    """Those of `proposed` that quote `draft` truly and say something, without doubles; and how many fell out."""
    kept: list[Suggestion] = []
    seen: set[str] = set()
    known = f"{draft} minor, moderate or major"
    for item in proposed:
        key = prose.normalised(item.quote)
        if not prose.occurs_in(item.quote, draft) or key in seen:
            continue
        # A small model fills a form with what it has just read; that is no advice.
        said = (item.issue, item.suggestion)
        if any(not prose.says_something(words) or prose.occurs_in(words, known) for words in said):
            continue
        seen.add(key)
        kept.append(item)
    return kept, len(proposed) - len(kept)
