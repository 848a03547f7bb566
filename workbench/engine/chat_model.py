"""The local text model as LangChain sees it, so that graphs needn't know where a model runs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import BaseModel, ConfigDict, Field

from workbench.domain.model import Priority
from workbench.engine.schema import grammar_of, requested_schema, response_format, with_answers
from workbench.engine.service import LocalTextModel
from workbench.engine.template import ChatMessage
from workbench.engine.values import TEMPERATURE, Event, Finished, Sampling, TokenLogprob
from workbench.errors import InvalidInput

_ROLES = {"human": "user", "ai": "assistant", "system": "system", "chat": "user", "tool": "user", "function": "user"}


class LocalChatModel(BaseChatModel):
    """A chat model over the local engine. Every field but the first three may also be given per call or by `bind`.

    None takes the app's setting. Under a JSON schema the repetition penalties are off unless given, since JSON repeats
    its own marks. `repeat_penalty` and DRY look at the reply only, a begun one included, never at the prompt.
    An `AIMessage` at the end of the input is the beginning of the reply: the model goes on from it.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True, extra="forbid")

    service: LocalTextModel = Field(exclude=True)
    priority: Priority = "interactive"
    cancelled: Callable[[], bool] | None = Field(None, exclude=True)

    temperature: float | None = Field(None, ge=0, le=2)
    max_tokens: int | None = Field(None, ge=1, description="tokens written at most; None: until the window is full")
    seed: int | None = None
    stop: list[str] | None = None
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=0)
    min_p: float | None = Field(None, ge=0, le=1)
    repeat_penalty: float | None = Field(None, gt=0, le=2)
    repeat_window: int | None = Field(None, ge=0)
    dry_multiplier: float | None = Field(None, ge=0)
    logprobs: bool | None = None
    top_logprobs: int | None = Field(None, ge=0, le=200)
    response_format: dict[str, Any] | None = None
    lookup: bool = Field(False, description="the reply will repeat much of the prompt: guess words from there")
    story: str = Field("", description="id of the story whose beginning the prompt has, to be kept on disk")

    @property
    def _llm_type(self) -> str:
        return "loreloom-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model_name": self.service.status().name, "temperature": self.temperature, "seed": self.seed}

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        """Chunks of one reply. Raises the errors of `LocalTextModel.generate`."""
        for event in self._events(messages, stop, kwargs):
            chunk = ChatGenerationChunk(message=self._chunk(event))
            if run_manager:
                run_manager.on_llm_new_token(event.text, chunk=chunk)
            yield chunk

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        """One whole reply, the same that `_stream` gives in pieces."""
        text = ""
        logprobs: list[TokenLogprob] = []
        finished: Finished | None = None
        for event in self._events(messages, stop, kwargs):
            text += event.text
            logprobs += event.logprobs
            finished = event.finished or finished
            if run_manager and event.text:
                run_manager.on_llm_new_token(event.text)
        assert finished is not None
        metadata = self._metadata(finished, logprobs)
        message = AIMessage(content=text, response_metadata=metadata, usage_metadata=_usage(finished))
        return ChatResult(generations=[ChatGeneration(message=message, generation_info=dict(metadata))])

    def with_structured_output(
        self, schema: dict[str, Any] | type, *, include_raw: bool = False, **kwargs: Any
    ) -> Runnable[LanguageModelInput, Any]:
        """Answers as validated instances of a pydantic model, or dicts of a JSON schema.

        Raises `InvalidInput` for other kinds of schema; the call raises `ModelFailed` for an answer that was cut off
        by `max_tokens` or that breaks a rule no grammar can hold.
        """
        if not isinstance(schema, dict) and not (isinstance(schema, type) and issubclass(schema, BaseModel)):
            raise InvalidInput("with_structured_output takes a pydantic model or a JSON schema.")
        return with_answers(self.bind(response_format=response_format(schema)), schema, include_raw)

    def get_num_tokens(self, text: str) -> int:
        """Tokens of a text, by the model's own tokenizer once it is loaded."""
        return self.service.count_tokens(text).tokens

    def _events(self, messages: list[BaseMessage], stop: list[str] | None, given: dict[str, Any]) -> Iterator[Event]:
        def choice(name: str) -> Any:
            value = given.get(name)
            return getattr(self, name) if value is None else value

        def setting(name: str) -> Any:
            value = choice(name)
            return getattr(self.service.settings, name) if value is None else value

        schema = requested_schema(choice("response_format"))

        def penalty(name: str, off: float) -> float:
            return off if schema and choice(name) is None else setting(name)

        seed = choice("seed")
        sampling = Sampling(
            temperature=TEMPERATURE if (chosen := choice("temperature")) is None else chosen,
            top_k=setting("top_k"),
            top_p=setting("top_p"),
            min_p=setting("min_p"),
            repeat_penalty=penalty("repeat_penalty", off=1.0),
            repeat_window=setting("repeat_window"),
            dry_multiplier=penalty("dry_multiplier", off=0.0),
            seed=self.service.next_seed() if seed is None else seed,
            grammar=grammar_of(schema) if schema else "",
        )
        return self.service.generate(
            [_chat_message(message) for message in messages],
            sampling=sampling,
            max_tokens=choice("max_tokens"),
            stop=stop or self.stop or (),
            priority=choice("priority"),
            top_logprobs=(choice("top_logprobs") or 0) if choice("logprobs") else None,
            cancelled=choice("cancelled"),
            lookup=choice("lookup"),
            story=choice("story"),
        )

    def _chunk(self, event: Event) -> AIMessageChunk:
        if event.finished is None:
            metadata = {"logprobs": _openai_logprobs(event.logprobs)} if event.logprobs else {}
            return AIMessageChunk(content=event.text, response_metadata=metadata)
        return AIMessageChunk(
            content=event.text,
            response_metadata=self._metadata(event.finished, event.logprobs),
            usage_metadata=_usage(event.finished),
            chunk_position="last",
        )

    def _metadata(self, finished: Finished, logprobs: Sequence[TokenLogprob]) -> dict[str, Any]:
        metadata: dict[str, Any] = {"finish_reason": finished.reason, "model_name": self.service.status().name}
        if logprobs:
            metadata["logprobs"] = _openai_logprobs(logprobs)
        return metadata


def _chat_message(message: BaseMessage) -> ChatMessage:
    role = getattr(message, "role", None) if message.type == "chat" else None
    return ChatMessage(role or _ROLES.get(message.type, "user"), message.text)


def _usage(finished: Finished) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=finished.prompt,
        output_tokens=finished.written,
        total_tokens=finished.prompt + finished.written,
        input_token_details=InputTokenDetails(cache_read=finished.reused),
    )


def _openai_logprobs(logprobs: Sequence[TokenLogprob]) -> dict[str, Any]:
    return {
        "content": [
            {
                "token": one.text,
                "logprob": one.logprob,
                "top_logprobs": [{"token": text, "logprob": value} for text, value in one.top],
            }
            for one in logprobs
        ]
    }
