"""Nothing happens before what brought it about."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from workbench.timeline.grammar import finite
from workbench.timeline.story import Finding, Story, Told
from workbench.timeline.verbs import lemmas
from workbench.timeline.words import root, roots

# What follows these is spoken of as having happened already.
_MARKS = re.compile(
    r"\b(?:because of|because|since|after|when|once|now that|following|thanks to|owing to|due to|on "
    r"account of|in (?:answer|reply|response|revenge|retaliation|return|consequence|gratitude|"
    r"payment) (?:to|for|of)|as a (?:result|consequence) of|"
    r"woken by|caused by|driven (?:out |mad )?by|brought (?:about|on|down) by|set off by|triggered by|"
    r"started by|prompted by|freed by|loosed by|released by|left by|ruined by|killed by|destroyed by|"
    r"made by|opened by|raised by|lit by|"
    r"in the wake of|as soon as|no sooner had|the day after|the morning after|the night after|the "
    r"week after|to (?:avenge|celebrate|mourn|answer|punish|replace|repair|mend|thank|bury|reward)|"
    r"avenged|avenging|mourned|mourning|in memory of|in honour of|in honor of|for the (?:murder|theft|"
    r"death|loss|burning|killing)|answer(?:ed|ing|s)|repl(?:ied|ying) to|news of|word of|heard "
    r"(?:that|of|about)|learn(?:t|ed) (?:that|of)|read (?:that|of|in)|reading (?:that|of)|told of|"
    r"hearing of|that had|which had|who had|whom|from the)\b",
    re.IGNORECASE,
)
# "The burst dam", "the stolen ring", "Emmeline's letter", "the breaking of the seal", "the death of"
_DONE = re.compile(
    r"\b(?:the|his|her|their|its|my|a)\s(?:newly\s|freshly\s|just\s)?(?P<word>burst|broken|stolen|"
    r"murdered|dead|drowned|lost|burnt|burned|fallen|ruined|sunken|wrecked|shattered|opened|captured|"
    r"betrayed|[a-z]+ed)\s(?P<noun>[a-z]+)",
    re.IGNORECASE,
)
_NOMINAL = re.compile(
    r"\b(?:the|his|her|their|that|this)\s(?P<noun>(?!(?:spring|morning|evening|king|thing|string|wing|"
    r"wedding|building|ceiling|beginning|meaning|feeling|being|ring)\b)[a-z]{2,}ing|death|fall|loss|"
    r"theft|murder|arrival|departure|return|collapse|burial|betrayal|discovery|defeat|arrest|escape|"
    r"marriage|birth|explosion|wreck|"
    r"destruction|execution|election|invention|surrender|failure|ruin|rescue|capture|release|outbreak|"
    r"assassination|visit|robbery|disappearance|confession|trial|siege|sack)\sof\s",
    re.IGNORECASE,
)
_GENITIVE = re.compile(
    r"(?P<owner>[A-Z][\w-]+)['’]s\s(?:(?P<which>\w+)\s)?(?P<noun>letter|reply|answer|death|murder|"
    r"gift|message|telegram|confession|testimony|arrest|escape|fall|marriage|wedding|funeral|birth|"
    r"betrayal|warning|note|invention|discovery|victory|defeat|speech|order|crime|treason|arrival|"
    r"departure|return|curse|verdict|will|book|article|theft|refusal|proposal|announcement|election|"
    r"coronation|wound|burial|execution|trial)\b"
)
# "For the mirror was broken", "the oak had come down": what has happened by the time that a sentence tells of.
_BY_NOW = re.compile(
    r"\b(?:having |(?<!has )(?<!have )(?<!who )had (?:already |now |just |at last |finally |long )?|(?:was|"
    r"were|lay|stood) (?:already |now |at last |finally )?(?=(?:broken|"
    r"gone|dead|burnt|burned|destroyed|ruined|stolen|shattered|smashed|open|opened|killed|freed|defeated|drowned|collapsed|"
    r"fallen|in ruins|in ashes|married|sold|signed|found)\b))(?P<word>[a-z]+)\b"
)
_OTHER_ONE = re.compile(
    r"first|second|third|fourth|earlier|previous|old|other|another|new|next|former|january|february|"
    r"march|april|may|june|july|august|september|october|november|december|spring|summer|autumn|"
    r"winter|christmas|easter",
    re.IGNORECASE,
)
_SENDS = re.compile(
    r"\b(?:wrote|writes|written|sent|sends|posted|penned|dictated|scrawled|composed|finished|"
    r"telegraphed|cabled|signed|sealed)\b",
    re.IGNORECASE,
)
# "They arrested him for stealing the boat", "the serum for the viper's bite"
_FOR_DOING = re.compile(
    r"\b(?:arrest\w*|punish\w*|hang(?:ed|s)?|jail\w*|gaol\w*|imprison\w*|prison|sentenced|tried|fined|whipped|flogged|"
    r"dismiss\w*|sacked|fired|thank\w*|praised?|reward\w*|paid|medal|blam\w*|forg[ai]v\w*|banish\w*|exiled?|expell\w*|"
    r"executed?|beheaded|scold\w*|apologi[sz]ed|convicted|condemned|revenge|vengeance|treat\w*|cured?|serum|medicine|"
    r"honou?red|knighted|decorated|famous)\s(?:[\w’']+\s){0,4}?for\s"
    r"(?P<deed>(?:having\s)?\w+ing\s[^,.;]+|(?:the|his|her|their)\s\w+['’]s\s(?:bite|sting|wound|murder|death|theft|attack))",
    re.IGNORECASE,
)
# Other words for one deed, by the word that stands for all of them.
_ALIKE = {
    **dict.fromkeys(("dismiss", "sack", "discharge"), "dismiss"),
    **dict.fromkeys(("kill", "murder", "slay", "shoot", "stab", "assassinate"), "kill"),
    **dict.fromkeys(("steal", "rob", "theft"), "steal"),
    **dict.fromkeys(("burn", "fire"), "burn"),
    **dict.fromkeys(("marry", "wed"), "marry"),
    **dict.fromkeys(("explode", "explosion"), "explode"),
    **dict.fromkeys(("injure", "wound", "hurt"), "wound"),
    **dict.fromkeys(("arrest", "imprison", "jail"), "arrest"),
    **dict.fromkeys(("wreck", "destroy", "ruin"), "destroy"),
    **dict.fromkeys(("flee", "escape"), "flee"),
    **dict.fromkeys(("break", "smash", "shatter", "crack", "splinter"), "break"),
    **dict.fromkeys(("fall", "collapse", "topple", "tumble"), "fall"),
    **dict.fromkeys(("find", "discover", "uncover", "unearth"), "discover"),
    **dict.fromkeys(("vanish", "disappear"), "disappear"),
    **dict.fromkeys(("freeze", "frozen"), "freeze"),
}
_PHRASES = (
    (re.compile(r"\b(?:sent|sends|send) away\b|\blaid off\b", re.IGNORECASE), "dismissed"),
    (re.compile(r"\b(?:blew|blown|blows) up\b", re.IGNORECASE), "exploded"),
    (
        re.compile(r"\bset (?:fire to|alight)\b|\b(?:burnt|burned) down\b|\bin flames\b", re.IGNORECASE),
        "burned",
    ),
    (
        re.compile(
            r"\b(?:came|come|comes|coming|tore|torn|knocked|brought|crashed|tipped|fell|fallen|blew|blown|broke|broken|"
            r"keeled|toppled)\s(?:\w+\s)?(?:down|over)\b",
            re.IGNORECASE,
        ),
        "fallen",
    ),
    (re.compile(r"\bpassed away\b|\bbreathed (?:his|her) last\b", re.IGNORECASE), "died"),
    (re.compile(r"\b(?:ran|run) away\b", re.IGNORECASE), "fled"),
)
_AHEAD = re.compile(
    r"\b(?:fear\w*|expect\w*|await\w*|wait\w*|before|until|till|prevent\w*|against|avoid\w*|dread\w*|"
    r"fore\w+|plan\w*|prepar\w*|threat\w*|(?:\w+ing|\w+ed) for|ahead of|predict\w*|promis\w*|hop\w+|"
    r"stop\w*|delay\w*|talk\w*|rehears\w*|dream\w*|imagin\w*|propos\w*|demand\w*|order\w*|discuss\w*|"
    r"bet|wager\w*)\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_NOT_YET = re.compile(
    r"\b(?:before|until|till|not yet|would|will|shall|going to|about to|expect\w*|fear\w*|foresaw|"
    r"foretold|prophe\w+|predict\w*|planned|plan|hope\w*|rehears\w*|threat\w*|warn\w*|dread\w*|"
    r"dream\w*|second|another|other|first|earlier|previous|old)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Reference:
    """A part of a sentence that speaks of something as having happened, by its meaning words."""

    words: frozenset[str]
    strong: bool


def cause(story: Story) -> Iterator[Finding]:
    """An event that the story's own clock puts before what it is told to follow from."""
    timed = [t for t in (*story.lore, *story.told) if t.moment.stated and _usable(t)]
    by_word: dict[str, list[Told]] = defaultdict(list)
    meanings: dict[str, frozenset[str]] = {}
    names = frozenset(root(word) for known in story.cast.known for word in known.title.split())
    for told in timed:
        if _happens(told):
            meanings[told.text] = _meaning(told)
            for word in meanings[told.text]:
                by_word[word].append(told)
    used: set[str] = set()
    for effect in timed:
        for reference in _references(effect):
            found = _source(effect, reference, by_word, meanings, names)
            if found is not None and not {found.text, effect.text} & used:
                used |= {found.text, effect.text}
                yield Finding(
                    f"“{_when(effect)}” is before “{_when(found)}”, but what happens then is told to follow from it.",
                    (found, effect),
                    (),
                )


def _when(told: Told) -> str:
    return told.line.cue.told if told.line.cue else ""


def _source(
    effect: Told,
    reference: _Reference,
    by_word: dict[str, list[Told]],
    meanings: dict[str, frozenset[str]],
    names: frozenset[str],
) -> Told | None:
    """The later sentence that tells what a reference speaks of."""
    shared: Counter[int] = Counter()
    told: dict[int, Told] = {}
    for word in reference.words:
        for one in by_word.get(word, ()):
            told[id(one)] = one
            shared[id(one)] += 1
    for key, count in shared.items():
        source = told[key]
        if count < 2 or source is effect or source.text == effect.text:
            continue
        if (
            _speaks_of(reference, meanings[source.text], source, names)
            and _earlier(effect, source)
            and not _own_cause(source, effect)
        ):
            return source
    return None


def _usable(told: Told) -> bool:
    cue = told.line.cue
    if told.line.unreal or cue is None or "?" in told.line.sentence.narration:
        return False
    return (
        cue.dated or cue.weekday is not None or cue.hour is not None or cue.count is not None or cue.shift is not None
    )


def _happens(told: Told) -> bool:
    """Whether the sentence tells something that happens then, not something looked back on."""
    narration = told.line.sentence.narration
    return (
        not told.line.past
        and not re.search(r"\bwould\b|\bused to\b", narration)
        and (
            bool(re.search(r"\b[a-z]+(?:ed|t|ke|ll|ok|ot|ew|an|ang|ent|aw|ote|oke)\b", narration))
            or any(word in finite() for word in re.findall(r"[a-z]+", narration))
        )
    )


def _references(told: Told) -> Iterator[_Reference]:
    narration = told.line.sentence.narration
    for match in _MARKS.finditer(narration):
        rest = narration[match.end() :]
        span = re.split(r"[,;:.]|\b(?:and|but)\s(?:he|she|they|it|the|I)\b", rest, maxsplit=1)[0]
        if _NOT_YET.search(span) or (
            told.line.cue and told.line.cue.told in match.group() + span and len(roots(span)) < 2
        ):
            continue
        # "Opened by Una": who did it is no event, so the word before "by" isn't one either.
        mark = "" if match.group().lower().endswith(" by") else match.group()
        yield _Reference(
            _roots(f"{mark} {span}"), match.group().lower() not in ("that had", "which had", "from the", "when")
        )
    for match in _BY_NOW.finditer(narration) if told.order >= 0 else ():
        before = re.split(r"[,;:]|\b(?:and|but|because|since|for|as|so|that)\b", narration[: match.start()])[-1]
        after = re.split(r"[,;:.]|\b(?:and|but)\b", narration[match.end() :], maxsplit=1)[0]
        clause = f"{before} {match['word']} {after}"
        if not _NOT_YET.search(clause) and not _AHEAD.search(before):
            yield _Reference(_roots(clause), True)
    for match in _FOR_DOING.finditer(narration):
        yield _Reference(_roots(match["deed"]), True)
    for match in _DONE.finditer(narration):
        if _AHEAD.search(narration[max(0, match.start() - 30) : match.start()]):
            continue
        yield _Reference(frozenset({_root(match["word"]), _root(match["noun"])}), True)
    for match in _NOMINAL.finditer(narration):
        if _AHEAD.search(narration[max(0, match.start() - 30) : match.start()]):
            continue
        rest = re.split(r"[,;:.]|\b(?:and|but|in|on|at|came|was)\b", narration[match.end() :], maxsplit=1)[0]
        yield _Reference(_roots(f"{match['noun']} {rest}"), True)
    for match in _GENITIVE.finditer(narration):
        if _AHEAD.search(narration[max(0, match.start() - 30) : match.start()]) or (
            match["which"] and _OTHER_ONE.fullmatch(match["which"])
        ):
            continue
        yield _Reference(frozenset({_root(match["noun"]), _root(match["owner"])} - {""}), True)


@lru_cache(maxsize=4096)
def _roots(text: str) -> frozenset[str]:
    """The meaning words of a text, with one word for each kind of deed."""
    for pattern, word in _PHRASES:
        text = pattern.sub(word, text)
    return frozenset(_ALIKE.get(word, word) for word in roots(text))


def _root(word: str) -> str:
    found = root(word)
    return _ALIKE.get(found, found)


def _meaning(told: Told) -> frozenset[str]:
    narration = told.line.sentence.narration
    found = set(_roots(narration))
    # "He wrote the letter": whoever "he" is.
    found |= {_root(word) for action in told.line.actions for word in action.who.title.split()} - {""}
    if _SENDS.search(narration):
        found |= {"letter"} if found & {"letter", "note", "message", "telegram"} else set()
    return frozenset(found)


def _speaks_of(reference: _Reference, meaning: frozenset[str], source: Told, names: frozenset[str]) -> bool:
    shared = reference.words & meaning
    if len(shared) < 2:
        return False
    actions = {_root(action.verb) for action in source.line.actions} | {
        _root(w) for w in re.findall(r"\b[a-z]+\b", source.line.sentence.narration) if _verbish(w)
    }
    actions |= {_root(word) for pattern, word in _PHRASES if pattern.search(source.line.sentence.narration)}
    # What happened has to be shared, not only who or where; a letter is what happened when it is written.
    told = shared - names
    if not told:
        return False
    if "letter" in shared and re.search(rf"\b(?:{_OTHER_ONE.pattern})\sletter\b", source.text, re.IGNORECASE):
        return False
    if shared & {"letter", "message", "telegram", "note", "reply"} and _SENDS.search(source.line.sentence.narration):
        return True
    return bool(shared & actions - {""}) and (reference.strong or len(shared) >= 3)


def _verbish(word: str) -> bool:
    return word in lemmas() or word.endswith("ed") or word in ("burst", "fell", "broke", "sank")


def _own_cause(source: Told, effect: Told) -> bool:
    """Whether both sentences tell the same thing twice, which dates decide."""
    first, second = roots(source.line.sentence.narration), roots(effect.line.sentence.narration)
    return min(len(first), len(second)) > 3 and len(first & second) > 0.75 * min(len(first), len(second))


def _earlier(effect: Told, source: Told) -> bool:
    """Whether the effect is surely before its cause."""
    one, other = effect.moment, source.moment
    if _weekdays(effect, source):
        return True
    if one.line != other.line or not (one.surely_bounded and other.surely_bounded):
        return False
    if not _anchored(effect, source):
        return False
    return one.high <= other.low


def _anchored(effect: Told, source: Told) -> bool:
    """Whether both times are told outright, not reckoned from one another by a guess."""
    return all(
        told.line.cue is not None
        and (
            told.line.cue.dated or told.line.cue.count is not None or (told.moment.dated and told.line.cue.slack < 1e4)
        )
        for told in (effect, source)
    )


def _weekdays(effect: Told, source: Told) -> bool:
    """“On Friday the dam burst ... on Thursday the water came”: two weekdays of one week."""
    one, other = effect.line.cue, source.line.cue
    if one is None or other is None or one.weekday is None or other.weekday is None or one.dated or other.dated:
        return False
    if re.search(r"\b(?:next|following|later|after)\b", effect.text[:60], re.IGNORECASE) or (
        effect.order < source.order and effect.chapter == source.chapter
    ):
        return False
    return 1 <= other.weekday - one.weekday <= 3 and (effect.order < 0 or effect.order > source.order)
