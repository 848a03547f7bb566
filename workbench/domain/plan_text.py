"""A plan read out of a text that somebody wrote: headings, numbered lines, bullet points, else paragraphs.

Nothing is invented: titles and summaries are made of the text's own words.
"""

import re
from collections.abc import Sequence

from pydantic import Field

from workbench.domain import text as prose
from workbench.domain.model import Value
from workbench.domain.outline import SUMMARY_CHARS, TITLE_CHARS

MOST_PARTS = 200
TITLE_WORDS = 8
_NUMBER_WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
_NUMBER_WORDS += "seventeen eighteen nineteen twenty"
NUMBERS = {word: number for number, word in enumerate(_NUMBER_WORDS.split(), start=1)}
ORDINALS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=1
    )
}
_COUNT = rf"(?P<number>\d{{1,4}}|[ivxlc]{{1,7}}|{'|'.join(sorted(NUMBERS, key=len, reverse=True))})"
_MARKS = r"^[ \t]*(?:#{1,6}[ \t]*)?[*_]{0,3}"
_REST = r"[*_]{0,3}[ \t]*(?:[:.)\]]|[-–—](?=\s)|$|(?=\s[-–—]))[*_ \t]*(?P<rest>.*)$"
_CHAPTER = re.compile(rf"{_MARKS}(?:chapter|ch\.?|episode|scene)[ \t]*{_COUNT}\b{_REST}", re.IGNORECASE)
_ACT = re.compile(rf"{_MARKS}(?:act|part|book)[ \t]+{_COUNT}\b{_REST}", re.IGNORECASE)
_HEADING = re.compile(r"^(?P<level>#{1,6})[ \t]+(?P<rest>.+?)[ \t#]*$")
_NUMBERED = re.compile(r"^(?P<indent>[ \t]{0,3})(?P<number>\d{1,4})[.)][ \t]+(?P<rest>.+)$")
_BULLET = re.compile(r"^(?P<indent>[ \t]*)[-*•–][ \t]+(?P<rest>\S.*)$")
_SPLIT = re.compile(r"[*_]{0,2}(?:\s[-–—]+\s|:[*_]{0,2}\s)")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
# What no title ends with, when it is the beginning of a sentence.
_LOOSE_ENDS = prose.STOPWORDS | {"meets", "goes", "comes", "takes", "gets", "tries"}


class PlanPart(Value):
    """A chapter found in a text. `title` or `summary` is "" where the text has none; `whole` is all it says of it.

    `part` is the title of the part that it belongs to, and `part_summary` what the text says of that; "" without one.
    """

    number: int = Field(ge=1)
    title: str = ""
    summary: str = ""
    whole: str = ""
    part: str = ""
    part_summary: str = ""


def plan_parts(text: str) -> list[PlanPart]:
    """The chapters that a text plans, in its order; numbers are the text's own where it counts upwards."""
    lines = text.replace("\r\n", "\n").split("\n")
    if parted := _parted(lines):
        return parted
    for find in (_chapters, _acts, _headings, _numbered, _bullets):
        if found := find(lines):
            return _counted(found)
    blocks = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text)]
    return _counted([(None, "", block) for block in blocks if prose.words(block)])


Found = tuple[int | None, str, str]


def _parted(lines: Sequence[str]) -> list[PlanPart]:
    """The chapters below headings such as “Part One: Salt”; empty where no such heading has chapters below it."""
    starts = [i for i, line in enumerate(lines) if _ACT.match(line)]
    found: list[Found] = []
    parts: list[tuple[str, str]] = []
    inside = 0
    for start, end in zip([0, *starts], [*starts, len(lines)], strict=True):
        heading, body = _ACT.match(lines[start]) if start in starts else None, list(lines[start:end])
        chapters = _below(body[1:]) if heading else _chapters(body)
        if heading is None:
            found += chapters
            parts += [("", "")] * len(chapters)
            continue
        title, first = split_title(heading.group("rest"))
        if chapters:
            inside += len(chapters)
            told = _joined([first, *_ahead_of_chapters(body[1:])])
            title = title or _as_title(lines[start])
            found += chapters
            parts += [(title[:TITLE_CHARS], shortened(told))] * len(chapters)
        elif told := _joined([first, *body[1:]]):
            # A part that says nothing of its chapters is a chapter itself.
            found.append((None, title, told))
            parts.append(("", ""))
    if not inside:
        return []
    counted = _counted(found)
    return [
        one.model_copy(update={"part": part, "part_summary": told})
        for one, (part, told) in zip(counted, parts, strict=False)
    ]


def _below(lines: Sequence[str]) -> list[Found]:
    """The chapters below a part's heading: only where they are marked as such."""
    return next((found for find in (_chapters, _headings, _numbered, _bullets) if (found := find(lines))), [])


def _ahead_of_chapters(lines: Sequence[str]) -> list[str]:
    """What stands between a part's heading and its first chapter."""
    forms = (_CHAPTER, _HEADING, _NUMBERED, _BULLET)
    first = next((i for i, line in enumerate(lines) if any(form.match(line) for form in forms)), len(lines))
    return list(lines[:first])


def _as_title(line: str) -> str:
    """A heading that is only a number, as “Part One”."""
    return _plain(line.strip().rstrip(":.)]- "))


def _chapters(lines: Sequence[str]) -> list[Found]:
    return _sections(lines, _CHAPTER, stop=_ACT)


def _acts(lines: Sequence[str]) -> list[Found]:
    return _sections(lines, _ACT)


def _sections(lines: Sequence[str], pattern: re.Pattern[str], stop: re.Pattern[str] | None = None) -> list[Found]:
    """What follows each line of `pattern` up to the next, or up to one of `stop`, which belongs to no chapter."""
    starts = [(i, match) for i, line in enumerate(lines) if (match := pattern.match(line))]
    found: list[Found] = []
    for place, (i, match) in enumerate(starts):
        end = starts[place + 1][0] if place + 1 < len(starts) else len(lines)
        body = list(lines[i + 1 : end])
        if stop is not None:
            body = body[: next((at for at, line in enumerate(body) if stop.match(line)), len(body))]
        title, first = split_title(match.group("rest"))
        found.append((_count(match.group("number")), title, _joined([first, *body])))
    return found


def _headings(lines: Sequence[str]) -> list[Found]:
    levels = [len(match.group("level")) for line in lines if (match := _HEADING.match(line))]
    if not levels:
        return []
    # A single heading above the others is the title of it all.
    top = next((level for level in sorted(set(levels)) if levels.count(level) > 1), min(levels))
    above = re.compile(rf"^#{{1,{top - 1}}}[ \t]") if top > 1 else None
    pattern = re.compile(rf"^#{{{top}}}[ \t]+(?P<rest>.+?)[ \t#]*$")
    found: list[Found] = []
    for line in lines:
        if match := pattern.match(line):
            number = _NUMBERED.match(match.group("rest"))
            rest = number.group("rest") if number else match.group("rest")
            found.append((int(number.group("number")) if number else None, _plain(rest), ""))
        elif found and not (above and above.match(line)):
            count, title, body = found[-1]
            found[-1] = (count, title, _joined([body, line]))
    return found


def _numbered(lines: Sequence[str]) -> list[Found]:
    return _items(lines, _NUMBERED)


def _bullets(lines: Sequence[str]) -> list[Found]:
    indents = [len(match.group("indent").expandtabs(4)) for line in lines if (match := _BULLET.match(line))]
    if len(indents) < 2:
        return []
    return _items(lines, _BULLET, min(indents))


def _items(lines: Sequence[str], pattern: re.Pattern[str], indent: int | None = None) -> list[Found]:
    found: list[Found] = []
    for line in lines:
        match = pattern.match(line)
        if match and (indent is None or len(match.group("indent").expandtabs(4)) <= indent):
            title, rest = split_title(match.group("rest"))
            number = int(match.group("number")) if "number" in pattern.groupindex else None
            found.append((number, title, rest))
        elif found and line.strip():
            count, title, body = found[-1]
            found[-1] = (count, title, _joined([body, line]))
    return found


def split_title(line: str) -> tuple[str, str]:
    """A line's title and what follows it: “The Bell: Aria hears it”. A line that is a sentence has no title."""
    line = line.strip()
    if "**" in line:
        # Of a heading in bold letters only the end is left here.
        bold, _, rest = line.partition("**")
        if bold.strip() and len(bold.split()) <= TITLE_WORDS:
            return _plain(bold), _plain(rest)
    if parts := _SPLIT.search(line):
        title, rest = _plain(line[: parts.start()]), _plain(line[parts.end() :])
        if title and len(title.split()) <= TITLE_WORDS and not prose.ends_complete(title):
            return title, rest
    plain = _plain(line)
    if not plain or prose.ends_complete(plain) or len(plain.split()) > TITLE_WORDS:
        first, *rest_of = prose.sentences(plain) or [""]
        # "The Bell. Aria hears it." has a title too: a few words with capitals.
        if rest_of and _looks_like_title(first):
            return first.rstrip("."), " ".join(rest_of)
        return "", plain
    return plain, ""


def _looks_like_title(sentence: str) -> bool:
    parts = [word for word in re.findall(r"[^\W\d_][\w’'-]*", sentence) if word.lower() not in prose.STOPWORDS]
    return (
        bool(parts)
        and len(parts) <= 5
        and all(part[0].isupper() for part in parts)
        and not sentence.endswith(("!", "?"))
    )


def _plain(line: str) -> str:
    return re.sub(r"^[*_]{1,3}|[*_]{1,3}$", "", " ".join(line.split()).strip(" #")).strip(" *")


def _joined(lines: Sequence[str]) -> str:
    parts = []
    for line in lines:
        bullet = _BULLET.match(line)
        plain = _plain(bullet.group("rest") if bullet else line.lstrip("# "))
        if plain:
            parts.append(plain if prose.ends_complete(plain) or not bullet else f"{plain}.")
    return " ".join(parts)


def _count(text: str) -> int | None:
    text = text.lower()
    if text.isdigit():
        return int(text)
    if text in NUMBERS:
        return NUMBERS[text]
    total = 0
    for here, after in zip(text, [*text[1:], ""], strict=True):
        value = _ROMAN[here]
        total += -value if after and _ROMAN[after] > value else value
    return total


def _counted(found: Sequence[Found]) -> list[PlanPart]:
    found = found[:MOST_PARTS]
    numbers = [number for number, _, _ in found]
    own = [number for number in numbers if number]
    counts = len(own) == len(numbers) and own == sorted(set(own))
    return [
        PlanPart(
            number=own[place] if counts else place + 1,
            title=title[:TITLE_CHARS].strip(),
            summary=shortened(body),
            whole=f"{title}. {body}".strip(". ") if title else body,
        )
        for place, (_, title, body) in enumerate(found)
    ]


def shortened(text: str, longest: int = SUMMARY_CHARS) -> str:
    """`text`, or as many of its first sentences as fit into `longest` characters."""
    if len(text) <= longest:
        return text
    kept = ""
    for sentence in prose.sentences(text):
        if len(kept) + len(sentence) + 1 > longest:
            break
        kept = f"{kept} {sentence}".strip()
    return kept or text[:longest].rsplit(" ", 1)[0]


def title_of(text: str, proposed: str = "") -> str:
    """A title for a part without one: the proposed, if all its words are the text's own, else how the text begins."""
    proposed = prose.unquoted(" ".join(proposed.split())).strip(' .,:;*#"“”')
    own = {*prose.words(text)}
    if (
        proposed
        and len(proposed.split()) <= TITLE_WORDS
        and prose.content_words(proposed)
        and all(word in own or word in prose.STOPWORDS for word in prose.words(proposed))
    ):
        return proposed[:TITLE_CHARS]
    first = (prose.sentences(text) or [text])[0]
    clause = re.split(r"[,;:–—]|\s-\s|\b(?:and|but|when|while|who|which|because)\b", first, maxsplit=1)[0]
    parts = (clause if len(clause.split()) >= 2 else first).split()[:6]
    while len(parts) > 1 and parts[-1].lower().strip(".,;:") in _LOOSE_ENDS:
        parts.pop()
    return " ".join(parts).strip(' .,:;!?"“”')[:TITLE_CHARS] or "Untitled"
