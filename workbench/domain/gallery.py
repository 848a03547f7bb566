"""Pictures as they are kept: what was drawn, from what, by whom; and how a person stays the same."""

from pydantic import Field

from workbench.domain.model import Value
from workbench.domain.pictures import HEIGHT, LARGEST, PICTURE_KINDS, SEEDS, SMALLEST, WIDTH, PictureKind, Scene

# The style of a story in whose pictures nobody has asked for another.
USUAL_STYLE = "storybook illustration, gouache, soft light"


class Picture(Value):
    """A stored picture. `file` is its content-addressed name; pictures of one asking share `asking`."""

    id: str
    story_id: str | None = None
    passage_id: str | None = None
    entry_id: str | None = Field(None, description="the character that it shows")
    adventure_id: str | None = None
    chapter: int | None = Field(None, description="of the adventure")
    kind: PictureKind
    asking: str
    file: str
    width: int
    height: int
    prompt: str = ""
    negative_prompt: str = ""
    seed: int
    maker: str
    model: str
    scene: Scene
    cover: bool = False
    created_at: str = ""


class Portrait(Value):
    """How a character looks in pictures. `picture_id` is the reference; a locked look isn't read anew from the lore."""

    entry_id: str
    seed: int = Field(ge=0, lt=SEEDS)
    look: str = ""
    picture_id: str | None = None
    locked: bool = False
    updated_at: str = ""


class IllustrationOptions(Value):
    """What may be asked of pictures. A person keeps their own seed whatever `seed` is; `style` holds for the story."""

    character_id: str = Field("", max_length=100)
    width: int = Field(WIDTH, ge=SMALLEST, le=LARGEST, multiple_of=8)
    height: int = Field(HEIGHT, ge=SMALLEST, le=LARGEST, multiple_of=8)
    seed: int | None = Field(None, ge=0, lt=SEEDS)
    style: str = Field("", max_length=200)


def kinds_needed(kinds: tuple[PictureKind, ...]) -> tuple[PictureKind, ...]:
    """The kinds that must be drawn for those wanted: what is combined is drawn apart first."""
    wanted = set(kinds) | ({"character", "background"} if "combined" in kinds else set())
    return tuple(kind for kind in PICTURE_KINDS if kind in wanted)
