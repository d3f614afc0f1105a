"""What was lost is told upstream, once, and not for ever about itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.records.ledger import Loss, Reason
from lamplighter.store.store import Store
from lamplighter.upstream.ledger_feed import LedgerFeed

NOW = 1_790_000_000.0


class Desk:
    """A feed on a store, with a clock that the test sets."""

    def __init__(self, folder: Path) -> None:
        self.now = 100.0
        self.store = Store(
            folder,
            max_bytes=64 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=lambda: NOW,
        )
        self.store.start()
        self.feed = self.make()

    def make(self) -> LedgerFeed:
        return LedgerFeed(
            self.store, "lamplighter/gw", clock=lambda: NOW, monotonic=lambda: self.now
        )

    def lose(self, topic: str, count: int = 1) -> None:
        loss = Loss("telemetry", topic, Reason.EXPIRED, count, 10, NOW, NOW, link="upstream")
        self.store.submit(lambda connection: self.store.ledger.insert(connection, loss)).result(20)

    def tick(self) -> None:
        self.now += 10.0
        self.feed.tick()
        self.store.submit(lambda _: None).result(20)

    def rows(self) -> list[OutboxRow]:
        return self.store.outbox.rows()

    def lines(self) -> list[list[dict[str, Any]]]:
        return [json.loads(row.publication.payload)["lines"] for row in self.rows()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.stop()


def test_a_loss_is_told_with_its_counts(desk: Desk) -> None:
    desk.lose("a", 3)
    desk.tick()
    [row] = desk.rows()
    assert (row.link, row.lane.label) == ("upstream", "alarms")
    assert (row.publication.topic, row.publication.retain) == ("lamplighter/gw/ledger", False)
    [[line]] = desk.lines()
    assert line["topic"] == "a"
    assert (line["count"], line["reason"], line["link"]) == (3, "expired", "upstream")
    assert line["day"] == int(NOW // 86400)


def test_nothing_new_is_not_told_again(desk: Desk) -> None:
    desk.lose("a")
    for _ in range(3):
        desk.tick()
        desk.feed.settled(max((row.id for row in desk.rows()), default=0))
    assert len(desk.rows()) == 1


def test_one_message_at_a_time_and_then_all_that_came_meanwhile(desk: Desk) -> None:
    desk.lose("a")
    desk.tick()
    desk.lose("b")
    desk.lose("a", 4)
    desk.tick()
    assert len(desk.rows()) == 1
    desk.feed.settled(desk.rows()[0].id)
    desk.tick()
    told = {line["topic"]: line["count"] for line in desk.lines()[1]}
    assert told == {"a": 5, "b": 1}


def test_losses_of_its_own_messages_are_not_told(desk: Desk) -> None:
    desk.lose("lamplighter/gw/ledger")
    desk.tick()
    assert desk.rows() == []


def test_another_run_goes_on_where_the_last_one_stopped(desk: Desk) -> None:
    desk.lose("a")
    desk.tick()
    desk.feed = desk.make()
    desk.tick()
    desk.lose("b")
    desk.tick()
    assert [[line["topic"] for line in lines] for lines in desk.lines()] == [["a"], ["b"]]


def test_it_does_not_hurry(desk: Desk) -> None:
    desk.lose("a")
    desk.tick()
    desk.feed.settled(desk.rows()[0].id)
    desk.lose("b")
    desk.feed.tick()
    desk.store.submit(lambda _: None).result(20)
    assert len(desk.rows()) == 1


def test_a_message_that_was_given_up_unsaid_holds_up_no_other(desk: Desk) -> None:
    desk.lose("a")
    desk.tick()
    (row,) = desk.rows()
    evict = desk.store.submit(lambda connection: desk.store.outbox.evict(connection, row.lane, 1))
    assert evict.result(20) == 1
    desk.lose("b")
    desk.tick()
    assert [[line["topic"] for line in lines] for lines in desk.lines()] == [["b"]]


def test_a_message_that_was_sent_before_its_number_was_known_holds_up_no_other(desk: Desk) -> None:
    insert = desk.store.outbox.insert

    def insert_and_send(*given: Any, **more: Any) -> int:
        # The broker may be quicker than the news of the commit.
        number = insert(*given, **more)
        desk.feed.settled(number)
        desk.store.outbox.sent([number], at_once=True)
        return number

    desk.lose("a")
    desk.store.outbox.insert = insert_and_send  # type: ignore[method-assign]
    desk.tick()
    desk.store.outbox.insert = insert  # type: ignore[method-assign]
    desk.tick()
    assert desk.rows() == []
    desk.lose("b")
    desk.tick()
    assert [[line["topic"] for line in lines] for lines in desk.lines()] == [["b"]]


def test_many_losses_of_its_own_messages_do_not_hide_others(desk: Desk) -> None:
    losses = [
        Loss("alarms", "lamplighter/gw/ledger", Reason.EXPIRED, 1, 1, NOW, NOW + day * 86400)
        for day in range(101)
    ]
    desk.store.submit(lambda connection: desk.store.ledger.insert_all(connection, losses)).result(
        20
    )
    desk.lose("a")
    desk.tick()
    desk.tick()
    assert [[line["topic"] for line in lines] for lines in desk.lines()] == [["a"]]


def test_with_another_database_it_goes_by_what_that_says(desk: Desk) -> None:
    desk.lose("a")
    desk.tick()
    desk.feed.settled(desk.rows()[0].id)
    desk.store.submit(lambda connection: connection.execute("DELETE FROM snapshots")).result(20)
    desk.feed.begin_again()
    desk.tick()
    assert [[line["topic"] for line in lines] for lines in desk.lines()] == [["a"], ["a"]]
