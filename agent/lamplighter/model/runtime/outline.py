"""What an ONNX file says of itself, read without loading it: inputs, outputs, data files.

Only what is looked for is decoded; weights are stepped over. Field numbers are those of
``onnx.proto3``, the encoding is Protocol Buffers'.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lamplighter.errors import ModelError

_MODEL_GRAPH = 7
_GRAPH_INITIALIZER, _GRAPH_INPUT, _GRAPH_OUTPUT = 5, 11, 12
_VALUE_NAME = 1
_TENSOR_NAME, _TENSOR_EXTERNAL_DATA = 8, 13
_ENTRY_KEY, _ENTRY_VALUE = 1, 2

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True, slots=True)
class Outline:
    """A graph's border.

    Attributes:
        inputs: names of the inputs that a caller gives.
        outputs: names of the outputs.
        data: names of the files beside it that hold its weights.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    data: tuple[str, ...]


def read_outline(path: Path) -> Outline:
    """Return the outline of an ONNX file.

    Raises:
        ModelError: it can't be read, or is no ONNX file.
    """
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as all_:
            return _outline(all_)
    except (OSError, ValueError) as error:
        raise ModelError(path.name, f"is no ONNX file: {error}") from error


def _outline(data: mmap.mmap) -> Outline:
    inputs: list[str] = []
    outputs: list[str] = []
    weights: set[str] = set()
    located: set[str] = set()
    graphs = [span for number, span in _fields(data, (0, len(data))) if number == _MODEL_GRAPH]
    if not graphs:
        raise ValueError("it holds no graph")
    for number, span in _fields(data, graphs[0]):
        if number == _GRAPH_INPUT:
            inputs += _texts(data, span, _VALUE_NAME)
        elif number == _GRAPH_OUTPUT:
            outputs += _texts(data, span, _VALUE_NAME)
        elif number == _GRAPH_INITIALIZER:
            weights.update(_texts(data, span, _TENSOR_NAME))
            located.update(_location(data, span))
    # Old files list weights among the inputs too.
    given = tuple(name for name in inputs if name not in weights)
    return Outline(given, tuple(outputs), tuple(sorted(located)))


def _location(data: mmap.mmap, tensor: tuple[int, int]) -> Iterator[str]:
    """Yield the file that a weight is kept in, if not in this one."""
    for number, entry in _fields(data, tensor):
        if number == _TENSOR_EXTERNAL_DATA and "location" in _texts(data, entry, _ENTRY_KEY):
            yield from _texts(data, entry, _ENTRY_VALUE)


def _texts(data: mmap.mmap, message: tuple[int, int], field: int) -> list[str]:
    """Return every string that a message has in a field."""
    return [
        data[start:end].decode()
        for number, (start, end) in _fields(data, message)
        if number == field
    ]


def _fields(data: mmap.mmap, message: tuple[int, int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield number and place of each length-delimited field of a message.

    Raises:
        ValueError: the bytes are no message.
    """
    at, end = message
    while at < end:
        key, at = _varint(data, at)
        number, kind = key >> 3, key & 7
        if kind == _BYTES:
            length, at = _varint(data, at)
            if at + length > end:
                raise ValueError(f"a field at {at} ends behind its message")
            yield number, (at, at + length)
            at += length
        elif kind == _VARINT:
            _, at = _varint(data, at)
        elif kind in (_FIXED32, _FIXED64):
            at += 4 if kind == _FIXED32 else 8
        else:
            raise ValueError(f"a field at {at} is of no known kind")


def _varint(data: mmap.mmap, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, the lowest first, and the place behind it."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(data):
            raise ValueError("it ends within a number")
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError(f"a number at {at} has no end")
