"""Facts about a piece of prose that need no model: sentences, repetition, quotes, what a request asked for."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

_ABBREVIATIONS = ("mr", "mrs", "ms", "dr", "st", "prof", "capt", "lt", "col", "sgt", "no", "vs", "etc")
_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’)\]]*(?=\s|$)")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_WORDS_ASKED = re.compile(r"\b(\d{2,5})(?:\s*(?:-|–|to)\s*(\d{2,5}))?[\s-]*words?\b", re.IGNORECASE)
STOPWORDS = frozenset(
    """
    a about above after again all also am an and any are as at be been before being below between both but by can
    chapter could did do does doing down draft during each few first for from further had has have having he her
    here hers him his how i if in into is it its just last let make me more most my next no nor not now of off on
    once one only or other our out over own part please same scene she should so some story such tell than that the
    their them then there these they this those through to too two under until up us very was we were what when
    where which while who whom why will with word words would write you your
    """.split()
)


def sentences(text: str) -> list[str]:
    """The sentences of `text` in order, stripped; line breaks between paragraphs end a sentence too."""
    found: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n", text):
        start = 0
        for match in _SENTENCE_END.finditer(paragraph):
            before = _WORD.findall(paragraph[start : match.start()])
            if before and match.group().startswith(".") and _is_abbreviation(before[-1]):
                continue
            found.append(paragraph[start : match.end()].strip())
            start = match.end()
        found.append(paragraph[start:].strip())
    return [sentence for sentence in found if sentence]


def _is_abbreviation(word: str) -> bool:
    return word.lower() in _ABBREVIATIONS or (len(word) == 1 and word.isupper() and word != "I")


def words(text: str) -> list[str]:
    """The words of `text`, lower case, apostrophes kept."""
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def count_words(text: str) -> int:
    """How many words `text` has."""
    return len(_WORD.findall(text))


def content_words(text: str) -> set[str]:
    """Stems of the words that carry meaning: no function words, simple endings removed."""
    return {stem(word) for word in words(text) if len(word) > 2 and word not in STOPWORDS}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A crude stem, enough to see that "lanterns" answers to "lantern"."""
    word = word.removesuffix("'s")
    for ending in ("ingly", "edly", "ing", "ies", "ed", "es", "ly", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[: -len(ending)]
            if ending == "ies":
                return base + "y"
            return (
                base[:-1] if len(base) > 3 and base[-1] == base[-2] and base[-1] not in "ls" else base.removesuffix("e")
            )
    return word.removesuffix("e") if len(word) > 3 else word


def normalised(text: str) -> str:
    """For comparing quotes: straight quotes, single spaces, lower case."""
    table = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "…": "...", "\u00a0": " "})
    return " ".join(text.translate(table).lower().split())


def occurs_in(quote: str, text: str) -> bool:
    """Whether `quote` really stands in `text` (typographic variants and spacing aside)."""
    wanted = normalised(quote).strip(" .\"'")
    return bool(wanted) and wanted in normalised(text)


def repeated_share(text: str, size: int = 4) -> float:
    """Share (0..1) of word n-grams that had occurred before in `text`; 0 for texts too short to tell."""
    tokens = words(text)
    grams = [tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)]
    return 1 - len(set(grams)) / len(grams) if grams else 0.0


def repeated_phrases(text: str, size: int = 4, times: int = 3) -> list[str]:
    """Phrases of `size` words that occur at least `times`, most frequent first."""
    tokens = words(text)
    counts = Counter(" ".join(tokens[i : i + size]) for i in range(len(tokens) - size + 1))
    return [phrase for phrase, count in counts.most_common() if count >= times]


def most_repeats(text: str) -> int:
    """How often the most frequent sentence (of three words or more) occurs."""
    counts = Counter(key for key in map(_sentence_key, sentences(text)) if key.count(" ") >= 2)
    return max(counts.values(), default=0)


def _sentence_key(sentence: str) -> str:
    return " ".join(words(sentence))


def without_repeated_sentences(text: str, known: Sequence[str] = ()) -> str:
    """`text` without sentences that stood before in it or, from four words on, in `known` texts.

    Small models fall into loops; a reader must not see them. Sentences of one or two words ("He waited.") may stand
    twice, as they do in good prose. Paragraph breaks are kept.
    """
    seen = Counter(_sentence_key(sentence) for other in known for sentence in sentences(other))
    seen = Counter({key: 2 for key in seen if key.count(" ") >= 3})
    paragraphs = []
    for paragraph in re.split(r"\n\s*\n", text):
        kept = []
        for sentence in sentences(paragraph):
            key = _sentence_key(sentence)
            if key and seen[key] >= (2 if key.count(" ") < 2 else 1):
                continue
            seen[key] += 1
            kept.append(sentence)
        if kept:
            paragraphs.append(" ".join(kept))
    return "\n\n".join(paragraphs)


def ends_complete(text: str) -> bool:
    """Whether the last sentence is finished."""
    return bool(re.search(r"[.!?…][\"'”’)\]*_]*\s*$", text))


def without_cut_end(text: str) -> str:
    """`text` up to its last finished sentence; unchanged when there is none."""
    if ends_complete(text):
        return text.rstrip()
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return with_closed_quote(text[: ends[-1]].rstrip()) if ends else text.rstrip()


def with_closed_quote(text: str) -> str:
    """`text` with the quotation closed that its last paragraph leaves open."""
    last = text.rsplit("\n", 1)[-1]
    if last.count("“") > last.count("”"):
        return f"{text}”"
    return f'{text}"' if last.count('"') % 2 else text


_SPOKEN = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")


def narration(text: str) -> str:
    """`text` without what is said aloud in it; a speech that doesn't end goes to the end."""
    return _SPOKEN.sub(" ", text)


def unquoted(text: str) -> str:
    """`text` without the quotation marks that stand around all of it."""
    inside = text[1:-1]
    whole = text[:1] in ('"', "“") and text[-1:] in ('"', "”") and not re.search(r'["“”]', inside)
    return inside.strip() if whole else text


def words_asked(instruction: str) -> int | None:
    """The length a request names ("about 200 words", "300-400 words" gives the middle), or None."""
    match = _WORDS_ASKED.search(instruction)
    if not match:
        return None
    low = int(match.group(1))
    return (low + int(match.group(2))) // 2 if match.group(2) else low


def coverage(instruction: str, text: str) -> tuple[float, list[str]]:
    """How much of what the instruction names appears in `text` (0..1), and the words that don't.

    An instruction that names nothing is covered wholly.
    """
    wanted = {
        stem(word): word
        for word in words(_WORDS_ASKED.sub(" ", instruction))
        if len(word) > 2 and word not in STOPWORDS and not word.isdigit()
    }
    if not wanted:
        return 1.0, []
    present = {stem(word) for word in words(text)}
    missing = [word for key, word in wanted.items() if key not in present]
    return 1 - len(missing) / len(wanted), missing


def mentions(text: str, names: Sequence[str]) -> list[int]:
    """Indices of the sentences of `text` that call one of `names` (also in the genitive or plural)."""
    pattern = name_pattern(names)
    return [i for i, sentence in enumerate(sentences(text)) if pattern.search(sentence)] if pattern else []


def name_pattern(names: Sequence[str], exactly: Sequence[str] = ()) -> re.Pattern[str] | None:
    """Finds any of `names` as a whole word, also in the genitive or plural; None when there is no name.

    Those of `exactly` are found only as they are spelled, capitals and all.
    """
    forms = [_forms(name.strip()) for name in names if name.strip()]
    forms += [f"(?-i:{_forms(name.strip())})" for name in exactly if name.strip()]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", re.IGNORECASE) if forms else None


def _forms(name: str) -> str:
    plural = rf"|{re.escape(name[:-1])}ies" if name[-1] in "yY" else ""
    return rf"{re.escape(name)}(?:['’]s?|e?s['’]?)?{plural}"


_NAME = re.compile(r"\b[A-Z][a-z’']+(?:[ -][A-Z][a-z’']+){0,2}\b")
NOT_NAMES = frozenset(
    """
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August
    September October November December Mr Mrs Ms Dr Sir Lady Lord Chapter God Okay Oh Yes No
    """.split()
)


def new_names(text: str, known: Sequence[str]) -> dict[str, list[int]]:
    """Capitalised names that `known` doesn't have: `{name: sentence indices}`, in order of appearance.

    A word that only starts sentences is no name, unless it occurs twice and never in lower case.
    """
    known_words = {word for name in known for word in words(name)}
    lower = set(re.findall(r"\b[a-z’']+\b", text))
    found: dict[str, list[int]] = {}
    inside: set[str] = set()
    for index, sentence in enumerate(sentences(text)):
        for match in _NAME.finditer(sentence):
            parts = re.split(r"[ -]", match.group())
            starts_sentence = match.start() <= 1
            if starts_sentence and (parts[0].lower() in STOPWORDS or parts[0].lower() in lower):
                parts = parts[1:]
                starts_sentence = False
            name = re.sub(r"['’]s$", "", " ".join(parts))
            simple = words(name)
            if not simple or name in NOT_NAMES or all(w in known_words or w in STOPWORDS for w in simple):
                continue
            if "'" in name or "’" in name or len(name) < 3:
                continue
            found.setdefault(name, [])
            if index not in found[name]:
                found[name].append(index)
            if not starts_sentence:
                inside.add(name)
    return {
        name: where
        for name, where in found.items()
        if name in inside or (len(where) >= 2 and name.lower() not in lower)
    }


def says_something(text: str) -> bool:
    """Whether a short answer is words at all: two or more, mostly letters, and not one thing over and over."""
    tokens = words(text)
    if len(tokens) < 2 or len(set(tokens)) < max(2, len(tokens) // 3):
        return False
    return sum(character.isalpha() or character.isspace() for character in text) >= 0.8 * len(text)
