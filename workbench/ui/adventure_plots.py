"""How adventures were told and read lately, as pictures: pure functions."""

from workbench.domain.adventure_use import AdventureUse, middle
from workbench.ui.agent_plots import seconds
from workbench.ui.gauges import figure, key
from workbench.ui.plots import Layer, plot
from workbench.ui.render import plural


def by_turn(use: AdventureUse) -> str:
    """What the latest chapters of adventures took, and how long their readers thought; nothing where none was told."""
    if not use.told:
        return ""
    return (
        '<section class="ll-card"><h3>Adventures, chapter by chapter</h3><div class="ll-by-chapter">'
        f"{_telling(use)}{_thinking(use)}</div>"
        f'<p class="ll-facts">{plural(use.viewed, "chapter")} opened by readers lately.</p></section>'
    )


def _telling(use: AdventureUse) -> str:
    ahead = [one.seconds if one.prepared else 0.0 for one in use.told]
    waited = [0.0 if one.prepared else one.seconds for one in use.told]
    known = {
        "told ahead": use.first_word(prepared=True),
        "told while somebody waited": use.first_word(prepared=False),
    }
    firsts = " · ".join(f"{seconds(value)} {words}" for words, value in known.items() if value is not None)
    return figure(
        f"{key('kept', 'told ahead')} {key('read', 'told while somebody waited')} seconds until it was there",
        f"first word: <b>{firsts}</b>" if firsts else "",
        plot(
            [Layer("kept", ahead, "bars"), Layer("read", waited, "bars")],
            f"Seconds for each of the latest {plural(len(use.told), 'chapter')}; {use.prepared} were told ahead",
            times=_ends(len(use.told), "chapter"),
        ),
    )


def _thinking(use: AdventureUse) -> str:
    usual = middle(use.choices)
    return figure(
        key("work", "until the choice, in seconds"),
        f"<b>{seconds(usual)}</b> usually" if usual is not None else "nothing has been chosen yet",
        plot(
            [Layer("work", use.choices, "bars")],
            f"Seconds until each of the latest {plural(len(use.choices), 'choice')}",
            times=_ends(len(use.choices), "choice"),
        ),
    )


def _ends(count: int, what: str) -> list[tuple[str, str, str]]:
    """The oldest and the newest, named under the bars."""
    if count < 2:
        return [("50%", "middle", f"the latest {what}")]
    return [("0%", "start", f"{plural(count, what)} ago"), ("100%", "end", "the latest")]
