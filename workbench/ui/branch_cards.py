"""What stands beside the picture of a tree: the chosen passage, the branches, and the decisions, as HTML."""

from collections.abc import Sequence

from workbench.domain.story import Branch, Passage
from workbench.domain.tree import Decision, StoryTree
from workbench.ui.render import chapter_title, plural, prose, safe, time_tag, word_count

NONE_CHOSEN = (
    '<div class="ll-card ll-quiet"><h3>Nothing is chosen</h3><p>Press a chapter in the picture to read it, to go on '
    "from there on a branch of its own, or to switch to it.</p></div>"
)
# Letters of a chapter that are shown before it is opened.
BEGINNING = 220


def _button(act: str, key: str, words: str, label: str = "", look: str = "") -> str:
    named = f' aria-label="{safe(label)}"' if label else ""
    return (
        f'<button type="button" class="ll-press{look}" data-act="{act}" data-id="{safe(key)}"{named}>'
        f"{safe(words)}</button>"
    )


def passage_card(tree: StoryTree, passage: Passage) -> str:
    """A passage with its beginning, its whole text to open, and what can be done with it besides branching."""
    branches = tree.on(passage.id)
    here = any(branch.id == tree.open_id for branch in branches)
    head = tree.open.head_id == passage.id
    state = {"draft": "a draft that waits", "discarded": "discarded", "accepted": ""}[passage.state]
    facts = [state, plural(word_count(passage.text), "word")]
    facts += ["in your own words"] if passage.origin == "writer" else []
    buttons = []
    if here:
        buttons.append(_button("passage", str(passage.number), "Read it in Write"))
    for branch in branches:
        if branch.id != tree.open_id and branch.discarded_at is None:
            buttons.append(_button("switch", branch.id, f"Switch to “{_short(branch.name)}”"))
    if head:
        buttons.append(_button("discard", passage.id, f"Discard chapter {passage.number}"))
    on = ", ".join(f"“{branch.name}”" for branch in branches[:6]) + (" …" if len(branches) > 6 else "")
    text = passage.text.strip()
    cut = len(text) > BEGINNING
    beginning = text[:BEGINNING].rsplit(" ", 1)[0] + " …" if cut else text
    whole = f'<details><summary>The whole text</summary><div class="ll-tree-text">{prose(text)}</div></details>'
    return (
        f'<article class="ll-card ll-tree-card"><h3>{safe(chapter_title(passage))}</h3>'
        f'<p class="ll-facts">{safe(" · ".join(part for part in facts if part))} · {time_tag(passage.created_at)}</p>'
        + (f'<p class="ll-facts">On {safe(on)}</p>' if on else "")
        + f'<p class="ll-excerpt">{safe(beginning)}</p>{whole if cut else ""}'
        + f'<div class="ll-buttons">{"".join(buttons[:8])}</div></article>'
    )


def branch_list(tree: StoryTree, compared: str = "") -> str:
    """All branches: the open one first, discarded ones folded away; each with what can be done with it."""
    standing = sorted(tree.standing, key=lambda branch: branch.id != tree.open_id)
    gone = [branch for branch in tree.branches if branch.discarded_at is not None]
    items = "".join(_branch(tree, branch, compared) for branch in standing)
    folded = (
        f'<details class="ll-gone"><summary>Discarded branches ({len(gone)})</summary><ul>'
        + "".join(_branch(tree, branch, compared) for branch in gone)
        + "</ul></details>"
        if gone
        else ""
    )
    return f'<div class="ll-card ll-branches"><h3>Branches</h3><ul>{items}</ul>{folded}</div>'


def _branch(tree: StoryTree, branch: Branch, compared: str) -> str:
    line = tree.line(branch.head_id)
    facts = [plural(len(line), "chapter")]
    if branch.from_id and branch.from_id in tree.by_id:
        facts.append(f"begun after chapter {tree.by_id[branch.from_id].number}")
    is_open = branch.id == tree.open_id
    mark = '<span class="ll-tag ll-note">open</span>' if is_open else ""
    name = branch.name
    if branch.discarded_at is not None:
        buttons = _button("restore", branch.id, "Put it back", f"Put the branch {name} back")
    else:
        buttons = "" if is_open else _button("switch", branch.id, "Switch to it", f"Switch to the branch {name}")
        buttons += _button("rename", branch.id, "Rename", f"Rename the branch {name}")
        if not is_open:
            buttons += _button("compare", branch.id, "Compare", f"Compare the branch {name} with the open one")
            buttons += _button("drop", branch.id, "Discard", f"Discard the branch {name}")
    current = ' aria-current="true"' if is_open or branch.id == compared else ""
    return (
        f"<li{current}><b>{safe(name)}</b>{mark}"
        f'<span class="ll-facts">{safe(" · ".join(facts))}</span><div class="ll-buttons">{buttons}</div></li>'
    )


def decision_list(decisions: Sequence[Decision]) -> str:
    """What was decided, newest first. The first that stands is what Undo takes back."""
    if not decisions:
        return (
            '<div class="ll-card ll-quiet"><h3>Decisions</h3><p>What you accept, discard, branch, name and switch is '
            "told here, and can be taken back one after the other.</p></div>"
        )
    items = "".join(
        f"<li{' class=ll-undone' if one.undone_at else ''}>{safe(capital(one.said))} "
        f'<span class="ll-facts">{"taken back" if one.undone_at else ""} {time_tag(one.created_at)}</span></li>'
        for one in decisions
    )
    return f'<div class="ll-card ll-decisions"><h3>Decisions</h3><ol>{items}</ol></div>'


def undo_words(decision: Decision | None) -> str:
    """What the Undo button says."""
    return f"Undo: {decision.said}" if decision else "Nothing to undo"


def capital(words: str) -> str:
    """The words as the beginning of a line."""
    return words[:1].upper() + words[1:]


def _short(name: str, longest: int = 30) -> str:
    return name if len(name) <= longest else f"{name[: longest - 1]}…"
