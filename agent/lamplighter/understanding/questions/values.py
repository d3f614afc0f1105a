"""What entities measure now, and how that is said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.questions.measures import (
    CLIMATES,
    MEASURES,
    is_outdoors,
    measures,
    of_a_thing,
    with_unit,
)
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.speech import called, placed

MAX_TOLD = 4
"""More values than this are told as their ends, or asked about."""

WHOLE_HOME = frozenset(
    ["total", "house", "home", "whole", "mains", "grid", "main", "overall", "meter", "smartmeter"]
)

ROOMLIKE = frozenset({"temperature", "humidity", "carbon_dioxide", "illuminance", "sound_pressure",
                       "air_quality", "pm25", "pm10", "volatile_organic_compounds"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Value:
    """What an entity measures now; ``number`` is None where that is not known."""

    entity: Entity
    number: float | None
    unit: str

    def said(self) -> str:
        """The value with its unit."""
        return "unknown" if self.number is None else with_unit(self.number, self.unit)


def better(one: Value, other: Value) -> bool:
    """A known value before an unknown one, and a thermostat's before a sensor's."""
    return (one.number is None, one.entity.domain != "climate") < (
        other.number is None, other.entity.domain != "climate",
    )  # fmt: skip


def tells(entity: Entity, measure: str) -> bool:
    """True where the entity is made to measure this; with no measure said, anything."""
    if measure:
        return measures(entity, measure)
    return (entity.domain == "sensor" and bool(entity.unit)) or entity.domain in CLIMATES


def made_for(entity: Entity, measure: str) -> bool:
    """True where it is a sensor of just this."""
    return entity.domain == "sensor" and measures(entity, measure)


def own(entity: Entity) -> str:
    """What a climate or humidifier measures by itself."""
    return "humidity" if entity.domain == "humidifier" else "temperature"


def spoken(measure: str) -> str:
    """The measure as it is said."""
    known = MEASURES.get(measure)
    return known.words[0].upper() if measure == "carbon_dioxide" and known else (
        known.words[0] if known else measure.replace("_", " ")
    )  # fmt: skip


def place_or_name(entity: Entity, measure: str) -> str:
    """How to say of what it is the value: of the room, or of the thing."""
    if not entity.area and measure in ROOMLIKE and is_outdoors(entity):
        return "outside"
    if entity.area and measure in ROOMLIKE and not of_a_thing(entity):
        return placed(entity.area)
    return called(entity)


def at(entity: Entity, sight: Sight, measure: str) -> str:
    """The same with its preposition."""
    if sight.outdoors(entity):
        return "outside"
    if entity.area and measure in ROOMLIKE and not of_a_thing(entity):
        return f"in {placed(entity.area)}"
    return f"by {called(entity)}"


def in_one_unit(values: Sequence[Value]) -> list[Value]:
    """Watts and kilowatts together: those of other units as they are are left out."""
    factors = {"W": ("W", 1.0), "kW": ("W", 1000.0), "MW": ("W", 1e6), "Wh": ("kWh", 0.001),
               "kWh": ("kWh", 1.0), "MWh": ("kWh", 1000.0)}  # fmt: skip
    found = []
    for each in values:
        unit, factor = factors.get(each.unit, (each.unit, 1.0))
        number = None if each.number is None else each.number * factor
        found.append(Value(each.entity, number, unit))
    first = found[0].unit
    return [each for each in found if each.unit == first]


def in_unit_of(limit: float, said: str, unit: str) -> float:
    """The limit in the unit of what it is compared with; ``said`` is the unit it was said in."""
    bare = said.replace("°", "").replace("degrees", "").strip()
    if bare in ("f", "fahrenheit") and unit == "°C":
        return (limit - 32) / 1.8
    if bare in ("c", "celsius") and unit == "°F":
        return limit * 1.8 + 32
    if bare == "kw" and unit == "W":
        return limit * 1000
    return limit / 1000 if bare in ("w", "watt", "watts") and unit == "kW" else limit
