"""Planning and answering with the bundled model: what comes is whole, however small the model is."""

from pathlib import Path

from tests.scripted import HashEmbedder
from tests.services.test_outlines import draft
from workbench.compose import compose
from workbench.domain.first_person import in_own_voice
from workbench.settings import Settings


def test_plan_and_chat_with_the_bundled_model(tmp_path: Path) -> None:
    bench = compose(Settings(_env_file=None, data_dir=tmp_path), embedder=HashEmbedder())
    bench.start()
    try:
        _, story = bench.library.add_sample_world()
        assert bench.model.wait_ready(120)
        planned = bench.outlines.generate(story.id, 3)
        assert [one["number"] for one in planned] == [1, 2, 3]
        assert len({one["title"] for one in planned}) == 3
        assert all(len(one["summary"].split()) >= 5 for one in planned)
        (found,) = bench.outlines.extract("Ines finds the bottle broken, and tells nobody.")
        assert set(found["title"].lower().split()) <= set("ines finds the bottle broken and tells nobody".split())

        people = [entry.title for entry, _ in bench.library.story_lore(story.id) if entry.kind == "character"]
        for agent in ("assistant", people[0]):
            last = list(bench.chats.chat(f"Who is {people[1]}?", story.id, agent))[-1]
            assert last.event == "result", last.message
            assert last.data is not None
            assert len(last.data["reply"].split()) >= 2
            assert people[1] in [source["title"] for source in last.data["sources"]]
    finally:
        bench.close()


CHAPTERS = (
    "Ines Corrow climbed the Lamp Stair at dusk. Under the seventh step she found a tin box with her father's logbook. "
    "She hid the logbook in the flour bin of the bakery.",
    "The next morning Ines rowed to the island in a borrowed boat. She buried the glass key beneath a white stone.",
)
ASKED = (
    "Who are you?",
    "What did you find under the seventh step?",
    "Are you afraid?",
    "And then?",
    "Yes or no?",
    "Bye!",
)


def test_facts_are_found_and_a_character_stays_in_their_voice(tmp_path: Path) -> None:
    bench = compose(Settings(_env_file=None, data_dir=tmp_path))
    bench.start()
    try:
        _, story = bench.library.add_sample_world()
        assert bench.model.wait_ready(120)
        first, _ = [bench.writing.accept(draft(bench, story, text).id).id for text in CHAPTERS]
        # Loads the bundled embedder, so that the lore is searched by meaning too.
        bench.library.search_lore(story.id, "lamps", 3)
        bench.archive.store("letter", "The bell was cast from melted coins.", {"thread": story.id})
        for question, fact in (
            ("Where did Ines hide the logbook?", "flour bin"),
            ("Where is the glass key buried?", "white stone"),
            ("What was the bell cast from?", "melted coins"),
        ):
            data = list(bench.chats.chat(question, story.id))[-1].data
            assert data is not None
            # Which sentence an answer takes up is the model's doing; that the fact lay before it is not.
            assert fact in " ".join(source["text"] for source in data["sources"])
            assert all(used in source["text"] for source in data["sources"] for used in source["used"])
            assert any(source["used"] for source in data["sources"])
        conversation_id = ""
        for question in ASKED:
            data = list(bench.chats.chat(question, story.id, "Ines Corrow", conversation_id, first))[-1].data
            assert data is not None
            conversation_id = data["conversation_id"]
            own = in_own_voice(data["reply"], "Ines Corrow")
            assert own == " ".join(data["reply"].split()) != ""
            assert "white stone" not in str(data["sources"])
    finally:
        bench.close()
