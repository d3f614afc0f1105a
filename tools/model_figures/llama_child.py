"""Measures llama.cpp; run by the Python of its own environment, which has nothing of ours.

Usage: llama_child.py quantise SOURCE TARGET KIND | speed MODEL THREADS TOKENS_FILE.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

CONTEXT = 1024
WINDOW = 512
PREFIX, NEW, WRITTEN = 300, 20, 20
REPEATS = 3


def quantise(source: str, target: str, kind: str) -> dict[str, Any]:
    """Stores a model anew in one of llama.cpp's own forms, as its own tool does."""
    import llama_cpp  # type: ignore[import-not-found]

    settings = llama_cpp.llama_model_quantize_default_params()
    settings.ftype = getattr(llama_cpp, f"LLAMA_FTYPE_MOSTLY_{kind}")
    settings.allow_requantize = True
    if llama_cpp.llama_model_quantize(source.encode(), target.encode(), settings):
        raise SystemExit(f"{source} can't be stored as {kind}")
    return {"bytes": Path(target).stat().st_size}


class Llama:
    """A model of llama.cpp's with what both sides are asked for.

    Args:
        path: of the GGUF.
        threads: to compute with.
        every_logit: keep the logits of every position, for perplexity.
    """

    def __init__(self, path: str, threads: int, *, every_logit: bool = False) -> None:
        import llama_cpp

        self._library = llama_cpp
        self._model = llama_cpp.Llama(
            path,
            n_threads=threads,
            n_threads_batch=threads,
            n_ctx=CONTEXT,
            n_batch=WINDOW,
            n_ubatch=WINDOW,
            logits_all=every_logit,
            verbose=False,
        )

    def truncate(self, length: int) -> None:
        """Forgets every token after the first ``length``."""
        memory = self._library.llama_get_memory(self._model._ctx.ctx)  # noqa: SLF001
        self._library.llama_memory_seq_rm(memory, 0, length, -1)
        self._model.n_tokens = length

    def forward(self, tokens: Sequence[int]) -> int:
        """Appends tokens; the most probable next one."""
        self._model.eval(list(tokens))
        library = self._library
        logits = library.llama_get_logits_ith(self._model._ctx.ctx, -1)  # noqa: SLF001
        import numpy as np

        return int(np.ctypeslib.as_array(logits, (self._model.n_vocab(),)).argmax())

    def loss(self, tokens: Sequence[int]) -> float:
        """The sum of the negated logarithms of the probability of each token but the first."""
        import numpy as np

        self.truncate(0)
        self._model.eval(list(tokens))
        rows = np.asarray(self._model.scores[: len(tokens) - 1], np.float64)
        top = rows.max(axis=-1)
        whole = top + np.log(np.exp(rows - top[:, None]).sum(axis=-1))
        return float((whole - rows[np.arange(len(rows)), list(tokens)[1:]]).sum())


def speed(path: str, threads: int, tokens: Sequence[int]) -> dict[str, Any]:
    """What ``ours_child.speed`` measures, of the same tokens."""
    before = resident_mib()
    began = time.perf_counter()
    model = Llama(path, threads)
    load = time.perf_counter() - began
    return {"load_s": load, **timed(model.forward, model.truncate, tokens),
            "memory_added_mib": resident_mib() - before}  # fmt: skip


def timed(
    forward: Callable[[Sequence[int]], int],
    truncate: Callable[[int], None],
    tokens: Sequence[int],
    *,
    chunk: int = WINDOW,
) -> dict[str, float]:
    """Tokens a second and milliseconds: the best of some repeats, after one to warm up.

    ``sentence_ms``: so many new tokens after a prefix that is already evaluated, then so many
    written one by one (``PREFIX``, ``NEW``, ``WRITTEN``). ``chunk``: the most tokens read in one
    step.
    """

    def prefill(length: int) -> Callable[[], None]:
        def once() -> None:
            truncate(0)
            for start in range(0, length, chunk):
                forward(tokens[start : min(start + chunk, length)])

        return once

    def decode() -> None:
        truncate(PREFIX)
        for _ in range(32):
            forward(tokens[:1])

    def sentence() -> None:
        truncate(PREFIX)
        token = forward(tokens[PREFIX : PREFIX + NEW])
        for _ in range(WRITTEN - 1):
            token = forward([token])

    found = {f"prefill_{n}_per_s": n / best(prefill(n)) for n in (64, 512)}
    prefill(PREFIX)()
    found["decode_per_s"] = 32 / best(decode)
    found["sentence_ms"] = best(sentence) * 1000
    return found


def best(action: Callable[[], None]) -> float:
    """Seconds of the fastest of some repeats, after one that does not count."""
    action()
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        times.append(time.perf_counter() - began)
    return min(times)


def perplexity(path: str, threads: int, tokens: Sequence[int]) -> dict[str, Any]:
    """Perplexity over windows of ``WINDOW`` tokens, each from an empty context."""
    model = Llama(path, threads, every_logit=True)
    windows = [tokens[start : start + WINDOW] for start in range(0, len(tokens), WINDOW)]
    windows = [window for window in windows if len(window) > 1]
    loss = sum(map(model.loss, windows))
    return {"perplexity": math.exp(loss / sum(len(window) - 1 for window in windows))}


def resident_mib() -> float:
    """This process's resident memory."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS:"))


def main() -> None:
    """Prints one JSON object."""
    what, *given = sys.argv[1:]
    if what == "quantise":
        found = quantise(*given)
    else:
        tokens = json.loads(Path(given[2]).read_text(encoding="utf-8"))
        found = {"speed": speed, "perplexity": perplexity}[what](given[0], int(given[1]), tokens)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
