"""Chat messages to prompts, by the template in the model's file. Knows no model: tokenizing is handed in.

What people typed is never read for control tokens: contents are tokenized apart from the template around them, so that
a typed `<|im_end|>` stays eleven harmless characters.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from workbench.domain.preview import SpelledPrompt
from workbench.errors import ModelFailed

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>\n' }}"
    "{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
_HEADINGS = {"system": "System", "user": "User", "assistant": "Assistant"}
# Private-use characters stand for contents while the template is rendered; `trim` filters leave them alone.
_MARK = "\ue000{}\ue001"
_MARKS = re.compile("\ue000([0-9]+)\ue001")


@dataclass(frozen=True)
class ChatMessage:
    """One message: role is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Part:
    """A stretch of a prompt. `literal` is somebody's text; `role` says whose."""

    text: str
    literal: bool
    role: str = ""


class ChatTemplate:
    """A chat template, compiled. Without a source, or with one that Jinja refuses, it is ChatML."""

    def __init__(self, source: str | None, specials: dict[str, str]) -> None:
        environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        environment.globals["raise_exception"] = _refuse
        environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
        self._specials = specials
        try:
            self._template = environment.from_string(source or CHATML)
        except TemplateError:
            self._template = environment.from_string(CHATML)

    def parts(self, messages: Sequence[ChatMessage]) -> list[Part]:
        """The prompt for the next reply. An assistant message at the end is the beginning of that reply.

        Raises `ModelFailed` when the template accepts the messages in no form.
        """
        messages = list(messages)
        begun = messages.pop() if messages and messages[-1].role == "assistant" else None
        rendered, contents = self._render(messages)
        parts = []
        at = 0
        for mark in _MARKS.finditer(rendered):
            parts += [Part(rendered[at : mark.start()], literal=False), contents[int(mark[1])]]
            at = mark.end()
        parts.append(Part(rendered[at:], literal=False))
        if begun:
            parts.append(Part(begun.content, literal=True, role="assistant"))
        return [part for part in parts if part.text]

    def _render(self, messages: list[ChatMessage]) -> tuple[str, list[Part]]:
        problem: Exception | None = None
        # Some templates know no system role, or want user and assistant strictly in turn.
        for arrange in (_as_they_are, _in_turn, _without_system):
            contents = [Part(message.content, literal=True, role=message.role) for message in messages]
            marked = arrange([(one.role, _MARK.format(at)) for at, one in enumerate(messages)])
            try:
                text = self._template.render(
                    messages=[{"role": role, "content": content} for role, content in marked],
                    add_generation_prompt=True,
                    enable_thinking=False,
                    **self._specials,
                )
                return text, contents
            except (TemplateError, TypeError, ValueError) as error:
                problem = error
        raise ModelFailed(f"The model's chat template refused the messages: {problem}. Choose another model.")


def spelled_plainly(turns: Sequence[tuple[str, str]], count: Callable[[str], int]) -> SpelledPrompt:
    """A prompt whose template isn't known: each turn below its role, and a last heading for the reply."""
    parts: list[tuple[str, bool]] = []
    for role, content in turns:
        parts += [(f"{_HEADINGS.get(role, role)}:\n", False), (content, True), ("\n\n", False)]
    parts.append((f"{_HEADINGS['assistant']}:\n", False))
    return SpelledPrompt(parts=tuple(parts), tokens=sum(count(text) for text, _ in parts))


def encode(parts: Sequence[Part], tokenize: Callable[..., list[int]], known: dict[str, list[int]]) -> list[int]:
    """Tokens of a prompt. `known` maps replies this model wrote to the very tokens it wrote.

    The same text can be cut into tokens in several ways; only the tokens that were written are still in memory.
    """
    tokens: list[int] = []
    for part in parts:
        written = known.get(part.text) if part.role == "assistant" else None
        tokens += written if written is not None else tokenize(part.text, special=not part.literal)
    return tokens


def _as_they_are(messages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return messages


def _in_turn(messages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for role, content in messages:
        if joined and joined[-1][0] == role:
            joined[-1] = (role, joined[-1][1] + "\n\n" + content)
        else:
            joined.append((role, content))
    return joined


def _without_system(messages: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return _in_turn([("user" if role == "system" else role, content) for role, content in messages])


def _refuse(message: str) -> Any:
    raise ValueError(message)
