"""What people call kinds of devices, and what the catalogue calls them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lamplighter.catalogue.entity import Entity


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of device.

    Attributes:
        words: what people say, singular; the plural follows by rule.
        domains: the catalogue's domains it covers.
        device_classes: device classes that narrow the domains; empty means all of the domain.
        name_words: words in an entity's name that make it one of this kind where its device class
            is not announced.
    """

    words: tuple[str, ...]
    domains: frozenset[str]
    device_classes: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()

    def covers(self, entity: Entity) -> bool:
        """True where the entity is of this kind."""
        if entity.domain not in self.domains:
            return False
        if entity.domain == "lock":  # locks have no device class
            return True
        if not self.device_classes or entity.device_class in self.device_classes:
            return True
        said = {word.removesuffix("s") for word in entity.name.casefold().split()}
        return not said.isdisjoint(self.name_words)


def _of(words: str, domains: str, classes: str = "", names: str = "") -> Kind:
    return Kind(
        tuple(words.split(", ")),
        frozenset(domains.split()),
        frozenset(classes.split()),
        frozenset(names.split()),
    )


KINDS: Mapping[str, Kind] = {
    "light": _of("light, lamp, bulb, lighting", "light"),
    "fan": _of("fan, ventilator", "fan"),
    "switch": _of("switch", "switch"),
    "socket": _of("socket, plug, outlet, power outlet", "switch", "outlet", "socket plug outlet"),
    "blind": _of("blind, roller blind", "cover", "blind shade", "blind"),
    "curtain": _of("curtain, drape", "cover", "curtain", "curtain drape"),
    "shade": _of("shade", "cover", "shade blind", "shade"),
    "shutter": _of("shutter, roller shutter", "cover", "shutter", "shutter"),
    "awning": _of("awning", "cover", "awning", "awning"),
    "gate": _of("gate", "cover", "gate", "gate"),
    "garage": _of("garage door, garage", "cover", "garage", "garage"),
    "window": _of("window", "cover binary_sensor", "window", "window"),
    "door": _of("door", "cover lock binary_sensor", "door garage_door", "door"),
    "lock": _of("lock, door lock", "lock"),
    "thermostat": _of(
        "thermostat, heating, heater, radiator, heat, ac, a c, air con, air conditioner, "
        "air conditioning, climate",
        "climate",
    ),
    "boiler": _of("water heater, boiler, hot water", "water_heater"),
    "vacuum": _of("vacuum, vacuum cleaner, hoover, robot, robot vacuum", "vacuum"),
    "mower": _of("mower, lawn mower, lawnmower", "lawn_mower"),
    "valve": _of("valve, water valve", "valve"),
    "humidifier": _of("humidifier", "humidifier"),
    "dehumidifier": _of("dehumidifier", "humidifier", "dehumidifier", "dehumidifier"),
    "siren": _of("siren", "siren"),
    "alarm": _of(
        "alarm, alarm system, burglar alarm, security system, house alarm", "alarm_control_panel"
    ),
    "motion": _of("motion sensor", "binary_sensor", "motion occupancy presence", "motion"),
    "leak": _of("leak sensor, water leak sensor", "binary_sensor", "moisture", "leak"),
    "smoke": _of("smoke detector, smoke alarm", "binary_sensor", "smoke", "smoke"),
}
"""Kinds by their key."""

COVERINGS = ("blind", "curtain", "shade", "shutter")
"""Kinds that people mix up: where a home has none of one, another is meant."""

MEASURES: Mapping[str, tuple[str, ...]] = {
    "temperature": ("temperature", "temp"),
    "humidity": ("humidity",),
    "pressure": ("pressure", "air pressure"),
    "carbon_dioxide": ("co2", "carbon dioxide", "co2 level"),
    "pm25": ("air quality", "particulate matter"),
    "illuminance": ("brightness level", "illuminance", "light level"),
    "power": ("power", "power consumption", "power usage"),
    "energy": ("energy", "energy consumption", "energy usage"),
    "battery": ("battery", "battery level", "battery charge"),
    "moisture": ("soil moisture",),
}
"""Words for what sensors measure, by device class."""


def plural_of(word: str) -> str:
    """The English plural of a kind's word ("switch" → "switches", "heating" → "heating")."""
    if word.endswith(("ing", "heat", "hot water", "climate", "ac", "a c", "air con")):
        return word
    if word.endswith(("ch", "sh", "s", "x")):
        return f"{word}es"
    return f"{word}s"


def kind_words() -> frozenset[str]:
    """Every single word that only says a kind, singular and plural."""
    found: set[str] = set()
    for kind in KINDS.values():
        for phrase in kind.words:
            found.update(phrase.split())
            found.update(plural_of(phrase).split())
    return frozenset(found)
