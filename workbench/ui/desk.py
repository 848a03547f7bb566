"""What the tabs share: the services, the chosen story, and what the browser remembers between visits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import gradio as gr

from workbench.domain.story import Story, World

# Every listener of the tabs is private: clients use the contract's endpoints. No limit on concurrency, since one
# person's long reading must not make another's click wait; nothing overlays a place that is being read. They have a
# name of their own: Gradio would name them after their functions, and take names of the contract.
PRIVATE: dict[str, Any] = {
    "api_visibility": "private",
    "api_name": "page",
    "show_progress": "hidden",
    "concurrency_limit": None,
}


class Services(Protocol):
    """What of `compose.Workbench` the tabs use."""

    settings: Any
    model: Any
    simple_model: Any
    agents: Any
    library: Any
    writing: Any
    tree: Any
    memory: Any
    review: Any
    system: Any
    context: Any
    distilling: Any
    team: Any
    timeline: Any
    outlines: Any
    parts: Any
    chapter_runs: Any
    chats: Any
    adventures: Any
    pictures: Any
    illustration: Any
    archive: Any


@dataclass(frozen=True)
class Desk:
    """Shared by all tabs. `story` holds the id of the chosen story, `kept` survives a reload of the page."""

    workbench: Services
    story: gr.State = field(default_factory=lambda: gr.State(""))
    # The key is fixed on purpose: what is kept is no secret, and a key made anew at each start could not read it.
    kept: gr.BrowserState = field(
        default_factory=lambda: gr.BrowserState({}, storage_key="loreloom", secret="loreloom-keeps")
    )


def remembered(kept: Any, **changes: Any) -> dict[str, Any]:
    """What the browser keeps, with `changes`; anything odd in it counts as nothing."""
    return {**(kept if isinstance(kept, dict) else {}), **changes}


def typed_request(kept: Any, story_id: str, box: str = "typed") -> str:
    """What was typed for a story and not sent yet: its request, or what another `box` keeps."""
    typed = remembered(kept).get(box)
    text = typed.get(story_id, "") if isinstance(typed, dict) else ""
    return text if isinstance(text, str) else ""


def forgotten_request(kept: Any, story_id: str, text: str = "", box: str = "typed") -> dict[str, Any]:
    """What the browser keeps after the request of a story was sent (or replaced by `text`)."""
    typed = remembered(kept).get(box)
    return remembered(kept, **{box: {**(typed if isinstance(typed, dict) else {}), story_id: text}})


def story_choices(stories: Sequence[Story], worlds: Sequence[World]) -> list[tuple[str, str]]:
    """Stories as they are offered: title and world, newest first, adventures left to their own tab."""
    titles = {world.id: world.title for world in worlds}
    shown = sorted((story for story in stories if story.kind != "adventure"), key=lambda story: story.created_at)
    choices = [(_label(story, titles), story.id) for story in reversed(shown)]
    seen: dict[str, int] = {}
    unique = []
    for label, story_id in choices:
        seen[label] = seen.get(label, 0) + 1
        unique.append((label if seen[label] == 1 else f"{label} ({seen[label]})", story_id))
    return unique


def _label(story: Story, titles: dict[str, str]) -> str:
    world = titles.get(story.world_id, "")
    return f"{story.title} · {world}" if world and world != story.title else story.title
