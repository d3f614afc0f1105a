"""What is set right in the store when the clock is set, and what the next run knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.timekeeping.clocks import DAY, NOW, YEAR, Host

from lamplighter import clock_watch
from lamplighter.clock_watch import ClockWatch
from lamplighter.plugin import Publication
from lamplighter.store.limits import Limits
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.commands import Progress
from lamplighter.store.records.history import Point
from lamplighter.store.records.schedule import Scheduled
from lamplighter.store.store import Store
from lamplighter.timekeeping.timekeeper import Timekeeper


class Gateway:
    """A store and its clock on a computer whose clocks the test moves."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = Host()
        self.set_by: list[float] = []
        self.store: Store | None = None

    def start(self, host: Host | None = None) -> None:
        self.host = host or self.host
        self.time = Timekeeper(self.host.clocks())
        self.store = Store(
            self.folder,
            max_bytes=64 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=self.time.clock,
            stamp=self.time.stamp,
            limits=Limits(history_seconds=30 * DAY),
        )
        self.store.start()
        self.watch = ClockWatch(self.time, self.store, self.set_by.append)
        self.watch.begin()
        lost = self.store.outbox.take_over().result(20)
        self.lost = [(row.publication.topic, row.once) for row in lost]
        self.watch.inherit()
        self.look()

    def look(self, times: int = 1) -> None:
        """So many seconds pass, as far as following the clock goes."""
        for _ in range(times):
            self.flush()
            self.watch.look()
        self.flush()

    def stop(self) -> None:
        if self.store is not None:
            self.watch.keep()
            self.store.stop()
            self.store = None

    def reboot(self, off: float, *, wall: float | None = None) -> None:
        """The power goes, and comes back after so many seconds."""
        self.stop()
        host = Host(self.host.wall + off if wall is None else wall, boot="b2")
        host.up = 20.0
        self.start(host)

    def step(self, by: float, *, after: float = 0.0) -> None:
        """The clock is set, and a second later that is seen."""
        self.host.run(after)
        self.host.set_by(by)
        self.host.run(1.0)
        self.watch.look()
        self.flush()

    def flush(self) -> None:
        self.opened.submit(lambda _: None).result(20)

    @property
    def opened(self) -> Store:
        assert self.store is not None
        return self.store

    def put(self, topic: str, lane: Lane = Lane.COMMANDS, **about: float) -> None:
        self.opened.outbox.put(Publication(topic, b"", **about), lane).result(20)  # type: ignore[arg-type]  # times

    def due(self) -> list[str]:
        rows = self.opened.outbox.due(100, now=self.time.clock())
        return [row.publication.topic for row in rows]

    def expired(self) -> list[str]:
        """What is removed as too late, now."""
        found = self.opened.outbox.expire(self.time.clock()).result(20)
        return [row.publication.topic for row in found]


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[Gateway]:
    gateway = Gateway(tmp_path)
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.mark.parametrize("by", [-DAY, 10 * YEAR, -3650 * DAY])
def test_a_command_lasts_as_long_whatever_the_clock_is_set_to(gateway: Gateway, by: float) -> None:
    gateway.put("gate", lasts=60.0)
    gateway.step(by, after=30.0)
    assert gateway.set_by == [pytest.approx(by)]
    assert gateway.due() == ["gate"]
    assert gateway.expired() == []
    gateway.host.run(30.0)
    assert gateway.due() == []
    assert gateway.expired() == ["gate"]


def test_the_receiving_broker_is_told_how_long_is_left(gateway: Gateway) -> None:
    gateway.put("gate", lasts=60.0)
    gateway.put("door", lasts=60.0, expires_at=NOW + 20.0)
    gateway.step(-DAY, after=9.0)
    now = gateway.time.clock()
    rows = gateway.opened.outbox.due(10, now=now)
    left = {row.publication.topic: row.publication.expires_at for row in rows}
    assert left == {"gate": pytest.approx(now + 50.0), "door": pytest.approx(now + 50.0)}


def test_a_step_forward_expires_commands_by_the_clock_but_no_readings(gateway: Gateway) -> None:
    gateway.put("door", expires_at=NOW + 20.0)
    gateway.put("reading", Lane.TELEMETRY, expires_at=NOW + 20.0)
    gateway.step(10 * YEAR)
    # Nobody knows whether the clock is right: rather not than too late.
    assert gateway.expired() == ["door"]
    assert gateway.due() == ["reading"]
    gateway.step(-10 * YEAR)
    assert gateway.due() == ["reading"]
    gateway.host.run(30.0)
    assert gateway.expired() == ["reading"]


def test_after_a_boot_a_command_is_as_old_as_a_trusted_clock_says(gateway: Gateway) -> None:
    gateway.put("gate", lasts=600.0)
    gateway.put("door", lasts=60.0)
    gateway.reboot(120.0)
    assert gateway.lost == []
    assert gateway.due() == ["gate"]
    assert gateway.expired() == ["door"]


def test_after_a_boot_that_lost_the_time_no_command_of_before_is_run(gateway: Gateway) -> None:
    gateway.put("gate", lasts=600.0)
    gateway.put("door", lasts=600.0, expires_at=NOW + 600.0)
    gateway.put("reading", Lane.TELEMETRY, lasts=600.0)
    gateway.reboot(0.0, wall=30.0)
    assert gateway.due() == ["reading"]
    assert sorted(gateway.expired()) == ["door", "gate"]


def test_a_command_of_a_boot_that_never_knew_the_time_is_given_up(gateway: Gateway) -> None:
    gateway.reboot(0.0, wall=30.0)
    gateway.put("gate", lasts=600.0)
    gateway.put("reading", Lane.TELEMETRY, lasts=600.0)
    gateway.stop()
    gateway.start(Host(NOW + 60.0, boot="b3"))
    assert gateway.lost == [("gate", 0)]
    assert gateway.due() == ["reading"]


def test_a_long_backlog_of_another_boot_is_seen_to_piece_by_piece(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_watch, "_CHUNK", 2)
    for number in range(5):
        gateway.put(f"t{number}", Lane.TELEMETRY, lasts=100.0)
    gateway.reboot(60.0)
    gateway.look(times=3)
    rows = gateway.opened.outbox.rows()
    assert [row.publication.expires_at for row in rows] == [NOW + 100.0] * 5
    assert [row.publication.lasts for row in rows] == [None] * 5


def test_what_may_have_been_sent_is_given_up_as_that(gateway: Gateway) -> None:
    for topic in ("gate", "door"):
        publication = Publication(topic, b"", lasts=600.0)
        gateway.opened.outbox.put(publication, Lane.COMMANDS, once=True).result(20)
    gateway.opened.outbox.begin([gateway.opened.outbox.rows()[0].id]).result(20)
    gateway.reboot(60.0)
    assert gateway.lost == [("gate", 2)]
    assert gateway.due() == ["door"]
    gateway.opened.outbox.begin([gateway.opened.outbox.rows()[0].id]).result(20)
    gateway.host.run(1000.0)
    assert gateway.expired() == ["door"]
    reasons = [(loss.topic, loss.reason) for loss in gateway.opened.ledger.losses()]
    assert sorted(reasons) == [("door", "uncertain"), ("gate", "uncertain")]


def test_what_was_put_in_by_a_wrong_clock_is_dated_anew_when_it_is_right(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock_watch, "_CHUNK", 2)
    gateway.reboot(0.0, wall=30.0)
    for number in range(5):
        gateway.host.run(10.0)
        gateway.put(f"t{number}", Lane.TELEMETRY)
    gateway.host.synchronised = True
    gateway.step(NOW)
    for _ in range(5):
        gateway.host.run(1.0)
        gateway.watch.look()
        gateway.flush()
    rows = gateway.opened.outbox.rows()
    assert [row.created for row in rows] == [pytest.approx(NOW + 40 + 10 * n) for n in range(5)]
    assert all(row.trusted for row in rows)
    assert [row.publication.topic for row in rows] == [f"t{n}" for n in range(5)]


def test_rows_of_another_boot_keep_their_dates(gateway: Gateway) -> None:
    gateway.put("old", Lane.TELEMETRY)
    gateway.reboot(0.0, wall=30.0)
    gateway.host.synchronised = True
    gateway.step(NOW + 500.0)
    assert [row.created for row in gateway.opened.outbox.rows()] == [NOW]


def test_a_repetition_stays_one_when_the_clock_leaps(gateway: Gateway) -> None:
    def again() -> Progress:
        status = gateway.opened.commands.begin("id:1", gateway.time.ageing(), DAY)
        gateway.opened.commands.abandon("id:1")
        return status.progress

    commands, now = gateway.opened.commands, gateway.time.ageing()
    gateway.opened.submit(lambda conn: commands.finish(conn, "id:1", "{}", now)).result(20)
    gateway.step(10 * YEAR, after=60.0)
    assert again() is Progress.FINISHED
    for _ in range(23):
        gateway.host.run(3600.0)
        gateway.watch.look()
    gateway.flush()
    assert again() is Progress.FINISHED
    # The leap held for a day by now: the clock for ageing has taken it, and the command along.
    gateway.host.run(3600.0)
    gateway.watch.look()
    gateway.flush()
    assert gateway.time.ageing() == gateway.time.clock()
    assert again() is Progress.NEW
    # Of just before, one is known.
    now = gateway.time.ageing()
    gateway.opened.submit(lambda conn: commands.finish(conn, "id:1", "{}", now)).result(20)
    assert again() is Progress.FINISHED


def test_commands_are_as_old_as_before_when_the_leap_is_taken(gateway: Gateway) -> None:
    commands = gateway.opened.commands
    gateway.step(10 * YEAR)
    gateway.host.run(DAY - 5.0)
    now = gateway.time.ageing()
    gateway.opened.submit(lambda conn: commands.finish(conn, "id:1", "{}", now)).result(20)
    gateway.host.run(10.0)
    gateway.watch.look()
    gateway.flush()
    status = commands.begin("id:1", gateway.time.ageing(), 60.0)
    assert status.progress is Progress.FINISHED


def test_a_leap_forward_wipes_no_history_and_what_it_dated_comes_back(gateway: Gateway) -> None:
    gateway.opened.history.add("s", NOW, 1.0)
    gateway.step(10 * YEAR)
    gateway.opened.history.add("s", gateway.time.clock(), 2.0)
    gateway.host.run(3600.0)
    gateway.flush()
    gateway.opened.trim(gateway.time.before()).result(20)
    gateway.step(-10 * YEAR)
    points = gateway.opened.history.between("s", 0.0, 1e12)
    assert [point.value for point in points] == [1.0, 2.0]
    assert [point.time for point in points] == [NOW, pytest.approx(NOW + 1.0)]


def test_history_of_before_the_time_was_known_is_dated_when_it_is(gateway: Gateway) -> None:
    gateway.opened.history.add("s", NOW, 1.0)
    gateway.reboot(0.0, wall=30.0)
    gateway.opened.history.add("s", gateway.time.clock(), 2.0)
    gateway.opened.history.add_text("t", gateway.time.clock(), "on")
    gateway.flush()
    gateway.host.synchronised = True
    gateway.step(NOW, after=60.0)
    assert gateway.opened.history.last("s") == Point(NOW + 30.0, 2.0)
    assert len(gateway.opened.history.between("s", 0.0, 1e12)) == 2


def test_what_a_clock_in_1970_dated_is_kept_until_it_is_known_when_it_was(
    gateway: Gateway,
) -> None:
    gateway.reboot(0.0, wall=30.0)
    gateway.opened.history.add("s", gateway.time.clock(), 2.0)
    entry = AuditEntry(gateway.time.clock(), "switch.a", "turn_on", {})
    gateway.opened.submit(lambda conn: gateway.opened.audit.insert(conn, entry)).result(20)
    for _ in range(2):
        gateway.host.run(60.0)
        gateway.opened.trim(gateway.time.before()).result(20)
    gateway.host.synchronised = True
    gateway.step(NOW)
    gateway.opened.trim(gateway.time.before()).result(20)
    assert gateway.opened.history.last("s") == Point(NOW + 30.0, 2.0)
    assert [kept.time for kept in gateway.opened.audit.latest()] == [NOW + 30.0]


def test_what_is_dated_after_now_is_given_up_once_the_clock_held_for_a_day(
    gateway: Gateway,
) -> None:
    gateway.opened.history.add("s", NOW, 1.0)
    gateway.opened.history.add("s", NOW + YEAR, 2.0)
    gateway.flush()
    gateway.watch.trim()
    gateway.flush()
    assert len(gateway.opened.history.between("s", 0.0, 1e12)) == 2
    gateway.host.run(DAY + 1.0)
    gateway.watch.look()
    gateway.watch.trim()
    gateway.flush()
    assert gateway.opened.history.between("s", 0.0, 1e12) == [Point(NOW, 1.0)]
    [loss] = gateway.opened.ledger.losses()
    assert (loss.lane, loss.reason, loss.count) == ("history", "other", 1)


def test_what_is_due_is_set_right_for_the_next_boot(gateway: Gateway) -> None:
    gateway.reboot(0.0, wall=30.0)
    stamp = gateway.time.stamp()
    item = Scheduled(stamp.wall + 600.0, "ask", "tea", boot=stamp.boot, uptime=stamp.uptime + 600.0)
    gateway.opened.schedule.put(item).result(20)
    gateway.host.synchronised = True
    gateway.step(NOW)
    [waiting] = gateway.opened.schedule.waiting()
    assert waiting.due == pytest.approx(NOW + 630.0)


def test_a_snapshot_of_something_else_is_no_reason_not_to_start(gateway: Gateway) -> None:
    gateway.opened.snapshots.put("time", {"wall": "yesterday"})
    gateway.flush()
    gateway.watch.begin()
    assert gateway.time.clock() == NOW
