"""What a clause of a condition says, before it is known which entities are meant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from lamplighter.orders.order import Comparison, Hours

Sense = Literal["state", "number", "motion", "moisture", "smoke", "gas", "home", "value"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What a clause says.

    Attributes:
        subject: the words for what it is said of; "" for the home.
        sense: what kind of thing it is said of.
        comparison: as in ``Fact``.
        value: a state, a number, or the words for an option.
        unit: the unit of the number as it was said, or "".
        measure: the device class of what is measured, where the wording tells ("colder"), or "".
        event: True where something happens, False where something is so.
        held_s: seconds for which it must have been so.
        hours: parts of the day that stand in the clause.
    """

    subject: str
    sense: Sense
    comparison: Comparison = "is"
    value: str | float = "on"
    unit: str = ""
    measure: str = ""
    event: bool = False
    held_s: float = 0.0
    hours: tuple[Hours, ...] = ()


Reading = tuple[Claim, ...]
"""The ways in which a clause can be read, the likeliest first."""
