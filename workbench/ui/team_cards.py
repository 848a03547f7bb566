"""The team as HTML: its members with how freely they speak, what a check of a prompt found, and their answers."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.prompts import AgentView, PromptCheck, PromptView, Source, Variable
from workbench.ui import cards, verdict
from workbench.ui.render import plural, prose, safe

# From careful to free, by the temperature up to which a word fits.
MOODS = ((0.35, "careful"), (0.65, "measured"), (0.95, "lively"), (9.0, "free"))
FREEST = 1.5
_TAGS = re.compile(r"(<[^>]*>)")
# Models count in word-pieces, about three for two words.
WORDS_A_PIECE = 2 / 3
CHANGED: dict[Source, str] = {
    "settings": "set for this machine",
    "all": "changed for all stories",
    "story": "changed in this story",
}


def mood(temperature: float) -> str:
    """How freely an agent speaks, in a word."""
    return next(word for most, word in MOODS if temperature < most)


def about_words(max_tokens: int) -> str:
    """How long an answer may be, in words."""
    words = max_tokens * WORDS_A_PIECE
    rough = int(round(words, -1 if words < 300 else -2))
    return f"up to about {plural(rough or 10, 'word')}"


def dial(temperature: float) -> str:
    """The temperature as a picture: the fuller, the freer."""
    share = round(100 * min(1.0, temperature / FREEST))
    return (
        f'<span class="ll-dial" role="img" aria-label="Speaks {mood(temperature)}: {temperature:g} on a scale from '
        f'careful (0) to free ({FREEST:g})"><span>careful</span><span class="ll-meter"><i style="width:{share}%"></i>'
        "</span><span>free</span></span>"
    )


def marks(view: AgentView) -> str:
    """What is different about an agent, and whether something of it is out of use."""
    sources = {*view.sources.values(), *(prompt.source for prompt in view.prompts)}
    shown = "".join(
        f'<span class="ll-tag ll-note">{words}</span>' for source, words in CHANGED.items() if source in sources
    )
    if any(prompt.stopped for prompt in view.prompts):
        shown += '<span class="ll-tag ll-waits">a changed instruction is not in use</span>'
    return shown


def agent_list(views: Sequence[AgentView], chosen: str) -> str:
    """The team, one card for each, to choose from."""
    items = "".join(
        f'<li><button type="button" data-act="agent" data-id="{safe(view.name)}" '
        f'aria-pressed="{"true" if view.name == chosen else "false"}"><b>{safe(view.title)}</b>{marks(view)}'
        f'<span class="ll-excerpt">{safe(view.purpose)}</span>{dial(view.temperature)}'
        f'<span class="ll-facts">{about_words(view.max_tokens)}</span></button></li>'
        for view in views
    )
    return f'<ul class="ll-lore-list ll-agents">{items}</ul>'


def agent_card(view: AgentView, story: str) -> str:
    """One agent, and whose it is that one looks at: the story's, or that of all stories (`story` "")."""
    where = f"In “{story}”" if story else "In all stories"
    came = f"It came with {view.original_temperature:g} and {view.original_max_tokens:,} word-pieces."
    return (
        f'<article class="ll-card ll-member"><h2>{safe(view.title)}</h2><p>{safe(view.purpose)}</p>'
        f'<p class="ll-facts">{safe(where)}: speaks {mood(view.temperature)}, answers with '
        f"{about_words(view.max_tokens)}. {safe(came)}</p>{marks(view)}</article>"
    )


def places(variables: Sequence[Variable]) -> str:
    """The places of a prompt with their meanings; a press puts one where the cursor stands."""
    if not variables:
        return '<p class="ll-facts">Nothing is filled in here; these words are all that the agent is told.</p>'
    items = "".join(
        f'<li><button type="button" class="ll-chip" data-insert="{safe(one.name)}" '
        f'title="Put it where the cursor stands">{safe("{{ " + one.name + " }}")}</button> '
        f"<span>{safe(one.meaning)}{'<b> · has to stay</b>' if one.needed else ''}</span></li>"
        for one in variables
    )
    return f'<p class="ll-facts">Filled in when the agent is asked:</p><ul class="ll-chips">{items}</ul>'


def prompt_state(prompt: PromptView) -> str:
    """Whether a prompt is as it came, and if it can't be used any more, why."""
    if prompt.stopped:
        why = " ".join(prompt.stopped)
        return (
            '<div class="ll-notice" role="alert"><b>Your text is not in use; the agent works with the original.</b> '
            f"{safe(why)} Mend it and save it, or go back to the original.</div>"
        )
    changed = CHANGED.get(prompt.source)
    return f'<span class="ll-tag ll-note">{changed}</span>' if changed else ""


def check_result(found: PromptCheck) -> str:
    """What a check found, and what the model would read."""
    problems = "".join(f"<li>{safe(one)}</li>" for one in found.problems)
    warnings = "".join(f"<li>{safe(one)}</li>" for one in found.warnings)
    if problems:
        head = f'<div class="ll-verdict ll-is-wrong"><b>This can’t be used yet.</b><ul>{problems}</ul></div>'
    elif warnings:
        head = f'<div class="ll-verdict ll-is-doubtful"><b>It works. To weigh:</b><ul>{warnings}</ul></div>'
    else:
        head = '<div class="ll-verdict ll-is-fine"><b>It works.</b></div>'
    sample = (
        '<details class="ll-context"><summary>What the model would read, with made-up values</summary>'
        f'<div class="ll-reading">{safe(found.sample)}</div></details>'
        if found.sample
        else ""
    )
    return f'<div role="status">{head}{sample}</div>'


def prompt_changes(original: str, text: str) -> str:
    """What is different from the original, word by word; empty where nothing is."""
    if text.strip() == original.strip():
        return ""
    return f'<h4 class="ll-line">Compared with the original</h4>{cards.note_changes(original.strip(), text.strip())}'


# Answers


def waiting(who: str, message: str = "") -> str:
    """Somebody of the team is at work."""
    return (
        f'<section class="ll-card ll-answer ll-quiet" role="status"><h3>{safe(who)}</h3>'
        f'<p><span class="ll-busy"><span class="ll-dot"></span></span>{safe(message or "reads …")}</p></section>'
    )


def answer(who: str, about: str, body: str) -> str:
    """One answer of the team under who gave it and what it is about."""
    return (
        f'<section class="ll-card ll-answer"><h3>{safe(who)}</h3><p class="ll-facts">About {safe(about)}</p>'
        f"{body}</section>"
    )


def editor_answer(result: Mapping[str, Any], text: str) -> str:
    """The editor's notes, and the text with the quoted sentences marked."""
    items = [item for item in result.get("suggestions", ()) if isinstance(item, Mapping)]
    marked = marked_text(text, [str(item.get("quote", "")) for item in items])
    return (
        f"{verdict.suggestions(result)}"
        '<details class="ll-context"><summary>The text, with what the editor means marked</summary>'
        f'<div class="ll-earlier">{marked}</div></details>'
    )


def rater_answer(result: Mapping[str, Any]) -> str:
    """The scores and the reason."""
    return verdict.rating(result)


def character_answer(result: Mapping[str, Any], question: str) -> str:
    """What a character says, wants and fears."""
    asked = f'<p class="ll-asked">You asked: {safe(question)}</p>' if question else ""
    parts = [f'{asked}<div class="ll-voice"><p>{safe(result.get("feedback", ""))}</p></div>']
    for key, title in (("wants", "Wants"), ("concerns", "Worries about")):
        said = result.get(key) or ()
        told = [line for line in ([said] if isinstance(said, str) else map(str, said)) if line.strip()]
        # Where nothing could be had, the same sentence says so everywhere; once is enough.
        told = [line for line in told if line != result.get("feedback")]
        if told:
            parts.append(f'<h4 class="ll-line">{title}</h4>' + "".join(f"<p>{safe(line)}</p>" for line in told))
    kept = [item for item in result.get("left_out") or () if isinstance(item, Mapping)]
    if kept:
        lines = "".join(
            f'<li class="ll-out"><b>{safe(_source(item))}</b> {safe(item.get("why", ""))}</li>' for item in kept
        )
        parts.append(
            f'<details class="ll-context"><summary>What {safe(result.get("character", "they"))} can’t know</summary>'
            f'<ul class="ll-layers"><li><ul>{lines}</ul></li></ul></details>'
        )
    return "".join(parts)


def _source(item: Mapping[str, Any]) -> str:
    name = str(item.get("source", "")).removeprefix("lore: ")
    return f"What has become true of {name.removeprefix('note: ')}" if name.startswith("note: ") else name


def marked_text(text: str, quotes: Sequence[str]) -> str:
    """A text as pages show it, with quotes marked where they stand in it word for word."""
    # Tags apart from what stands between them, so that a quote is looked for in the text alone.
    parts = _TAGS.split(prose(text))
    for quote in dict.fromkeys(safe(one.strip()) for one in quotes if len(one.strip()) > 3):
        for place in range(0, len(parts), 2):
            before, found, behind = parts[place].partition(quote)
            if found:
                parts[place : place + 1] = [before, '<mark class="ll-lit">', quote, "</mark>", behind]
                break
    return "".join(parts)


def scene(text: str, note: str = "", done: bool = False) -> str:
    """A scene while it is fleshed out, and when it is done, with a button that copies it."""
    copy = '<button type="button" class="ll-press" data-copy="scene">Copy</button>' if done and text else ""
    body = prose(text) if text.strip() else '<p class="ll-waiting">The page is being set …</p>'
    if not done:
        # The caret stands where the next word will.
        body = f'{body.removesuffix("</p>")}<span class="ll-caret" aria-hidden="true"></span></p>'
    return (
        f'<section class="ll-card ll-answer"><div class="ll-answer-head"><h3>The fleshed-out scene</h3>{copy}</div>'
        f'<p class="ll-facts" role="status">{safe(note)}</p>'
        f'<div class="ll-earlier ll-scene">{body}</div></section>'
    )
