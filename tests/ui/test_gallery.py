"""The Gallery as HTML: small pictures on the wall, and only the buttons that would do something."""

import re
from typing import Any

import pytest

from workbench.domain.gallery import USUAL_STYLE, Picture, Portrait
from workbench.domain.picture_prompts import prompts_for
from workbench.domain.pictures import Figure, PictureKind, Scene
from workbench.ui import gallery_cards as cards

LOOK = "Mara is an old woman with a key."
SKETCH, MODEL = {"maker": "sketch", "model": "sketch 1"}, {"maker": "diffusion", "model": "tiny"}
BEFORE, THEN, LATER = "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00", "2026-01-03T00:00:00+00:00"


def picture(kind: PictureKind = "combined", made_by: dict[str, str] = SKETCH, **other: Any) -> Picture:
    scene = Scene(place="harbour", figure=Figure(name="Mara", shape="old woman", look=LOOK))
    values = {
        "id": "picture_1",
        "entry_id": "entry_1",
        "asking": "asking_1",
        "file": f"ab/{'ab' * 32}.png",
        "width": 768,
        "height": 512,
        "seed": 7,
        "prompt": prompts_for(kind, scene, USUAL_STYLE)[0],
        "scene": scene,
        "created_at": THEN,
        **made_by,
        **other,
    }
    return Picture(kind=kind, **values)


def portrait(look: str = LOOK, **other: Any) -> Portrait:
    return Portrait(entry_id="entry_1", seed=1, look=look, **{"updated_at": BEFORE, **other})


def buttons(html: str) -> list[str]:
    return re.findall(r'data-act="(\w+)"', html)


def test_the_wall_shows_small_pictures_and_the_large_view_the_whole_one() -> None:
    one = picture()
    assert f'src="pictures/{one.file[:-4]}.webp"' in cards.grid([one], {})
    large = cards.large(one, picture("background"), "Chapter 1")
    assert ".webp" not in large
    assert large.count(f'src="pictures/{one.file}"') == 2


def test_what_would_be_the_same_picture_is_not_offered() -> None:
    html = cards.large(picture("character"), None, "")
    assert buttons(html) == ["vary", "cover", "reference", "delete", "close"]
    assert "Draw it anew" not in html
    html = cards.large(picture("character"), None, "", ["the style", "how <b>Mara</b> looks"])
    assert buttons(html) == ["vary", "anew", "cover", "reference", "delete", "close"]
    assert "the style, how &lt;b&gt;Mara&lt;/b&gt; looks" in html
    assert buttons(cards.large(picture("character", cover=True), None, "", face=True)) == [
        "vary",
        "uncover",
        "delete",
        "close",
    ]
    # Deleting asks first, and shows what it is about.
    assert buttons(cards.large(picture("character"), None, "", deleting=True)) == ["remove", "open"]
    # Nothing tells what a picture of somebody's own shows.
    upload = cards.large(picture("character", {"maker": "upload", "model": ""}), None, "", ["who draws it"])
    assert buttons(upload) == ["cover", "reference", "delete", "close"]
    assert "Vary it" not in upload


@pytest.mark.parametrize(
    ("kind", "made_by", "draws", "style", "looks", "changed"),
    [
        ("combined", SKETCH, SKETCH, USUAL_STYLE, portrait(), []),
        # The sketch maker knows nothing of styles and faces.
        ("combined", SKETCH, SKETCH, "ink", portrait(picture_id="another", updated_at=LATER), []),
        ("combined", SKETCH, {**SKETCH, "model": "sketch 2"}, USUAL_STYLE, portrait(), ["who draws it"]),
        ("combined", SKETCH, MODEL, USUAL_STYLE, portrait(), ["who draws it"]),
        ("combined", SKETCH, SKETCH, USUAL_STYLE, portrait("Mara is young."), ["how Mara looks"]),
        ("background", SKETCH, SKETCH, USUAL_STYLE, portrait("Mara is young."), []),
        ("combined", MODEL, MODEL, USUAL_STYLE, portrait(), []),
        ("background", MODEL, MODEL, "ink", portrait(updated_at=LATER), ["the style"]),
        ("character", MODEL, MODEL, "ink", portrait(updated_at=LATER), ["the style", "how Mara looks"]),
        ("combined", MODEL, MODEL, USUAL_STYLE, portrait(picture_id="picture_1", updated_at=LATER), []),
        ("combined", MODEL, MODEL, USUAL_STYLE, None, []),
    ],
)
def test_what_has_changed_since_a_picture_was_drawn(
    kind: PictureKind,
    made_by: dict[str, str],
    draws: dict[str, str],
    style: str,
    looks: Portrait | None,
    changed: list[str],
) -> None:
    assert list(cards.changed_since(picture(kind, made_by), draws, style, looks)) == changed


def test_another_face_that_was_kept_since_is_a_change() -> None:
    looks = portrait()
    for kind in ("character", "combined"):
        shown = picture(kind, SKETCH)  # type: ignore[arg-type]
        assert cards.changed_since(shown, SKETCH, USUAL_STYLE, looks, looks.seed) == ()
        assert cards.changed_since(shown, SKETCH, USUAL_STYLE, looks, looks.seed + 1) == ("how Mara looks",)
