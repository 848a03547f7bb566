"""Contradictions are found by rule with both sentences, and stories without any are left alone."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.lore import LoreEntry
from workbench.domain.story import Passage
from workbench.domain.text import normalised
from workbench.domain.timeline import Named, StoryEvent, StoryTime, Violation
from workbench.timeline import continuity

HERE = Path(__file__).parent


def stories_in(folder: Path) -> list[dict[str, Any]]:
    return [story for path in sorted(folder.glob("*.json")) for story in json.loads(path.read_text("utf-8"))]


STORIES = stories_in(HERE / "stories")
MORE = stories_in(HERE / "stories" / "more")
# Written by people who didn't know the rules; see tests/benchmarks/continuity.py.
UNSEEN = stories_in(HERE / "stories" / "unseen")
CASES: list[dict[str, Any]] = json.loads((HERE / "rule_cases.json").read_text("utf-8"))
NAMES = {"two_places", "travel", "after_death", "before_birth", "object", "age", "date", "cause", "knowledge"}


def entries_of(story: dict[str, Any]) -> list[LoreEntry]:
    return [
        LoreEntry(
            id=f"entry-{number}",
            world_id="world",
            title=entry["title"],
            kind=entry["kind"],
            content=entry["content"],
            aliases=tuple(entry.get("aliases", ())),
        )
        for number, entry in enumerate(story["entries"])
    ]


def passages_of(texts: list[str]) -> list[Passage]:
    return [
        Passage(id=f"passage-{number}", story_id="story", parent_id=None, number=number, text=text)
        for number, text in enumerate(texts, 1)
    ]


def found_in(story: dict[str, Any]) -> list[Violation]:
    return continuity.check(passages_of(story["passages"]), entries_of(story))


def quoted(violation: Violation) -> str:
    return " | ".join(normalised(quote.quote) for quote in violation.evidence)


def is_found(story: dict[str, Any], violations: list[Violation]) -> bool:
    """Whether the planted contradiction is among them: by its rule, with both sentences."""
    wanted = [normalised(quote) for quote in story["quotes"]]
    return any(v.rule == story["rule"] and all(quote in quoted(v) for quote in wanted) for v in violations)


def test_planted_contradictions_are_found_and_look_alikes_are_left_alone() -> None:
    planted = [story for story in STORIES if story["rule"]]
    clean = [story for story in STORIES if not story["rule"]]
    assert (len(planted), len(clean)) == (30, 30)
    missed = [story["name"] for story in planted if not is_found(story, found_in(story))]
    alarms = [story["name"] for story in clean if found_in(story)]
    assert len(missed) <= 3, missed
    assert len(alarms) <= 2, alarms


def test_what_is_found_in_stories_that_nobody_fitted_the_rules_to_stays_found() -> None:
    found = sum(is_found(story, found_in(story)) for story in UNSEEN if story["rule"])
    alarms = sum(bool(found_in(story)) for story in UNSEEN if not story["rule"])
    assert found >= 32
    assert alarms <= 5


def test_an_event_of_the_writers_own_contradicts_what_is_told() -> None:
    entries = entries_of(
        {
            "entries": [
                {"title": "Aria", "kind": "character", "content": "A mapmaker. She is 24."},
                {"title": "Old Mill", "kind": "location", "content": "It stands by the river."},
                {"title": "Lighthouse", "kind": "location", "content": "On the cape, far from everything."},
            ]
        }
    )
    passages = passages_of(["On 3 May 1847, at eight o'clock in the evening, Aria stood in the Old Mill."])
    aria, _, tower = (Named(title=entry.title, entry_id=entry.id) for entry in entries)
    when = StoryTime(kind="exact", told="3 May 1847, 8 p.m.", year=1847, month=5, day=3, hour=20)
    event = StoryEvent(position=0, what="Aria watches the light", when=when, where=tower, who=(aria,), origin="writer")
    for passage_id in ("passage-1", None):
        (found,) = continuity.check(passages, entries, events=[event.model_copy(update={"passage_id": passage_id})])
        assert found.rule == "two_places"
        assert [quote.quote for quote in found.evidence] == [passages[0].text, "Aria watches the light"]
        assert found.evidence[1].source == "Your timeline"
    assert continuity.check(passages, entries) == []
    assert continuity.check(passages, entries, events=[event.model_copy(update={"origin": "rule"})]) == []


def test_stories_told_in_other_words_are_read_as_well() -> None:
    planted = [story for story in MORE if story["rule"]]
    clean = [story for story in MORE if not story["rule"]]
    assert (len(planted), len(clean)) == (30, 30)
    missed = [story["name"] for story in planted if not is_found(story, found_in(story))]
    alarms = [story["name"] for story in clean if found_in(story)]
    assert len(missed) <= 7, missed
    assert alarms == []


@pytest.mark.parametrize("case", [c for c in CASES if c["rule"]], ids=lambda c: f"{c['rule']}: {c['quotes'][0][:40]}")
def test_a_rule_finds_its_case_and_quotes_the_sentences(case: dict[str, Any]) -> None:
    assert is_found(case, found_in(case)), [(v.rule, quoted(v)) for v in found_in(case)]


@pytest.mark.parametrize("case", [c for c in CASES if not c["rule"]], ids=lambda c: c["passages"][-1][:50])
def test_what_only_looks_like_a_contradiction_is_left_alone(case: dict[str, Any]) -> None:
    assert found_in(case) == []


def test_every_rule_has_cases_a_name_and_an_explanation() -> None:
    assert {rule.name for rule in continuity.RULES} == NAMES
    assert all(rule.title and rule.explanation.endswith(".") for rule in continuity.RULES)
    assert set(Counter(case["rule"] for case in CASES)) == {*NAMES, ""}


def test_evidence_names_its_source_and_stands_in_it_word_for_word() -> None:
    for story in STORIES:
        entries, passages = entries_of(story), passages_of(story["passages"])
        for violation in continuity.check(passages, entries):
            assert violation.message.endswith(".")
            assert violation.title
            for quote in violation.evidence:
                if quote.entry_id:
                    entry = next(entry for entry in entries if entry.id == quote.entry_id)
                    assert quote.quote in entry.content
                    assert quote.source == f"Lore: {entry.title}"
                else:
                    passage = next(passage for passage in passages if passage.id == quote.passage_id)
                    assert quote.quote in passage.text
                    assert quote.source == f"Chapter {passage.number}"


def planted(rule: str) -> dict[str, Any]:
    return next(story for story in STORIES if story["rule"] == rule)


def test_a_draft_is_named_as_the_draft_and_only_its_own_contradictions_are_told() -> None:
    first, second = planted("after_death"), planted("age")
    entries = [
        entry.model_copy(update={"id": f"{number}-{entry.id}"})
        for number, story in enumerate((first, second))
        for entry in entries_of(story)
    ]
    passages = passages_of([*first["passages"], *second["passages"]])
    everything = {violation.rule for violation in continuity.check(passages, entries)}
    assert {"after_death", "age"} <= everything
    draft = passages[-1].model_copy(update={"id": ""})
    of_draft = continuity.check(passages[:-1], entries, draft=draft)
    assert {violation.rule for violation in of_draft} == {"age"}
    assert "the draft" in {quote.source for violation in of_draft for quote in violation.evidence}


def test_keys_stay_while_the_sentences_do() -> None:
    story = planted("two_places")
    once = {violation.key for violation in found_in(story)}
    other = "Nobody spoke for a while, and the fire went down."
    longer = {**story, "passages": [*story["passages"], other]}
    assert once
    assert {violation.key for violation in found_in(longer)} == once
    renumbered = [
        passage.model_copy(update={"id": f"other-{passage.id}", "number": passage.number + 7})
        for passage in passages_of(story["passages"])
    ]
    assert {violation.key for violation in continuity.check(renumbered, entries_of(story))} == once


def test_lore_that_is_switched_off_or_put_aside_counts_for_nothing() -> None:
    story = planted("before_birth")
    entries = entries_of(story)
    off = [entry.model_copy(update={"enabled": False}) for entry in entries]
    aside = [entry.model_copy(update={"review": "discarded"}) for entry in entries]
    passages = passages_of(story["passages"])
    assert continuity.check(passages, entries)
    assert continuity.check(passages, off) == []
    assert continuity.check(passages, aside) == []


def test_nothing_to_read_is_no_contradiction() -> None:
    assert continuity.check([], []) == []
    assert continuity.check(passages_of(["", "   ", "\n\n"]), []) == []


PROSE = st.lists(
    st.sampled_from(
        """Aria aria Aria's Tobin the The mill Old Mill key was is died born at in on from to left reached noon midnight
        three days later earlier 3 May 1847 412 twenty-four never had “ ” " ' ’ . , ; : ! ? — … \n she he I said told
        gave took because after when of and dead killed buried Monday next same that year years km alone secret
        nobody else half past nine o'clock 09:30 99:99 0 31 February 1000000 winter""".split(" ")
    ),
    max_size=60,
).map(" ".join)
LORE = st.tuples(st.sampled_from(["character", "location", "item", "event", "faction", "rule"]), PROSE, PROSE)


@settings(max_examples=60, deadline=None)
@given(texts=st.lists(st.one_of(PROSE, st.text(max_size=120)), max_size=4), lore=st.lists(LORE, max_size=4))
def test_any_text_can_be_checked(texts: list[str], lore: list[tuple[str, str, str]]) -> None:
    entries = [
        LoreEntry(id=str(n), world_id="w", title=title[:40] or "Aria", kind=kind, content=content)  # type: ignore[arg-type]
        for n, (kind, title, content) in enumerate(lore)
    ]
    passages = passages_of(texts)
    for violation in continuity.check(passages, entries):
        assert len(violation.evidence) >= 2
        sources = "\n".join([*texts, *(entry.content for entry in entries)])
        assert all(quote.quote in sources for quote in violation.evidence)


UNRELATED = [story for story in STORIES if not story["rule"]]


@settings(max_examples=12, deadline=None)
@given(
    chosen=st.lists(
        st.sampled_from(UNRELATED), min_size=2, max_size=4, unique_by=lambda story: story["rule"] or id(story)
    )
)
def test_scenes_of_other_people_contradict_nothing(chosen: list[dict[str, Any]]) -> None:
    titles: set[str] = set()
    entries, texts = [], []
    for number, story in enumerate(chosen):
        if titles & {entry["title"] for entry in story["entries"]}:
            continue
        titles |= {entry["title"] for entry in story["entries"]}
        entries += [entry.model_copy(update={"id": f"{number}-{entry.id}"}) for entry in entries_of(story)]
        texts += story["passages"]
    found = continuity.check(passages_of(texts), entries)
    assert len(found) <= 1, [(violation.rule, quoted(violation)) for violation in found]
