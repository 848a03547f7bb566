"""Worked examples for the memory's agents, told as earlier turns of the conversation.

A small model follows what it sees done, not what it is told to do. The examples stand at the beginning of each prompt,
where they are read once and then remembered. No name in them is likely in a story: the guards would find it out.
"""

from typing import Any

REWRITES: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "kind": "character",
            "title": "Elin Dahl",
            "content": "A baker who is afraid of the dark.",
            "note": "",
            "events": ["Elin broke her arm on the stairs."],
        },
        "Elin broke her arm on the stairs.",
    ),
    (
        {
            "kind": "item",
            "title": "The Cracked Bell",
            "content": "A bell in the tower of the town hall.",
            "note": "The bell was hung up again after the fire. It has 3 cracks.",
            "events": ["Thieves carried the bell off to the marsh."],
        },
        "The bell was hung up again after the fire and has 3 cracks. Thieves carried it off to the marsh.",
    ),
    (
        {
            "kind": "character",
            "title": "Joss",
            "content": "A boy of eleven who lives with his aunt.",
            "note": "Joss owes the cook 12 pence.",
            "events": ["Joss moved into the attic of the school.", "Joss found a grey dog."],
        },
        "Joss owes the cook 12 pence. He moved into the attic of the school and found a grey dog.",
    ),
)

CREATIONS: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "kind": "character",
            "name": "Elin Dahl",
            "summary": "Elin Dahl bakes at night and is afraid of the dark.",
            "evidence": "Elin Dahl lit four candles before she went down to the ovens.",
        },
        '{"title": "Elin Dahl", "content": "Elin Dahl is a baker who works at night. She is afraid of the dark and '
        'lights four candles before she goes down to the ovens.", "tags": ["baker", "afraid of the dark"]}',
    ),
    (
        {
            "kind": "location",
            "name": "Cold Tower",
            "summary": "Cold Tower is the prison of the town.",
            "evidence": "Nobody had come out of Cold Tower in ten years.",
        },
        '{"title": "Cold Tower", "content": "Cold Tower is the prison of the town. Nobody has come out of it in ten '
        'years.", "tags": ["prison", "tower"]}',
    ),
)

PLACINGS: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "sentences": ["The baker locked the tower behind her and threw the key into the pond."],
            "places": ["Cold Tower"],
            "people": ["Elin Dahl"],
        },
        '{"sentence_1": {"where": "Cold Tower", "who": "Elin Dahl", "what": "The baker locks the tower."}}',
    ),
    (
        {
            "sentences": [
                "Nobody had seen the boy since the bell had rung for the last time and the last of the carts was gone.",
                "The cook slept.",
            ],
            "places": [],
            "people": ["Joss"],
        },
        '{"sentence_1": {"who": "Joss", "what": "Nobody has seen the boy since the bell rang."}, '
        '"sentence_2": {"who": "none"}}',
    ),
)
