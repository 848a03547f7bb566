"""What a person in a story knows: only what happened where they were."""

from typing import Any

from workbench.context.knowledge import Knowledge, attended, known_to
from workbench.domain.lore import LoreEntry, NoteRevision
from workbench.domain.story import Passage, World

WORLD = World(id="w", title="Vell", premise="A town by a river that forgets its bed.")
ILSE = LoreEntry(id="ilse", world_id="w", title="Ilse Brandt", content="A bell-founder.")
TOBIN = LoreEntry(id="tobin", world_id="w", title="Tobin", content="A ferryman.")
ARIA = LoreEntry(id="aria", world_id="w", title="Aria", content="A mapmaker.")
MILL = LoreEntry(id="mill", world_id="w", title="Old Mill", kind="location", content="It stands empty.")
ENTRIES = [ILSE, TOBIN, ARIA, MILL]
SECRET = "Tobin buried the mayor’s silver under the Old Mill."
TOGETHER = "Ilse and Tobin rowed across the river. Tobin promised Ilse a new bell."


def chapter(number: int, text: str) -> Passage:
    return Passage(id=f"p{number}", story_id="s", parent_id=None, number=number, title=f"Chapter {number}", text=text)


def revision(number: int, entry: LoreEntry, event: str, passage: str | None, **more: Any) -> NoteRevision:
    values = {
        "id": f"n{number}",
        "story_id": "s",
        "entry_id": entry.id,
        "revision": number,
        "note": event,
        "event": event,
        "evidence": event,
        "passage_id": passage,
        "created_at": "",
    }
    return NoteRevision(**{**values, **more})


def told(known: Knowledge) -> str:
    return "\n".join(item.text for item in known.items if not item.held_back)


def reasons(known: Knowledge) -> dict[str, str]:
    return {item.source: item.held_back for item in known.items if item.held_back}


def test_a_secret_of_a_chapter_without_them_is_not_known() -> None:
    passages = [chapter(1, SECRET), chapter(2, TOGETHER)]
    notes = {"tobin": [revision(1, TOBIN, SECRET, "p1"), revision(2, TOBIN, "Tobin promised Ilse a new bell.", "p2")]}
    known = known_to(ILSE, WORLD, ENTRIES, passages, notes)
    assert "silver" not in told(known)
    assert TOGETHER in told(known)
    assert "Tobin: Tobin promised Ilse a new bell." in told(known)
    assert "A ferryman." in told(known)
    assert "A bell-founder." in told(known)
    assert WORLD.premise in told(known)
    left_out = reasons(known)
    assert left_out["Chapter 1"] == "Ilse Brandt wasn’t there"
    assert left_out["note: Tobin (what others saw)"] == "Ilse Brandt wasn’t there"
    assert "nobody named it" in left_out["lore: Old Mill"]


def test_tobin_knows_his_own_secret() -> None:
    known = known_to(TOBIN, WORLD, ENTRIES, [chapter(1, SECRET)], {"tobin": [revision(1, TOBIN, SECRET, "p1")]})
    assert SECRET in told(known)
    assert "It stands empty." in told(known)


def test_who_is_only_talked_of_is_not_there() -> None:
    text = "“Ilse must never hear of it,” said Tobin. Aria nodded."
    assert attended(ILSE, text, ENTRIES) == []
    assert attended(TOBIN, text, ENTRIES) == [text]


def test_of_a_chapter_only_their_own_scenes_are_known() -> None:
    text = f"{TOGETHER}\n\n* * *\n\nAria sold the map that night. Tobin saw it."
    notes = {
        "tobin": [revision(1, TOBIN, "Tobin promised Ilse a new bell.", "p1")],
        "aria": [revision(2, ARIA, "Aria sold the map that night.", "p1")],
    }
    known = known_to(ILSE, WORLD, ENTRIES, [chapter(1, text)], notes)
    assert "sold the map" not in told(known)
    assert "promised Ilse" in told(known)
    draft = known_to(ILSE, WORLD, ENTRIES, [], {}, text)
    assert draft.scenes == TOGETHER


def test_a_text_without_them_has_no_scene_of_theirs() -> None:
    assert known_to(ILSE, WORLD, ENTRIES, [], {}, SECRET).scenes == ""


def test_a_note_by_hand_is_known_of_oneself_only() -> None:
    by_hand = {"origin": "writer", "evidence": ""}
    notes = {
        "ilse": [revision(1, ILSE, "Written by hand", "p1", note="Ilse is ill.", **by_hand)],
        "tobin": [revision(1, TOBIN, "Written by hand", "p1", note="Tobin is a spy.", **by_hand)],
    }
    known = known_to(ILSE, WORLD, ENTRIES, [chapter(1, TOGETHER)], notes)
    assert "Ilse is ill." in told(known)
    assert "spy" not in told(known)


def test_what_was_taken_back_never_happened() -> None:
    lost, found = "Ilse lost her hammer.", "Ilse found her hammer."
    first = revision(1, ILSE, lost, "p1")
    second = revision(2, ILSE, found, "p1", note=f"{lost} {found}")
    back = revision(3, ILSE, "Back to revision 1", "p1", note=lost, origin="rollback", evidence="")
    known = known_to(ILSE, WORLD, ENTRIES, [chapter(1, f"{lost} {found}")], {"ilse": [first, second, back]})
    assert [item.text for item in known.items if item.key == "note:ilse"] == [f"Ilse Brandt: {lost}"]


def test_what_another_line_of_the_story_caused_is_not_told() -> None:
    known = known_to(ILSE, WORLD, ENTRIES, [chapter(1, TOGETHER)], {"ilse": [revision(1, ILSE, "Ilse fled.", "p9")]})
    assert "fled" not in told(known)
    assert not [item for item in known.items if item.key == "note:ilse"]
