"""Who does what in a sentence: verbs with their helpers, as far as rules can tell them."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from workbench.timeline import line_words
from workbench.timeline.cast import Known
from workbench.timeline.verbs import forms


@dataclass(frozen=True, slots=True)
class Action:
    """Somebody does something: `stop` is where what it is done to ends. `sure`: named, or the only one meant."""

    who: Known
    verb: str
    start: int
    end: int
    stop: int
    named: bool = True
    sure: bool = True
    perfect: bool = False
    negated: bool = False
    modal: bool = False
    passive: bool = False
    running: bool = False
    subject: int = 0

    @property
    def real(self) -> bool:
        """Whether it is told as happening."""
        return not (self.negated or self.modal)


@lru_cache(maxsize=1)
def finite() -> frozenset[str]:
    """Verb forms that a name may be the subject of: "took", "takes"."""
    groups = "act stay hold give gain arrive leave lose die speak tell learn mind witness be_killed".split()
    return frozenset().union(*(forms(group).finite for group in groups))


@lru_cache(maxsize=1)
def plain() -> frozenset[str]:
    """Verb forms after "I" and "they": "take"."""
    groups = "act stay hold arrive leave give gain die speak".split()
    return frozenset().union(*(forms(group).plain for group in groups))


@lru_cache(maxsize=1)
def participles() -> frozenset[str]:
    groups = "mind die be_killed act give gain lose hold arrive leave stay tell learn cause witness speak".split()
    words: frozenset[str] = frozenset(
        {"been", "born", "had", "done", "made", "known", "seen", "gone", "married", "founded"}
    )
    for group in groups:
        words |= forms(group).participle
    return words


def _next_words(told: str, end: int) -> list[str]:
    return [word.lower() for word in line_words.WORDS.findall(told[end : end + 40])[:3]]


def _after_adverbs(told: str, end: int) -> tuple[str, int, int] | None:
    match = line_words.AFTER_ADVERBS.match(told, end)
    return (match["verb"], match.start("verb"), match.end("verb")) if match else None


def bounded(found: list[Action], told: str) -> list[Action]:
    """Each action with its end: where the next one's subject or verb begins, or the clause's full stop."""
    ordered = sorted(found, key=lambda action: action.start)
    result = []
    for place, action in enumerate(ordered):
        stop = len(told)
        for later in ordered[place + 1 :]:
            stop = min(stop, later.subject if later.subject > action.end else later.start)
            break
        cut = re.search(r"[;:]", told[action.end : stop])
        result.append(replace(action, stop=action.end + cut.start() if cut else stop))
    return result


def verb_at(told: str, word: str, start: int, end: int, adverbs: str) -> Action | None:
    """What the verb that begins at `start` says, with its helping verbs and "not"; None where no verb begins."""
    negated = bool(re.search(r"\b(?:never|not|no longer)\b", adverbs))
    perfect = False
    nobody = Known("", "", "")
    plain_word = word.replace("’", "'")
    if plain_word in ("'d", "'ve", "had", "has", "have", "hadn't", "hasn't"):
        after = _next_words(told, end)
        negated = negated or plain_word.endswith("n't") or after[:1] == ["not"] or after[:1] == ["never"]
        verb = _after_adverbs(told, end)
        if (
            verb
            and (verb[0].endswith(("ed", "en")) or verb[0] in participles())
            and not (plain_word in ("had", "has") and verb[0] in ("red",))
        ):
            perfect = plain_word not in ("has", "have", "'ve", "hasn't")
            if verb[0] == "been":
                nxt = _after_adverbs(told, verb[2])
                if nxt and nxt[0].endswith("ing"):
                    return Action(nobody, nxt[0], start, nxt[2], 0, perfect=perfect, negated=negated, running=True)
                if nxt and nxt[0] in participles():
                    return Action(nobody, nxt[0], start, nxt[2], 0, perfect=perfect, negated=negated, passive=True)
            return Action(nobody, verb[0], start, verb[2], 0, perfect=perfect, negated=negated)
        if plain_word == "'d":
            return Action(nobody, verb[0] if verb else "would", start, end, 0, modal=True)
        return Action(nobody, word, start, end, 0, negated=negated)
    if plain_word in line_words.MODAL or plain_word == "'ll":
        return Action(nobody, word, start, end, 0, modal=True)
    if plain_word in ("was", "were", "is", "are", "am", "'s", "'m", "'re", "wasn't", "isn't", "weren't"):
        verb = _after_adverbs(told, end)
        after = _next_words(told, end)
        negated = (
            negated or plain_word.endswith("n't") or after[:1] in (["not"], ["never"]) or after[:2] == ["no", "longer"]
        )
        if (
            verb
            and verb[0].endswith("ing")
            and verb[0] not in ("nothing", "something", "anything", "evening", "morning", "king")
        ):
            return Action(nobody, verb[0], start, verb[2], 0, negated=negated, running=True)
        if verb and verb[0] in participles():
            return Action(nobody, verb[0], start, verb[2], 0, negated=negated, passive=True)
        return Action(
            nobody,
            "was" if plain_word not in ("is", "'s", "are", "am", "'m", "'re") else "is",
            start,
            end,
            0,
            negated=negated,
        )
    if plain_word in ("did", "does", "do", "didn't", "doesn't", "don't"):
        after = _next_words(told, end)
        return Action(nobody, after[0] if after else word, start, end, 0, negated=True)
    if word == "used" and _next_words(told, end)[:1] == ["to"]:
        return Action(nobody, word, start, end, 0, modal=True)
    if word in finite() or (word.endswith("ed") and len(word) > 4) or word in plain():
        return Action(nobody, word, start, end, 0, negated=negated)
    return None
