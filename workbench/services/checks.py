"""Checks of what callers hand in. Each failure is one sentence that names the field and what it accepts."""

import re
from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from workbench.errors import InvalidInput

T = TypeVar("T", bound=BaseModel)
# Tab and line breaks are text; the other control characters, lone surrogates included, are not.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


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
        raise InvalidInput(f"{name} must be a whole number from {low} to {high}, but {_kind(value)} was given.")
    if not low <= value <= high:
        raise InvalidInput(f"{name} must be from {low} to {high}, but is {int(value)}.")
    return int(value)


def mapping(value: Any, name: str) -> dict[str, Any]:
    """A JSON object; None counts as an empty one."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput(f"{name} must be an object with named fields, but {_kind(value)} was given.")
    return value


def model_field(kind: type[T], value: dict[str, Any], name: str) -> T:
    """`value` as a pydantic value; the first thing that is wrong becomes the sentence."""
    try:
        return kind.model_validate(value)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or name
        if first["type"] == "extra_forbidden":
            known = ", ".join(kind.model_fields)
            raise InvalidInput(f"{name} has no field {where[:60]!r}. It knows: {known}.") from error
        raise InvalidInput(f"{name}: {where[:60]} is not usable ({first['msg'].lower()}). Correct it.") from error


def _kind(value: Any) -> str:
    names = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object", str: "text"}
    return names.get(type(value), "nothing") if value is not None else "nothing"
