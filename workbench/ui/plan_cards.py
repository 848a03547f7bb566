"""The plan as HTML: pure functions. Cards are edited in place; what is typed stays in the browser until it is saved."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.outline import OutlineItem
from workbench.ui.render import empty, plural, safe

EMPTY = empty(
    "Nothing is planned yet.",
    "Add a chapter, let the outliner plan the next ones, or read a plan out of a text of yours. Chapters are then "
    "written against it.",
)
NO_STORY = empty("No story is open.", "Open one in Write, or try the sample world there; its plan shows here.")


def plan_list(items: Sequence[OutlineItem], story_id: str) -> str:
    """The whole plan in order, with an empty card at its end for a new chapter."""
    waiting = [item for item in items if item.passage_id is None]
    following = waiting[0].id if waiting else ""
    fixed = len(items) - len(waiting)
    cards = [
        _card(item, place, following, first=place == fixed + 1, last=place == len(items))
        for place, item in enumerate(items, start=1)
    ]
    hint = "" if items else EMPTY
    return (
        f'{hint}<ol class="ll-plan" data-story="{safe(story_id)}" aria-label="The plan">{"".join(cards)}</ol>'
        f'<div class="ll-plan-new" data-item="new">{_form("", "", "Add to the plan")}'
        '<button type="button" class="ll-press ll-plan-add" data-do="edit">Add a chapter</button></div>'
    )


def _card(item: OutlineItem, place: int, following: str, *, first: bool, last: bool) -> str:
    written, is_next = item.passage_id is not None, item.id == following
    mark = "written" if written else "next" if is_next else ""
    tag = f'<span class="ll-tag{" ll-note" if is_next else " ll-found"}">{mark}</span>' if mark else ""
    called = f"chapter {item.number}, {item.title}"
    moves = ""
    if not written:
        moves = _act("up", item.id, "↑", f"Move up {called}", off=first, to=place - 1)
        moves += _act("down", item.id, "↓", f"Move down {called}", off=last, to=place + 1)
    write = _act("write", item.id, "Write this chapter", f"Write {called}") if is_next else ""
    told = f'<p class="ll-text">{safe(item.summary)}</p>' if item.summary else '<p class="ll-facts">No summary yet.</p>'
    drag = "" if written else ' draggable="true"'
    return (
        f'<li class="ll-card ll-planned{" ll-is-next" if is_next else ""}{" ll-is-written" if written else ""}" '
        f'data-item="{safe(item.id)}" data-place="{place}"{drag}>'
        f'<span class="ll-plan-number" aria-hidden="true">{item.number}</span>'
        f'<div class="ll-plan-words"><h3>{safe(item.title)} {tag}</h3>{told}</div>'
        f"{_form(item.title, item.summary, 'Save')}"
        f'<div class="ll-plan-acts">{write}'
        f'<button type="button" class="ll-press" data-do="edit" aria-label="Edit {safe(called)}">Edit</button>{moves}'
        f'<button type="button" class="ll-press ll-plain" data-do="delete" aria-label="Delete {safe(called)}">Delete'
        "</button></div></li>"
    )


def _form(title: str, summary: str, save: str) -> str:
    """Hidden until the card is edited."""
    return (
        '<div class="ll-plan-form" hidden>'
        f'<label>Title<input type="text" maxlength="200" data-field="title" value="{safe(title)}"></label>'
        '<label>What happens<textarea rows="4" maxlength="4000" data-field="summary">'
        f"{safe(summary)}</textarea></label>"
        f'<div class="ll-plan-acts"><button type="button" class="ll-press" data-do="save">{save}</button>'
        '<button type="button" class="ll-press ll-plain" data-do="leave">Leave it</button></div></div>'
    )


def _act(act: str, item_id: str, words: str, label: str, *, off: bool = False, to: int = 0) -> str:
    place = f' data-to="{to}"' if to else ""
    return (
        f'<button type="button" class="ll-press{" ll-plain" if to else ""}" data-do="{act}" data-id="{safe(item_id)}"'
        f'{place} aria-label="{safe(label)}"{" disabled" if off else ""}>{words}</button>'
    )


def plan_progress(message: str, share: float, error: str = "") -> str:
    """How far the outliner is."""
    if error:
        return f'<p class="ll-trouble" role="alert">{safe(error)}</p>'
    done = round(100 * min(1.0, max(0.0, share)))
    return (
        '<div class="ll-card ll-planning" role="status"><div class="ll-progress" role="progressbar" '
        f'aria-label="Progress of the planning" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{done}">'
        f'<i style="width:{done}%"></i></div><p class="ll-facts">{safe(message)}</p></div>'
    )


def plan_preview(found: Sequence[Mapping[str, Any]]) -> str:
    """A plan that was read out of a text, before it is taken over."""
    if not found:
        return ""
    rows = "".join(
        f"<li><b>{safe(one['title'])}</b>"
        + (' <span class="ll-tag">named for you</span>' if one.get("by") != "writer" else "")
        + (f'<p class="ll-text">{safe(one["summary"])}</p>' if one["summary"] else "")
        + "</li>"
        for one in found
    )
    heading = f"<h3>{plural(len(found), 'chapter')} found</h3>"
    return f'<section class="ll-card ll-plan-found">{heading}<ol>{rows}</ol></section>'
