"""What small models learn the task by: one chapter told, and choices for two events."""

import json

TOLD = (
    (
        {
            "setting": "A village under a glacier, whose fires must never go out. Quiet and kind.",
            "before": [],
            "helps": "",
            "lead": "You decided to follow the ringing.",
            "happens": "You come to the ice stairs, a hundred steps that nobody has counted. You meet Solvei, the "
            "lamp girl, who is never afraid.",
            "senses": ["blue light in the ice", "water running somewhere below", "smoke", "a cold rail"],
            "words": 80,
            "manner": "in clear and lively words",
        },
        "The ringing led you to the ice stairs. Blue light shone through every step, and somewhere below water was "
        "running. You held the cold rail and counted. At forty you stopped, because a girl sat there with a lamp in "
        "her lap. “I am Solvei,” she said. “You are the first who didn’t turn back.” She moved to one side "
        "and gave you half of her bread. It smelled of smoke. “The ringing comes from under the last step,” she "
        "whispered, and you climbed on together.",
    ),
)

CHOSEN = tuple(
    ({"end": end}, json.dumps({"choices": list(choices)}))
    for end, choices in (
        (
            "You climbed on together. The last step broke under your foot, and a dark hole opened in the ice.",
            ("Lower the lamp into the hole", "Call Solvei back to the rail", "Jump across to the other side"),
        ),
        (
            "The door of the tower was locked, and a very old dog lay in front of it.",
            ("Scratch the old dog behind the ears", "Climb up the ivy to the window", "Look for another door"),
        ),
    )
)
