"""Pictures as a stranger's script asks for them: real files, and nothing else is ever served."""

import io
import re
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.outer.running import App, Refused, add_character, new_story


@pytest.fixture(scope="module")
def told(bench: App) -> dict[str, Any]:
    """A story with a chapter in it."""
    world, story = new_story(bench, "In pictures")
    add_character(bench, world["id"], "Mara", "Mara is an old woman with grey hair and a red cloak.")
    result = bench.chapter(story["id"], "Mara walks to the harbour at night.", max_rounds=1, auto_accept=True)
    return {**story, "passage": result["passage"]["id"]}


def test_three_real_pictures_through_the_client(bench: App, told: dict[str, Any]) -> None:
    client = bench.client()
    began = time.monotonic()
    events = list(client.submit(told["id"], told["passage"], api_name="/illustrate"))
    taken = time.monotonic() - began
    assert {event["event"] for event in events} == {"status", "result"}
    assert {event["node"] for event in events if event["event"] == "status"} >= {"describe", "character", "background"}
    made = events[-1]["data"]
    assert (made["status"], made["notes"]) == ("completed", [])
    assert [one["kind"] for one in made["images"]] == ["character", "background", "combined"]
    pictures = {}
    for one in made["images"]:
        assert {"id", "kind", "path", "width", "height", "prompt", "seed", "maker"} <= set(one)
        assert one["maker"] == "sketch"
        with Image.open(one["path"]) as image:
            assert image.size == (one["width"], one["height"])
            pictures[one["kind"]] = np.asarray(image.convert("RGBA")).astype(float)
            assert f"Seed: {one['seed']}" in image.info["parameters"]
    # The figure's edge is soft, and so is where it stands in the picture: no rectangle was pasted.
    alpha = pictures["character"][..., 3]
    assert ((alpha > 20) & (alpha < 235)).sum() > 200
    apart = np.abs(pictures["combined"][..., :3] - pictures["background"][..., :3]).sum(axis=2)
    changed = apart > 12
    assert 0.01 < changed.mean() < 0.6
    rows, columns = np.where(changed)
    box = changed[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    assert box.mean() < 0.85
    assert [one["id"] for one in client.predict(told["id"], api_name="/gallery")][:1]
    assert taken < 60, taken


def test_a_picture_is_served_by_its_name_and_nothing_else_is(bench: App, told: dict[str, Any]) -> None:
    made = bench.call("illustrate", story_id=told["id"], kinds=["background"], options={"width": 256, "height": 256})
    image = made["data"]["images"][0]
    answer = bench.http.get(image["url"])
    assert answer.headers["content-type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as opened:
        assert opened.size == (256, 256)
    database = Path(bench.data) / "loreloom.db"
    assert database.exists()
    for name in (
        "../loreloom.db", "..%2floreloom.db", "%2e%2e/loreloom.db", str(database), "//etc/passwd", "00/../x.png",
        image["url"].removeprefix("/pictures/").upper(), image["url"].removeprefix("/pictures/") + "/..", "",
    ):  # fmt: skip
        refused = bench.http.get(f"/pictures/{name}")
        assert refused.status_code in (404, 405), name
        assert b"SQLite" not in refused.content
    # Gradio's own way to files leads to pictures only.
    assert bench.http.get(f"/gradio_api/file={database}").status_code in (403, 404)
    bench.call("delete_picture", picture_id=image["id"])
    assert bench.http.get(image["url"]).status_code == 404


def test_a_wall_gets_small_pictures_and_only_of_what_is_kept(bench: App, told: dict[str, Any]) -> None:
    made = bench.call("illustrate", story_id=told["id"], options={"width": 768, "height": 512})
    images = {one["kind"]: one for one in made["data"]["images"]}
    for image in images.values():
        whole = bench.http.get(image["url"])
        small = bench.http.get(image["url"].replace(".png", ".webp"))
        assert (small.status_code, small.headers["content-type"]) == (200, "image/webp")
        assert "max-age=31536000" in small.headers["cache-control"]
        assert len(small.content) < min(40_000, len(whole.content) / 5)
        with Image.open(io.BytesIO(small.content)) as opened:
            assert max(opened.size) == 480
        assert bench.http.get(image["url"].replace(".png", ".webp")).content == small.content
    stem = images["combined"]["url"].removeprefix("/pictures/").removesuffix(".png")
    database = Path(bench.data) / "loreloom.db"
    for name in (
        f"{stem}.png.webp", f"{stem}.WEBP", f"{stem.upper()}.webp", f"{stem}.webp%2f..", f"{stem}.jpg",
        f"{stem[3:]}.webp", f"..%2fpictures%2f{stem}.webp", "..%2floreloom.db.webp", "..%2floreloom.db%00.webp",
        f"{database}.webp", f"thumbnails-480/{stem}.webp", f"thumbnails-480%2f{stem}.webp", ".webp", "00/.webp",
        f"{'f' * 2}/{'f' * 64}.webp",
    ):  # fmt: skip
        refused = bench.http.get(f"/pictures/{name}")
        assert refused.status_code == 404, name
        assert re.match(r"[A-Z].+\.$", refused.json()["detail"]), name
    bench.call("delete_picture", picture_id=images["combined"]["id"])
    gone = bench.http.get(f"/pictures/{stem}.webp")
    assert (gone.status_code, gone.json()["detail"][:25]) == (404, "There is no such picture.")
    assert not list(Path(bench.data).rglob(f"{stem[3:]}*"))


def test_hostile_uploads_are_refused_in_a_sentence(bench: App, told: dict[str, Any]) -> None:
    entries = bench.call("list_lore", world_id=told["world_id"])
    mara = next(one["id"] for one in entries if one["title"] == "Mara")
    for bad in ("PHN2Zy8+", "aGVsbG8=", "iVBORw0KGgoAAAANSUhEUgAAdTAAAHUwCAYAAAD", "../../etc/passwd"):
        with pytest.raises(Refused, match=r"[A-Z].+[.!]"):
            bench.call("upload_portrait", story_id=told["id"], entry_id=mara, image=bad)
    assert bench.call("get_portrait", entry_id=mara)["picture_id"] is None
