"""LangChain's view of a model on a server: ChatOpenAI, held to our priorities, cancellation, waits and errors."""

import logging
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.model import Priority
from workbench.engine import server_wire
from workbench.engine.schema import parse_answer, requested_schema, response_format, with_answers
from workbench.engine.server import ServerTextModel
from workbench.engine.server_gate import Ticket
from workbench.engine.server_habits import EXTRAS, Search, features, looks_held_to, with_schema
from workbench.engine.server_wire import Pump
from workbench.engine.text import estimated_tokens
from workbench.engine.values import TEMPERATURE
from workbench.errors import InvalidInput, ModelFailed, WorkbenchError

logger = logging.getLogger(__name__)

ATTEMPTS = 3
# Sent past the client: it renames max_tokens to what not every server knows, and parses structured replies itself,
# in which it finds more to complain about than we.
_PAST_THE_CLIENT = ("response_format", *EXTRAS)
_LOCAL_ONLY = ("repeat_window", "lookup", "story")
_NO_PROBABILITIES = (
    "The model server gives no probabilities of words (logprobs). Ask without them, or choose a server that does."
)


class _TryAgain(Exception):
    """Inside this module: the server didn't take the call, and another try makes sense."""


class ServerChatModel(BaseChatModel):
    """A chat model on an OpenAI-compatible server, with the fields of the local one where the protocol has them."""

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    service: ServerTextModel = Field(exclude=True)
    priority: Priority = "interactive"
    cancelled: Callable[[], bool] | None = Field(None, exclude=True)

    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    stop: list[str] | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    repeat_window: int | None = None
    dry_multiplier: float | None = None
    logprobs: bool | None = None
    top_logprobs: int | None = None
    response_format: dict[str, Any] | None = None

    @property
    def _llm_type(self) -> str:
        return "loreloom-server"

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Chunks as the server sends them; the last one has the usage, estimated where the server counts none.

        A busy or lost server is waited for, and what it refuses of the call is left out. Raises `Cancelled`,
        `ModelUnavailable` (gone, too busy for long, broken off in the middle), and `ModelFailed`, also when
        probabilities are asked for and the server gives none.
        """
        call = self._call(stop, kwargs)
        priority, cancelled = call.pop("priority", self.priority), call.pop("cancelled", self.cancelled)
        schema = requested_schema(call.get("response_format"))
        ticket = self.service.gate.ticket(priority)
        search: Search | None = None
        while True:
            with self.service.turn(ticket, cancelled):
                if search is None or search.fresh:  # what other calls have learned while this one waited counts
                    search = Search(self.service.habits, features(call), schema)
                    if "logprobs" in search.without:
                        raise ModelFailed(_NO_PROBABILITIES)
                reply = _Reply(self, messages, call, schema, search.without, ticket)
                try:
                    yield from reply.chunks(cancelled, run_manager)
                    return
                except _TryAgain:
                    continue
                except WorkbenchError as error:
                    if reply.refusal is None or not search.next(*reply.refusal):
                        raise
                    logger.info("asked again without %s, since %s", ", ".join(sorted(search.without)), error)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """One whole reply; streamed underneath, so that it can be cancelled on its way."""
        whole: ChatGenerationChunk | None = None
        for chunk in self._stream(messages, stop, run_manager, **kwargs):
            whole = chunk if whole is None else whole + chunk
        assert whole is not None  # there is a last chunk with the usage
        said = whole.message
        message = AIMessage(
            content=said.text,
            response_metadata=said.response_metadata,
            usage_metadata=getattr(said, "usage_metadata", None),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """As the local model's; an answer that doesn't fit is asked for again, with what was wrong."""
        if not isinstance(schema, dict) and not (isinstance(schema, type) and issubclass(schema, BaseModel)):
            raise InvalidInput("with_structured_output takes a pydantic model or a JSON schema.")
        bound = self.bind(response_format=response_format(schema))

        def ask(value: LanguageModelInput) -> BaseMessage:
            messages = self._convert_input(value).to_messages()
            for attempt in range(ATTEMPTS):
                message = bound.invoke(messages)
                message.content = _bare_json(message.text)
                try:
                    parse_answer(message, schema)
                    break
                except ModelFailed as error:
                    logger.info("structured answer %d of %d refused: %s", attempt + 1, ATTEMPTS, error)
                    messages = [*messages, AIMessage(message.text), HumanMessage(f"{error} Answer with the JSON only.")]
            return message

        return with_answers(RunnableLambda(ask), schema, include_raw)

    def _call(self, stop: list[str] | None, given: dict[str, Any]) -> dict[str, Any]:
        """Arguments of one call, those of `bind` before our own; without those that nobody gave."""
        own = {name: getattr(self, name) for name in type(self).model_fields if name not in _NOT_SENT}
        given = {name: value for name, value in given.items() if value is not None}
        call = {name: value for name, value in {**own, **given}.items() if value is not None}
        if stop:
            call["stop"] = stop
        call.setdefault("temperature", TEMPERATURE)
        if not call.get("logprobs"):
            call.pop("logprobs", None)
            call.pop("top_logprobs", None)
        for name in _LOCAL_ONLY:
            call.pop(name, None)
        return call


_NOT_SENT = {*BaseChatModel.model_fields, "service", "priority", "cancelled"}


class _Reply:
    """One try of one call. `refusal`: HTTP status and words when the server refused it as it was sent."""

    def __init__(
        self,
        model: ServerChatModel,
        messages: list[BaseMessage],
        call: dict[str, Any],
        schema: dict[str, Any] | None,
        without: frozenset[str],
        ticket: Ticket,
    ) -> None:
        self._service, self._call, self._schema = model.service, call, schema
        self._without, self._ticket = without, ticket
        self._habits = self._service.habits
        told = schema is not None and ("response_format" in without or self._habits.ignores_schema)
        self._messages = with_schema(messages, schema) if told and schema is not None else messages
        self._answered = False
        self._text = ""
        self._finish = ""
        self._has_logprobs = False
        self._usage: UsageMetadata | None = None
        self._counted = 0
        self.refusal: tuple[int, str] | None = None

    def chunks(
        self, cancelled: Callable[[], bool] | None, run_manager: CallbackManagerForLLMRun | None
    ) -> Iterator[ChatGenerationChunk]:
        """The reply. Raises `_TryAgain` after telling the gate why, and the errors of `ServerChatModel._stream`."""
        pump = Pump(self._client().stream(self._messages, **self._sent()), self._service.wire)
        try:
            with closing(pump.read(lambda: self._service.check(cancelled))) as messages:
                for message in messages:
                    self._take(message)
                    chunk = ChatGenerationChunk(message=message)
                    if run_manager:
                        run_manager.on_llm_new_token(message.text, chunk=chunk)
                    yield chunk
            yield ChatGenerationChunk(message=self._end())
        except WorkbenchError:
            raise
        except Exception as error:
            raise self._judged(error) from error
        finally:
            self._count()

    def _take(self, message: AIMessageChunk) -> None:
        """Note what a chunk says. Its usage is kept back: some servers send the sum so far with each chunk."""
        if not self._answered:
            self._answered = True
            self._habits.learn(features(self._call), self._without, self._schema)
            if "logprobs" in self._without:
                raise ModelFailed(_NO_PROBABILITIES)
        if message.usage_metadata and message.usage_metadata["total_tokens"]:
            self._usage = message.usage_metadata
        message.usage_metadata = None
        message.chunk_position = None
        self._finish = message.response_metadata.get("finish_reason") or self._finish
        self._has_logprobs = self._has_logprobs or bool(message.response_metadata.get("logprobs"))
        if message.text:
            if not self._text:
                self._service.gate.passed(self._ticket)
            self._text += message.text
            self._counted += 1
            self._service.log.add(written=1)

    def _end(self) -> AIMessageChunk:
        """The last chunk, with the usage; raises when the reply isn't whole."""
        if not self._finish and self._usage is None:
            # Without either the connection broke: HTTP can't tell that from an end.
            self._service.lost()
            raise server_wire.broken_off(self._service.url, None)
        self._service.gate.passed(self._ticket)
        if "logprobs" in self._call and self._text and not self._has_logprobs:
            self._habits.learn_ignores("logprobs")
            raise ModelFailed(_NO_PROBABILITIES)
        if self._seems_to_ignore_schema():
            self._habits.learn_ignores("response_format")
        if self._usage is None:
            read = estimated_tokens("".join(message.text for message in self._messages))
            written = max(estimated_tokens(self._text), 1)
            self._usage = UsageMetadata(input_tokens=read, output_tokens=written, total_tokens=read + written)
        return AIMessageChunk(content="", usage_metadata=self._usage, chunk_position="last")

    def _seems_to_ignore_schema(self) -> bool:
        if self._schema is None or "response_format" in self._without or self._habits.ignores_schema:
            return False
        return self._finish == "stop" and not looks_held_to(self._text, self._schema)

    def _count(self) -> None:
        """Put the reply into the log; what was counted chunk by chunk is corrected by the usage."""
        if usage := self._usage:
            reused = (usage.get("input_token_details") or {}).get("cache_read", 0) or 0
            written = usage["output_tokens"] - self._counted
            self._service.log.add(calls=1, read=usage["input_tokens"] - reused, reused=reused, written=written)
        elif self._answered:
            self._service.log.add(calls=1)

    def _judged(self, error: Exception) -> Exception:
        """What is to be raised for an error of the client; the gate and the watcher are told what it means."""
        service = self._service
        if self._text:
            if server_wire.is_connection_error(error):
                service.lost()
                return server_wire.broken_off(service.url, error)
        elif trouble := server_wire.trouble_of(error, service.url):
            service.refused(self._ticket, trouble)
            return _TryAgain()
        if server_wire.status_of(error):
            service.gate.passed(self._ticket)
        if not self._answered:
            if isinstance(error, ValueError) and "No generation chunks" in str(error):
                return ModelFailed(
                    "The model server sent an empty answer; it may not know how to stream replies. Try again, or "
                    "choose another server."
                )
            if not server_wire.too_long(error):
                self.refusal = server_wire.status_of(error), server_wire.words_of(error)
        return server_wire.in_our_words(error, service.url, service.settings.model_timeout)

    def _sent(self) -> dict[str, Any]:
        """Arguments for the client: the call without what the server refuses."""
        left_out = {name for name in self._without if name != "max_tokens"}
        if "extras" in left_out:
            left_out.update(EXTRAS)
        if "logprobs" in left_out:
            left_out.add("top_logprobs")
        sent = {name: value for name, value in self._call.items() if name not in left_out}
        past = {name: sent.pop(name) for name in _PAST_THE_CLIENT if name in sent}
        if "max_tokens" in sent:
            past["max_completion_tokens" if "max_tokens" in self._without else "max_tokens"] = sent.pop("max_tokens")
        return {**sent, "extra_body": past} if past else sent

    def _client(self) -> BaseChatModel:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        service = self._service
        return ChatOpenAI(
            base_url=service.url,
            model=service.status().name,
            # The client insists on a key; servers at home want none and ignore it.
            api_key=SecretStr(service.settings.model_api_key.get_secret_value() or "none"),
            timeout=service.wire.timeout,
            http_client=service.wire.client,
            max_retries=0,  # trying again is the gate's affair
            stream_usage="usage" not in self._without,
            callbacks=[],
        )


def _bare_json(text: str) -> str:
    """The JSON in an answer that may have prose or a code fence around it."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else text
