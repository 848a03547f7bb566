"""LangChain's view of a model on a server: ChatOpenAI, held to our priorities, cancellation and errors."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable, RunnableLambda
from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.model import Priority
from workbench.engine.schema import parse_answer, requested_schema, response_format, with_answers
from workbench.engine.server import Pump, ServerTextModel
from workbench.errors import InvalidInput, ModelFailed, ModelUnavailable, WorkbenchError

logger = logging.getLogger(__name__)

ATTEMPTS = 3
# Sampling that OpenAI's protocol doesn't name; llama-server, vLLM and Ollama read some of it, the rest is ignored
# there. max_tokens is among them, since the client renames it to what not every server knows.
_EXTRA = ("max_tokens", "top_k", "min_p", "repeat_penalty", "dry_multiplier")


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
        """Chunks as the server sends them. Raises `Cancelled`, `ModelUnavailable` and `ModelFailed`."""
        call = self._call(stop, kwargs)
        schema = requested_schema(call.get("response_format"))
        try:
            yield from self._attempt(messages, call, run_manager)
        except ModelFailed as error:
            # Servers that don't know response_format refuse it before the first chunk.
            if schema is None or not _refused(error):
                raise
            plain = {key: value for key, value in call.items() if key != "response_format"}
            yield from self._attempt([*messages, _ask_for_json(schema)], plain, run_manager)

    def _attempt(
        self, messages: list[BaseMessage], call: dict[str, Any], run_manager: CallbackManagerForLLMRun | None
    ) -> Iterator[ChatGenerationChunk]:
        priority, cancelled = call.pop("priority", self.priority), call.pop("cancelled", self.cancelled)
        with self.service.turn(priority, cancelled):
            pump = Pump(self._inner().stream(messages, **call))
            try:
                for message in pump.read(lambda: self.service.check(cancelled)):
                    chunk = ChatGenerationChunk(message=message)
                    if run_manager:
                        run_manager.on_llm_new_token(message.text, chunk=chunk)
                    yield chunk
            except WorkbenchError:
                raise
            except Exception as error:
                raise self._translate(error) from error

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
        if whole is None:
            raise ModelFailed("The model server sent an empty answer. Try again.")
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
        """Arguments of one call, those of `bind` before our own."""
        own = {name: getattr(self, name) for name in ("seed", "top_p", "logprobs", "top_logprobs")}
        own |= {"temperature": self.temperature, "response_format": self.response_format, "stop": stop or self.stop}
        given = {name: value for name, value in given.items() if value is not None}
        call = {name: value for name, value in {**own, **given}.items() if value is not None}
        call.setdefault("temperature", self.service.settings.temperature)
        call.pop("repeat_window", None)
        extra = {name: call.pop(name, getattr(self, name)) for name in _EXTRA}
        if extra := {name: value for name, value in extra.items() if value is not None}:
            call["extra_body"] = extra
        return call

    def _inner(self) -> BaseChatModel:
        from langchain_openai import ChatOpenAI
        from pydantic import SecretStr

        settings = self.service.settings
        return ChatOpenAI(
            base_url=self.service.url,
            model=self.service.status().name,
            # The client insists on a key; servers at home want none and ignore it.
            api_key=SecretStr(settings.model_api_key.get_secret_value() or "none"),
            timeout=settings.model_timeout,
            max_retries=1,
            stream_usage=True,
            callbacks=[],
        )

    def _translate(self, error: Exception) -> WorkbenchError:
        """The client's errors in our words."""
        import openai

        if isinstance(error, openai.APITimeoutError):
            return ModelFailed(
                f"The model server didn't answer within {self.service.settings.model_timeout:.0f} seconds. "
                "Try again, or set LORELOOM_MODEL_TIMEOUT higher."
            )
        if isinstance(error, openai.APIConnectionError):
            self.service.lost(f"the connection failed ({error})")
            return ModelUnavailable(self.service.status().error or str(error))
        if isinstance(error, openai.APIStatusError):
            failed = ModelFailed(
                f"The model server answered HTTP {error.status_code}: {str(error.message)[:300]}. "
                "Look at the server's log, then try again."
            )
            failed.__cause__ = error
            return failed
        logger.error("a call to the model server failed", exc_info=error)
        return ModelFailed(f"The model server's answer can't be used: {error}. Try again.")


def _refused(error: ModelFailed) -> bool:
    return getattr(error.__cause__, "status_code", None) in (400, 404, 415, 422, 500, 501)


def _ask_for_json(schema: dict[str, Any]) -> HumanMessage:
    return HumanMessage(f"Answer only with JSON that follows this JSON schema:\n{json.dumps(schema)}")


def _bare_json(text: str) -> str:
    """The JSON in an answer that may have prose or a code fence around it."""
    starts = [at for at in (text.find("{"), text.find("[")) if at >= 0]
    end = max(text.rfind("}"), text.rfind("]"))
    return text[min(starts) : end + 1] if starts and end > min(starts) else text
