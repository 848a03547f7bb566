"""What is found in a passage by rule."""

import pytest

from workbench.domain import findings, text
from workbench.domain.lore import LoreEntry


def entry(title: str, kind: str = "character", *aliases: str) -> LoreEntry:
    return LoreEntry(id=title, world_id="w", title=title, kind=kind, aliases=aliases)  # type: ignore[arg-type]


MARA, IDA, MILL = entry("Mara Voss", "character", "the keeper"), entry("Ida Voss"), entry("Weir Mill", "location")
ENTRIES = [MARA, IDA, MILL]


def found(passage: str) -> dict[str, list[int]]:
    return findings.mentioned(text.sentences(passage), ENTRIES)


def test_people_are_found_by_title_alias_and_first_name() -> None:
    assert found("Mara Voss came. The keeper sat down. Mara's lamp was out.") == {"Mara Voss": [0, 1, 2]}


def test_a_name_that_two_people_share_names_neither() -> None:
    assert found("Voss was late.") == {}


def test_a_first_name_that_is_a_word_too_is_found_by_its_capital() -> None:
    will, rose = entry("Will Reed"), entry("Rose Marsh")
    told = text.sentences("Nobody will go. The rose fell. Then Rose went with Reed.")
    assert findings.mentioned(told, [will, rose]) == {"Will Reed": [2], "Rose Marsh": [2]}


def test_inflected_forms_are_found() -> None:
    assert found("The millers of Weir Mill's yard left. Two Maras?") == {"Weir Mill": [0], "Mara Voss": [1]}
    assert text.mentions("The ferries left.", ["ferry"]) == [0]


def test_he_and_she_mean_the_only_person_of_the_sentence_before() -> None:
    assert found("Mara lit the lamp. It rained. She was blind now.") == {"Mara Voss": [0, 2]}
    assert found("Mara lit the lamp. It rained. The wind rose. She was blind now.") == {"Mara Voss": [0]}
    assert found("Mara met Ida. She was blind now.") == {"Mara Voss": [0], "Ida Voss": [0]}


def test_who_is_called_she_is_not_meant_by_he() -> None:
    assert found("Mara said she was tired. He laughed. She slept.") == {"Mara Voss": [0, 2]}
    both = "Mara lit the lamp. She smiled. Ida said that he waited. “You came,” he said. She gave him the key."
    assert found(both) == {"Mara Voss": [0, 1, 4], "Ida Voss": [2]}


@pytest.mark.parametrize(
    ("name", "passage", "kind"),
    [
        ("Harrow", "Nobody came from Harrow. He rode to Harrow.", "location"),
        ("Teeth", "The light shone over the Teeth.", "location"),
        ("Osric", "A man called Osric was painting.", "character"),
        ("Osric", "She looked at Osric. “No,” said Osric.", "character"),
        ("Fennel Street", "The bakers own Fennel Street.", "location"),
        ("Salt Guild", "He owed it to the Salt Guild.", "faction"),
        ("Captain Moss", "She sat near Captain Moss.", "character"),
        ("Night of Bells", "In the Night of Bells they came.", "event"),
    ],
)
def test_the_words_around_a_name_tell_its_kind(name: str, passage: str, kind: str) -> None:
    assert findings.likely_kind(name, text.sentences(passage), "character") == kind


def test_a_kind_that_the_model_chose_with_care_stands() -> None:
    assert findings.likely_kind("Dawnbreaker", ["It lay near Dawnbreaker."], "item") == "item"


def test_an_event_names_whom_it_is_about() -> None:
    assert findings.with_name("She lost her lamp.", MARA) == "Mara Voss lost her lamp."
    assert findings.with_name("Shells lay on the floor.", MARA) == "Shells lay on the floor."
    assert findings.with_name("She burned it down.", MILL) == "She burned it down."


def test_part_of_a_word_is_no_mention() -> None:
    assert found("The marathon began near Weir Milling.") == {}


@pytest.mark.parametrize(
    ("sentence", "least", "most"),
    [
        ("Mara died in the night.", 2, 9),
        ("The mill burned down and the roof collapsed.", 4, 9),
        ("Mara bought a horse.", 1, 1),
        ("Mara smiled.", 0, 0),
        ("She had not slept, and her left hand was bandaged.", 1, 9),
        ("Ida left the village for good.", 2, 9),
        ("She raised her left hand.", 0, 0),
        ("If Mara died, nobody would know.", 0, 0),
        ("Mara did not die, she was never wounded.", 0, 0),
        ("“The king died,” said Mara.", 0, 0),
        ("Had the mill burned?", 0, 0),
    ],
)
def test_change_is_told_from_what_is_only_said_or_feared(sentence: str, least: int, most: int) -> None:
    assert least <= findings.change_points(sentence) <= most


def test_a_short_form_counts_for_the_whole_name() -> None:
    passage = "At noon Tobin Marsh came in. Then Tobin sat down beside Ida."
    assert findings.new_people(passage, ENTRIES) == {"Tobin Marsh": [0, 1]}


def test_what_the_writer_put_aside_is_not_found_again() -> None:
    assert findings.new_people("At noon Tobin Marsh came in.", ENTRIES, ["Tobin Marsh"]) == {}


def test_a_name_that_an_entry_has_is_known() -> None:
    assert findings.entry_named("the Weir mill", ENTRIES) == MILL
    assert findings.entry_named("Keeper", ENTRIES) == MARA
    assert findings.entry_named("Weir", ENTRIES) is None
