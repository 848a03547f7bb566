"""Story time: what happens when, and what can't be true together."""

from typing import Any

from workbench.api.area import Area
from workbench.api.values import plain
from workbench.domain.timeline import PlacedEvent


class TimeEndpoints(Area):
    """Story time: what happens when, and what can't be true together."""

    def timeline(self, story_id: str, who: str = "", where: str = "") -> list:
        """The events of a story's open branch in story time; with a name or an id only those of somebody or a place."""
        return [self._event_values(one) for one in self._bench.timeline.events(story_id, who, where)]

    def add_event(self, story_id: str, event: dict) -> dict:
        """Add an event {when, where, who, what}; when is free text such as "three days later", who a list of names."""
        return self._placed(self._bench.timeline.add(story_id, event))

    def change_event(self, event_id: str, event: dict) -> dict:
        """Change the named fields of an event: when, where, who, what."""
        return self._placed(self._bench.timeline.change(event_id, event))

    def delete_event(self, event_id: str) -> dict:
        """Take an event out; it isn't found in its passage again."""
        return {"deleted": self._bench.timeline.delete(event_id).id}

    def linked_events(self, story_id: str, event_id: str) -> dict:
        """What happens in the place of an event at other times (same_place), and elsewhere at its time (same_time)."""
        linked = self._bench.timeline.linked(story_id, event_id)
        return {name: [self._event_values(one) for one in found] for name, found in linked.items()}

    def check_continuity(self, story_id: str, text: str = "", passage_id: str = "") -> list:
        """What can't be true together in a story; with a text (or a draft's id) only what that contradicts.

        Each quotes both sentences and names its rule; dismissed says why the writer lets it stand, if they do.
        """
        return plain(self._bench.timeline.check(story_id, text, passage_id))

    def dismiss_violation(self, story_id: str, key: str, reason: str) -> dict:
        """Let a contradiction stand, by its key and with a reason."""
        return plain(self._bench.timeline.dismiss(story_id, key, reason))

    def restore_violation(self, story_id: str, key: str) -> dict:
        """Let a contradiction that was dismissed count again."""
        self._bench.timeline.restore(story_id, key)
        return {"restored": key}

    def _placed(self, event: Any) -> dict:
        return self._event_values(self._bench.timeline.placed(event))

    def _event_values(self, placed: PlacedEvent) -> dict:
        """An event as clients get it: names instead of what they stand for."""
        event = placed.event
        return {
            "id": event.id,
            "when": self._bench.timeline.when_words(placed),
            "where": event.where.title if event.where else "",
            "who": [named.title for named in event.who],
            "what": event.what,
            "passage_id": event.passage_id or "",
            "evidence": event.evidence,
            "order": placed.order,
            "at": placed.at,
            "day": placed.day,
            "label": placed.label,
            "number": placed.number,
            "kind": event.when.kind,
            "origin": event.origin,
        }
