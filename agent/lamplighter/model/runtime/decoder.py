"""What everything else knows of a running decoder: tokens in, logits out, a cache between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a cache holds: the tokens, and keys and values of every layer for each of them.

    Attributes:
        tokens: their ids.
        cache: of the shape that ``Decoder.snapshot_shape`` gives for so many tokens.
    """

    tokens: tuple[int, ...]
    cache: NDArray[np.float32]


class Decoder(Protocol):
    """A decoder-only transformer with one cache. Not for use by two threads at the same time.

    Attributes:
        context: tokens the cache has room for.
        tokens: what the cache holds; read it, and change it by the methods only.
    """

    context: int
    tokens: list[int]

    def start(self) -> None:
        """Load the model.

        Raises:
            ModelError: the file can't be loaded, or is no decoder of the expected form.
        """

    def stop(self) -> None:
        """Free the model and the cache."""

    def forward(self, tokens: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        """Append tokens and return the logits after each of the last ``kept`` of them.

        Args:
            tokens: one or more token ids.
            kept: 0 to the number of tokens; rows that are not kept are not computed where the
                graph allows it.

        Returns:
            An array of shape (kept, vocabulary).

        Raises:
            ModelError: they do not fit into the context, or the runtime failed.
        """

    def truncate(self, length: int) -> None:
        """Forget every token after the first ``length``."""

    def snapshot(self) -> Snapshot:
        """Return a copy of the cache."""

    def restore(self, snapshot: Snapshot) -> None:
        """Make the cache what it was when the snapshot was taken."""

    def snapshot_shape(self, length: int) -> tuple[int, int, int, int]:
        """Return the shape of a snapshot's cache of so many tokens.

        It is (twice the layers, heads of keys and values, length, width of a head).
        """
