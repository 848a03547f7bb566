"""What of a proposed entry may stand."""

from workbench.domain.entities import entity_of
from workbench.domain.tasks import NewEntity

SUMMARY = "Tobin Marsh is a smuggler with three boats."
EVIDENCE = "“I know you,” said Tobin Marsh, whom they called the Eel."


def made(title: str = "Tobin Marsh", content: str = "", tags: tuple[str, ...] = (), **given: str) -> NewEntity:
    values = {"kind": "character", "name": "Tobin Marsh", "summary": SUMMARY, "evidence": EVIDENCE, **given}
    return entity_of(title=title, content=content, tags=tags, aliases=("The Eel", "Bob"), **values)


def test_the_name_is_the_storys() -> None:
    assert made("Bob").title == "Tobin Marsh"
    assert made("A Blind Man", name="", summary="A blind beekeeper named Anselm lives here.").title == "Anselm"
    assert made("the silver door", name="", summary="Behind the altar is a silver door.", evidence="").title == (
        "the silver door"
    )


def test_invented_sentences_give_way() -> None:
    content = made(
        content="He is a smuggler with three boats. He is the brother of Queen Morwenna. He loves jazz music."
    ).content
    assert "smuggler" in content
    assert "Morwenna" not in content
    assert "jazz" not in content


def test_a_wrong_number_gives_way_to_the_storys() -> None:
    content = made(content="Tobin Marsh is a smuggler with seven boats.").content
    assert "seven" not in content
    assert "three boats" in content


def test_what_the_story_tells_is_always_in_the_entry() -> None:
    content = made(content="xx xx xx").content
    assert "smuggler with three boats" in content
    assert content.endswith((".", "”"))


def test_aliases_and_tags_rest_on_the_story() -> None:
    entity = made(content="A smuggler.", tags=("Smuggler", "description", "tobin marsh", "wizard", "boats"))
    assert entity.aliases == ("Eel",)
    assert entity.tags == ("smuggler", "boats")
    assert made(tags=("wizard",)).tags == ("character",)
