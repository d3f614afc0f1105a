"""A wire between the agent and its broker: it counts, cuts, holds, and slips packets in."""

from __future__ import annotations

import socket
import struct
import threading
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum

_CHUNK = 65536
_RESET = struct.pack("ii", 1, 0)
_PUBLISH, _PUBACK = 3, 4

Target = tuple[str, int] | str
"""Where the broker is: host and port, or the path of a Unix socket."""


class Way(Enum):
    """The two directions, as the agent sees them."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a connection ends: behind so many bytes of a direction, with a reset or without."""

    way: Way
    at: int
    reset: bool = False


@dataclass(slots=True)
class Tally:
    """What QoS 1 messages went over the wire, by what they say.

    Attributes:
        came: sent to the agent, each time.
        acked: those of them that the agent has acknowledged.
        left: sent by the agent, each time.
        taken: those of them that the broker has acknowledged.
        connections: how many there were.
        partial: connections that ended within a packet.
    """

    came: Counter[bytes] = field(default_factory=Counter)
    acked: Counter[bytes] = field(default_factory=Counter)
    left: Counter[bytes] = field(default_factory=Counter)
    taken: Counter[bytes] = field(default_factory=Counter)
    connections: int = 0
    partial: int = 0


class Reader:
    """Finds the packets in one direction of a connection."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """First byte and body of each packet that is complete now."""
        self._buffer += data
        found: list[tuple[int, bytes]] = []
        while (frame := self._frame()) is not None:
            body, end = frame
            found.append((self._buffer[0], bytes(self._buffer[body:end])))
            del self._buffer[:end]
        return found

    def is_within(self) -> bool:
        """True where the last packet is not complete."""
        return bool(self._buffer)

    def _frame(self) -> tuple[int, int] | None:
        length = shift = 0
        for at in range(1, min(5, len(self._buffer))):
            length |= (self._buffer[at] & 0x7F) << shift
            shift += 7
            if self._buffer[at] < 0x80:
                end = at + 1 + length
                return (at + 1, end) if end <= len(self._buffer) else None
        return None


def message_of(first: int, body: bytes) -> tuple[int, bytes]:
    """Message id and payload of an MQTT 5 PUBLISH; the id is 0 for QoS 0."""
    at = 2 + int.from_bytes(body[:2], "big")
    mid = 0
    if first & 0x06:
        mid, at = int.from_bytes(body[at : at + 2], "big"), at + 2
    length = shift = 0
    while True:
        byte, at = body[at], at + 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return mid, body[at + length :]


class Wire:
    """One connection of the agent, led on to the broker."""

    def __init__(
        self, agent: socket.socket, broker: socket.socket, tally: Tally | None, cut: Cut | None
    ) -> None:
        self._ends = {Way.IN: (broker, agent), Way.OUT: (agent, broker)}
        self._readers = {Way.IN: Reader(), Way.OUT: Reader()}
        self._passed = {Way.IN: 0, Way.OUT: 0}
        self._unacked: dict[Way, dict[int, bytes]] = {Way.IN: {}, Way.OUT: {}}
        self._tally = tally
        self._cut = cut
        self._locks = {way: threading.Lock() for way in Way}
        self._ending = threading.Lock()
        self._over = False
        self.flowing = {way: threading.Event() for way in Way}
        for event in self.flowing.values():
            event.set()

    def carry(self, way: Way) -> None:
        """Leads one direction on until the connection ends."""
        source, target = self._ends[way]
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                self.flowing[way].wait()
                if not self._pass(way, data, target):
                    break
        self.end()

    def slip_in(self, packet: bytes) -> None:
        """Sends the agent a packet that the broker knows nothing of, behind a complete one."""
        while True:
            with self._locks[Way.IN]:
                if not self._readers[Way.IN].is_within():
                    self._ends[Way.IN][1].sendall(packet)
                    return

    def end(self, *, reset: bool = False) -> None:
        """Ends both halves; twice is the same as once."""
        with self._ending:
            if self._over:
                return
            self._over = True
            if self._tally is not None:
                within = any(each.is_within() for each in self._readers.values())
                self._tally.partial += within
        for event in self.flowing.values():
            event.set()
        for sock in self._ends[Way.IN]:
            with suppress(OSError):
                if reset:
                    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                else:
                    sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def _pass(self, way: Way, data: bytes, target: socket.socket) -> bool:
        """Counts and sends; False where the connection is cut here."""
        cut = self._cut if self._cut and self._cut.way is way else None
        if cut and self._passed[way] + len(data) >= cut.at:
            data = data[: max(0, cut.at - self._passed[way])]
        else:
            cut = None
        with self._locks[way]:
            self._passed[way] += len(data)
            if self._tally is not None:
                for first, body in self._readers[way].feed(data):
                    self._count(self._tally, way, first, body)
            target.sendall(data)
        if cut:
            self.end(reset=cut.reset)
        return cut is None

    def _count(self, tally: Tally, way: Way, first: int, body: bytes) -> None:
        if first >> 4 == _PUBLISH and first & 0x06:
            mid, payload = message_of(first, body)
            self._unacked[way][mid] = payload
            (tally.came if way is Way.IN else tally.left)[payload] += 1
        elif first >> 4 == _PUBACK:
            other = Way.OUT if way is Way.IN else Way.IN
            acked = self._unacked[other].pop(int.from_bytes(body[:2], "big"), None)
            refused = len(body) > 2 and body[2] >= 0x80
            if acked is not None and not refused:
                (tally.taken if way is Way.IN else tally.acked)[acked] += 1


class Wiretap:
    """Listens for the agent on ``port``; every connection is led on to the target.

    Args:
        target: the broker.
        counting: False where not only MQTT 5 is spoken.
    """

    def __init__(self, target: Target, *, counting: bool = True) -> None:
        self.tally = Tally()
        self._counting = counting
        self.wire: Wire | None = None
        self._target = target
        self._cuts: list[Cut] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._wires: list[Wire] = []

    def start(self) -> None:
        """Takes connections from now on."""
        self._spawn(self._accept)

    def stop(self) -> None:
        """Ends the listener and every connection."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in self._wires:
            wire.end()
        for thread in self._threads:
            thread.join(5)

    def plan(self, *cuts: Cut) -> None:
        """The next connections end so, one cut each; those behind them are left alone."""
        self._cuts.extend(cuts)

    @property
    def planned(self) -> int:
        """Cuts that no connection has met yet."""
        return len(self._cuts)

    def cut(self, *, reset: bool = False) -> None:
        """Ends the current connection now."""
        if self.wire is not None:
            self.wire.end(reset=reset)

    def _accept(self) -> None:
        while True:
            try:
                agent, _ = self._listener.accept()
            except OSError:
                return
            try:
                broker = _connect(self._target)
            except OSError:
                agent.close()  # as if nobody listened
                continue
            for sock in (agent, broker):
                if sock.family == socket.AF_INET:
                    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.tally.connections += 1
            cut = self._cuts.pop(0) if self._cuts else None
            tally = self.tally if self._counting else None
            self.wire = wire = Wire(agent, broker, tally, cut)
            self._wires = [*self._wires[-10:], wire]
            for way in Way:
                self._spawn(wire.carry, way)

    def _spawn(self, call: object, *arguments: object) -> None:
        thread = threading.Thread(target=call, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads = [each for each in self._threads if each.is_alive()] + [thread]
        thread.start()


def _connect(target: Target) -> socket.socket:
    if isinstance(target, str):
        sock = socket.socket(socket.AF_UNIX)
        try:
            sock.connect(target)
        except OSError:
            sock.close()
            raise
        return sock
    sock = socket.create_connection(target, 5)
    sock.settimeout(None)
    return sock
