"""Domain values as HTML: pure functions. Whatever comes from a model or a person goes through `safe` or `prose`."""

import html
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache, wraps
from inspect import isgeneratorfunction
from typing import Any, TypeVar

import gradio as gr

from workbench.domain.difference import Piece, difference
from workbench.domain.model import ModelStatus
from workbench.domain.runs import Run
from workbench.domain.story import Passage, StoryView
from workbench.domain.text import count_words
from workbench.domain.tree import TreePassage
from workbench.errors import WorkbenchError

# So many chapters are remembered as they were drawn: an accepted one never changes.
LONG_STORY = 1024
Handler = TypeVar("Handler", bound=Callable[..., Any])

# Control characters, and the marks that turn the reading direction round, would let a text disguise itself.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
# Braces, dollars and backticks mean something to the templates that Gradio's HTML component runs on the page.
_TEMPLATE = str.maketrans({"{": "&#123;", "}": "&#125;", "$": "&#36;", "`": "&#96;", "\\": "&#92;"})
_SCENE_BREAK = re.compile(r"\s*(?:[*#~_-]\s*){3,}\s*|\s*#\s*")
_STRONG = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")


def told(error: WorkbenchError) -> gr.Error:
    """The error as the page shows it: the sentence and nothing else, escaped, since the page reads it as HTML."""
    return gr.Error(safe(error), duration=10, title="That did not work", print_exception=False)


def said(message: str, title: str, seconds: float = 5) -> None:
    """A few words at the edge of the page, for what went well."""
    gr.Info(safe(message), duration=seconds, title=title)


def telling(handler: Handler) -> Handler:
    """Wrap an event handler (also a generator) so that every `WorkbenchError` is told to the person."""
    if isgeneratorfunction(handler):

        @wraps(handler)
        def stream(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from handler(*args, **kwargs)
            except WorkbenchError as error:
                raise told(error) from error

        return stream  # type: ignore[return-value]

    @wraps(handler)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return handler(*args, **kwargs)
        except WorkbenchError as error:
            raise told(error) from error

    return call  # type: ignore[return-value]


def safe(value: object) -> str:
    """`value` as text that can stand anywhere in HTML, in quoted attributes too."""
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return html.escape(_UNSEEN.sub("", text), quote=True).translate(_TEMPLATE)


def prose(text: str) -> str:
    """Paragraphs of a passage; `*this*` is emphasised, a line of asterisks or dashes is a scene break."""
    parts = []
    for block in re.split(r"\n\s*\n", text.strip()):
        if not block.strip():
            continue
        if _SCENE_BREAK.fullmatch(block):
            parts.append('<div class="ll-break" role="separator">⁂</div>')
            continue
        shown = safe(re.sub(r"^#+\s+", "", block.strip()))
        if "*" in shown:
            shown = _EMPHASIS.sub(r"<em>\1</em>", _STRONG.sub(r"<strong>\1</strong>", shown))
        parts.append(f"<p>{shown.replace(chr(10), '<br>')}</p>")
    return "".join(parts)


def plural(count: int, one: str, many: str = "") -> str:
    """`3 chapters`, `1 chapter`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def word_count(text: str) -> int:
    """Number of words of a text."""
    return count_words(text)


def moment(iso: str) -> datetime | None:
    """The time an ISO string names, in UTC; None where it names none."""
    try:
        when = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def ago(iso: str | None, now: datetime | None = None) -> str:
    """A time as people say it: "just now", "4 minutes ago", "yesterday", "12 May"."""
    when = moment(iso or "")
    if when is None:
        return ""
    now = now or datetime.now(UTC)
    seconds = max(0.0, (now - when).total_seconds())
    if seconds < 45:
        return "just now"
    if seconds < 3600:
        return f"{plural(max(1, round(seconds / 60)), 'minute')} ago"
    if seconds < 22 * 3600:
        return f"{plural(round(seconds / 3600), 'hour')} ago"
    days = max(1, (now.date() - when.date()).days)
    if days == 1:
        return "yesterday"
    if days < 7:
        return f"{days} days ago"
    return f"{when.day} {when:%B}" + ("" if when.year == now.year else f" {when.year}")


def time_tag(iso: str | None) -> str:
    """The time in a person's words; the exact one shows when the pointer rests on it."""
    shown = ago(iso)
    return f'<time datetime="{safe(iso)}" title="{safe(iso)}">{shown}</time>' if shown else ""


def empty(title: str, advice: str) -> str:
    """An empty place that says what to do."""
    return f'<div class="ll-empty"><h3>{safe(title)}</h3><p>{safe(advice)}</p></div>'


OPENING = empty("Opening your desk …", "One moment, the pages are being laid out.")


def model_banner(status: ModelStatus, simple: str = "") -> str:
    """One line about the text model; the whole sentence of what to do when it failed.

    `simple` says why the model for simple work can't be used, if one was wanted that can't.
    """
    beside = (
        '<div class="ll-banner ll-busy" role="status"><b>The model for simple work can’t be used.</b> '
        f"<span>{safe(simple)} The other model does its work meanwhile.</span></div>"
    )
    return _text_model(status) + (beside if simple else "")


def _text_model(status: ModelStatus) -> str:
    if status.state == "failed":
        what = status.error or status.message or "The model could not be loaded."
        return (
            '<div class="ll-banner ll-bad" role="alert"><b>No model can write now.</b> '
            f"<span>{safe(what)} Everything else works, and nothing you typed is lost.</span></div>"
        )
    if status.state == "loading":
        what = status.message or "This takes a few seconds the first time."
        return (
            '<div class="ll-banner ll-busy" role="status"><span class="ll-dot"></span>'
            f"<b>{'The model is away.' if status.waits else 'The model is still loading.'}</b> "
            f"<span>{safe(what)} You can read, edit and prepare your request meanwhile.</span></div>"
        )
    if status.waits:
        return (
            '<div class="ll-banner ll-busy" role="status"><span class="ll-dot"></span>'
            f"<b>The model keeps us waiting.</b> <span>{safe(status.message)} Nothing is lost.</span></div>"
        )
    if status.tryout:
        what = status.message or (
            "The small model that comes along shows how everything works; its prose is simple. For a better one start "
            "with --model and a GGUF file, or the address of Ollama, llama-server or LM Studio."
        )
        return f'<div class="ll-banner ll-tryout" role="status"><b>Tryout model.</b> <span>{safe(what)}</span></div>'
    return (
        f'<div class="ll-banner ll-calm" role="status"><span class="ll-dot"></span>{safe(status.name)} is ready.</div>'
    )


def chapter_title(passage: Passage | TreePassage) -> str:
    """The chapter's own title beside its number, or the number alone."""
    title = passage.title.strip()
    number = f"Chapter {passage.number}"
    return number if not title or title.lower() == number.lower() else f"{number}: {title}"


@lru_cache(maxsize=LONG_STORY)
def chapter(passage: Passage) -> str:
    """One chapter as a page of a book."""
    heading = chapter_title(passage)
    number, _, title = heading.partition(": ")
    below = f"<h2>{safe(title)}</h2>" if title else ""
    return (
        f'<article class="ll-chapter" id="chapter-{passage.number}" aria-label="{safe(heading)}">'
        f'<header><span class="ll-number">{safe(number)}</span>{below}'
        f'<button type="button" class="ll-press ll-fork" data-act="branch" data-id="{safe(passage.id)}" '
        f'aria-label="Branch after {safe(heading)}">Branch here</button></header>{prose(passage.text)}</article>'
    )


def manuscript(view: StoryView, white: bool = True) -> str:
    """The accepted chapters of the branch, in order, under the story's title. `white`: nothing else is on the sheet."""
    head = (
        f'<header class="ll-title"><h1>{safe(view.story.title)}</h1>'
        f"<p>{safe(view.world.title)}{' · ' + safe(view.world.genre) if view.world.genre else ''}</p></header>"
    )
    if white and not view.passages:
        head += empty(
            "The first page is still white.",
            "Say below what should happen and press Write. The draft appears here while it is written; "
            "it becomes part of the story when you accept it.",
        )
    return head + "".join(chapter(passage) for passage in view.passages)


def draft_page(passage: Passage, overall: float | None = None, replaced: int = 0) -> str:
    """A draft that waits for a decision; `replaced` is the number of the chapter whose place it would take."""
    facts = [plural(word_count(passage.text), "word")]
    if overall is not None:
        facts.append(f"rated {overall:.1f} of 9")
    facts.append("in your own words" if passage.origin == "writer" else "by the agents")
    return _draft(passage, facts, replaced, prose(passage.text))


def compared_page(passage: Passage, other: Passage, name: str, replaced: int = 0) -> str:
    """A draft with what is different from `other`; `name` says beside what it is put."""
    pieces = difference(other.text, passage.text)
    came, went = (
        word_count(" ".join(piece.text for piece in pieces if piece.kind == kind)) for kind in ("added", "removed")
    )
    facts = [f"{plural(came, 'word')} new", f"{went:,} gone"] if came or went else ["nothing is different"]
    return _draft(
        passage,
        facts,
        replaced,
        f'<div class="ll-changes ll-between"><p class="ll-facts">{safe(name)}: <ins>underlined</ins> is new, '
        f'<del>struck out</del> is gone.</p><div class="ll-text">{changed_words(pieces)}</div></div>',
    )


def changed_words(pieces: Sequence[Piece]) -> str:
    """A difference as text; what came and what went is told by form as well as by colour."""
    forms = {"same": "{}", "added": "<ins>{}</ins>", "removed": "<del>{}</del>"}
    return "".join(forms[piece.kind].format(safe(piece.text)) for piece in pieces)


def _draft(passage: Passage, facts: Sequence[str], replaced: int, body: str) -> str:
    asked = f'<p class="ll-asked">You asked: {safe(passage.instruction)}</p>' if passage.instruction else ""
    place = (
        f'<p class="ll-facts ll-replaces">Accepted, it takes the place of chapter {replaced}.</p>' if replaced else ""
    )
    return (
        f'<article class="ll-chapter ll-draft" data-passage="{safe(passage.id)}">'
        f'<header><span class="ll-ribbon">Draft</span> <span class="ll-number">{safe(chapter_title(passage))}</span>'
        f'<span class="ll-facts">{safe(" · ".join(facts))}</span></header>{place}{asked}{body}</article>'
    )


def streaming_page(text: str, heading: str, note: str) -> str:
    """The draft while it is written; the place keeps its height so that the page stands still."""
    body = prose(text) if text.strip() else '<p class="ll-waiting">The page is being set …</p>'
    # The caret stands where the next word will.
    body = f'{body.removesuffix("</p>")}<span class="ll-caret" aria-hidden="true"></span></p>'
    return (
        '<article class="ll-chapter ll-draft ll-live" aria-live="off">'
        f'<header><span class="ll-ribbon">{safe(heading)}</span><span class="ll-facts">{safe(note)}</span></header>'
        f"{body}</article>"
    )


def unfinished_page(text: str) -> str:
    """What was written when the agents were stopped; it is no draft, and nothing can be decided about it."""
    return (
        '<article class="ll-chapter ll-draft"><header><span class="ll-ribbon">Unfinished</span>'
        f'<span class="ll-facts">{plural(word_count(text), "word")} so far</span></header>{prose(text)}</article>'
    )


def unfinished_notice(run: Run) -> str:
    """Why a run ended without a draft, and what was asked for."""
    why = {
        "cancelled": "You stopped the agents before the draft was done.",
        "interrupted": "The app was closed while the agents were at work.",
    }.get(run.status, f"The agents could not finish. {run.error}")
    return (
        f'<div class="ll-notice" role="status">{safe(why)} You had asked: <q>{safe(run.instruction)}</q>'
        "<br>Go on takes up the work where it stopped; Start over puts your request back into the box.</div>"
    )


def draft_label(passage: Passage, position: int) -> str:
    """How a draft is called in the list of drafts."""
    who = "yours" if passage.origin == "writer" else "agents"
    return f"Draft {position} · {plural(word_count(passage.text), 'word')} · {who} · {ago(passage.created_at)}"


@lru_cache(maxsize=LONG_STORY)
def _chapter_words(passage: Passage) -> int:
    return word_count(passage.text)


def story_card(view: StoryView, cover: str = "") -> str:
    """The story at a glance: its `cover` (HTML), its world, how far it has come, and its chapters to jump to."""
    branch = next((branch.name for branch in view.branches if branch.id == view.story.branch_id), "")
    total = sum(_chapter_words(passage) for passage in view.passages)
    facts = [plural(len(view.passages), "chapter"), plural(total, "word")]
    if view.undecided:
        facts.append(plural(len(view.undecided), "draft") + " waiting")
    tags = "".join(f'<span class="ll-tag">{safe(tag)}</span>' for tag in (view.world.genre, view.world.tone) if tag)
    line = f'<p class="ll-branch">Telling: {safe(branch)}</p>' if len(view.branches) > 1 and branch else ""
    links = "".join(
        f'<li><a href="#chapter-{passage.number}" data-act="chapter" data-id="{passage.number}">'
        f"{safe(chapter_title(passage))}</a></li>"
        for passage in view.passages
    )
    contents = f'<nav aria-label="Chapters"><ol class="ll-contents">{links}</ol></nav>' if links else ""
    return (
        f'<div class="ll-card ll-story" data-open-story="{safe(view.story.id)}">{cover}'
        f"<h3>{safe(view.world.title)}</h3>"
        f'<p class="ll-premise">{safe(view.world.premise)}</p>{tags}{line}'
        f'<p class="ll-facts">{safe(" · ".join(facts))}</p>{contents}</div>'
    )


WELCOME = (
    '<div class="ll-welcome"><h1>An evening of writing</h1>'
    "<p>Loreloom drafts chapters with you on this computer. A writer drafts, an editor reads against the grain, "
    "a rater scores, and a memory keeps what has become true. Nothing leaves this machine.</p>"
    "<ol><li><b>Open a world.</b> The sample is ready in a second; yours takes a title and a sentence.</li>"
    "<li><b>Say what should happen.</b> One or two sentences, a length if you like.</li>"
    "<li><b>Accept, edit or discard</b> what comes. Only what you accept becomes part of the story.</li></ol></div>"
)
