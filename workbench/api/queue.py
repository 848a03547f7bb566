"""The memory's queues and their tasks."""

from workbench.api.area import Area
from workbench.api.values import plain, task_values
from workbench.services.checks import id_field


class QueueEndpoints(Area):
    """The memory's queues and their tasks."""

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
