"""Arrays as JSON can hold them: compressed, base64, read back only where they are as expected."""

from __future__ import annotations

import base64
import binascii
import zlib
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from lamplighter.errors import PayloadError
from lamplighter.faults.stored import SNAPSHOT, text

_FAST = 1


def encoded(array: NDArray[Any]) -> str:
    """The array's bytes, little-endian, in C order."""
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return base64.b64encode(zlib.compress(little.tobytes(), _FAST)).decode("ascii")


def decoded(stored: Any, name: str, *, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[Any]:
    """The array of that shape and type.

    Raises:
        PayloadError: it is damaged, of another size, or holds NaN.
    """
    kind = np.dtype(dtype).newbyteorder("<")
    size = int(np.prod(shape)) * kind.itemsize
    try:
        packed = base64.b64decode(text(stored, name), validate=True)
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(packed, size + 1)
    except (binascii.Error, zlib.error, ValueError) as error:
        raise PayloadError(SNAPSHOT, "is damaged", name) from error
    if len(data) != size:
        raise PayloadError(SNAPSHOT, "is of another size", name)
    array = np.frombuffer(data, dtype=kind).reshape(shape).astype(dtype)
    if np.isnan(array).any():
        raise PayloadError(SNAPSHOT, "holds what is no number", name)
    return array
