"""The outbox: order, lanes, expiry, and what is lost is in the ledger."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lamplighter.errors import StoreError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import PULL
from lamplighter.store.store import Store
from lamplighter.timekeeping.timekeeper import Stamp

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

LATER = 2e9


def put(opened: Opened, topic: str, lane: Lane = Lane.STATES, **more: object) -> int:
    publication = Publication(topic, b"x", **more)  # type: ignore[arg-type]
    return opened.store.outbox.put(publication, lane).result(20)


def due(opened: Opened, limit: int = 100, now: float = 0.0) -> list[str]:
    return [row.publication.topic for row in opened.store.outbox.due(limit, now=now)]


def test_rows_leave_by_lane_and_then_as_they_came(opened: Opened) -> None:
    put(opened, "reading", Lane.TELEMETRY)
    put(opened, "state", Lane.STATES)
    put(opened, "alarm", Lane.ALARMS)
    put(opened, "command/1", Lane.COMMANDS)
    put(opened, "command/2", Lane.COMMANDS)
    assert due(opened) == ["command/1", "command/2", "alarm", "state", "reading"]
    assert due(opened, 2) == ["command/1", "command/2"]


def test_an_urgent_row_takes_its_elders_of_the_same_topic_along(opened: Opened) -> None:
    old = put(opened, "t", Lane.TELEMETRY)
    put(opened, "other", Lane.STATES)
    new = put(opened, "t", Lane.COMMANDS)
    rows = opened.store.outbox.due(10, now=0)
    assert [row.id for row in rows][:2] == [old, new]
    assert rows[0].lane is Lane.COMMANDS


def test_only_what_is_on_disk_counts_as_put_in(opened: Opened) -> None:
    outbox = opened.store.outbox
    tries = 0

    def full(connection: sqlite3.Connection) -> None:
        nonlocal tries
        tries += 1
        outbox.insert(connection, Publication("other", b"x"), Lane.ALARMS)
        error = sqlite3.OperationalError("full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    for number in range(9):
        outbox.add(Publication(f"t/{number}", b"x"), Lane.TELEMETRY, link="upstream")
    with pytest.raises(StoreError):
        opened.store.submit(full).result(20)
    opened.flush()
    assert tries
    assert outbox.traffic.totals()[0] == {("upstream", Lane.TELEMETRY): 9}


def test_what_works_put_in_counts_where_no_rider_goes_with_them(opened: Opened) -> None:
    outbox = opened.store.outbox
    outbox.traffic.put([("broker", Lane.ALARMS)])
    outbox.notify()
    outbox.traffic.settle(committed=False)
    assert outbox.traffic.totals()[0] == {("broker", Lane.ALARMS): 1}


def test_putting_in_does_not_read_the_lanes(opened: Opened) -> None:
    plan = opened.store.readers.rows(f"EXPLAIN QUERY PLAN {PULL}", (0, "a", "broker"))
    assert len(plan) == 1
    assert "outbox_topic (topic=? AND link=? AND lane>?)" in plan[0][3]
    order = opened.store.readers.rows(
        "EXPLAIN QUERY PLAN SELECT id FROM outbox WHERE link = 'broker'"
        " AND (expires_at IS NULL OR expires_at > 1) ORDER BY lane, id LIMIT 20"
    )
    assert len(order) == 1
    assert "outbox_order" in order[0][3]


def test_a_publication_keeps_all_its_fields(opened: Opened) -> None:
    publication = Publication("t", b"\xff", 0, True, LATER, "answer", b"\x00")
    number = opened.store.outbox.put(publication, Lane.ALARMS, command="k", link="up").result(20)
    assert opened.store.outbox.due(5, now=0) == []
    (row,) = opened.store.outbox.due(5, now=0, link="up")
    assert row.publication == publication
    assert (row.id, row.command, row.link, row.attempts) == (number, "k", "up", 0)
    assert row.created == opened.clock()


def test_what_is_in_flight_or_sent_is_not_due(opened: Opened) -> None:
    first, second, _ = put(opened, "a"), put(opened, "b"), put(opened, "c")
    rows = opened.store.outbox.due(10, now=0, in_flight=[first])
    assert [row.publication.topic for row in rows] == ["b", "c"]
    opened.store.outbox.sent([second])
    assert due(opened) == ["a", "c"]
    opened.flush()
    assert due(opened) == ["a", "c"]
    assert len(opened.store.outbox.rows()) == 2


def test_an_id_is_never_used_again(opened: Opened) -> None:
    first = put(opened, "a")
    opened.store.outbox.sent([first])
    opened.flush()
    assert put(opened, "b") > first


def test_new_rows_are_noticed_after_their_commit(opened: Opened) -> None:
    put(opened, "a")
    assert opened.outbox_calls == 1
    opened.flush()
    assert opened.outbox_calls == 1


def test_an_expired_row_is_not_due_and_ends_in_the_ledger(opened: Opened) -> None:
    put(opened, "shutter", Lane.COMMANDS, expires_at=100.0)
    flying = put(opened, "flying", Lane.COMMANDS, expires_at=100.0)
    put(opened, "stays", Lane.COMMANDS)
    assert due(opened, now=99.0) == ["shutter", "flying", "stays"]
    assert due(opened, now=100.0) == ["stays"]
    gone = opened.store.outbox.expire(100.0, in_flight=[flying]).result(20)
    assert [row.publication.topic for row in gone] == ["shutter"]
    (loss,) = opened.store.ledger.losses()
    assert (loss.lane, loss.topic, loss.reason, loss.count) == ("commands", "shutter", "expired", 1)


def test_a_refused_row_is_dropped_and_recorded(opened: Opened) -> None:
    number = put(opened, "t", Lane.ALARMS)
    opened.store.outbox.drop([number], "refused: not authorised").result(20)
    assert due(opened) == []
    assert opened.store.ledger.totals() == {"alarms": {"refused": 1}}


def test_a_failed_attempt_is_counted(opened: Opened) -> None:
    number = put(opened, "t")
    opened.store.outbox.tried([number])
    opened.flush()
    assert opened.store.outbox.due(1, now=0)[0].attempts == 1


def test_depth_by_lane(opened: Opened) -> None:
    put(opened, "a", Lane.COMMANDS)
    opened.clock.now += 5
    put(opened, "b", Lane.COMMANDS)
    put(opened, "c", Lane.TELEMETRY)
    commands, telemetry = opened.store.outbox.depth()
    assert (commands.link, commands.lane) == ("broker", Lane.COMMANDS)
    assert (commands.rows, commands.bytes) == (2, 4)
    assert commands.oldest == opened.clock() - 5
    assert (telemetry.lane, telemetry.rows) == (Lane.TELEMETRY, 1)


def test_a_row_of_a_work_that_failed_is_not_there(opened: Opened) -> None:
    def work(connection: object) -> None:
        opened.store.outbox.insert(
            connection,  # type: ignore[arg-type]
            Publication("t", b""),
            Lane.COMMANDS,
        )
        raise LookupError("changed its mind")

    future = opened.store.submit(work)
    assert isinstance(future.exception(20), LookupError)
    assert due(opened) == []


def test_rows_wait_through_a_restart(open_store: Open) -> None:
    first = open_store()
    sent = put(first, "sent")
    put(first, "waits")
    first.store.outbox.sent([sent])
    first.store.stop()
    assert due(open_store()) == ["waits"]


def test_added_rows_are_on_disk_before_a_removal_handed_over_later(opened: Opened) -> None:
    opened.put("in")
    (arrived,) = opened.wait(1)
    opened.store.outbox.add(Publication("out", b"x"), Lane.TELEMETRY, link="upstream", rule="r")
    opened.store.inbox.removals.add([arrived.id], at_once=True)
    opened.flush()
    (row,) = opened.store.outbox.due(10, now=0, link="upstream")
    assert (row.publication, row.rule) == (Publication("out", b"x"), "r")
    assert opened.store.inbox.depth() == 0
    assert opened.outbox_calls


def test_added_rows_keep_the_order_of_their_topic_over_lanes(opened: Opened) -> None:
    put(opened, "t", Lane.TELEMETRY)
    add = opened.store.outbox.add
    for number, lane in enumerate([Lane.TELEMETRY, Lane.STATES, Lane.TELEMETRY, Lane.ALARMS]):
        add(Publication("t", b"%d" % number), lane, link="broker")
        add(Publication(f"other/{number}", b""), Lane.TELEMETRY, link="broker")
    opened.flush()
    rows = [row for row in opened.store.outbox.due(20, now=0) if row.publication.topic == "t"]
    assert [row.publication.payload for row in rows] == [b"x", b"0", b"1", b"2", b"3"]
    assert {row.lane for row in rows} == {Lane.ALARMS}
    depth = {each.lane: each.rows for each in opened.store.outbox.depth()}
    assert depth == {Lane.ALARMS: 5, Lane.TELEMETRY: 4}


def test_an_added_row_that_can_not_be_stored_is_counted_and_holds_up_no_other(
    opened: Opened,
) -> None:
    add = opened.store.outbox.add
    add(Publication("a", b""), Lane.STATES, link="broker")
    add(Publication("\udc80", b"12"), Lane.STATES, link="broker")
    add(Publication("b", b""), Lane.STATES, link="broker")
    opened.flush()
    assert due(opened) == ["a", "b"]
    (loss,) = opened.store.ledger.losses()
    assert (loss.lane, loss.topic, loss.count, loss.bytes) == ("states", "\\udc80", 1, 2)
    assert opened.store.outbox.traffic.totals()[0] == {("broker", Lane.STATES): 2}


def test_a_row_knows_when_it_was_put_in_by_a_clock_that_never_steps(open_store: Open) -> None:
    opened = open_store(stamp=lambda: Stamp(1000.0, "boot-1", 12.5, trusted=True))
    opened.store.outbox.put(Publication("a", b""), Lane.COMMANDS, once=True).result(20)
    opened.store.outbox.add(Publication("b", b""), Lane.COMMANDS, link="broker")
    opened.flush()
    first, second = opened.store.outbox.rows()
    assert (first.boot, first.uptime, first.once, first.merged) == ("boot-1", 12.5, 1, 1)
    assert (second.boot, second.uptime, second.once) == ("boot-1", 12.5, 0)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_late_command_of_an_earlier_boot_does_not_leave_before_it_is_seen_to(
    open_store: Open,
    trusted: bool,  # noqa: FBT001 - a case
) -> None:
    now = Stamp(1000.0, "boot-1", 100.0, trusted=True)
    opened = open_store(stamp=lambda: now)
    put(opened, "lock/set", Lane.COMMANDS, lasts=30.0)
    put(opened, "report", Lane.STATES, lasts=30.0)
    opened.store.stop()
    now = Stamp(8200.0, "boot-2", 10.0, trusted=trusted)
    opened = open_store(stamp=lambda: now)
    assert due(opened, now=now.wall) == ["report"]
    lost = opened.store.outbox.expire(now.wall).result(20)
    assert [row.publication.topic for row in lost] == ["lock/set"]


def test_a_command_of_an_earlier_boot_that_is_in_time_leaves_with_what_is_left(
    open_store: Open,
) -> None:
    now = Stamp(1000.0, "boot-1", 100.0, trusted=True)
    opened = open_store(stamp=lambda: now)
    put(opened, "lock/set", Lane.COMMANDS, lasts=30.0)
    opened.store.stop()
    now = Stamp(1020.0, "boot-2", 10.0, trusted=True)
    opened = open_store(stamp=lambda: now)
    assert opened.store.outbox.expire(now.wall).result(20) == []
    (row,) = opened.store.outbox.due(5, now=now.wall)
    assert row.publication.expires_at == 1030.0


class OutboxModel(RuleBasedStateMachine):
    """Random puts, sends, expiries and restarts beside a plain list."""

    def __init__(self) -> None:
        super().__init__()
        import tempfile
        from pathlib import Path

        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name)
        self.now = 1000.0
        self.rows: list[tuple[int, str, int, float | None]] = []
        self.sent: list[int] = []
        self.expired = 0
        self.store = self._open()

    def _open(self) -> Store:
        store = Store(
            self.path,
            max_bytes=64 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=lambda: self.now,
        )
        store.start()
        return store

    @rule(
        topic=st.sampled_from("abc"),
        lane=st.sampled_from(Lane),
        life=st.one_of(st.none(), st.floats(1, 50)),
    )
    def put(self, topic: str, lane: Lane, life: float | None) -> None:
        expires = None if life is None else self.now + life
        number = self.store.outbox.put(Publication(topic, b"", expires_at=expires), lane).result(20)
        self.rows = [
            (row, name, min(old, lane) if name == topic else old, end)
            for row, name, old, end in self.rows
        ]
        self.rows.append((number, topic, lane, expires))

    @rule(count=st.integers(1, 5))
    def send(self, count: int) -> None:
        rows = self.store.outbox.due(count, now=self.now)
        self.store.outbox.sent([row.id for row in rows])
        ids = {row.id for row in rows}
        self.rows = [row for row in self.rows if row[0] not in ids]

    @rule(seconds=st.floats(0, 30))
    def expire(self, seconds: float) -> None:
        self.now += seconds
        gone = self.store.outbox.expire(self.now).result(20)
        late = {row[0] for row in self.rows if row[3] is not None and row[3] <= self.now}
        assert {row.id for row in gone} == late
        self.expired += len(late)
        self.rows = [row for row in self.rows if row[0] not in late]

    @rule()
    def restart(self) -> None:
        self.store.stop()
        self.store = self._open()

    @invariant()
    def agrees(self) -> None:
        rows = self.store.outbox.due(1000, now=self.now)
        live = [row for row in self.rows if row[3] is None or row[3] > self.now]
        assert [row.id for row in rows] == [
            row[0] for row in sorted(live, key=lambda row: (row[2], row[0]))
        ]
        for topic in "abc":
            own = [row.id for row in rows if row.publication.topic == topic]
            assert own == sorted(own)
        totals = self.store.ledger.totals()
        assert sum(sum(reasons.values()) for reasons in totals.values()) == self.expired

    def teardown(self) -> None:
        self.store.stop()
        self.folder.cleanup()


OutboxModel.TestCase.settings = settings(max_examples=15, stateful_step_count=20, deadline=None)
TestOutboxModel = OutboxModel.TestCase
