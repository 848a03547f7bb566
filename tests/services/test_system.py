"""What the Monitor tells of agents and chapters is what was really read and written."""

from tests.services.test_context_desk import written
from workbench.compose import Workbench
from workbench.domain.story import Story


def test_agents_and_chapters_are_summed_up(bench: Workbench, story: Story) -> None:
    for request in ("Aria waits at the pier, 60 words", "Aria sells a boat, 60 words"):
        written(bench, story, request)
    latest = bench.library.story_view(story.id).passages[-1]
    bench.writing.accept(bench.writing.edit(latest.id, "In my own words.").id)

    calls = bench.system.telemetry("model_call", 1000)
    uses = {use.agent: use for use in bench.system.agent_use(1000)}
    assert uses["writer"].calls == sum(call["agent"] == "writer" for call in calls)
    assert uses["writer"].written == sum(call["written_tokens"] for call in calls if call["agent"] == "writer")
    assert sum(use.calls for use in bench.system.agent_use(1)) == 1

    # The second chapter is in the writer's own words now, and was told with nothing.
    [first] = bench.system.chapter_use(story.id)
    assert first.number == 1
    assert 0 < sum(first.layers.values()) <= first.budget
    assert 0 < first.remembered <= first.prompts
