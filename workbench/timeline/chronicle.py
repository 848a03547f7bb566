"""Who lives in a generated world, whose child and whose debtor they are, and what has happened in which year.

Only what is possible is drawn: parents are old enough, nobody quarrels with somebody who died before they were grown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from workbench.timeline.dice import Dice
from workbench.timeline.vocabulary import Common, Counts, Culture, EventKind, HistoryWords, TieWords, Trade

SHE = {"they": "she", "them": "her", "their": "her", "themself": "herself"}
HE = {"they": "he", "them": "him", "their": "his", "themself": "himself"}
# What somebody is to the other end of a tie: by the tie, by which end they are, by whether they are a woman.
KIN = {
    ("sibling", "one"): ("brother", "sister"),
    ("sibling", "other"): ("brother", "sister"),
    ("child", "one"): ("son", "daughter"),
    ("child", "other"): ("father", "mother"),
}
YOUNGEST, OLDEST, OLD = 19, 74, 42
# Years between parent and child, and between brothers and sisters.
PARENT, SIBLING = (18, 38), (1, 11)
# What happens in a history, by how many events there are.
COURSES: dict[int, tuple[EventKind, ...]] = {
    4: ("founding", "omen", "rising", "last"),
    5: ("founding", "parting", "omen", "rising", "last"),
    7: ("founding", "parting", "omen", "rising", "feud", "peace", "last"),
}


@dataclass(eq=False)
class Person:
    """Somebody; `home` and `birthplace` are numbers of places. `died` is None for the living."""

    given: str
    family: str
    pronouns: dict[str, str]
    trade: Trade
    born: int
    home: int
    birthplace: int
    died: int | None = None

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given} {self.family}"

    @property
    def she(self) -> bool:
        """Whether it is a woman."""
        return self.pronouns is SHE


class Tie(NamedTuple):
    """What two people are to each other. Of a child and a parent, a pupil and a teacher, the younger is the `one`."""

    words: TieWords
    one: Person
    other: Person

    def kin(self, of: Person) -> str:
        """What `of`'s relative is called: "sister"; "" where they aren't related."""
        end = "other" if of is self.one else "one"
        return KIN.get((self.words.kind, end), ("", ""))[(self.other if of is self.one else self.one).she]


class Happening(NamedTuple):
    """An event of the history with its year; each came of the one before it."""

    words: HistoryWords
    year: int


@dataclass
class Chronicle:
    """The people of a world, the living first, their ties, and its history in order of its years."""

    year: int
    people: list[Person] = field(default_factory=list)
    ties: list[Tie] = field(default_factory=list)
    history: list[Happening] = field(default_factory=list)

    @property
    def living(self) -> list[Person]:
        """Those who aren't dead."""
        return [person for person in self.people if person.died is None]

    @property
    def dead(self) -> list[Person]:
        """Those who are."""
        return [person for person in self.people if person.died is not None]

    def ties_of(self, person: Person) -> list[Tie]:
        """All ties of one person."""
        return [tie for tie in self.ties if person in (tie.one, tie.other)]


class Chronicler:
    """Draws a chronicle: first the years of the history, then the living, their ties, and those whom they lost."""

    def __init__(self, dice: Dice, culture: Culture, common: Common, counts: Counts, year: int) -> None:
        self._dice = dice
        self._culture = culture
        self._common = common
        self._counts = counts
        self._starts = dice.shuffled(culture.starts)
        self.families = self._family_names()
        self.made = Chronicle(year)
        self._years()

    def _years(self) -> None:
        course = COURSES[self._counts.events]
        words = {kind: self._dice.pick([one for one in self._common.history if one.kind == kind]) for kind in course}
        year, made, dice = self.made.year, self.made, self._dice
        omen = year - dice.between(52, 70)
        when = {
            "founding": 1,
            "parting": dice.between(40, omen - 30),
            "omen": omen,
            "rising": omen + dice.between(1, 4),
            "feud": omen + dice.between(8, 19),
            "peace": omen + dice.between(22, 36),
            "last": year - dice.between(3, 7),
        }
        made.history = [Happening(words[kind], when[kind]) for kind in course]

    def people(self, trades: Sequence[Trade], homes: Sequence[int], birthplaces: Sequence[int]) -> Chronicle:
        """Everybody; `homes` and `birthplaces` are the numbers of places to choose among."""
        dice, made, count = self._dice, self.made, self._counts.characters - self._counts.dead
        order, rooms = dice.shuffled(trades), dice.endless(homes)
        for number in range(count):
            # Somebody must be old enough to have known the dead.
            age = dice.between(46, OLDEST) if number == count - 1 else dice.between(YOUNGEST, 58)
            self._person(order[number], made.year - age, next(rooms), dice.pick(birthplaces))
        related = self._families_of(count, dice.below(2))
        self._tie_the_living()
        for number in range(self._counts.dead):
            self._lose(order[count + number], next(rooms), dice.pick(birthplaces), related, number)
        return made

    def _person(self, trade: Trade, born: int, home: int, birthplace: int, family: str = "") -> Person:
        initials = {person.given[0] for person in self.made.people}
        start = next((each for each in self._starts if each[0] not in initials), self._starts[0])
        self._starts.remove(start)
        she = self._dice.below(2) == 0
        ends = [end for end in (self._culture.she if she else self._culture.he) if not stutters(start, end)]
        name = start + self._dice.pick(ends)
        family = family or next(self.families)
        person = Person(name, family, SHE if she else HE, trade, born, home, birthplace)
        self.made.people.append(person)
        return person

    def _family_names(self) -> Iterator[str]:
        """Family names that share neither beginning nor end with the one before."""
        ends = self._dice.endless(self._culture.family_ends)
        for start in self._dice.endless(self._culture.family_starts):
            yield start + next(end for end in ends if not stutters(start, end))

    # Ties

    def _families_of(self, count: int, first: int) -> list[Person]:
        """Every third two neighbours are brother and sister, or parent and child; all who are related to anybody."""
        related: list[Person] = []
        words = self._dice.endless(self._common.kin)
        for number in range(first, count - 2 if first + 1 < count - 1 else first + 1, 3):
            elder, younger = self.made.people[number], self.made.people[number + 1]
            if number + 1 == count - 1:
                elder, younger = younger, elder
            tie = next(words)
            younger.family = elder.family
            gap = self._dice.between(*(SIBLING if tie.kind == "sibling" else PARENT))
            if self.made.year - elder.born - gap < YOUNGEST:
                elder.born = self.made.year - YOUNGEST - gap
            younger.born = elder.born + gap
            if tie.kind == "sibling":
                younger.birthplace = elder.birthplace
            self.made.ties.append(Tie(tie, younger, elder))
            related += [elder, younger]
        return related

    def _tie_the_living(self) -> None:
        """Everybody is tied to the next in the list, the last one to the first."""
        words = self._dice.endless(self._common.ties)
        living = self.made.living
        tied = [{id(tie.one), id(tie.other)} for tie in self.made.ties]
        for one, other in zip(living, [*living[1:], living[0]], strict=True):
            if {id(one), id(other)} in tied:
                continue
            if one.born < other.born:
                one, other = other, one
            kind = next(kind for kind in words if _possible(kind, one, other, self.made.year))
            self.made.ties.append(Tie(kind, one, other))

    def _lose(self, trade: Trade, home: int, birthplace: int, related: list[Person], number: int) -> None:
        """Somebody who died before the last great event, and whom one of the living has not got over."""
        dice, made = self._dice, self.made
        last = made.history[-1].year
        told = [tie.words for tie in made.ties]
        lost = [words for words in self._common.lost if words not in told]
        alone = [person for person in made.living if person not in related]
        mourner = made.living[-1]
        kind: TieWords | None = None
        if alone and (number or dice.below(2)):
            mourner = dice.pick([person for person in alone if person is not mourner] or alone)
            kind = dice.pick([words for words in lost if words.kind == "child"])
            related.append(mourner)
        if kind is None:
            died = last - 1 - dice.below(min(14, last - 1 - mourner.born - 18))
            born = died - dice.between(44, 82)
            known = [
                words for words in lost if words.kind != "child" and (words.kind != "pupil" or born + 8 <= mourner.born)
            ]
            kind = dice.pick(known)
            family = ""
        else:
            born = mourner.born - dice.between(*PARENT)
            died = min(born + 88, last - 1 - dice.below(max(1, min(20, last - 1 - mourner.born))))
            family = mourner.family
        gone = self._person(trade, born, home, birthplace, family)
        gone.died = died
        made.ties.append(Tie(kind, mourner, gone))


def _possible(words: TieWords, one: Person, other: Person, year: int) -> bool:
    """Whether two living people, `one` not the elder, can be tied so."""
    gap = one.born - other.born
    if words.kind == "pupil":
        return 8 <= gap <= 45
    if words.kind == "engaged":
        return gap <= 14 and year - one.born >= 22
    if words.kind == "rival":
        return gap <= 25
    return gap <= 4 if words.alike else True


def stutters(start: str, end: str) -> bool:
    """Whether joining the two repeats itself, as in "Ulfulf"."""
    return start.lower().endswith(end) or end.startswith(start.lower()) or start[-1].lower() == end[0]
