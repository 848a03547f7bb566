"""The endpoints: names and arguments are a contract. Each checks nothing and decides nothing; services do."""

import functools
import inspect
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr
from pydantic import BaseModel

from workbench.compose import Workbench
from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage, StoryView
from workbench.domain.tasks import MemoryTask
from workbench.errors import WorkbenchError
from workbench.services.checks import id_field, whole_number

logger = logging.getLogger(__name__)


def told(error: Exception, doing: str) -> gr.Error:
    """The one place where errors become what a client is told: a sentence, never a traceback."""
    if isinstance(error, WorkbenchError):
        return gr.Error(str(error), print_exception=False)
    logger.exception("%s failed", doing, exc_info=error)
    return gr.Error(
        f"Something unforeseen went wrong in {doing} ({type(error).__name__}). Nothing was lost; try again, "
        "and look into the log if it stays.",
        print_exception=False,
    )


def plain(value: Any) -> Any:
    """Domain values as JSON."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def with_evidence(values: dict[str, Any]) -> dict[str, Any]:
    """Where several sentences tell something, `evidence` is the first, and `evidences` are all of them."""
    sentences = [line for line in values["evidence"].splitlines() if line.strip()]
    return {**values, "evidence": sentences[0] if sentences else "", "evidences": sentences}


def task_values(task: MemoryTask) -> dict[str, Any]:
    """A task as clients get it: an update names its `entry`, a creation the `created_entry` once there is one."""
    values = with_evidence(task.model_dump(mode="json"))
    entry = {"id": task.entry_id, "title": task.entity_name}
    if task.kind == "entity_creation":
        values["created_entry"] = entry if task.entry_id else None
        values["created_entry_id"] = task.entry_id
    else:
        values["entry"] = entry if task.entry_id else None
    return values


def found_values(entry: LoreEntry, passage: Passage | None) -> dict[str, Any]:
    """A found entry as clients get it: its fields, and of its `passage` id, number and title."""
    named = passage.model_dump(mode="json", include={"id", "number", "title"}) if passage else None
    return {**entry.model_dump(mode="json"), "passage": named}


def _story_values(view: StoryView) -> dict[str, Any]:
    return plain({name: getattr(view, name) for name in ("story", "world", "branches", "passages", "drafts")})


class Endpoints:
    """One method for each endpoint, named like it."""

    def __init__(self, workbench: Workbench) -> None:
        self._bench = workbench

    # System

    def health(self) -> dict:
        """How the app is: status ready, loading or degraded, with its model, embedder, queue and database."""
        return self._bench.system.health()

    def count_tokens(self, text: str) -> dict:
        """Count the tokens of a text as the model counts them."""
        return plain(self._bench.system.count_tokens(text))

    def telemetry(self, kind: str = "", limit: int = 100) -> list:
        """Events kept on this machine, newest first: model calls with their tokens and times, chapters viewed."""
        return self._bench.system.telemetry(kind, limit)

    def activity(self) -> dict:
        """What the text model does now and did in the last three minutes."""
        return plain(self._bench.system.activity())

    # Worlds and lore

    def create_world(self, title: str, premise: str = "", genre: str = "", tone: str = "") -> dict:
        """Create a world from a title, a premise, a genre and a tone."""
        return plain(self._bench.library.create_world(title, premise, genre, tone))

    def generate_world(self, seed: str, size: str = "small") -> dict:
        """Generate a world with lore and places from a seed; size is small, medium or large."""
        return self._bench.library.generate_world(seed, size)

    def list_worlds(self) -> list:
        """List all worlds."""
        return plain(self._bench.library.list_worlds())

    def upsert_lore(self, world_id: str, entry: dict) -> dict:
        """Store a lore entry; with an id its named fields are changed, without one it is new."""
        return plain(self._bench.library.upsert_lore(world_id, entry))

    def list_lore(self, world_id: str, story_id: str | None = None) -> list:
        """List the lore entries of a world; with a story, those that are true in it, each with its note."""
        return self._bench.library.list_lore(world_id, story_id)

    def delete_lore(self, entry_id: str) -> dict:
        """Delete a lore entry with its notes."""
        return {"deleted": self._bench.library.delete_lore(entry_id).id}

    def search_lore(self, story_id: str, query: str, limit: int = 5) -> list:
        """Search what is true in a story by words and by meaning."""
        return plain(self._bench.library.search_lore(story_id, query, limit))

    def composite_document(self, story_id: str, entry_id: str) -> dict:
        """A lore entry and its session note as one text, and whether it is indexed so."""
        return plain(self._bench.library.composite_document(story_id, entry_id))

    def note_history(self, story_id: str, entry_id: str) -> list:
        """All revisions of a session note, newest first, each with the sentences that it rests on."""
        return [with_evidence(value) for value in plain(self._bench.library.note_history(story_id, entry_id))]

    def rollback_note(self, story_id: str, entry_id: str, revision: int) -> dict:
        """Go back to an earlier revision of a session note; 0 is the state without a note."""
        return plain(self._bench.library.rollback_note(story_id, entry_id, revision))

    # Review: what a story found by itself, and what the writer decides about it

    def list_review(self, story_id: str) -> list:
        """List the found entries of a story that wait for a decision, each with its evidence and its passage."""
        return [found_values(*found) for found in self._bench.review.waiting(story_id)]

    def keep_entry(self, entry_id: str) -> dict:
        """Keep a found entry as part of the story's lore."""
        return plain(self._bench.review.keep(entry_id))

    def discard_entry(self, entry_id: str) -> dict:
        """Put a found entry aside; /restore_entry brings it back."""
        return plain(self._bench.review.discard(entry_id))

    def restore_entry(self, entry_id: str) -> dict:
        """Bring a discarded entry back."""
        return plain(self._bench.review.restore(entry_id))

    def merge_entry(self, entry_id: str, into_id: str) -> dict:
        """Make a found entry part of another one, which takes over its names, its tags and what it told."""
        return plain(self._bench.review.merge(entry_id, into_id))

    # Stories

    def create_story(self, world_id: str, title: str, kind: str = "novel") -> dict:
        """Begin a story in a world; kind is novel, adventure or chat."""
        return plain(self._bench.library.create_story(world_id, title, kind))

    def list_stories(self) -> list:
        """List all stories, the latest first."""
        return plain(self._bench.library.list_stories())

    def get_story(self, story_id: str) -> dict:
        """A story with its branches, the passages of the active branch in order, and the drafts that wait."""
        return _story_values(self._bench.library.story_view(story_id))

    def branch_story(self, story_id: str, passage_id: str, name: str) -> dict:
        """Begin another branch of a story behind an accepted passage; /switch_branch opens it."""
        return plain(self._bench.library.branch_story(story_id, passage_id, name))

    def switch_branch(self, story_id: str, branch_id: str) -> dict:
        """Open another branch of a story; the answer is that of /get_story."""
        return _story_values(self._bench.library.switch_branch(story_id, branch_id))

    def generate_chapter(self, story_id: str, instruction: str, options: dict | None = None) -> Iterator[dict]:
        """Let the agents write the next chapter. Streams status, token and result events."""
        run = self._bench.writing.start_chapter(story_id, instruction, options)
        yield from self._events(run.id, 0)

    def accept_passage(self, passage_id: str) -> dict:
        """Accept a draft into the story; the memory begins to read it."""
        return plain(self._bench.writing.accept(passage_id))

    def discard_passage(self, passage_id: str) -> dict:
        """Put a passage aside; what the memory learnt from it is no longer true."""
        return plain(self._bench.writing.discard(passage_id))

    def edit_passage(self, passage_id: str, text: str) -> dict:
        """Store the writer's own text as a new draft beside a passage."""
        return plain(self._bench.writing.edit(passage_id, text))

    # Runs: what `/generate_chapter` starts outlives its client, and is found again by these

    def list_runs(self, story_id: str) -> list:
        """List the runs of a story, the latest first."""
        return plain(self._bench.writing.list_runs(story_id))

    def follow_run(self, run_id: str, start: int = 0) -> Iterator[dict]:
        """Stream the events of a run from a number on, live until it ends."""
        yield from self._events(run_id, start)

    def cancel_run(self, run_id: str) -> dict:
        """Stop a run; nothing of the story changes."""
        return plain(self._bench.writing.cancel_run(run_id))

    def resume_run(self, run_id: str) -> Iterator[dict]:
        """Go on with a run that was interrupted, stopped or failed. Streams its events from the beginning."""
        run = self._bench.writing.resume_run(run_id)
        yield from self._events(run.id, 0)

    def _events(self, run_id: str, start: int) -> Iterator[dict]:
        for event in self._bench.writing.follow(run_id, whole_number(start, "The start", 0, 10**9)):
            if event.event == "error":
                raise gr.Error(event.message, print_exception=False)
            yield event.public()

    # Archive

    def archive_store(self, content_id: str, text: str, metadata: dict | None = None) -> dict:
        """Store a text under an id; metadata.thread and metadata.position say which texts stand beside it."""
        return self._bench.archive.store(content_id, text, metadata)

    def archive_store_many(self, items: list) -> dict:
        """Store many texts at once, all or none: a list of {content_id, text, metadata}."""
        return self._bench.archive.store_many(items)

    def archive_search(self, query: str, limit: int = 5, where: dict | None = None) -> list:
        """Search the archive by words and by meaning; where narrows it down by metadata."""
        return self._bench.archive.search(query, limit, where)

    def archive_delete(self, content_id: str) -> dict:
        """Delete a text from the archive."""
        return self._bench.archive.delete(content_id)

    def archive_stats(self) -> dict:
        """How much the archive holds: items, chunks, characters, threads, and what waits to be indexed."""
        return self._bench.archive.stats()

    # Queue

    def queue_status(self) -> dict:
        """How the queues note_updates, entity_creations and analyses stand."""
        return plain(self._bench.memory.queue_status())

    def note_updates(self, story_id: str, status: str = "") -> list:
        """List a story's note updates, the latest first; status narrows them down."""
        return [
            task_values(task)
            for task in self._bench.memory.tasks("note_update", id_field(story_id, "The story"), status)
        ]

    def entity_creations(self, story_id: str, status: str = "") -> list:
        """List a story's entity creations, the latest first; status narrows them down."""
        return [
            task_values(task)
            for task in self._bench.memory.tasks("entity_creation", id_field(story_id, "The story"), status)
        ]

    def enqueue_note_update(self, story_id: str, entry_id: str, update_summary: str) -> dict:
        """Ask for a session note to be rewritten with something that happened."""
        return task_values(self._bench.memory.enqueue_note_update(story_id, entry_id, update_summary))

    def enqueue_entity_creation(self, story_id: str, entity_type: str, creation_summary: str) -> dict:
        """Ask for a lore entry of a story to be created from a summary."""
        return task_values(self._bench.memory.enqueue_entity_creation(story_id, entity_type, creation_summary))

    def retry_note_update(self, task_id: str) -> dict:
        """Try a failed note update again."""
        return task_values(self._bench.memory.retry("note_update", task_id))

    def retry_entity_creation(self, task_id: str) -> dict:
        """Try a failed entity creation again."""
        return task_values(self._bench.memory.retry("entity_creation", task_id))

    def pause_queue(self, name: str) -> dict:
        """Let the queue note_updates, entity_creations or analyses begin nothing new; the answer is how it stands."""
        return plain(self._bench.memory.pause_queue(name))

    def resume_queue(self, name: str) -> dict:
        """Let a paused queue go on; the answer is how it stands."""
        return plain(self._bench.memory.resume_queue(name))

    def queue_history(self) -> dict:
        """What each queue ended in each of the last 30 minutes, oldest first: how many were done, how many failed."""
        return plain(self._bench.memory.queue_history())


def _guarded(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """The method with its errors told. Generators stay generators, since that is how Gradio streams."""
    if inspect.isgeneratorfunction(method):

        @functools.wraps(method)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from method(*args, **kwargs)
            except gr.Error:
                raise
            except Exception as error:
                raise told(error, f"/{name}") from error

        return stream

    @functools.wraps(method)
    def answer(*args: Any, **kwargs: Any) -> Any:
        try:
            return method(*args, **kwargs)
        except gr.Error:
            raise
        except Exception as error:
            raise told(error, f"/{name}") from error

    return answer


def register(workbench: Workbench) -> None:
    """Add all endpoints to the `gr.Blocks` in whose context this is called."""
    endpoints = Endpoints(workbench)
    for name, method in inspect.getmembers(endpoints, inspect.ismethod):
        if not name.startswith("_"):
            # Readers of one run must never wait for readers of another: no limit on how many run at once.
            gr.api(_guarded(name, method), api_name=name, concurrency_limit=None)


def arguments_of(name: str) -> list[inspect.Parameter]:
    """The arguments of an endpoint, in order; none for an endpoint that doesn't exist."""
    method = None if name.startswith("_") else getattr(Endpoints, name, None)
    return list(inspect.signature(method).parameters.values())[1:] if method else []


def complete_calls(page: gr.Blocks) -> None:
    """Let callers by plain HTTP leave out what has a default, as Gradio's own clients do, and tell what is missing."""
    checked = page.validate_inputs

    def validate_inputs(block_fn: Any, inputs: list[Any]) -> None:
        name = block_fn.api_name if isinstance(block_fn.api_name, str) else ""
        if wanted := arguments_of(name):
            missing = [one.name for one in wanted[len(inputs) :] if one.default is one.empty]
            if missing or len(inputs) > len(wanted):
                raise gr.Error(_wrong_count(name, len(inputs)), print_exception=False)
            inputs += [one.default for one in wanted[len(inputs) :]]
            if any(_names_a_file(value) for value in inputs):
                raise gr.Error(
                    f"/{name} takes no files, but an argument looks like one (it has the fields path and meta). "
                    "Give the text itself.",
                    print_exception=False,
                )
        checked(block_fn, inputs)

    page.validate_inputs = validate_inputs


def _wrong_count(name: str, given: int) -> str:
    shown = ", ".join(f"{one.name}{'' if one.default is one.empty else ' (optional)'}" for one in arguments_of(name))
    count = f"{given} value was" if given == 1 else f"{given} values were"
    return f"/{name} takes {shown}, but {count} given. Give them in this order."


def _names_a_file(value: Any) -> bool:
    # Gradio would look for such a file, and end with a Python error where `meta` isn't what it expects.
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if "path" in one and "meta" in one:
                return True
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
    return False


def unknown_call(path: str) -> str:
    """What to tell somebody who called an endpoint, or named an argument, that doesn't exist."""
    name = path.rstrip("/").rsplit("/", 1)[-1][:60]
    wanted = [one.name for one in arguments_of(name)]
    if not hasattr(Endpoints, name) or name.startswith("_"):
        return f"There is no endpoint /{name}. GET /gradio_api/info names those that there are."
    takes = f"takes {', '.join(wanted)}" if wanted else "takes no arguments"
    return f"/{name} {takes}; an argument is missing, or has another name. GET /gradio_api/info describes them."


def tool_answers_as_json(page: gr.Blocks) -> None:
    """Let MCP tools answer in JSON, as all other ways to call the endpoints do, and not in Python's notation."""
    server: Any = page.mcp_server_obj
    if server is None:
        return
    answered = server.postprocess_output_data

    def postprocess_output_data(data: list[Any], root_url: str) -> list[Any]:
        return answered([value if _names_a_file(value) else _json_text(value) for value in data], root_url)

    server.postprocess_output_data = postprocess_output_data


def _json_text(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) or value is None else value
