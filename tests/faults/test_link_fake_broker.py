"""The link against a broker that misbehaves: a fake of a few dozen lines."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from tests.broker.links import Watched

from lamplighter.link.events import (
    Connected,
    ConnectFailed,
    ConnectRefused,
    Disconnected,
    SubscribeRefused,
)
from lamplighter.link.outgoing import DELIVERED, PACKET_TOO_LARGE, Fate, Outcome
from lamplighter.link.settings import Broker
from lamplighter.plugin import Publication

ACCEPT_V5 = b"\x20\x03\x00\x00\x00"
ACCEPT_V4 = b"\x20\x02\x00\x00"
CONNECT, PUBLISH, PUBACK, SUBSCRIBE = 1, 3, 4, 8


class Visit:
    """One connection to the fake broker."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def read(self) -> tuple[int, bytes]:
        """The next packet: its type and what follows its length. Packets here are short."""
        first, length = self._exactly(2)
        return first >> 4, self._exactly(length)

    def await_kind(self, kind: int) -> bytes:
        """The next packet of a type; others are skipped."""
        while True:
            found, body = self.read()
            if found == kind:
                return body

    def send(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self._sock.sendall(data)

    def stay(self) -> None:
        """Reads until the other side leaves."""
        while True:
            self.read()

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._sock.recv(size - len(data))
            if not more:
                raise ConnectionError
            data += more
        return data


class FakeBroker:
    """Plays one scene for each connection, and the last one again for all further ones."""

    def __init__(self, *scenes: Callable[[Visit], None]) -> None:
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
            scene = self._scenes.pop(0) if len(self._scenes) > 1 else self._scenes[0]
            with sock, suppress(OSError):
                scene(Visit(sock))


Play = Callable[..., Watched]


@pytest.fixture
def play() -> Iterator[Play]:
    """Starts a fake broker with these scenes, and a link to it."""
    made: list[tuple[FakeBroker, Watched]] = []

    def start(*scenes: Callable[[Visit], None], protocol: str = "5") -> Watched:
        fake = FakeBroker(*scenes)
        watched = Watched(Broker(port=fake.port, protocol=protocol))
        made.append((fake, watched))
        watched.link.start()
        return watched

    yield start
    for fake, watched in made:
        watched.link.stop()
        fake.close()


def accept(visit: Visit, answer: bytes = ACCEPT_V5) -> None:
    visit.await_kind(CONNECT)
    visit.send(answer)


def hang_up(visit: Visit) -> None:
    visit.await_kind(CONNECT)


def peaceful(visit: Visit) -> None:
    accept(visit)
    visit.stay()


def publish(mid: int, payload: bytes, *, first: int = 0x32) -> bytes:
    body = b"\x00\x04in/a" + mid.to_bytes(2, "big") + b"\x00" + payload
    return bytes([first, len(body)]) + body


def test_refused_publications_are_told_with_their_reason(play: Play) -> None:
    codes = [0x00, 0x10, 0x87, 0x97, 0x99]

    def scene(visit: Visit) -> None:
        accept(visit)
        for code in codes:
            body = visit.await_kind(PUBLISH)
            topic_length = int.from_bytes(body[:2], "big")
            mid = body[2 + topic_length : 4 + topic_length]
            visit.send(b"\x40\x03" + mid + bytes([code]))
        visit.stay()

    watched = play(scene)
    watched.await_event(Connected)
    for count in range(1, len(codes) + 1):
        assert watched.publish("out", b"x")
        watched.await_outcomes(count)
    refused = [Outcome(Fate.REFUSED, code) for code in codes[2:]]
    assert watched.outcomes == [DELIVERED, DELIVERED, *refused]
    assert watched.link.state().sent == 2
    assert watched.link.state().refused == 3


def test_a_message_id_is_not_used_again_before_it_is_answered(play: Play) -> None:
    mids: list[bytes] = []

    def scene(visit: Visit) -> None:
        accept(visit)
        while True:
            kind, body = visit.read()
            if kind == PUBLISH:
                mids.append(body[5:7])
                if len(mids) > 1:  # the first is never answered
                    visit.send(b"\x40\x02" + mids[-1])

    watched = play(scene)
    watched.await_event(Connected)
    answered: list[Outcome] = []
    publications = [(Publication("out", b"x"), None)] * 3300
    for _ in range(10):
        assert watched.link.publish_all(
            publications, lambda found: answered.extend(outcome for _, outcome in found)
        )
        deadline = time.monotonic() + 10
        while watched.link.state().in_flight > 1 and time.monotonic() < deadline:
            time.sleep(0.005)
    assert len(mids) == 33_000
    assert mids.count(mids[0]) == 1
    assert answered == [DELIVERED] * 32_999
    assert not watched.link.publish_all(publications * 5, lambda _found: None)


def test_the_servers_limits_are_kept(play: Play) -> None:
    def scene(visit: Visit) -> None:
        # Receive Maximum 1, Maximum Packet Size 100.
        accept(visit, b"\x20\x0b\x00\x00\x08\x21\x00\x01\x27\x00\x00\x00\x64")
        visit.stay()

    watched = play(scene)
    assert watched.await_event(Connected).receive_maximum == 1
    assert watched.link.window() == 1
    assert watched.publish("out", bytes(100))
    assert watched.outcomes == [Outcome(Fate.REFUSED, PACKET_TOO_LARGE)]
    assert watched.link.state().connected


def test_a_connection_cut_within_a_packet_leaves_nothing_behind(play: Play) -> None:
    def cut(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"whole") + publish(2, b"half of it is missing")[:-9])

    def whole(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"first") + publish(2, b"second"))
        visit.stay()

    watched = play(cut, whole)
    watched.await_messages(3)
    assert watched.payloads() == [b"whole", b"first", b"second"]
    assert [one.epoch for one in watched.received] == [1, 2, 2]


def test_an_ack_of_an_ended_connection_reaches_no_other(play: Play) -> None:
    acked: list[bytes] = []

    def second(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"new") + publish(2, b"newer"))
        acked.append(visit.await_kind(PUBACK))
        done.set()
        visit.stay()

    def cut(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"old"))

    done = threading.Event()
    watched = play(cut, second)
    watched.acks = False
    watched.await_messages(3)
    old, _, newer = watched.received
    # The stale one has the id of a message of this connection.
    watched.ack([old, newer])
    assert done.wait(5)
    assert acked == [b"\x00\x02"]
    assert watched.link.state().stale_acks == 1


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x32\xff\xff\xff\xff\x01",
        b"\x32\x05\x00\x09abc",
        b"\x00\x00",
        b"\x40\x01\x00",
        b"\x90\x00",
        b"\x20\x00",
    ],
)
def test_nonsense_ends_the_connection_and_not_the_link(play: Play, nonsense: bytes) -> None:
    def scene(visit: Visit) -> None:
        accept(visit)
        visit.send(nonsense)
        visit.stay()

    watched = play(scene, peaceful)
    watched.await_event(Disconnected)
    watched.await_event(Connected, 2)
    assert watched.link.state().connected


def test_a_refused_subscription_is_told(play: Play) -> None:
    def scene(visit: Visit) -> None:
        accept(visit)
        mid = visit.await_kind(SUBSCRIBE)[:2]
        visit.send(b"\x90\x04" + mid + b"\x00\x87")
        visit.stay()

    watched = play(scene)
    watched.link.subscribe(["in/#"])
    refused = watched.await_event(SubscribeRefused)
    assert (refused.topic_filter, refused.reason) == ("in/#", "not authorised")
    assert watched.link.state().connected


def test_a_broker_that_leaves_says_why(play: Play) -> None:
    def scene(visit: Visit) -> None:
        accept(visit)
        visit.send(b"\xe0\x01\x8e")
        visit.stay()

    watched = play(scene, peaceful)
    assert "session taken over" in watched.await_event(Disconnected).reason
    watched.await_event(Connected, 2)


@pytest.mark.parametrize(
    ("protocol", "answer", "code", "slow"),
    [
        ("5", b"\x20\x03\x00\x87\x00", 0x87, True),
        ("5", b"\x20\x02\x00\x01", 0x84, True),
        ("5", b"\x20\x03\x00\x89\x00", 0x89, False),
        ("3.1.1", b"\x20\x02\x00\x01", 0x84, True),
        ("3.1.1", b"\x20\x02\x00\x04", 0x86, True),
        ("3.1.1", b"\x20\x02\x00\x03", 0x88, False),
    ],
)
def test_a_refused_connection_is_told_and_tried_again(
    play: Play, *, protocol: str, answer: bytes, code: int, slow: bool
) -> None:
    watched = play(lambda visit: accept(visit, answer), protocol=protocol)
    refused = watched.await_event(ConnectRefused)
    assert refused.code == code
    assert (refused.retry_in >= 30) == slow
    assert not watched.link.state().connected


def test_a_broker_that_hangs_up_without_an_answer_is_told(play: Play) -> None:
    watched = play(hang_up, peaceful)
    assert "without an answer" in watched.await_event(ConnectFailed).reason
    watched.await_event(Connected)


def test_late_and_unknown_answers_change_nothing(play: Play) -> None:
    def scene(visit: Visit) -> None:
        accept(visit, ACCEPT_V4)
        visit.send(b"\x40\x02\x12\x34" + b"\xd0\x00" + b"\xb0\x02\x12\x34")
        visit.send(b"\x32\x09\x00\x04in/a\x00\x07x")
        visit.stay()

    watched = play(scene, protocol="3.1.1")
    watched.await_messages(1)
    assert watched.payloads() == [b"x"]
    assert watched.outcomes == []
    assert watched.link.state().connected
