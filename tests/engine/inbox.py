"""A request with what came of it, and a way to run a scheduler until nothing is left."""

from workbench.engine.values import Event, Request


class Inbox:
    """A request with what came of it."""

    def __init__(self, prompt, count=5, **more):
        self.events: list[Event] = []
        self.request = Request(tokens=list(prompt), deliver=self.events.append, max_tokens=count, **more)

    @property
    def finished(self):
        return next((event.finished for event in self.events if event.finished), None)

    @property
    def error(self):
        return next((event.error for event in self.events if event.error), None)

    @property
    def written(self):
        return list(next(event.tokens for event in self.events if event.finished))

    @property
    def text(self):
        return "".join(event.text for event in self.events)


def run(scheduler, *inboxes, steps=2000):
    for inbox in inboxes:
        scheduler.submit(inbox.request)
    while scheduler.busy and steps:
        scheduler.step()
        steps -= 1
    assert steps, "the scheduler doesn't come to an end"
