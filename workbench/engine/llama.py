"""The only file that knows llama.cpp: a GGUF model with one context, its tokens, its memory and its samplers.

llama_cpp is imported when the first model is loaded, since the import costs time that the page need not wait for.
A context belongs to one thread; only `tokenize`, `piece` and `token_text` may be called from others.
"""

import ctypes
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.engine.values import Sampling
from workbench.errors import InvalidInput, ModelFailed, ModelUnavailable

logger = logging.getLogger(__name__)

READ_BATCH = 512  # tokens in one decode call; llama.cpp's own default, larger isn't faster on a CPU
GRAMMAR_CANDIDATES = 512  # tried first when a grammar refuses a token; checking the whole vocabulary takes ~10 ms
DRY_BASE = 1.75
DRY_ALLOWED = 2  # repeated runs up to this many tokens cost nothing
DRY_BREAKERS = (b"\n", b":", b'"', b"*")

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])
_log_callback: Any = None  # llama.cpp keeps the pointer, so Python must keep the object


def gbnf_of(schema: str) -> str:
    """The library's grammar for a JSON schema given as JSON; raises whatever its converter runs into."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    return str(json_schema_to_gbnf(schema))


def _library() -> Any:
    """llama_cpp's low-level module, its log routed to ours at debug level."""
    global _log_callback
    from llama_cpp import llama_cpp as lib

    if _log_callback is None:

        @lib.llama_log_callback
        def forward(level: int, text: bytes, user_data: Any) -> None:
            logger.debug("llama.cpp: %s", text.decode("utf-8", "replace").rstrip())

        _log_callback = forward
        lib.llama_log_set(forward, ctypes.c_void_p(0))
        lib.llama_backend_init()
    return lib


class LlamaModel:
    """A GGUF file in memory, and a context of `cells` tokens shared by up to `sequences` sequences.

    `window`: most tokens of one sequence. `threads`: 0 takes one for each core. Raises `ModelUnavailable` when
    llama.cpp refuses the file or can't get the memory.

    `exact`: llama.cpp's fast attention on CPUs adds up cells in blocks, so that rounding depends on where in the
    memory a sequence happens to lie, and at temperature 0 two nearly equal tokens may change places when other
    sequences are about. Keys kept as Q8_0 take the path that adds cell by cell, which gives the same text alone and
    in a crowd; prompts are then read about 1.25 times slower.
    """

    def __init__(
        self,
        path: Path,
        *,
        cells: int,
        window: int,
        sequences: int,
        threads: int = 0,
        gpu_layers: int = 0,
        exact: bool = False,
    ) -> None:
        self._lib = _library()
        self.path, self.cells, self.window, self.sequences = path, cells, window, sequences
        self._exact = exact
        self._threads = threads or len(os.sched_getaffinity(0))
        self._model: Any = None
        self._context: Any = None
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        self._model = self._lib.llama_model_load_from_file(str(path).encode(), params)
        if not self._model:
            raise ModelUnavailable(
                f"llama.cpp can't read {path.name}: the file is damaged or of a kind this version doesn't know. "
                "Download it again or choose another model."
            )
        self._vocab = self._lib.llama_model_get_vocab(self._model)
        self.vocabulary: int = self._lib.llama_vocab_n_tokens(self._vocab)
        # Recurrent state can't be cut or shared at a token, so such models read every prompt from its start.
        self.can_share = not (
            self._lib.llama_model_is_recurrent(self._model) or self._lib.llama_model_is_hybrid(self._model)
        )
        # Asked for a context or for tokens, such models would end the whole process.
        writes = self._lib.llama_model_has_decoder(self._model) and not self._lib.llama_model_has_encoder(self._model)
        if not writes or self._lib.llama_vocab_type(self._vocab) == self._lib.LLAMA_VOCAB_TYPE_NONE:
            self.close()
            raise _not_a_writer(path)
        self._pieces: dict[int, bytes] = {}
        self._allocate_batch()
        try:
            self.reset()
        except ModelUnavailable:
            self.close()
            raise

    def reset(self) -> None:
        """Throw the context away with all sequences in it and make a fresh one."""
        if self._context:
            self._lib.llama_free(self._context)
            self._context = None
        params = self._lib.llama_context_default_params()
        params.n_ctx = self.cells
        params.n_batch = params.n_ubatch = READ_BATCH
        params.n_seq_max = self.sequences
        params.n_threads = params.n_threads_batch = self._threads
        params.kv_unified = True
        params.swa_full = True  # sliding-window layers must keep all cells, or a shared beginning can't be copied
        params.flash_attn_type = self._lib.LLAMA_FLASH_ATTN_TYPE_ENABLED
        if self._exact:
            params.type_k = self._lib.GGML_TYPE_Q8_0
        self._context = self._lib.llama_init_from_model(self._model, params)
        if not self._context:
            raise ModelUnavailable(
                f"llama.cpp couldn't get memory for a context of {self.cells} tokens. "
                "Set LORELOOM_CONTEXT_TOKENS lower or choose a smaller model."
            )
        self._memory = self._lib.llama_get_memory(self._context)
        if not self._memory:
            raise _not_a_writer(self.path)

    def close(self) -> None:
        """Free the context and the model; calling it twice does nothing."""
        if self._context:
            self._lib.llama_free(self._context)
            self._context = None
        if self._model:
            self._lib.llama_model_free(self._model)
            self._model = None

    # Text and tokens

    def tokenize(self, text: str, *, special: bool = False) -> list[int]:
        """Tokens of `text`, nothing added. Without `special`, typed control tokens stay plain text."""
        data = text.encode("utf-8", "replace")
        room = len(data) + 8
        tokens = (ctypes.c_int32 * room)()
        count = self._lib.llama_tokenize(self._vocab, data, len(data), tokens, room, False, special)
        if count < 0:
            raise ModelFailed("The model's tokenizer refused a text. Shorten it or remove unusual characters.")
        return list(tokens[:count])

    def piece(self, token: int) -> bytes:
        """Bytes of a token; empty for control tokens. A character may be split over several tokens."""
        known = self._pieces.get(token)
        if known is None:
            known = self._pieces[token] = self._read_piece(token, special=False)
        return known

    def token_text(self, token: int) -> str:
        """A token for people to read, control tokens spelled out."""
        return self._read_piece(token, special=True).decode("utf-8", "replace")

    def _read_piece(self, token: int, special: bool) -> bytes:
        size = 64
        buffer = ctypes.create_string_buffer(size)
        count = self._lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
        if count < 0:
            size = -count
            buffer = ctypes.create_string_buffer(size)
            count = self._lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
        return buffer.raw[: max(count, 0)]

    def is_end(self, token: int) -> bool:
        """Whether the token ends the model's turn."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    @property
    def begin_token(self) -> int | None:
        """Token that must stand before every prompt, where the model wants one."""
        return self._lib.llama_vocab_bos(self._vocab) if self._lib.llama_vocab_get_add_bos(self._vocab) else None

    def special_texts(self) -> dict[str, str]:
        """`bos_token` and `eos_token` as chat templates name them."""
        ids = {"bos_token": self._lib.llama_vocab_bos(self._vocab), "eos_token": self._lib.llama_vocab_eos(self._vocab)}
        return {name: self.token_text(token) if token >= 0 else "" for name, token in ids.items()}

    @property
    def chat_template(self) -> str | None:
        """Jinja source of the chat template in the file, if it has one."""
        source = self._lib.llama_model_chat_template(self._model, None)
        return source.decode("utf-8", "replace") if source else None

    # The context

    def _allocate_batch(self) -> None:
        """One batch for all steps, as numpy arrays that llama.cpp reads in place."""
        size = READ_BATCH
        self._token = np.zeros(size, np.int32)
        self._position = np.zeros(size, np.int32)
        self._sequence = np.zeros(size, np.int32)
        self._wanted = np.zeros(size, np.int8)
        self._one = np.ones(size, np.int32)
        self._sequence_pointers = (self._sequence.ctypes.data + 4 * np.arange(size)).astype(np.uint64)
        batch = self._lib.llama_batch()
        for name, array in (
            ("token", self._token),
            ("pos", self._position),
            ("n_seq_id", self._one),
            ("seq_id", self._sequence_pointers),
            ("logits", self._wanted),
        ):
            kind = dict(self._lib.llama_batch._fields_)[name]
            setattr(batch, name, ctypes.cast(array.ctypes.data, kind))
        self._batch = batch

    def decode(
        self, tokens: Sequence[int], positions: Sequence[int], sequences: Sequence[int], wanted: Sequence[bool]
    ) -> None:
        """Read up to `READ_BATCH` tokens, each at a position of a sequence; `wanted` marks those to sample after.

        Raises `MemoryError` when the cells don't suffice (nothing has changed then), `ModelFailed` when the context
        may be broken.
        """
        count = len(tokens)
        self._token[:count] = tokens
        self._position[:count] = positions
        self._sequence[:count] = sequences
        self._wanted[:count] = wanted
        self._batch.n_tokens = count
        code = self._lib.llama_decode(self._context, self._batch)
        if code == 1:
            raise MemoryError("no free cells in the context")
        if code != 0:
            raise ModelFailed(f"The text model failed while reading (llama.cpp code {code}). Try again.")

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """Logits after row `row` of the last batch, shape (vocabulary,); a copy."""
        pointer = self._lib.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, shape=(self.vocabulary,)).copy()

    def copy_sequence(self, source: int, target: int, length: int) -> None:
        """Let `target`, which must be empty, share the first `length` tokens of `source`."""
        self._lib.llama_memory_seq_cp(self._memory, source, target, 0, length)

    def trim_sequence(self, sequence: int, length: int) -> bool:
        """Keep the first `length` tokens of a sequence; false when the model can't cut there."""
        return bool(self._lib.llama_memory_seq_rm(self._memory, sequence, length, -1))

    def sampler(self, sampling: Sampling, history: Sequence[int] = ()) -> "LlamaSampler":
        """A fresh sampler for one reply; `history` counts as written for the penalties. Close it after use."""
        return LlamaSampler(self, sampling, history)


def _not_a_writer(path: Path) -> ModelUnavailable:
    return ModelUnavailable(f"{path.name} isn't a model that writes text (an encoder, perhaps). Choose a chat model.")


class LlamaSampler:
    """One reply's chain of samplers: penalties, then filters, then temperature, then the draw."""

    def __init__(self, model: LlamaModel, sampling: Sampling, history: Sequence[int]) -> None:
        self._model = model
        self._lib = lib = model._lib
        self._grammar: Any = None
        self._chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        if sampling.grammar:
            self._grammar = lib.llama_sampler_init_grammar(model._vocab, sampling.grammar.encode(), b"root")
            if not self._grammar:
                self.close()
                raise InvalidInput("The JSON schema can't be turned into a grammar. Use a simpler schema.")
        for link in self._links(sampling):
            lib.llama_sampler_chain_add(self._chain, link)
        for token in history:
            lib.llama_sampler_accept(self._chain, token)

    def _links(self, sampling: Sampling) -> list[Any]:
        lib, model, links = self._lib, self._model, []
        if sampling.repeat_penalty != 1.0 and sampling.repeat_window > 0:
            penalty = (sampling.repeat_window, sampling.repeat_penalty, 0.0, 0.0)
            links.append(lib.llama_sampler_init_penalties(model.vocabulary, *penalty))
        if sampling.dry_multiplier > 0:
            breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*DRY_BREAKERS)
            strength = (sampling.dry_multiplier, DRY_BASE, DRY_ALLOWED, model.window)
            links.append(lib.llama_sampler_init_dry(model._vocab, *strength, breakers, len(DRY_BREAKERS)))
        if sampling.temperature <= 0:
            return [*links, lib.llama_sampler_init_greedy()]
        if sampling.top_k > 0:
            links.append(lib.llama_sampler_init_top_k(sampling.top_k))
        if sampling.top_p < 1:
            links.append(lib.llama_sampler_init_top_p(sampling.top_p, 1))
        if sampling.min_p > 0:
            links.append(lib.llama_sampler_init_min_p(sampling.min_p, 1))
        links.append(lib.llama_sampler_init_temp(sampling.temperature))
        links.append(lib.llama_sampler_init_dist(sampling.seed & 0xFFFFFFFF))
        return links

    def sample(self, row: int) -> int:
        """Draw the token that follows row `row` of the last batch, and remember it as written."""
        lib = self._lib
        if self._grammar is None:
            return int(lib.llama_sampler_sample(self._chain, self._model._context, row))
        # A token drawn freely that fits the grammar has the same distribution as one drawn under it, and checking
        # one token is thousands of times cheaper than checking all.
        logits = self._model.logits(row)
        everything = np.arange(len(logits), dtype=np.int32)
        token = self._draw(everything, logits, held=False)
        if token is None or not self._fits(token):
            top = min(GRAMMAR_CANDIDATES, len(logits))
            likely = np.argpartition(logits, -top)[-top:].astype(np.int32)
            token = self._draw(likely, logits[likely], held=True)
            if token is None:
                token = self._draw(everything, logits, held=True)
            if token is None:
                raise ModelFailed("The model can't go on with the JSON it began. Try again or use a simpler schema.")
        lib.llama_sampler_accept(self._chain, token)
        lib.llama_sampler_accept(self._grammar, token)
        return token

    def _candidates(self, ids: npt.NDArray[np.int32], logits: npt.NDArray[np.float32]) -> tuple[Any, Any]:
        data = np.zeros(len(ids), _CANDIDATE)
        data["id"], data["logit"] = ids, logits
        pointer = ctypes.cast(data.ctypes.data, self._lib.llama_token_data_p)
        return data, self._lib.llama_token_data_array(pointer, len(ids), -1, False)

    def _fits(self, token: int) -> bool:
        data, array = self._candidates(np.array([token], np.int32), np.ones(1, np.float32))
        self._lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
        return bool(np.isfinite(data["logit"][0]))

    def _draw(self, ids: npt.NDArray[np.int32], logits: npt.NDArray[np.float32], held: bool) -> int | None:
        """A token from these candidates, held to the grammar or free; None when the grammar allows none of them."""
        data, array = self._candidates(ids, logits)
        if held:
            self._lib.llama_sampler_apply(self._grammar, ctypes.byref(array))
            allowed = data[np.isfinite(data["logit"])]
            if not len(allowed):
                return None
            data, array = self._candidates(allowed["id"], allowed["logit"])
        self._lib.llama_sampler_apply(self._chain, ctypes.byref(array))
        return int(array.data[array.selected].id) if array.selected >= 0 else None

    def close(self) -> None:
        """Free the native samplers; calling it twice does nothing."""
        for name in ("_chain", "_grammar"):
            if pointer := getattr(self, name):
                self._lib.llama_sampler_free(pointer)
                setattr(self, name, None)
