"""The words of a sentence that carry its meaning, made comparable: "breaking" and "broke" are one."""

import re
from functools import lru_cache

from workbench.domain.text import STOPWORDS, stem
from workbench.timeline.numerals import ordinal
from workbench.timeline.verbs import lemmas

_WORD = re.compile(r"[A-Za-z]+(?:[-’'][A-Za-z]+)*")
# Nouns for what verbs do, and people's other words for the same.
_SAME = {
    "death": "die",
    "dead": "die",
    "birth": "born",
    "fall": "fall",
    "theft": "steal",
    "arrival": "arrive",
    "departure": "leave",
    "explosion": "explode",
    "collapse": "collapse",
    "wedding": "marry",
    "marriage": "marry",
    "choice": "choose",
    "loss": "lose",
    "burial": "bury",
    "flight": "flee",
    "betrayal": "betray",
    "attack": "attack",
    "murder": "murder",
    "killing": "kill",
    "discovery": "discover",
    "proposal": "propose",
    "refusal": "refuse",
    "arrest": "arrest",
    "escape": "escape",
    "victory": "win",
    "defeat": "defeat",
    "fire": "fire",
    "burning": "burn",
    "blaze": "fire",
    "won't": "",
    "till": "",
    "until": "",
    "failure": "fail",
    "destruction": "destroy",
    "execution": "execute",
    "invention": "invent",
    "robbery": "rob",
    "disappearance": "disappear",
    "confession": "confess",
    "election": "elect",
    "assassination": "assassinate",
    "eruption": "erupt",
    "rebellion": "rebel",
    "signature": "sign",
    "sale": "sell",
    "gift": "give",
    "invasion": "invade",
    "conquest": "conquer",
    "coronation": "crown",
    "kidnapping": "kidnap",
    "poisoning": "poison",
    "treason": "betray",
}
_EMPTY = frozenset(
    """
    get got go went come came take took make made say said tell told know knew think thought see saw look want
    give gave put let keep kept day night morning evening year time thing man woman people old young little
    great good new long way hand eye face head never always still even back away down upon without within around
    across almost enough quite rather perhaps nothing something anything everything nobody somebody anybody
    everybody yet oh well yes mr mrs miss sir lord lady captain doctor sister brother one two three four five
    six seven eight nine ten monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december spring summer autumn winter hour minute week
    month noon midnight dusk dawn first second third last next ago later soon ever turn turned ask asked like
    seem become begin began left right whole much many every each might must shall need wouldn't couldn't don't
    didn't doesn't isn't wasn't i'm i've i'd you're he's she's it's that's they
    """.split()
)


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The form that words of one meaning share; empty for words that carry none."""
    plain = word.lower().replace("’", "'").removesuffix("'s").removesuffix("'")
    if plain in _SAME:
        return _SAME[plain]
    if len(plain) < 3 or plain in STOPWORDS or plain in _EMPTY or ordinal(plain) is not None:
        return ""
    lemma = lemmas().get(plain)
    if lemma is not None:
        return "" if lemma in _EMPTY else lemma
    return stem(plain)


@lru_cache(maxsize=20_000)
def roots(text: str) -> frozenset[str]:
    """The meaning words of a text."""
    return frozenset(found for word in _WORD.findall(text) if (found := root(word)))
