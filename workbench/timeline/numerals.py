"""Numbers, ordinals and measures of time as prose spells them."""

import re

_ONES = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_ONES += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_FIRSTS = "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth".split()
_FIRSTS += "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth".split()

_CARDINALS = {word: number for number, word in enumerate(_ONES)}
_CARDINALS |= {word: 10 * number for number, word in enumerate(_TENS, 2)}
_CARDINALS |= {
    f"{ten}{joint}{one}": 10 * number + digit
    for number, ten in enumerate(_TENS, 2)
    for digit, one in enumerate(_ONES[1:10], 1)
    for joint in ("-", " ")
}
_ORDINALS = {word: number for number, word in enumerate(_FIRSTS)}
_ORDINALS |= {f"{ten[:-1]}ieth": 10 * number for number, ten in enumerate(_TENS, 2)}
_ORDINALS |= {
    f"{ten}-{one}": 10 * number + digit
    for number, ten in enumerate(_TENS, 2)
    for digit, one in enumerate(_FIRSTS[1:10], 1)
}
_VAGUE = {
    "a": 1.0,
    "an": 1.0,
    "another": 1.0,
    "the": 1.0,
    "a single": 1.0,
    "half a": 0.5,
    "half an": 0.5,
    "a couple of": 2.0,
    "a few": 3.0,
    "some": 3.0,
    "several": 4.0,
    "many": 10.0,
    "half a dozen": 6.0,
    "a dozen": 12.0,
    "a score of": 20.0,
    "a hundred": 100.0,
    "a thousand": 1000.0,
    "a quarter of an": 0.25,
    "three quarters of an": 0.75,
    "an hour and a half": 1.5,
}


def _any_of(words: list[str]) -> str:
    return "|".join(sorted((word.replace(" ", r"\s") for word in words), key=len, reverse=True))


CARDINAL = rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d+(?:\.\d+)?|{_any_of(list(_CARDINALS))})"
ORDINAL = rf"(?:\d{{1,2}}(?:st|nd|rd|th)|{_any_of(list(_ORDINALS))})"
COUNT = rf"(?:{CARDINAL}|{_any_of(list(_VAGUE))})"
_YEAR_WORDS = re.compile(
    rf"(?P<first>{_any_of(_ONES[10:] + _TENS)})[ -](?:hundred and )?(?P<second>{_any_of(list(_CARDINALS))})$"
)


def number(words: str) -> float | None:
    """What "three", "twenty-four", "1,200" or "a couple of" counts; None when it is no number."""
    plain = " ".join(words.lower().replace(",", "").split())
    if plain in _VAGUE:
        return _VAGUE[plain]
    if plain in _CARDINALS:
        return float(_CARDINALS[plain])
    match = re.fullmatch(r"\d+(?:\.\d+)?", plain)
    return float(plain) if match else None


def ordinal(words: str) -> int | None:
    """What "third", "21st" or "twenty-first" counts; None when it is no ordinal."""
    plain = words.lower().replace(" ", "-")
    if plain in _ORDINALS:
        return _ORDINALS[plain]
    match = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", plain)
    return int(match.group(1)) if match else None


def is_vague(words: str) -> bool:
    """Whether a count is only a guess: "a few", "several", "some"."""
    return words.lower() in ("a couple of", "a few", "some", "several", "many", "a dozen", "a score of")


def year_in_words(words: str) -> int | None:
    """The year that "eighteen forty-seven" or "nineteen hundred and six" spells."""
    match = _YEAR_WORDS.match(words.lower())
    if not match:
        return None
    first, second = _CARDINALS[match.group("first")], _CARDINALS[match.group("second")]
    return 100 * first + second if second < 100 and 10 <= first <= 29 else None


# Hours in one of each; a count of nights or winters is a count of days or years.
HOURS = {
    "moment": 0.02,
    "second": 1 / 3600,
    "minute": 1 / 60,
    "hour": 1.0,
    "day": 24.0,
    "night": 24.0,
    "morning": 24.0,
    "afternoon": 24.0,
    "evening": 24.0,
    "dawn": 24.0,
    "dusk": 24.0,
    "sunset": 24.0,
    "sunrise": 24.0,
    "noon": 24.0,
    "midnight": 24.0,
    "week": 168.0,
    "sennight": 168.0,
    "fortnight": 336.0,
    "month": 730.5,
    "moon": 708.0,
    "season": 2191.5,
    "year": 8766.0,
    "winter": 8766.0,
    "summer": 8766.0,
    "spring": 8766.0,
    "autumn": 8766.0,
    "harvest": 8766.0,
    "decade": 87660.0,
    "century": 876600.0,
}
UNIT = rf"(?:centuries|{'|'.join(sorted(HOURS, key=len, reverse=True))})(?:s\b|\b)"


def unit_hours(word: str) -> float:
    """Hours in one "day", "weeks", "centuries"."""
    plain = word.lower()
    if plain.startswith("centur"):
        return HOURS["century"]
    return HOURS[plain if plain in HOURS else plain.removesuffix("s")]
