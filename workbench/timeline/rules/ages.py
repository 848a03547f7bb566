"""A stated age fits the birth year, and the other stated ages with the time between them."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf

from workbench.timeline.cast import Known
from workbench.timeline.clock import YEAR
from workbench.timeline.lines import Line
from workbench.timeline.numerals import CARDINAL, ORDINAL, number, ordinal
from workbench.timeline.rules.lives import births
from workbench.timeline.story import Finding, Story, Told, sets_only_the_time

_END = (
    r"(?=\s*(?:[,.;:!?—–)”\"’']|$|years?[\s-]old\b|years? of age\b|and\b|but\b|that\b|this\b|in\b|when\b|"
    r"at the\b|at last\b|last\b|now\b|on\b|before\b|by\b|to the day\b|or so\b|since\b|as\b|if\b|"
    r"yesterday\b|today\b|then\b|already\b|with\b|too\b|still\b|the (?:day|week|month|year|summer|winter|"
    r"spring|autumn|morning|night|same)\b|a (?:week|month|day|year)\b))"
)
_ABOUT = (
    r"(?:(?:only|just|now|still|already|barely|almost|nearly|not yet|all of|exactly|fully|scarcely|hardly|"
    r"about|perhaps|some|over|rising|aged|but|then)\s)*"
)
_IS = re.compile(
    rf"(?:,\swho)?(?P<verb>\s(?:was|is|am|turned|turns|turning|had turned|had just turned|has turned|"
    rf"became|reached|wasn['’]t|isn['’]t)|['’](?:m|s)|\shad (?:just |already |now )?(?:turned|reached)|"
    rf"\swould (?:be|turn)|\shad been|\swould have been|\smust have been|\slooked|\sfelt)\s"
    rf"(?P<about>{_ABOUT})(?P<age>{CARDINAL})(?P<end>{_END})",
    re.IGNORECASE,
)
_APPOSED = re.compile(
    rf",\s(?P<about>{_ABOUT})(?:aged\s|at\s)?(?P<age>{CARDINAL})(?:\syears? (?:old|of age))?(?P<close>,|\sand\b|\.|;)",
    re.IGNORECASE,
)
# "She climbed into the ring again, thirty-four years old and tired."
_TRAILING = re.compile(
    rf",\s(?P<about>{_ABOUT})(?P<age>{CARDINAL})\syears?[\s-](?:old|of age)(?=\s*(?:[,.;!]|and\b|$))", re.IGNORECASE
)
_OLD_NAME = re.compile(rf"\b(?P<age>{CARDINAL})[ -]years?[ -]old\s(?:\w+\s)?$", re.IGNORECASE)
_AT = re.compile(rf"^(?:And |But |Now )?[Aa]t\s(?P<age>{CARDINAL}),?\s(?:years old,?\s)?", re.IGNORECASE)
_AT_NOW = re.compile(rf"(?:,\s|^)at\s(?P<age>{CARDINAL})(?:,\s|\s(?=[A-Z]|he\b|she\b|I\b))", re.IGNORECASE)
_BIRTHDAY = re.compile(
    rf"\b(?P<whose>his|her|my|[A-Z]\w+['’]s)\s(?P<age>{ORDINAL})\s(?:birthday|name-day|name day|year)\b", re.IGNORECASE
)
_NOT_THAT_DAY = re.compile(
    r"\b(?:before|after|until|till|since|by|for|near|towards?|of|ahead|past|remember\w*)\s*$", re.IGNORECASE
)
_SPEECH = re.compile(
    rf"\bI(?:\sam|['’]m|\swas|\sturned|['’]ve turned|\shave turned|['’]ll be|\swill "
    rf"be)\s(?P<about>{_ABOUT})(?P<age>{CARDINAL})(?P<end>{_END})",
    re.IGNORECASE,
)
_LORE = re.compile(
    rf"^(?:(?:A|An|The)\s[^.;]{{0,60}}?\s(?:of|aged)\s(?P<of>{CARDINAL})(?=[\s,.;])|"
    rf"(?P<lead>{CARDINAL})(?:,|\sand\s|\syears old)|"
    rf"[^.;]{{0,80}}?,\s(?:aged\s)?(?P<mid>{CARDINAL})(?:\syears old)?(?=,|\sand\s|\.|;)|"
    rf"[^.;]{{0,60}}\b(?:aged|is)\s(?P<aged>{CARDINAL})(?={_END[3:-1]}))",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\b(?:when|since|until|till|before|after|if|as if|by the time|whenever|once|while|how|whether|"
    r"thought|told [^,.;]{1,30} that|pretend\w*|claim\w*|lied|said|says|told (?:him|her|me|us|them)|swore|"
    r"looked|felt|seemed|"
    r"like|joke\w*|laughed|boast\w*|for a (?:girl|boy|man|woman) of)\b[^,.;]*$",
    re.IGNORECASE,
)
_UNSURE = re.compile(r"\b(?:lied|lying|joked|guess\w*|pretend\w*|read|wrote|letter|teas\w+|mocked)\b", re.IGNORECASE)
# "She was thirty when she met him": the age of then, not of the scene.
_WHEN_ONCE = re.compile(r"\s(?:years old\s)?when\s(?:he|she|they|I|we|his|her|their|my)\b", re.IGNORECASE)
_NOT_AGES = re.compile(
    r"\b(?:o['’]clock|miles?|minutes?|hours|feet|pounds|shillings|degrees|per ?cent|of (?:them|us|"
    r"the)|men|past|to one|number|chapter|page|room|bed|hundred|thousand|fathoms|knots|paces|stone)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Age:
    """Somebody's age as a sentence states it for its own time; `year` where that time has one."""

    who: Known
    told: Told
    years: int
    year: int | None


def _plausible(words: str) -> int | None:
    value = number(words)
    return int(value) if value is not None and 1 <= value <= 120 and value == int(value) else None


def ages(story: Story) -> Iterator[Age]:
    """Every age that the story states in narration, or that people state of themselves."""
    for told in story.told:
        for one in _ages_in(told):
            yield one if one.year is not None else replace(one, year=_year_told_next(story, told))


def _year_told_next(story: Story, told: Told) -> int | None:
    """The year that the next sentence sets the scene in: "Una was twelve. It was 1914."."""
    after = story.told[told.order + 1] if told.order + 1 < len(story.told) else None
    if after is None or after.chapter != told.chapter or after.line.new_paragraph or told.line.cue is not None:
        return None
    cue = after.line.cue
    return cue.year if cue is not None and sets_only_the_time(after.line) else None


def _ages_in(told: Told) -> Iterator[Age]:
    line = told.line
    narration = line.sentence.narration
    if line.unreal or "?" in narration:
        return
    year = told.moment.year if told.moment.line == 0 and (told.moment.stated or told.in_year is not None) else None
    found = False
    for start, end, who in _subjects(line):
        match = _IS.match(narration, end)
        if match and (age := _plausible(match["age"])):
            verb = match["verb"].lower().strip()
            idle = verb in (
                "had been",
                "looked",
                "felt",
                "would be",
                "would have been",
                "must have been",
                "would turn",
                "wasn't",
                "isn't",
                "wasn’t",
                "isn’t",
            )
            if (
                not idle
                and not _vague(match["about"])
                and not _aside(narration, start)
                and not _NOT_AGES.match(narration[match.end() :].lstrip())
            ):
                if line.past and not re.match(r"had (?:\w+ )?(?:turned|reached)", verb):
                    return
                found = True
                yield Age(who, told, age, year)
                continue
        match = _APPOSED.match(narration, end)
        closed = match and (match["close"] == "," or re.search(r"\b(?:aged|old)\b", match.group(), re.IGNORECASE))
        if match and closed and (age := _plausible(match["age"])) and not _vague(match["about"]) and not line.past:
            yield Age(who, told, age, year)
            return
        match = _OLD_NAME.search(narration[:start])
        if match and (age := _plausible(match["age"])) and not line.past:
            yield Age(who, told, age, year)
            return
    if found:
        return
    match = _TRAILING.search(narration)
    if match and (age := _plausible(match["age"])) and not _vague(match["about"]) and not line.past:
        subjects = {action.who.id: action for action in line.actions if action.subject < match.start()}
        if len(subjects) == 1 and _same_subject(line, match.start()):
            yield Age(next(iter(subjects.values())).who, told, age, year)
            return
    match = _AT.match(narration)
    if (
        match
        and (age := _plausible(match["age"]))
        and not re.match(r"[a-z]|in\b", narration[match.end() : match.end() + 1] or "x")
    ):
        after = narration[match.end() :]
        if re.search(r"\b(?:still|already|now|today|is|am|are)\b|['’](?:m|s|re)\b", after[:60]):
            meant = [who for start, _, who in _subjects(line) if start >= match.end() - 1]
            if meant:
                yield Age(meant[0], told, age, year)
                return
    yield from _birthdays(told, year)
    yield from _candles(told, year)
    later = line.cue is not None and ((line.cue.shift is not None and line.cue.shift > 0) or line.cue.dated)
    match = _AT_NOW.search(narration)
    if later and match and not line.past and (age := _plausible(match["age"])):
        near = [
            who for start, end, who in _subjects(line) if abs(start - match.end()) < 4 or abs(match.start() - end) < 3
        ]
        if near:
            yield Age(near[0], told, age, year)
    yield from _spoken_of(told, year)
    if line.sentence.speech and line.speaker:
        match = _SPEECH.search(line.sentence.speech)
        if match and (age := _plausible(match["age"])) and not _vague(match["about"]):
            past = re.search(r"\bI (?:was|turned|will be|['’]ll be)\b", match.group()) or re.match(
                r"I['’]ll", match.group()
            )
            before = line.sentence.speech[: match.start()]
            if (
                not past
                and not _ASIDE.search(before)
                and "?" not in line.sentence.speech
                and not _NOT_AGES.match(line.sentence.speech[match.end() :].lstrip())
            ):
                yield Age(line.speaker, told, age, year)


def _spoken_of(told: Told, year: int | None) -> Iterator[Age]:
    """What somebody says of another: “Una is nineteen,” said the bishop."""
    line = told.line
    speech = line.sentence.speech
    if not line.spoken or "?" in speech or _UNSURE.search(line.sentence.narration):
        return
    for mention in line.spoken:
        match = _IS.match(speech, mention.end)
        if mention.known.kind != "character" or mention.genitive or match is None:
            continue
        now = match["verb"].strip().lower() in ("is", "'s", "’s")
        age = _plausible(match["age"])
        if (
            age
            and now
            and not _vague(match["about"])
            and not _aside(speech, mention.start)
            and not _NOT_AGES.match(speech[match.end() :].lstrip())
            and not re.search(r"\b(?:next|tomorrow|soon|nearly|almost)\b", speech[match.end() : match.end() + 30])
        ):
            yield Age(mention.known, told, age, year)
            return


def _same_subject(line: Line, at: int) -> bool:
    """Whether nobody and nothing but the sentence's one subject is named just before."""
    last = max(action.end for action in line.actions if action.subject < at)
    between = line.sentence.narration[last:at]
    named = [m for m in line.mentions if m.known.kind in ("character", "item") and last <= m.start < at]
    return not named and not re.search(r"[;:,]|\b(?:a|an|his|her|their|with|of)\s\w+$", between)


def _birthdays(told: Told, year: int | None) -> Iterator[Age]:
    """ "She kept her fiftieth birthday": the day itself, not one looked forward to."""
    narration = told.line.sentence.narration
    for match in _BIRTHDAY.finditer(narration):
        years = ordinal(match["age"])
        if not years or told.line.past or _NOT_THAT_DAY.search(narration[: match.start()]):
            continue
        if match.group().lower().endswith("year"):
            if not re.search(r"\bin\s$", narration[: match.start()], re.IGNORECASE):
                continue
            years -= 1
        named = [m.known for m in told.line.mentions if m.start == match.start() and m.known.kind == "character"]
        meant = [who for at, who in told.line.meant if at == match.start()]
        for who in (named or meant)[:1]:
            yield Age(who, told, years, year)


_CANDLES = re.compile(
    rf"\b(?:blew out|blowing out|blow out|blows out)\s(?:all\s|the\s|her\s|his\s|my\s)*(?P<age>{CARDINAL})\scandles\b"
    rf"|\b(?P<on>{CARDINAL})\scandles\s(?:burned\s|stood\s|flickered\s|were\s)?on\s(?:his|her|my|[A-Z]\w+['’]s)\s"
    r"(?:birthday\s)?cake\b",
    re.IGNORECASE,
)


def _candles(told: Told, year: int | None) -> Iterator[Age]:
    """ "Lily blew out seventeen candles": one for each year."""
    match = _CANDLES.search(told.line.sentence.narration)
    years = _plausible(match["age"] or match["on"]) if match else None
    if match is None or not years or told.line.past:
        return
    if match["age"]:
        blowing = [action.who for action in told.line.actions if action.start <= match.start() < action.stop]
        who = blowing[-1:]
    else:
        who = [m.known for m in told.line.mentions if m.genitive and match.start() <= m.start < match.end()]
        who += [known for at, known in told.line.meant if match.start() <= at < match.end()]
    for one in who[:1]:
        yield Age(one, told, years, year)


def _subjects(line: Line) -> list[tuple[int, int, Known]]:
    narration = line.sentence.narration
    found = [(m.start, m.end, m.known) for m in line.mentions if m.known.kind == "character" and not m.genitive]
    for at, who in line.meant:
        word = re.match(r"(?:[Hh]e|[Ss]he|I)\b", narration[at:])
        if word:
            found.append((at, at + word.end(), who))
    return sorted(found, key=lambda subject: subject[0])


def _vague(about: str) -> bool:
    return bool(
        re.search(
            r"\b(?:almost|nearly|not yet|about|perhaps|some|over|rising|scarcely|hardly|then)\b", about, re.IGNORECASE
        )
    )


def _aside(narration: str, start: int) -> bool:
    return bool(_ASIDE.search(narration[max(0, start - 60) : start]))


def _lore_ages(story: Story) -> Iterator[Age]:
    """Ages that lore entries of people begin with: "A clever orphan of nine", "Sixty, loud, and the last one"."""
    for told in story.lore:
        if told.about is None or told.about.kind != "character" or told.line.past:
            continue
        direct = list(_ages_in(told))
        if direct:
            yield from (age for age in direct if age.who is told.about)
            continue
        match = _LORE.match(told.text)
        if match:
            words = match["of"] or match["lead"] or match["mid"] or match["aged"]
            age = _plausible(words)
            if age and not _NOT_AGES.match(told.text[match.end() :].lstrip(" ,")):
                cue = told.line.cue
                yield Age(told.about, told, age, cue.year if cue else None)


def age(story: Story) -> Iterator[Finding]:
    """A stated age against birth years and other stated ages."""
    known: dict[str, list[Age]] = defaultdict(list)
    for one in ages(story):
        known[one.who.id].append(one)
    settled = set()
    for birth in births(story):
        if not birth.stated:
            continue
        for one in known[birth.who.id]:
            if one.year is None or one.told is birth.told or one.who.id in settled:
                continue
            if one.years not in (one.year - birth.year, one.year - birth.year - 1):
                settled.add(one.who.id)
                yield Finding(
                    f"{one.who.title} is {one.years} in {one.year}, but was born in {birth.year}.",
                    (birth.told, one.told),
                    (one.who.title,),
                )
    for stated in known.values():
        for place, one in enumerate(stated):
            for other in stated[place + 1 :]:
                if one.told is not other.told and one.who.id not in settled and _impossible(story, one, other):
                    settled.add(one.who.id)
                    yield Finding(
                        f"{one.who.title} is {one.years}, and then {other.years}.",
                        (one.told, other.told),
                        (one.who.title,),
                    )
    yield from _against_lore(story, known, settled)


def _impossible(story: Story, one: Age, other: Age) -> bool:
    if one.years == other.years and one.told.moment.line == other.told.moment.line:
        return one.told.moment.least_hours_until(other.told.moment) > 2.05 * YEAR
    most, least = _between(story, one.told, other.told)
    grown = other.years - one.years
    if grown > 0 and one.told.chapter == other.told.chapter and _WHEN_ONCE.search(one.told.line.sentence.narration):
        return False
    if one.year is not None and other.year is not None:
        passed = other.year - one.year
        return not passed - 1 <= grown <= passed + 1
    if grown < 0:
        return (
            other.told.moment.line != one.told.moment.line
            or least > -abs(grown) * YEAR + 0.5 * YEAR
            or most < 0.5 * YEAR
        )
    return grown > most / YEAR + 1.1 or grown < least / YEAR - 1.1


def _between(story: Story, one: Told, other: Told) -> tuple[float, float]:
    """The most and the least hours that pass between two sentences."""
    if one.moment.line != other.moment.line:
        return inf, 0.0
    loose = one.moment.high == inf or other.moment.high == inf
    most = inf if loose else max(other.moment.high - one.moment.low, 0.0)
    cues = [t.line.cue for t in story.told[one.order + 1 : other.order + 1] if t.line.cue and not t.line.past]
    shifts = [cue.shift for cue in cues if cue.shift is not None and abs(cue.shift) >= YEAR and cue.slack < 1e5]
    if len(shifts) == 1 and len([c for c in cues if c.dated or (c.slack >= 1e5 and c.shift)]) == 0:
        return shifts[0] + 0.6 * YEAR, shifts[0] - 0.6 * YEAR
    return most, max(other.moment.low - one.moment.high, 0.0) if one.moment.high < inf else 0.0


def _against_lore(story: Story, known: dict[str, list[Age]], settled: set[str]) -> Iterator[Finding]:
    for lore in _lore_ages(story):
        if lore.who.id in settled:
            continue
        for one in known[lore.who.id]:
            if lore.year is not None and one.year is not None:
                passed = one.year - lore.year
                wrong = not passed - 1 <= one.years - lore.years <= passed + 1
            else:
                wrong = _lore_is_of_now(story, one) and abs(one.years - lore.years) > 1
            if wrong and one.told is not lore.told:
                settled.add(lore.who.id)
                yield Finding(
                    f"{lore.who.title} is {one.years} here and {lore.years} in the lore.",
                    (lore.told, one.told),
                    (lore.who.title,),
                )
                break


def _lore_is_of_now(story: Story, one: Age) -> bool:
    """Whether no years can have passed between the story's beginning, which the lore describes, and this sentence."""
    before = story.told[: one.told.order + 1]
    for told in before:
        cue = told.line.cue
        if (
            cue
            and cue.shift is not None
            and (abs(cue.shift) >= YEAR / 2 or (cue.slack >= 1e5 and "year" in cue.told.lower()))
        ):
            return False
        if told.line.past and told is one.told:
            return False
    years = {told.moment.year for told in before if told.moment.line == 0 and told.moment.year is not None}
    return len(years) <= 1
