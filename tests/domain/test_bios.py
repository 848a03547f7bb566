"""What of a text that was told anew, or invented, may stand."""

from workbench.domain import bios

TOBIN = "Tobin is a ferryman of 40 with a debt to the mayor."
NOTE = "Tobin lost his left hand in the wheel of the Old Mill."


def test_other_words_for_the_same_facts_stand() -> None:
    proposed = "With a debt to the mayor, Tobin, 40, is a ferryman. In the wheel of the Old Mill he lost his left hand."
    assert bios.retold(proposed, TOBIN, NOTE, "", ["Tobin"]) == (proposed, True)


def test_what_is_brought_in_is_left_out_and_what_is_lost_comes_back() -> None:
    proposed = "Tobin lost his right arm to a shark. He is loved by Queen Maud. Tobin, 40, owes the mayor a debt."
    text, whole = bios.retold(proposed, TOBIN, NOTE, "", ["Tobin"])
    assert not whole
    assert "shark" not in text
    assert "Maud" not in text
    assert "ferryman" in text
    assert NOTE in text


def test_a_number_that_is_lost_comes_back() -> None:
    bridge = "The Low Bridge has 4 arches and no railing."
    text, _ = bios.retold("The Low Bridge has arches and no railing.", bridge, "", "", [])
    assert "4 arches" in text


def test_a_wish_may_bring_in_words() -> None:
    proposed = "Gloomy and wet, the Low Bridge crosses the Arl."
    assert bios.retold(proposed, "The Low Bridge crosses the Arl.", "", "Make it gloomier.", []) == (proposed, True)


def test_a_copied_text_is_the_same_text() -> None:
    assert bios.same_text(TOBIN, TOBIN.upper())
    assert not bios.same_text(TOBIN, f"{TOBIN} {NOTE}")


def test_an_invented_person_is_told_in_whole_sentences_about_them() -> None:
    proposed = "Corvin collects taxes. He keeps a tame crow. You should fear him. The crow has one ey"
    text = bios.invented_person("Corvin", "tax collector with a crow", proposed, "")
    assert text == "Corvin collects taxes. He keeps a tame crow."


def test_a_hint_that_was_passed_over_comes_first() -> None:
    proposed = "Jessamine is shy. She lives in a small room with a bed by the window."
    text = bios.invented_person("Jessamine", "a blind woman who sells candles", proposed, "")
    assert text.startswith("Jessamine is a blind woman who sells candles. Jessamine is shy.")


def test_a_village_is_no_person() -> None:
    assert bios.invented_person("Marta", "", "Marta is a village of fish. They eat.", "") == ""


def test_without_a_proposal_the_hint_speaks() -> None:
    assert bios.plain_person("Pell", "boy thief", "Vell") == "Pell is one of the people of Vell. Pell: boy thief."
    assert "Nothing more is known" in bios.plain_person("Pell", "", "Vell")


def test_aliases_are_names_of_nobody_else() -> None:
    proposed = ["Elin", "the baker", "Mara", "Dahl", "Queen of Night"]
    assert bios.other_names("Elin Dahl", proposed, "Elin Dahl bakes.", ["Mara"]) == ["Elin", "Dahl"]


def test_tags_rest_on_the_text() -> None:
    assert bios.keywords(["baker", "dragons", "Elin"], "Elin is a baker.", "Elin", "character") == ["baker"]
    assert bios.keywords(["dragons"], "Elin is a baker.", "Elin", "character") == ["character"]


def test_figures_and_examples_are_not_taken_over() -> None:
    proposed = "In the 120th year the Low Bridge crosses the Arl. Dark and wet, the Low Bridge crosses the Arl."
    text, _ = bios.retold(proposed, "The Low Bridge crosses the Arl.", "", "Darker.", [], ["It is dark and wet there."])
    assert "120th" not in text
    assert "wet" not in text


def test_whom_a_text_is_about_is_never_forgotten() -> None:
    aria = "Aria is a mapmaker of 24 who trusts nobody with her maps."
    proposed = "The mapmaker of 24, trust nobody with her maps. Nobody is to be trusted in the dark."
    text, whole = bios.retold(proposed, aria, "", "Say it more darkly: trusted in the dark.", ["Aria"])
    assert text == f"{aria} Nobody is to be trusted in the dark."
    assert not whole
    # A text that never named anybody needs no name.
    assert bios.retold("She maps the coast.", "She maps the coast.", "", "", ["Aria"]) == ("She maps the coast.", True)
