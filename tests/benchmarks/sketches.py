"""How long sketches take and how they look: forty differing scenes with their figures on one contact sheet.

`python -m tests.benchmarks.sketches [--out contact.png] [--json]`. Each scene's background and figure are drawn at
768x512 and put together as the composition says. Times are seconds of waiting, since a process of its own renders:
other work on the machine counts. Exits with 1 when one picture took over one.
"""

import argparse
import io
import json
import statistics
import sys
import time
from typing import get_args

from PIL import Image

from workbench.domain.pictures import (
    HEIGHT,
    WIDTH,
    Attribute,
    Daytime,
    Detail,
    Figure,
    Mood,
    PictureKind,
    PictureOrder,
    PlaceKind,
    Pose,
    Scene,
    Shape,
    Weather,
)
from workbench.images.sketch import SketchMaker, composition_of

COUNT, LONGEST_S = 40, 1.0
COLUMNS, THUMB = 5, (384, 256)
KINDS: tuple[PictureKind, ...] = ("background", "character")


def scenes() -> list[Scene]:
    """Forty scenes that between them have every place, time, weather, mood, detail, shape and attribute."""
    places, times, weathers, moods = get_args(PlaceKind), get_args(Daytime), get_args(Weather), get_args(Mood)
    details, shapes, attributes, poses = get_args(Detail), get_args(Shape), get_args(Attribute), get_args(Pose)
    colours = ("red", "dark blue", "green", "golden", "purple", "teal", "white", "orange")
    made = []
    for i in range(COUNT):
        worn = (attributes[i % len(attributes)], attributes[(i * 7 + 3) % len(attributes)])
        made.append(
            Scene(
                place=places[i % len(places)],
                daytime=times[(i + i // len(places)) % len(times)],
                weather=weathers[(i * 5 // 2) % len(weathers)] if i % 3 else "clear",
                mood=moods[(i * 5 + i // 6) % len(moods)],
                details=(details[i % len(details)], details[(i * 11 + 5) % len(details)]),
                figure=Figure(
                    name=f"Figure {i}",
                    shape=shapes[(i // 2 * 3 + i) % len(shapes)] if i % 3 == 2 else shapes[i % 6],
                    attributes=tuple(dict.fromkeys(worn)),
                    colours={worn[0]: colours[i % len(colours)]},
                    pose=poses[i % len(poses)],
                ),
            )
        )
    return made


def drawn(maker: SketchMaker, scene: Scene, seed: int) -> tuple[Image.Image, list[float]]:
    """The scene with its figure, and the seconds that drawing each took."""
    pngs, took = [], []
    for kind in KINDS:
        started = time.perf_counter()
        pngs.append(maker.draw(PictureOrder(kind=kind, scene=scene, seed=seed), lambda: False).png)
        took.append(time.perf_counter() - started)
    ground, figure = (Image.open(io.BytesIO(png)).convert("RGBA") for png in pngs)
    placed = composition_of(scene, seed)
    figure = figure.crop(figure.getbbox())
    high = round(placed.size * HEIGHT)
    figure = figure.resize((max(1, round(figure.width * high / figure.height)), high), Image.Resampling.LANCZOS)
    ground.alpha_composite(
        figure, (max(0, round(placed.across * WIDTH - figure.width / 2)), max(0, round(placed.feet * HEIGHT) - high))
    )
    return ground.convert("RGB"), took


def main() -> int:
    """Draw, print the times, write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    maker, times, started = SketchMaker(), list[float](), time.perf_counter()
    sheet = Image.new("RGB", (COLUMNS * THUMB[0], COUNT // COLUMNS * THUMB[1]))
    for i, scene in enumerate(scenes()):
        picture, took = drawn(maker, scene, i)
        times += took
        sheet.paste(picture.resize(THUMB, Image.Resampling.LANCZOS), (i % COLUMNS * THUMB[0], i // COLUMNS * THUMB[1]))
    if asked.out:
        sheet.save(asked.out)
    found = {
        "scenes": COUNT,
        "pictures": len(times),
        "median_s": round(statistics.median(times), 3),
        "longest_s": round(max(times), 3),
        "all_wall_s": round(time.perf_counter() - started, 1),
    }
    print(json.dumps(found) if asked.json else " ".join(f"{k}={v}" for k, v in found.items()))
    return 1 if max(times) > LONGEST_S else 0


if __name__ == "__main__":
    sys.exit(main())
