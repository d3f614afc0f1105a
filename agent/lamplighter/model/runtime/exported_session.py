"""A decoder that another tool exported, with its cache, on onnxruntime's CPU kernels.

Such a graph returns its whole cache anew at every step; what it returned is what the next step
gives it. That costs a copy a step inside the graph, and none here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError
from lamplighter.model.runtime.decoder import Snapshot
from lamplighter.model.runtime.exported_border import LOGITS, Border, Step, read_border
from lamplighter.model.runtime.session import load_runtime, runtime_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray


class ExportedSession:
    """A loaded export with one cache. Not for use by two threads at the same time.

    It is a ``Decoder``. Snapshots are in single precision, whatever the graph's cache is in.

    Args:
        graph: the ONNX file.
        threads: how many to compute with.
        context: tokens the cache may hold.
        heads: of keys and values, for graphs that give that axis a name only.
        width: of a head, likewise.
    """

    def __init__(
        self,
        graph: Path,
        *,
        threads: int,
        context: int,
        heads: int | None = None,
        width: int | None = None,
    ) -> None:
        self.context = context
        self.tokens: list[int] = []
        self._graph = graph
        self._threads = threads
        self._heads = heads
        self._width = width
        self._session: Any = None
        self._make: Any = None
        self._border: Border | None = None
        # One value an input of the cache; they may hold more tokens than are left.
        self._cache: list[Any] = []

    def start(self) -> None:
        """Load the model, and run one token through it.

        Raises:
            ModelError: the file can't be loaded or run, or is no decoder of a known form.
        """
        onnxruntime = load_runtime()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self._threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 4
        # As for graphs of our own: quick between the kernels of a step, idle after it.
        options.add_session_config_entry("session.intra_op.allow_spinning", "1")
        options.add_session_config_entry("session.force_spinning_stop", "1")
        try:
            self._session = onnxruntime.InferenceSession(
                str(self._graph), options, providers=["CPUExecutionProvider"]
            )
        except runtime_errors() as error:
            raise ModelError(self._graph.name, f"can't be loaded: {error}") from error
        self._border = read_border(
            self._graph.name,
            self._session.get_inputs(),
            self._session.get_outputs(),
            heads=self._heads,
            width=self._width,
        )
        self._make = onnxruntime.OrtValue.ortvalue_from_numpy
        self._fill(np.zeros(self.snapshot_shape(0), np.float32))
        self.forward([0])
        self.truncate(0)
        _, heads, _, width = self._cache[0].shape()
        if (heads, width) != (self._border.heads, self._border.width):
            reason = f"has {heads} heads of {width}, and config.json says something else"
            raise ModelError(self._graph.name, reason)

    def stop(self) -> None:
        """Free the model and the cache."""
        self._cache = []
        self._session = None
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
        past = len(self.tokens)
        if past + len(tokens) > self.context:
            reason = f"{past + len(tokens)} tokens do not fit into {self.context}"
            raise ModelError(self._graph.name, reason)
        border = self._need()
        self._cut(past)
        step = Step(tokens, past, kept)
        given = {each.name: self._make(each.array(step)) for each in border.plain}
        given |= zip(border.pasts, self._cache, strict=True)
        try:
            logits, *presents = self._session.run_with_ort_values([LOGITS, *border.presents], given)
        except runtime_errors() as error:
            raise ModelError(self._graph.name, f"can't be run: {error}") from error
        self._cache = presents
        self.tokens.extend(tokens)
        # A copy: the graph may have returned those of every token, which are not wanted.
        found = logits.numpy()[0]
        return np.array(found[len(found) - kept :], np.float32)

    def truncate(self, length: int) -> None:
        """Forget every token after the first ``length``."""
        del self.tokens[length:]

    def snapshot(self) -> Snapshot:
        """Return a copy of the cache."""
        length = len(self.tokens)
        copy = np.empty(self.snapshot_shape(length), np.float32)
        for number, value in enumerate(self._cache):
            copy[number] = value.numpy()[0, :, :length]
        return Snapshot(tuple(self.tokens), copy)

    def restore(self, snapshot: Snapshot) -> None:
        """Make the cache what it was when the snapshot was taken."""
        # Nothing writes into a value that it is given, so the snapshot itself may be read.
        self._fill(snapshot.cache)
        self.tokens = list(snapshot.tokens)

    def snapshot_shape(self, length: int) -> tuple[int, int, int, int]:
        """Return the shape of a snapshot's cache of so many tokens."""
        border = self._need()
        return len(border.pasts), border.heads, length, border.width

    def _fill(self, cache: NDArray[np.float32]) -> None:
        dtype = self._need().dtype
        self._cache = [
            self._make(np.ascontiguousarray(cache[number : number + 1], dtype))
            for number in range(len(cache))
        ]

    def _cut(self, length: int) -> None:
        """Take off what the cache holds behind the first tokens."""
        if self._cache[0].shape()[2] != length:
            self._cache = [
                self._make(np.ascontiguousarray(value.numpy()[:, :, :length]))
                for value in self._cache
            ]

    def _need(self) -> Border:
        if self._border is None or self._session is None:
            raise ModelError(self._graph.name, "is not running")
        return self._border
