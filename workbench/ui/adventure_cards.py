"""Adventures as HTML: pure functions. What models and data files say goes through `prose` or `safe`."""

from collections.abc import Mapping, Sequence

from workbench.domain.adventures import Adventure, Chapter, Told, minutes_spent, summed_up
from workbench.domain.categories import Category
from workbench.domain.lessons import LessonSet
from workbench.ui.render import empty, plural, prose, safe, time_tag

NAMES = {"story": "Story", "lesson": "Lesson", "reflect": "Thinking again", "conclusion": "The end"}
# On the path: what stands in a chapter's mark.
MARKS = {"story": "●", "lesson": "?", "reflect": "↺", "conclusion": "★"}
NOBODY = empty("No adventure is open.", "Choose where it takes place and what is learned on the way, then begin.")


def settings_shelf(categories: Sequence[Category], chosen: str) -> str:
    """Where an adventure may take place, one of them chosen."""
    cards = "".join(
        f'<button type="button" class="ll-setting" data-act="setting" data-id="{safe(one.id)}" '
        f'aria-pressed="{"true" if one.id == chosen else "false"}"><b>{safe(one.title)}</b>'
        f"<span>{safe(one.about)}</span></button>"
        for one in categories
    )
    return f'<div class="ll-settings" role="group" aria-label="Where it takes place">{cards}</div>'


def shelf(adventures: Sequence[Adventure], categories: Mapping[str, Category], topics: Mapping[str, LessonSet]) -> str:
    """The adventures that there are, to go on with or to put away."""
    if not adventures:
        return '<p class="ll-facts">No adventures yet. The one that you begin stands here.</p>'
    rows = []
    for one in adventures:
        setting, topic = categories.get(one.category), topics.get(one.topic)
        where = setting.title if setting else one.category
        far = "at its end" if one.status == "done" else f"chapter {max(1, len(one.chapters))} of {len(one.planned)}"
        rows.append(
            f'<li><button type="button" class="ll-chat-open" data-act="open" data-id="{safe(one.id)}">'
            f'<b>{safe(where)}</b><span class="ll-facts">{safe(topic.title if topic else one.topic)} · {far} · '
            f"{time_tag(one.updated_at)}</span></button>"
            f'<button type="button" class="ll-press ll-plain" data-act="delete" data-id="{safe(one.id)}" '
            f'aria-label="Delete the adventure {safe(where)}">Delete</button></li>'
        )
    return f'<ul class="ll-chats" aria-label="Adventures">{"".join(rows)}</ul>'


def journey(adventure: Adventure, telling: bool = False) -> str:
    """The way as marks, one for each chapter: what was, where one is, what will be."""
    marks = []
    here = len(adventure.chapters) + telling
    for number, kind in enumerate(adventure.planned, 1):
        chapter = adventure.chapters[number - 1] if number <= len(adventure.chapters) else None
        state = "done" if number < here else "here" if number == here else "ahead"
        told = chapter.told if chapter is not None else None
        outcome = "" if told is None else ", answered right" if told.correct else ", answered wrong"
        # What lies ahead is a surprise, but for the end.
        name = NAMES[kind] if number <= here or kind == "conclusion" else "to come"
        mark = MARKS[kind] if number <= here or kind == "conclusion" else "·"
        good = "" if told is None else " ll-was-right" if told.correct else " ll-was-wrong"
        title = f": {chapter.title}" if chapter is not None else ""
        marks.append(
            f'<li class="ll-waymark ll-{state}{good}"{" aria-current=step" if state == "here" else ""}>'
            f'<span aria-hidden="true">{mark}</span>'
            f'<i class="ll-hidden">Chapter {number}, {safe(name)}{safe(title)}{outcome}</i></li>'
        )
    return (
        f'<ol class="ll-journey" data-adventure="{safe(adventure.id)}" aria-label="The journey">{"".join(marks)}</ol>'
    )


def book_page(chapter: Chapter, pictured: str = "") -> str:
    """A chapter as a page of a book; `pictured` is the adventure whose chapters have pictures."""
    # The first chapter's are those of its choices.
    scene = picture(pictured, str(chapter.number), chapter.title, "ll-scene") if chapter.number > 1 else ""
    return (
        f'<article class="ll-leaf" aria-label="Chapter {chapter.number}"><p class="ll-facts">Chapter {chapter.number}'
        f"{'' if chapter.type == 'story' else f' · {NAMES[chapter.type]}'}</p><h2>{safe(chapter.title)}</h2>"
        f'<div class="ll-leaf-text" id="ll-leaf-text">{prose(chapter.text)}</div>{scene}</article>'
    )


def picture(adventure_id: str, part: str, words: str, look: str) -> str:
    """A picture of an adventure. Its place is kept while it is drawn: it comes by itself, and nothing moves then."""
    if not adventure_id:
        return ""
    return f'<img class="{look}" src="adventures/{safe(adventure_id)}/{safe(part)}.png" alt="{safe(words)}">'


def live_page(number: int, text: str, doing: str) -> str:
    """A chapter while it is told."""
    told = prose(text) if text.strip() else f'<p class="ll-facts">{safe(doing)} …</p>'
    return (
        f'<article class="ll-leaf" aria-busy="true" aria-label="Chapter {number}">'
        f'<p class="ll-facts">Chapter {number}</p><div class="ll-leaf-text">{told}<span class="ll-caret"></span></div>'
        "</article>"
    )


def choices_page(adventure: Adventure, pictured: str = "") -> str:
    """What the reader may do: the choices of the last chapter, or what is left when there are none."""
    shown = pictured if len(adventure.chapters) == 1 else ""
    last = adventure.last
    if adventure.status == "failed":
        return (
            f'<div class="ll-card ll-bad-card" role="alert"><h3>The chapter couldn’t be told</h3>'
            f"<p>{safe(adventure.problem)}</p><p>Your choice is kept.</p>"
            '<button type="button" class="ll-press" data-act="again" data-id="again">Try again</button></div>'
        )
    if last is None or adventure.status == "writing":
        return ""
    if adventure.status == "done":
        return summary_page(adventure)
    asked = f'<p class="ll-question">{safe(last.question)}</p>' if last.question else ""
    buttons = "".join(
        f'<button type="button" class="ll-choice" data-act="choose" data-id="{safe(one.id)}">'
        f'<kbd aria-hidden="true">{number}</kbd>{picture(shown, one.id, "", "ll-of-choice")}'
        f"<span>{safe(one.label)}</span></button>"
        for number, one in enumerate(last.choices, 1)
    )
    said = "Your answer" if last.question else "What do you do?"
    return (
        f'<div class="ll-choices" role="group" aria-label="{said}">{asked or f"<p class=ll-question>{said}</p>"}'
        f"{buttons}"
        '<p class="ll-facts">The keys 1, 2 and 3 choose too.</p></div>'
    )


def outcome(told: Told | None) -> str:
    """What became of the last answer, above the page, which says why."""
    if told is None:
        return ""
    kind, head = ("ll-was-right", "That was right") if told.correct else ("ll-was-wrong", "Not quite")
    answer = f"The answer is: <b>{safe(told.right)}</b>" if not told.correct else f"<b>{safe(told.right)}</b>"
    return (
        f'<div class="ll-card ll-outcome {kind}" role="status"><h3>{head}</h3>'
        f'<p><span class="ll-facts">{safe(told.question)}</span><br>{answer}</p></div>'
    )


def summary_page(adventure: Adventure) -> str:
    """How it went: the chapters in a line each, what was learned, and how long it took."""
    told = summed_up(adventure)
    chapters = "".join(
        f"<li><b>{safe(one['title'])}</b> {safe(one['summary'])} <i>{safe(one['chosen'])}</i></li>"
        for one in told["chapters"]
    )
    figures = told["statistics"]
    minutes = minutes_spent(figures)
    return (
        '<div class="ll-card ll-summary"><h3>Your journey</h3>'
        f"<ol>{chapters}</ol>{lessons_page(adventure)}"
        f'<p class="ll-facts">{plural(figures["chapters"], "chapter")}, {plural(figures["words"], "word")}, '
        f"about {plural(minutes, 'minute')}.</p>{keep_links(adventure)}</div>"
    )


def keep_links(adventure: Adventure) -> str:
    """Where the adventure can be had to keep. The addresses hold beside the page, wherever a Space serves it."""
    links = "".join(
        f'<a class="ll-press" href="adventures/{safe(adventure.id)}.{form}" download>{words}</a>'
        for form, words in (("html", "Keep it as a page"), ("epub", "Keep it as a book (EPUB)"))
    )
    return f'<p class="ll-keep">{links}</p>'


def lessons_page(adventure: Adventure) -> str:
    """The questions with what was answered, for readers and for whoever reads with them."""
    if not adventure.told:
        return '<p class="ll-facts">No question has been asked yet.</p>'
    rows = "".join(
        f"<li><b>{safe(one.question)}</b>{' (asked again)' if one.again else ''}<br>"
        f"{'✓' if one.correct else '✗'} {safe(one.answered)}"
        f"{'' if one.correct else f' — the answer is: {safe(one.right)}'}"
        f"{'' if one.again else f'<br><span class=ll-facts>{safe(one.explanation)}</span>'}</li>"
        for one in adventure.told
    )
    right = sum(one.correct for one in adventure.told)
    return f'<h3>What was learned: {right} of {len(adventure.told)} right</h3><ul class="ll-learned">{rows}</ul>'
