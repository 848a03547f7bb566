"""Prompts that a writer changes are checked: what works is used, what could hang or leak is refused with a sentence."""

import logging

import pytest

from graphs import templates
from graphs.agents import AGENTS
from graphs.prompt_words import PROMPT_TITLES, word
from graphs.prompting import render
from workbench.errors import ModelFailed

PROMPTS = sorted({prompt for agent in AGENTS.values() for prompt in agent.prompts})
KEPT = "{{ context }}\n{{ instruction }}\n"
WRITER = AGENTS["writer"]


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_original_passes_its_own_check(prompt: str) -> None:
    found = templates.check(prompt, templates.original(prompt))
    assert found.problems == ()
    assert found.warnings == ()
    assert found.missing == ()
    assert found.sample == render(prompt, None, **templates.samples(prompt))
    assert "{{" not in found.sample


@pytest.mark.parametrize("prompt", PROMPTS)
def test_every_place_of_a_prompt_is_explained(prompt: str) -> None:
    unexplained = [one.name for one in templates.variables(prompt) if word(prompt, one.name) is None]
    assert not unexplained
    assert prompt in PROMPT_TITLES


def test_every_prompt_file_has_an_agent() -> None:
    assert {path.stem for path in templates.PROMPTS.glob("*.jinja")} == set(PROMPTS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "It is empty"),
        ("{{ context }}", "{{ instruction }} is left out: what you asked for"),
        (KEPT + "{{ mood }}", "Line 3: there is no 'mood' in this prompt. What there is: context, number, words,"),
        (KEPT + "{% if words %}", "Line 3: unexpected end of template"),
        (KEPT + "{{ words", "Line 3: "),
        (KEPT + "{{ context.upper() }}", "calling something with brackets can't be used"),
        (KEPT + "{{ range(9) }}", "calling something with brackets can't be used"),
        (KEPT + "{{ lipsum }}", "there is no 'lipsum'"),
        (KEPT + "{{ self }}", "there is no 'self'"),
        (KEPT + "{{ context.__class__ }}", "there is no part '__class__'"),
        (KEPT + "{{ context['__class__'] }}", "there is no part '__class__'"),
        (KEPT + "{{ context.title }}", "there is no part 'title'; this has no parts"),
        (KEPT + "{% set x = context %}", "{% set %} can't be used"),
        (KEPT + "{% macro x() %}{% endmacro %}", "{% macro %} can't be used"),
        (KEPT + "{% include 'editor.jinja' %}", "{% include %} can't be used"),
        (KEPT + "{{ 'a' * 10000000000 }}", "calculating with * can't be used"),
        (KEPT + "{{ 9 ** 9 ** 9 ** 9 }}", "calculating with ** can't be used"),
        (KEPT + "{{ '%9999999999d' % words }}", "calculating with % can't be used"),
        (KEPT + "{{ context | replace('a', context) }}", "“| replace” can't be used"),
        (KEPT + "{{ 'x' | center(9999999999) }}", "“| center” can't be used"),
        (KEPT + "{{ context | join(context) }}", "“| join” takes a text in quotes"),
        (KEPT + "{{ context | join('–') | join('–') }}", "“| join” puts a list together; this is none"),
        (KEPT + "{{ words is mapping }}", "“is mapping” can't be used"),
        (KEPT + "{% for letter in context %}{{ letter }}{% endfor %}", "a loop goes through a list; this is none"),
        (KEPT + "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "nested too deeply"),
        (KEPT + "{{ " + "9" * 6000 + " }}", "a number that is too long"),
        (KEPT + "{% if words %}" * 60 + "{% endif %}" * 60, "too intricate"),
        (KEPT + "{{ context }}" * 41, "'context' stands there more than 40 times"),
        (KEPT + "x" * 20_000, "at most 20,000 are accepted"),
        ("{% if words > 9999 %}{{ context }}{% endif %}{{ instruction }}", "the model would not read it"),
        ("{{ context[:0] }}{{ instruction }}", "the model would not read it"),
        (KEPT + "{{ words - context }}", "It can't be filled in"),
    ],
)  # fmt: skip
def test_what_cant_be_used_is_told(text: str, told: str) -> None:
    # What is refused is not worked out first: the powers and widths among these would take hours.
    found = templates.check("writer", text)
    assert told in " ".join(found.problems)
    assert not found.usable


def test_loops_are_few_and_go_through_what_is_there() -> None:
    kept = "{{ instruction }}"
    fine = kept + "{% for note in notes %}{{ loop.index }}. {{ note.quote }}{% endfor %}"
    assert "1. The lamp was cold." in templates.check("revise", fine).sample
    part = kept + "{% for note in notes %}{{ note.colour }}{% endfor %}"
    assert "there is no part 'colour'. What there is: quote, issue" in templates.check("revise", part).problems[0]
    deep = kept + "{% for a in notes %}" * 3 + "x" + "{% endfor %}" * 3
    assert "at most 2 loops stand in one another" in templates.check("revise", deep).problems[0]
    outside = kept + "{% for note in notes %}{% endfor %}{{ loop.index }}"
    assert "there is no 'loop'" in templates.check("revise", outside).problems[0]


def test_what_is_unwise_is_a_warning_and_no_problem() -> None:
    found = templates.check("writer", "{{ instruction }}\n{{ context }}")
    assert found.usable
    assert found.missing == ("number", "words")
    assert [warning.partition(":")[0] for warning in found.warnings[:2]] == [
        "{{ number }} is left out", "{{ words }} is left out",
    ]  # fmt: skip
    assert "stands before {{ context }}" in found.warnings[2]
    assert templates.check("writer", templates.original("writer") + "\nIn rhymes.").warnings == ()


def test_a_changed_prompt_is_what_the_model_reads() -> None:
    agent = WRITER.model_copy(update={"texts": {"writer": KEPT + "In rhymes, {{ words }} words."}})
    shown = render("writer", agent, context="{{ 7 * 7 }}", instruction="A bell.", number=1, words=40)
    assert shown == "{{ 7 * 7 }}\nA bell.\nIn rhymes, 40 words."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{{ context }}{{ instruction }}{{ no_longer_there }}", "there is no 'no_longer_there'"),
        (KEPT + "{{ words + 1 }}", "can only concatenate"),
        (KEPT + "{% for a in 'xx' %}{% endfor %}", "a loop goes through a list"),
    ],
)
def test_a_changed_prompt_that_stops_working_gives_way_to_the_original(
    text: str, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    agent = WRITER.model_copy(update={"texts": {"writer": text}})
    given = {"context": "A town.", "instruction": "A bell.", "number": 1, "words": "many"}
    with caplog.at_level(logging.WARNING):
        assert render("writer", agent, **given) == render("writer", None, **given)
        assert render("writer", agent, **given) == render("writer", None, **given)
    told = [record.getMessage() for record in caplog.records if why in record.getMessage()]
    assert len(told) == 1
    assert "'writer' of the writer isn't used" in told[0]


def test_what_repeats_itself_without_end_gives_way_to_the_original() -> None:
    loops = "{% for a in notes %}{% for b in notes %}{{ instruction }}{{ instruction }}{% endfor %}{% endfor %}"
    agent = WRITER.model_copy(update={"texts": {"revise": "{{ instruction }}" + loops}})
    notes = [{"quote": "q", "issue": "i", "suggestion": "s"}] * 100
    given = {"notes": notes, "reactions": [], "number": 1, "words": 40, "instruction": "A bell. " * 500}
    assert render("revise", agent, **given) == render("revise", None, **given)


def test_a_lacking_value_is_named() -> None:
    with pytest.raises(ModelFailed, match="'dimension' is undefined"):
        render("score", None, meaning="whether it moves")
