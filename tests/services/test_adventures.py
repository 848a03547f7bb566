"""Adventures from beginning to end, with a scripted model: stored, told, chosen, gone on with, never chosen twice."""

import json
import re
import threading
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.scripted import HashEmbedder, Script, ScriptedTextModel
from workbench.compose import Workbench, compose
from workbench.domain.adventures import Adventure, Choice
from workbench.domain.categories import Category
from workbench.domain.text import content_words
from workbench.errors import Conflict, InvalidInput, ModelFailed, NotFound
from workbench.settings import Settings

OPTIONS = {"chapters": 7, "age": 9, "seed": 5, "words": 80}


def here(bench: Workbench, adventure_id: str) -> Adventure:
    """The adventure when nothing is being told any more."""
    events = list(bench.adventures.follow(adventure_id))
    assert events[-1].event == "result", events[-1].message
    return bench.adventures.get(adventure_id, go_on=False)


def begun(bench: Workbench, **options: Any) -> Adventure:
    return here(bench, bench.adventures.start("drowned-city", "animals", {**OPTIONS, **options}).id)


def answer(bench: Workbench, adventure: Adventure, right: bool) -> Choice:
    """The choice of a lesson's right or of a wrong answer."""
    assert adventure.last is not None
    question = next(
        one for one in bench.adventures.lessons.topic("animals").questions if one.id == adventure.last.question_id
    )
    return next(one for one in adventure.last.choices if (one.label == question.right) == right)


def chosen(bench: Workbench, adventure: Adventure, choice: Choice | None = None) -> Adventure:
    assert adventure.last is not None
    bench.adventures.choose(adventure.id, (choice or adventure.last.choices[0]).id)
    return here(bench, adventure.id)


def test_an_adventure_is_played_to_its_end(bench: Workbench, script: Script) -> None:
    adventure = begun(bench)
    assert adventure.last is not None
    assert (adventure.status, adventure.last.type, adventure.last.number) == ("reading", "story", 1)
    first = adventure.last
    assert {one.label for one in first.choices} <= {
        one.label for one in bench.adventures.lessons.category("drowned-city").agencies
    }
    assert adventure.goal in first.text
    wrong = 0
    while adventure.status != "done":
        last = adventure.last
        assert last is not None
        assert len({one.label for one in last.choices}) == 3
        if last.type == "lesson":
            assert last.text.endswith(last.question)
            pick = answer(bench, adventure, right=bool(wrong))
            wrong += 1
            adventure = chosen(bench, adventure, pick)
        else:
            adventure = chosen(bench, adventure)
    assert [one.type for one in adventure.chapters] == list(adventure.planned)
    types = [one.type for one in adventure.chapters]
    assert types == ["story", "lesson", "reflect", "lesson", "story", "story", "conclusion"]
    assert adventure.agency
    assert adventure.looks[adventure.agency]
    setting = bench.adventures.lessons.category("drowned-city")
    assert adventure.chapters[-1].text.endswith(setting.endings[setting.goal.index(adventure.goal)])
    lesson, reflect = adventure.chapters[1], adventure.chapters[2]
    assert lesson.told is not None
    assert not lesson.told.correct
    assert (reflect.question_id, reflect.question) == (lesson.question_id, lesson.question)
    assert lesson.told.why in reflect.text
    assert lesson.told.explanation in reflect.text
    assert len({one.question_id for one in adventure.chapters if one.type == "lesson"}) == 2
    summary = bench.adventures.summary(adventure.id)
    assert [one["number"] for one in summary["chapters"]] == list(range(1, 8))
    assert all(one["summary"] for one in summary["chapters"])
    assert summary["lessons"][0]["right_answer"] == lesson.told.right
    assert summary["statistics"]["wrong"] == 1 + (not summary["lessons"][1]["correct"])
    with pytest.raises(Conflict, match="come to its end"):
        bench.adventures.choose(adventure.id, "7a")


def test_what_the_first_choice_brings_is_told_to_the_narrator(bench: Workbench, script: Script) -> None:
    adventure = chosen(bench, begun(bench))
    prompt = str([messages for name, messages in script.calls if name == "narrator"][-1][-1].content)
    assert adventure.helps in prompt
    assert adventure.chapters[1].text.startswith("You decided to ")


def test_a_choice_is_made_once_and_a_late_one_is_told_so(bench: Workbench) -> None:
    adventure = begun(bench)
    first = adventure.last
    assert first is not None
    further = chosen(bench, adventure)
    for late in first.choices:
        with pytest.raises(Conflict, match="at chapter 2 already"):
            bench.adventures.choose(adventure.id, late.id)
    with pytest.raises(InvalidInput, match=r"has no choice 'nine'. Its choices are: 2a, 2b, 2c"):
        bench.adventures.choose(adventure.id, "nine")
    assert here(bench, adventure.id).version == further.version


def test_of_two_windows_that_choose_at_once_one_wins(bench: Workbench) -> None:
    adventure = begun(bench)
    assert adventure.last is not None
    barrier, told = threading.Barrier(2), []

    def choose(choice: Choice) -> None:
        barrier.wait()
        try:
            bench.adventures.choose(adventure.id, choice.id)
            told.append("chosen")
        except Conflict as error:
            told.append(str(error))

    threads = [threading.Thread(target=choose, args=(one,)) for one in adventure.last.choices[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one == "chosen" for one in told) == [False, True]
    assert len(here(bench, adventure.id).chapters) == 2


def again(bench: Workbench, script: Script) -> Workbench:
    bench.close()
    fresh = compose(bench.settings, model=ScriptedTextModel(script), embedder=HashEmbedder())
    fresh.start()
    return fresh


def test_after_a_crash_the_chapter_that_was_chosen_is_told(bench: Workbench, script: Script) -> None:
    adventure = begun(bench)
    assert adventure.last is not None
    script.failures["narrator"] = [ModelFailed("Gone.") for _ in range(20)]
    bench.adventures.choose(adventure.id, adventure.last.choices[1].id)
    # The app dies while it is told: the row says so.
    bench.streams.close()
    script.failures.clear()
    with bench.database.writing() as session:
        from workbench.storage import adventures as rows

        cut = rows.get(session, adventure.id)
        if cut.status != "writing":
            rows.change(session, cut.model_copy(update={"status": "writing"}))
    fresh = again(bench, script)
    try:
        found = fresh.adventures.get(adventure.id)
        assert found.chapters[0].chosen == adventure.last.choices[1].id
        went_on = here(fresh, adventure.id)
        assert [one.number for one in went_on.chapters] == [1, 2]
        # The same choice once more goes on from it, and isn't made twice.
        with pytest.raises(Conflict, match="at chapter 2 already"):
            fresh.adventures.choose(adventure.id, adventure.last.choices[1].id)
    finally:
        fresh.close()


def test_a_chapter_that_fails_keeps_the_choice_and_can_be_tried_again(
    bench: Workbench, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.services.adventures.PAUSES", (0.01, 0.01))
    adventure = begun(bench)
    assert adventure.last is not None
    settled(bench, adventure)
    bench.adventures._ahead.forget(adventure.id)
    script.failures["narrator"] = [ModelFailed("The server is away.") for _ in range(3)]
    bench.adventures.choose(adventure.id, adventure.last.choices[2].id)
    assert list(bench.adventures.follow(adventure.id))[-1].message == "The server is away."
    failed = bench.adventures.get(adventure.id)
    assert (failed.status, failed.problem) == ("failed", "The server is away.")
    assert failed.chapters[0].chosen_label == adventure.last.choices[2].label
    bench.adventures.again(adventure.id)
    assert [one.number for one in here(bench, adventure.id).chapters] == [1, 2]
    with pytest.raises(Conflict, match="Nothing has failed"):
        bench.adventures.again(adventure.id)


def settled(bench: Workbench, adventure: Adventure) -> None:
    """Wait until nothing is prepared any more."""
    live = bench.adventures._ahead._at_work.live(adventure.id)
    if live is not None:
        list(live.follow())


def test_a_prepared_choice_begins_with_what_was_written_ahead(bench: Workbench, script: Script) -> None:
    adventure = begun(bench)
    assert adventure.last is not None
    settled(bench, adventure)
    kept = dict(bench.adventures._ahead._kept)
    assert {key for _, key in kept} == {one.id for one in adventure.last.choices}
    choice = adventure.last.choices[1]
    events = []
    bench.adventures.choose(adventure.id, choice.id)
    events = list(bench.adventures.follow(adventure.id))
    told = "".join(event.text for event in events if event.event == "token")
    chapter = bench.adventures.get(adventure.id, go_on=False).chapters[1]
    assert chapter.prepared
    assert kept[adventure.id, choice.id] in told
    assert kept[adventure.id, choice.id].split(".")[0] in chapter.text
    # The others are gone, and the next ones aren't of this chapter.
    settled(bench, adventure)
    assert all(key.startswith("2") for owner, key in bench.adventures._ahead._kept if owner == adventure.id)


def test_choices_of_the_model_stand_when_they_are_three_and_distinct(bench: Workbench, script: Script) -> None:
    good = ["Follow the {0} down", "Call to the {0} again", "Hide behind the {0}"]

    def proposed(messages: Any, options: Any) -> str:
        end = str(messages[-1].content).partition("\nName three")[0]
        words = list(dict.fromkeys(word for word in re.findall(r"[a-z]{5,}", end) if content_words(word)))[-3:]
        return json.dumps({"choices": [one.format(word) for one, word in zip(good, words, strict=True)]})

    adventure = begun(bench)
    while adventure.last is not None and not adventure.last.beat:
        adventure = chosen(bench, adventure)
    assert adventure.last is not None
    beat = next(
        one for one in bench.adventures.lessons.category("drowned-city").beats if one.happens == adventure.last.beat
    )
    # The scripted model's answers have nothing to do with the scene: the scene's own choices stand.
    assert tuple(one.label for one in adventure.last.choices) == beat.choices
    script.answer["choices"] = proposed
    while adventure.status != "done" and adventure.last is not None:
        adventure = chosen(bench, adventure)
        if adventure.last.beat:
            assert adventure.last.choices[0].label.startswith("Follow the ")
            return
    raise AssertionError("no other story chapter came")


def test_what_there_isnt_is_told(bench: Workbench) -> None:
    for category, topic, options, why in (
        ("moon", "animals", {}, "no adventure called 'moon'. Choose one of: clockwork-harbour"),
        ("drowned-city", "latin", {}, "no lessons called 'latin'"),
        ("drowned-city", "animals", {"chapters": 2}, "chapters"),
        ("drowned-city", "animals", {"age": 99}, "age"),
        ("drowned-city", "animals", {"colour": "red"}, "colour"),
    ):
        with pytest.raises(InvalidInput, match=why):
            bench.adventures.start(category, topic, options)
    with pytest.raises(NotFound, match="/list_adventures"):
        bench.adventures.get("nothing")
    assert bench.adventures.listing() == []


def test_one_that_nobody_opens_is_written_to_a_file_and_removed(bench: Workbench, script: Script) -> None:
    adventure = begun(bench)
    settled(bench, adventure)
    assert bench.adventures.expire() == []
    with bench.database.writing() as session:
        from workbench.storage.tables import AdventureRow

        row = session.get(AdventureRow, adventure.id)
        assert row is not None
        row.updated_at = "2001-01-01T00:00:00+00:00"
    assert bench.adventures.expire() == [adventure.id]
    assert bench.adventures.listing() == []
    kept = Adventure.model_validate_json((bench.settings.adventures_path / f"{adventure.id}.json").read_text("utf-8"))
    assert kept.chapters == adventure.chapters


def test_a_teachers_own_lessons_are_offered_and_bad_ones_are_left_out(
    tmp_path: Path, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    source = Path(__file__).parents[2] / "assets" / "lessons" / "animals.json"
    value = json.loads(source.read_text("utf-8"))
    value |= {"id": "our-river", "title": "Our river", "questions": value["questions"][:3]}
    (folder / "our-river.json").write_text(json.dumps(value), "utf-8")
    (folder / "bad.json").write_text(json.dumps({**value, "title": ""}), "utf-8")
    bench = compose(
        Settings(_env_file=None, data_dir=tmp_path / "data", lessons_path=folder),
        model=ScriptedTextModel(script),
        embedder=HashEmbedder(),
    )
    assert bench.adventures.lessons.topic("our-river").title == "Our river"
    assert "bad.json" in caplog.text


def test_looks_that_a_chapter_tells_are_noted_behind_the_reader_and_the_first_hold(
    bench: Workbench, script: Script
) -> None:
    someone, number = setting_of(bench).cast[0], count(1)
    script.answer["narrator"] = lambda messages, options: " ".join(
        f"{someone.name} wore green spectacles and counted {next(number)} {thing} under the stairs while you waited."
        for thing in ("shells", "crates", "ropes", "barrels", "lanterns")
    )
    script.answer["looks"] = lambda messages, options: json.dumps(
        {"looks": [{"name": someone.name, "look": "green spectacles, a golden crown"}]}
    )
    further = noted(bench, begun(bench))
    assert further.last is not None
    # What was said first stays, what is new comes behind it, and the model's own crown is nobody's.
    assert further.looks[someone.name] == f"{someone.look.rstrip('.')}, green spectacles"
    assert further.looks_read == len(further.chapters)
    # For the reader nothing has changed.
    assert bench.adventures.choose(further.id, further.last.choices[0].id).version == further.version + 1
    after = noted(bench, here(bench, further.id))
    assert "green spectacles" in after.looks[someone.name]


def setting_of(bench: Workbench) -> Category:
    return bench.adventures.lessons.category("drowned-city")


def noted(bench: Workbench, adventure: Adventure) -> Adventure:
    """The adventure once its looks are noted."""
    if (live := bench.adventures.looks.note(adventure)) is not None:
        assert list(live.follow())[-1].event == "result"
    return bench.adventures.get(adventure.id, go_on=False)


def test_what_a_turn_took_is_kept_and_summed_up(bench: Workbench) -> None:
    adventure = begun(bench)
    list(bench.adventures.prepared(adventure.id).follow())  # type: ignore[union-attr]
    adventure = chosen(bench, adventure)
    bench.adventures.viewed(adventure.id, 2)
    told = bench.system.telemetry("chapter_told")
    assert [(one["chapter"], one["type"], one["prepared"]) for one in told] == [
        (2, "lesson", True),
        (1, "story", False),
    ]
    assert all(0 <= one["first_token_seconds"] <= one["seconds"] for one in told)
    use = bench.system.adventure_use()
    assert (len(use.told), use.prepared, len(use.choices), use.viewed) == (2, 1, 1, 1)


def test_what_the_narrator_is_told_to_do_isnt_told_to_the_reader(bench: Workbench, script: Script) -> None:
    number = count(1)

    def narrate(messages: list[Any], options: dict[str, Any]) -> str:
        told = [f"You opened the {next(number)}th door and found a lamp behind it, still warm." for _ in range(5)]
        return " ".join([*told, str(messages[-1].content).splitlines()[-1]])

    script.answer["narrator"] = narrate
    text = begun(bench).chapters[0].text
    assert "still warm" in text
    assert "before anything is decided" not in text
    assert "There is " not in text
