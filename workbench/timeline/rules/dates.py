"""One thing happens on one date, and one date falls on one weekday."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace

from workbench.timeline.cast import Known
from workbench.timeline.clock import Clock, day_number
from workbench.timeline.lines import lines
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.time_words import WEEKDAYS
from workbench.timeline.times import Cue

# Things that happen once to one person, place or thing, by the words that tell them.
_ONCE = {
    "birth": r"(?:was|were|been|is|being) born|came into the world|saw the light of (?:day|the world)",
    "death": r"died|dies|drowned|perished|passed away|was (?:killed|hanged|executed|murdered|beheaded|slain|"
    r"shot dead)|were (?:killed|hanged|drowned)|breathed (?:his|her) last",
    "burial": r"(?:was|were) (?:buried|laid to rest|interred)",
    "wedding": r"(?:was|were|got|had been|been) (?:married|wed)|married|wed(?:ded)?|took [^.,;]{1,40} (?:to|for) "
    r"(?:wife|husband|his wife|her husband|be (?:his|her) wife)|became (?:man and wife|(?:his|her|"
    r"the) (?:wife|husband))|(?:exchanged|said|spoke) (?:their|his|her) vows|(?:their|the) wedding "
    r"(?:was|took place|fell)",
    "coronation": r"(?:the )?crown (?:up)?on the head of|(?:was|were|been) crowned|(?:took|ascended|"
    "came to) the throne",
    "founding": r"(?:was|were|been|had been) (?:founded|established|chartered)|founded|established",
    "building": r"(?:was|were|been|had been) (?:built|raised|erected|completed|finished|put up)|first stone "
    r"(?:was|of)|last stone (?:was|of)|(?:was|were) laid",
    "opening": r"opened(?=\s(?:by|the|[A-Z]))|(?:was|were|been|had been) (?:opened|inaugurated|consecrated|"
    r"dedicated|sealed|unveiled)|opened (?:its|her|his) (?:doors|gates)|first opened",
    "sinking": r"sank|went down|foundered|(?:was|were|been) (?:sunk|wrecked|lost with all hands)|ran aground",
    "launch": r"(?:was|were|been) (?:launched|christened)|slid down the (?:slip|ways)",
    "burning": r"burned down|burnt down|burned|burnt|(?:was|were|been) (?:burned|burnt|razed|destroyed)|went up "
    r"in flames|caught fire",
    "fall": r"fell to|(?:was|were|been) (?:taken by|captured|sacked|conquered)|surrendered|capitulated",
    "signing": r"(?:was|were|been) signed|signed",
    "robbery": r"(?:was|were|been|had been) (?:robbed|burgled|raided|broken into|kidnapped|murdered|blown up)",
    "disaster": r"collapsed|exploded|erupted|(?:was|were) struck by lightning",
    "making": r"(?:was|were|been|had been) (?:cast|made|forged|carved|painted|written|composed|printed|minted|"
    r"woven|dug|planted|cut|discovered|invented|stolen)",
    "arrival": r"first (?:came|set foot|arrived|landed)",
}
_ONCE_PATTERNS = {name: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for name, words in _ONCE.items()}
# What happens once to a person; the rest happens once to a thing or a place.
_OF_PEOPLE = frozenset(("birth", "death", "burial", "wedding", "coronation"))
_ANY_ONCE = re.compile("|".join(f"(?:{pattern.pattern})" for pattern in _ONCE_PATTERNS.values()), re.IGNORECASE)
# Sentences about a thing's return, or about another of the kind.
_AGAIN = re.compile(
    r"\b(?:again|anniversar\w+|silver wedding|golden wedding|(?:second|third)\s(?!of\b|day)\w|"
    r"re-?opened|rebuilt|anew|recast|restored|once more|every year|each year|yearly|annual\w*|jubilee|"
    r"centenary|remember\w*|commemorat\w*|in memory|since the|after the|before the|until the|years "
    r"(?:after|before|since|later)|"
    r"would have|was to have|should have|mistake\w*|wrong\w*|misprint\w*|error|slip of|lied|lie|"
    r"false\w*|forged|claim\w*|pretend\w*|some say|others say|supposed\w*|thought|believed|rumou?r\w*|"
    r"legend|disput\w*|not in|not on|planned|meant to|due to|postponed|put off|moved to|betroth\w*|"
    r"engaged|first wife|first husband|new (?:bridge|church|mill|wing))\b",
    re.IGNORECASE,
)
# Who asks, lies or guesses says nothing of a date.
_UNSURE = re.compile(
    r"\b(?:lied|lying|guess\w*|joked|wrongly|mistaken\w*|asked|wondered|suggested|claimed)\b", re.IGNORECASE
)
_UNDONE = re.compile(r"\b(?:never|not|nearly|almost|n['’]t)\s(?:\w+\s)?$", re.IGNORECASE)
_NOUNS = re.compile(
    r"\b(?P<noun>battle|siege|treaty|war|great fire|fire|flood|coronation|earthquake|plague|eruption|"
    r"massacre|revolt|rising|rebellion|armistice|wedding|trial|election|strike|wreck|storm|peace|"
    r"founding|sack|fall|burning|sinking|death|murder|"
    r"birth)\sof\s(?P<of>(?:the\s)?[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)*)"
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A date that a sentence gives for something that happens once."""

    told: Told
    cue: Cue
    year: int | None
    what: str


def _happenings(story: Story) -> dict[tuple[str, ...], list[Dated]]:
    found: dict[tuple[str, ...], list[Dated]] = defaultdict(list)
    for told in (*story.lore, *story.told, *_spoken(story)):
        cue = told.line.cue
        if cue is None or not cue.dated or told.line.unreal or "?" in told.line.sentence.narration:
            continue
        if _AGAIN.search(told.line.sentence.narration) or cue.back:
            continue
        for key, what in _keys(told, cue):
            year = cue.year if cue.year is not None else told.moment.year if told.moment.line == 0 else None
            found[key].append(Dated(told, cue, year, what))
    return found


def _spoken(story: Story) -> Iterator[Told]:
    """What people say or write of dates, each sentence of it read like narration: “The bank was robbed in 1998.”"""
    for told in story.told:
        speech = told.line.sentence.speech
        if told.line.unreal or not re.search(r"\d", speech) or _UNSURE.search(told.line.sentence.narration):
            continue
        for line in lines(speech.strip('“”"‘’'), story.cast):
            if line.cue is not None and line.cue.dated:
                whole = replace(line, sentence=replace(line.sentence, text=told.text))
                yield replace(told, line=whole, moment=Clock().read(line.cue))


def _keys(told: Told, cue: Cue) -> Iterator[tuple[tuple[str, ...], str]]:
    narration = told.line.sentence.narration
    named = [m for m in told.line.mentions if not m.genitive]
    for mention in named:
        # An event that has an entry of its own: it is told when it does something, or when the date is its own.
        if mention.known.kind == "event" and _is_subject(narration, mention.end, cue):
            yield ("event", mention.known.id), mention.known.title
    unnamed = not any(m.known.kind == "event" for m in named)
    opens = re.match(r"(?:It|This|The \w+|Fought|Signed|Began|Held|Burned|Happened|Took place)\b", narration)
    if told.about is not None and told.about.kind == "event" and unnamed and (opens or cue.start < 12):
        yield ("event", told.about.id), told.about.title
    if _ANY_ONCE.search(narration):
        for name, pattern in _ONCE_PATTERNS.items():
            match = pattern.search(narration)
            if (
                not match
                or _UNDONE.search(narration[max(0, match.start() - 16) : match.start()])
                or not _one_clause(narration, match, cue)
            ):
                continue
            subjects = _subjects(told, match)
            thing = _object(told, match)
            if thing is not None:
                yield (name, thing.id), thing.title
                continue
            if subjects and subjects[0].kind == "character" and name not in _OF_PEOPLE:
                continue
            if name == "wedding":
                couple = {m.known.id for m in told.line.mentions if m.known.kind == "character"}
                couple |= {who.id for at, who in told.line.meant if abs(at - match.start()) < 40}
                if len(couple) == 2:
                    yield ("wedding", *sorted(couple)), "the wedding"
            elif subjects:
                yield (name, subjects[0].id), subjects[0].title
    for match in _NOUNS.finditer(narration):
        if _is_subject(narration, match.end(), cue) and _close(match.end(), cue):
            yield ("noun", match["noun"].lower(), match["of"].lower()), match.group()


def _object(told: Told, match: re.Match[str]) -> Known | None:
    """What somebody founded, opened, built or burned: the name right behind an active verb."""
    narration = told.line.sentence.narration
    if not re.match(r"(?:had |have |has )?[a-z]+$", match.group(), re.IGNORECASE):
        return None
    for mention in told.line.mentions:
        if mention.known.kind in ("character", "event") or mention.genitive or mention.start < match.end():
            continue
        between = narration[match.end() : mention.start]
        return mention.known if re.fullmatch(r"\s(?:down\s)?(?:the\s|their\s|her\s|his\s)?", between) else None
    return None


def _close(end: int, cue: Cue) -> bool:
    return cue.start < end or cue.start - end < 40


def _is_subject(narration: str, end: int, cue: Cue) -> bool:
    """Whether a name is followed by what happens to it: "the Great Fire burned", "the Great Fire of 1684"."""
    after = narration[end:]
    if (
        re.match(r"['’]?s?\s(?:of\s)?(?:was\s)?(?:in\s|on\s)?(?:the\s)?(?:year\s)?$", narration[end : cue.start])
        and cue.start >= end
    ):
        return True
    verb = re.match(r"(?:\sof\s(?:the\s)?[A-Z]\w+|,[^,]{1,40},)?\s(?P<verb>[a-z]+)\b", after)
    return bool(verb) and (verb is not None and (verb["verb"].endswith("ed") or verb["verb"] in _HAPPENS))


_HAPPENS = frozenset(
    "struck hit had was began broke took came fell swept burnt burned ate leapt jumped ran tore struck drove left "
    "killed rose spread ended raged destroyed lasted levelled went brought took happened is burst".split()
)


def _one_clause(narration: str, match: re.Match[str], cue: Cue) -> bool:
    """Whether verb and date stand in one clause."""
    first, last = sorted(((match.start(), match.end()), (cue.start, cue.start + len(cue.told))))
    between = narration[first[1] : last[0]] if last[0] > first[1] else ""
    if first[0] == match.start() and re.search(r"\b(?:was|were|is|had|has)\b", between):
        return False
    return not re.search(
        r"[.;:]|\b(?:that|which|who|when|because|although|though|until|before|after|since|but)\b", between
    )


def _subjects(told: Told, match: re.Match[str]) -> list[Known]:
    """What the verb is about: the nearest name before it, or the entry that the sentence belongs to."""
    narration = told.line.sentence.narration
    before = [m for m in told.line.mentions if m.end <= match.start() and m.known.kind != "event"]
    near = [
        m
        for m in before
        if not m.genitive
        and not re.search(
            r"\b(?:and|but|who|which|that|with|by|from|to|when|as)\b|[,;]",
            re.sub(r"^,\s(?:it|the \w+)\s(?:says|said|reads|read),", "", narration[m.end : match.start()]),
        )
    ]
    if near:
        last = near[-1]
        if re.search(r"\b(?:in|at|on|near|of|from|to|with|by|for|over|under)\s(?:the\s)?$", narration[: last.start]):
            return [told.about] if told.about and told.about.kind != "event" and _starts_with_it(narration) else []
        return [last.known]
    who = [
        m
        for m in before
        if re.fullmatch(r",?\s(?:who|which|that)\s(?:had\s|itself\s)?", narration[m.end : match.start()])
    ]
    if who:
        return [who[-1].known]
    if told.about is not None and not before and (_starts_with_it(narration) or match.start() < 3):
        return [told.about]
    pronoun = [who for at, who in told.line.meant if at < match.start() and match.start() - at < 25]
    return pronoun[-1:] if not before else []


def _starts_with_it(narration: str) -> bool:
    return bool(
        re.match(
            r"(?:It|He|She|They|An?|One|The \w+|Its \w+|Born|Built|Founded|Raised|Finished|Died|"
            r"Opened|Sealed|Launched)\b",
            narration,
        )
    )


def date(story: Story) -> Iterator[Finding]:
    """Two dates for one thing, and dates that fall on the wrong weekday."""
    for found in _happenings(story).values():
        for place, one in enumerate(found):
            clash = next(
                (other for other in found[place + 1 :] if other.told is not one.told and _clash(one, other)), None
            )
            if clash:
                yield Finding(
                    f"{_capital(one.what)} has two dates: “{one.cue.told}” and “{clash.cue.told}”.",
                    (one.told, clash.told),
                    (one.what,),
                )
                break
    yield from _weekdays(story)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _clash(one: Dated, other: Dated) -> bool:
    first, second = one.cue, other.cue
    if first.year is not None and second.year is not None and first.year != second.year:
        return True
    if first.month is not None and second.month is not None:
        same_year = one.year == other.year or one.year is None or other.year is None
        if first.month != second.month:
            return same_year
        return same_year and first.day is not None and second.day is not None and first.day != second.day
    if first.month_name and second.month_name:
        return first.month_name != second.month_name or first.day != second.day
    if first.season is not None and second.season is not None and one.year == other.year:
        return first.season != second.season
    return False


def _weekdays(story: Story) -> Iterator[Finding]:
    """Dates with weekdays: seven days apart they are the same, in one year."""
    known: list[tuple[Told, Cue, int | None, float]] = []
    for told in story.told:
        cue = told.line.cue
        if cue is None or cue.weekday is None or told.line.unreal or told.line.past:
            continue
        if _YEARS_ON.search(told.line.sentence.narration):
            known.clear()
            continue
        if cue.day is not None and cue.month is not None:
            year = cue.year if cue.year is not None else told.moment.year if told.moment.line == 0 else None
            number = day_number(year if year is not None else 1, cue.month, cue.day) / 24
            for before, other, other_year, other_number in known:
                if year != other_year or (year is None and _over_february(cue, other)):
                    continue
                if (number - other_number) % 7 != ((cue.weekday or 0) - (other.weekday or 0)) % 7:
                    days = f"{WEEKDAYS[other.weekday or 0].capitalize()} and {WEEKDAYS[cue.weekday].capitalize()}"
                    yield Finding(
                        f"“{other.told}” and “{cue.told}” can't be a {days.replace(' and ', ' and a ')} of one year.",
                        (before, told),
                        (other.told, cue.told),
                    )
                    return
            known.append((told, cue, year, number))
    yield from _counted_weekdays(story)


# "Friday, 6 March, a year later"
_YEARS_ON = re.compile(
    r"\b(?:years?|decades?|winters|summers) (?:later|after|on|before|earlier|ago)\b|\b(?:next|last) year\b",
    re.IGNORECASE,
)


def _over_february(one: Cue, other: Cue) -> bool:
    return ((one.month or 1) <= 2) != ((other.month or 1) <= 2)


def _counted_weekdays(story: Story) -> Iterator[Finding]:
    """ "Monday ... the next day, a Wednesday": a weekday that a count of days contradicts."""
    last: Told | None = None
    for told in story.told:
        cue = told.line.cue
        if cue is None or told.line.unreal or told.line.past:
            continue
        narration = told.line.sentence.narration
        days = cue.shift / 24 if cue.shift is not None and cue.shift > 0 and cue.slack <= 12 else None
        if last is not None and cue.weekday is not None and days is not None and days == int(days) and 1 <= days <= 30:
            then = last.line.cue.weekday if last.line.cue else None
            near = re.search(
                r"(?:,| a| it was| on| was| the)\s?(?:a\s)?$",
                narration[: narration.lower().find(WEEKDAYS[cue.weekday])],
            )
            if then is not None and (then + int(days)) % 7 != cue.weekday and near and cue.shift is not None:
                yield Finding(
                    f"“{cue.told}” after a {WEEKDAYS[then].capitalize()} can't be a "
                    f"{WEEKDAYS[cue.weekday].capitalize()}.",
                    (last, told),
                    (last.line.cue.told if last.line.cue else "", cue.told),
                )
                return
        if cue.weekday is not None and not cue.back:
            last = told
        elif cue.shift is not None or cue.dated or (cue.hour is not None and not cue.same):
            # Another step in time: the weekday of before counts no longer.
            last = None
