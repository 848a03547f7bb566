"""How the tokens of one reply are drawn: llama.cpp's samplers in a chain, and a grammar beside it."""

import ctypes
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from workbench.engine.values import Sampling
from workbench.errors import InvalidInput, ModelFailed

if TYPE_CHECKING:
    from workbench.engine.llama import LlamaModel

GRAMMAR_CANDIDATES = 512  # tried first when a grammar refuses a token; checking the whole vocabulary takes ~10 ms
# Penalties and filters look at the likeliest tokens only: those behind could not be drawn anyway, and going through a
# whole vocabulary for each of eight replies takes as long as half a token of one.
LIKELIEST = 1024
DRY_BASE = 1.75
DRY_ALLOWED = 2  # repeated runs up to this many tokens cost nothing
DRY_BREAKERS = (b"\n", b":", b'"', b"*")

_CANDIDATE = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class LlamaSampler:
    """One reply's chain of samplers: penalties, then filters, then temperature, then the draw."""

    def __init__(self, model: "LlamaModel", sampling: Sampling, history: Sequence[int]) -> None:
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
        penalised = (sampling.repeat_penalty != 1.0 and sampling.repeat_window > 0) or sampling.dry_multiplier > 0
        if penalised and (sampling.min_p >= 0.01 or sampling.temperature <= 0):
            links.append(lib.llama_sampler_init_top_k(LIKELIEST))
        if sampling.repeat_penalty != 1.0 and sampling.repeat_window > 0:
            penalty = (sampling.repeat_window, sampling.repeat_penalty, 0.0, 0.0)
            links.append(lib.llama_sampler_init_penalties(model.vocabulary, *penalty))
        if sampling.dry_multiplier > 0:
            links.append(lib.llama_sampler_clone(model.dry(sampling.dry_multiplier)))
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

    @staticmethod
    def dry(model: "LlamaModel", multiplier: float) -> Any:
        """A DRY sampler to clone: making one goes through the vocabulary for words that break a repetition (9 ms)."""
        breakers = (ctypes.c_char_p * len(DRY_BREAKERS))(*DRY_BREAKERS)
        strength = (multiplier, DRY_BASE, DRY_ALLOWED, model.window)
        return model._lib.llama_sampler_init_dry(model._vocab, *strength, breakers, len(DRY_BREAKERS))

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
