"""Rows put together into batches, in an order that a seed gives again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from tools.model.samples import NO_TARGET, Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PADDING = -1


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one length, padded at their ends.

    Attributes:
        tokens: shape (rows, length).
        positions: shape (rows, length).
        targets: shape (rows, length), ``NO_TARGET`` where nothing is to be predicted.
        seen: shape (rows, 1, length, length): whether a token (third axis) sees another.
    """

    tokens: NDArray[np.int64]
    positions: NDArray[np.int64]
    targets: NDArray[np.int64]
    seen: NDArray[np.bool_]


def order(rows: Sequence[Row], tokens: int, seed: int) -> Iterator[list[int]]:
    """Yield, for ever, the places of the rows of each batch.

    Every row comes once before any comes again. Rows of similar length go together, so that
    little is padded; the batches come in a drawn order.

    Args:
        rows: all rows; at least one.
        tokens: in a batch, padding included; a longer row is a batch of its own.
        seed: of the drawing: the same one gives the same batches.
    """
    epoch = 0
    while True:
        random = np.random.default_rng([seed, epoch])
        # Drawn first, so that rows of the same length meet others in the next round.
        drawn = random.permutation(len(rows)).tolist()
        drawn.sort(key=lambda place: len(rows[place].tokens))
        batches: list[list[int]] = [[]]
        for place in drawn:
            if batches[-1] and (len(batches[-1]) + 1) * len(rows[place].tokens) > tokens:
                batches.append([])
            batches[-1].append(place)
        for number in random.permutation(len(batches)).tolist():
            yield batches[number]
        epoch += 1


def make_batch(rows: Sequence[Row]) -> Batch:
    """Return rows as one batch."""
    length = max(len(row.tokens) for row in rows)

    def padded(values: Sequence[Sequence[int]], filler: int) -> NDArray[np.int64]:
        full = [[*value, *[filler] * (length - len(value))] for value in values]
        return np.array(full, np.int64)

    segments = padded([row.segments for row in rows], _PADDING)
    same = segments[:, :, None] == segments[:, None, :]
    shared = segments[:, None, :] == 0
    earlier = np.tril(np.ones((length, length), np.bool_))
    return Batch(
        tokens=padded([row.tokens for row in rows], 0),
        positions=padded([row.positions for row in rows], 0),
        targets=padded([row.targets for row in rows], NO_TARGET),
        seen=((same | shared) & earlier)[:, None],
    )
