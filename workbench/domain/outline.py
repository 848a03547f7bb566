"""The plan of a story: chapters to come, in the writer's order."""

from pydantic import Field

from workbench.domain.model import Value


class OutlineItem(Value):
    """A planned chapter. `number` counts within the story, and `passage_id` is the chapter that was written for it."""

    id: str = ""
    story_id: str = ""
    number: int = Field(ge=1)
    title: str = Field(max_length=200)
    summary: str = Field("", max_length=4000)
    passage_id: str | None = None
    created_at: str = ""
    updated_at: str = ""
