"""Stories, their passages, and the runs that write them."""

from collections.abc import Iterator

from workbench.api.area import Area
from workbench.api.values import plain, story_values, streamed
from workbench.services.checks import whole_number


class StoryEndpoints(Area):
    """Stories, their passages, and the runs that write them."""

    def create_story(self, world_id: str, title: str, kind: str = "novel") -> dict:
        """Begin a story in a world; kind is novel, adventure or chat."""
        return plain(self._bench.library.create_story(world_id, title, kind))

    def list_stories(self) -> list:
        """List all stories, the latest first."""
        return plain(self._bench.library.list_stories())

    def get_story(self, story_id: str) -> dict:
        """A story with its branches, the passages of the active branch in order, and the drafts that wait."""
        return story_values(self._bench.library.story_view(story_id))

    def generate_chapter(self, story_id: str, instruction: str, options: dict | None = None) -> Iterator[dict]:
        """Let the agents write the next chapter. Streams status, token and result events."""
        run = self._bench.writing.start_chapter(story_id, instruction, options)
        yield from self._events(run.id, 0)

    def modify_chapter(self, passage_id: str, instruction: str, options: dict | None = None) -> Iterator[dict]:
        """Let the agents tell a passage again with a change, as a new draft beside it. Streams as /generate_chapter.

        The result also has difference (pieces that stayed, came or went) and modified (the old passage's id).
        """
        run = self._bench.writing.start_modification(passage_id, instruction, options)
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
        yield from streamed(self._bench.writing.follow(run_id, whole_number(start, "The start", 0, 10**9)))
