"""Servers that are busy, break or are gone for a while, and who may call them when."""

import threading
import time
from email.utils import formatdate
from itertools import pairwise

import pytest

from tests.engine.fake_servers import openai_server, openai_servers, url
from workbench.engine import server_gate
from workbench.errors import Cancelled, ModelFailed, ModelUnavailable
from workbench.ui.render import model_banner

SAID = "The sea was calm."


@pytest.fixture
def serve():
    with openai_servers() as serve:
        yield serve


@pytest.fixture
def quick(monkeypatch):
    """Shorter waits: `quick(FIRST_DELAY=0.2)`."""

    def quick(**seconds):
        for name, value in seconds.items():
            monkeypatch.setattr(server_gate, name, value)

    return quick


class Asking(threading.Thread):
    """One call in the background of a test; `said` or `error` when it has ended."""

    def __init__(self, model, text="Hi", **values):
        super().__init__(daemon=True)
        self.chat, self.text = model.chat_model(**values), text
        self.said = self.error = None
        self.ended = 0.0
        self.start()

    def run(self):
        try:
            self.said = self.chat.invoke(self.text).text
        except Exception as error:
            self.error = error
        self.ended = time.monotonic()


def until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.01)


def gaps(server):
    times = server.http.times
    return [later - earlier for earlier, later in pairwise(times)]


# Too many requests


def test_a_busy_server_is_asked_again_after_growing_waits(serve, settle, quick):
    quick(FIRST_DELAY=0.2)
    server = serve(refuse=lambda body, number: (429, "slow down") if number in (0, 1, 2, 4) else None)
    chat = settle(url(server)).chat_model()
    assert [chat.invoke("Hi").text for _ in range(2)] == [SAID] * 2
    first, second, third, _, anew = gaps(server)
    assert 0.14 <= first < 0.6
    assert 0.28 <= second < 0.9
    assert 0.56 <= third < 1.5
    assert 0.14 <= anew < 0.8, "an answer makes the next wait short again"


@pytest.mark.parametrize("code", [502, 503, 504, 529])
def test_overload_and_gateways_are_waited_out_too(serve, settle, quick, code):
    quick(FIRST_DELAY=0.05)
    server = serve(refuse=lambda body, number: (code, "later") if number == 0 else None)
    assert settle(url(server)).chat_model().invoke("Hi").text == SAID


def test_the_status_says_how_long_it_waits(serve, settle):
    server = serve(refuse=lambda body, number: (429, "slow down", ("Retry-After", "2")) if number == 0 else None)
    model = settle(url(server))
    before = model.status().message
    asking = Asking(model)
    until(lambda: model.status().message != before)
    status = model.status()
    assert status.state == "ready"
    assert status.message == ("The model server asks us to wait (too many requests); trying again in 2 seconds.")
    asking.join()
    assert asking.said == SAID
    assert gaps(server)[0] >= 2
    assert model.status().message == before
    assert "Served by" in before


def test_retry_after_may_be_a_date(serve, settle, quick):
    quick(FIRST_DELAY=0.05)
    server = serve(
        refuse=lambda body, number: (
            (429, "slow down", ("Retry-After", formatdate(time.time() + 3, usegmt=True))) if number == 0 else None
        )
    )
    assert settle(url(server)).chat_model().invoke("Hi").text == SAID
    assert 1.8 < gaps(server)[0] < 4


@pytest.mark.parametrize("asked", ["86400", "next week"])
def test_a_wait_of_a_day_or_one_that_makes_no_sense_is_cut_short(serve, settle, quick, asked):
    quick(FIRST_DELAY=0.1, LONGEST_ASKED=0.3)
    server = serve(refuse=lambda body, number: (429, "slow", ("Retry-After", asked)) if number == 0 else None)
    assert settle(url(server)).chat_model().invoke("Hi").text == SAID
    assert gaps(server)[0] < 2


def test_patience_with_a_busy_server_ends(serve, settle, quick):
    quick(FIRST_DELAY=0.1, BUSY_SECONDS=1.0)
    server = serve(refuse=lambda body, number: (429, "slow down"))
    model = settle(url(server))
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"too many requests.*1 second.*LORELOOM_SLOTS"):
        model.chat_model().invoke("Hi")
    assert time.monotonic() - began < 2
    assert 2 <= len(server.requests) <= 5


def test_an_account_without_credit_is_told_at_once(serve, settle):
    body = {"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}
    server = serve(refuse=lambda _, number: (429, body))
    with pytest.raises(ModelUnavailable, match=r"You exceeded your quota.*Add credit"):
        settle(url(server)).chat_model().invoke("Hi")
    assert len(server.requests) == 1


def test_one_call_tries_for_all(serve, settle, quick):
    quick(FIRST_DELAY=0.3)
    server = serve(refuse=lambda body, number: (429, "slow down") if number < 3 else None)
    model = settle(url(server, slots=8))
    calls = [Asking(model)]
    until(lambda: server.requests)
    time.sleep(0.1)
    calls += [Asking(model) for _ in range(7)]
    for call in calls:
        call.join()
    assert [call.said for call in calls] == [SAID] * 8
    assert len(server.requests) == 3 + 8
    second, third = gaps(server)[:2]
    assert second > 0.2, "nobody calls while one is held back"
    assert third > 0.4, "the second refusal was one call's alone"


def test_a_slow_reply_does_not_hold_the_others_back(serve, settle, quick):
    quick(FIRST_DELAY=0.2, TRIAL_SECONDS=0.3)
    server = serve(delay=1.5, words=("Slow.",), refuse=lambda body, number: (429, "slow") if number == 0 else None)
    model = settle(url(server))
    calls = [Asking(model)]
    until(lambda: server.requests)
    time.sleep(0.1)
    calls.append(Asking(model))
    for call in calls:
        call.join()
    assert [call.said for call in calls] == ["Slow."] * 2
    assert gaps(server)[1] < 1.3, "the second call waited for the first one's reply"


def test_a_refusal_that_comes_late_is_waited_for_too(serve, settle, quick):
    quick(FIRST_DELAY=0.4)

    def refuse(body, number):
        if number > 1:
            return None
        if number == 0:
            time.sleep(1)
        return 429, "slow down"

    server = serve(refuse=refuse)
    model = settle(url(server))
    calls = [Asking(model)]
    until(lambda: server.requests)
    calls.append(Asking(model))
    for call in calls:
        call.join()
    assert [call.said for call in calls] == [SAID] * 2
    assert server.http.times[-1] - server.http.times[0] > 1.25


def test_interactive_goes_first_after_a_wait(serve, settle, quick):
    quick(FIRST_DELAY=0.5)
    server = serve(refuse=lambda body, number: (429, "slow down") if number == 0 else None)
    model = settle(url(server, slots=1))
    calls = [Asking(model, "first in the background", priority="background")]
    until(lambda: server.requests)
    calls.append(Asking(model, "later but awaited"))
    for call in calls:
        call.join()
    assert [body["messages"][0]["content"] for body in server.requests] == [
        "first in the background",
        "later but awaited",
        "first in the background",
    ]


def test_cancel_ends_the_wait_and_gives_the_place_back(serve, settle):
    server = serve(refuse=lambda body, number: (429, "slow down", ("Retry-After", "60")))
    model = settle(url(server, slots=1))
    flag = threading.Event()
    asking = Asking(model, cancelled=flag.is_set)
    until(lambda: "seconds" in model.status().message)
    assert (model.activity().running, model.activity().waiting) == (0, 1)
    flag.set()
    at = time.monotonic()
    asking.join()
    assert isinstance(asking.error, Cancelled)
    assert asking.ended - at < 0.5
    assert (model.activity().running, model.activity().waiting) == (0, 0)


def test_closing_ends_the_wait(serve, settle):
    server = serve(refuse=lambda body, number: (429, "slow down", ("Retry-After", "60")))
    model = settle(url(server))
    asking = Asking(model)
    until(lambda: "seconds" in model.status().message)
    at = time.monotonic()
    model.close()
    asking.join()
    assert asking.ended - at < 0.5
    with pytest.raises(ModelUnavailable, match=r"was closed. Start the app again"):
        raise asking.error


# Outages


def test_a_call_waits_for_a_server_that_was_there(serve, settle):
    server = openai_server()
    model = settle(url(server))
    server.close()
    asking = Asking(model)
    until(lambda: model.status().state == "loading")
    message = model.status().message
    assert "doesn't answer; trying again" in message
    assert message.replace("'", "&#x27;") in model_banner(model.status())
    assert not model.wait_ready(0.05), "runs wait as well"
    time.sleep(1)
    serve(port=server.port)
    asking.join()
    assert asking.said == SAID
    assert model.status().state == "ready"
    assert "Served by" in model.status().message


def test_a_server_that_stays_away_is_given_up(settle, quick):
    quick(OUTAGE_SECONDS=0.8)
    server = openai_server()
    model = settle(url(server))
    server.close()
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"can't be reached.*LORELOOM_MODEL_URL"):
        model.chat_model().invoke("Hi")
    assert 0.75 < time.monotonic() - began < 1.35
    assert model.status().state == "failed"
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"can't be reached"):
        model.chat_model().invoke("Hi")
    assert time.monotonic() - began < 0.6, "the next call doesn't wait again"


def test_a_connection_reset_before_the_reply_is_tried_again(serve, settle, quick):
    quick(FIRST_DELAY=0.1)
    server = serve(refuse=lambda body, number: "reset" if number < 2 else None)
    assert settle(url(server)).chat_model().invoke("Hi").text == SAID
    assert len(server.requests) == 3


def test_a_server_that_resets_every_call_is_given_up(serve, settle, quick):
    quick(FIRST_DELAY=0.1, OUTAGE_SECONDS=1.0)
    server = serve(refuse=lambda body, number: "reset")
    began = time.monotonic()
    with pytest.raises(ModelUnavailable, match=r"the connection failed.*1 second.*LORELOOM_MODEL_URL"):
        settle(url(server)).chat_model().invoke("Hi")
    assert time.monotonic() - began < 3
    assert 2 <= len(server.requests) <= 5


@pytest.mark.parametrize("with_error", [True, False])
def test_a_reply_that_breaks_off_is_not_begun_again(serve, settle, with_error):
    server = serve(breaks=(2, with_error))
    model = settle(url(server))
    said = []

    def read():
        for chunk in model.chat_model().stream("Hi"):
            said.append(chunk.text)

    with pytest.raises(ModelUnavailable, match=r"middle of a reply.*try again"):
        read()
    assert "".join(said) == "The sea", "nothing twice"
    assert len(server.requests) == 1
    assert model.wait_ready(5), "it is looked for, and found"


# Places


def test_never_more_calls_than_slots(serve, settle):
    server = serve(delay=0.05)
    model = settle(url(server, slots=2))
    calls = [Asking(model) for _ in range(6)]
    for call in calls:
        call.join()
    assert [call.said for call in calls] == [SAID] * 6
    assert server.http.most_at_once == 2


def test_no_place_is_lost_however_a_call_ends(serve, settle):
    refusals = {"bad": (400, "the messages are strange")}
    server = serve(delay=0.05, refuse=lambda body, number: refusals.get(body["messages"][0]["content"]))
    model = settle(url(server, slots=1))
    stream = model.chat_model().stream("left in the middle")
    next(stream)
    stream.close()
    with pytest.raises(ModelFailed):
        model.chat_model().invoke("bad")
    with pytest.raises(Cancelled):
        model.chat_model(cancelled=lambda: True).invoke("cancelled before it began")
    flag = threading.Event()
    holder = model.chat_model().stream("holds the place")
    next(holder)
    waiting = Asking(model, "cancelled in the line", cancelled=flag.is_set)
    until(lambda: model.activity().waiting == 1)
    flag.set()
    waiting.join()
    assert isinstance(waiting.error, Cancelled)
    del holder
    assert (model.activity().running, model.activity().waiting) == (0, 0)
    assert model.chat_model().invoke("Hi").text == SAID


def order_of(model, *calls):
    """Names in the order of their replies; calls are (seconds from the start, name, priority)."""
    began, asked = time.monotonic(), []
    for at, name, priority in calls:
        time.sleep(max(0.0, began + at - time.monotonic()))
        asked.append((name, Asking(model, name, priority=priority)))
    for _, call in asked:
        call.join()
    return [name for name, call in sorted(asked, key=lambda one: one[1].ended)]


def test_interactive_goes_first(serve, settle):
    model = settle(url(serve(delay=0.2), slots=1))
    calls = (0.0, "first", "background"), (0.2, "second", "background"), (0.5, "third", "interactive")
    assert order_of(model, *calls) == ["first", "third", "second"]


def test_a_background_call_is_not_put_last_for_ever(serve, settle, quick):
    quick(PATIENCE_SECONDS=0.3)
    model = settle(url(serve(delay=0.2), slots=1))
    calls = (0.0, "first", "interactive"), (0.1, "patient", "background"), (0.6, "last", "interactive")
    assert order_of(model, *calls) == ["first", "patient", "last"]
