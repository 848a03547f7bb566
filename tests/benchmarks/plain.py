"""What the engine is measured against: the high-level `llama_cpp.Llama`, one call after the other, and bare batches."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# What plain programs sample with; the engine is given the same, so that it has no easier work.
SAMPLING = {"temperature": 0.7, "min_p": 0.05, "top_k": 40, "top_p": 0.95}
REPEAT_PENALTY = 1.1


@contextmanager
def forced_lengths() -> Iterator[None]:
    """No token ends a reply, neither in `Llama` nor in the engine, so that both write as many tokens as asked for."""
    from llama_cpp import llama_cpp as lib

    ends = lib.llama_vocab_is_eog
    lib.llama_vocab_is_eog = lambda vocab, token: False
    try:
        yield
    finally:
        lib.llama_vocab_is_eog = ends


@dataclass
class Timed:
    """One reply: its text, seconds to its first token, tokens a second after it, and how long all of it took."""

    text: str
    first: float
    rate: float
    seconds: float


class Plain:
    """`llama_cpp.Llama` as its own documentation shows it, with flash attention."""

    def __init__(self, path: Path, window: int, threads: int, gpu_layers: int) -> None:
        from llama_cpp import Llama

        self.llama = Llama(
            str(path), n_ctx=window, n_threads=threads, n_gpu_layers=gpu_layers, flash_attn=True, verbose=False
        )

    def ask(self, messages: Sequence[tuple[str, str]], count: int, seed: int = 7) -> Timed:
        """One reply of `count` tokens to messages of (role, text)."""
        began = time.perf_counter()
        moments, text = [], ""
        stream: Any = self.llama.create_chat_completion(
            [{"role": role, "content": content} for role, content in messages],
            max_tokens=count,
            repeat_penalty=REPEAT_PENALTY,
            seed=seed,
            stream=True,
            **SAMPLING,
        )
        for part in stream:
            piece = part["choices"][0]["delta"].get("content")
            if piece is not None:
                moments.append(time.perf_counter())
                text += piece
        ended = time.perf_counter()
        # Characters cut over tokens are handed out late, so that the count asked for is the surer one.
        return Timed(text, moments[0] - began, (count - 1) / (moments[-1] - moments[0]), ended - began)

    def forget(self) -> None:
        """Throw away what was read, as at a fresh start."""
        self.llama.reset()
        self.llama._ctx.kv_cache_clear()

    def close(self) -> None:
        """Free it."""
        self.llama.close()


class BareBatches:
    """The low-level batch calls in a loop: no scheduler, no samplers. What the machine can do at most."""

    def __init__(self, path: Path, cells: int, sequences: int, threads: int, gpu_layers: int, exact: bool) -> None:
        from workbench.engine.llama import LlamaModel

        self.model = LlamaModel(
            path,
            cells=cells,
            window=cells,
            sequences=sequences,
            threads=threads,
            gpu_layers=gpu_layers,
            exact=exact,
        )

    def run(self, tokens: list[int], streams: int, count: int) -> float:
        """Seconds to read `tokens` once and write `count` tokens in each of `streams` sequences that share them."""
        model = self.model
        model.reset()
        began = time.perf_counter()
        for start in range(0, len(tokens), 512):
            part = tokens[start : start + 512]
            end = start + len(part)
            model.decode(part, range(start, end), [0] * len(part), [False] * (len(part) - 1) + [end == len(tokens)])
        for sequence in range(1, streams):
            model.copy_sequence(0, sequence, len(tokens))
        for step in range(count):
            position = len(tokens) + step
            model.decode(
                [tokens[(step + sequence) % len(tokens)] for sequence in range(streams)],
                [position] * streams,
                list(range(streams)),
                [True] * streams,
            )
        return time.perf_counter() - began

    def close(self) -> None:
        """Free it."""
        self.model.close()
