"""Reading safetensors files, one tensor at a time.

The format: eight bytes with the header's length, a JSON header with the type, shape and place
of each tensor, then the data, little-endian.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lamplighter.errors import ModelError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MAX_HEADER = 100 * 1024 * 1024  # as the reference implementation has it
_BYTES = {"F32": 4, "F16": 2, "BF16": 2}


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """Where a tensor lies in its file.

    Attributes:
        dtype: the format's name of the number format, such as ``BF16``.
        shape: outermost axis first.
        begin: the offset of its first byte in the file.
        bytes: its length.
    """

    dtype: str
    shape: tuple[int, ...]
    begin: int
    bytes: int


@dataclass(frozen=True, slots=True)
class SafetensorsFile:
    """The table of contents of one file.

    Attributes:
        path: the file.
        tensors: each tensor's place by its name.
    """

    path: Path
    tensors: Mapping[str, StoredTensor]

    def read(self, name: str) -> NDArray[np.float32]:
        """Return a tensor as 32-bit floats; nothing else of the file is read.

        Raises:
            ModelError: there is none of that name, its number format is not F32, F16 or BF16, or
                the file can't be read.
        """
        stored = self.tensors.get(name)
        if stored is None:
            raise ModelError(self.path.name, f"has no tensor {name}")
        width = _BYTES.get(stored.dtype)
        if width is None:
            raise ModelError(self.path.name, f"{name}: number format {stored.dtype} is not known")
        if stored.bytes != math.prod(stored.shape) * width:
            raise ModelError(self.path.name, f"{name}: its length does not fit its shape")
        return _floats(self._raw(stored), stored.dtype).reshape(stored.shape)

    def _raw(self, stored: StoredTensor) -> NDArray[np.uint8]:
        raw = np.empty(stored.bytes, np.uint8)
        try:
            with self.path.open("rb") as file:
                file.seek(stored.begin)
                length = file.readinto(raw.data)
        except OSError as error:
            raise ModelError(self.path.name, str(error)) from error
        if length != stored.bytes:
            raise ModelError(self.path.name, "ended while it was read")
        return raw


def open_safetensors(path: Path) -> SafetensorsFile:
    """Return a file's table of contents.

    Raises:
        ModelError: the file can't be read or is malformed.
    """
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            length = int.from_bytes(file.read(8), "little")
            if length > min(size - 8, _MAX_HEADER):
                raise ModelError(path.name, "is no safetensors file")
            header = json.loads(file.read(length))
    except OSError as error:
        raise ModelError(path.name, str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(path.name, f"is no safetensors file: {error}") from error
    if not isinstance(header, dict):
        raise ModelError(path.name, "is no safetensors file")
    header.pop("__metadata__", None)
    start = 8 + length
    try:
        tensors = {name: _stored(entry, start, size) for name, entry in header.items()}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(path.name, f"is no safetensors file: {error}") from error
    return SafetensorsFile(path, tensors)


def read_safetensors(path: Path) -> dict[str, NDArray[np.float32]]:
    """Return all tensors of a file as 32-bit floats (from F32, F16 or BF16).

    Raises:
        ModelError: the file can't be read or is malformed.
    """
    file = open_safetensors(path)
    return {name: file.read(name) for name in file.tensors}


def _stored(entry: dict[str, Any], start: int, size: int) -> StoredTensor:
    begin, end = (_count(offset) for offset in entry["data_offsets"])
    if not start + begin <= start + end <= size:
        raise ValueError(f"data from {begin} to {end} in a file of {size} bytes")
    shape = tuple(_count(axis) for axis in entry["shape"])
    return StoredTensor(str(entry["dtype"]), shape, start + begin, end - begin)


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no length")
    return value


def _floats(raw: NDArray[np.uint8], dtype: str) -> NDArray[np.float32]:
    if dtype == "BF16":  # the upper half of a 32-bit float
        return (raw.view("<u2").astype(np.uint32) << 16).view(np.float32)
    return raw.view("<f4" if dtype == "F32" else "<f2").astype(np.float32, copy=False)
