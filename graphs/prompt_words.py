"""What stands in the prompts' places, as data: a meaning in words, a made-up value, and whether it can be left out."""

from dataclasses import dataclass
from typing import Any

PROMPT_TITLES = {
    "writer": "Write a chapter",
    "revise": "Write it again, better",
    "continue": "Go on where it is too short",
    "modify": "Change a chapter as you ask",
    "editor": "Read a draft for what to improve",
    "character": "React to a draft",
    "feedback": "Tell you what they think",
    "rater": "Say what works and what doesn’t",
    "score": "Give one score",
    "outliner": "Plan a chapter to come",
    "outline_text": "Read a plan out of a text",
    "designer": "Invent a person",
    "biographer": "Tell an entry anew",
    "expander": "Flesh out a few lines",
    "distil_events": "Sum up what happens",
    "distil_characters": "Sum up who is who",
    "distil_places": "Sum up places and things",
    "distil_dialogue": "Sum up what is said",
    "distil_fold": "Fold summaries into one",
    "assistant": "Answer a question",
    "lookup": "Think of words to look up",
    "narrator": "Tell a chapter of an adventure",
    "choices": "Think of what a reader could do",
    "looks": "Note what people look like",
    "analyst": "Find what a chapter makes true",
    "placing": "Say where something happens, and who does it",
    "rewriter": "Rewrite a note",
    "creator": "Make an entry",
}


def prompt_title(prompt: str) -> str:
    """What people call a prompt: what the agent does with it."""
    return PROMPT_TITLES.get(prompt) or prompt.replace("_", " ").capitalize()


@dataclass(frozen=True)
class Word:
    """What stands in a place. `needed`: a text without it would leave the agent blind."""

    meaning: str
    sample: Any
    needed: bool = False


_CHAPTER = (
    "Mara Voss climbed the last stairs of the light. The lamp was cold. “Who put it out?” she asked, and nobody "
    "answered. On the sill lay a key that she had thrown into the sea."
)

# By the name of the place; where it means something else in one prompt, by `prompt.name`.
WORDS: dict[str, Word] = {
    "context": Word(
        "what is known: the world, people and places, the story so far",
        "Vell is a harbour town that owes its light to a debt.\n\nMara Voss (character): Keeper of the north light.",
        needed=True,
    ),
    "instruction": Word("what you asked for", "Mara finds the key again.", needed=True),
    "number": Word("the number of the chapter", 3),
    "words": Word("how many words are wanted", 350),
    "limit": Word("how many notes are wanted at most", 3),
    "name": Word("the name of the person or thing", "Mara Voss", needed=True),
    "lore": Word("what is known about that person", "Keeper of the north light. Counts every debt, her own last."),
    "dimension": Word("what is rated, such as pace or voice", "pace", needed=True),
    "meaning": Word("what that means, in a few words", "whether the scene moves"),
    "notes": Word(
        "the editor’s notes, each with quote, issue, suggestion and severity",
        [
            {
                "quote": "The lamp was cold.",
                "issue": "It is told, not felt.",
                "suggestion": "Let her touch it.",
                "severity": "minor",
                "source": "editor",
            }
        ],
    ),
    "reactions": Word(
        "what characters say of the draft, each with character and feedback",
        [{"character": "Mara Voss", "feedback": "I would never have left the door open."}],
    ),
    "sentences": Word(
        "sentences of the chapter, one by one",
        ["Mara Voss climbed the last stairs of the light.", "The lamp was cold."],
        needed=True,
    ),
    "entries": Word(
        "the lore entries that it names, each with id, title and kind",
        [{"id": "E1", "title": "Mara Voss", "kind": "character"}],
        needed=True,
    ),
    "places": Word("the places that may be meant", ["the North Light", "the Salt House"]),
    "placing.people": Word("the people who may be meant", ["Mara Voss", "Oderic"]),
    "names": Word("names that are new in it", ["Oderic", "the Salt House"], needed=True),
    "kind": Word("what sort of thing it is: character, location, item …", "character"),
    "title": Word("what the entry is called", "Mara Voss"),
    "content": Word("the entry’s text in the world’s lore", "Keeper of the north light.", needed=True),
    "note": Word("what had become true so far", "Mara has lost her lantern.", needed=True),
    "events": Word("what has happened since, one by one", ["Mara found the key on the sill."], needed=True),
    "summary": Word("what the story tells of it", "A clerk who keeps two ledgers.", needed=True),
    "evidence": Word("the sentence of the story that says so", "Oderic closed the second ledger."),
    "creator.name": Word("its name, where the story gives one", "Oderic"),
    "creator.summary": Word("what the story tells of it", "Oderic is a clerk who keeps two ledgers.", needed=True),
    "world": Word("what the world is", "Vell is a harbour town that owes its light to a debt.", needed=True),
    "others": Word("names of people who are there already", ["Mara Voss", "Oderic"]),
    "hint": Word("your hint, where you gave one", "A ferryman who is afraid of water.", needed=True),
    "scenes": Word("the scenes of it in which that person was", _CHAPTER, needed=True),
    "people": Word("names of people who stay in it", ["Mara Voss", "Oderic"]),
    "here": Word("the chapter up to where the change comes in, when only that place is told anew; else nothing", ""),
    "lines": Word("the lines to flesh out", "Mara comes home. The door stands open.", needed=True),
    "more": Word("how many more words are wanted, when it goes on with a scene that is too short; else 0", 0),
    "expander.instruction": Word("what else you asked for, if you did", "Let it rain."),
    "biographer.instruction": Word("what you asked for, if you did", "Make it sound like a legend."),
    "setting": Word(
        "where the adventure takes place, and its tone", "A city under water. Calm and curious.", needed=True
    ),
    "before": Word("the chapters before, a line for each", ["You opened the tide door with the copper key."]),
    "helps": Word("what the reader took along or became, if anything yet", "You can ask the owl what lies ahead."),
    "lead": Word("how the chapter begins, word for word", "You decided to follow the ringing.", needed=True),
    "happens": Word("whom and what the reader comes to", "You come to the ice stairs. You meet Solvei.", needed=True),
    "manner": Word("how readers of that age are told", "in short sentences and easy words"),
    "looks.chapter": Word("the chapter", "Solvei sat on the stairs in a torn blue coat.", needed=True),
    "looks.names": Word("people whom it names", ["Solvei"], needed=True),
    "senses": Word("what one sees, hears, smells and feels there", ["blue light", "running water", "smoke"]),
    "end": Word("how the chapter ends", "The door of the tower was locked.", needed=True),
    "titles": Word("titles of the chapters that are planned already", ["The cold lamp", "Two ledgers"]),
    "found": Word(
        "what was looked up, each with title and text",
        [{"title": "Chapter 1", "text": "Mara threw the key into the sea."}],
        needed=True,
    ),
    "persona": Word("who answers, where a character is asked; else nothing", ""),
    "role": Word("who answers: the assistant, the writer, the editor …", "assistant"),
    "known": Word("whether anything is known of the story", True),
    "assistant.name": Word("the name of the character who is asked", "Mara Voss"),
    "lookup.names": Word("what the story’s people and places are called", ["Mara Voss", "the Salt House"]),
    "text": Word("the text that it is about", _CHAPTER, needed=True),
    "draft": Word("the draft that it is about", _CHAPTER, needed=True),
    "question": Word("what you asked", "What would you never forgive?", needed=True),
}


def word(prompt: str, name: str) -> Word | None:
    """What stands in a place of a prompt; None where nobody has said."""
    return WORDS.get(f"{prompt}.{name}") or WORDS.get(name)
