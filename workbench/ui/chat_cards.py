"""Conversations as HTML: pure functions. What people and models say goes through `prose` or `safe`."""

from collections.abc import Mapping, Sequence

from workbench.domain.chat import ChatMessage, ChatSource, Conversation
from workbench.ui.render import empty, plural, prose, safe, time_tag

KINDS = {"lore": "Lore", "passage": "Story", "archive": "Archive"}
NOBODY = empty(
    "Nobody has said anything yet.",
    "Ask who somebody is, what happened in a chapter, or what could come next. The answer shows what it rests on.",
)
NO_STORY = empty(
    "No story is open.",
    "You can ask all the same; open a story in Write to have its lore and chapters looked up.",
)
LOST = "The answer was lost when the app was closed."


def conversation_list(conversations: Sequence[Conversation], names: Mapping[str, str], chosen: str) -> str:
    """The conversations of a story, the latest first, each to open or to delete."""
    if not conversations:
        return '<p class="ll-facts ll-chats-none">No conversations yet.</p>'
    rows = "".join(
        f'<li data-item="{safe(one.id)}"><button type="button" class="ll-chat-open" data-do="open" '
        f'aria-pressed="{"true" if one.id == chosen else "false"}"><b>{safe(one.title or "A conversation")}</b>'
        f'<span class="ll-facts">{safe(speaker_of(one, names))} · {time_tag(one.updated_at)}</span></button>'
        '<button type="button" class="ll-press ll-plain" data-do="delete" '
        f'aria-label="Delete the conversation {safe(one.title)}">Delete</button></li>'
        for one in conversations
    )
    return f'<ul class="ll-chats" aria-label="Conversations">{rows}</ul>'


def speaker_of(conversation: Conversation, names: Mapping[str, str]) -> str:
    """Who answers in a conversation, as people call them."""
    return names.get(conversation.entry_id or conversation.agent, "Somebody who has left the story")


def talk(messages: Sequence[ChatMessage], speaker: str, *, answering: bool = False, hint: str = NOBODY) -> str:
    """The messages of a conversation in order. `answering`: the last one's answer is on its way."""
    if not messages:
        return hint
    bubbles = "".join(_bubble(one, speaker) for one in messages)
    lost = ""
    if messages[-1].role == "person" and not answering:
        lost = f'<p class="ll-trouble" role="status">{LOST}</p>'
    return f'<div class="ll-bubbles">{bubbles}{lost}</div>'


def _bubble(message: ChatMessage, speaker: str) -> str:
    who = "You" if message.role == "person" else speaker
    text = prose(message.text) if message.text.strip() else ""
    problem = f'<p class="ll-trouble">{safe(message.problem)}</p>' if message.problem else ""
    head = f"<header>{safe(who)} · {time_tag(message.created_at)}</header>"
    return (
        f'<article class="ll-bubble ll-from-{message.role}">{head}{text}{problem}{sources(message.sources)}</article>'
    )


def sources(found: Sequence[ChatSource]) -> str:
    """What an answer rests on, each to be unfolded."""
    if not found:
        return ""
    cards = "".join(
        f'<details class="ll-source"><summary><span class="ll-tag">{KINDS[one.kind]}</span> {safe(one.title)} '
        f"<i>{safe(one.why)}</i></summary><div>{prose(one.text)}</div></details>"
        for one in found
    )
    return f'<div class="ll-sources"><p class="ll-facts">Looked up in {plural(len(found), "place")}</p>{cards}</div>'


def live_bubble(text: str, speaker: str, doing: str) -> str:
    """The answer while it comes."""
    body = prose(text) if text.strip() else f'<p class="ll-waiting">{safe(doing)} …</p>'
    body = f'{body.removesuffix("</p>")}<span class="ll-caret" aria-hidden="true"></span></p>'
    return (
        f'<div class="ll-bubbles"><article class="ll-bubble ll-from-agent ll-answering" aria-live="off">'
        f"<header>{safe(speaker)}</header>{body}</article></div>"
    )
