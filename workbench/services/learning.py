"""What a worker does with one task of the memory.

Each task goes in two steps: what was learnt is stored with the task's id, and when the index has it too the task is
done. A process that dies in between leaves the task unfinished; the next try finds what is stored and only indexes it.
So nothing is lost, nothing is applied twice, and what is done can be searched.
"""

import logging
from collections.abc import Callable
from typing import Any

from workbench.domain.lore import LoreEntry
from workbench.domain.tasks import MemoryFindings, MemoryTask
from workbench.services.documents import Documents
from workbench.storage import lore, stories, tasks
from workbench.storage.database import Database

logger = logging.getLogger(__name__)

RunGraph = Callable[[str, dict[str, Any]], dict[str, Any]]


class Learning:
    """Analyses passages, rewrites notes, creates entries. `run_graph` takes a graph's name and its input."""

    def __init__(self, database: Database, documents: Documents, run_graph: RunGraph) -> None:
        self._database = database
        self._documents = documents
        self._run_graph = run_graph

    def analyse(self, task: MemoryTask) -> None:
        """Find what a passage makes true, and leave a task for each finding."""
        with self._database.reading() as session:
            passage = stories.get_passage(session, task.passage_id or "")
            entries = [entry for entry in lore.story_entries(session, task.story_id) if entry.enabled]
        findings: MemoryFindings = self._run_graph("analysis", {"text": passage.text, "entries": entries})["findings"]
        # Whoever the passage mentions is searchable as it stands now, also where nothing about it changed.
        self._documents.sync_entries(task.story_id, [entry.id for entry in entries])
        titles = {entry.id: entry.title for entry in entries}
        with self._database.writing() as session:
            if not tasks.finish(session, task.id):
                return
            for update in findings.updates:
                tasks.add(
                    session,
                    "note_update",
                    task.story_id,
                    dedupe_key=f"update:{passage.id}:{update.lore_entry_id}",
                    passage_id=passage.id,
                    entry_id=update.lore_entry_id,
                    entity_name=titles.get(update.lore_entry_id, ""),
                    summary=update.update_summary,
                    evidence=update.evidence,
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
                )
        logger.info("Read %s: %d updates, %d creations", passage.id, len(findings.updates), len(findings.creations))

    def update_note(self, task: MemoryTask) -> None:
        """Rewrite a note with what happened."""
        with self._database.reading() as session:
            entry = lore.get_entry(session, task.entry_id or "")
            note = lore.active_notes(session, task.story_id, [entry.id]).get(entry.id)
            stored = lore.revision_of_task(session, task.id)
        message = task.error
        if stored is None:
            outcome = self._run_graph(
                "note",
                {"entry": entry, "note": note.note if note else "", "event": task.summary, "evidence": task.evidence},
            )
            if outcome["origin"] == "appended":
                message = f"The event was appended as it stands: {outcome['problem']}."
            with self._database.writing() as session:
                if not tasks.is_running(session, task.id):
                    return
                lore.add_revision(
                    session,
                    task.story_id,
                    entry.id,
                    outcome["rewritten"],
                    event=task.summary,
                    evidence=task.evidence,
                    passage_id=task.passage_id,
                    origin=outcome["origin"],
                    task_id=task.id,
                )
        self._indexed(task, entry, message)

    def create_entity(self, task: MemoryTask) -> None:
        """Create the entry of somebody or something new; what turns out to exist already is updated instead."""
        with self._database.reading() as session:
            entry = lore.entry_of_task(session, task.id)
            twin = _named(lore.story_entries(session, task.story_id), task.entity_name)
        if entry is None and twin is None:
            given = {
                "kind": task.entity_type,
                "name": task.entity_name,
                "summary": task.summary,
                "evidence": task.evidence,
            }
            entity = self._run_graph("creation", given)["entity"]
            with self._database.writing() as session:
                if not tasks.is_running(session, task.id):
                    return
                twin = _named(lore.story_entries(session, task.story_id), entity.title)
                if twin is None:
                    world_id = stories.get_story(session, task.story_id).world_id
                    fields = {
                        "title": entity.title,
                        "kind": task.entity_type,
                        "content": entity.content,
                        "tags": list(entity.tags),
                        "is_dynamically_generated": True,
                        "story_id": task.story_id,
                        "passage_id": task.passage_id,
                        "evidence": task.evidence,
                    }
                    entry = lore.add_entry(session, world_id, fields, task_id=task.id)
        if entry is not None:
            self._indexed(task, entry, "")
        elif twin is not None:
            self._update_instead(task, twin)

    def _update_instead(self, task: MemoryTask, twin: LoreEntry) -> None:
        message = f"“{twin.title}” exists; updated instead."
        with self._database.writing() as session:
            if not tasks.finish(session, task.id, entry_id=twin.id, entity_name=twin.title, message=message):
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
            )

    def _indexed(self, task: MemoryTask, entry: LoreEntry, message: str) -> None:
        self._documents.sync_entries(task.story_id, [entry.id])
        with self._database.writing() as session:
            tasks.finish(session, task.id, entry_id=entry.id, entity_name=entry.title, message=message)


def _named(entries: list[LoreEntry], name: str) -> LoreEntry | None:
    wanted = name.casefold().strip()
    return next((e for e in entries if wanted and wanted in (n.casefold() for n in e.names)), None)
