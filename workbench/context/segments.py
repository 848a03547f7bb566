"""Where each stretch of a prompt comes from: the context's pieces, the agent's task, and the template's marks."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from workbench.domain.context import ContextPiece
from workbench.domain.preview import PromptSegment, SpelledPrompt


@dataclass(frozen=True)
class Turn:
    """A message of a prompt in its segments; role is system, user or assistant."""

    role: str
    segments: tuple[PromptSegment, ...]

    @property
    def text(self) -> str:
        """The message as it is sent."""
        return "".join(segment.text for segment in self.segments)


def rules_turn(rules: str) -> Turn:
    """The house rules, which are of the system layer."""
    return Turn("system", (PromptSegment(origin="system", text=rules),))


def task_turn(text: str, role: str = "user") -> Turn:
    """A message that tells nothing of the context."""
    return Turn(role, (PromptSegment(origin="task", text=text),))


def context_turn(text: str, pieces: Sequence[ContextPiece]) -> Turn:
    """The message that has the context in it, wherever the prompt puts it; the rest of it is the task."""
    context = "".join(piece.text for piece in pieces)
    before, found, after = text.partition(context) if context else (text, "", "")
    shown = [PromptSegment(origin=p.layer, text=p.text, key=p.key) for p in pieces] if found else []
    return Turn("user", tuple(_told([_task(before), *shown, _task(after)])))


def segments(prompt: SpelledPrompt, turns: Sequence[Turn]) -> list[PromptSegment]:
    """The whole prompt in segments; what the template puts around the turns is of the origin `form`."""
    waiting = list(turns)
    found: list[PromptSegment] = []
    for text, said in prompt.parts:
        turn = next((one for one in waiting if said and one.text == text), None)
        if turn is not None:
            waiting.remove(turn)
            found += turn.segments
        else:
            found.append(_task(text) if said else PromptSegment(origin="form", text=text))
    return found


def _task(text: str) -> PromptSegment:
    return PromptSegment(origin="task", text=text)


def _told(found: Iterable[PromptSegment]) -> list[PromptSegment]:
    return [segment for segment in found if segment.text]
