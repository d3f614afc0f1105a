"""Standing orders are kept until they are forgotten, and never share a number."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from lamplighter.store.records.orders import OrderRecord

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open


def test_orders_are_kept_over_a_restart(open_store: Open) -> None:
    opened = open_store()
    number = opened.store.orders.put(OrderRecord(5.0, {"text": "when"})).result(20)
    opened.store.orders.note(number, 7.0, "suspended").result(20)
    opened.store.stop()
    again = open_store().store.orders.all()
    assert again == [OrderRecord(5.0, {"text": "when"}, "suspended", 7.0, number)]


def test_an_order_is_switched_off_and_on(open_store: Open) -> None:
    store = open_store().store
    number = store.orders.put(OrderRecord(5.0)).result(20)

    def switch_off(connection: sqlite3.Connection) -> bool:
        return store.orders.switch(connection, number, "off")

    assert store.submit(switch_off).result(20)
    # What it still did when it was switched off does not switch it on.
    store.orders.note(number, 9.0, "on").result(20)
    assert [each.state for each in store.orders.all()] == ["off"]
    assert store.submit(lambda connection: store.orders.switch(connection, number, "on")).result(20)
    assert [each.state for each in store.orders.all()] == ["on"]
    assert not store.submit(lambda connection: store.orders.switch(connection, 99, "on")).result(20)


def test_the_number_of_a_forgotten_order_is_not_used_again(open_store: Open) -> None:
    store = open_store().store
    first = store.orders.put(OrderRecord(5.0)).result(20)
    assert store.submit(lambda connection: store.orders.remove(connection, first)).result(20)
    assert not store.submit(lambda connection: store.orders.remove(connection, first)).result(20)
    assert store.orders.put(OrderRecord(6.0)).result(20) > first
