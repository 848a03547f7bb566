import threading
import time

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field

from tests.engine.conftest import make_settings
from tests.engine.fake_servers import openai_server, openai_servers, url
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable


class Score(BaseModel):
    """A small answer."""

    score: int = Field(ge=1, le=9)


@pytest.fixture
def serve():
    with openai_servers() as serve:
        yield serve


def test_ready_with_the_first_model(serve, settle):
    model = settle(url(serve()))
    status = model.status()
    assert (status.state, status.name, status.source) == ("ready", "tiny-writer", "server")
    count = model.count_tokens("x" * 400)
    assert (count.tokens, count.strategy) == (100, "estimate")


def test_stream_and_invoke(serve, settle):
    server = serve()
    chat = settle(url(server)).chat_model(seed=5, temperature=0.3, min_p=0.1, max_tokens=20, lookup=True, story="s1")
    chunks = list(chat.stream([HumanMessage("Hi")]))
    assert [chunk.text for chunk in chunks if chunk.text] == ["The", " sea", " was", " calm."]
    answer = chat.bind(lookup=False).invoke([HumanMessage("Hi")])
    assert answer.text == "The sea was calm."
    assert answer.usage_metadata["output_tokens"] == 4
    assert answer.response_metadata["finish_reason"] == "stop"
    body = server.requests[-1]
    assert (body["seed"], body["temperature"], body["min_p"], body["model"]) == (5, 0.3, 0.1, "tiny-writer")
    assert body["max_tokens"] == 20
    assert not {"lookup", "story"} & set(body)


def test_structured_output(serve, settle):
    server = serve(words=('{"score"', ": 7}"))
    assert settle(url(server)).chat_model().with_structured_output(Score).invoke("Rate.").score == 7
    assert server.requests[-1]["response_format"]["type"] == "json_schema"


def test_structured_output_where_the_server_refuses_it(serve, settle):
    answers = [
        ("I would say ", "good."),
        ("```json\n", '{"score": 12}', "\n```"),
        ("```json\n", '{"score": 4}', "\n```"),
    ]
    server = serve(words=lambda body: answers.pop(0), refuse_json=True)
    assert settle(url(server)).chat_model().with_structured_output(Score).invoke("Rate.").score == 4
    assert not answers
    assert "JSON schema" in str(server.requests[1]["messages"])


def test_structured_output_gives_up_with_a_sentence(serve, settle):
    chat = settle(url(serve())).chat_model()
    with pytest.raises(ModelFailed, match="isn't what was asked for"):
        chat.with_structured_output(Score).invoke("Rate.")


def test_unreachable_server_says_so_at_once(settle):
    server = openai_server()
    settings = url(server)
    server.close()
    model = settle(settings)
    assert model.status().state == "failed"
    assert "can't be reached" in model.status().error
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match="LORELOOM_MODEL_URL"):
        model.chat_model().invoke("Hi")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize("address", ["127.0.0.1:11434/v1", "http://127.0.0.1:port/v1"])
def test_an_address_that_is_none_is_told(settle, address):
    model = settle(make_settings(model_url=address), seconds=5)
    assert model.status().state == "failed"
    assert "LORELOOM_MODEL_URL" in model.status().error


def test_server_that_comes_up_later(serve, settle):
    gone = openai_server()
    settings, port = url(gone), gone.port
    gone.close()
    model = settle(settings)
    assert model.status().state == "failed"
    serve(port=port)
    deadline = time.monotonic() + 10
    while not model.status().loaded and time.monotonic() < deadline:
        time.sleep(0.05)
    assert model.chat_model().invoke("Hi").text == "The sea was calm."


def test_cancel_between_chunks(serve, settle):
    server = serve(words=("word ",) * 200, delay=0.05)
    flag = threading.Event()
    stream = settle(url(server)).chat_model(cancelled=flag.is_set).stream("Hi")
    next(stream)
    flag.set()
    with pytest.raises(Cancelled):
        list(stream)
    assert server.http.hung_up.wait(5)


def test_cancel_before_the_first_chunk_hangs_up_at_once(serve, settle):
    server = serve(delay=30)
    flag = threading.Event()
    model = settle(url(server))
    threading.Timer(0.2, flag.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        model.chat_model(cancelled=flag.is_set).invoke("Hi")
    assert time.monotonic() - began < 5
    assert server.http.hung_up.wait(2), "the server goes on working for nobody"


@pytest.mark.parametrize(
    ("code", "said", "advice"),
    [
        (400, "the messages are strange", "server's log"),
        (401, "wrong key", "LORELOOM_MODEL_API_KEY"),
        (404, "model 'tiny-writer' not found", "LORELOOM_MODEL_NAME"),
        (400, "the request exceeds the available context size", "LORELOOM_CONTEXT_TOKENS"),
    ],
)
def test_http_errors_say_what_to_do(serve, settle, code, said, advice):
    server = serve(refuse=lambda body, number: (code, said))
    with pytest.raises((ModelFailed, ModelUnavailable), match=f"{said}.*{advice}"):
        settle(url(server)).chat_model().invoke("Hi")


def test_a_server_that_does_not_stream_is_told(serve, settle):
    whole = {"id": "x", "object": "chat.completion", "choices": [{"message": {"role": "assistant", "content": "Hi"}}]}
    server = serve(refuse=lambda body, number: (200, whole))
    with pytest.raises(ModelFailed, match="may not know how to stream"):
        settle(url(server)).chat_model().invoke("Hi")


def test_activity_counts_calls_and_tokens(serve, settle):
    server = serve(words=("word ",) * 20, delay=0.05)
    model = settle(url(server, slots=1))
    threads = [threading.Thread(target=model.chat_model().invoke, args=("Hi",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + 10
    while model.activity().written < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    meanwhile = model.activity()
    assert (meanwhile.running, meanwhile.waiting, meanwhile.calls) == (1, 2, 0)
    assert 2 <= meanwhile.written < 20, "the chunks of a reply count while it is being written"
    for thread in threads:
        thread.join()
    after = model.activity()
    assert (after.running, after.waiting, after.calls) == (0, 0, 3)
    assert (after.read, after.reused, after.written) == (3 * 4, 3 * 3, 3 * 20)
    assert sum(second.written for second in after.seconds) == 60


def test_tokens_are_estimated_where_the_server_counts_none(serve, settle):
    model = settle(url(serve(usage="", words=("x" * 100,) * 4)))
    usage = model.chat_model().invoke("y" * 800).usage_metadata
    assert (usage["input_tokens"], usage["output_tokens"]) == (200, 100)
    assert (model.activity().read, model.activity().written) == (200, 100)


def test_a_count_in_every_chunk_is_not_summed(serve, settle):
    model = settle(url(serve(usage="each")))
    usage = model.chat_model().invoke("Hi").usage_metadata
    assert (usage["input_tokens"], usage["output_tokens"]) == (7, 5)
    assert (model.activity().read, model.activity().reused, model.activity().written) == (4, 3, 5)
