"""Nodes of the memory's graphs."""

import logging
from typing import Any, Literal

from langgraph.runtime import Runtime
from pydantic import BaseModel, Field, create_model

from graphs.agents import AGENTS, AgentSpec
from graphs.memory.state import AnalysisState, CreationState, MemoryTeam, NoteState
from graphs.prompting import ask, ask_json, conversation, render
from workbench.domain import text as prose
from workbench.domain.notes import NOTE_WORDS, appended_note, grounded_summary, note_problem
from workbench.domain.tasks import ENTITY_TYPES, MemoryFindings, NewEntity, ProposedCreation, ProposedUpdate
from workbench.errors import ModelFailed

logger = logging.getLogger(__name__)

SYSTEM = "You keep the memory of a story. You state only what the story says."
# More than this in one chapter would not fit a small model's attention; the most mentioned go first.
MOST_ENTRIES = 8
MOST_NAMES = 4
NOTE_TRIES = 2


def _agent(runtime: Runtime[MemoryTeam], name: str) -> AgentSpec:
    return runtime.context.agents.get(name) or AGENTS[name]


def candidates(state: AnalysisState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """By rule: which entries the passage mentions, which names are new, and in which sentences."""
    lines = prose.sentences(state["text"])
    mentioned = {entry.id: prose.mentions(state["text"], entry.names) for entry in state["entries"]}
    found = sorted(((where, key) for key, where in mentioned.items() if where), key=lambda pair: -len(pair[0]))
    known = [name for entry in state["entries"] for name in entry.names]
    names = sorted(prose.new_names(state["text"], known).items(), key=lambda pair: -len(pair[1]))
    return {
        "sentences": lines,
        "mentioned": {key: where for where, key in found[:MOST_ENTRIES]},
        "names": dict(names[:MOST_NAMES]),
    }


def has_candidates(state: AnalysisState) -> Literal["judge", "verify"]:
    """Without a mention or a new name there is nothing to ask."""
    return "judge" if state["mentioned"] or state["names"] else "verify"


def analysis_answer(entry_ids: list[str], names: list[str], numbers: list[int]) -> type[BaseModel]:
    """The form of the analysis: ids, names and sentence numbers are held to those that exist."""
    fields: dict[str, Any] = {}
    number: Any = Literal[tuple(numbers)]
    if entry_ids:
        entry_id: Any = Literal[tuple(entry_ids)]
        update = create_model(
            "Update",
            lore_entry_id=(entry_id, ...),
            sentence=(number, ...),
            update_summary=(str, Field(min_length=10, max_length=160)),
        )
        fields["updates"] = (list[update], Field(min_length=1, max_length=len(entry_ids)))  # type: ignore[valid-type]
    if names:
        name: Any = Literal[tuple(names)]
        kind: Any = Literal[ENTITY_TYPES]
        creation = create_model(
            "Creation",
            name=(name, ...),
            entity_type=(kind, ...),
            sentence=(number, ...),
            creation_summary=(str, Field(min_length=10, max_length=200)),
        )
        fields["creations"] = (list[creation], Field(max_length=len(names)))  # type: ignore[valid-type]
    return create_model("Analysis", **fields)


def _shown(state: AnalysisState) -> list[int]:
    """Indices of the sentences the model is shown: those that mention somebody, at most three each."""
    wanted = {i for where in (*state["mentioned"].values(), *state["names"].values()) for i in _spread(where)}
    return sorted(wanted)


def _spread(where: list[int]) -> list[int]:
    # The last mention tells best how things ended; the first two tell how they began.
    return [*where[:2], where[-1]]


def judge(state: AnalysisState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """Let the model judge and word what changed. An answer that can't be had leaves the findings to the rules."""
    shown = _shown(state)
    entries = [entry for entry in state["entries"] if entry.id in state["mentioned"]]
    # Short handles instead of long ids: fewer tokens, and a small model mixes them up less.
    handles = {f"E{n}": entry for n, entry in enumerate(entries, start=1)}
    prompt = render(
        "analyst",
        sentences=[state["sentences"][i] for i in shown],
        entries=[{"id": handle, "title": e.title, "kind": e.kind} for handle, e in handles.items()],
        names=list(state["names"]),
    )
    form = analysis_answer(list(handles), list(state["names"]), list(range(1, len(shown) + 1)))
    try:
        answer, _ = ask_json(
            runtime.context, _agent(runtime, "analyst"), conversation(SYSTEM, prompt), form, seed=11, silent=True
        )
    except ModelFailed as error:
        logger.warning("The analysis falls back to rules: %s", error)
        return {"answer": _by_rule(state)}
    said = answer.model_dump()
    for update in said.get("updates", []):
        update["lore_entry_id"] = handles[update["lore_entry_id"]].id
        update["sentence"] = shown[update["sentence"] - 1]
    for creation in said.get("creations", []):
        creation["sentence"] = shown[creation["sentence"] - 1]
    return {"answer": said}


def _by_rule(state: AnalysisState) -> dict[str, Any]:
    """What can be said without a model: the last sentence about each entry tells what became of it."""
    updates = [
        {"lore_entry_id": key, "sentence": where[-1], "update_summary": state["sentences"][where[-1]]}
        for key, where in state["mentioned"].items()
    ]
    return {"updates": updates[:4], "creations": []}


def verify(state: AnalysisState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """Hold what the model said against the passage; each finding rests on a sentence that names its subject."""
    lines, answer = state["sentences"], state.get("answer", {})
    updates: dict[str, ProposedUpdate] = {}
    for item in answer.get("updates", []):
        entry_id, where = item["lore_entry_id"], state["mentioned"].get(item["lore_entry_id"], [])
        if not where or entry_id in updates:
            continue
        evidence = lines[item["sentence"] if item["sentence"] in where else where[-1]]
        updates[entry_id] = ProposedUpdate(
            lore_entry_id=entry_id,
            update_summary=grounded_summary(item["update_summary"], evidence),
            evidence=evidence,
        )
    creations: dict[str, ProposedCreation] = {}
    for item in answer.get("creations", []):
        name, where = item["name"], state["names"].get(item["name"], [])
        if not where or name in creations:
            continue
        evidence = lines[item["sentence"] if item["sentence"] in where else where[0]]
        creations[name] = ProposedCreation(
            entity_type=item["entity_type"],
            name=name,
            creation_summary=grounded_summary(item["creation_summary"], evidence),
            evidence=evidence,
        )
    return {"findings": MemoryFindings(updates=tuple(updates.values()), creations=tuple(creations.values()))}


def rewrite(state: NoteState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """Ask for the rewritten note, and say what is wrong with it if anything is."""
    entry, tries = state["entry"], state.get("tries", 0) + 1
    prompt = render(
        "rewriter",
        kind=entry.kind,
        title=entry.title,
        content=entry.content,
        note=state["note"],
        event=state["event"],
        words=NOTE_WORDS,
    )
    reply = ask(
        runtime.context,
        _agent(runtime, "rewriter"),
        conversation(SYSTEM, prompt),
        silent=True,
        seed=31 * tries,
        lookup=True,
    )
    note = prose.without_cut_end(reply.text.strip().strip('"“”'))
    problem = note_problem(note, state["note"], state["event"], f"{' '.join(entry.names)} {entry.content}")
    return {"tries": tries, "rewritten": note, "origin": "model", "problem": problem or ""}


def note_stands(state: NoteState) -> Literal["rewrite", "append", "__end__"]:
    """A refused note is asked for again, and then written by rule."""
    if not state["problem"]:
        return "__end__"
    return "rewrite" if state["tries"] < NOTE_TRIES else "append"


def append(state: NoteState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """The event in its own words behind the note that was there: true, if not elegant."""
    return {"rewritten": appended_note(state["note"], state["event"]), "origin": "appended"}


class CreatorAnswer(BaseModel):
    """The form of a new entry."""

    title: str = Field(min_length=2, max_length=80)
    content: str = Field(min_length=20, max_length=500)
    tags: list[str] = Field(min_length=1, max_length=4)


def create(state: CreationState, runtime: Runtime[MemoryTeam]) -> dict[str, Any]:
    """Word the entry. The name is the story's, whatever the model calls it; words that aren't grounded give way."""
    prompt = render(
        "creator",
        kind=state["kind"],
        name=state["name"],
        summary=state["summary"],
        evidence=state["evidence"] or state["summary"],
    )
    answer, _ = ask_json(
        runtime.context, _agent(runtime, "creator"), conversation(SYSTEM, prompt), CreatorAnswer, seed=5, silent=True
    )
    content = " ".join(prose.without_cut_end(answer.content).split())
    told = f"{state['summary']} {state['evidence']}"
    strangers = prose.new_names(content, [told, state["name"]])
    if (
        strangers
        or prose.repeated_share(content) > 0.25
        or not prose.content_words(content) & prose.content_words(told)
    ):
        content = state["summary"] if prose.occurs_in(state["evidence"], state["summary"]) else told.strip()
    tags = tuple(dict.fromkeys(tag.strip().lower()[:40] for tag in answer.tags if tag.strip()))
    return {"entity": NewEntity(title=state["name"] or answer.title.strip(), content=content, tags=tags)}
