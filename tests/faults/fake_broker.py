"""A broker that does what the test says, one scene for each connection."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress

ACCEPT_V5 = b"\x20\x03\x00\x00\x00"
ACCEPT_V4 = b"\x20\x02\x00\x00"
CONNECT, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ = 1, 3, 4, 8, 12
_SUBACK = 0x90
_PINGRESP = b"\xd0\x00"


class Visit:
    """One connection to the fake broker."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self) -> tuple[int, bytes]:
        """The next packet: its type and what follows its length."""
        (first,) = self._exactly(1)
        length = shift = 0
        while True:
            (byte,) = self._exactly(1)
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return first >> 4, self._exactly(length)

    def await_kind(self, kind: int) -> bytes:
        """The next packet of a type; others are skipped."""
        while True:
            found, body = self.read()
            if found == kind:
                return body

    def serve(self) -> tuple[int, bytes]:
        """The next packet that is no housekeeping; pings and subscriptions are answered."""
        while True:
            kind, body = self.read()
            if kind == PINGREQ:
                self.send(_PINGRESP)
            elif kind == SUBSCRIBE:
                self.send(suback(body))
            else:
                return kind, body

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self._sock.sendall(data)

    def unread(self, within: float = 0.1) -> int | None:
        """The type of the next packet, or None where none lies there after a moment."""
        time.sleep(within)
        try:
            first = self._sock.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except BlockingIOError:
            return None
        return first[0] >> 4 if first else None

    def stay(self) -> None:
        """Reads until the other side leaves."""
        while True:
            self.read()

    def _exactly(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size:
            more = self._sock.recv(size - len(data))
            if not more:
                raise ConnectionError
            data += more
        return bytes(data)


Scene = Callable[[Visit], None]


class FakeBroker:
    """Plays one scene for each connection, and the last one again for all further ones."""

    def __init__(self, *scenes: Scene) -> None:
        self.visits = 0
        self._scenes = list(scenes)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Takes no more connections; the link must have been stopped."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self.visits += 1
            scene = self._scenes.pop(0) if len(self._scenes) > 1 else self._scenes[0]
            with sock, suppress(OSError):
                scene(Visit(sock))


def accept(visit: Visit, answer: bytes = ACCEPT_V5) -> None:
    """Takes the connection."""
    visit.await_kind(CONNECT)
    visit.send(answer)


def hang_up(visit: Visit) -> None:
    """Ends the connection without an answer."""
    visit.await_kind(CONNECT)


def peaceful(visit: Visit) -> None:
    """Takes the connection, and says nothing more."""
    accept(visit)
    visit.stay()


def publish(mid: int, payload: bytes, *, first: int = 0x32, topic: bytes = b"in/a") -> bytes:
    """An MQTT 5 PUBLISH at QoS 1; ``first`` 0x3a is a DUP."""
    body = len(topic).to_bytes(2, "big") + topic + mid.to_bytes(2, "big") + b"\x00" + payload
    return bytes([first]) + _length(len(body)) + body


def publication(body: bytes) -> tuple[int, bytes]:
    """Message id and payload of an MQTT 5 PUBLISH at QoS 1 that carries no properties."""
    at = 2 + int.from_bytes(body[:2], "big")
    return int.from_bytes(body[at : at + 2], "big"), body[at + 3 :]


def puback(mid: int, code: int = 0) -> bytes:
    """An MQTT 5 PUBACK."""
    return b"\x40\x03" + mid.to_bytes(2, "big") + bytes([code])


def suback(body: bytes) -> bytes:
    """Grants everything that a short MQTT 5 SUBSCRIBE asks for, at QoS 1."""
    at, filters = 3 + body[2], 0
    while at < len(body):
        at += 3 + int.from_bytes(body[at : at + 2], "big")
        filters += 1
    granted = body[:2] + b"\x00" + b"\x01" * filters
    return bytes([_SUBACK]) + _length(len(granted)) + granted


def _length(size: int) -> bytes:
    found = b""
    while True:
        size, low = size >> 7, size & 0x7F
        found += bytes([low | (0x80 if size else 0)])
        if not size:
            return found
