"""The wire format of what has to be fast: finding packets, PUBLISH and PUBACK in and out.

Everything else is paho's. Its own decoding of PUBLISH costs a multiple of this and ends the
connection on properties that the agent has no use for (MQTT 5.0 section 2.2.2, 3.3, 3.4).
"""

from __future__ import annotations

import struct
from collections.abc import Container, Sequence
from typing import NamedTuple

from lamplighter.errors import LamplighterError

PINGREQ = b"\xc0\x00"
DISCONNECT = b"\xe0\x00"
LARGEST_PACKET = 268_435_455
"""Bytes behind the fixed header that its length can tell of."""

_PUBACK = 0x40
_PUBCOMP = 0x70
_WORD = struct.Struct("!H")
_ACK = struct.Struct("!BBH")
_SECONDS = struct.Struct("!I")

_EXPIRY = 0x02
_RESPONSE_TOPIC = 0x08
_CORRELATION = 0x09
# Value sizes of the properties that a PUBLISH may hold; 0 is a length-prefixed string or bytes.
_BYTE, _TWO, _FOUR, _PREFIXED, _VARIABLE, _PAIR = 1, 2, 4, 0, -1, -2
_PROPERTIES = {
    0x01: _BYTE,  # payload format indicator
    _EXPIRY: _FOUR,  # message expiry interval
    0x03: _PREFIXED,  # content type
    _RESPONSE_TOPIC: _PREFIXED,
    _CORRELATION: _PREFIXED,
    0x0B: _VARIABLE,  # subscription identifier
    0x23: _TWO,  # topic alias
    0x26: _PAIR,  # user property
}


class MalformedError(LamplighterError):
    """The bytes are no MQTT packet; the connection can't go on."""


class Frame(NamedTuple):
    """Where a packet lies in a buffer: its first byte, the start of its body, its end."""

    first: int
    body: int
    end: int


class Publish(NamedTuple):
    """A PUBLISH packet."""

    topic: str
    payload: bytes
    qos: int
    retain: bool
    duplicate: bool
    mid: int
    response_topic: str | None
    correlation: bytes | None
    expiry: int | None = None


def find_frame(buffer: bytes, at: int) -> Frame | None:
    """Finds the packet that begins at ``at``.

    Returns:
        Where it lies, its ``end`` perhaps behind the buffer's; None where even its length is not
        there yet.

    Raises:
        MalformedError: the length has more than four bytes.
    """
    size = len(buffer)
    length = shift = 0
    for here in range(at + 1, min(at + 5, size)):
        byte = buffer[here]
        length |= (byte & 0x7F) << shift
        if byte < 0x80:
            return Frame(buffer[at], here + 1, here + 1 + length)
        shift += 7
    if size >= at + 5:
        raise MalformedError("a packet's length has more than four bytes")
    return None


def decode_publish(buffer: bytes, frame: Frame, *, v5: bool) -> Publish:
    """Decodes a whole PUBLISH packet; bytes of the topic that are no UTF-8 are escaped.

    Raises:
        MalformedError: a length in it points behind its end, or a property is unknown.
    """
    first, at, end = frame
    at, topic = _prefixed(buffer, at, end)
    qos = first >> 1 & 3
    mid = 0
    if qos:
        if at + 2 > end:
            raise MalformedError("a PUBLISH ends before its message id")
        (mid,) = _WORD.unpack_from(buffer, at)
        at += 2
    response = correlation = expiry = None
    if v5:
        if at < end and buffer[at] == 0:
            at += 1
        else:
            at, response, correlation, expiry = _properties(buffer, at, end)
    return Publish(
        topic.decode("utf-8", "backslashreplace"),
        buffer[at:end],
        qos,
        bool(first & 1),
        bool(first & 8),
        mid,
        None if response is None else response.decode("utf-8", "backslashreplace"),
        correlation,
        expiry,
    )


def encode_publish(
    topic: bytes,
    payload: bytes,
    *,
    qos: int,
    retain: bool,
    mid: int,
    properties: bytes | None,
) -> bytes:
    """Encodes a PUBLISH packet.

    Args:
        topic: UTF-8, at most 65,535 bytes.
        payload: at most what leaves the packet within :data:`LARGEST_PACKET`.
        qos: 0 or 1.
        retain: True to be retained.
        mid: message id; left out for QoS 0.
        properties: MQTT 5 properties with their length in front; None for MQTT 3.1.1.
    """
    head = _WORD.pack(len(topic)) + topic
    if qos:
        head += _WORD.pack(mid)
    if properties is not None:
        head += properties
    length = len(head) + len(payload)
    first = 0x30 | qos << 1 | retain
    if length < 0x80:
        start = bytes((first, length))
    elif length < 0x4000:
        start = bytes((first, length & 0x7F | 0x80, length >> 7))
    else:
        start = bytes((first,)) + _length(length)
    return start + head + payload


def decode_puback(buffer: bytes, frame: Frame, *, v5: bool) -> tuple[int, int]:
    """The message id and the reason code of a whole PUBACK packet; 0 where it gives none.

    Raises:
        MalformedError: it is too short to hold a message id, or too long for MQTT 3.1.1.
    """
    _, at, end = frame
    size = end - at
    if size < 2 or (size > 2 and not v5):
        raise MalformedError(f"a PUBACK of {size} bytes")
    return buffer[at] << 8 | buffer[at + 1], buffer[at + 2] if size > 2 else 0


def pack_acks(mids: Sequence[int], exactly_once: Container[int]) -> bytes:
    """PUBACK packets for the message ids, in order; PUBCOMP for those in ``exactly_once``."""
    return b"".join(_ACK.pack(_PUBCOMP if mid in exactly_once else _PUBACK, 2, mid) for mid in mids)


def _length(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _prefixed(buffer: bytes, at: int, end: int) -> tuple[int, bytes]:
    start = at + 2
    if start > end:
        raise MalformedError("a packet ends within a length")
    stop = start + (buffer[at] << 8 | buffer[at + 1])
    if stop > end:
        raise MalformedError("a length points behind the end of its packet")
    return stop, buffer[start:stop]


def _variable(buffer: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for shift in (0, 7, 14, 21):
        if at >= end:
            break
        byte = buffer[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return at, value
    raise MalformedError("a number of variable length does not end")


def _properties(
    buffer: bytes, at: int, end: int
) -> tuple[int, bytes | None, bytes | None, int | None]:
    at, length = _variable(buffer, at, end)
    stop = at + length
    if stop > end:
        raise MalformedError("the properties reach behind the end of their packet")
    response = correlation = expiry = None
    while at < stop:
        at, identifier = _variable(buffer, at, stop)
        size = _PROPERTIES.get(identifier)
        if size is None:
            raise MalformedError(f"a PUBLISH has no property {identifier:#04x}")
        if identifier == _RESPONSE_TOPIC:
            at, response = _prefixed(buffer, at, stop)
        elif identifier == _CORRELATION:
            at, correlation = _prefixed(buffer, at, stop)
        elif identifier == _EXPIRY and at + size <= stop:
            (expiry,) = _SECONDS.unpack_from(buffer, at)
            at += size
        else:
            at = _skip(buffer, at, stop, size)
    if at != stop:
        raise MalformedError("a property reaches behind the end of the properties")
    return stop, response, correlation, expiry


def _skip(buffer: bytes, at: int, stop: int, size: int) -> int:
    if size > 0:
        return at + size
    if size == _VARIABLE:
        return _variable(buffer, at, stop)[0]
    at, _ = _prefixed(buffer, at, stop)
    if size == _PAIR:
        at, _ = _prefixed(buffer, at, stop)
    return at
