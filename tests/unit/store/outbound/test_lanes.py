"""The lanes' bounds: never exceeded, and what gives way for them is accounted for."""

from __future__ import annotations

import json
import sqlite3
import time
from typing import TYPE_CHECKING, Any

import pytest

from lamplighter.errors import LaneFullError
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.records.ledger import Loss
from lamplighter.store.settings import LaneBounds, Lanes

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

FREE = LaneBounds(max_bytes=1 << 30)


def lanes(**bounds: LaneBounds) -> Lanes:
    """Lanes with no bounds but these."""
    return Lanes(**{**{lane.label: FREE for lane in Lane}, **bounds})


def bound(rows: int, when_full: str, **more: Any) -> LaneBounds:
    return LaneBounds(max_bytes=1 << 30, max_rows=rows, when_full=when_full, **more)


def put(
    opened: Opened, topic: str, payload: object, lane: Lane = Lane.TELEMETRY, **more: Any
) -> int:
    publication = Publication(topic, str(payload).encode())
    return opened.store.outbox.put(publication, lane, **more).result(20)


def waiting(opened: Opened, lane: Lane | None = None) -> list[OutboxRow]:
    rows = opened.store.outbox.rows(limit=100_000)
    return [row for row in rows if lane is None or row.lane is lane]


def payloads(opened: Opened, topic: str) -> list[str]:
    rows = waiting(opened)
    return [row.publication.payload.decode() for row in rows if row.publication.topic == topic]


def losses(opened: Opened) -> dict[str, int]:
    total: dict[str, int] = {}
    for loss in opened.store.ledger.losses(limit=10_000):
        total[loss.reason] = total.get(loss.reason, 0) + loss.count
    return total


def settle(opened: Opened) -> None:
    """Returns when the policies have nothing more to do."""
    until = time.monotonic() + 20
    opened.flush()
    while opened.store.outbox.keeper.deadline() < float("inf"):
        assert time.monotonic() < until
        opened.flush()
        time.sleep(0.002)


def test_the_oldest_give_way_and_the_bound_is_never_exceeded(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(50, "drop")))
    for number in range(300):
        opened.clock.now += 1
        put(opened, f"t/{number % 7}", number)
        (depth,) = opened.store.outbox.depth()
        assert depth.rows <= 50
    rows = waiting(opened)
    kept = [int(row.publication.payload) for row in rows]
    assert kept == list(range(300 - len(rows), 300))
    assert losses(opened) == {"evicted": 300 - len(rows)}
    assert len(rows) > 40
    (first, *_) = sorted(opened.store.ledger.losses(), key=lambda loss: loss.first)
    assert (first.link, first.lane, first.topic) == ("broker", "telemetry", "t/0")
    assert first.first == opened.clock.now - 299
    assert first.at is not None
    assert first.last < first.at


def test_bytes_are_a_bound_too(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=LaneBounds(max_bytes=100_000, when_full="drop")))
    for _ in range(200):
        put(opened, "t", "x" * 1000)
        (depth,) = opened.store.outbox.depth()
        assert depth.bytes < 100_000
    assert losses(opened)["evicted"] == 200 - depth.rows
    with pytest.raises(LaneFullError):
        put(opened, "t", "x" * 200_000)
    assert len(waiting(opened)) == depth.rows


def test_who_is_refused_is_told_by_which_bound(open_store: Open) -> None:
    opened = open_store(lanes=lanes(alarms=bound(10, "refuse")))
    for number in range(10):
        put(opened, f"a/{number}", "x", Lane.ALARMS)
    with pytest.raises(LaneFullError) as caught:
        put(opened, "a/10", "x", Lane.ALARMS)
    assert (caught.value.lane, caught.value.link) == ("alarms", "broker")
    assert "10 messages" in caught.value.bound
    assert len(waiting(opened)) == 10
    # Each link has lanes of its own.
    put(opened, "a/10", "x", Lane.ALARMS, link="upstream")


def test_commands_leave_room_to_say_that_there_is_none(open_store: Open) -> None:
    opened = open_store(lanes=lanes(commands=bound(20, "refuse")))
    for number in range(18):
        put(opened, f"c/{number}", "x", Lane.COMMANDS, command="key")
    with pytest.raises(LaneFullError):
        put(opened, "c/18", "x", Lane.COMMANDS, command="key")
    assert len(waiting(opened)) == 18
    put(opened, "reply", "no", Lane.COMMANDS)


def test_added_rows_beyond_the_bound_are_accounted_for(open_store: Open) -> None:
    opened = open_store(
        lanes=lanes(telemetry=bound(100, "drop"), states=bound(10, "refuse", share=0.1))
    )
    for number in range(1000):
        lane = Lane.STATES if number % 10 == 0 else Lane.TELEMETRY
        opened.store.outbox.add(Publication(f"t/{number}", b"x"), lane, link="upstream")
    opened.flush()
    rows = waiting(opened)
    assert len([row for row in rows if row.lane is Lane.STATES]) == 10
    kept = [row for row in rows if row.lane is Lane.TELEMETRY]
    assert len(kept) <= 100
    assert kept[-1].publication.topic == "t/999"
    assert losses(opened) == {"full": 90, "evicted": 900 - len(kept)}


def test_the_newest_of_each_topic_stays(open_store: Open) -> None:
    opened = open_store(lanes=lanes(states=bound(1000, "coalesce")))
    put(opened, "rare", "said once", Lane.STATES)
    for number in range(850):
        put(opened, f"s/{number % 20}", number, Lane.STATES)
    settle(opened)
    rows = waiting(opened)
    assert len(rows) < 700
    for topic in range(20):
        said = payloads(opened, f"s/{topic}")
        newest = max(number for number in range(850) if number % 20 == topic)
        assert int(said[-1]) == newest
        assert said == sorted(said, key=int)
    assert payloads(opened, "rare") == ["said once"]
    assert losses(opened) == {"coalesced": 851 - len(rows)}


def test_at_the_bound_a_state_takes_the_place_of_its_elders(open_store: Open) -> None:
    opened = open_store(lanes=lanes(states=bound(30, "coalesce")))
    for number in range(500):
        put(opened, f"s/{number % 25}", number, Lane.STATES)
        assert len(waiting(opened)) <= 30
    rows = waiting(opened)
    assert {row.publication.topic for row in rows} == {f"s/{topic}" for topic in range(25)}
    assert losses(opened) == {"coalesced": 500 - len(rows)}


def test_readings_become_sums_over_longer_and_longer_intervals(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(1000, "thin")))
    inserted = 0
    for second in range(4000):
        opened.clock.now += 1
        for topic in range(3):
            body = Publication(f"t/{topic}", json.dumps({"v": second, "on": True}).encode())
            opened.store.outbox.add(body, Lane.TELEMETRY, link="broker")
            inserted += 1
        if second % 10 == 0:
            opened.flush()
        if second % 50 == 0:
            settle(opened)
    settle(opened)
    rows = waiting(opened)
    assert len(rows) <= 1000
    assert sum(row.merged for row in rows) == inserted
    assert set(losses(opened)) == {"thinned"}
    # Every message that is not on its own any more is counted once.
    assert losses(opened)["thinned"] == sum(row.merged for row in rows if row.merged > 1)
    own = [row for row in rows if row.publication.topic == "t/1"]
    spans = [json.loads(row.publication.payload) for row in own]
    summed = [each for each in spans if "thinned" in each]
    assert [each["from"] for each in summed] == sorted(each["from"] for each in summed)
    expected = 0
    for row, each in zip(own, spans, strict=True):
        if row.merged == 1:
            assert each == {"v": expected, "on": True}
        else:
            value = each["values"]["v"]
            last = expected + row.merged - 1
            assert each["count"] == value["count"] == row.merged
            assert (value["min"], value["max"]) == (expected, last)
            assert (value["first"], value["last"]) == (expected, last)
            assert value["mean"] == (expected + last) / 2
            assert each["others"] == {"on": True}
            assert each["to"] - each["from"] == row.merged - 1
        expected += row.merged
    widths = [row.merged for row in own if row.merged > 1]
    assert max(widths) > 10
    # How far the last look came depends on the machine, and the older rows come first.
    half = len(widths) // 2
    assert max(widths[:half]) >= max(widths[half:])


def test_what_is_no_reading_is_left_as_it_was_last(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(200, "thin")))
    for number in range(170):
        opened.clock.now += 0.5
        put(opened, "door", f"open-{number}" if number % 2 else "shut")
    settle(opened)
    rows = waiting(opened)
    assert len(rows) < 60
    assert payloads(opened, "door")[-1] == "open-169"
    assert all(row.merged == 1 for row in rows)
    assert losses(opened) == {"coalesced": 170 - len(rows)}


def test_what_was_handed_out_is_left_as_it_is(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(100, "thin"), states=bound(30, "coalesce")))
    for number in range(20):
        put(opened, "t", number)
        put(opened, "s", number, Lane.STATES)
    out = opened.store.outbox.due(30, now=0.0)
    assert len(out) == 30
    for number in range(20, 200):
        put(opened, "t", number)
        put(opened, "s", number, Lane.STATES)
    settle(opened)
    after = {row.id: row for row in waiting(opened)}
    for row in out:
        assert after[row.id] == row
    assert len(waiting(opened, Lane.TELEMETRY)) <= 100
    assert len(waiting(opened, Lane.STATES)) <= 30


def test_where_all_that_waits_is_on_its_way_what_comes_is_refused(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(10, "drop")))
    for number in range(10):
        put(opened, "t", number)
    assert len(opened.store.outbox.due(20, now=0.0)) == 10
    with pytest.raises(LaneFullError):
        put(opened, "t", 10)
    opened.store.outbox.add(Publication("t", b"11"), Lane.TELEMETRY, link="broker")
    opened.flush()
    assert payloads(opened, "t") == [str(number) for number in range(10)]
    assert losses(opened) == {"full": 2}


def test_what_must_leave_as_it_is_is_not_merged(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(100, "thin"), states=bound(100, "coalesce")))
    asking = Publication("q", b"1", response_topic="answer", correlation=b"7")
    for lane in (Lane.STATES, Lane.TELEMETRY):
        for _ in range(42):
            opened.store.outbox.put(asking, lane).result(20)
            put(opened, f"b/{lane}", 1, lane, once=True)
    settle(opened)
    assert losses(opened) == {}
    assert len(waiting(opened)) == 168


def test_an_old_row_expires_by_its_lane_and_not_by_the_clock(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(100, "drop", max_age=60.0)))
    put(opened, "old", 1)
    put(opened, "state", 1, Lane.STATES)
    opened.clock.now += 50
    put(opened, "young", 1)
    opened.clock.now += 20
    until = time.monotonic() + 10
    while "expired" not in losses(opened):
        assert time.monotonic() < until
        opened.flush()
        time.sleep(0.05)
    assert [row.publication.topic for row in waiting(opened)] == ["state", "young"]
    assert losses(opened) == {"expired": 1}


def test_what_is_on_its_way_is_left_alone_and_no_young_row_goes_in_its_place(
    open_store: Open,
) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(100, "drop", max_age=60.0)))
    outbox = opened.store.outbox
    flying = [put(opened, "flying", number) for number in range(3)]
    assert [row.id for row in outbox.due(3, now=opened.clock())] == flying
    put(opened, "old", 1)
    opened.clock.now += 70
    for number in range(5):
        put(opened, "young", number)
    until = time.monotonic() + 10
    while "expired" not in losses(opened):
        assert time.monotonic() < until
        opened.flush()
        time.sleep(0.05)
    settle(opened)
    assert [row.publication.topic for row in waiting(opened)] == ["flying"] * 3 + ["young"] * 5
    assert losses(opened) == {"expired": 1}


def test_an_alarm_does_not_make_way_for_the_readings_that_it_pulls(open_store: Open) -> None:
    opened = open_store(lanes=lanes(alarms=bound(20, "drop")))
    for number in range(100):
        put(opened, "pump", number)
    for number in range(15):
        put(opened, f"alarm/{number}", "x", Lane.ALARMS)
    put(opened, "pump", "hot", Lane.ALARMS)
    rows = waiting(opened)
    assert {f"alarm/{number}" for number in range(15)} <= {row.publication.topic for row in rows}
    assert payloads(opened, "pump") == ["hot"]
    assert losses(opened) == {"evicted": 100}


def test_few_elders_are_pulled_along(open_store: Open) -> None:
    opened = open_store(lanes=lanes(alarms=bound(20, "drop")))
    put(opened, "pump", 1)
    put(opened, "pump", "hot", Lane.ALARMS)
    assert [row.lane for row in waiting(opened)] == [Lane.ALARMS, Lane.ALARMS]


def test_a_bound_that_was_lowered_is_reached_bit_by_bit(open_store: Open) -> None:
    opened = open_store(lanes=lanes())
    for number in range(3000):
        opened.store.outbox.add(Publication("t", b"%d" % number), Lane.TELEMETRY, link="broker")
    opened.flush()
    opened.store.stop()
    again = open_store(lanes=lanes(telemetry=bound(200, "drop")))
    put(again, "t", "new")
    settle(again)
    rows = waiting(again)
    assert len(rows) <= 200
    assert rows[-1].publication.payload == b"new"
    assert losses(again) == {"evicted": 3001 - len(rows)}


def test_many_losses_of_a_topic_are_one_line(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(20, "drop")))
    for number in range(200):
        put(opened, f"t/{number % 2}", number)
    found: list[Loss] = opened.store.ledger.losses()
    assert [(loss.topic, loss.reason) for loss in sorted(found, key=lambda one: one.topic)] == [
        ("t/0", "evicted"),
        ("t/1", "evicted"),
    ]


def test_a_work_that_fails_gives_nothing_up(open_store: Open) -> None:
    opened = open_store(lanes=lanes(telemetry=bound(10, "drop")))
    for number in range(10):
        put(opened, "t", number)

    def work(connection: sqlite3.Connection) -> None:
        opened.store.outbox.insert(connection, Publication("t", b"new"), Lane.TELEMETRY)
        raise LookupError("changed its mind")

    assert isinstance(opened.store.submit(work).exception(20), LookupError)
    assert len(opened.store.outbox.due(20, now=0.0)) == 10
    assert losses(opened) == {}


def test_many_that_expire_go_some_at_a_time(open_store: Open) -> None:
    opened = open_store()
    for number in range(1200):
        late = Publication(f"t/{number % 3}", b"x", expires_at=opened.clock.now + 1)
        opened.store.outbox.add(late, Lane.TELEMETRY, link="broker")
    opened.flush()
    first = opened.store.outbox.expire(opened.clock.now + 2).result(20)
    assert len(first) == 500
    for _ in range(3):
        opened.flush()
    assert waiting(opened) == []
    assert losses(opened) == {"expired": 1200}
