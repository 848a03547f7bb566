"""Nodes of the memory's graphs."""

import logging
from typing import Annotated, Any, Literal

from langgraph.runtime import Runtime
from pydantic import BaseModel, Field, create_model

from graphs.memory.examples import CREATIONS, REWRITES
from graphs.memory.state import AnalysisState, CreationState, NoteState
from graphs.prompting import ask, ask_json, conversation, render, shown_how
from graphs.team import AgentTeam
from workbench.domain import findings
from workbench.domain import text as prose
from workbench.domain.entities import entity_of
from workbench.domain.lore import LoreEntry
from workbench.domain.notes import NOTE_WORDS, appended_note, events_of, grounded_summary, note_problem
from workbench.domain.tasks import ENTITY_TYPES, MemoryFindings, ProposedCreation, ProposedUpdate
from workbench.errors import AnswerRefused, ModelFailed

logger = logging.getLogger(__name__)

SYSTEM = "You keep the memory of a story. You state only what the story says."
# More than this in one chapter would not fit a small model's attention; the most mentioned go first.
MOST_ENTRIES = 8
MOST_NAMES = 4
# Of one entry in one passage; more is told by the passage itself.
MOST_EVENTS = 3
NOTE_TRIES = 2


def candidates(state: AnalysisState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """By rule: which entries the passage mentions, which names are new, and in which sentences."""
    lines, entries = prose.sentences(state["text"]), state["entries"]
    mentioned = findings.mentioned(lines, entries)

    def matters(where: list[int]) -> tuple[int, int]:
        return max(findings.change_points(lines[i]) for i in where), len(where)

    found = sorted(mentioned.items(), key=lambda pair: matters(pair[1]), reverse=True)[:MOST_ENTRIES]
    new = findings.new_people(state["text"], entries, state.get("put_aside", []))
    names = sorted(new.items(), key=lambda pair: -len(pair[1]))[:MOST_NAMES]
    return {"sentences": lines, "mentioned": dict(found), "names": dict(names)}


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
    wanted = {i for where in state["mentioned"].values() for i in _telling(state["sentences"], where)}
    return sorted(wanted | {i for where in state["names"].values() for i in (*where[:2], where[-1])})


def _telling(lines: list[str], where: list[int]) -> list[int]:
    """Up to three of the sentences about somebody: where most changes, and how things ended."""
    best = sorted(where, key=lambda i: (-findings.change_points(lines[i]), i))[:2]
    return [*best, where[-1]]


def judge(state: AnalysisState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Let the model judge and word what changed. An answer that can't be had leaves the findings to the rules."""
    shown = _shown(state)
    entries = [entry for entry in state["entries"] if entry.id in state["mentioned"]]
    # Short handles instead of long ids: fewer tokens, and a small model mixes them up less.
    handles = {f"E{n}": entry for n, entry in enumerate(entries, start=1)}
    prompt = render(
        "analyst",
        runtime.context.agent("analyst"),
        sentences=[state["sentences"][i] for i in shown],
        entries=[{"id": handle, "title": e.title, "kind": e.kind} for handle, e in handles.items()],
        names=list(state["names"]),
    )
    form = analysis_answer(list(handles), list(state["names"]), list(range(1, len(shown) + 1)))
    try:
        answer, _ = ask_json(
            runtime.context, runtime.context.agent("analyst"), conversation(SYSTEM, prompt), form, seed=11, silent=True
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
    """What can be said without a model: where most changes, or else the last sentence about each entry."""
    updates = []
    for key, where in state["mentioned"].items():
        best = max(where, key=lambda i: (findings.change_points(state["sentences"][i]), i))
        updates.append({"lore_entry_id": key, "sentence": best, "update_summary": state["sentences"][best]})
    return {"updates": updates[:4], "creations": []}


def verify(state: AnalysisState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Hold what the model said against the passage; each finding rests on a sentence that tells of its subject."""
    answer = state.get("answer", {})
    told: dict[str, dict[int, str]] = {}
    for item in answer.get("updates", []):
        where = state["mentioned"].get(item["lore_entry_id"], [])
        if where:
            sentence = _evidence(state["sentences"], where, item["sentence"])
            told.setdefault(item["lore_entry_id"], {}).setdefault(sentence, item["update_summary"])
    creations: dict[str, ProposedCreation] = {}
    for item in answer.get("creations", []):
        where = state["names"].get(item["name"], [])
        if not where or item["name"] in creations:
            continue
        # Where somebody comes in, it is told who that is; what happens to them then is for later.
        sentence = item["sentence"] if item["sentence"] in where else where[0]
        evidence = state["sentences"][sentence]
        existing = findings.entry_named(item["name"], state["entries"])
        if existing:
            told.setdefault(existing.id, {}).setdefault(sentence, item["creation_summary"])
            continue
        creations[item["name"]] = ProposedCreation(
            entity_type=findings.likely_kind(item["name"], [state["sentences"][i] for i in where], item["entity_type"]),
            name=item["name"],
            creation_summary=grounded_summary(item["creation_summary"], evidence),
            evidence=evidence,
        )
    known = {entry.id: entry for entry in state["entries"]}
    updates = [
        _update(state["sentences"], known[key], told.get(key, {}), where) for key, where in state["mentioned"].items()
    ]
    found = [update for update in updates if update]
    if not found and told:
        # Nothing lasting happened; what the model thought worth keeping is better than to forget the scene.
        key, sentences = next(iter(told.items()))
        found = [_worded(state["sentences"], known[key], sentences)]
    return {"findings": MemoryFindings(updates=tuple(found), creations=tuple(creations.values()))}


def _evidence(lines: list[str], where: list[int], said: int) -> int:
    """The sentence that a finding rests on: the one that the model named, if it tells of the subject and of a change
    where any does."""
    best = max(where, key=lambda i: findings.change_points(lines[i]))
    if said in where and (findings.change_points(lines[said]) or not findings.change_points(lines[best])):
        return said
    return best if findings.change_points(lines[best]) else where[-1]


def _update(lines: list[str], entry: LoreEntry, told: dict[int, str], where: list[int]) -> ProposedUpdate | None:
    """One update of an entry from all that the pass found of it; None when nothing of it lasts.

    A sentence counts when it tells a change, whatever the model made of it: that a house burned down is never passed
    over. One that tells none counts when the model has judged it, and put it in words of its own.
    """
    lasting = {i: told.get(i, "") for i in where if findings.change_points(lines[i])}
    judged = {i: text for i, text in told.items() if grounded_summary(text, lines[i], _names(entry)) != lines[i]}
    chosen = judged | lasting
    return _worded(lines, entry, chosen) if chosen else None


def _worded(lines: list[str], entry: LoreEntry, told: dict[int, str]) -> ProposedUpdate:
    """The most telling sentences in the order of the passage, each in the model's words where they rest on it."""
    order = sorted(sorted(told, key=lambda i: (-findings.change_points(lines[i]), i))[:MOST_EVENTS])
    events = [grounded_summary(told[i], lines[i], _names(entry)) for i in order]
    named = dict.fromkeys(findings.with_name(event, entry) for event in events)
    return ProposedUpdate(
        lore_entry_id=entry.id, update_summary="\n".join(named), evidence="\n".join(lines[i] for i in order)
    )


def _names(entry: LoreEntry) -> str:
    return " ".join(entry.names)


def rewrite(state: NoteState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Ask for the rewritten note, and say what is wrong with it if anything is."""
    entry, tries = state["entry"], state.get("tries", 0) + 1
    given = {
        "kind": entry.kind,
        "title": entry.title,
        "content": entry.content,
        "note": state["note"],
        "events": events_of(state["event"]),
    }
    agent = runtime.context.agent("rewriter")
    reply = ask(
        runtime.context,
        agent,
        conversation(SYSTEM, *shown_how(agent, "rewriter", REWRITES, given, words=NOTE_WORDS)),
        silent=True,
        seed=31 * tries,
        lookup=True,
        # Whoever strayed once is asked to keep closer to what is given.
        temperature=agent.temperature if tries == 1 else agent.temperature / 3,
    )
    note = prose.without_cut_end(prose.unquoted(reply.text.strip()))
    problem = note_problem(note, state["note"], state["event"], f"{_names(entry)} {entry.content}")
    return {"tries": tries, "rewritten": note, "origin": "model", "problem": problem or ""}


def note_stands(state: NoteState) -> Literal["rewrite", "append", "__end__"]:
    """A refused note is asked for again, and then written by rule."""
    if not state["problem"]:
        return "__end__"
    return "rewrite" if state["tries"] < NOTE_TRIES else "append"


def append(state: NoteState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """The event in its own words behind the note that was there: true, if not elegant."""
    return {"rewritten": appended_note(state["note"], state["event"]), "origin": "appended"}


class CreatorAnswer(BaseModel):
    """The form of a new entry."""

    title: str = Field(min_length=2, max_length=80)
    content: str = Field(min_length=20, max_length=500)
    tags: list[Annotated[str, Field(max_length=30)]] = Field(min_length=1, max_length=4)
    aliases: list[Annotated[str, Field(max_length=50)]] = Field([], max_length=3)


def create(state: CreationState, runtime: Runtime[AgentTeam]) -> dict[str, Any]:
    """Word the entry. The name is the story's, whatever the model calls it; words that aren't grounded give way.

    Where no answer of the form can be had, the entry is told in the story's own words, and `problem` says why.
    """
    given = {
        "kind": state["kind"],
        "name": state["name"],
        "summary": state["summary"],
        "evidence": state["evidence"] or state["summary"],
    }
    agent = runtime.context.agent("creator")
    turns = conversation(SYSTEM, *shown_how(agent, "creator", CREATIONS, given))
    problem = ""
    try:
        answer, _ = ask_json(
            runtime.context, runtime.context.agent("creator"), turns, CreatorAnswer, seed=5, silent=True
        )
        proposed = (answer.title, answer.content, answer.tags, answer.aliases)
    except AnswerRefused as error:
        problem, proposed = str(error), ("", "", [], [])
    entity = entity_of(state["kind"], state["name"], *proposed, state["summary"], state["evidence"])
    return {"entity": entity, "problem": problem}
