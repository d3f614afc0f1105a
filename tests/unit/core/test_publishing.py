"""Publications that the disk refuses: tried again in order, for so long, and only so many."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs
from tests.flow.parts import Clock

from lamplighter import publishing as module
from lamplighter.errors import LaneFullError, StoreError, StoreFullError
from lamplighter.plugin import Publication
from lamplighter.publishing import Publishing
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss

FULL = StoreFullError(Path("db"), "disk is full")


class Disk:
    """An outbox that commits when it is told to, and takes only so many at a time."""

    def __init__(self) -> None:
        self.clock = Clock(1000.0)
        self.room = 0
        self.kept: list[tuple[str, bytes, Lane, str]] = []
        self.tries: list[str] = []
        self.losses: list[Loss] = []
        self.error: Exception = FULL
        self._queue: list[tuple[Publication, Lane, str, Future[int]]] = []
        self.publishing = Publishing(
            self._put, self.losses.append, clock=self.clock, monotonic=self.clock
        )

    def _put(self, publication: Publication, lane: Lane, link: str) -> Future[int]:
        future: Future[int] = Future()
        self._queue.append((publication, lane, link, future))
        return future

    def publish(self, topic: str, payload: bytes = b"", lane: Lane = Lane.ALARMS) -> Future[int]:
        return self.publishing(Publication(topic, payload), lane)

    def commit(self) -> None:
        """Takes or refuses all that is queued, and what that leads to."""
        while self._queue:
            publication, lane, link, future = self._queue.pop(0)
            self.tries.append(publication.topic)
            if self.room > 0:
                self.room -= 1
                self.kept.append((publication.topic, publication.payload, lane, link))
                future.set_result(len(self.kept))
            else:
                future.set_exception(self.error)

    def second(self) -> None:
        self.clock.now += 1.0
        self.publishing.tick()
        self.commit()

    def payloads(self, topic: str) -> list[bytes]:
        return [payload for name, payload, _, _ in self.kept if name == topic]


def test_what_is_kept_at_once_is_not_waited_for() -> None:
    disk = Disk()
    disk.room = 2
    futures = [disk.publish("a"), disk.publish("b")]
    assert disk.publishing.waiting == 0
    disk.commit()
    assert [future.result(0) for future in futures] == [1, 2]
    disk.second()
    assert disk.tries == ["a", "b"]
    assert disk.losses == []


def test_a_refused_alarm_is_tried_each_second_until_it_is_kept() -> None:
    disk = Disk()
    with capture_logs() as logs:
        future = disk.publish("alarm", b"1")
        disk.commit()
        for _ in range(5):
            disk.second()
        assert not future.done()
        assert disk.publishing.waiting == 1
        disk.room = 1
        disk.second()
    assert future.result(0) == 1
    assert disk.tries == ["alarm"] * 7
    assert disk.publishing.waiting == 0
    assert disk.losses == []
    assert [each["event"] for each in logs] == ["publication_waits"]


def test_a_topic_keeps_its_order_though_room_comes_between_its_messages() -> None:
    disk = Disk()
    first = disk.publish("alarm", b"1")
    disk.commit()
    disk.room = 9
    second = disk.publish("alarm", b"2")
    disk.publish("other", b"3")
    disk.commit()
    # What goes through calls for what was refused before it.
    assert disk.payloads("alarm") == [b"1", b"2"]
    assert (first.done(), second.done()) == (True, True)


def test_of_two_in_one_breath_the_second_waits_for_the_first() -> None:
    disk = Disk()
    futures = [disk.publish("alarm", bytes([n])) for n in range(3)]
    disk.commit()
    assert disk.tries == ["alarm"]
    disk.room = 3
    disk.second()
    assert disk.payloads("alarm") == [b"\0", b"\1", b"\2"]
    assert [future.result(0) for future in futures] == [1, 2, 3]


def test_one_that_never_fits_does_not_hold_others_up() -> None:
    disk = Disk()
    for topic in ("huge", "a", "b"):
        disk.publish(topic)
    disk.commit()
    del disk.tries[:]
    for _ in range(3):
        disk.second()
    assert sorted(disk.tries) == ["a", "b", "huge"]


def test_each_lane_has_a_try_of_its_own() -> None:
    disk = Disk()
    disk.publish("answer", lane=Lane.COMMANDS)
    disk.publish("alarm", lane=Lane.ALARMS)
    disk.commit()
    del disk.tries[:]
    disk.second()
    assert disk.tries == ["answer", "alarm"]


def test_what_is_not_kept_for_long_ends_in_the_ledger() -> None:
    disk = Disk()
    future = disk.publish("alarm", b"12")
    disk.commit()
    disk.clock.now += module._PATIENCE_S
    disk.second()
    with pytest.raises(StoreError, match="for too long"):
        future.result(0)
    (loss,) = disk.losses
    assert (loss.lane, loss.topic, loss.count, loss.bytes) == ("alarms", "alarm", 1, 2)
    assert loss.reason.startswith("full: ")
    assert (loss.link, loss.first, loss.at) == ("broker", 1000.0, disk.clock.now)
    assert disk.publishing.waiting == 0
    disk.room = 1
    disk.second()
    assert disk.kept == []


@pytest.mark.parametrize(("payload", "bound"), [(b"", module._MOST), (b"x" * (300 << 10), 3)])
def test_memory_is_bounded_and_what_finds_no_room_is_accounted_for(
    payload: bytes, bound: int
) -> None:
    disk = Disk()
    futures = [disk.publish(f"alarm/{n}", payload) for n in range(bound + 5)]
    disk.commit()
    assert disk.publishing.waiting == bound
    assert [loss.topic for loss in disk.losses] == [f"alarm/{n + bound}" for n in range(5)]
    behind = disk.publish("alarm/0", payload)
    with pytest.raises(StoreError, match="too many"):
        behind.result(0)
    # Others have room of their own.
    answer = disk.publish("answer", lane=Lane.COMMANDS)
    disk.commit()
    assert not answer.done()
    disk.room = bound + 1
    disk.second()
    assert sum(future.exception(0) is None for future in futures) == bound
    assert answer.result(0)


def test_a_burst_is_not_bounded_where_the_disk_is_well() -> None:
    disk = Disk()
    disk.room = 10_000
    for number in range(module._MOST + 50):
        disk.publish(f"alarm/{number}")
    disk.commit()
    assert len(disk.kept) == module._MOST + 50
    assert disk.losses == []


def test_a_full_lane_is_no_matter_of_the_disk() -> None:
    disk = Disk()
    disk.error = LaneFullError("alarms", "broker", "rows")
    future = disk.publish("alarm")
    behind = disk.publish("alarm")
    disk.commit()
    for each in (future, behind):
        with pytest.raises(LaneFullError):
            each.result(0)
    # The outbox has accounted for it.
    assert disk.losses == []
    assert disk.publishing.waiting == 0


def test_states_come_again_by_themselves_and_are_only_accounted_for() -> None:
    disk = Disk()
    future = disk.publish("state", lane=Lane.STATES)
    disk.commit()
    with pytest.raises(StoreError):
        future.result(0)
    assert [loss.lane for loss in disk.losses] == ["states"]
    disk.room = 1
    disk.second()
    assert disk.kept == []


@pytest.mark.parametrize("room", [0, 1, 3])
def test_at_the_end_all_is_tried_once_more(room: int) -> None:
    disk = Disk()
    for number in range(3):
        disk.publish("alarm", bytes([number]))
    disk.commit()
    disk.publishing.stop()
    disk.room = room
    disk.commit()
    assert len(disk.kept) == room
    assert len(disk.losses) == 3 - room
    assert disk.publishing.waiting == 0


def test_a_long_line_ends_where_the_store_is_closed() -> None:
    closed: Future[int] = Future()
    closed.set_exception(FULL)
    losses: list[Loss] = []
    publishing = Publishing(lambda *_: closed, losses.append, clock=Clock(), monotonic=Clock())
    for _ in range(1500):
        publishing(Publication("alarm", b""), Lane.ALARMS)
    publishing.stop()
    assert len(losses) == 1500


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from("abc")),
        st.tuples(st.just("room"), st.integers(0, 4)),
        st.tuples(st.just("commit"), st.none()),
        st.tuples(st.just("second"), st.none()),
    ),
    max_size=60,
)


@given(STEPS)
def test_whatever_happens_each_topic_arrives_whole_and_in_order(
    steps: Sequence[tuple[str, object]],
) -> None:
    disk = Disk()
    sent: dict[str, list[bytes]] = {"a": [], "b": [], "c": []}
    for number, (step, value) in enumerate(steps):
        if step == "publish":
            payload = str(number).encode()
            sent[str(value)].append(payload)
            disk.publish(str(value), payload)
        elif step == "room":
            disk.room = int(str(value))
        elif step == "commit":
            disk.commit()
        else:
            disk.second()
    disk.room = 1000
    disk.commit()
    for _ in range(4):
        disk.second()
    assert {topic: disk.payloads(topic) for topic in sent} == sent
    assert disk.losses == []
    assert disk.publishing.waiting == 0
