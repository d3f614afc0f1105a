"""What a recorded process had received, acked and sent over MQTT 5 until a moment."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from tests.faults.preload.recording import Event, Op

_PUBLISH, _PUBACK = 3, 4

Message = tuple[str, bytes]


@dataclass(slots=True)
class Wire:
    """Follows the connections of a record.

    Attributes:
        acked: messages that the process acknowledged.
        sent: messages that it published, whether the broker had them or not.
    """

    acked: list[Message] = field(default_factory=list)
    sent: list[Message] = field(default_factory=list)
    _incoming: dict[int, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    _outgoing: dict[int, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    _waiting: dict[tuple[int, int], Message] = field(default_factory=dict)

    def follow(self, event: Event) -> None:
        """Takes the next event of the record."""
        connection = event.handle
        if event.op is Op.CONNECT:
            self._incoming.pop(connection, None)
            self._outgoing.pop(connection, None)
            self._waiting = {key: one for key, one in self._waiting.items() if key[0] != connection}
        elif event.op is Op.RECEIVED:
            self._incoming[connection] += event.data
            for kind, flags, body in _packets(self._incoming[connection]):
                if kind == _PUBLISH and flags & 0x06:
                    mid, message = _publish(flags, body)
                    self._waiting[connection, mid] = message
        elif event.op is Op.SENT:
            self._outgoing[connection] += event.data
            for kind, flags, body in _packets(self._outgoing[connection]):
                if kind == _PUBLISH:
                    self.sent.append(_publish(flags, body)[1])
                elif kind == _PUBACK:
                    message = self._waiting.pop((connection, int.from_bytes(body[:2], "big")))
                    self.acked.append(message)


def _packets(buffer: bytearray) -> list[tuple[int, int, bytes]]:
    """Takes the whole packets out of a buffer: type, flags, body."""
    found = []
    while (length := _varint(buffer, 1)) and len(buffer) >= sum(length):
        size, at = length
        found.append((buffer[0] >> 4, buffer[0] & 0x0F, bytes(buffer[at : at + size])))
        del buffer[: at + size]
    return found


def _publish(flags: int, body: bytes) -> tuple[int, Message]:
    at = 2 + int.from_bytes(body[:2], "big")
    topic = body[2:at].decode()
    mid = 0
    if flags & 0x06:
        mid = int.from_bytes(body[at : at + 2], "big")
        at += 2
    properties = _varint(body, at)
    assert properties is not None
    return mid, (topic, body[sum(properties) :])


def _varint(data: bytes | bytearray, at: int) -> tuple[int, int] | None:
    """A number of MQTT's variable length and where it ends; None where it is not there whole."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    return None
