"""Checks of what callers hand in. Each failure is one sentence that names the field and what it accepts."""

import math
import re
from collections.abc import Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError

from workbench.errors import InvalidInput

T = TypeVar("T", bound=BaseModel)
# Tab and line breaks are text; the other control characters, lone surrogates included, are not.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")

# Objects that callers hand in are nested no deeper than this; people's are two or three levels.
DEEPEST = 30


def text_field(value: Any, name: str, *, longest: int, required: bool = False) -> str:
    """`value` as clean text: stripped, line breaks unified.

    Raises `InvalidInput` for other types, control characters, texts over `longest` characters, and empty required ones.
    """
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise InvalidInput(f"{name} must be text, but {_kind(value)} was given. Put it in quotes.")
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) > longest:
        raise InvalidInput(
            f"{name} has {len(value):,} characters; at most {longest:,} are accepted. Shorten it, or split it up."
        )
    if found := _CONTROL.search(value):
        raise InvalidInput(
            f"{name} contains an invisible control character (code {ord(found.group())}, at position "
            f"{found.start() + 1}). Remove it and try again."
        )
    value = value.strip()
    if required and not value:
        raise InvalidInput(f"{name} is empty. Write something there first.")
    return value


def id_field(value: Any, name: str) -> str:
    """`value` as an id: a short text. Whether it names something is for the storage to say."""
    text = text_field(value, name, longest=200)
    if not text:
        raise InvalidInput(f"{name} is missing. Give the id of one that exists.")
    return text


def choice(value: Any, name: str, allowed: Sequence[str]) -> str:
    """One of `allowed`, upper and lower case alike."""
    text = text_field(value, name, longest=200).lower()
    if text not in allowed:
        shown = f"{text[:40]!r}" if text else "nothing"
        raise InvalidInput(f"{name} can't be {shown}. Choose one of: {', '.join(allowed)}.")
    return text


def whole_number(value: Any, name: str, low: int, high: int) -> int:
    """A whole number between `low` and `high`; floats without a fraction are fine, as JSON has no other numbers."""
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or value != value
        or value not in (int(value) if abs(value) < 2**63 else None,)
    ):
        shown = f"{value:g}" if isinstance(value, float) else _kind(value)
        raise InvalidInput(f"{name} must be a whole number from {low} to {high}, but {shown} was given.")
    if not low <= value <= high:
        raise InvalidInput(f"{name} must be from {low} to {high}, but is {int(value)}.")
    return int(value)


def mapping(value: Any, name: str, *, longest: int) -> dict[str, Any]:
    """A JSON object with clean values; None counts as an empty one.

    Raises `InvalidInput` for other types, and wherever inside it there is text with control characters, a number that
    JSON doesn't know, or more than `longest` characters in all.
    """
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput(
            f"{name} must be an object with named fields, but {_kind(value)} was given. Write it like {{}}."
        )
    _check_inside(value, name, longest)
    return value


def _check_inside(whole: dict[Any, Any], name: str, longest: int) -> None:
    # A list of what is still to look at, not recursion: how deep a caller nests things is nothing to trust.
    waiting: list[tuple[Any, int]] = [(whole, 0)]
    count = 0
    while waiting:
        value, depth = waiting.pop()
        if depth > DEEPEST:
            raise InvalidInput(f"{name} is nested deeper than {DEEPEST} levels. Write it flatter.")
        if isinstance(value, dict):
            waiting += [(part, depth + 1) for item in value.items() for part in item]
        elif isinstance(value, (list, tuple)):
            waiting += [(item, depth + 1) for item in value]
        elif isinstance(value, float) and not math.isfinite(value):
            raise InvalidInput(f"{name} must hold plain numbers only, but there is {value} in it. Take it out.")
        elif isinstance(value, str):
            count += len(value)
            if found := _CONTROL.search(value):
                raise InvalidInput(
                    f"{name} contains an invisible control character (code {ord(found.group())}). "
                    "Remove it and try again."
                )
    if count > longest:
        raise InvalidInput(f"{name} has {count:,} characters in all; at most {longest:,} are accepted. Shorten it.")


def model_field(kind: type[T], value: dict[str, Any], name: str) -> T:
    """`value` as a pydantic value; the first thing that is wrong becomes the sentence."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])[:60]
        if first["type"] == "extra_forbidden":
            known = ", ".join(_holder(kind, first["loc"]).model_fields)
            raise InvalidInput(f"{name} can't have a field {where!r}. What is known there: {known}.") from error
        raise InvalidInput(f"{name} can't be used: {where or 'it'} {_demand(first)}.") from error


def _holder(kind: type[BaseModel], place: Sequence[int | str]) -> type[BaseModel]:
    """The pydantic type that the last name of `place` was looked for in."""
    for part in place[:-1]:
        known = kind.model_fields.get(str(part))
        inner = [known.annotation, *get_args(known.annotation)] if known else []
        inner += [deeper for one in inner for deeper in get_args(one)]
        kind = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), kind)
    return kind


def _demand(problem: Any) -> str:
    """What pydantic found, in words that need no knowledge of Python."""
    limits, found = problem.get("ctx") or {}, problem["type"]
    if found == "missing":
        return "is missing"
    if found == "literal_error":
        return f"must be {limits['expected']}"
    if found in ("greater_than_equal", "less_than_equal"):
        return f"must be at least {limits['ge']}" if "ge" in limits else f"must be at most {limits['le']}"
    if found == "too_long":
        return f"has too many items; at most {limits['max_length']} are accepted"
    for beginning, words in _FORMS.items():
        if found.startswith(beginning):
            return f"must be {words}"
    return f"isn't right ({problem['msg'].lower()})"


_FORMS = {
    "string": "text",
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "bool": "true or false",
    "tuple": "a list",
    "list": "a list",
    "dict": "an object with named fields",
    "model": "an object with named fields",
}


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return names.get(type(value), "nothing") if value is not None else "nothing"
