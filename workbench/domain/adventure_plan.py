"""What a chapter of an adventure is to tell, decided by rule before a model writes a word, and what a choice does."""

import random
from collections.abc import Mapping

from workbench.domain import text as prose
from workbench.domain.adventures import (
    CHOICES,
    Adventure,
    Chapter,
    ChapterType,
    Choice,
    answers_of,
    choices_of,
    next_question,
    told_of,
    with_reflect,
)
from workbench.domain.categories import AGENCY_KINDS, Agency, AgencyKind, CastSeed, Category, PlaceSeed
from workbench.domain.lessons import Question
from workbench.domain.model import Value

# What stands before the first choice, by what is chosen.
OFFERS: Mapping[AgencyKind, str] = {
    "companion": "You didn’t have to go alone. Three were ready to come with you, and there was room for one.",
    "item": "You could carry one thing with you, and only one. Three lay before you.",
    "role": "Everybody on such a journey has something to be. Three tasks were still free.",
    "gift": "Before you went, you were offered a gift. You could choose one of three.",
}
# A chapter's own words are at least so many, whatever is told around them.
LEAST_WORDS = 45
# Choices that share more of their words than this are one choice.
ALIKE = 0.5
LABEL_WORDS = (2, 9)


class ChapterPlan(Value):
    """A chapter to be told: `lead` begins it and `tail` ends it, word for word; `happens` is what the model tells.

    `labels` are choices that fit whatever is told: answers, or what one could do about the event at the end.
    """

    number: int
    of: int
    type: ChapterType
    title: str
    lead: str
    happens: str
    tail: str
    labels: tuple[Choice, ...]
    fixed: bool = True
    question_id: str = ""
    question: str = ""
    beat: str = ""
    line: str = ""
    place: PlaceSeed
    people: tuple[CastSeed, ...]
    senses: tuple[str, ...]
    words: int

    def text(self, middle: str) -> str:
        """The whole chapter around what was told between its beginning and its end."""
        return "\n\n".join(part for part in (self.lead, middle, self.tail) if part)


def plan_chapter(adventure: Adventure, category: Category, questions: Mapping[str, Question]) -> ChapterPlan:
    """The next chapter of an adventure. The same state always gives the same plan."""
    number, kind = adventure.next_number, adventure.next_type
    assert kind is not None
    chance = random.Random(f"{adventure.seed}:{number}")
    seen = {chapter.title for chapter in adventure.chapters}
    place = chance.choice([one for one in category.places if one.name not in seen] or list(category.places))
    people = tuple(chance.sample(category.cast, 2))
    lead, tail = _lead(adventure, category), ""
    labels: tuple[Choice, ...] = ()
    beat, question_id, asked = "", "", ""
    if kind == "lesson" and (question := next_question(list(questions.values()), adventure)) is None:
        # All questions are asked: the story goes on.
        kind = "story"
    if kind == "lesson":
        assert question is not None
        question_id, asked = question.id, question.question
        tail, labels = f"{question.moment} {question.question}", answers_of(number, question, adventure.seed)
    elif kind == "reflect" and adventure.last is not None:
        question = questions[adventure.last.question_id]
        question_id, asked = question.id, question.question
        tail = f"You thought about it once more. {question.question}"
        labels = answers_of(number, question, adventure.seed, 1)
    elif kind == "conclusion":
        goals = category.goal
        tail = category.endings[goals.index(adventure.goal)] if adventure.goal in goals else category.endings[0]
    elif number == 1:
        offered: AgencyKind = chance.choice(AGENCY_KINDS)
        tail = OFFERS[offered]
        labels = choices_of(number, [one.label for one in chance.sample(category.agencies_of(offered), CHOICES)])
    else:
        met = {chapter.beat for chapter in adventure.chapters}
        event = chance.choice([one for one in category.beats if one.happens not in met] or list(category.beats))
        beat = tail = event.happens
        labels = choices_of(number, event.choices)
    around = prose.count_words(f"{lead} {tail}")
    return ChapterPlan(
        number=number,
        of=len(adventure.planned),
        type=kind,
        title=place.name if kind != "conclusion" else "The end of the journey",
        lead=lead,
        happens=_happens(adventure, kind, place, people),
        tail=tail,
        labels=labels,
        fixed=not beat,
        question_id=question_id,
        question=asked,
        beat=beat,
        line=_line(kind, place.name, people[0].name, asked, beat, tail),
        place=place,
        people=people,
        senses=tuple(
            chance.choice(kinds)
            for kinds in (category.senses.sight, category.senses.sound, category.senses.smell, category.senses.touch)
        ),
        words=max(LEAST_WORDS, adventure.words - around),
    )


def _lead(adventure: Adventure, category: Category) -> str:
    """How a chapter begins: what became of the reader's choice, or how it all began."""
    last = adventure.last
    if last is None:
        chance = random.Random(f"{adventure.seed}:0")
        return f"{chance.choice(category.openings)} {adventure.goal}"
    if last.told is not None:
        told = last.told
        if told.correct:
            return f"“{told.answered}”, you said, and you were right. {told.explanation}"
        return f"“{told.answered}”, you said. {told.why} {told.explanation}"
    label = last.chosen_label
    return f"You decided to {label[:1].lower()}{label[1:].rstrip('.!')}."


def _happens(adventure: Adventure, kind: ChapterType, place: PlaceSeed, people: tuple[CastSeed, ...]) -> str:
    one = people[0]
    if kind == "conclusion":
        return (
            f"You come to {place.name}, {_clause(place.about)}. There {one.name} is waiting for you, and it is the end."
        )
    if kind == "reflect":
        return (
            f"You rest at {place.name}, {_clause(place.about)}. You and {one.name} think about what you have learned."
        )
    came = f"You come to {place.name}, {_clause(place.about)}. You meet {one.name}, {_clause(one.who)}."
    return f"{came} {adventure.agency[:1].upper()}{adventure.agency[1:]} helps you." if adventure.agency else came


def _clause(about: str) -> str:
    """A description as it stands behind a comma."""
    plain = about.strip().rstrip(".")
    return plain[:1].lower() + plain[1:] if plain.split()[0].lower() in _SMALL else plain


def _line(kind: ChapterType, place: str, name: str, asked: str, beat: str, tail: str) -> str:
    """The chapter in a line, for the next ones and for the summary at the end."""
    if kind == "conclusion":
        return tail
    if kind == "reflect":
        return f"At {place} you thought once more about the question: {asked}"
    if kind == "lesson":
        return f"At {place}, where you met {name}, you were asked: {asked}"
    return f"You came to {place} and met {name}. {beat}".strip()


_SMALL = frozenset("a an the where who that which with this it they he she".split())


def with_choice(
    adventure: Adventure, choice: Choice, category: Category, questions: Mapping[str, Question], at: str
) -> Adventure:
    """The adventure after a choice of its last chapter: what was answered, taken along, and what comes next by it."""
    last = adventure.chapters[-1]
    changed: dict[str, object] = {"chosen": choice.id, "chosen_at": at}
    more: dict[str, object] = {"status": "writing", "problem": ""}
    if last.question_id:
        told = told_of(questions[last.question_id], choice.label, again=last.type == "reflect")
        changed["told"] = told
        if last.type == "lesson" and not told.correct:
            more["planned"] = with_reflect(adventure.planned, last.number)
    elif last.number == 1 and (agency := agency_of(category, choice.label)) is not None:
        more |= {"agency": agency.name, "helps": agency.helps}
        more["looks"] = {**adventure.looks, agency.name: agency.look}
    return adventure.model_copy(
        update={**more, "chapters": (*adventure.chapters[:-1], last.model_copy(update=changed))}
    )


def agency_of(category: Category, label: str) -> Agency | None:
    """The first choice with that label."""
    return next((one for one in category.agencies if one.label == label), None)


def with_chapter(adventure: Adventure, chapter: Chapter, category: Category) -> Adventure:
    """The adventure with one more chapter. Looks of whom it names are kept; what was said first holds."""
    looks = dict(adventure.looks)
    for one in category.cast:
        if one.name in chapter.text:
            looks.setdefault(one.name, one.look)
    # A lesson may have become a story where no question was left.
    planned = (*adventure.planned[: chapter.number - 1], chapter.type, *adventure.planned[chapter.number :])
    return adventure.model_copy(
        update={
            "chapters": (*adventure.chapters, chapter),
            "planned": planned,
            "looks": looks,
            "status": "done" if chapter.type == "conclusion" else "reading",
            "problem": "",
        }
    )


def choices_problem(labels: list[str], told: str) -> str | None:
    """What is wrong with choices that somebody proposes for a chapter that ends with `told`; None if nothing."""
    if len(labels) != CHOICES:
        return f"there must be {CHOICES} choices"
    here = prose.content_words(told)
    meanings = []
    for label in labels:
        size = prose.count_words(label)
        if not LABEL_WORDS[0] <= size <= LABEL_WORDS[1] or "?" in label:
            return f"“{label}” is no short thing to do"
        meaning = prose.content_words(label)
        if not meaning & here:
            return f"“{label}” has nothing to do with what happens"
        meanings.append(meaning)
    for place, one in enumerate(meanings):
        for other in meanings[place + 1 :]:
            if len(one & other) > ALIKE * min(len(one), len(other)):
                return "two choices are nearly the same"
    return None
