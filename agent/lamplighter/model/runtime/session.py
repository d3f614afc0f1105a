"""One decoder and its key/value cache, on onnxruntime's CPU kernels.

The cache is one array that every step reads and extends in place: past and present of a layer
are bound to the same memory, so nothing is copied from step to step.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.runtime.decoder import Snapshot
from lamplighter.model.runtime.memory import zeros_when_touched

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Session:
    """A loaded model with one cache. Not for use by two threads at the same time.

    Args:
        graph: the ONNX file, with the inputs and outputs that ``graph.py`` describes.
        threads: how many to compute with.
        context: tokens the cache has room for.
    """

    def __init__(self, graph: Path, *, threads: int, context: int) -> None:
        self.context = context
        self.tokens: list[int] = []
        self._graph = graph
        self._threads = threads
        self._session: Any = None
        self._cache: NDArray[np.float32] = np.zeros(0, np.float32)
        self._runtime: Any = None
        self._binding: Any = None
        self._vocabulary = 0

    def start(self) -> None:
        """Load the model.

        Raises:
            ModelError: the file can't be loaded, or is no decoder of the expected form.
        """
        self._runtime = load_runtime()
        options = self._runtime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # An arena keeps what the largest step ever took; without one, steps are as fast.
        options.enable_cpu_mem_arena = False
        # Spinning between the kernels of a step makes decoding a fifth faster on two threads;
        # it ends with the step, so that an idle daemon uses no CPU.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = self._runtime.InferenceSession(
                str(self._graph), options, providers=["CPUExecutionProvider"]
            )
        except runtime_errors() as error:
            raise ModelError(self._graph.name, f"can't be loaded: {error}") from error
        self._bind_cache()

    def stop(self) -> None:
        """Free the model and the cache."""
        self._binding = None
        self._session = None
        self._cache = np.zeros(0, np.float32)
        self.tokens = []

    def forward(self, tokens: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        """Append tokens and return the logits after each of the last ``kept`` of them.

        Args:
            tokens: one or more token ids.
            kept: 0 to the number of tokens.

        Returns:
            An array of shape (kept, vocabulary).

        Raises:
            ModelError: they do not fit into the context, or the runtime failed.
        """
        end = len(self.tokens) + len(tokens)
        if end > self.context:
            raise ModelError(self._graph.name, f"{end} tokens do not fit into {self.context}")
        binding = self._binding
        binding.bind_cpu_input("input_ids", np.asarray([tokens], np.int64))
        binding.bind_cpu_input("seqlens_k", np.array([end - 1], np.int32))
        binding.bind_cpu_input("total_len", np.array(end, np.int32))
        # The graph counts from the end, where 0 would be the whole row.
        binding.bind_cpu_input("n_logits", np.array([kept or -len(tokens)], np.int64))
        logits = np.empty((1, kept, self._vocabulary), np.float32)
        # The value shares the array's memory.
        value = self._runtime.OrtValue.ortvalue_from_numpy(logits)
        binding.bind_ortvalue_output("logits", value)
        try:
            self._session.run_with_iobinding(binding)
        except runtime_errors() as error:
            raise ModelError(self._graph.name, f"can't be run: {error}") from error
        self.tokens.extend(tokens)
        rows: NDArray[np.float32] = logits[0]
        return rows

    def truncate(self, length: int) -> None:
        """Forget every token after the first ``length``."""
        del self.tokens[length:]

    def snapshot(self) -> Snapshot:
        """Return a copy of the cache."""
        used = self._cache[:, :, : len(self.tokens)]
        return Snapshot(tuple(self.tokens), used.copy())

    def restore(self, snapshot: Snapshot) -> None:
        """Make the cache what it was when the snapshot was taken."""
        self._cache[:, :, : len(snapshot.tokens)] = snapshot.cache
        self.tokens = list(snapshot.tokens)

    def copy_of(self, start: int, end: int) -> NDArray[np.float32]:
        """Return a copy of the cache of the tokens from ``start`` up to ``end``."""
        return self._cache[:, :, start:end].copy()

    def put(self, start: int, cache: NDArray[np.float32]) -> None:
        """Write keys and values of tokens from ``start`` on; ``tokens`` is left as it is."""
        self._cache[:, :, start : start + cache.shape[2]] = cache

    def snapshot_shape(self, length: int) -> tuple[int, int, int, int]:
        """Return the shape of a snapshot's cache of so many tokens."""
        layers, heads, _, width = self._cache.shape
        return layers, heads, length, width

    def _bind_cache(self) -> None:
        """Bind each layer's past and present to the same memory, once for all steps."""
        inputs = {each.name: each.shape for each in self._session.get_inputs()}
        pasts = [name for name in inputs if name.startswith("past_")]
        if not pasts or "n_logits" not in inputs:
            raise ModelError(self._graph.name, "is no decoder of the expected form")
        _, heads, _, width = inputs[pasts[0]]
        self._vocabulary = self._session.get_outputs()[0].shape[-1]
        self._cache = zeros_when_touched((len(pasts), heads, self.context, width))
        self._binding = self._session.io_binding()
        for number, past in enumerate(pasts):
            layer = self._cache[number : number + 1]
            value = self._runtime.OrtValue.ortvalue_from_numpy(layer)
            self._binding.bind_ortvalue_input(past, value)
            self._binding.bind_ortvalue_output(past.replace("past_", "present_"), value)


def load_runtime() -> Any:
    """The onnxruntime module, with its telemetry off, and set up for short texts.

    Its wheels gather usage events in the user's home and know where to send them:
    what runs on a gateway tells nobody. Only the environment, before the import, prevents it.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    # Attention by tiles pays on long texts only: at position 300 the attention of one token takes
    # 9 % less without, of 64 tokens 15 % less; at 900 one token's takes 7 % more.
    os.environ.setdefault("ORT_GQA_DISABLE_FLASH_ATTENTION", "1")
    import onnxruntime

    return onnxruntime


def runtime_errors() -> tuple[type[Exception], ...]:
    """Return what onnxruntime raises; its errors have no common base."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = (
        *("Fail", "InvalidArgument", "NoSuchFile", "NoModel", "EngineError", "EPFail"),
        *("RuntimeException", "InvalidProtobuf", "InvalidGraph", "NotImplemented"),
    )
    return (RuntimeError, *(getattr(state, name) for name in names if hasattr(state, name)))
