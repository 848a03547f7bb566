"""What a worker does with one task of the memory.

Each task goes in two steps: what was learnt is stored with the task's id, and when the index has it too the task is
done. A process that dies in between leaves the task unfinished; the next try finds what is stored and only indexes it.
So nothing is lost, nothing is applied twice, and what is done can be searched.
"""

import logging
from collections.abc import Callable
from typing import Any

from workbench.domain import text as prose
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.notes import appended_note
from workbench.domain.queues import lines_of, weight
from workbench.domain.tasks import MemoryFindings, MemoryTask
from workbench.services.documents import Documents
from workbench.services.finishing import Learnt
from workbench.services.readings import Names, told_events
from workbench.storage import events, lore, stories, tasks
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

# How often a note is rewritten anew because it changed under the model's hands; then the event is appended.
REWRITES = 2

RunGraph = Callable[[str, dict[str, Any], str], dict[str, Any]]


class Learning:
    """Analyses passages, rewrites notes, creates entries.

    `run_graph` takes a graph's name, its input and the story whose agents work on it, `model_name` says who words
    things now, `wait_for_writer` returns when memory work may use the processor.
    """

    def __init__(
        self,
        database: Database,
        documents: Documents,
        run_graph: RunGraph,
        model_name: Callable[[], str],
        wait_for_writer: Callable[[], None],
    ) -> None:
        self._database = database
        self._documents = documents
        self._run_graph = run_graph
        self._model_name = model_name
        self._wait_for_writer = wait_for_writer

    def learn(self, task: MemoryTask) -> Learnt | None:
        """Do what a claimed task asks for. None when nothing is left to index: the task is done, or out of hand."""
        if task.kind == "analysis":
            self._analyse(task)
            return None
        return self._update_note(task) if task.kind == "note_update" else self._create_entity(task)

    def _analyse(self, task: MemoryTask) -> None:
        """Find what a passage makes true and what happens in it when; leave a task for each finding."""
        with self._database.reading() as session:
            passage = stories.get_passage(session, task.passage_id or "")
            entries = [
                entry
                for entry in lore.story_entries(session, task.story_id, tasks.branch_of(session, task))
                if entry.enabled
            ]
            put_aside = [name for entry in lore.put_aside(session, task.story_id) for name in entry.names]
        given = {"text": passage.text, "entries": entries, "put_aside": put_aside}
        findings: MemoryFindings = self._run_graph("analysis", given, task.story_id)["findings"]
        happened = told_events(passage, entries)
        if happened:
            happened = self._run_graph("events", {"events": happened, "entries": entries}, task.story_id)["events"]
        rests_on = Names(entries).rests_on(passage.text)
        # Whoever the passage mentions is searchable as it stands now, also where nothing about it changed.
        self._wait_for_writer()
        told = passage.text.casefold()
        named = [entry.id for entry in entries if any(name.casefold() in told for name in entry.names)]
        self._documents.sync_entries(task.story_id, named)
        known = {entry.id: entry for entry in entries}
        with self._database.writing() as session:
            changes, names = _counted(len(findings.updates), "change"), _counted(len(findings.creations), "new name")
            found = f"Found {changes} and {names}."
            if not tasks.finish(session, task, message=found if findings.updates or findings.creations else ""):
                return
            events.keep_reading(session, task.story_id, passage.id, happened, rests_on)
            for update in findings.updates:
                entry = known.get(update.lore_entry_id)
                tasks.add(
                    session,
                    "note_update",
                    task.story_id,
                    dedupe_key=f"update:{passage.id}:{update.lore_entry_id}",
                    passage_id=passage.id,
                    entry_id=update.lore_entry_id,
                    entity_name=entry.title if entry else "",
                    summary=update.update_summary,
                    evidence=update.evidence,
                    weight=weight_of(passage.text, entry),
                )
            for creation in findings.creations:
                tasks.add(
                    session,
                    "entity_creation",
                    task.story_id,
                    dedupe_key=f"creation:{passage.id}:{creation.name.casefold()}",
                    passage_id=passage.id,
                    entity_type=creation.entity_type,
                    entity_name=creation.name,
                    summary=creation.creation_summary,
                    evidence=creation.evidence,
                    weight=weight(len(prose.mentions(passage.text, [creation.name]))),
                )
        logger.info("Read %s: %d updates, %d creations", passage.id, len(findings.updates), len(findings.creations))

    def _update_note(self, task: MemoryTask) -> Learnt | None:
        """Rewrite a note with what happened, and with what the tasks folded into this one say happened."""
        with self._database.reading() as session:
            entry = _standing(session, task.entry_id or "")
            stored = lore.revision_of_task(session, task.folded_into or task.id)
            told = [task] if stored else [task, *tasks.followers(session, task)]
        if stored is not None:
            return Learnt(task, stored.entry_id, entry.title, _appended(stored, ""))
        if not entry.stands:
            with self._database.writing() as session:
                tasks.finish(session, task, message=f"“{entry.title}” was discarded; nothing is noted of it.")
            return None
        event, evidence = (lines_of([getattr(one, name) for one in told]) for name in ("summary", "evidence"))
        for _ in range(REWRITES):
            with self._database.reading() as session:
                note = self._note(session, task, entry)
            given = {"entry": entry, "note": note.note if note else "", "event": event, "evidence": evidence}
            outcome = self._run_graph("note", given, task.story_id)
            with self._database.writing() as session:
                if not tasks.holds(session, task):
                    return None
                # Somebody may have written the note by hand meanwhile: that stands, and the event is told with it.
                current = self._note(session, task, entry)
                if (current and current.id) == (note and note.id):
                    return self._keep(session, task, entry, current, event, evidence, outcome)
        with self._database.writing() as session:
            if not tasks.holds(session, task):
                return None
            current = self._note(session, task, entry)
            rewritten = appended_note(current.note if current else "", event)
            outcome = {"rewritten": rewritten, "origin": "appended", "problem": "the note kept changing meanwhile"}
            return self._keep(session, task, entry, current, event, evidence, outcome)

    def _keep(
        self,
        session: Any,
        task: MemoryTask,
        entry: LoreEntry,
        note: NoteRevision | None,
        event: str,
        evidence: str,
        outcome: dict[str, Any],
    ) -> Learnt:
        """Store a rewritten note, which goes on from `note`."""
        stored = lore.add_revision(
            session,
            task.story_id,
            entry.id,
            outcome["rewritten"],
            event=event,
            evidence=evidence,
            passage_id=self._hangs_on(session, task, note),
            origin=outcome["origin"],
            task_id=task.id,
            model=self._model_name() if outcome["origin"] == "model" else "",
        )
        return Learnt(task, entry.id, entry.title, _appended(stored, outcome["problem"]))

    @staticmethod
    def _note(session: Any, task: MemoryTask, entry: LoreEntry) -> NoteRevision | None:
        branch_id = tasks.branch_of(session, task)
        return lore.active_notes(session, task.story_id, [entry.id], branch_id).get(entry.id)

    @staticmethod
    def _hangs_on(session: Any, task: MemoryTask, note: NoteRevision | None) -> str | None:
        """The passage from which a rewritten note holds: that of the event, or of the note that it goes on from.

        Otherwise a branch that parts between the two would know what happened after it.
        """
        if note is None or note.passage_id is None or task.passage_id is None:
            return task.passage_id
        branch_id = tasks.branch_of(session, task)
        if branch_id is None:
            return task.passage_id
        branch = stories.get_branch(session, task.story_id, branch_id)
        return lore.later_passage(session, branch.head_id, task.passage_id, note.passage_id)

    def _create_entity(self, task: MemoryTask) -> Learnt | None:
        """Create the entry of somebody or something new; what turns out to exist already is updated instead."""
        with self._database.reading() as session:
            entry = lore.entry_of_task(session, task.id)
            twin = _named(lore.story_entries(session, task.story_id, tasks.branch_of(session, task)), task.entity_name)
        problem = ""
        if entry is None and twin is None:
            given = {
                "kind": task.entity_type,
                "name": task.entity_name,
                "summary": task.summary,
                "evidence": task.evidence,
            }
            outcome = self._run_graph("creation", given, task.story_id)
            entity, problem = outcome["entity"], outcome["problem"]
            with self._database.writing() as session:
                if not tasks.holds(session, task):
                    return None
                twin = _named(lore.story_entries(session, task.story_id, tasks.branch_of(session, task)), entity.title)
                if twin is None:
                    world_id = stories.get_story(session, task.story_id).world_id
                    fields = {
                        "title": entity.title,
                        "kind": task.entity_type,
                        "content": entity.content,
                        "tags": list(entity.tags),
                        "aliases": list(entity.aliases),
                        "is_dynamically_generated": True,
                        "review": "proposed",
                        "story_id": task.story_id,
                        "passage_id": task.passage_id,
                        "evidence": task.evidence,
                    }
                    entry = lore.add_entry(session, world_id, fields, task_id=task.id)
        if entry is not None:
            return Learnt(task, entry.id, entry.title, f"Told in the story's own words: {problem}" if problem else "")
        if twin is not None:
            self._update_instead(task, twin)
        return None

    def _update_instead(self, task: MemoryTask, twin: LoreEntry) -> None:
        message = f"“{twin.title}” exists; updated instead."
        with self._database.writing() as session:
            if not tasks.finish(session, task, entry_id=twin.id, entity_name=twin.title, message=message):
                return
            tasks.add(
                session,
                "note_update",
                task.story_id,
                dedupe_key=f"creation-update:{task.id}",
                passage_id=task.passage_id,
                entry_id=twin.id,
                entity_name=twin.title,
                summary=task.summary,
                evidence=task.evidence,
                weight=task.weight,
            )


def _standing(session: Any, entry_id: str) -> LoreEntry:
    """An entry, or what it was merged into."""
    entry = lore.get_entry(session, entry_id)
    while entry.merged_into:
        entry = lore.get_entry(session, entry.merged_into)
    return entry


def weight_of(text: str, entry: LoreEntry | None) -> int:
    """How much an update of an entry matters to the scene that `text` tells."""
    if entry is None:
        return 0
    return weight(len(prose.mentions(text, entry.names)), entry.priority, entry.constant)


def _counted(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _appended(revision: NoteRevision, problem: str) -> str:
    """What a person is told of a note that the model could not rewrite."""
    if revision.origin != "appended":
        return ""
    return f"The event was appended as it stands: {problem}." if problem else "The event was appended as it stands."


def _named(entries: list[LoreEntry], name: str) -> LoreEntry | None:
    wanted = name.casefold().strip()
    return next((e for e in entries if wanted and wanted in (n.casefold() for n in e.names)), None)
