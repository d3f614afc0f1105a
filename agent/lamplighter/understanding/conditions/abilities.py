"""Which entities can tell what a clause says, and which of several are the likelier ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lamplighter.catalogue.entity import Choice, Entity, State
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.conditions.quantities import Quantity, converted, measures_in
from lamplighter.understanding.names import spoken_option
from lamplighter.understanding.normalise import fold, words_of
from lamplighter.understanding.states import tells

CLIMATES = frozenset({"climate", "water_heater", "humidifier"})
MEASURED_BY_CLIMATE = {"temperature": "current_temperature", "humidity": "current_humidity"}
"""Attributes of climate devices that are measurements, by device class."""

_DETECTING = {
    "motion": (
        frozenset({"motion", "occupancy", "presence", "moving"}),
        {"motion", "movement", "pir"},
    ),
    "moisture": (frozenset({"moisture"}), {"leak", "water", "flood", "moisture"}),
    "smoke": (frozenset({"smoke", "heat"}), {"smoke", "fire"}),
    "gas": (frozenset({"gas", "carbon_monoxide"}), {"gas", "co", "monoxide"}),
}
_NEVER_TRIGGERED = frozenset(
    {"battery_charging", "connectivity", "door", "garage_door", "light", "opening", "plug", "power"}
) | {"running", "window", "lock"}
_PRESENT = frozenset({"home", "house", "anyone", "anybody", "somebody", "presence", "family"})
_LIKELY = ("temperature", "humidity", "power", "pressure", "carbon_dioxide", "illuminance")
"""What is meant by a number without a unit, the likeliest first."""

_COUNTED = frozenset({"sensor", "number"})


def ability(claim: Claim, state_of: Callable[[str], State]) -> Callable[[Entity], bool]:
    """Whether an entity can tell what the claim says."""
    match claim.sense:
        case "number":
            return lambda entity: attribute_of(entity, claim) is not None
        case "home":
            return _tells_presence
        case "value":
            wanted = fold(str(claim.value))
            return lambda entity: option_of(entity, wanted, state_of(entity.id)) is not None
        case "state":
            wanted = str(claim.value)
            return lambda entity: entity.category is None and _tells(entity, wanted)
    classes, called = _DETECTING[claim.sense]
    return lambda entity: (
        entity.domain == "binary_sensor"
        and (
            entity.device_class in classes
            or (entity.device_class is None and not called.isdisjoint(words_of(entity.name)))
        )
    )


def _tells(entity: Entity, wanted: str) -> bool:
    """Whether an entity can be in that state; whether a door is open, its lock does not know."""
    if entity.domain == "lock" and wanted in ("open", "closed"):
        return False
    if wanted == "triggered" and entity.device_class in _NEVER_TRIGGERED:
        return False
    return tells(entity, wanted)


def measures(entity: Entity, measure: str) -> bool:
    """Whether an entity measures a device class."""
    if entity.domain in CLIMATES:
        return measure in MEASURED_BY_CLIMATE
    return entity.device_class == measure


def attribute_of(entity: Entity, claim: Claim) -> str | None:
    """Where an entity has the number that a claim is about: "" in its state, or an attribute.

    None where it has none in such a unit.
    """
    quantity = Quantity(float(claim.value), claim.unit)
    if entity.domain in CLIMATES:
        measure = claim.measure or (measures_in(claim.unit) or ("temperature",))[0]
        return MEASURED_BY_CLIMATE.get(measure)
    if entity.domain not in _COUNTED or entity.device_class in ("timestamp", "date", "enum"):
        return None
    if claim.measure and entity.device_class != claim.measure:
        return None
    degrees = claim.unit.startswith("°")
    if degrees and entity.device_class not in (None, "temperature"):
        return None
    if not entity.unit and entity.device_class is None and entity.domain == "sensor":
        return "" if not claim.unit else None
    return "" if converted(quantity, entity.unit) is not None else None


def option_of(entity: Entity, wanted: str, state: State) -> str | None:
    """The state of an entity that people call so: an option, a mode, or a text that it says."""
    known: list[str] = []
    for service in entity.services.values():
        for parameter in service.params.values():
            if isinstance(parameter, Choice) and entity.domain in (
                "select",
                "climate",
                "water_heater",
            ):
                known += parameter.options
    for key in ("options", "event_types"):
        told = entity.options.get(key)
        known += [str(each) for each in told] if isinstance(told, (list, tuple)) else []
    if entity.domain in ("sensor", "select", "text", "device_tracker", "alarm_control_panel"):
        known += [state.value] if state.value else []
    for each in known:
        if spoken_option(str(each)) == wanted or fold(str(each)) == wanted:
            return str(each)
    return None


def preferred(found: Sequence[Entity], claim: Claim) -> Sequence[Entity]:
    """The likelier of the entities that fit: what is measured before what is configured."""
    if len(found) < 2:
        return found
    usual = [each for each in found if each.category is None]
    found = usual or list(found)
    if claim.sense != "number":
        return _states_first(found, claim)
    said = set(words_of(claim.subject))
    measures = (claim.measure,) if claim.measure else (*measures_in(claim.unit), *_LIKELY)
    for measure in measures:
        of_it = [each for each in found if each.device_class == measure]
        by_name = [
            each
            for each in found
            if not of_it and each.domain in CLIMATES and measure in MEASURED_BY_CLIMATE
        ]
        if of_it or by_name:
            return of_it or by_name
    sensors = [each for each in found if each.domain == "sensor"]
    return (
        [each for each in sensors if not said.isdisjoint(words_of(each.name))] or sensors or found
    )


def _states_first(found: Sequence[Entity], claim: Claim) -> Sequence[Entity]:
    """A contact before the lock or the cover of the same name, where something opens."""
    if claim.sense == "state" and claim.value in ("open", "closed") and claim.event:
        contacts = [each for each in found if each.domain in ("binary_sensor", "cover")]
        return contacts or found
    return found


def _tells_presence(entity: Entity) -> bool:
    if entity.domain == "device_tracker":
        return True
    if entity.domain != "binary_sensor":
        return False
    said = set(words_of(entity.name))
    whole = entity.area is None or not said.isdisjoint({"home", "house", "anyone", "family"})
    return (
        whole
        and entity.device_class in ("presence", "occupancy", None)
        and not said.isdisjoint(_PRESENT)
    )
