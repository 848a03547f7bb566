"""Pictures as HTML: pure functions. What models, files and writers say goes through `safe`."""

from collections.abc import Mapping, Sequence

from workbench.domain.gallery import Picture, Portrait
from workbench.domain.picture_prompts import prompts_for
from workbench.ui.render import empty, plural, safe, time_tag

KINDS = {"character": "figure", "background": "place", "combined": "picture"}
NOTHING = empty("No pictures yet.", "Choose a chapter and press Illustrate: a figure, a place, and both together.")
NO_STORY = empty("No story is open.", "Open one in the Write tab; its pictures come here.")
MAKERS = {"sketch": "the sketch maker", "diffusion": "a diffusion model", "upload": "you"}


def source(picture: Picture) -> str:
    """Where the page finds a picture; beside the page itself, wherever a Space serves it."""
    return f"pictures/{safe(picture.file)}"


def preview(picture: Picture) -> str:
    """Where the page finds a picture made small, for the wall."""
    return f"pictures/{safe(picture.file.removesuffix('.png'))}.webp"


def cover(picture: Picture | None) -> str:
    """A story's cover on its card, "" without one."""
    if picture is None:
        return ""
    size = f'width="{picture.width}" height="{picture.height}"'
    return f'<img class="ll-story-cover" src="{preview(picture)}" alt="{safe(alt(picture))}" {size}>'


def alt(picture: Picture) -> str:
    """A picture in words, for who can't see it."""
    scene = picture.scene
    where = f"{scene.place}, {scene.daytime}, {scene.weather}"
    who = scene.figure.name or f"a {scene.figure.shape}" if scene.figure is not None else ""
    if picture.kind == "character":
        return who or "a figure"
    return f"{who} in: {where}" if who and picture.kind == "combined" else where


def grid(pictures: Sequence[Picture], chapters: Mapping[str, str], open_id: str = "") -> str:
    """The pictures of a story as a wall to press on; `chapters` names the passages."""
    if not pictures:
        return NOTHING
    cells = "".join(
        f'<li><button type="button" class="ll-thumb ll-thumb-{one.kind}" data-act="open" data-id="{safe(one.id)}" '
        f'aria-pressed="{"true" if one.id == open_id else "false"}"><img src="{preview(one)}" alt="{safe(alt(one))}" '
        f'loading="lazy" width="{one.width}" height="{one.height}">'
        f"<span>{safe(_caption(one, chapters.get(one.passage_id or '', '')))}"
        f"{' · cover' if one.cover else ''}</span></button></li>"
        for one in pictures
    )
    return f'<p class="ll-facts">{plural(len(pictures), "picture")}</p><ul class="ll-wall">{cells}</ul>'


def _caption(picture: Picture, chapter: str) -> str:
    figure = picture.scene.figure
    what = figure.name if picture.kind == "character" and figure is not None and figure.name else KINDS[picture.kind]
    return f"{chapter} · {what}" if chapter else what[:1].upper() + what[1:]


def changed_since(
    picture: Picture,
    draws: Mapping[str, str],
    style: str,
    portrait: Portrait | None = None,
    figure_seed: int | None = None,
) -> tuple[str, ...]:
    """What would make a picture another one if it were drawn with the same seed now; nothing where it'd be the same.

    `draws` is who draws now: maker and model; `style` the story's style, `portrait` how the character in it looks,
    and `figure_seed` what their figure was drawn with, if that is known.
    """
    changes = []
    if (draws["maker"], draws["model"]) != (picture.maker, picture.model):
        changes.append("who draws it")
    sketched = draws["maker"] == "sketch"
    # The sketch maker has a style of its own, and knows people by their words and their seed, not by a picture.
    if not sketched and prompts_for(picture.kind, picture.scene, style)[0] != picture.prompt:
        changes.append("the style")
    figure = picture.scene.figure
    if portrait is not None and figure is not None and picture.kind != "background":
        # What has become true of them since stands behind what the lore says of them.
        words = not figure.look.startswith(portrait.look.strip())
        face = figure_seed is not None and figure_seed != portrait.seed
        reference = portrait.picture_id != picture.id and portrait.updated_at > picture.created_at
        if words or face or (reference and not sketched):
            changes.append(f"how {figure.name or 'the figure'} looks")
    return tuple(changes)


def large(
    picture: Picture,
    before: Picture | None,
    chapter: str,
    changed: Sequence[str] = (),
    face: bool = False,
    deleting: bool = False,
) -> str:
    """One picture large, with what it was drawn from and what can be done with it.

    `before` is the background without the figure: then a slider shows the one through the other. `changed` is what
    has become different since it was drawn, see `changed_since`; `face` whether it is its character's reference,
    and `deleting` whether it is asked if it really is to be deleted.
    """
    shown = (
        f'<img src="{source(picture)}" alt="{safe(alt(picture))}" width="{picture.width}" height="{picture.height}">'
    )
    if before is not None:
        shown = (
            f'<div class="ll-before-after">{shown}<img class="ll-before" src="{source(before)}" alt="" '
            f'width="{before.width}" height="{before.height}">'
            '<input type="range" min="0" max="100" value="100" aria-label="Show the place without the figure"></div>'
        )
    # Nobody knows what a picture that somebody brought was drawn from, so it can't be drawn again.
    drawn = picture.maker != "upload"
    act = '<button type="button" class="ll-press{0}" data-act="{1}" data-id="{2}">{3}</button>'
    doings = "".join(
        act.format(look, name, safe(picture.id), words)
        for look, name, words, there in (
            ("", "vary", "Vary it", drawn),
            ("", "anew", "Draw it anew", drawn and changed),
            ("", "cover", "Take it as the cover", not picture.cover),
            ("", "uncover", "No cover any more", picture.cover),
            ("", "reference", "Keep this face", picture.kind == "character" and picture.entry_id and not face),
            (" ll-plain", "delete", "Delete", True),
            (" ll-plain", "close", "Close", True),
        )
        if there
    )
    if deleting:
        # Under the picture that it is about, so that nobody deletes another one.
        doings = act.format("", "remove", safe(picture.id), "Yes, delete it")
        doings += act.format(" ll-plain", "open", safe(picture.id), "Keep it")
    ways = "<q>Vary it</q> draws another picture of the same." if drawn else ""
    if drawn and changed:
        ways += (
            f" Changed since it was drawn: {safe(', '.join(changed))}. <q>Draw it anew</q> draws it with that and with "
            "the same seed; this one stays."
        )
    made = MAKERS.get(picture.maker, picture.maker)
    asked = f"<dt>Asked for</dt><dd>{safe(picture.prompt)}</dd>" if picture.prompt else ""
    words = f"<dt>Shows</dt><dd>{safe(picture.scene.words)}</dd>" if picture.scene.words else ""
    return (
        f'<article class="ll-card ll-large ll-large-{picture.kind}" aria-label="The picture">{shown}'
        f'<div class="ll-doings">{doings}<a class="ll-press ll-plain" href="{source(picture)}" '
        f'download="{safe(picture.kind)}.png">Download</a></div>'
        f'<p class="ll-facts ll-ways">{ways}</p>'
        f'<p class="ll-facts">{safe(chapter)} {KINDS[picture.kind]}, drawn by {safe(made)} '
        f"{time_tag(picture.created_at)}, {picture.width} × {picture.height}, seed {picture.seed}</p>"
        f'<details class="ll-asked-for"><summary>What it was drawn from</summary><dl>{words}{asked}</dl></details>'
        "</article>"
    )


def doing(message: str, progress: float) -> str:
    """What is being drawn, while it is."""
    return (
        '<div class="ll-card ll-drawing" role="status"><span class="ll-dot"></span> '
        f'{safe(message)} …<progress max="1" value="{min(1.0, max(0.0, progress)):.2f}"></progress></div>'
    )


def notes(told: Sequence[str]) -> str:
    """What didn't work, in sentences; what did is kept."""
    if not told:
        return ""
    lines = "".join(f"<p>{safe(one)}</p>" for one in told)
    return f'<div class="ll-card ll-bad-card" role="alert"><h3>Not all of it could be drawn</h3>{lines}</div>'
