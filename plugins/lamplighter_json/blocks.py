"""Blocks of raw samples out of payloads: JSON arrays, base64, or plain bytes, little-endian."""

from __future__ import annotations

import base64
import binascii
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lamplighter.errors import PayloadError
from lamplighter.faults.machines.settings import Waveform
from lamplighter.plugin import Message
from lamplighter_json.extract import number, parse_json, required, timestamp

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Reading JSON holds up everything else: 2 MiB take some 20 ms, and hold 100,000 samples and more.
MOST_JSON_BYTES = 2 << 20
# A text in JSON is read much faster.
MOST_BASE64_BYTES = 8 << 20
_TYPES = {"float32": "<f4", "int16": "<i2"}


@dataclass(frozen=True, slots=True)
class RawBlock:
    """Samples as they came, at most so many as were asked for, with their rate and time."""

    samples: NDArray[np.float64]
    rate: float
    time: float


def read_block(message: Message, waveform: Waveform, most: int) -> RawBlock:
    """The block that a message holds; of a longer one, the first ``most`` samples.

    Raises:
        PayloadError: it holds none.
    """
    if waveform.encoding == "binary":
        samples = _unpacked(message.topic, message.payload, waveform.samples, most)
        return RawBlock(samples, waveform.rate or 0.0, message.arrived)
    bound = MOST_JSON_BYTES if waveform.encoding == "json" else MOST_BASE64_BYTES
    if len(message.payload) > bound:
        raise PayloadError(message.topic, f"is longer than {bound} bytes", waveform.path)
    document = _document(message, waveform)
    found = required(message.topic, document, waveform.path)
    if waveform.encoding == "json":
        samples = _listed(message.topic, found, waveform.path, most)
    else:
        samples = _decoded(message.topic, found, waveform, most)
    return RawBlock(samples, _rate(message, document, waveform), _time(message, document, waveform))


def _document(message: Message, waveform: Waveform) -> Any:
    """The payload as JSON; base64 may also stand alone, without quotation marks."""
    if waveform.encoding == "base64" and not (waveform.path or waveform.rate_path):
        payload = message.payload.strip()
        if payload[:1] not in {b'"', b"{", b"["}:
            return payload.decode("ascii", errors="replace")
    return parse_json(message.topic, message.payload)


def _rate(message: Message, document: Any, waveform: Waveform) -> float:
    if waveform.rate_path is None:
        return waveform.rate or 0.0
    raw = required(message.topic, document, waveform.rate_path)
    rate = number(message.topic, raw, waveform.rate_path)
    if rate <= 0.0:
        raise PayloadError(message.topic, f"{rate:g} is no rate", waveform.rate_path)
    return rate


def _time(message: Message, document: Any, waveform: Waveform) -> float:
    if waveform.time_path is None:
        return message.arrived
    raw = required(message.topic, document, waveform.time_path)
    return timestamp(message.topic, raw, waveform.time_path)


def _listed(topic: str, found: Any, path: str, most: int) -> NDArray[np.float64]:
    import numpy as np

    if not isinstance(found, list):
        raise PayloadError(topic, "is no array of samples", path)
    part = found[:most]
    if not all(type(each) is float or type(each) is int for each in part):
        raise PayloadError(topic, "some samples are no numbers", path)
    try:
        return np.array(part, dtype=np.float64)
    except OverflowError as error:
        raise PayloadError(
            topic, "some samples are no numbers a sensor can measure", path
        ) from error


def _decoded(topic: str, found: Any, waveform: Waveform, most: int) -> NDArray[np.float64]:
    if not isinstance(found, str):
        raise PayloadError(topic, "is no base64 text", waveform.path)
    size = 4 if waveform.samples == "float32" else 2
    # Four characters hold three bytes; what is not looked at is not decoded.
    characters = 4 * math.ceil(most * size / 3)
    try:
        data = base64.b64decode(found[:characters], validate=True)
    except (binascii.Error, ValueError) as error:
        raise PayloadError(topic, f"is no base64: {error}", waveform.path) from error
    whole = data if len(found) <= characters else data[: most * size]
    return _unpacked(topic, whole, waveform.samples, most)


def _unpacked(topic: str, data: bytes, kind: str, most: int) -> NDArray[np.float64]:
    import numpy as np

    wanted = np.dtype(_TYPES[kind])
    if len(data) % wanted.itemsize:
        raise PayloadError(topic, f"{len(data)} bytes are no whole number of {kind} samples")
    with np.errstate(invalid="ignore"):  # NaN is told of when the block is looked at
        return np.frombuffer(data[: most * wanted.itemsize], dtype=wanted).astype(np.float64)
