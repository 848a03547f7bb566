"""Worked examples for a change in a few sentences, told as earlier turns: a small model follows what it sees done.

No name in them is likely in a story.
"""

from typing import Any

INSERTIONS: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {"here": "Odda closed the shop and counted the coins.", "instruction": "Let it snow."},
        "Snow began to fall while Odda counted, first a few flakes, then so many that the street turned white. She "
        "brushed the snow from the sill.",
    ),
    (
        {"here": "Wim put the basket down. “I paid for six,” he said.", "instruction": "Odda should be furious."},
        "Odda was furious. “You paid for six and took nine!” she shouted, and struck the counter with her fist.",
    ),
    (
        {"here": "They walked down to the boats.", "instruction": "Add a cat that follows Wim."},
        "A grey cat came out from under a cart and followed Wim. Whenever he stopped, the cat stopped, too, and looked "
        "at him.",
    ),
)
