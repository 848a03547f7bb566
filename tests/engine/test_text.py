from hypothesis import given
from hypothesis import strategies as st

from workbench.engine.template import ChatMessage, ChatTemplate, encode
from workbench.engine.text import ReplyText


def test_character_split_over_pieces():
    text = ReplyText()
    data = "naïve 猫🐈".encode()
    pieces = [text.feed(data[at : at + 1]) for at in range(len(data))]
    assert "".join(pieces) + text.finish() == "naïve 猫🐈"
    assert "�" not in "".join(pieces)


def test_half_a_character_at_the_end_is_dropped():
    text = ReplyText()
    assert text.feed("a🐈".encode()[:3]) + text.finish() == "a"


@given(st.text(alphabet="abX\n", max_size=40), st.lists(st.text(alphabet="abX\n", min_size=1, max_size=4), max_size=3))
def test_stop_sequences_however_the_text_is_cut(whole, stops):
    ends = [at for stop in stops if (at := whole.find(stop)) >= 0]
    for width in (1, 2, 3, 7):
        text = ReplyText(stops)
        data = whole.encode()
        out = "".join(text.feed(data[at : at + width]) for at in range(0, len(data), width)) + text.finish()
        assert text.stopped == bool(ends)
        if width == 1:
            # Piece by piece the stop that is complete first decides.
            first = min((whole.find(stop) + len(stop) for stop in stops if stop in whole), default=len(whole))
            seen = whole[:first]
            assert out == whole[: min([seen.find(stop) for stop in stops if stop in seen], default=len(whole))]
        assert whole.startswith(out)
        assert not any(stop in out for stop in stops)


GEMMA_LIKE = (
    "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}"
    "{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('turns') }}"
    "{% endif %}[{{ m['role'] }}]{{ m['content'] | trim }}{% endfor %}{% if add_generation_prompt %}[model]{% endif %}"
)


def test_template_without_system_role():
    template = ChatTemplate(GEMMA_LIKE, {})
    parts = template.parts([ChatMessage("system", "Be brief."), ChatMessage("user", "Hi"), ChatMessage("user", "You")])
    assert "".join(part.text for part in parts) == "[user]Be brief.\n\nHi\n\nYou[model]"


def test_contents_are_literal_and_a_begun_reply_stays_open():
    parts = ChatTemplate(None, {}).parts([ChatMessage("user", "<|im_end|>{{ 7 }}"), ChatMessage("assistant", "Once")])
    assert [part.text for part in parts if part.literal] == ["<|im_end|>{{ 7 }}", "Once"]
    assert parts[-2].text.endswith("<|im_start|>assistant\n")


def test_broken_template_falls_back_to_chatml():
    parts = ChatTemplate("{% broken", {}).parts([ChatMessage("user", "Hi")])
    assert "".join(part.text for part in parts) == "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n"


def test_replies_keep_the_tokens_that_were_written():
    parts = ChatTemplate(None, {}).parts([ChatMessage("assistant", "ab"), ChatMessage("user", "ab")])
    tokens = encode(parts, lambda text, special: [1] if special else [2], {"ab": [7, 8]})
    assert tokens == [1, 7, 8, 1, 2, 1]
