"""A standing order: what is watched for, under which conditions, and what is done then.

It names entities by id: names may change, and an order must go on meaning what was confirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Literal

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.timing.when import EVERY_DAY, SunEvent, Until

Comparison = Literal["is", "is_not", "above", "below", "at_least", "at_most"]


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about entities that is true or false.

    Attributes:
        entities: their ids.
        comparison: ``is`` and ``is_not`` compare the state, the others a number.
        value: the state ("on", "open") or the number, in the entity's own unit.
        attribute: the attribute compared instead of the state ("current_temperature"), or "";
            ``available`` is whether the entity can be reached ("on" or "off").
        every: True where all of the entities must fulfil it, False where one is enough.
        held_s: seconds for which it must have been true without a break ("for ten minutes").
    """

    entities: tuple[str, ...]
    comparison: Comparison
    value: str | float
    attribute: str = ""
    every: bool = False
    held_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Hours:
    """A part of the day on some days: "after dark", "between ten and six", "at weekends".

    ``start`` and ``end`` are times of day or the sun's events; None leaves that side open. A part
    that ends before it starts goes over midnight, and belongs to the day on which it starts.
    """

    start: time | SunEvent | None = None
    end: time | SunEvent | None = None
    days: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class Order:
    """A standing order.

    Attributes:
        trigger: it acts when this becomes true, of any one of the entities; any one of several.
            Without one it acts when conditions and hours become true together.
        conditions: all of these must be true then, too.
        hours: all of these parts of the day must be the case then.
        intents: what is done, grounded when it happens; empty where somebody is only told.
        tell: what is announced, or "".
        deed: what is done, in the words in which it was confirmed: "turn on the Hall light".
        until: when what was done is put back, or None.
        text: the order as it was said.
        area: the area it was said in, or None.
        user: who said it, or None.
    """

    trigger: tuple[Fact, ...]
    conditions: tuple[Fact, ...] = ()
    hours: tuple[Hours, ...] = ()
    intents: tuple[Intent, ...] = ()
    tell: str = ""
    deed: str = ""
    until: Until | None = None
    text: str = ""
    area: str | None = None
    user: str | None = None
