"""A standing order as it is kept: with its number, its name and whether it is on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import structlog

from lamplighter.orders.codec import order_from_json, order_to_json
from lamplighter.orders.order import Order
from lamplighter.store.records.orders import OrderRecord, OrderState

_log = structlog.get_logger("orders")


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing order that is kept.

    Attributes:
        id: its number, never used again.
        name: what it is called when orders are listed.
        order: what it is.
        state: ``on``; ``off`` by somebody's word; ``suspended`` because it acted too often.
        created: UTC seconds.
        acted: UTC seconds when it last did something, or None.
    """

    id: int
    name: str
    order: Order
    state: OrderState = "on"
    created: float = 0.0
    acted: float | None = None

    @property
    def entities(self) -> frozenset[str]:
        """The ids of all that it looks at."""
        facts = (*self.order.trigger, *self.order.conditions)
        return frozenset(each for fact in facts for each in fact.entities)


def data_of(name: str, order: Order) -> dict[str, Any]:
    """What a row keeps of an order."""
    return {"name": name, "order": order_to_json(order)}


def kept_of(records: Iterable[OrderRecord]) -> list[Kept]:
    """The orders in rows; a row that does not read is left alone, and said."""
    found: list[Kept] = []
    for each in records:
        try:
            order = order_from_json(each.data["order"])
            name = str(each.data["name"])
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("order_not_readable", id=each.id, reason=repr(error))
            continue
        found.append(Kept(each.id, name, order, each.state, each.created, each.acted))
    return found
