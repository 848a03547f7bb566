"""What is said when the app can't be started, and what it does about files that can be made anew."""

import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.outer.running import ROOT, START_SECONDS, App, Nursery, add_character, clean_environment, new_story, wait_for


def ended(app: App, *flags: str) -> str:
    """What an app says that can't be started; fails when it is still there after a while."""
    app.begin(*flags)
    wait_for(lambda: not app.running(), "the end of an app that can't start", START_SECONDS, 0.1)
    return app.text()


def sentence(log: str, code: int = 1) -> str:
    """The one line that is meant for people. There is nothing else that would frighten them."""
    assert log.rstrip().endswith(f"ended with {code}"), log
    assert "Traceback" not in log, log
    lines = [line for line in log.splitlines() if line.startswith("Loreloom: ")]
    assert len(lines) == 1, log
    assert lines[0].endswith((".", "!")), lines[0]
    return lines[0]


@pytest.fixture
def app(tmp_path: Path, nursery: Nursery) -> App:
    """An app that isn't started yet."""
    return App(tmp_path, nursery)


def test_a_second_app_on_the_same_folder_is_refused_and_the_first_goes_on(bench: App, app: App) -> None:
    worlds = bench.call("list_worlds")
    app.data = bench.data
    said = sentence(ended(app))
    assert "Another Loreloom already works in" in said
    assert "--data-dir" in said
    assert bench.call("list_worlds") == worlds


def test_an_occupied_port_is_told(app: App) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", app.port))
        other.listen()
        said = sentence(ended(app))
    assert str(app.port) in said
    assert "--port" in said


def test_a_data_folder_that_is_a_file_is_told(app: App, tmp_path: Path) -> None:
    app.data.write_text("my notes", encoding="utf-8")
    said = sentence(ended(app))
    assert str(app.data) in said
    assert "--data-dir" in said
    assert app.data.read_text(encoding="utf-8") == "my notes"


def test_a_data_folder_that_cannot_be_made_is_told(app: App, tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("my notes", encoding="utf-8")
    app.data = tmp_path / "notes" / "below"
    assert "--data-dir" in sentence(ended(app))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_data_folder_that_cannot_be_written_is_told(app: App) -> None:
    app.data.mkdir(mode=0o500)
    assert "--data-dir" in sentence(ended(app))


@pytest.mark.parametrize("damage", ["another format", "overwritten pages", "cut off"])
def test_a_damaged_database_is_told_and_left_alone(bench: App, app: App, damage: str) -> None:
    app.data.mkdir()
    database = app.data / "loreloom.db"
    with closing(sqlite3.connect(bench.data / "loreloom.db")) as source, closing(sqlite3.connect(database)) as copy:
        source.backup(copy)
    whole = database.read_bytes()
    if damage == "another format":
        database.write_bytes(b"Dear diary, " * 1000)
    elif damage == "overwritten pages":
        database.write_bytes(whole[:4096] + b"\xaa" * (len(whole) - 4096))
    else:
        database.write_bytes(whole[: len(whole) // 3])
    damaged = database.read_bytes()
    said = sentence(ended(app))
    assert "loreloom.db" in said
    assert "backups" in said, "it says where copies are"
    assert database.read_bytes() == damaged, "what can be rescued by hand is still there"


def test_a_database_of_a_newer_version_is_told_and_left_alone(bench: App, app: App) -> None:
    app.data.mkdir()
    database = app.data / "loreloom.db"
    with closing(sqlite3.connect(bench.data / "loreloom.db")) as source, closing(sqlite3.connect(database)) as copy:
        source.backup(copy)
        copy.execute("UPDATE alembic_version SET version_num = '9999'")
        copy.commit()
    said = sentence(ended(app))
    assert "newer Loreloom" in said
    assert "Update Loreloom" in said
    with closing(sqlite3.connect(database)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchone() == ("9999",)


def test_what_can_be_made_anew_is_made_anew(app: App) -> None:
    """Queue, checkpoints and index can all be lost or damaged; no word of the story hangs on them."""
    app.start()
    world, story = new_story(app)
    mara = add_character(app, world["id"], "Mara")
    passage = app.chapter(story["id"], "Before the damage", max_rounds=1, auto_accept=True)["passage"]
    app.quiet()
    note = app.call("composite_document", story_id=story["id"], entry_id=mara["id"])["note"]
    assert note
    app.kill()
    for name in ("queue.db", "checkpoints.db"):
        for file in app.data.glob(f"{name}*"):
            file.unlink()
        (app.data / name).write_bytes(b"no database " * 500)
    shutil.rmtree(app.data / "index")
    (app.data / "index").mkdir()
    app.start()
    try:
        view = app.call("get_story", story_id=story["id"])
        assert [kept["text"] for kept in view["passages"]] == [passage["text"]]
        composite = wait_for(
            lambda: [
                found
                for found in [app.call("composite_document", story_id=story["id"], entry_id=mara["id"])]
                if found["indexed"]
            ],
            "the index to be made anew",
        )[0]
        assert composite["note"] == note
        assert app.call("search_lore", story_id=story["id"], query="Mara")[0]["entry_id"] == mara["id"]
        app.call("enqueue_note_update", story_id=story["id"], entry_id=mara["id"], update_summary="Mara sang again.")
        app.chapter(story["id"], "After the damage", max_rounds=1, auto_accept=True)
        assert app.quiet()["note_updates"]["failed"] == 0
        assert len(app.call("get_story", story_id=story["id"])["passages"]) == 2
    finally:
        app.kill()


def test_ctrl_c_ends_the_app_and_nothing_is_lost(app: App) -> None:
    app.start()
    made, _ = new_story(app)
    app.stop()
    assert app.text().rstrip().endswith("ended with 0")
    with closing(sqlite3.connect(app.data / "loreloom.db")) as database:
        assert database.execute("SELECT id FROM world").fetchall() == [(made["id"],)]


# Flags and settings


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python app.py` with arguments, to its end."""
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )


def test_help_names_every_flag() -> None:
    shown = program("--help")
    assert shown.returncode == 0
    for flag in ("--host", "--port", "--data-dir", "--model", "--share"):
        assert flag in shown.stdout


@pytest.mark.parametrize(
    ("arguments", "environment", "named"),
    [
        ((), {"LORELOOM_PORT": "harbour"}, "LORELOOM_PORT"),
        ((), {"LORELOOM_MAX_ROUNDS": "99"}, "LORELOOM_MAX_ROUNDS"),
        ((), {"LORELOOM_JOBS": "somewhere"}, "LORELOOM_JOBS"),
        ((), {"LORELOOM_SHARE": "perhaps"}, "LORELOOM_SHARE"),
        (("--port", "99999"), {}, "LORELOOM_PORT"),
        (("--port", "harbour"), {}, "--port"),
        (("--modle", "x"), {}, "--modle"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(
    arguments: tuple[str, ...], environment: dict[str, str], named: str, tmp_path: Path
) -> None:
    ran = program("--data-dir", str(tmp_path / "data"), *arguments, **environment)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    assert named in ran.stderr.splitlines()[-1]
    assert re.search(r"error: .{15,}", ran.stderr)
    assert not (tmp_path / "data").exists(), "nothing is written"
