"""Standing orders as JSON. What is read back is equal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any, cast

from lamplighter.orders.order import Comparison, Fact, Hours, Order
from lamplighter.understanding.intent_json import (
    intents_from_json,
    intents_to_json,
    until_from_json,
    when_to_json,
)
from lamplighter.understanding.timing.when import EVERY_DAY, SunEvent


def order_to_json(order: Order) -> dict[str, Any]:
    """An order in JSON's types.

    Raises:
        TypeError: a slot of an intent holds something that JSON has no form for.
    """
    return {
        "trigger": [_fact_to_json(each) for each in order.trigger],
        "conditions": [_fact_to_json(each) for each in order.conditions],
        "hours": [_hours_to_json(each) for each in order.hours],
        "intents": intents_to_json(order.intents),
        "tell": order.tell,
        "deed": order.deed,
        "until": None if order.until is None else when_to_json(order.until),
        "text": order.text,
        "area": order.area,
        "user": order.user,
    }


def order_from_json(kept: Mapping[str, Any]) -> Order:
    """The order that was kept.

    Raises:
        KeyError, TypeError, ValueError: it is nothing that :func:`order_to_json` made.
    """
    until = kept["until"]
    return Order(
        trigger=tuple(_fact_from_json(each) for each in kept["trigger"]),
        conditions=tuple(_fact_from_json(each) for each in kept["conditions"]),
        hours=tuple(_hours_from_json(each) for each in kept["hours"]),
        intents=intents_from_json(kept["intents"]),
        tell=str(kept["tell"]),
        deed=str(kept["deed"]),
        until=None if until is None else until_from_json(until),
        text=str(kept["text"]),
        area=kept["area"],
        user=kept["user"],
    )


def _fact_to_json(fact: Fact) -> dict[str, Any]:
    return {
        "of": list(fact.entities),
        "is": fact.comparison,
        "value": fact.value,
        "attribute": fact.attribute,
        "every": fact.every,
        "held": fact.held_s,
    }


def _fact_from_json(kept: Mapping[str, Any]) -> Fact:
    return Fact(
        entities=tuple(kept["of"]),
        comparison=cast("Comparison", kept["is"]),
        value=kept["value"],
        attribute=kept["attribute"],
        every=kept["every"],
        held_s=float(kept["held"]),
    )


def _hours_to_json(hours: Hours) -> dict[str, Any]:
    return {
        "from": _point_to_json(hours.start),
        "to": _point_to_json(hours.end),
        "days": sorted(hours.days),
    }


def _hours_from_json(kept: Mapping[str, Any]) -> Hours:
    days = frozenset(kept["days"])
    start, end = _point_from_json(kept["from"]), _point_from_json(kept["to"])
    return Hours(start, end, EVERY_DAY if days == EVERY_DAY else days)


def _point_to_json(point: time | SunEvent | None) -> str | None:
    return point.isoformat() if isinstance(point, time) else point


def _point_from_json(kept: str | None) -> time | SunEvent | None:
    if kept is None or kept.isalpha():
        return cast("SunEvent | None", kept)
    return time.fromisoformat(kept)
