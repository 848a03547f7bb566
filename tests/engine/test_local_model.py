"""The engine with the bundled model: what graphs may rely on."""

import math
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langgraph.graph import END, START, MessagesState, StateGraph
from pydantic import BaseModel, Field

from workbench.engine import mailbox
from workbench.engine.values import Event, Finished
from workbench.errors import Cancelled, InvalidInput, ModelFailed, PromptTooLong

SYSTEM = SystemMessage("You write short stories for people who like the sea and old ships.")
ASK = HumanMessage("Write the beginning of a story about a lighthouse.")


class Rating(BaseModel):
    """What a rater says."""

    score: int = Field(ge=1, le=9)
    verdict: Literal["accept", "revise"]
    reason: str = Field(max_length=60)


@pytest.fixture
def word_by_word(monkeypatch):
    """Every token is handed over at once, so that tests don't depend on how fast this machine writes."""
    monkeypatch.setattr(mailbox, "TOGETHER", 0.0)


def test_streaming_equals_generate(model, word_by_word):
    chat = model.chat_model(temperature=0.8, seed=5, max_tokens=40)
    chunks = list(chat.stream([SYSTEM, ASK]))
    whole = chat.invoke([SYSTEM, ASK])
    joined = chunks[0]
    for chunk in chunks[1:]:
        joined += chunk
    assert joined.text == whole.text
    assert len(chunks) > 20
    assert joined.response_metadata == whole.response_metadata
    assert whole.response_metadata == {"finish_reason": "length", "model_name": "SmolLM2-135M-Instruct"}
    assert whole.usage_metadata["output_tokens"] == joined.usage_metadata["output_tokens"] == 40


def test_seeds_repeat_and_differ(model):
    chat = model.chat_model(temperature=1.0, max_tokens=25)
    same = [chat.bind(seed=3).invoke([ASK]).text for _ in range(2)]
    other = chat.bind(seed=4).invoke([ASK]).text
    assert same[0] == same[1] != other
    assert chat.invoke([ASK]).text != chat.invoke([ASK]).text


def test_stop_split_over_tokens(model):
    chat = model.chat_model(temperature=0, max_tokens=40)
    whole = chat.invoke([ASK]).text
    stop = whole[11:17]  # begins and ends inside words
    for answer in (chat.invoke([ASK], stop=[stop]), chat.bind(stop=[stop]).invoke([ASK])):
        assert answer.text == whole[: whole.index(stop)]
        assert answer.response_metadata["finish_reason"] == "stop"
    assert "".join(chunk.text for chunk in chat.stream([ASK], stop=[stop])) == whole[: whole.index(stop)]


def test_beginning_is_reused(model):
    chat = model.chat_model(temperature=0, max_tokens=12)
    first = chat.invoke([SYSTEM, HumanMessage("Write about a tide pool and a heron.")])
    again = chat.invoke([SYSTEM, HumanMessage("Write about a tide pool and a heron.")])
    assert again.usage_metadata["input_token_details"]["cache_read"] == first.usage_metadata["input_tokens"] - 1
    turn = [SYSTEM, HumanMessage("Write about a tide pool and a heron."), AIMessage(first.text), HumanMessage("More.")]
    reused = chat.invoke(turn).usage_metadata["input_token_details"]["cache_read"]
    assert reused == first.usage_metadata["input_tokens"] + first.usage_metadata["output_tokens"] - 1


def test_a_reply_cut_at_a_sentence_is_reused_too(model):
    """Drafts lose their unfinished last sentence before the reviewers read them."""
    said = model.chat_model(temperature=0.9, seed=8, max_tokens=60).invoke([SYSTEM, ASK])
    cut = said.text[: said.text.rindex(",", 0, -8) + 1]
    turn = [SYSTEM, ASK, AIMessage(cut), HumanMessage("Rate it.")]
    usage = model.chat_model(max_tokens=1).invoke(turn).usage_metadata
    length = len(model._known[cut])
    assert model.count_tokens(cut).tokens - 3 < length < 60
    assert usage["input_token_details"]["cache_read"] == said.usage_metadata["input_tokens"] + length


def test_last_ai_message_is_continued(model):
    chat = model.chat_model(temperature=0, max_tokens=30)
    whole = chat.invoke([SYSTEM, ASK]).text
    begun = whole[: whole.index(" ", 60)]
    rest = chat.bind(max_tokens=12).invoke([SYSTEM, ASK, AIMessage(begun)]).text
    assert rest.startswith(" ")
    assert "<|im" not in rest


def test_typed_control_tokens_stay_text(model):
    plain = model.count_tokens("<|im_end|>").tokens
    assert plain > 1
    chat = model.chat_model(temperature=0, max_tokens=1)
    long = chat.invoke([HumanMessage("<|im_end|>" * 10)]).usage_metadata["input_tokens"]
    short = chat.invoke([HumanMessage("x")]).usage_metadata["input_tokens"]
    assert long - short > 30


def test_json_is_held_to_its_schema(model):
    for seed in range(5):
        asked = model.chat_model(temperature=1.2, seed=seed, max_tokens=120).with_structured_output(Rating)
        answer = asked.invoke([SYSTEM, HumanMessage("Rate this story: The sea was blue. The end.")])
        assert isinstance(answer, Rating)


def test_json_schema_as_dict_with_raw(model):
    schema = {
        "title": "place",
        "type": "object",
        "properties": {"name": {"enum": ["quay", "reef"]}},
        "required": ["name"],
    }
    answer = model.chat_model(max_tokens=30).with_structured_output(schema, include_raw=True).invoke("Where?")
    assert answer["parsed"]["name"] in ("quay", "reef")
    assert answer["raw"].text.startswith("{")


def test_json_that_is_cut_off_fails_loudly(model):
    with pytest.raises(ModelFailed, match="max_tokens"):
        model.chat_model(max_tokens=4).with_structured_output(Rating).invoke([ASK])


def test_unknown_response_format(model):
    with pytest.raises(InvalidInput, match="response_format"):
        model.chat_model(response_format={"type": "xml"}).invoke("Hi")
    bad = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "colour"}}}
    with pytest.raises(InvalidInput, match="grammar"):
        model.chat_model(response_format=bad).invoke("Hi")


def test_logprobs_sum_sensibly(model):
    bound = model.chat_model(temperature=0, repeat_penalty=1.5).bind(logprobs=True, top_logprobs=200, max_tokens=1)
    answer = bound.invoke([SYSTEM, HumanMessage("Is the sea wet? Answer yes or no.")])
    (entry,) = answer.response_metadata["logprobs"]["content"]
    total = sum(math.exp(one["logprob"]) for one in entry["top_logprobs"])
    assert 0.8 < total <= 1.0001
    assert [one["logprob"] for one in entry["top_logprobs"]] == sorted(
        (one["logprob"] for one in entry["top_logprobs"]), reverse=True
    )
    assert entry["token"] == entry["top_logprobs"][0]["token"]


def test_prompt_too_long(model):
    with pytest.raises(PromptTooLong, match="2048"):
        model.chat_model().invoke("sea " * 3000)


def test_cancel_while_writing_and_while_reading(model):
    flag = threading.Event()
    chat = model.chat_model(cancelled=flag.is_set, max_tokens=500)
    stream = chat.stream([ASK])
    next(stream)
    flag.set()
    with pytest.raises(Cancelled):
        list(stream)
    flag.clear()
    threading.Timer(0.3, flag.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        chat.invoke("A long and unread tale about nets, ropes and tar. " * 150)
    assert time.monotonic() - began < 2


def test_closing_the_stream_frees_the_slot(model):
    chat = model.chat_model(max_tokens=500)
    for _ in range(6):  # more than there are slots
        stream = chat.stream([ASK])
        next(stream)
        stream.close()
    assert chat.bind(max_tokens=3).invoke([ASK]).text


def test_hundred_requests_with_random_cancels_leak_nothing(model):
    random.seed(3)
    flags = [threading.Event() for _ in range(100)]

    def ask(number):
        chat = model.chat_model(cancelled=flags[number].is_set, max_tokens=3, seed=number)
        if random.random() < 0.3:
            threading.Timer(random.random() / 5, flags[number].set).start()
        try:
            return len(chat.invoke(f"Number {number}").text) >= 0
        except Cancelled:
            return False

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(ask, range(100)))
    assert sum(done) > 40
    deadline = time.monotonic() + 5
    while model.scheduler.busy and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not model.scheduler.busy
    assert not model.scheduler.sequences.busy


def test_background_waits_for_interactive(model):
    ends = {}

    def ask(name, priority, count):
        model.chat_model(priority=priority, max_tokens=count, seed=1, min_p=0.1).invoke([SYSTEM, HumanMessage(name)])
        ends[name] = time.monotonic()

    slow = threading.Thread(target=ask, args=("background", "background", 40))
    slow.start()
    time.sleep(0.1)
    ask("interactive", "interactive", 40)
    slow.join()
    assert ends["interactive"] < ends["background"]


def test_words_of_the_same_moment_are_handed_over_together():
    now = [10.0]
    box = mailbox.Mailbox(lambda: now[0])
    for word in ("It ", "was ", "late", "."):
        box.deliver(Event(word))
        now[0] += mailbox.TOGETHER / 2.5
    assert [box.get(0).text, box.get(0).text] == ["It ", "was late."]
    box.deliver(Event(" So"))
    assert box.get(0) is None
    box.deliver(Event(".", finished=Finished("stop", 3, 0, 6)))
    assert box.get(0).text == " So."


def test_tokens_reach_langgraph_streams(model, word_by_word):
    chat = model.chat_model(max_tokens=8, temperature=0)
    graph = StateGraph(MessagesState)
    graph.add_node("writer", lambda state: {"messages": [chat.invoke(state["messages"])]})
    graph.add_edge(START, "writer")
    graph.add_edge("writer", END)
    app = graph.compile()
    seen = [
        (chunk.text, meta["langgraph_node"]) for chunk, meta in app.stream({"messages": [ASK]}, stream_mode="messages")
    ]
    assert len([text for text, _ in seen if text]) >= 6
    assert "".join(text for text, _ in seen) == chat.invoke([ASK]).text
    assert {node for _, node in seen} == {"writer"}


def test_count_tokens_is_exact_once_loaded(model):
    count = model.count_tokens("The sea, the sea.")
    assert (count.tokens, count.strategy) == (6, "exact")
