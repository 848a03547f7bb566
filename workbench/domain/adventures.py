"""An adventure: chapters told to a reader, who chooses how it goes on. Rules and values only."""

import random
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from workbench.domain import text as prose
from workbench.domain.lessons import OLDEST, YOUNGEST, Id, Question
from workbench.domain.model import Value

ChapterType = Literal["story", "lesson", "reflect", "conclusion"]
Status = Literal["writing", "reading", "failed", "done"]

# Chapters of an adventure. With fewer than five there is no room for a lesson and what follows from it.
FEWEST, MOST, USUAL = 5, 15, 7
CHOICES = 3
SEEDS = 2**31
LETTERS = "abc"


class AgeBand(Value):
    """How chapters are told to readers up to an age, and how long they are beside others."""

    oldest: int
    manner: str
    share: float


BANDS = (
    AgeBand(oldest=7, manner="in short sentences and easy words", share=0.7),
    AgeBand(oldest=11, manner="in clear and lively words", share=1.0),
    AgeBand(oldest=OLDEST, manner="in rich and exact words", share=1.3),
)


def band_of(age: int) -> AgeBand:
    """The band of an age, in years."""
    return next((band for band in BANDS if age <= band.oldest), BANDS[-1])


class AdventureOptions(Value):
    """What a reader may choose at the beginning; without `words` the settings and the age decide on them."""

    chapters: int = Field(USUAL, ge=FEWEST, le=MOST)
    age: int = Field(9, ge=YOUNGEST, le=OLDEST)
    words: int | None = Field(None, ge=60, le=1000)
    reader: str = Field("", max_length=40)
    seed: int | None = Field(None, ge=0, lt=SEEDS)


class Choice(Value):
    """What the reader may do. The id names the chapter too: a choice of an earlier chapter is none any more."""

    id: str
    label: str
    image: str = ""


class Told(Value):
    """What became of a question: what was answered, whether that was right, and why."""

    question_id: str
    question: str
    answered: str
    correct: bool
    right: str
    explanation: str
    why: str = Field("", description="kindly, why a wrong answer isn't the answer")
    again: bool = Field(False, description="asked for the second time")


class Chapter(Value):
    """One chapter with its choices, what the reader chose, and how long both took, in seconds."""

    number: int
    type: ChapterType
    title: str
    text: str
    choices: tuple[Choice, ...] = ()
    question_id: str = ""
    question: str = ""
    beat: str = Field("", description="what happened, by the category's data")
    chosen: str = Field("", description="id of the choice that was made")
    told: Told | None = Field(None, description="what became of this chapter's question")
    line: str = Field("", description="the chapter in a line")
    image: str = Field("", description="the file of its picture")
    prepared: bool = Field(False, description="its beginning had been written ahead")
    seconds: float = 0.0
    first_token_seconds: float | None = None
    written_at: str = ""
    chosen_at: str = ""

    @property
    def chosen_label(self) -> str:
        """What the reader chose, in words."""
        return next((one.label for one in self.choices if one.id == self.chosen), "")


class Adventure(Value):
    """The whole state. `version` goes up with each change: who has seen an older one can't change it.

    `planned` are the types of all chapters as they are, or will be unless an answer is wrong: then a reflect follows.
    """

    id: str
    category: Id
    topic: Id
    age: int
    seed: int
    words: int
    reader: str = ""
    planned: tuple[ChapterType, ...]
    chapters: tuple[Chapter, ...] = ()
    goal: str = ""
    agency: str = Field("", description="what the reader took along or became, by the first choice")
    helps: str = ""
    looks: dict[str, str] = Field(default_factory=dict, description="what people and things look like, by name")
    looks_read: int = Field(0, description="chapters whose looks are noted")
    status: Status = "writing"
    problem: str = ""
    version: int = 1
    created_at: str = ""
    updated_at: str = ""

    @property
    def last(self) -> Chapter | None:
        """The chapter that the reader is at."""
        return self.chapters[-1] if self.chapters else None

    @property
    def next_number(self) -> int:
        """The number of the chapter that comes next."""
        return len(self.chapters) + 1

    @property
    def next_type(self) -> ChapterType | None:
        """What kind of chapter comes next; None after the last."""
        return self.planned[len(self.chapters)] if len(self.chapters) < len(self.planned) else None

    @property
    def asked(self) -> frozenset[str]:
        """The ids of the questions that were asked already."""
        return frozenset(chapter.question_id for chapter in self.chapters if chapter.question_id)

    @property
    def told(self) -> tuple[Told, ...]:
        """All that was answered, in order."""
        return tuple(chapter.told for chapter in self.chapters if chapter.told)


def planned_types(count: int) -> tuple[ChapterType, ...]:
    """The types of an adventure's chapters: a story first, a conclusion last, lessons between, never side by side.

    Behind each lesson there is a story chapter, which becomes a reflect after a wrong answer.
    """
    middle: list[ChapterType] = ["lesson" if place % 2 == 0 else "story" for place in range(count - 2)]
    if middle and middle[-1] == "lesson":
        # A lesson whose answer nothing could follow on but the end: the reader's own choice is worth more there.
        middle[-1] = "story"
    return ("story", *middle, "conclusion")


def with_reflect(planned: tuple[ChapterType, ...], number: int) -> tuple[ChapterType, ...]:
    """The plan after a wrong answer in chapter `number`: the chapter behind it comes back to the question."""
    if number >= len(planned) or planned[number] != "story":
        return planned
    return (*planned[:number], "reflect", *planned[number + 1 :])


def choices_of(number: int, labels: tuple[str, ...] | list[str]) -> tuple[Choice, ...]:
    """Choices of a chapter, each with an id that no other chapter has."""
    return tuple(Choice(id=f"{number}{letter}", label=label) for letter, label in zip(LETTERS, labels, strict=False))


def answers_of(number: int, question: Question, seed: int, times: int = 0) -> tuple[Choice, ...]:
    """A question's answers as choices, in an order that the seed decides, and another one each time."""
    answers = list(question.answers[:CHOICES])
    random.Random(f"{seed}:{question.id}:{times}").shuffle(answers)
    return choices_of(number, answers)


def told_of(question: Question, answered: str, again: bool = False) -> Told:
    """What becomes of a question by an answer, one of its own."""
    wrong = next((one for one in question.wrong if one.text == answered), None)
    return Told(
        question_id=question.id,
        question=question.question,
        answered=answered,
        correct=wrong is None,
        right=question.right,
        explanation=question.explanation,
        why=wrong.why if wrong else "",
        again=again,
    )


def next_question(questions: list[Question], adventure: Adventure) -> Question | None:
    """A question that wasn't asked yet, for the reader's age where there is one; None where all were asked."""
    left = [one for one in questions if one.id not in adventure.asked]
    fitting = [one for one in left if one.age_from <= adventure.age <= one.age_to] or left
    if not fitting:
        return None
    return random.Random(f"{adventure.seed}:{len(adventure.asked)}").choice(fitting)


def seconds_between(begin: str, end: str) -> float:
    """The seconds between two moments as they are stored; 0 where one is missing."""
    if not begin or not end:
        return 0.0
    return round((datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds(), 1)


def minutes_spent(figures: dict[str, Any]) -> int:
    """Reading and telling together, by the statistics of `summed_up`; at least one minute."""
    return max(1, round((figures["reading_seconds"] + figures["telling_seconds"]) / 60))


def summed_up(adventure: Adventure) -> dict[str, Any]:
    """How an adventure went: its chapters in a line each, the lessons with their answers, and figures.

    `reading_seconds` is the time between a chapter's end and the reader's choice, `telling_seconds` what chapters took.
    """
    chapters = adventure.chapters
    return {
        "id": adventure.id,
        "status": adventure.status,
        "chapters": [
            {
                "number": one.number,
                "type": one.type,
                "title": one.title,
                "summary": one.line,
                "chosen": one.chosen_label,
            }
            for one in chapters
        ],
        "lessons": [
            {
                "question": one.question,
                "answered": one.answered,
                "correct": one.correct,
                "right_answer": one.right,
                "explanation": one.explanation,
                "again": one.again,
            }
            for one in adventure.told
        ],
        "statistics": {
            "chapters": len(chapters),
            "words": sum(prose.count_words(one.text) for one in chapters),
            "right": sum(one.correct for one in adventure.told),
            "wrong": sum(not one.correct for one in adventure.told),
            "reading_seconds": round(sum(seconds_between(one.written_at, one.chosen_at) for one in chapters), 1),
            "telling_seconds": round(sum(one.seconds for one in chapters), 1),
        },
    }
