import threading
import time

import pytest
from langchain_core.messages import HumanMessage
from pydantic import BaseModel, Field

from tests.engine.conftest import make_settings
from tests.engine.fake_servers import openai_server
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable


class Score(BaseModel):
    """A small answer."""

    score: int = Field(ge=1, le=9)


@pytest.fixture
def serve():
    servers = []

    def serve(**values):
        servers.append(openai_server(**values))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()


def url(server):
    return make_settings(model_url=f"http://127.0.0.1:{server.port}/v1")


def test_ready_with_the_first_model(serve, settle):
    model = settle(url(serve()))
    status = model.status()
    assert (status.state, status.name, status.source) == ("ready", "tiny-writer", "server")
    count = model.count_tokens("x" * 400)
    assert (count.tokens, count.strategy) == (100, "estimate")


def test_stream_and_invoke(serve, settle):
    server = serve()
    chat = settle(url(server)).chat_model(seed=5, temperature=0.3, min_p=0.1, max_tokens=20)
    chunks = list(chat.stream([HumanMessage("Hi")]))
    assert [chunk.text for chunk in chunks if chunk.text] == ["The", " sea", " was", " calm."]
    answer = chat.invoke([HumanMessage("Hi")])
    assert answer.text == "The sea was calm."
    assert answer.usage_metadata["output_tokens"] == 4
    assert answer.response_metadata["finish_reason"] == "stop"
    body = server.requests[-1]
    assert (body["seed"], body["temperature"], body["min_p"], body["model"]) == (5, 0.3, 0.1, "tiny-writer")
    assert body["max_tokens"] == 20


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


def test_unreachable_server_says_so(settle):
    server = openai_server()
    settings = url(server)
    server.close()
    model = settle(settings)
    assert model.status().state == "failed"
    assert "can't be reached" in model.status().error
    with pytest.raises(ModelUnavailable, match="LORELOOM_MODEL_URL"):
        model.chat_model().invoke("Hi")


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


def test_server_that_goes_away_is_noticed(serve, settle):
    server = openai_server()
    model = settle(url(server))
    server.close()
    with pytest.raises(ModelUnavailable, match="can't be"):
        model.chat_model().invoke("Hi")
    assert model.status().state == "failed"


def test_cancel_between_chunks(serve, settle):
    server = serve(words=("word ",) * 200, delay=0.05)
    flag = threading.Event()
    stream = settle(url(server)).chat_model(cancelled=flag.is_set).stream("Hi")
    next(stream)
    flag.set()
    with pytest.raises(Cancelled):
        list(stream)
    assert server.http.hung_up.wait(5)


def test_cancel_before_the_first_chunk(serve, settle):
    server = serve(delay=30)
    flag = threading.Event()
    model = settle(url(server))
    threading.Timer(0.2, flag.set).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        model.chat_model(cancelled=flag.is_set).invoke("Hi")
    assert time.monotonic() - began < 5


def test_interactive_goes_first(serve, settle):
    server = serve(delay=0.1)
    settings = url(server).model_copy(update={"slots": 1})
    model = settle(settings)
    order = []

    def ask(name, priority):
        model.chat_model(priority=priority).invoke(name)
        order.append(name)

    threads = []
    for name, priority in (("first", "background"), ("second", "background"), ("third", "interactive")):
        threads.append(threading.Thread(target=ask, args=(name, priority)))
        threads[-1].start()
        time.sleep(0.15)
    for thread in threads:
        thread.join()
    assert order == ["first", "third", "second"]


def test_http_error_is_told(serve, settle):
    def broken(body):
        raise RuntimeError

    chat = settle(url(serve(refuse_json=True, words=()))).chat_model(response_format={"type": "text"})
    with pytest.raises(ModelFailed, match="response_format is not supported"):
        chat.invoke("Hi")
