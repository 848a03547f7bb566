"""One function for each node: take the question apart, look up, reply."""

import json
import logging
import re
from typing import Annotated, Any

from langchain_core.messages import BaseMessage
from langgraph.config import get_stream_writer
from langgraph.runtime import Runtime
from pydantic import BaseModel, Field

from graphs.chat.state import VOICES, ChatState, ChatTeam
from graphs.prompting import ask, ask_json, conversation, render
from graphs.team import AgentTeam
from workbench.domain import text as prose
from workbench.domain.chat import ChatSource
from workbench.domain.first_person import as_first_person, in_own_voice
from workbench.domain.lookup import Lookup, analysed, with_phrases
from workbench.domain.lore import LoreEntry
from workbench.domain.model import Usage
from workbench.errors import ModelFailed

logger = logging.getLogger(__name__)

SYSTEM = "You help somebody who writes fiction. You answer briefly and plainly."
SEARCHING = "You find what to search for in a book."
# Names shown to the model that proposes search phrases.
NAMES = 12
QUESTION_CHARS = 400
# An answer is a few sentences; small models that go on longer only repeat themselves.
REPLY_TOKENS, REPLY_SENTENCES = 180, 5
TRIES = 3
# The first exchange of every conversation about a story: it is true, and shows how short an answer may be. With one
# of its people it shows how they speak.
ABOUT, WHO = "What is this story called?", "Who are you?"
# Above what was said before the exchanges that are told whole.
BEFORE = "What we spoke of before, in short:"
EXAMPLES = (
    ("Who locked the bakery door?", ("Elin", "the bakery"), ("locked the bakery door", "key of the bakery")),
    ("Why is Joss afraid of the river?", ("Joss",), ("Joss afraid", "the river rises")),
)
_NOTES = re.compile(r"\b[A-Z][\w’' -]{1,50} \((?:character|location|item|faction|event|rule)\)")
# Lines of the prompt itself.
_ASKED = re.compile(r"\b(?:You are asked|What the story says of it|What we spoke of before, in short)\s*:")
_LABEL = re.compile(r"^\s*(?:answer|reply|assistant|writer|editor)\s*:\s*", re.IGNORECASE)


class PhrasesAnswer(BaseModel):
    """The form of search phrases."""

    phrases: list[Annotated[str, Field(min_length=3, max_length=40)]] = Field(min_length=1, max_length=3)


def _tell(node: str, message: str, progress: float) -> None:
    get_stream_writer()({"node": node, "message": message, "progress": progress})


def analyse(state: ChatState, runtime: Runtime[ChatTeam]) -> dict[str, Any]:
    """What the question asks for: by rule, and with a model's search phrases where there is something to search."""
    before = state["turns"][-1][0] if state["turns"] else ""
    lookup = analysed(state["question"], state["entries"], state["chapters"], before)
    if not state["entries"] and not state["chapters"]:
        return {"lookup": lookup}
    _tell("analyse", "Reading the question", 0.05)
    proposed, usage = proposed_phrases(lookup, state["entries"], runtime.context)
    return {"lookup": with_phrases(lookup, proposed, state["entries"]), "usage": usage}


def proposed_phrases(lookup: Lookup, entries: list[LoreEntry], team: AgentTeam) -> tuple[list[str], Usage]:
    """What the model would search for; nothing where it gives no answer of the form."""
    agent = team.agent("assistant")
    named = [entry.title for entry in entries if entry.id in lookup.entries]
    names = list(dict.fromkeys([*named, *(entry.title for entry in entries)]))[:NAMES]
    turns = [
        turn
        for question, known, phrases in EXAMPLES
        for turn in (
            render("lookup", agent, question=question, names=list(known)),
            json.dumps({"phrases": list(phrases)}),
        )
    ]
    task = render("lookup", agent, question=lookup.question[:QUESTION_CHARS], names=names)
    messages = conversation(SEARCHING, *turns, task)
    try:
        answer, usage = ask_json(
            team, agent, messages, PhrasesAnswer, attempts=1, silent=True, seed=5, max_tokens=80, temperature=0.3
        )
    except ModelFailed as error:
        logger.info("The question is searched for in its own words: %s", error)
        return [], Usage()
    return answer.phrases, usage


def look_up(state: ChatState, runtime: Runtime[ChatTeam]) -> dict[str, Any]:
    """Gather what is known of it."""
    _tell("look_up", "Looking it up", 0.15)
    sources = runtime.context.look_up(state["lookup"])
    found = "Nothing is told of it" if not sources else f"Found in {len(sources)} place{'s' * (len(sources) > 1)}"
    _tell("look_up", found, 0.25)
    return {"sources": sources}


def reply(state: ChatState, runtime: Runtime[ChatTeam]) -> dict[str, Any]:
    """Answer; an answer that is none is asked for again, and then the sources speak for themselves."""
    _tell("reply", "Answering", 0.3)
    team, voice = runtime.context, state["voice"]
    agent = team.agent("character" if voice.persona else voice.agent)
    messages = chat_messages(state, team)
    usage = Usage()
    plain = ""
    for attempt in range(TRIES):
        answer = ask(
            team,
            agent,
            messages,
            # What is told by a second try stands in place of the first, which nobody should see grow.
            silent=attempt > 0,
            seed=23 + 7 * len(state["turns"]) + 1000 * attempt,
            max_tokens=min(agent.max_tokens, REPLY_TOKENS),
        )
        usage += answer.usage
        text = cleaned(answer.text, state["question"], voice.name)
        if voice.persona:
            plain = plain or in_own_voice(text, voice.name, description=voice.persona, strict=False)
            text = in_own_voice(text, voice.name, description=voice.persona)
        if text:
            return {"reply": text, "usage": usage}
    if plain:
        return {"reply": plain, "usage": usage}
    if voice.persona:
        return {"reply": f"I have no words for that. {as_first_person(voice.name, voice.persona, 1)}", "usage": usage}
    return {"reply": from_sources(state.get("sources", [])), "usage": usage}


def cleaned(text: str, question: str, name: str) -> str:
    """A reply without labels, without the question and what stood before in it, and without a cut-off end.

    "" for one that says nothing.
    """
    text = _LABEL.sub("", text.strip())
    if name:
        text = re.sub(rf"^\s*{re.escape(name)}\s*:\s*", "", text)
    text = prose.unquoted(prose.without_cut_end(prose.without_repeated_sentences(text)).strip()).strip()
    # What was said is over where an answer begins to go on with the prompt, or to list the notes that stand in it.
    for prompt in (_ASKED, _NOTES):
        text = prompt.split(text, maxsplit=1)[0].strip()
    lines = prose.sentences(text)
    if len(lines) > REPLY_SENTENCES:
        text = text[: text.index(lines[REPLY_SENTENCES - 1]) + len(lines[REPLY_SENTENCES - 1])]
    for line in prose.sentences(text):
        if prose.normalised(line) == prose.normalised(question):
            text = text.replace(line, "").strip()
    return text if prose.words(text) else ""


def from_sources(sources: list[ChatSource]) -> str:
    """What can be answered without a model: the best place found, in its own words."""
    if not sources:
        return "I have no answer to that, and I found nothing in the story that tells of it."
    lines = prose.sentences(sources[0].text)
    return f"I found this under “{sources[0].title}”: {' '.join(lines[:2])}"


def chat_messages(state: ChatState, team: AgentTeam) -> list[BaseMessage]:
    """The prompt: what all prompts over the story begin with, what was said before in short, the exchanges since, then
    the question with what was looked up for it."""
    voice, context = state["voice"], state.get("context")
    agent = team.agent("assistant")
    task = render(
        "assistant",
        agent,
        found=[{"title": one.title, "text": " ".join(one.text.split())} for one in state.get("sources", [])],
        persona=voice.persona,
        name=voice.name,
        role=VOICES.get(voice.agent, voice.agent),
        known=context is not None,
        question=state["question"],
    )
    opening = []
    if voice.persona:
        opening = [(WHO, as_first_person(voice.name, voice.persona))]
    elif context is not None and state.get("about"):
        opening = [(ABOUT, state["about"])]
    turns = [part for exchange in (*opening, *state["turns"]) for part in exchange]
    turns.append(task)
    if recap := state.get("recap"):
        # It stays the same for some exchanges; what follows on it changes with each.
        first = 2 * len(opening)
        turns[first] = f"{BEFORE}\n{recap}\n\n{turns[first]}"
    if context is None:
        return conversation(SYSTEM, *turns)
    shown = context.shown_to("character" if voice.persona else voice.agent, "chatting")
    turns[0] = f"{shown}\n\n{turns[0]}"
    return conversation(context.system, *turns)
