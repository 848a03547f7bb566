"""The only file that knows llama.cpp: a GGUF model with one context, its tokens, its memory and its samplers.

llama_cpp is imported when the first model is loaded, since the import costs time that the page need not wait for.
A context belongs to one thread; only `tokenize`, `piece` and `token_text` may be called from others.
"""

import ctypes
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from workbench.engine.sampler import LlamaSampler
from workbench.engine.threads import ThreadCount
from workbench.engine.values import Sampling
from workbench.errors import ModelFailed, ModelUnavailable

logger = logging.getLogger(__name__)

FEW_TOKENS = 16  # a batch of so many is writing; larger ones are reading, which busy cores slow much less
READ_BATCH = 512  # tokens in one decode call; llama.cpp's own default, larger isn't faster on a CPU

_log_callback: Any = None  # llama.cpp keeps the pointer, so Python must keep the object


def gbnf_of(schema: str) -> str:
    """The library's grammar for a JSON schema given as JSON; raises whatever its converter runs into."""
    from llama_cpp.llama_grammar import json_schema_to_gbnf

    return str(json_schema_to_gbnf(schema))


def requantise(source: Path, target: Path, kind: str, threads: int) -> None:
    """Write a copy of a GGUF file with its weights as `kind`, "Q8_0" or "Q4_0"; takes seconds for each GB.

    `threads`: 0 takes one for each core. No model need be loaded, and any thread may call it. Raises `ModelFailed`
    when llama.cpp refuses; it doesn't notice every write that fails, so the caller has to check what came of it.
    """
    lib = _library()
    params = lib.llama_model_quantize_default_params()
    params.ftype = {"Q8_0": lib.LLAMA_FTYPE_MOSTLY_Q8_0, "Q4_0": lib.LLAMA_FTYPE_MOSTLY_Q4_0}[kind]
    params.nthread = threads or len(os.sched_getaffinity(0))
    params.allow_requantize = True
    params.max_buf_size = 256 * 2**20  # its default is 8 GiB, beside a model that is in memory already
    if lib.llama_model_quantize(os.fsencode(source), os.fsencode(target), ctypes.byref(params)):
        raise ModelFailed(f"llama.cpp couldn't turn {source.name} into {kind}. Set LORELOOM_FAST_FILE to off.")


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


@cache
def cpu_kernels_work(path: Path) -> bool:
    """Whether this build of llama.cpp can be trusted with this machine; tried out on a model in a process of its own.

    Some compilers, GCC 12 among them, take part of the set-up of Intel's AMX unit for dead code and leave it out, and
    the first batch that is read then ends the process. Without the kernels that hold weights in an order of their own,
    AMX's among them, models work as well, but are read several times slower. Builds without AMX aren't tried.
    """
    if b"AMX_INT8 = 1" not in _library().llama_print_system_info():
        return True
    command = [sys.executable, "-m", "workbench.engine.llama", str(path)]
    root = Path(__file__).parents[2]
    tried = subprocess.run(command, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    if tried.returncode:
        logger.warning(
            "llama.cpp was built with a compiler that breaks its AMX kernels; models are read without them, which is "
            "slower. `make run` in a fresh folder builds it so that they are left out."
        )
    return tried.returncode == 0


class LlamaModel:
    """A GGUF file in memory, and a context of `cells` tokens shared by up to `sequences` sequences.

    `window`: most tokens of one sequence. `threads`: 0 takes one for each core. Raises `ModelUnavailable` when
    llama.cpp refuses the file or can't get the memory.

    `exact`: llama.cpp's fast attention on CPUs adds up cells in blocks, so that rounding depends on where in the
    memory a sequence happens to lie; logits then differ by up to 1, and at temperature 0 the text with them. Keys kept
    as Q8_0 take the path that adds cell by cell: the logits are the same to the bit, alone, in a crowd and when
    guesses are verified. Writing becomes 1.15 times faster by it, reading 1.15 (500 tokens) to 1.5 times (2,000)
    slower. GPUs have no kernel for keys and values of different types. Falls back where a model can't have it.

    `whole` takes all kernels of the library without asking `cpu_kernels_work`.
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
        whole: bool = False,
    ) -> None:
        self._lib = _library()
        self.path, self.cells, self.window, self.sequences = path, cells, window, sequences
        self.exact = exact
        self._threads = threads or len(os.sched_getaffinity(0))
        self._writing = ThreadCount(self._threads)
        self._gpu = gpu_layers != 0
        self._dry: dict[float, Any] = {}
        self._model: Any = None
        self._context: Any = None
        params = self._lib.llama_model_default_params()
        params.n_gpu_layers = gpu_layers
        if not gpu_layers and not (whole or cpu_kernels_work(path)):
            params.use_extra_bufts = False
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
        params.n_seq_max = self.sequences + 1  # one to carry what is saved and loaded
        params.n_threads = params.n_threads_batch = self._threads
        params.kv_unified = True
        params.swa_full = True  # sliding-window layers must keep all cells, or a shared beginning can't be copied
        params.flash_attn_type = self._lib.LLAMA_FLASH_ATTN_TYPE_ENABLED
        if self.exact:
            params.type_k = self._lib.GGML_TYPE_Q8_0
        self._context = self._lib.llama_init_from_model(self._model, params)
        if not self._context and self.exact:
            # Keys of a width that isn't a multiple of 32 can't be kept in 8 bits.
            logger.info("%s can't have its keys in 8 bits; texts in a crowd may differ", self.path.name)
            self.exact = False
            self.reset()
            return
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
        for sampler in self._dry.values():
            self._lib.llama_sampler_free(sampler)
        self._dry.clear()
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
        few = count <= FEW_TOKENS
        threads = self._writing.now if few else self._threads
        self._lib.llama_set_n_threads(self._context, threads, threads)
        began = time.perf_counter()
        code = self._lib.llama_decode(self._context, self._batch)
        if few and not self._gpu:
            self._lib.llama_synchronize(self._context)
            self._writing.note(count, time.perf_counter() - began)
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

    def save_tail(self, sequence: int, start: int) -> bytes:
        """What the memory holds of a sequence from token `start` on, for `load_tail`; empty when it can't be told."""
        spare = self.sequences
        self._lib.llama_memory_seq_cp(self._memory, sequence, spare, start, -1)
        size = self._lib.llama_state_seq_get_size(self._context, spare)
        buffer = (ctypes.c_uint8 * size)()
        written = self._lib.llama_state_seq_get_data(self._context, buffer, size, spare)
        self._lib.llama_memory_seq_rm(self._memory, spare, -1, -1)
        return bytes(memoryview(buffer)[:written])

    def load_tail(self, sequence: int, state: bytes) -> bool:
        """Append what `save_tail` gave, also in another run of the same model; false when it doesn't fit."""
        spare = self.sequences
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        fits = bool(self._lib.llama_state_seq_set_data(self._context, buffer, len(state), spare))
        if fits:
            self._lib.llama_memory_seq_cp(self._memory, spare, sequence, -1, -1)
        self._lib.llama_memory_seq_rm(self._memory, spare, -1, -1)
        return fits

    def clear(self) -> None:
        """Forget all sequences; the context stays."""
        self._lib.llama_memory_clear(self._memory, False)

    def dry(self, multiplier: float) -> Any:
        """llama.cpp's DRY sampler of this strength, to be cloned."""
        if multiplier not in self._dry:
            self._dry[multiplier] = LlamaSampler.dry(self, multiplier)
        return self._dry[multiplier]

    def sampler(self, sampling: Sampling, history: Sequence[int] = ()) -> LlamaSampler:
        """A fresh sampler for one reply; `history` counts as written for the penalties. Close it after use."""
        return LlamaSampler(self, sampling, history)


def _not_a_writer(path: Path) -> ModelUnavailable:
    return ModelUnavailable(f"{path.name} isn't a model that writes text (an encoder, perhaps). Choose a chat model.")


def _try(path: Path) -> None:
    """Read a batch with all kernels; a broken one ends the process."""
    model = LlamaModel(path, cells=256, window=256, sequences=1, whole=True)
    count = 64
    model.decode([1] * count, range(count), [0] * count, [False] * (count - 1) + [True])
    model.close()


if __name__ == "__main__":
    _try(Path(sys.argv[1]))
