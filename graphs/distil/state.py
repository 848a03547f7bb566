"""What goes in, what the nodes share, what comes out."""

from typing import Literal, NotRequired, TypedDict

from workbench.domain.context import TextKind

# "fold" sums up summaries.
DistilKind = TextKind | Literal["fold"]


class DistilInput(TypedDict):
    """A text, what kind of text it is, and how many words may tell it.

    `portion`: how many words of the text the model reads at once. `closely`: whether the model is one that mixes up
    who did what, so that what each sentence tells must stand together in the text.
    """

    text: str
    kind: DistilKind
    words: int
    portion: NotRequired[int]
    closely: NotRequired[bool]


class DistilState(DistilInput, total=False):
    """`portions` of the text, and what is `told` of the first of them. `problem` says why the last try was refused."""

    portions: list[str]
    told: list[str]
    origins: list[str]
    tries: int
    proposal: str
    problem: str
    summary: str
    origin: str


class DistilOutput(TypedDict):
    """The summary; origin "model", or "picked" where its sentences were picked by rule, and `problem` says why."""

    summary: str
    origin: str
    problem: str
