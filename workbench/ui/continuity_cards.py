"""What doesn't fit, as HTML: each contradiction with both sentences side by side, and those that were let stand."""

from collections.abc import Sequence

from workbench.domain.timeline import Quote, Violation
from workbench.ui.cards import Pages, quotes
from workbench.ui.render import empty, plural, safe

WHAT_COUNTS = (
    "Looked for are: one person in two places at once, journeys faster than the distances allow, people who act "
    "before their birth or after their death, a thing in two hands, ages, dates and causes that contradict each other, "
    "and people who know what nobody told them."
)
NOTHING_TO_CHECK = empty(
    "There is nothing to compare yet.",
    "As soon as two chapters can’t both be true, their sentences stand here side by side. " + WHAT_COUNTS,
)
ALL_FITS = empty("Everything fits together.", "No two sentences of this story contradict each other. " + WHAT_COUNTS)


def whole_story(found: Sequence[Violation], pages: Pages, told: bool) -> str:
    """All of a story: what doesn't fit, and folded below it what was let stand. `told`: there is a chapter at all."""
    if not found:
        return ALL_FITS if told else NOTHING_TO_CHECK
    standing = [one for one in found if one.dismissed]
    waiting = [one for one in found if not one.dismissed]
    head = "" if waiting else ALL_FITS
    return f"{head}{_list(waiting, pages)}{_let_stand(standing, pages)}"


def beside_draft(found: Sequence[Violation], pages: Pages, draft_id: str) -> str:
    """One line about a draft that opens to what in it doesn't fit."""
    waiting = [one for one in found if not one.dismissed]
    standing = [one for one in found if one.dismissed]
    inside = _let_stand(standing, pages)
    if not waiting:
        line = "Nothing in this draft contradicts what is told before."
        if not inside:
            return f'<p class="ll-fits">{line}</p>'
    else:
        count = plural(len(waiting), "thing in this draft doesn’t fit", "things in this draft don’t fit")
        line = f"{count} what is told before"
    state = "ll-misfits" if waiting else "ll-misfits ll-all-stand"
    return (
        f'<details class="{state}" data-fold="draft" data-draft="{safe(draft_id)}"><summary>{line}</summary>'
        f'<div class="ll-misfit-list">{_list(waiting, pages)}{inside}</div></details>'
    )


def _list(found: Sequence[Violation], pages: Pages) -> str:
    return f'<ul class="ll-contradictions">{"".join(_card(one, pages) for one in found)}</ul>' if found else ""


def _card(one: Violation, pages: Pages) -> str:
    return (
        f'<li class="ll-card" data-key="{safe(one.key)}"><h3>{safe(one.title)}</h3><p>{safe(one.message)}</p>'
        f"{_both(one.evidence, pages)}"
        f'<div class="ll-plan-acts"><button type="button" class="ll-press ll-plain" data-do="stand" '
        f'aria-label="Let it stand: {safe(one.message)}">Let it stand</button></div>'
        '<div class="ll-standing ll-plan-form" hidden><label>Why may it stand?<textarea rows="2" maxlength="1000" '
        'placeholder="She has a twin. The clock was wrong."></textarea></label>'
        '<div class="ll-plan-acts"><button type="button" class="ll-press" data-do="keep">Let it stand</button>'
        '<button type="button" class="ll-press ll-plain" data-do="leave">Leave it</button></div></div></li>'
    )


def _both(evidence: Sequence[Quote], pages: Pages) -> str:
    sides = "".join(
        f"<blockquote><cite>{safe(_source(quote, pages))}</cite>"
        f"{quotes(quote.quote, quote.passage_id if quote.passage_id in pages else None, pages)}</blockquote>"
        for quote in evidence
    )
    return f'<div class="ll-both">{sides}</div>'


def _source(quote: Quote, pages: Pages) -> str:
    if number := pages.get(quote.passage_id):
        return f"Chapter {number}"
    return quote.source[:1].upper() + quote.source[1:] or ("The lore" if quote.entry_id else "The draft")


def _let_stand(found: Sequence[Violation], pages: Pages) -> str:
    if not found:
        return ""
    rows = "".join(
        f'<li class="ll-card" data-key="{safe(one.key)}"><h3>{safe(one.title)}</h3><p>{safe(one.message)}</p>'
        f'<p class="ll-reason">You let it stand: <q>{safe(one.dismissed)}</q></p>{_both(one.evidence, pages)}'
        '<div class="ll-plan-acts"><button type="button" class="ll-press ll-plain" data-do="restore" '
        f'aria-label="Take that back: {safe(one.message)}">Take that back</button></div></li>'
        for one in found
    )
    count = plural(len(found), "thing that you let stand", "things that you let stand")
    return (
        f'<details class="ll-let-stand" data-fold="stand"><summary>{count}</summary>'
        f'<ul class="ll-contradictions">{rows}</ul></details>'
    )
