"""Keeping the blocks of a GGUF file as they are: what llama.cpp stored, in our form, exactly.

All have blocks of 32 weights with a scale d in 16 bits (``ggml-common.h`` of llama.cpp):

======  ==============================================  ==============================
kind    a block's bytes                                 a weight
======  ==============================================  ==============================
Q8_0    d, then 32 signed bytes q                       q d
Q4_0    d, then 16 bytes of two q each                  (q - 8) d
Q4_1    d, m, then 16 bytes of two q each               q d + m = (q - 8) d + (m + 8 d)
======  ==============================================  ==============================

The low halves of the 16 bytes are weights 0 to 15, the high halves 16 to 31.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.build.quantise import ZERO_4BIT, ZERO_8BIT, Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 32


def blocks_of(kind: str, data: NDArray[np.uint8]) -> Blocks | None:
    """Return a stored matrix as blocks that stand for the same numbers.

    Args:
        kind: llama.cpp's name of the format.
        data: the stored bytes, rows by bytes of a row.

    Returns:
        None for a format that has no exact form here.
    """
    read = {"Q8_0": _q8_0, "Q4_0": _q4_0, "Q4_1": _q4_1}.get(kind)
    return None if read is None else read(data)


def _q8_0(data: NDArray[np.uint8]) -> Blocks:
    scales, stored = _split(data, 1, 32)
    values = (np.ascontiguousarray(stored).view(np.int8).astype(np.int16) + ZERO_8BIT).astype(
        np.uint8
    )
    return Blocks(values, scales[0])


def _q4_0(data: NDArray[np.uint8]) -> Blocks:
    scales, stored = _split(data, 1, 16)
    return Blocks(_halves(stored), scales[0], bits=4)


def _q4_1(data: NDArray[np.uint8]) -> Blocks:
    (scales, lowest), stored = _split(data, 2, 16)
    return Blocks(_halves(stored), scales, bits=4, offsets=lowest + ZERO_4BIT * scales)


def _split(
    data: NDArray[np.uint8], numbers: int, rest: int
) -> tuple[list[NDArray[np.float32]], NDArray[np.uint8]]:
    """Return the 16-bit numbers at the head of each block, and the rest of its bytes."""
    head = 2 * numbers
    blocks = np.ascontiguousarray(data).reshape(len(data), -1, head + rest)
    wide = np.ascontiguousarray(blocks[..., :head]).view(np.float16).astype(np.float32)
    return [wide[..., number] for number in range(numbers)], blocks[..., head:]


def _halves(stored: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.concatenate([stored & np.uint8(15), stored >> np.uint8(4)], axis=-1)
