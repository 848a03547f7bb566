"""What of a model's words may stand in an adventure: told to "you", about the story alone, and fit for children."""

import re

from workbench.domain import text as prose

# Fewer words than these tell nothing.
LEAST = 25
_I = re.compile(r"(?<![\w’'])(?:I|I['’](?:m|d|ll|ve)|[Mm]y|[Mm]e|[Mm]yself)(?![\w’'-])")
# Talk about the text instead of the story.
_ABOUT_ITSELF = re.compile(
    r"\b(?:the (?:story|chapter|ending|sentence|paragraph|text|reader|prompt)|(?:this|last|next|previous|your) "
    r"(?:story|chapter|sentence|edit|paragraph|text|prompt|line)|(?:to be|continued?) continued|"
    r"once upon a time|the end\b|"
    r"word count|\d+ words|as an AI|language model)\b",
    re.IGNORECASE,
)
# A line of the prompt, said again.
_LABEL = re.compile(r"^\W*(?:Before|After|Chapter|There is|Stop|Go on)\b[^.]{0,12}:")
_UNFIT = re.compile(
    r"\b(?:naked|nude|no clothes|undress\w*|sex\w*|breasts?|nipples?|lust\w*|seduc\w*|rap(?:e|ed|ist)|bloody|"
    r"blood|gore|"
    r"corpses?|murder\w*|kill\w*|slaughter\w*|stab\w*|tortur\w*|suicid\w*|hang(?:ed|ing) (?:him|her|them)self|"
    r"guns?|rifles?|"
    r"drunk\w*|whisk(?:e)?y|vodka|cocaine|heroin|drugs?|cigarettes?|hell|damn\w*|bastard\w*|bitch\w*|shit\w*|"
    r"fuck\w*|whore\w*|"
    r"slut\w*|nazi\w*|different race|slaves?|idiots?|stupid|ugly)\b",
    re.IGNORECASE,
)


def fit(text: str) -> str:
    """The sentences of a model's text that may stand in a chapter, "" where too little is left."""
    told = fitting(text)
    return told if prose.count_words(told) >= LEAST else ""


def fitting(text: str) -> str:
    """The sentences of a model's text that may stand in a chapter, however few they are."""
    kept: list[str] = []
    for paragraph in text.split("\n"):
        lines = [line for line in prose.sentences(paragraph) if _fits(line)]
        if lines:
            kept.append(" ".join(lines))
    return "\n\n".join(kept)


def _fits(line: str) -> bool:
    narration = prose.narration(line)
    if _LABEL.match(line) or _UNFIT.search(line) or _ABOUT_ITSELF.search(narration) or _I.search(narration):
        return False
    # A quotation mark without its other half belongs to a speech that was cut off.
    return line.count("“") == line.count("”") and line.count('"') % 2 == 0


def fit_label(label: str) -> bool:
    """Whether a proposed choice reads like one: a few plain words, nothing unfit."""
    return bool(re.fullmatch(r"[A-Z][\w’'\- ]+", label)) and not (_UNFIT.search(label) or _I.search(label))
