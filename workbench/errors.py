"""Every error that a user can cause or meet. Each message says what is wrong and what to do.

One place (`workbench/api/values.py` for endpoints, `workbench/ui/render.py` for the tabs) turns them into what Gradio
shows.
"""


class WorkbenchError(Exception):
    """Base of all errors whose message is written for the person who uses the app."""


class InvalidInput(WorkbenchError):
    """A value the caller gave can't be used; the message names it and what would be accepted."""


class NotFound(WorkbenchError):
    """An id names nothing that exists; the message says where to find the ids that do."""


class Conflict(WorkbenchError):
    """What was asked is valid, but not in the present state of the story, branch or task."""


class ModelUnavailable(WorkbenchError):
    """The text model is loading or failed; the message says which, why, and how to choose another."""


class ModelFailed(WorkbenchError):
    """The text model was asked and gave nothing usable (an outage, an empty or broken answer)."""


class AnswerRefused(ModelFailed):
    """The model answers, but not in the form that was asked for."""


class ImageFailed(WorkbenchError):
    """A picture couldn't be drawn; the message says why and what to do."""


class PromptTooLong(WorkbenchError):
    """A prompt can't fit into the model's window; the message has the counts."""


class Cancelled(WorkbenchError):
    """The work was stopped because somebody asked for it; nothing was changed."""


class StorageError(WorkbenchError):
    """The data folder or its database can't be used; the message says why and what to do."""
