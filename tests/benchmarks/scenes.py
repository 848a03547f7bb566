"""What the engine's benchmark asks for: one world, and prompts over it in both orders."""

from collections.abc import Callable
from dataclasses import dataclass

from graphs.prompting import render

RULES = "You write fiction: vivid, concrete scenes in the third person and the past tense. Keep to what is known."
LORE = (
    "{name} of the Shifting Wood, known for a debt of {n} silver bells, a grudge against the ferrymen, and a door that "
    "opens only when the bell of Vell rings {n} times before dawn."
)
NAMES = ("Aria", "Bram", "Cass", "Dorn", "Edda", "Finn", "Greta", "Hale", "Ilse", "Jory", "Kett", "Lene", "Mott")
STORY = (
    "Aria folded the map {n} times and slid it beneath her coat. The ferryman looked away; the river took the light "
    "with it. On the far bank somebody had hung {n} lanterns in the alders, and all of them were out."
)
# The words that each agent of the loop writes, in tokens: 700 in all.
COUNTS = {"write": 220, "editor": 110, "character": 90, "rater": 40, "revise": 200, "rate again": 40}
PERSONAS = {
    "write": "You are a novelist.",
    "editor": "You are a strict editor.",
    "character": "You are Aria, one of the people in the story.",
    "rater": "You are a critic who rates fiction.",
    "revise": "You are a novelist.",
    "rate again": "You are a critic who rates fiction.",
}
TASKS = {
    "write": "Write the next chapter: Aria crosses the river.",
    "editor": "Name three sentences that should be better, and say how.",
    "character": "Say what you think of what the chapter makes you do, and what you want.",
    "rater": "Say what works best and what weakens the chapter most.",
    "revise": "Tell the chapter again from its beginning, better than before.",
    "rate again": "Say what works best and what weakens the chapter most.",
}
Turn = tuple[str, str]


@dataclass
class Scene:
    """A context of some length that no other round shares the beginning of."""

    text: str

    def opening(self) -> list[Turn]:
        """Rules, context and the writer's task: where all prompts of the workbench begin."""
        task = render("writer", context=self.text, number=3, words=160, instruction="Aria crosses the river.")
        return [("system", RULES), ("user", task)]

    def shared_first(self, agent: str, draft: str = "", notes: str = "") -> list[Turn]:
        """The prompt as the workbench puts it: an agent goes on from the writer's own turn."""
        if agent == "write":
            return self.opening()
        task = f"{notes}\n\n{PERSONAS[agent]} {TASKS[agent]}".strip()
        return [*self.opening(), ("assistant", draft), ("user", task)]

    def persona_first(self, agent: str, draft: str = "", notes: str = "") -> list[Turn]:
        """The prompt as most programs put it: who is asked, then the context, the draft, and the task."""
        extra = "\n\n".join(part for part in (f"Draft:\n{draft}" if draft else "", notes) if part)
        return [("system", PERSONAS[agent]), ("user", f"{self.text}\n\n{extra}\n\n{TASKS[agent]}")]


def scene(number: int, tokens: int, count: Callable[[str], int]) -> Scene:
    """A scene whose context has about `tokens` tokens; `number` stands at its very beginning."""
    text = f"Telling {number} of the Shifting Wood, a forest that rearranges itself at night around the town of Vell."
    turn = 0
    while count(text) < tokens - 20:
        line = LORE if turn < 2 * len(NAMES) else STORY
        text += "\n\n" + line.format(name=NAMES[turn % len(NAMES)], n=turn + 2)
        turn += 1
    return Scene(text)
