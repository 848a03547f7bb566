"""Conversations as HTML: pure functions. What people and models say goes through `prose` or `safe`."""

from collections.abc import Mapping, Sequence

from workbench.domain.chat import ChatMessage, ChatSource, Conversation, Moment
from workbench.domain.text import sentences
from workbench.ui.render import empty, plural, prose, safe, time_tag

KINDS = {"lore": "Lore", "passage": "Story", "archive": "Archive", "talk": "Memory"}
NOBODY = empty(
    "Nobody has said anything yet.",
    "Ask who somebody is, what happened in a chapter, or what could come next. The answer shows what it rests on.",
)
NO_STORY = empty(
    "No story is open.",
    "You can ask all the same; open a story in Write to have its lore and chapters looked up.",
)
LOST = "The answer was lost when the app was closed."
OPEN_END = "The branch ends here, without an answer. Ask it again, or ask something else."


def conversation_list(
    conversations: Sequence[Conversation],
    names: Mapping[str, str],
    chosen: str,
    moments: Mapping[str, Moment] | None = None,
) -> str:
    """The conversations of a story, the latest first, each to open or to delete. `moments` are those of `talk_head`."""
    if not conversations:
        return '<p class="ll-facts ll-chats-none">No conversations yet.</p>'
    rows = "".join(
        f'<li data-item="{safe(one.id)}"><button type="button" class="ll-chat-open" data-do="open" '
        f'aria-pressed="{"true" if one.id == chosen else "false"}"><b>{safe(one.title or "A conversation")}</b>'
        f'<span class="ll-facts">{safe(speaker_of(one, names, (moments or {}).get(one.id)))} · '
        f"{time_tag(one.updated_at)}{' · a branch' if one.parent_id else ''}</span></button>"
        '<button type="button" class="ll-press ll-plain" data-do="delete" '
        f'aria-label="Delete the conversation {safe(one.title)}">Delete</button></li>'
        for one in conversations
    )
    return f'<ul class="ll-chats" aria-label="Conversations">{rows}</ul>'


def speaker_of(conversation: Conversation, names: Mapping[str, str], moment: Moment | None = None) -> str:
    """Who answers in a conversation, as people call them, and up to which chapter they know the story."""
    name = names.get(conversation.entry_id or conversation.agent, "Somebody who has left the story")
    return f"{name}, as of chapter {moment.number}" if moment else name


def moment_label(moment: Moment) -> str:
    """The end of a chapter as a place up to which the story is known: its number, title and time."""
    title = moment.title.strip()
    number = f"Chapter {moment.number}"
    called = number if not title or title.lower() == number.lower() else f"{number}: {title}"
    when = f" · {moment.label}" if moment.label else ""
    return f"{called}{when}{'' if moment.standing else ' · discarded'}"


def talk_head(conversation: Conversation, moment: Moment | None, parents: Mapping[str, str]) -> str:
    """What is to be known of a conversation before it is read. `parents` are the titles of the others by their id."""
    parts = []
    if conversation.parent_id:
        title = parents.get(conversation.parent_id)
        origin = f"“{safe(title)}”" if title else "a conversation that was deleted"
        parts.append(f'<p class="ll-facts">Branched from {origin} at message {conversation.parted_at}.</p>')
    if moment and not moment.standing:
        parts.append(
            f'<p class="ll-trouble" role="status">Chapter {moment.number}, up to which the story is known here, was '
            "discarded since. Accept it again, or begin another conversation.</p>"
        )
    return "".join(parts)


def talk(
    messages: Sequence[ChatMessage],
    speaker: str,
    *,
    answering: bool = False,
    hint: str = NOBODY,
    head: str = "",
    parted_at: int | None = None,
    pages: Mapping[str, int] | None = None,
) -> str:
    """The messages of a conversation in order. `answering`: the last one's answer is on its way.

    `pages` are the chapters on the sheet in Write by their id, `parted_at` the message at which it was branched.
    """
    if not messages:
        return hint
    bubbles = "".join(_bubble(one, speaker, pages or {}) for one in messages)
    lost, last = "", messages[-1]
    if last.role == "person" and not answering:
        lost = f'<p class="ll-trouble" role="status">{OPEN_END if last.number == parted_at else LOST}</p>'
    return f'<div class="ll-bubbles">{head}{bubbles}{lost}</div>'


def _bubble(message: ChatMessage, speaker: str, pages: Mapping[str, int]) -> str:
    who = "You" if message.role == "person" else speaker
    text = prose(message.text) if message.text.strip() else ""
    problem = f'<p class="ll-trouble">{safe(message.problem)}</p>' if message.problem else ""
    branch = (
        f'<button type="button" class="ll-press ll-plain ll-branch" data-act="branch" data-id="{safe(message.id)}" '
        f'title="Another conversation goes on from here; this one stays as it is" '
        f'aria-label="Branch the conversation at message {message.number}">Branch</button>'
    )
    head = f"<header><span>{safe(who)} · {time_tag(message.created_at)}</span>{branch}</header>"
    return (
        f'<article class="ll-bubble ll-from-{message.role}">{head}{text}{problem}{sources(message.sources, pages)}'
        "</article>"
    )


def sources(found: Sequence[ChatSource], pages: Mapping[str, int] | None = None) -> str:
    """What an answer rests on, each to be unfolded, with the sentence marked that it takes up."""
    if not found:
        return ""
    cards = "".join(
        f'<details class="ll-source"><summary><span class="ll-tag">{KINDS[one.kind]}</span> {safe(one.title)} '
        f"<i>{safe(one.why)}</i></summary><div>{_told(one, pages or {})}</div></details>"
        for one in found
    )
    places = [one for one in found if one.kind != "talk"]
    line = f"Looked up in {plural(len(places), 'place')}" if places else "Nothing was looked up"
    return f'<div class="ll-sources"><p class="ll-facts">{line}</p>{cards}</div>'


def _told(source: ChatSource, pages: Mapping[str, int]) -> str:
    """A source's text. The sentence of a chapter that is on the sheet leads there."""
    if not source.used or source.kind == "talk":
        return prose(source.text.replace("\n", "\n\n"))
    number = pages.get(source.id) if source.kind == "passage" else None
    return "<p>" + " ".join(_sentence(one, one in source.used, number) for one in sentences(source.text)) + "</p>"


def _sentence(text: str, used: bool, number: int | None) -> str:
    shown = prose(text).removeprefix("<p>").removesuffix("</p>")
    if used:
        shown = f'<mark class="ll-used">{shown}</mark>'
    if used and number is not None:
        shown = (
            f'<button type="button" class="ll-cite" data-act="passage" data-id="{number}" '
            f'title="Read it in chapter {number}">{shown}</button>'
        )
    return shown


def live_bubble(text: str, speaker: str, doing: str) -> str:
    """The answer while it comes."""
    body = prose(text) if text.strip() else f'<p class="ll-waiting">{safe(doing)} …</p>'
    body = f'{body.removesuffix("</p>")}<span class="ll-caret" aria-hidden="true"></span></p>'
    return (
        f'<div class="ll-bubbles"><article class="ll-bubble ll-from-agent ll-answering" aria-live="off">'
        f"<header>{safe(speaker)}</header>{body}</article></div>"
    )
