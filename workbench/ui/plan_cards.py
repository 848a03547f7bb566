"""The plan as HTML: pure functions. Cards are edited in place; what is typed stays in the browser until it is saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.outline import OutlineItem, to_come
from workbench.domain.parts import PartInPlan, RunOfChapters
from workbench.ui.render import empty, plural, safe

# Of a long run the chapters that were written last.
MOST_SHOWN = 12
EMPTY = empty(
    "Nothing is planned yet.",
    "Add a chapter, let the outliner plan the next ones, or read a plan out of a text of yours. Chapters are then "
    "written against it.",
)
NO_STORY = empty("No story is open.", "Open one in Write, or try the sample world there; its plan shows here.")


def plan_list(items: Sequence[OutlineItem], story_id: str, parts: Sequence[PartInPlan] = ()) -> str:
    """The whole plan in order under the headings of its parts, with empty cards at its end for what is new."""
    waiting = to_come(items)
    following = waiting[0].id if waiting else ""
    fixed = len(items) - len(waiting)
    shown: list[str] = []
    left, here = list(parts), ""
    for place, item in enumerate(items, start=1):
        part_id = item.part_id or ""
        if part_id != here:
            shown += _headings(left, part_id, following)
            here = part_id
        ways = Ways(
            up=_beside(items, parts, place - 1, -1),
            down=_beside(items, parts, place - 1, 1),
            first=place == fixed + 1,
            last=place == len(items),
        )
        shown.append(_card(item, place, following, ways))
    shown += [part_head(part, following) for part in left]
    hint = "" if items or parts else EMPTY
    return (
        f'{hint}<ol class="ll-plan" data-story="{safe(story_id)}" aria-label="The plan">{"".join(shown)}</ol>'
        f'<div class="ll-plan-new" data-item="new">{_form("", "", "Add to the plan")}'
        '<button type="button" class="ll-press ll-plan-add" data-do="edit">Add a chapter</button></div>'
        f'<div class="ll-plan-new" data-item="part:new">{_form("", "", "Add the part", _begins(items))}'
        '<button type="button" class="ll-press ll-plan-add" data-do="edit">Add a part</button></div>'
    )


@dataclass(frozen=True)
class Ways:
    """Where a card can go: `up` and `down` name the part beside it, where the next step leads into that.

    None is a step within its part; "" leads out of its part.
    """

    up: str | None = None
    down: str | None = None
    first: bool = False
    last: bool = False


def _beside(items: Sequence[OutlineItem], parts: Sequence[PartInPlan], at: int, step: int) -> str | None:
    """The part that a chapter comes into with a step up or down; None where it stays in its own."""
    own, ids = items[at].part_id, [one.part.id for one in parts]
    near = items[at + step] if 0 <= at + step < len(items) else None
    if near is not None and near.part_id == own:
        return None
    place = (ids.index(own) if own in ids else len(ids) if step < 0 or near is None else -1) + step
    if 0 <= place < len(ids) and not parts[place].items:
        return ids[place]
    return None if near is None else near.part_id or ""


def _headings(left: list[PartInPlan], part_id: str, following: str) -> list[str]:
    """The heading of a part, and before it those of parts without chapters; they are taken out of `left`."""
    if not part_id:
        return ['<li class="ll-plan-part-none">In no part</li>']
    shown = []
    while left and any(one.part.id == part_id for one in left):
        one = left.pop(0)
        shown.append(part_head(one, following))
        if one.part.id == part_id:
            break
    return shown


def part_head(one: PartInPlan, following: str) -> str:
    """A part's heading: what it is to tell, how far it is, and what was told once it is written."""
    part, count = one.part, len(one.items)
    called = f"part {part.number}, {part.title}"
    facts = "No chapters yet." if not count else f"{one.written} of {plural(count, 'chapter')} written"
    if one.done:
        facts = f"{plural(count, 'chapter')}, all written"
    told = f'<p class="ll-plan-part-told"><b>What was told</b> {safe(one.told)}</p>' if one.told else ""
    aim = f'<p class="ll-text">{safe(part.summary)}</p>' if part.summary else ""
    is_next = any(item.id == following for item in one.items)
    write = _act("part", f"part:{part.id}", "Write this part", f"Write {called}") if is_next else ""
    return (
        f'<li class="ll-plan-part" data-item="part:{safe(part.id)}"><div class="ll-plan-words">'
        f'<p class="ll-plan-part-number">Part {part.number}</p><h2>{safe(part.title)}</h2>{aim}'
        f'<p class="ll-facts">{facts}</p>{told}</div>{_form(part.title, part.summary, "Save")}'
        f'<div class="ll-plan-acts">{write}'
        f'<button type="button" class="ll-press" data-do="edit" aria-label="Edit {safe(called)}">Edit</button>'
        '<button type="button" class="ll-press ll-plain" data-do="delete" data-sure="Really? Its chapters stay." '
        f'aria-label="Delete {safe(called)}">Delete</button></div></li>'
    )


def _begins(items: Sequence[OutlineItem]) -> str:
    """The choice of the chapter that a new part begins with."""
    options = "".join(
        f'<option value="{safe(item.id)}">{safe(f"Chapter {item.number}: {item.title}")}</option>' for item in items
    )
    return (
        '<label>It begins with<select data-field="from"><option value="">new chapters, behind the plan</option>'
        f"{options}</select></label>"
    )


def _card(item: OutlineItem, place: int, following: str, ways: Ways) -> str:
    written, is_next = item.passage_id is not None, item.id == following
    mark = "written" if written else "next" if is_next else ""
    tag = f'<span class="ll-tag{" ll-note" if is_next else " ll-found"}">{mark}</span>' if mark else ""
    called = f"chapter {item.number}, {item.title}"
    moves = ""
    if not written:
        moves = _step("up", "↑", item, called, ways.up, place - 1, ways.first)
        moves += _step("down", "↓", item, called, ways.down, place + 1, ways.last)
    write = _act("write", item.id, "Write this chapter", f"Write {called}") if is_next else ""
    told = f'<p class="ll-text">{safe(item.summary)}</p>' if item.summary else '<p class="ll-facts">No summary yet.</p>'
    drag = "" if written else ' draggable="true"'
    kinds = f"{' ll-is-next' if is_next else ''}{' ll-is-written' if written else ''}"
    kinds += " ll-in-part" if item.part_id else ""
    return (
        f'<li class="ll-card ll-planned{kinds}" '
        f'data-item="{safe(item.id)}" data-place="{place}"{drag}>'
        f'<span class="ll-plan-number" aria-hidden="true">{item.number}</span>'
        f'<div class="ll-plan-words"><h3>{safe(item.title)} {tag}</h3>{told}</div>'
        f"{_form(item.title, item.summary, 'Save')}"
        f'<div class="ll-plan-acts">{write}'
        f'<button type="button" class="ll-press" data-do="edit" aria-label="Edit {safe(called)}">Edit</button>{moves}'
        f'<button type="button" class="ll-press ll-plain" data-do="delete" aria-label="Delete {safe(called)}">Delete'
        "</button></div></li>"
    )


def _step(way: str, words: str, item: OutlineItem, called: str, part_id: str | None, to: int, off: bool) -> str:
    """A press that moves a chapter by one place, or where it stands into the part beside it."""
    if part_id is None:
        return _act(way, item.id, words, f"Move {way} {called}", off=off, to=str(to))
    label = f"Move {called}, {'into the part' if part_id else 'out of the part'} {'above' if way == 'up' else 'below'}"
    return _act("into", item.id, words, label, to=part_id or "none")


def _form(title: str, summary: str, save: str, more: str = "") -> str:
    """Hidden until the card is edited; `more` are further fields."""
    return (
        '<div class="ll-plan-form" hidden>'
        f'<label>Title<input type="text" maxlength="200" data-field="title" value="{safe(title)}"></label>'
        '<label>What happens<textarea rows="4" maxlength="4000" data-field="summary">'
        f"{safe(summary)}</textarea></label>{more}"
        f'<div class="ll-plan-acts"><button type="button" class="ll-press" data-do="save">{save}</button>'
        '<button type="button" class="ll-press ll-plain" data-do="leave">Leave it</button></div></div>'
    )


def _act(act: str, item_id: str, words: str, label: str, *, off: bool = False, to: str = "") -> str:
    place = f' data-to="{safe(to)}"' if to else ""
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


def run_progress(run: RunOfChapters, message: str = "", share: float | None = None, goes_on: bool = True) -> str:
    """How a run of chapters stands: what is done just now, and what is written of it, newest last.

    `goes_on`: whether it would go on by itself after a restart.
    """
    parts = []
    if run.state in ("working", "stopping"):
        done = round(100 * min(1.0, max(0.0, run.progress if share is None else share)))
        said = "It stops after this chapter. " if run.state == "stopping" else ""
        restart = "; it goes on after a restart" if goes_on else ""
        parts.append(
            '<div class="ll-progress" role="progressbar" aria-label="Progress of the chapters" aria-valuemin="0" '
            f'aria-valuemax="100" aria-valuenow="{done}"><i style="width:{done}%"></i></div>'
            f'<p class="ll-run-now"><b>{safe(message or "Beginning")}</b></p>'
            f'<p class="ll-facts">{said}The page may be closed{restart}.</p>'
        )
    elif run.state == "stopped":
        parts.append(f'<p class="ll-run-now"><b>Stopped.</b> {safe(_so_far(run))}</p>')
    elif run.state == "failed":
        parts.append(f'<p class="ll-trouble" role="alert">{safe(run.message)}</p>')
        parts.append(f'<p class="ll-facts">{safe(_so_far(run))}</p>')
    elif message or run.chapters:
        parts.append(f'<p class="ll-run-now"><b>{safe(message or _so_far(run))}</b></p>')
    if run.chapters:
        rows = "".join(
            f'<li value="{one.number}">{safe(one.title)} <span class="ll-tag{"" if one.below else " ll-found"}">'
            f"{one.rating:.1f}{', under your mark' if one.below else ''}</span></li>"
            for one in run.chapters[-MOST_SHOWN:]
        )
        parts.append(f'<ol class="ll-run-done" aria-label="Written in this run">{rows}</ol>')
    return f'<div class="ll-card ll-planning ll-run" role="status">{"".join(parts)}</div>' if parts else ""


def _so_far(run: RunOfChapters) -> str:
    return f"{run.written} of {plural(run.wanted, 'chapter')} written."


def plan_preview(found: Sequence[Mapping[str, Any]]) -> str:
    """A plan that was read out of a text, before it is taken over."""
    if not found:
        return ""
    rows = "".join(
        f"<li><b>{safe(one['title'])}</b>"
        + (' <span class="ll-tag">named for you</span>' if one.get("by") != "writer" else "")
        + (f' <span class="ll-tag ll-found">{safe(one["part"])}</span>' if one.get("part") else "")
        + (f'<p class="ll-text">{safe(one["summary"])}</p>' if one["summary"] else "")
        + "</li>"
        for one in found
    )
    heading = f"<h3>{plural(len(found), 'chapter')} found</h3>"
    return f'<section class="ll-card ll-plan-found">{heading}<ol>{rows}</ol></section>'
