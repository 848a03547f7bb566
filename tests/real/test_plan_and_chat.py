"""Planning and answering with the bundled model: what comes is whole, however small the model is."""

from pathlib import Path

from tests.scripted import HashEmbedder
from workbench.compose import compose
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
