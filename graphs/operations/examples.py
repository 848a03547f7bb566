"""Worked examples for what small models follow only when they have seen it done, told as earlier turns.

No name in them is likely in a story: where one comes back, the checks find it out.
"""

from typing import Any

FEEDBACK: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "context": "World: Kelp Row\nA street of fishmongers.\n\nWhat is known:\n\n"
            "Odda Brill (character): Odda Brill sells eels and never forgets a debt.",
            "name": "Odda Brill",
            "scenes": "Odda Brill counted the coins twice. Wim had paid for six eels and carried off nine.",
            "question": "",
        },
        '{"feedback": "I counted the coins twice, and Wim still cheated me. I should have looked into his basket '
        'before I let him go.", "wants": "I want the money for three eels, and I want Wim to bring it himself.", '
        '"concerns": "I am afraid that the others will try the same with me once they hear of it."}',
    ),
    (
        {
            "context": "World: Kelp Row\nA street of fishmongers.\n\nWhat is known:\n\n"
            "Odda Brill (character): Odda Brill sells eels and never forgets a debt.",
            "name": "Odda Brill",
            "scenes": "",
            "question": "What do you keep under the counter?",
        },
        '{"feedback": "Under the counter I keep a knife and the book with all the debts of the street.", "wants": "I '
        'want every page of that book to be crossed out one day.", "concerns": "I worry that somebody will steal the '
        'book while I sleep."}',
    ),
)

PEOPLE: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "world": "World: Kelp Row\nA street of fishmongers by a grey sea.",
            "others": ["Wim"],
            "name": "Odda Brill",
            "hint": "sells eels, never forgets a debt",
        },
        '{"content": "Odda Brill is a broad woman of fifty who sells eels on the corner of Kelp Row. She never forgets '
        "a debt and writes each one into a book that she keeps under the counter. Years ago she lent her boat to a man "
        'who never came back.", "tags": ["eel seller", "debts"], "aliases": ["Odda"]}',
    ),
    (
        {
            "world": "World: High Fell\nSheep farms under a mountain that hums.",
            "others": [],
            "name": "Jorn Askew",
            "hint": "",
        },
        '{"content": "Jorn Askew is a shepherd of seventeen with a stiff knee. He hears the mountain hum before '
        'anybody else does and is ashamed of it. His only friend is a blind dog.", "tags": ["shepherd", "mountain"], '
        '"aliases": []}',
    ),
)

RETELLINGS: tuple[tuple[dict[str, Any], str], ...] = (
    (
        {
            "title": "Odda Brill",
            "kind": "character",
            "content": "Odda Brill sells eels in Kelp Row. She never forgets a debt.",
            "note": "Odda lost 30 crowns to Wim.",
            "instruction": "",
        },
        "In Kelp Row Odda Brill sells eels, and a debt is nothing that she ever forgets. To Wim she lost 30 crowns.",
    ),
    (
        {
            "title": "The Low Bridge",
            "kind": "location",
            "content": "The Low Bridge crosses the Arl. It has 4 arches and no railing.",
            "note": "",
            "instruction": "Make it gloomier.",
        },
        "Without any railing, dark and wet, The Low Bridge crosses the Arl on its 4 arches.",
    ),
)
