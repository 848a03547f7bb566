"""JSON schemas as models need them: what was asked for, made fit for a grammar, and answers checked against it."""

import copy
import json
from typing import Any

from langchain_core.messages import BaseMessage
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel, ValidationError

from workbench.engine.llama import gbnf_of
from workbench.errors import InvalidInput, ModelFailed

RANGE_LIMIT = 200  # whole numbers between bounds are listed up to so many
LENGTH_LIMIT = 400  # a longer maxLength makes the grammar slow; validation still checks it


def requested_schema(response_format: Any) -> dict[str, Any] | None:
    """The JSON schema in a `response_format` of OpenAI's form; None for plain text.

    Raises `InvalidInput` for a form that isn't known.
    """
    if response_format is None or response_format == {"type": "text"}:
        return None
    if isinstance(response_format, dict):
        if response_format.get("type") == "json_object":
            return {"type": "object"}
        schema = (response_format.get("json_schema") or {}).get("schema")
        if response_format.get("type") == "json_schema" and isinstance(schema, dict):
            return schema
    raise InvalidInput(
        'response_format can\'t be used. Give {"type": "json_schema", "json_schema": {"name": ..., "schema": {...}}}.'
    )


def for_grammar(schema: dict[str, Any]) -> dict[str, Any]:
    """A copy in which what a grammar can't express is put in a form it can.

    Bounds of whole numbers become a list of the numbers; very long maximum lengths are left to validation.
    """
    return _rewrite(copy.deepcopy(schema))


def _rewrite(node: Any) -> Any:
    if isinstance(node, list):
        return [_rewrite(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") == "integer" and "enum" not in node:
        low = node.get("minimum", node["exclusiveMinimum"] + 1 if "exclusiveMinimum" in node else None)
        high = node.get("maximum", node["exclusiveMaximum"] - 1 if "exclusiveMaximum" in node else None)
        if low is not None and high is not None and 0 <= high - low < RANGE_LIMIT:
            return {"enum": list(range(int(low), int(high) + 1))}
    if node.get("maxLength", 0) > LENGTH_LIMIT:
        node = {key: value for key, value in node.items() if key != "maxLength"}
    # `title` and `default` mean nothing to a grammar, but a property may have such a name, so only its schema is cut.
    return {
        key: {name: _rewrite(value) for name, value in inner.items()}
        if key in ("properties", "$defs", "definitions")
        else _rewrite(inner)
        for key, inner in node.items()
        if key not in ("title", "default", "description", "examples")
    }


def _name_of(number: int) -> str:
    return f"@text{number}@"


def _with_named_texts(node: Any, texts: list[str]) -> Any:
    """`node` with the texts of its enums and constants replaced by names; the texts are added to `texts`."""
    if isinstance(node, list):
        return [_with_named_texts(item, texts) for item in node]
    if not isinstance(node, dict):
        return node
    named = {key: _with_named_texts(value, texts) for key, value in node.items() if key != "const"}
    choices = [node["const"]] if "const" in node else node.get("enum")
    if isinstance(choices, list):
        named["enum"] = []
        for value in choices:
            if isinstance(value, str):
                texts.append(value)
                value = _name_of(len(texts) - 1)
            named["enum"].append(value)
    return named


def _literal(text: str) -> str:
    """A GBNF literal that matches `text` as a JSON string."""
    spelt = json.dumps(text, ensure_ascii=False).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{spelt}"'


def grammar_of(schema: dict[str, Any]) -> str:
    """GBNF for a JSON schema. Raises `InvalidInput` when it uses what grammars can't express."""
    # The converter doesn't escape backslashes and spells typographic characters as \\uXXXX, which a model would have
    # to write letter by letter. So texts to choose from are named in it, and put in afterwards.
    texts: list[str] = []
    try:
        grammar = gbnf_of(json.dumps(_with_named_texts(for_grammar(schema), texts)))
        for number, text in enumerate(texts):
            grammar = grammar.replace(f'"\\"{_name_of(number)}\\""', _literal(text))
        return grammar
    except Exception as error:  # the converter raises whatever its code runs into
        raise InvalidInput(
            f"The JSON schema can't be turned into a grammar ({type(error).__name__}: {error}). Use a simpler schema."
        ) from error


def response_format(schema: dict[str, Any] | type[BaseModel]) -> dict[str, Any]:
    """OpenAI's `response_format` for a pydantic model or a JSON schema."""
    if isinstance(schema, dict):
        name, body = str(schema.get("title", "answer")), schema
    else:
        name, body = schema.__name__, schema.model_json_schema()
    return {"type": "json_schema", "json_schema": {"name": name, "schema": body}}


def parse_answer(message: BaseMessage, schema: dict[str, Any] | type[BaseModel]) -> Any:
    """The validated model, or a dict where a JSON schema was given.

    Raises `ModelFailed` when the answer was cut off by its length limit, or isn't what was asked for.
    """
    text = message.text
    if message.response_metadata.get("finish_reason") == "length":
        raise ModelFailed("The model's JSON answer was cut off by max_tokens. Allow more tokens or ask for less.")
    try:
        if isinstance(schema, dict):
            return json.loads(text)
        return schema.model_validate_json(text)
    except (ValidationError, ValueError) as error:
        problem = " ".join(str(error).split())[:300]
        raise ModelFailed(f"The model's JSON answer isn't what was asked for: {problem}. Try again.") from error


def with_answers(
    model: Runnable[Any, Any], schema: dict[str, Any] | type[BaseModel], include_raw: bool
) -> Runnable[Any, Any]:
    """`model`, its messages turned into validated values; with `include_raw` as LangChain's dict of three."""
    if not include_raw:
        return model | RunnableLambda(lambda message: parse_answer(message, schema))

    def both(held: dict[str, Any]) -> dict[str, Any]:
        try:
            return {**held, "parsed": parse_answer(held["raw"], schema), "parsing_error": None}
        except ModelFailed as error:
            return {**held, "parsed": None, "parsing_error": error}

    return model | RunnableLambda(lambda message: both({"raw": message}))
