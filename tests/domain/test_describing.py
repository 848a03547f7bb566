"""What a passage shows, read by rule: what is said is shown, and what somebody only speaks of isn't."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.describing import figure_of, moment, scene_of, thing_of, told_shape
from workbench.domain.lore import LoreEntry
from workbench.domain.picture_prompts import prompts_for
from workbench.domain.pictures import Figure, Scene
from workbench.domain.portraying import named_in, own_seed

QUAY = (
    "It rained all night. Mara walked along the quay in her red cloak, a lantern in her hand, and the ships rang "
    "their bells. “The forest burns,” said Tobin. She saw the lighthouse go dark."
)


def test_place_hour_weather_and_things_are_the_passages_own() -> None:
    scene = scene_of(QUAY)
    assert (scene.place, scene.daytime, scene.weather) == ("harbour", "night", "rain")
    assert {"ship", "lighthouse", "bells", "lamps"} >= set(scene.details) >= {"ship", "lighthouse"}
    assert scene.said >= {"place", "daytime", "weather"}
    assert "quay" in scene.words


@pytest.mark.parametrize(
    ("text", "field", "shown"),
    [
        ("They crossed the dunes under a burning sun.", "place", "desert"),
        ("The inn was loud, and the innkeeper brought ale to the hearth.", "place", "tavern"),
        ("Ada sat between the shelves and opened one book after the other.", "place", "library"),
        ("At sunset the hills turned red.", "daytime", "dusk"),
        ("At daybreak the mist lay on the meadow.", "daytime", "dawn"),
        ("Snow fell at dusk on the lake. She held a lantern, and a dog barked at the moon.", "daytime", "dusk"),
        ("A lake village in winter, where the ferry is the only road.", "weather", "snow"),
        ("Lightning split the oak, and the gale took the roof.", "weather", "storm"),
        ("Snow fell on the frozen lake.", "weather", "snow"),
        ("They danced and laughed at the wedding feast.", "mood", "joyful"),
        ("He wept alone at the grave of his brother.", "mood", "sad"),
    ],
)
def test_words_show_what_they_mean(text: str, field: str, shown: str) -> None:
    assert getattr(scene_of(text), field) == shown


def test_the_lantern_in_a_hand_is_no_lamp_in_the_street() -> None:
    text = "Mara held her lantern high above the quay."
    assert "lamps" in scene_of(text).details
    assert "lamps" not in scene_of(text, (), figure_of("Mara", "A woman with a lantern.")).details
    assert "lamps" in scene_of(f"{text} A lamp burned.", (), figure_of("Mara", "A woman with a lantern.")).details


def test_the_lore_of_a_place_says_what_a_name_doesnt() -> None:
    assert scene_of("Mara came to Vell at noon.").place == "hills"
    scene = scene_of("Mara came to Vell at noon.", ["Vell is a walled town of narrow streets around one square."])
    assert scene.place == "town"


def test_somebody_wears_what_the_lore_and_the_passage_say_in_their_colours() -> None:
    mara = figure_of("Mara Voss", "Mara Voss is an old woman with long grey hair and a brass key.", QUAY)
    assert (mara.shape, mara.pose) == ("old woman", "walking")
    assert set(mara.attributes) == {"long hair", "key", "cloak", "lantern"}
    assert (mara.colours["cloak"], mara.colours["hair"]) == ("red", "grey")
    dog = figure_of("Bell", "Bell is a black dog with a red scarf.")
    assert (dog.shape, dog.attributes) == ("dog", ("scarf",))
    assert dog.colours == {"dog": "black", "scarf": "red"}
    assert figure_of("the goose", "a stout snow-white goose with an orange beak").colours == {"bird": "white"}
    somebody = figure_of("", "", "The boy ran across the bridge with a yellow umbrella.")
    assert (somebody.shape, somebody.pose, somebody.colours) == ("boy", "walking", {"umbrella": "yellow"})


@pytest.mark.parametrize(
    ("told", "shape"),
    [
        ("They keep what people can't bear to remember. She turned the page.", "woman"),
        ("The woman followed the dog across the field, and the dog barked.", "woman"),
        ("A grey wolf stood in the snow.", "wolf"),
        ("He fished all day and caught nothing.", "man"),
        ("The old man sat by the well. His dog slept.", "old man"),
    ],
)
def test_somebody_without_a_name_is_whoever_is_there(told: str, shape: str) -> None:
    assert figure_of("", "", told).shape == shape


def test_the_lore_says_first_what_somebody_is() -> None:
    assert figure_of("Bell", "Bell is a black dog that belongs to the girl of the mill.").shape == "dog"
    assert figure_of("Ada", "Ada is a girl with a tame fox.").shape == "girl"
    assert figure_of("Tobin", "Tobin keeps the ferry. He fears nothing but his mother.").shape in ("man", "woman")


@pytest.mark.parametrize(
    ("name", "about", "shape"),
    [
        ("Tobiasz", "a thin, nervous man with wild red hair", "man"),
        ("Sefa", "a broad, smiling woman with a belt hung with old spoons", "woman"),
        ("Perpetua", "a whirlwind of an old lady with ink on her chin", "old woman"),
        ("the owlet", "a fluffy grey owlet with half-closed eyes", "owl"),
        ("the crab", "a polished brass crab with one large claw and a key on its shell", "crab"),
        ("the seal", "a plump, speckled grey seal with a red ribbon", "seal"),
        ("Sir Crease", "a knight of crisp grey card with sharp edges", "man"),
        ("Granny Thuy", "earth on the hands, and beans in a basket", "old woman"),
        ("Tobin", "Tobin keeps the seal of the town and is afraid of his shadow.", "man"),
        ("Ada", "Ada rides a grey horse, and she speaks with the spirit of the well.", "woman"),
        ("Bell", "Bell, a shaggy dog, belongs to the girl of the mill.", "dog"),
        ("the cactus", "a short, plump cactus with a pink flower", None),
        ("Mara", "Mapmaker of the coast.", None),
    ],
)
def test_what_somebody_is_said_to_be_is_drawn_and_nothing_else_about_them(
    name: str, about: str, shape: str | None
) -> None:
    assert told_shape(name, about) == shape


def test_who_is_named_most_is_in_the_picture() -> None:
    def entry(title: str, **more: str) -> LoreEntry:
        return LoreEntry(id=title, world_id="w", title=title, content=title, kind=more.get("kind", "character"))

    lore = [entry("Tobin Hale"), entry("Mara Voss"), entry("Vell", kind="location"), entry("Queen Ada")]
    found = named_in("Tobin came. Mara saw Tobin and the queen. Mara laughed; Mara Voss left Vell.", lore, "character")
    assert [one.id for one in found] == ["Mara Voss", "Tobin Hale"]
    assert own_seed("entry_1") == own_seed("entry_1") != own_seed("entry_2")


def test_a_prompt_has_the_style_first_and_the_kept_look_in_it() -> None:
    scene = scene_of(QUAY, (), figure_of("Mara", "An old woman with long grey hair.", QUAY))
    prompt, negative = prompts_for("character", scene, "woodcut")
    assert prompt.startswith("woodcut, an old woman")
    assert "red cloak" in prompt
    assert "grey hair" in prompt
    assert "watermark" in negative
    place, nobody = prompts_for("background", scene, "woodcut")
    assert "harbour" in place
    assert "people" in nobody
    assert "woman" not in place


def test_the_stones_of_a_house_are_its_walls() -> None:
    assert "rocks" not in scene_of("The library was cold; the stone dried behind the shelves of books.").details
    assert "rocks" in scene_of("The cave was cold; a stone lay before the tunnel.").details


def test_a_thing_has_the_colour_of_itself_and_not_of_its_parts() -> None:
    box = thing_of("the toolbox", "toolbox", "a battered blue toolbox with a red lid, in a white room")
    assert box.colours == {"thing": "blue"}
    assert thing_of("the flask", "flask", "a leather flask with a silver cap").colours == {}
    prompt, _ = prompts_for("character", Scene(figure=box), "woodcut")
    assert prompt.startswith("woodcut, a battered blue toolbox with a red lid")
    assert "head to feet" not in prompt


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=30))
def test_any_text_shows_something_and_always_the_same(passage: str, about: str, name: str) -> None:
    figure = figure_of(name, about, passage)
    assert figure == figure_of(name, about, passage)
    scene = scene_of(passage, [about], figure)
    assert scene == scene_of(passage, [about], figure)
    assert moment(passage) in (scene.words, "")
    for kind in ("character", "background", "combined"):
        assert prompts_for(kind, scene, "ink")[0].startswith("ink")  # type: ignore[arg-type]


def test_without_anybody_the_place_is_all() -> None:
    assert "traveller" in prompts_for("character", Scene(), "ink")[0]
    assert Figure().shape == "woman"
