"""Nobody acts after death or before birth."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.timeline.cast import Known, Mention
from workbench.timeline.grammar import Action
from workbench.timeline.numerals import number
from workbench.timeline.rules import life_words
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.times import cue_of
from workbench.timeline.verbs import forms


@dataclass(frozen=True, slots=True)
class Death:
    """Somebody's death as one sentence tells it; `year` where the sentence says it."""

    who: Known
    told: Told
    year: int | None
    long_ago: bool = False


def deaths(story: Story) -> list[Death]:
    """The deaths that are told as having happened, in the story and in the lore."""
    found = [Death(who, told, _own_year(told)) for told in story.told if not _doubtful(told) for who in _dying(told)]
    for told in story.lore:
        if told.line.unreal or told.about is None or told.about.kind != "character":
            continue
        cue = told.line.cue
        for who in _dying(told) or (
            [told.about] if re.match(r"(?:Died|Killed|Drowned|Hanged|Murdered|Executed|Dead) ", told.text) else []
        ):
            found.append(Death(who, told, cue.year if cue else None, bool(life_words.LONG_DEAD.search(told.text))))
    return found


def _doubtful(told: Told) -> bool:
    return told.line.unreal or "?" in told.line.sentence.narration


def _dying(told: Told) -> list[Known]:
    line = told.line
    narration = line.sentence.narration
    found: dict[str, Known] = {}
    for action in line.actions:
        if action.modal or not (action.named or _nobody_else(told, action.who)):
            continue
        after = narration[action.end :]
        before = narration[max(0, action.subject - 45) : action.subject]
        if life_words.SAID.search(before) or life_words.SAID.search(narration[action.subject : action.end]):
            continue
        if life_words.LAST.match(f" {narration[action.start :]}"):
            found[action.who.id] = action.who
        if action.negated:
            continue
        verb = action.verb
        dies = verb in forms("die").past | forms("die").third | (
            forms("die").participle if action.perfect else frozenset()
        )
        if (
            dies
            and not action.running
            and not action.passive
            and not life_words.FIGURE.match(after)
            and not re.match(
                r"^\s*(?:a|the|his|her|their|its)\s(?!death|day|night|same|very|year|week|morning|"
                r"moment|hour|winter|spring|summer|autumn)",
                after,
            )
        ):
            found[action.who.id] = action.who
        elif action.passive and (
            (verb in life_words.KILLED and not life_words.FIGURE.match(after))
            or (verb in life_words.HURT and life_words.TO_DEATH.match(after))
        ):
            if not (
                verb == "buried"
                and re.match(
                    r"^\s*(?:in|under|beneath)\s(?!the (?:churchyard|cemetery|garden|family|vault|"
                    r"crypt|yard|chapel|grave|hill|same)|a (?:grave|coffin))",
                    after,
                )
            ):
                found[action.who.id] = action.who
        elif verb in ("was", "is", "were", "lay", "lies", "fell", "dropped", "be") and life_words.DEAD.match(after):
            found[action.who.id] = action.who
        elif verb in ("was", "is", "been") and re.match(r"^\s*(?:the body|the corpse)\b", after):
            continue
        if verb in life_words.KILLERS and not action.passive:
            for mention in line.mentions:
                if (
                    mention.known.kind == "character"
                    and not mention.genitive
                    and mention.start > action.end
                    and mention.known is not action.who
                ):
                    if len(narration[action.end : mention.start].split()) <= 2:
                        found[mention.known.id] = mention.known
                    break
    for match in life_words.BURIED.finditer(narration):
        for at, who in line.meant:
            if (
                at == match.start("whom")
                and who.gender
                and _nobody_else(told, who)
                and not life_words.SAID.search(narration[: match.start()])
            ):
                found[who.id] = who
    for mention in line.mentions:
        if mention.known.kind == "character" and _told_dead(narration, mention):
            found[mention.known.id] = mention.known
    return list(found.values())


def _told_dead(narration: str, mention: Mention) -> bool:
    """Whether the words around a name say that its bearer is dead: "they hanged Bram", "Bram's funeral"."""
    before, after = narration[: mention.start], narration[mention.end :]
    if life_words.SAID.search(before[-45:]):
        return False
    if mention.genitive:
        body = life_words.BODY_FOUND.search(before) and re.match(r"['’]s?\s(?:\w+\s)?(?:body|corpse)\b", after)
        return bool(body or life_words.OWN.match(after))
    if life_words.KILLING.search(before):
        return not life_words.FIGURE.match(after)
    found = before.endswith("found ") and re.match(r"\s(?:lying )?dead\b", after)
    return bool(found or life_words.RITES.search(before))


def _nobody_else(told: Told, who: Known) -> bool:
    return told.entry_id != "" or all(
        m.known is who or m.known.kind != "character" or m.known.gender not in ("", who.gender)
        for m in told.line.mentions
    )


def _own_year(told: Told) -> int | None:
    return told.moment.year if told.moment.stated and told.moment.line == 0 else None


# "The gala of 1908, in which Una played"
_IN_WHICH = re.compile(r",?\s(?:(?:in|at|on|during) which|when|where)\s")


def year_of(told: Told, action: Action) -> int | None:
    """The year in which a sentence says that somebody does something; None where it is none of the action's."""
    cue = told.line.cue
    if cue is None or cue.year is None:
        return None if told.line.past or action.modal or action.perfect else told.in_year
    narration = told.line.sentence.narration
    if cue.start < action.subject and _IN_WHICH.fullmatch(narration[cue.start + len(cue.told) : action.subject]):
        return cue.year
    lead = narration[max(0, cue.start - 16) : cue.start + 12].lower()
    if not re.search(r"\b(?:in|by|on|during|that|at|year|spring|summer|autumn|winter|fall|one)\b", lead):
        return None
    if cue.start < action.subject:
        between = narration[cue.start + len(cue.told) : action.subject]
        opening = narration[: cue.start]
        named = re.search(r"\b(?:who|which|whose|built|made|founded|dated|since|book|letter|from)\b", opening)
        return None if named or re.search(r"[.;]", between) else cue.year
    if cue.start < action.start and "," in narration[action.subject : cue.start]:
        # "Una, who read the letters of 1840, wept": the year is the aside's.
        return None
    between = narration[action.end : cue.start]
    if re.search(
        r"\b(?:that|which|who|whose|where|because|since|until|[a-z]+(?:ed|ilt|ade|ung|awn|orn|"
        r"ritten))\s*(?:\w+\s){0,2}$",
        between,
    ) or ("," in between and re.search(r"\b(?:who|which|that)\b", between)):
        return None
    return cue.year


def acts(story: Story) -> dict[str, list[tuple[Told, Action]]]:
    """What people are told to do by name, by their ids."""
    doing = forms("act").every | forms("speak").every | forms("give").every | forms("gain").every | {"made"}
    found: dict[str, list[tuple[Told, Action]]] = defaultdict(list)
    for told in story.told:
        if told.line.unreal:
            continue
        for action in told.line.actions:
            by_name = action.named or _named_here(told, action.who)
            if life_words.HABIT.match(told.line.sentence.narration, action.end):
                continue
            does = action.verb in doing or (action.verb.endswith("ed") and action.verb not in forms("mind").past)
            other = life_words.OTHER_BEARER.search(told.line.sentence.narration[: action.subject])
            if by_name and action.real and not action.passive and does and not other:
                found[action.who.id].append((told, action))
        speaker = told.line.speaker
        if told.line.sentence.speech and _is_written(story, told):
            continue
        if speaker and not any(action.who is speaker and action.named for action in told.line.actions):
            for mention in told.line.mentions:
                if mention.known is speaker and not mention.genitive:
                    found[speaker.id].append(
                        (told, Action(speaker, "said", mention.start, mention.end, mention.end, subject=mention.start))
                    )
                    break
    return found


def _is_written(story: Story, told: Told) -> bool:
    """Whether quoted words may be read from a letter, and not said."""
    near = story.told[max(0, told.order - 2) : told.order + 1]
    return any(life_words.WRITTEN.search(t.line.sentence.narration) for t in near if t.chapter == told.chapter)


def _named_here(told: Told, who: Known) -> bool:
    """Whether a pronoun stands for somebody whom the same sentence names, and for nobody else."""
    named = any(m.known is who and not m.genitive for m in told.line.mentions)
    return named and _nobody_else(told, who)


def after_death(story: Story) -> Iterator[Finding]:
    """Somebody acts after their death."""
    doing = acts(story)
    settled: set[str] = set()
    for death in deaths(story):
        if death.who.id in settled or _comes_back(story, death):
            continue
        for told, action in doing.get(death.who.id, []):
            if told is not death.told and _afterwards(story, death, told, action):
                settled.add(death.who.id)
                yield Finding(
                    f"{death.who.title} acts after {_their(death.who)} death.", (death.told, told), (death.who.title,)
                )
                break


def _their(who: Known) -> str:
    return {"she": "her", "he": "his"}.get(who.gender, "their")


def _comes_back(story: Story, death: Death) -> bool:
    """Whether lore or story know of ghosts, twins, feigned deaths and the like where this person is spoken of."""
    for told in (*story.lore, *story.told):
        about = {m.known.id for m in (*told.line.mentions, *told.line.spoken)}
        if told.about is not None:
            about.add(told.about.id)
        about |= {action.who.id for action in told.line.actions}
        if death.who.id in about and life_words.RETURN.search(told.text):
            return True
        if death.who.id in about and any(
            re.search(life_words.NAMESAKE.format(name=re.escape(name)), told.text, re.IGNORECASE)
            for name in {death.who.title, death.who.title.split()[0], death.who.title.split()[-1]}
        ):
            return True
    return False


def _afterwards(story: Story, death: Death, told: Told, action: Action) -> bool:
    year = year_of(told, action)
    if death.year is not None and year is not None and year != death.year:
        return year > death.year
    if told.line.past or action.perfect:
        return False
    dates = death.told.moment, told.moment
    if dates[0].line == 0 == dates[1].line and dates[0].stated and not _back(told) and dates[1].low >= dates[0].high:
        return action.verb not in life_words.STILL
    if all(one.line in (0, -2, -3) and one.stated and one.dated for one in dates) and dates[0].line == dates[1].line:
        return death.year == year and dates[0].line != -2 and dates[0].before(dates[1])
    if death.told.order < 0:
        cue = death.told.line.cue
        if death.year is not None or (cue is not None and cue.dated):
            return False
        return death.long_ago and told.moment.line >= 0 and not _back(told)
    if told.order < death.told.order:
        return (
            death.told.moment.stated
            and told.moment.stated
            and death.told.moment.dated
            and told.moment.dated
            and death.told.moment.before(told.moment)
            and not told.moment.loose
        )
    if told.moment.line == death.told.moment.line and told.moment.high <= death.told.moment.low:
        return False
    if _back(told) or (told.moment.line == death.told.moment.line and told.moment.low < death.told.moment.low):
        return False
    between = story.told[death.told.order + 1 : told.order + 1]
    if any(t.line.cue is not None and t.line.cue.back and t.chapter == told.chapter for t in between):
        return False
    if told.chapter == death.told.chapter:
        moved = any(
            t.moment.stated and t.moment.low > death.told.moment.high - 0.01 and not t.line.past for t in between
        )
        return moved and action.verb not in life_words.STILL
    return action.verb not in life_words.STILL


def _back(told: Told) -> bool:
    cue = told.line.cue
    return bool(cue and cue.back)


@dataclass(frozen=True, slots=True)
class Birth:
    """The earliest year in which somebody can have been born, and the sentence that says it."""

    who: Known
    told: Told
    year: int
    stated: bool = True


def births(story: Story) -> list[Birth]:
    """Birth years that lore or story state, and those that follow from an age in a year."""
    found = []
    for told in (*story.lore, *story.told):
        line = told.line
        if line.unreal:
            continue
        cue = line.cue
        born = life_words.BORN.search(line.sentence.narration)
        year = (
            cue.year
            if cue is not None and cue.year is not None
            else told.moment.year
            if told.moment.stated and told.moment.line == 0
            else None
        )
        if born and cue is not None and year is not None and not cue.back:
            who = _who_is_born(told, born.start())
            if who:
                found.append(Birth(who, told, year))
        elif line.sentence.speech and life_words.I_BORN.search(line.sentence.speech) and line.speaker:
            spoken = cue_of(line.sentence.speech)
            if spoken and spoken.year is not None:
                found.append(Birth(line.speaker, told, spoken.year))
        turned = life_words.TURNED.search(line.sentence.narration)
        if turned and cue is not None and cue.year is not None and (age := number(turned["age"])) and 1 <= age <= 120:
            who = next((a.who for a in line.actions if a.start <= turned.start() + 1 <= a.end + 1), None)
            if who and told.entry_id:
                found.append(Birth(who, told, cue.year - int(age) - 1, False))
    return found


def _who_is_born(told: Told, at: int) -> Known | None:
    for action in told.line.actions:
        if action.verb == "born" and action.real:
            return action.who
    about = told.about
    narration = told.line.sentence.narration
    if (
        about is not None
        and about.kind == "character"
        and not re.search(
            r"\b(?:son|daughter|child|children|twins|brother|sister|heir|boy|girl)\b[^.]*\bborn\b", narration
        )
    ):
        others = [
            m for m in told.line.mentions if m.known.kind == "character" and m.known is not about and m.start < at
        ]
        return about if not others else None
    before = [m for m in told.line.mentions if m.known.kind == "character" and not m.genitive and m.end <= at]
    if before and re.match(r"^,?\s*(?:\([^)]*)?$", narration[before[-1].end : at]):
        return before[-1].known
    return None


def _looked_back_on(told: Told) -> Iterator[tuple[Known, int]]:
    """What a clause beside the main one says that somebody did in a year: "Una, who in 440 rowed the king ashore"."""
    narration = told.line.sentence.narration
    if "?" in narration or not re.search(r"\d{3}", narration):
        return
    doing = forms("act").finite | forms("give").finite | forms("gain").finite | forms("speak").finite
    for mention in told.line.mentions:
        if mention.known.kind != "character" or mention.genitive:
            continue
        match = life_words.WHO_IN.match(narration, mention.end)
        verb = (match["does"] or match["did"]) if match else ""
        if match and (verb in doing or verb.endswith("ed")):
            yield mention.known, int(match["first"] or match["last"])
        before = narration[: mention.start]
        match = life_words.DONE_BY.search(before) and life_words.IN_YEAR.match(narration, mention.end)
        if match:
            yield mention.known, int(match["year"])


def before_birth(story: Story) -> Iterator[Finding]:
    """Somebody acts before their birth."""
    known = births(story)
    if not known:
        return
    doing: dict[str, list[tuple[Told, int]]] = defaultdict(list)
    for told in story.told:
        if told.line.unreal:
            continue
        for action in told.line.actions:
            if life_words.HABIT.match(told.line.sentence.narration, action.end):
                continue
            if action.real and (action.named or _nobody_else(told, action.who)) and action.verb != "born":
                year = year_of(told, action)
                if year is not None and not (action.passive and action.verb not in life_words.DONE_TO):
                    doing[action.who.id].append((told, year))
        for who, year in _looked_back_on(told):
            doing[who.id].append((told, year))
    settled = set()
    for birth in sorted(known, key=lambda birth: not birth.stated):
        # A sentence that names the year itself says more than one that follows it.
        for told, year in sorted(doing.get(birth.who.id, []), key=lambda done: _own_year(done[0]) != done[1]):
            if year < birth.year and told is not birth.told and birth.who.id not in settled:
                settled.add(birth.who.id)
                quotes = (birth.told, told)
                yield Finding(
                    f"{birth.who.title} does something in {year} and is born in {birth.year}."
                    if birth.stated
                    else f"{birth.who.title} does something in {year}, before {_their(birth.who)} birth.",
                    quotes,
                    (birth.who.title,),
                )
