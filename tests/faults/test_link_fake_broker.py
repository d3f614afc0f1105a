"""The link against a broker that misbehaves."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from tests.broker.links import Watched
from tests.faults.fake_broker import (
    ACCEPT_V4,
    PUBACK,
    PUBLISH,
    SUBSCRIBE,
    FakeBroker,
    Visit,
    accept,
    hang_up,
    peaceful,
    puback,
    publication,
    publish,
    suback,
)

from lamplighter.link.events import (
    Connected,
    ConnectFailed,
    ConnectRefused,
    Disconnected,
    HandoverFailed,
    Subscribed,
    SubscribeRefused,
)
from lamplighter.link.outgoing import DELIVERED, LOST, PACKET_TOO_LARGE, Fate, Outcome
from lamplighter.link.settings import Broker
from lamplighter.plugin import Publication

RECEIVE_MAXIMUM_1 = b"\x20\x06\x00\x00\x03\x21\x00\x01"

Play = Callable[..., Watched]


@pytest.fixture
def play() -> Iterator[Play]:
    """Starts a fake broker with these scenes, and a link to it."""
    made: list[tuple[FakeBroker, Watched]] = []

    def start(*scenes: Callable[[Visit], None], protocol: str = "5", acks: bool = True) -> Watched:
        fake = FakeBroker(*scenes)
        watched = Watched(Broker(port=fake.port, protocol=protocol))
        watched.acks = acks
        made.append((fake, watched))
        watched.link.start()
        return watched

    yield start
    for fake, watched in made:
        watched.link.stop()
        fake.close()


def test_refused_publications_are_told_with_their_reason(play: Play) -> None:
    codes = [0x00, 0x10, 0x87, 0x97, 0x99]

    def scene(visit: Visit) -> None:
        accept(visit)
        for code in codes:
            mid, _ = publication(visit.await_kind(PUBLISH))
            visit.send(puback(mid, code))
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
    for turn in range(1, 11):
        assert watched.link.publish_all(
            publications, lambda found: answered.extend(outcome for _, outcome in found)
        )
        deadline = time.monotonic() + 10
        while len(answered) < 3300 * turn - 1 and time.monotonic() < deadline:
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
    watched = play(cut, second, acks=False)
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


def test_what_is_sent_again_while_it_is_with_us_is_neither_taken_nor_acked_twice(
    play: Play,
) -> None:
    acked: list[bytes] = []
    done = threading.Event()

    def scene(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"once") + publish(1, b"once", first=0x3A))
        # Another message under an id that is still in use: taken, as nothing may be lost.
        visit.send(publish(2, b"this") + publish(2, b"that", first=0x3A))
        visit.send(publish(3, b"end"))
        acked.extend(visit.await_kind(PUBACK) for _ in range(4))
        # Acknowledged: from now on it is a new one, whatever its flag says.
        visit.send(publish(1, b"once", first=0x3A))
        acked.append(visit.await_kind(PUBACK))
        done.set()
        visit.stay()

    watched = play(scene, acks=False)
    received = watched.await_messages(4)
    assert [one.message.payload for one in received] == [b"once", b"this", b"that", b"end"]
    watched.ack(received)
    watched.ack(watched.await_messages(5)[4:])
    assert done.wait(5)
    assert acked == [b"\x00\x01", b"\x00\x02", b"\x00\x02", b"\x00\x03", b"\x00\x01"]


def test_what_could_not_be_handed_over_is_taken_when_it_is_sent_again(play: Play) -> None:
    tried = threading.Event()

    def scene(visit: Visit) -> None:
        accept(visit)
        visit.send(publish(1, b"fails at first"))
        assert tried.wait(5)
        visit.send(publish(1, b"fails at first", first=0x3A))
        visit.stay()

    watched = play(scene)
    watched.fails.add("in/a")
    watched.await_event(HandoverFailed)
    watched.fails.clear()
    tried.set()
    assert watched.await_messages(1)[0].message.duplicate


def test_no_more_is_in_flight_than_the_broker_takes_whoever_sends_it(play: Play) -> None:
    behind: list[int | None] = []

    def scene(visit: Visit) -> None:
        accept(visit, RECEIVE_MAXIMUM_1)
        for number in range(4):
            mid, payload = publication(visit.await_kind(PUBLISH))
            behind.append(visit.unread())
            assert payload == str(number).encode()
            visit.send(puback(mid))
        visit.stay()

    watched = play(scene)
    watched.await_event(Connected)
    for number in range(4):
        assert watched.publish("out", str(number).encode(), qos=1)
    assert watched.await_outcomes(4) == [DELIVERED] * 4
    assert behind == [None] * 4


def test_what_waits_for_its_turn_is_lost_with_the_connection(play: Play) -> None:
    def scene(visit: Visit) -> None:
        accept(visit, RECEIVE_MAXIMUM_1)
        visit.await_kind(PUBLISH)

    watched = play(scene, peaceful)
    watched.await_event(Connected)
    watched.link.publish_all(
        [(Publication("out", b"x", qos=1), number) for number in range(3)],
        lambda answers: watched.outcomes.extend(outcome for _, outcome in answers),
    )
    watched.await_event(Disconnected)
    assert watched.outcomes == [LOST] * 3
    assert watched.link.state().in_flight == 0


def test_a_filter_that_ends_connections_keeps_no_other_from_being_subscribed(play: Play) -> None:
    held: set[bytes] = set()

    def scene(visit: Visit) -> None:
        accept(visit)
        while True:
            body = visit.await_kind(SUBSCRIBE)
            if b"poison" in body:
                return
            held.add(body)
            visit.send(suback(body))

    watched = play(scene)
    watched.link.subscribe(["in/a", "in/poison", "in/z"])
    refused = watched.await_event(SubscribeRefused)
    assert refused.topic_filter == "in/poison"
    watched.await_event(Subscribed)
    assert watched.link.state().connected
    assert any(b"in/a" in body for body in held)
    assert any(b"in/z" in body for body in held)
