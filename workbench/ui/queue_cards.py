"""The memory's queues and their tasks as HTML: pure functions."""

from collections.abc import Mapping, Sequence

from workbench.domain.tasks import MemoryTask, QueueMinute, QueueStatus
from workbench.ui.plots import Layer, plot
from workbench.ui.render import empty, plural, safe, time_tag

QUEUES = {
    "analyses": ("Reading", "finds in an accepted chapter what has become true"),
    "note_updates": ("Notes", "rewrites the note of an entry that changed"),
    "entity_creations": ("New entries", "adds people, places and things that turned up"),
}
STATES = {"pending": "waits", "running": "at work", "done": "done", "failed": "failed", "retracted": "taken back"}
TIMES = (("0%", "start", "30 min ago"), ("33.3%", "middle", "20"), ("66.7%", "middle", "10"), ("100%", "end", "now"))


def alert_line(alerts: Sequence[str]) -> str:
    """What is wrong with the queues, for every tab; nothing while all is well."""
    if not alerts:
        return ""
    what = safe(" ".join(alerts))
    return f'<div class="ll-banner ll-bad" role="alert"><b>The memory needs you.</b> <span>{what}</span></div>'


def queue_counts(queues: Mapping[str, QueueStatus], history: Mapping[str, Sequence[QueueMinute]]) -> str:
    """How the queues stand, in figures, and what they ended in the last half hour."""
    cards = "".join(_card(name, queues[name], history.get(name, ())) for name in QUEUES)
    return f'<div class="ll-counts">{cards}</div>'


def _card(name: str, queue: QueueStatus, history: Sequence[QueueMinute]) -> str:
    title, about = QUEUES[name]
    figures = "".join(
        f'<div class="{"ll-has-bad" if bad and count else ""}"><b>{count:,}</b><span>{word}</span></div>'
        for word, count, bad in (
            ("waiting", queue.pending, False),
            ("at work", queue.running, False),
            ("done", queue.done, False),
            ("failed", queue.failed, True),
        )
    )
    act, word = ("resume", "Go on") if queue.paused else ("pause", "Pause")
    oldest = f"oldest waits {_duration(queue.oldest_pending_s)}" if queue.pending else "nobody waits"
    paused = '<span class="ll-tag ll-off">paused</span>' if queue.paused else ""
    alarm = f'<p class="ll-trouble">{safe(queue.alert)}</p>' if queue.alert else ""
    return (
        f'<section class="ll-card ll-queue"><header><h3>{title} {paused}</h3>'
        f'<button type="button" class="ll-press" data-act="{act}" data-id="{name}" aria-label="{word}: {title}">{word}'
        f'</button></header><p class="ll-facts">{about}</p><div class="ll-figures">{figures}</div>'
        f'<p class="ll-facts">{plural(queue.workers, "worker")} · {oldest}</p>{alarm}{_throughput(history)}</section>'
    )


def _throughput(history: Sequence[QueueMinute]) -> str:
    """Tasks ended in each of the last minutes, as bars."""
    done, failed = [minute.done for minute in history], [minute.failed for minute in history]
    told = f"In the last half hour {plural(sum(done), 'task')} done and {sum(failed):,} failed, by the minute"
    figures = f"{sum(done):,} in half an hour" if sum(done) else "nothing in half an hour"
    picture = plot([Layer("read", done, "bars"), Layer("bad", failed, "bars")], told, times=TIMES)
    return (
        f'<figure class="ll-figure"><figcaption><span>done a minute</span><span>{figures}</span></figcaption>'
        f"{picture}</figure>"
    )


def _duration(seconds: float) -> str:
    if seconds < 60:
        return "less than a minute"
    return plural(round(seconds / 60), "minute") if seconds < 5400 else plural(round(seconds / 3600), "hour")


def task_words(task: MemoryTask, causes: Mapping[str, str]) -> str:
    """What a task is about, in a sentence."""
    where = causes.get(task.passage_id or "", "a chapter")
    if task.kind == "analysis":
        return f"Read {where} for what has become true"
    if task.kind == "note_update":
        return f"Note on {task.entity_name or 'an entry'}: {task.summary}"
    return (
        f"New {task.entity_type or 'entry'}{' “' + task.entity_name + '”' if task.entity_name else ''}: {task.summary}"
    )


def told_together(tasks: Sequence[MemoryTask]) -> list[tuple[MemoryTask, list[MemoryTask]]]:
    """Tasks in their order, each with those that were told in its rewrite and came to the same end."""
    leaders = {task.id: task for task in tasks}
    under: dict[str, list[MemoryTask]] = {}
    alone = []
    for task in tasks:
        leader = leaders.get(task.folded_into or "")
        if leader is not None and leader.status == task.status and task.status != "failed":
            under.setdefault(leader.id, []).append(task)
        else:
            alone.append(task)
    return [(task, sorted(under.get(task.id, []), key=lambda one: one.created_at)) for task in alone]


def task_row(task: MemoryTask, causes: Mapping[str, str], story: str = "", together: Sequence[MemoryTask] = ()) -> str:
    """One task with its state, those told together with it, what happened to it, and a button when it failed."""
    quote = f"<br><q>{safe(task.evidence)}</q>" if task.evidence and task.evidence != task.summary else ""
    reason = ""
    if task.error and task.status == "done":
        reason = f'<br><span class="ll-facts">{safe(task.error)}</span>'
    elif task.error:
        again = "" if task.status in ("failed", "retracted") else " It is tried again by itself."
        reason = f'<br><span class="ll-reason">{safe(task.error)}{again}</span>'
    tries = f" · {plural(task.retry_count, 'retry', 'retries')}" if task.retry_count else ""
    where = f" · {safe(story)}" if story else ""
    button = ""
    if task.status == "failed":
        button = (
            f'<button type="button" class="ll-press" data-act="{safe(task.kind)}" data-id="{safe(task.id)}">'
            "Try again</button>"
        )
    return (
        f'<li class="ll-task ll-t-{task.status}"><span class="ll-state">{STATES[task.status]}</span>'
        f"<div>{safe(task_words(task, causes))}{quote}{reason}{_together(together)}"
        f'<div>{time_tag(task.processed_at or task.created_at)}<span class="ll-facts">{tries}{where}</span></div>'
        f"{_log(task)}</div>{button}</li>"
    )


def _together(tasks: Sequence[MemoryTask]) -> str:
    if not tasks:
        return ""
    items = "".join(f"<li>{safe(task.summary)}</li>" for task in tasks)
    return f'<div class="ll-together">told together with<ul>{items}</ul></div>'


def _log(task: MemoryTask) -> str:
    """What happened to a task, unfolded on a press."""
    if not task.log:
        return ""
    lines = "".join(f"<li>{time_tag(line.at)} {safe(line.what)}</li>" for line in task.log)
    return (
        f'<details class="ll-log" data-id="{safe(task.id)}"><summary>What happened</summary><ol>{lines}</ol></details>'
    )


def task_list(rows: Sequence[str], left_off: int, advice: str) -> str:
    """The tasks, or what to do to get some."""
    if not rows:
        return empty("Nothing to do.", advice)
    more = f'<p class="ll-facts">{plural(left_off, "older task")} not shown.</p>' if left_off else ""
    return f'<ul class="ll-tasks">{"".join(rows)}</ul>{more}'


# The place of the figures before they are known, so that nothing moves when they come.
QUIET = queue_counts({name: QueueStatus() for name in QUEUES}, {})
