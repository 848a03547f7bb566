"""Prompt templates: the files that came with the app, and a check that lets no text of a writer's hang or leak.

Covered: a text can only name what its original names, test it, and walk through lists of it; it can't call anything,
multiply texts, or grow beyond a few times of what it is given. So a checked text is safe to fill in for strangers.
"""

from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from graphs.prompt_reading import Reading
from graphs.prompt_words import word
from workbench.domain.prompts import PromptCheck, Variable

PROMPTS = Path(__file__).parent / "prompts"
LONGEST = 20_000
# What is filled in may be told a few times over in one prompt, and not a thousand times.
MOST_REPEATS = 4


@cache
def _environment() -> SandboxedEnvironment:
    # Prompts are plain text: escaping for HTML would change what the model reads. The sandbox and StrictUndefined
    # see to it that a template can't reach beyond its variables nor lack one.
    made = SandboxedEnvironment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
    made.globals.clear()
    return made


def original(prompt: str) -> str:
    """The text of the prompt file of that name, as it came with the app."""
    return (PROMPTS / f"{prompt}.jinja").read_text(encoding="utf-8")


@cache
def original_template(prompt: str) -> Template:
    """The prompt file of that name, ready to be filled in."""
    return _environment().from_string(original(prompt))


@lru_cache(maxsize=128)
def _template(text: str) -> Template:
    return _environment().from_string(text)


@cache
def variables(prompt: str) -> tuple[Variable, ...]:
    """The places that a prompt has, in the order of its original."""
    found = []
    for name in _reading(prompt, original(prompt)).names:
        known = word(prompt, name)
        found.append(Variable(name=name, meaning=known.meaning if known else "", needed=bool(known and known.needed)))
    return tuple(found)


@cache
def samples(prompt: str) -> dict[str, Any]:
    """A made-up value for each place of a prompt."""
    found = {variable.name: word(prompt, variable.name) for variable in variables(prompt)}
    return {name: "…" if known is None else known.sample for name, known in found.items()}


def _reading(prompt: str, text: str, given: Mapping[str, Any] | None = None) -> Reading:
    return Reading(_environment().parse(text), given)


def filled(text: str, values: Mapping[str, Any]) -> str:
    """A checked text with its places filled in.

    Raises jinja2's errors, and `ValueError` where the outcome is empty or out of all proportion.
    """
    most = MOST_REPEATS * (LONGEST + _size(values))
    parts, length = [], 0
    for part in _template(text).generate(**values):
        parts.append(part)
        length += len(part)
        if length > most:
            raise ValueError("filled in, it repeats itself without end")
    if not (whole := "".join(parts).strip()):
        raise ValueError("filled in, nothing is left of it")
    return whole


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(_size(one) for one in value.values())
    if isinstance(value, list | tuple):
        return sum(_size(one) for one in value)
    return len(str(value))


@lru_cache(maxsize=128)
def check(prompt: str, text: str) -> PromptCheck:
    """Whether `text` can stand in the place of a prompt, and what to know about it."""
    known = variables(prompt)
    if len(text) > LONGEST:
        return PromptCheck(
            problems=(f"It has {len(text):,} characters; at most {LONGEST:,} are accepted. Shorten it.",), known=known
        )
    if not text.strip():
        return PromptCheck(problems=("It is empty. Say what the agent should do.",), known=known)
    try:
        reading = _reading(prompt, text, samples(prompt))
    except TemplateSyntaxError as error:
        return PromptCheck(problems=(_syntax(error),), known=known)
    except (RecursionError, ValueError, OverflowError):
        return PromptCheck(problems=("It is nested too deeply, or has a number that is too long.",), known=known)
    missing = tuple(one.name for one in known if one.name not in reading.names)
    problems = [*reading.problems, *_left_out(known, missing)]
    found = PromptCheck(known=known, used=tuple(reading.names), missing=missing)
    if problems:
        return found.model_copy(update={"problems": tuple(problems)})
    sample, problems = _sample(prompt, text, known)
    warnings = () if problems else tuple(_advice(prompt, text, known, missing))
    return found.model_copy(update={"problems": tuple(problems), "warnings": warnings, "sample": sample})


def _syntax(error: TemplateSyntaxError) -> str:
    said = (error.message or "this can't be understood").rstrip(".").replace("Jinja was looking", "It was looking")
    return f"Line {error.lineno}: {said[0].lower()}{said[1:]}."


def _left_out(known: Iterable[Variable], missing: Iterable[str]) -> list[str]:
    return [
        f"{{{{ {one.name} }}}} is left out: {one.meaning}. The agent can't do without it; put it back in."
        for one in known
        if one.needed and one.name in missing
    ]


def _sample(prompt: str, text: str, known: Iterable[Variable]) -> tuple[str, list[str]]:
    """The text with made-up values, and what is wrong with the outcome."""
    try:
        sample = filled(text, samples(prompt))
    except UndefinedError as error:
        return "", [f"It can't be filled in: {error.message}."]
    except Exception as error:
        # A writer's text may fail in any way that Python knows; each is an answer to the check.
        return "", [f"It can't be filled in: {str(error) or type(error).__name__}."]
    # Only what the original shows with these values: it may have places for cases of which this is none.
    shown = original_template(prompt).render(**samples(prompt)).casefold()
    values = {one.name: str(samples(prompt)[one.name]).casefold() for one in known if one.needed}
    unseen = [name for name, value in values.items() if value in shown and value not in sample.casefold()]
    return sample, [
        f"{{{{ {name} }}}} stands there, but the model would not read it. Don't hide or cut it." for name in unseen
    ]


def _advice(prompt: str, text: str, known: Iterable[Variable], missing: Iterable[str]) -> Iterable[str]:
    for one in known:
        if one.name in missing:
            yield f"{{{{ {one.name} }}}} is left out: {one.meaning}. The agent won't know it."
    before, found, _ = text.partition("{{ context }}")
    if found and "{{" in before and not original(prompt).partition("{{ context }}")[0].count("{{"):
        yield (
            "Something that changes stands before {{ context }}. The model then reads all of the context anew each "
            "time, which is slow; put it behind."
        )
    if len(text) > 3 * len(original(prompt)) + 2000:
        yield "It is much longer than the original, and takes room from the story."
