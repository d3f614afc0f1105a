"""The ledger and the dead letters: bounded, and nothing goes uncounted."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.store.limits import Limits
from lamplighter.store.records.ledger import Loss, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.store.conftest import Open, Opened

DAY = 86400.0


def lose(opened: Opened, topic: str, now: float, count: int = 1, lane: str = "states") -> None:
    loss = Loss(lane, topic, "evicted", count, 10 * count, now, now)
    opened.store.submit(lambda connection: opened.store.ledger.insert(connection, loss)).result(20)


def test_losses_of_a_day_add_up(opened: Opened) -> None:
    lose(opened, "t", 10.0)
    lose(opened, "t", 5.0, 3)
    lose(opened, "t", DAY + 1)
    newer, older = opened.store.ledger.losses()
    assert (older.count, older.bytes, older.first, older.last) == (4, 40, 5.0, 10.0)
    assert newer.count == 1
    assert opened.store.ledger.losses(since=DAY) == [newer]
    assert opened.store.ledger.totals() == {"states": {"evicted": 5}}


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    losses=st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 50), st.integers(0, 3)), max_size=30
    )
)
def test_topics_are_forgotten_and_counts_never(
    open_store: Open, tmp_path: Path, losses: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path / str(len(list(tmp_path.iterdir())))
    opened = open_store(folder, limits=Limits(ledger=4))
    for topic, count, day in losses:
        lose(opened, topic, day * DAY + 1, count)
        opened.store.trim(day * DAY + 2).result(20)
    total = sum(count for _, count, _ in losses)
    assert opened.store.ledger.totals() == ({"states": {"evicted": total}} if total else {})
    apart = [loss for loss in opened.store.ledger.losses() if loss.topic != "*"]
    assert len(apart) <= 4
    opened.store.stop()


def test_dead_letters_beyond_the_bound_are_counted(open_store: Open) -> None:
    opened = open_store(limits=Limits(dead_letters=3))
    for number in range(5):
        opened.put(str(number), b"xx")
    for row in opened.wait(5):
        opened.store.inbox.bury(row, "bad")
    opened.store.trim(50.0).result(20)
    assert [letter.message.topic for letter in opened.store.dead_letters.latest()] == [
        "4",
        "3",
        "2",
    ]
    assert opened.store.dead_letters.count() == 3
    (loss,) = opened.store.ledger.losses()
    assert (loss.lane, loss.reason, loss.count, loss.bytes) == ("dead_letters", "evicted", 2, 4)


def test_a_reason_is_of_the_fixed_ones_and_its_detail_apart(opened: Opened) -> None:
    def work(connection: sqlite3.Connection) -> None:
        for reason in ("refused: not authorised", "refused: too long", "refused", "no idea"):
            opened.store.ledger.insert(connection, Loss("alarms", "t", reason, 1, 2, 3.0, 4.0))

    opened.store.submit(work).result(20)
    found = {loss.reason: loss for loss in opened.store.ledger.losses()}
    assert set(found) == {"refused", "other"}
    assert (found["refused"].count, found["refused"].detail) == (3, "too long")
    assert found["other"].detail == "no idea"


def test_what_changed_since_is_told_once(opened: Opened) -> None:
    changes = opened.store.ledger.changes
    lose(opened, "a", 10.0)
    lose(opened, "b", 10.0)
    first = changes(0)
    assert [loss.topic for loss in first] == ["a", "b"]
    assert changes(first[-1].change) == []
    lose(opened, "a", 11.0, 4)
    (again,) = changes(first[-1].change)
    assert (again.topic, again.count) == ("a", 5)
    assert [loss.topic for loss in changes(0)] == ["b", "a"]
    assert changes(0, limit=1)[0].topic == "b"


def test_numbers_of_a_database_that_was_lost_do_not_hide_what_is_new(opened: Opened) -> None:
    lose(opened, "a", 10.0)
    assert [loss.topic for loss in opened.store.ledger.changes(1000)] == ["a"]


def test_a_number_is_never_given_twice(open_store: Open) -> None:
    opened = open_store(limits=Limits(ledger=2))
    for number in range(6):
        lose(opened, str(number), 100.0 - number)
    seen = opened.store.ledger.changes(0)[-1].change
    opened.store.trim(200.0).result(20)
    assert [loss.topic for loss in opened.store.ledger.changes(seen)] == ["*"]


def test_the_messages_times_and_that_of_the_loss_are_told_apart(opened: Opened) -> None:
    loss = Loss("telemetry", "t", Reason.EVICTED, 2, 20, 5.0, 9.0, link="upstream", at=5 * DAY)
    opened.store.submit(lambda conn: opened.store.ledger.insert(conn, loss)).result(20)
    (found,) = opened.store.ledger.losses(since=4 * DAY)
    assert (found.first, found.last, found.at, found.link) == (5.0, 9.0, 5 * DAY, "upstream")


def test_a_damaged_database_is_accounted_for(tmp_path: Path, open_store: Open) -> None:
    first = open_store()
    first.put("t")
    first.wait(1)
    first.store.stop()
    (tmp_path / "lamplighter.db").write_bytes(b"x" * 8192)
    again = open_store()
    again.flush()
    (loss,) = again.store.ledger.losses()
    assert (loss.lane, loss.topic, loss.reason) == ("store", "lamplighter.db", "damaged")
    assert loss.count == 0
    assert "saved: " in loss.detail
