"""A whole line of passages with its lore, read and put on one clock: what the continuity rules look at."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.domain.timeline import Quote, StoryEvent
from workbench.timeline.cast import Cast, Known, cast_of, told_by
from workbench.timeline.clock import Clock, Moment, cue_of_time
from workbench.timeline.distances import Way, ways
from workbench.timeline.lines import Line, lines
from workbench.timeline.prose import sentences


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence of the story, or of a lore entry (`order` is -1 then, and `entry_id` and `about` are set).

    `in_year` is the year that the scene is set in, where a sentence before it set the scene in one.
    """

    line: Line
    moment: Moment
    order: int
    chapter: int
    passage_id: str
    source: str
    entry_id: str = ""
    about: Known | None = None
    in_year: int | None = None

    @property
    def text(self) -> str:
        """The whole sentence."""
        return self.line.text

    def quote(self) -> Quote:
        """As a violation shows it."""
        return Quote(passage_id=self.passage_id, quote=self.text, entry_id=self.entry_id, source=self.source)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the sentences that can't both be true, and whom or what it is about."""

    message: str
    told: tuple[Told, ...]
    subjects: tuple[str, ...]
    more: tuple[Quote, ...] = ()


@dataclass(frozen=True)
class Story:
    """Everything that is told, in order, and the lore."""

    cast: Cast
    told: tuple[Told, ...]
    lore: tuple[Told, ...]
    ways: Mapping[frozenset[str], Way]
    entries: tuple[LoreEntry, ...]
    draft_id: str | None = None

    def chapters(self) -> Iterator[list[Told]]:
        """The sentences of each passage."""
        chapter: list[Told] = []
        for told in self.told:
            if chapter and told.chapter != chapter[-1].chapter:
                yield chapter
                chapter = []
            chapter.append(told)
        if chapter:
            yield chapter


def chapter_name(passage: Passage) -> str:
    """How people call a passage as a source."""
    number = f"Chapter {passage.number}"
    return number if passage.title in ("", number) else f"{number}: {passage.title}"


def story_of(
    passages: Sequence[Passage],
    entries: Sequence[LoreEntry],
    draft: Passage | None = None,
    events: Sequence[StoryEvent] = (),
) -> Story:
    """Reads the passages of one line in order, a draft after them, and the lore.

    Of the `events` those count that a writer has put down: where somebody is at a time, told at the end of its passage.
    """
    everything = [*passages, *([draft] if draft else [])]
    cast = _told_by(cast_of(entries), everything)
    clock = Clock()
    told: list[Told] = []
    in_year: int | None = None
    for chapter, passage in enumerate(everything):
        source = "the draft" if passage is draft else chapter_name(passage)
        clock.passage()
        set_time: _SetTime | None = None
        # A year lasts until the story moves on by an unknown time.
        for line in lines(passage.text, cast):
            if line.new_paragraph:
                clock.paragraph()
            moment = clock.read(line.cue, line.past or line.unreal)
            if moment.line != 0 or moment.year is None:
                in_year = None
            elif moment.stated and line.cue is not None and line.cue.year is not None:
                in_year = moment.year if _sets_the_scene(line) else None
            elif in_year is not None:
                in_year = moment.year
            if sets_only_the_time(line) and not moment.loose:
                set_time = _SetTime(moment)
            elif set_time is not None:
                if set_time.holds_for(line):
                    moment = set_time.moment
                elif line.cue is not None or line.actions:
                    set_time = None
            told.append(Told(line, moment, len(told), chapter, passage.id, source, in_year=in_year))
        for event in events:
            if event.passage_id == passage.id:
                told += _put_down(event, cast, clock, len(told), chapter)
    for event in events:
        if not event.passage_id:
            told += _put_down(event, cast, clock, len(told), len(everything))
    lore = tuple(_lore(entries, cast))
    return Story(cast, tuple(told), lore, ways(entries), tuple(entries), draft.id if draft else None)


_I = re.compile(r"(?<![\w’'])(?:I|[Mm]y|[Mm]e|I['’](?:m|d|ll|ve))(?![\w’'-])")


def _told_by(cast: Cast, passages: Sequence[Passage]) -> Cast:
    """The cast as the story shows it: who tells it, and who is "she" and who "he"."""
    narrator = cast.narrator.id if cast.narrator is not None else _narrator(cast, passages)
    genders = frozenset(_genders(cast, passages))
    return told_by(cast, narrator, genders) if narrator or genders else cast


def _narrator(cast: Cast, passages: Sequence[Passage]) -> str:
    """The only one who is spoken to by name in passages that tell of "I", and never named by the one who tells."""
    named: set[str] = set()
    addressed: set[str] = set()
    for passage in passages:
        told = sentences(passage.text)
        if not any(_I.search(sentence.narration) for sentence in told):
            continue
        named |= {mention.known.id for sentence in told for mention in cast.mentions(sentence.narration)}
        addressed |= {mention.known.id for sentence in told for mention in cast.mentions(sentence.speech)}
    left = [one.id for one in cast.of_kind("character") if one.id in addressed - named]
    return left[0] if len(left) == 1 else ""


# Only those that a sentence's subject bears: "Una took his hand" says nothing of Una.
_PRONOUNS = re.compile(r"(?<![\w’'])(?:(?P<she>[Ss]he|[Hh]erself)|[Hh]e|[Hh]imself)(?![\w-])")


def _genders(cast: Cast, passages: Sequence[Passage]) -> Iterator[tuple[str, str]]:
    """Who of those whose lore doesn't say is "she" or "he": by the pronouns behind their name, where nobody else is."""
    counts: Counter[tuple[str, str]] = Counter()
    unknown = {one.id for one in cast.of_kind("character") if not one.gender}
    for passage in passages if unknown else ():
        last = ""
        for sentence in sentences(passage.text):
            named = [m for m in cast.mentions(sentence.narration) if m.known.kind == "character"]
            who, start = (named[0].known.id, named[0].end) if len({m.known.id for m in named}) == 1 else ("", 0)
            if not named:
                # "Una laughed. She had known it.": only what the next sentence begins with is surely hers.
                match = _PRONOUNS.match(sentence.narration)
                if match and last in unknown:
                    counts[last, "she" if match["she"] else "he"] += 1
            elif who in unknown:
                for match in _PRONOUNS.finditer(sentence.narration, start):
                    counts[who, "she" if match["she"] else "he"] += 1
            last = who
    for one in sorted(unknown):
        she, he = counts[one, "she"], counts[one, "he"]
        if max(she, he) >= 2 and max(she, he) >= 3 * min(she, he):
            yield one, "she" if she > he else "he"


def _put_down(event: StoryEvent, cast: Cast, clock: Clock, order: int, chapter: int) -> Iterator[Told]:
    """An event of the writer's own as sentences: who is where, when."""
    cue = cue_of_time(event.when)
    known = {one.id: one for one in cast.known}
    place = known.get(event.where.entry_id or "") if event.where else None
    if event.origin != "writer" or cue is None or place is None:
        return
    for named in event.who:
        person = known.get(named.entry_id or "")
        read = lines(f"{person.title} was at {place.title}.", cast) if person is not None else ()
        for line in read[:1]:
            sentence = replace(line.sentence, text=event.what)
            moment = clock.read(cue, perfect=True)
            told = replace(line, cue=cue, sentence=sentence)
            yield Told(told, moment, order, chapter, event.passage_id or "", "Your timeline")
            order += 1


class _SetTime:
    """The time that a sentence of its own gives to what follows: "It was midnight on Saturday.", or a heading.

    It holds for the first thing that each person is told to do; after that, time may have passed.
    """

    def __init__(self, moment: Moment) -> None:
        self.moment = moment
        self._acted: set[str] = set()

    def holds_for(self, line: Line) -> bool:
        """Whether what a sentence tells is at that time."""
        who = {action.who.id for action in line.actions}
        if line.cue is not None or line.past or line.unreal or not who or who & self._acted:
            return False
        self._acted |= who
        return True


_TIME_ALONE = re.compile(
    r"\W*(?:It|The (?:\w+ )?(?:clocks?|bells?|time|date|hour)|Now it) (?:was|is|had|struck|strikes|said|says|"
    r"showed|shows|read|reads)\b(?!.*\b(?:when|that|since|before|after|if|who|until|ago)\b)",
    re.IGNORECASE,
)


def sets_only_the_time(line: Line) -> bool:
    """Whether a sentence says when it is and nothing else: "It was noon on Monday.", "Monday, 9 a.m."."""
    cue = line.cue
    if cue is None or cue.back or line.past or line.unreal or line.actions or line.sentence.speech:
        return False
    narration = line.sentence.narration
    rest = (narration[: cue.start] + narration[cue.start + len(cue.told) :]).split()
    if _TIME_ALONE.match(narration):
        return len(rest) <= 8
    return len(rest) <= 3 and line.new_paragraph and not narration.rstrip().endswith((".", "!", "?"))


_SETTING = re.compile(
    r"^(?:It(?: (?:was|is))? (?:now |still |only )?(?:in |the |a |an |early |late |high )*(?:[A-Z]\w+ "
    r"|\w+ )?(?:of |in )?(?:the year )?$|\W*)"
)


# "The council met at midsummer in the year 516"
_MEETING = re.compile(
    r"(?:The|They|We|His|Her|Their|Our)\s[^,;:]{0,40}?\b(?:met|gathered|assembled|convened|sat down|marched|arrived|"
    r"returned|came back|set out|began)\s[^,;:]{0,40}"
)


def _sets_the_scene(line: Line) -> bool:
    """Whether a sentence with a year says when what follows happens, and doesn't only mention the year."""
    if line.cue is None or line.past or line.unreal:
        return False
    opening = line.sentence.narration[: line.cue.start]
    if _SETTING.fullmatch(opening) or _MEETING.fullmatch(opening):
        return True
    return any(action.real and not action.passive and not action.perfect for action in line.actions)


def _lore(entries: Sequence[LoreEntry], cast: Cast) -> Iterator[Told]:
    known = {one.id: one for one in cast.known}
    for entry in entries:
        about = known.get(entry.id)
        if about is None:
            continue
        for line in lines(entry.content, cast, about):
            moment = Clock().read(line.cue)
            yield Told(line, moment, -1, -1, "", f"Lore: {entry.title}", entry.id, about)
