"""Servers that lack something, as the graphs meet them: through `ask_json` and `ask_digit`."""

import pytest
from pydantic import BaseModel, Field

from graphs.agents import AGENTS
from graphs.prompting import ask, ask_digit, ask_json, conversation
from tests.engine.fake_servers import openai_servers, url
from workbench.errors import ModelFailed

PROMPT = conversation("You rate chapters.", "Rate this one.")
RATER = AGENTS["rater"]
PENALTIES = {"min_p": 0.1, "top_k": 40, "repeat_penalty": 1.1, "dry_multiplier": 0.8}


class Verdict(BaseModel):
    """A small answer."""

    score: int = Field(ge=1, le=9)
    reason: str = Field(min_length=3)


class Mood(BaseModel):
    """Another."""

    mood: str


GOOD = ('{"score": 7,', ' "reason": "It moves."}')


class Asker:
    """What graphs need of a team, with a real model; sampling that each call shall have may be given."""

    def __init__(self, model, **sampling):
        self.model, self.sampling, self.calls = model, sampling, []

    def chat(self, agent, **sampling):
        return self.model.chat_model(priority=agent.priority, **sampling, **self.sampling)

    def cancelled(self):
        return False

    def record(self, call):
        self.calls.append(call)


@pytest.fixture
def asker(settle):
    """`asker(sampling={}, **server)`: the server and somebody who asks it."""
    with openai_servers() as serve:

        def asker(sampling=None, **values):
            server = serve(**values)
            return server, Asker(settle(url(server)), **(sampling or {}))

        yield asker


def one_after_another(*answers):
    """Words of a server that gives these answers in turn."""
    left = list(answers)
    return lambda body: left.pop(0)


# Structured output


def test_json_where_the_server_refuses_response_format(asker):
    server, team = asker(words=GOOD, refuse_json=True)
    for _ in range(2):
        value, _ = ask_json(team, RATER, PROMPT, Verdict, seed=1)
        assert value.score == 7
    assert len(server.requests) == 3, "one refusal in all"
    told = server.requests[-1]["messages"]
    assert [message["role"] for message in told] == ["system", "user"], "roles alternate as chat templates want"
    assert told[-1]["content"].startswith("Rate this one.")
    assert '"reason"' in told[-1]["content"]


def test_json_where_the_server_refuses_it_without_saying_so(asker):
    server, team = asker(
        {"min_p": 0.1},
        words=GOOD,
        refuse=lambda body, number: (400, "bad request") if "response_format" in body else None,
    )
    for _ in range(2):
        assert ask_json(team, RATER, PROMPT, Verdict)[0].score == 7
    assert "response_format" not in server.requests[-1]
    assert server.requests[-1]["min_p"] == 0.1, "what it takes it still gets"
    before = len(server.requests)
    ask_json(team, RATER, PROMPT, Verdict)
    assert len(server.requests) == before + 1


def test_one_schema_that_is_too_much_costs_the_others_nothing(asker):
    def refuse(body, number):
        if "mood" in str(body.get("response_format")):
            return 400, "failed to parse grammar"
        return None

    server, team = asker(
        words=one_after_another(GOOD, ('{"mood": "calm"}',), ('{"mood": "sad"}',), GOOD), refuse=refuse
    )
    ask_json(team, RATER, PROMPT, Verdict)
    assert ask_json(team, RATER, PROMPT, Mood)[0].mood == "calm"
    assert ask_json(team, RATER, PROMPT, Mood)[0].mood == "sad"
    ask_json(team, RATER, PROMPT, Verdict)
    assert ["response_format" in body for body in server.requests] == [True, True, False, False, True]


@pytest.mark.parametrize(
    "around", [("Of course! Here it is:\n", "\nTell me if you want more."), ("```json\n", "\n```")]
)
def test_json_with_something_around_it(asker, around):
    server, team = asker(words=(around[0], *GOOD, around[1]))
    assert ask_json(team, RATER, PROMPT, Verdict)[0].reason == "It moves."
    assert len(server.requests) == 1


def test_json_where_the_server_ignores_response_format(asker):
    server, team = asker(words=one_after_another(("I liked it ", "a lot."), GOOD, GOOD))
    value, usage = ask_json(team, RATER, PROMPT, Verdict, seed=3)
    assert value.score == 7
    assert (usage.prompt_tokens, usage.written_tokens) == (14, 4), "both answers count"
    first, second = server.requests
    assert "JSON schema" not in str(first["messages"])
    assert "JSON schema" in str(second["messages"]), "asked again, the model is told what is wanted"
    ask_json(team, RATER, PROMPT, Verdict)
    assert "JSON schema" in str(server.requests[-1]["messages"]), "and from then on at once"


def test_json_that_does_not_fit_at_first(asker):
    _, team = asker(words=one_after_another(('{"score": 12, "reason": "It moves."}',), GOOD))
    assert ask_json(team, RATER, PROMPT, Verdict)[0].score == 7


def test_json_that_never_comes_is_told(asker):
    server, team = asker()
    with pytest.raises(ModelFailed, match=r"asked 2 times.*form that was asked for.*larger model"):
        ask_json(team, RATER, PROMPT, Verdict)
    assert len(server.requests) == 2


def test_a_long_schema_is_shortened_in_the_prompt(asker):
    sentences = [f"This is sentence number {number} of a long draft, word after word." for number in range(400)]
    schema = {"type": "object", "properties": {"quote": {"enum": sentences}}, "required": ["quote"]}
    server, team = asker(words=('{"quote": "x"}',), refuse_json=True)
    form = {"type": "json_schema", "json_schema": {"name": "Quote", "schema": schema}}
    ask(team, RATER, PROMPT, response_format=form)
    told = server.requests[-1]["messages"][-1]["content"]
    assert sentences[0] in told
    assert "one of 400 texts" in told
    assert len(told) < 2000


# Probabilities


def digits(body):
    """A model that needs more than a word."""
    return ("My", " rating", ":", " 7")[: body["max_tokens"]]


def test_the_expected_digit(asker):
    said = [
        {
            "token": "7",
            "logprob": -0.7,
            "top_logprobs": [{"token": "7", "logprob": -0.6931}, {"token": "5", "logprob": -0.6931}],
        }
    ]
    server, team = asker(words=("7",), logprobs=said)
    assert ask_digit(team, RATER, PROMPT)[0] == pytest.approx(6.0, abs=0.01)
    assert len(server.requests) == 1


def test_a_digit_where_the_server_gives_no_probabilities(asker):
    server, team = asker(words=digits)
    assert [ask_digit(team, RATER, PROMPT)[0] for _ in range(3)] == [7.0] * 3
    assert [body.get("logprobs") for body in server.requests] == [True, None, None, None]


@pytest.mark.parametrize("said", ["logprobs are not supported", "bad request"])
def test_a_digit_where_the_server_refuses_probabilities(asker, said):
    server, team = asker(words=digits, refuse=lambda body, number: (400, said) if body.get("logprobs") else None)
    assert [ask_digit(team, RATER, PROMPT)[0] for _ in range(2)] == [7.0] * 2
    before = len(server.requests)
    assert ask_digit(team, RATER, PROMPT)[0] == 7.0
    assert len(server.requests) == before + 1


# Sampling that isn't in the protocol


@pytest.mark.parametrize(
    "refusal",
    [
        (400, "Unrecognized request argument supplied: min_p"),
        (422, {"detail": [{"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "Extra inputs not permitted"}]}),
        (400, "bad request"),
    ],
)
def test_extras_are_left_out_where_the_server_refuses_them(asker, refusal):
    server, team = asker(PENALTIES, refuse=lambda body, number: refusal if set(PENALTIES) & set(body) else None)
    for _ in range(3):
        assert ask(team, RATER, PROMPT, seed=5, max_tokens=20).text == "The sea was calm."
    assert len(server.requests) == 4, "one refusal in all"
    assert set(PENALTIES) <= set(server.requests[0])
    for body in server.requests[1:]:
        assert not set(PENALTIES) & set(body)
        assert (body["seed"], body["max_tokens"], body["temperature"]) == (5, 20, RATER.temperature)


def test_a_server_that_refuses_everything_beyond_the_protocol(asker):
    known = {"model", "messages", "stream", "temperature", "max_tokens", "seed"}
    server, team = asker(
        PENALTIES, words=GOOD, refuse=lambda body, number: (400, "bad request") if set(body) - known else None
    )
    for _ in range(2):
        value, usage = ask_json(team, RATER, PROMPT, Verdict)
        assert value.score == 7
        assert usage.prompt_tokens > 50, "estimated, with the schema in the prompt"
        assert usage.written_tokens == round(len("".join(GOOD)) / 4)
    assert [bool(set(body) - known) for body in server.requests] == [True] * 4 + [False] * 2, "found out only once"


def test_models_that_know_only_the_new_name_of_max_tokens(asker):
    said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    server, team = asker(refuse=lambda body, number: (400, said) if "max_tokens" in body else None)
    for _ in range(2):
        ask(team, RATER, PROMPT, max_tokens=20)
    assert [body.get("max_completion_tokens") for body in server.requests] == [None, 20, 20]


def test_an_error_of_one_call_is_no_habit(asker):
    server, team = asker(
        PENALTIES,
        refuse=lambda body, number: (400, "the messages are strange") if "strange" in str(body["messages"]) else None,
    )
    ask(team, RATER, PROMPT)
    for _ in range(2):
        with pytest.raises(ModelFailed, match=r"the messages are strange"):
            ask(team, RATER, conversation("You rate.", "strange"))
    assert len(server.requests) == 3, "what was taken before isn't suspected"
    ask(team, RATER, PROMPT)
    assert set(PENALTIES) <= set(server.requests[-1])
