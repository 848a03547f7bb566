"""Curated questions of a topic, as `assets/lessons` keeps them. What is right is never a model's invention."""

from typing import Annotated

from pydantic import Field, model_validator

from workbench.domain.model import Value

# Answers are choices in a story: short enough for a button.
ANSWER_CHARS = 70
YOUNGEST, OLDEST = 5, 18

Answer = Annotated[str, Field(min_length=1, max_length=ANSWER_CHARS)]
Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]


class WrongAnswer(Value):
    """An answer that somebody may well give, and what to tell them kindly."""

    text: Answer
    why: str = Field(
        min_length=15, max_length=240, description="Kind: what is true of it, and why it isn't the answer."
    )


class Question(Value):
    """One thing to find out: asked by something that happens in the story, explained after it."""

    id: Id
    age_from: int = Field(ge=YOUNGEST, le=OLDEST)
    age_to: int = Field(ge=YOUNGEST, le=OLDEST)
    question: str = Field(min_length=10, max_length=180, pattern=r"\?$")
    right: Answer
    wrong: tuple[WrongAnswer, ...] = Field(min_length=2, max_length=3)
    explanation: str = Field(min_length=30, max_length=420, description="Why the answer is right, for this age.")
    source: str = Field(min_length=5, max_length=160, description="Where a teacher can look it up.")
    moment: str = Field(
        min_length=20,
        max_length=220,
        description="What happens in a story that raises the question, without giving the answer away.",
    )

    @property
    def answers(self) -> tuple[str, ...]:
        """All answers, the right one first."""
        return (self.right, *(one.text for one in self.wrong))

    @model_validator(mode="after")
    def _fits(self) -> "Question":
        if self.age_from > self.age_to:
            raise ValueError(f"{self.id}: age_from is above age_to")
        plain = [" ".join(answer.lower().split()).rstrip(".") for answer in self.answers]
        if len(set(plain)) != len(plain):
            raise ValueError(f"{self.id}: two answers are the same")
        if len(plain[0]) > 3 and f" {plain[0]} " in f" {self.moment.lower()} ":
            raise ValueError(f"{self.id}: the moment gives the answer away")
        return self


class LessonSet(Value):
    """A topic with its questions: one file of `assets/lessons`, or of a teacher's own folder."""

    id: Id
    title: str = Field(min_length=3, max_length=60)
    about: str = Field(min_length=20, max_length=240)
    questions: tuple[Question, ...] = Field(min_length=3)

    @model_validator(mode="after")
    def _each_once(self) -> "LessonSet":
        for what in ("id", "question"):
            seen = [str(getattr(one, what)).lower() for one in self.questions]
            twice = sorted({one for one in seen if seen.count(one) > 1})
            if twice:
                raise ValueError(f"{self.id}: used twice as {what}: {twice[0]}")
        return self

    def for_age(self, age: int) -> list[Question]:
        """The questions that fit an age."""
        return [one for one in self.questions if one.age_from <= age <= one.age_to]
