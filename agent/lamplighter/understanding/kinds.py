"""What people call kinds of devices, and what the catalogue calls them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.wording import bare, key_of


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of device.

    Attributes:
        words: what people say, singular; the plural follows by rule.
        domains: the catalogue's domains it covers.
        device_classes: device classes that narrow the domains; empty means all of the domain.
        name_words: words in an entity's name that make it one of this kind where its device class
            is not announced.
        named: True for kinds that no domain or device class tells: only the name does.
        wider: the kind that is meant where the home has none of this, and only one of that; "".
    """

    words: tuple[str, ...]
    domains: frozenset[str]
    device_classes: frozenset[str] = frozenset()
    name_words: frozenset[str] = frozenset()
    named: bool = False
    wider: str = ""

    def covers(self, entity: Entity) -> bool:
        """True where the entity is of this kind."""
        if entity.domain not in self.domains:
            return False
        if self.named:
            return self.names(entity)
        if entity.domain == "lock":  # locks have no device class
            return True
        if not self.device_classes or entity.device_class in self.device_classes:
            return True
        return self.names(entity)

    def names(self, entity: Entity) -> bool:
        """True where the entity's name, or an alias, has one of the kind's words."""
        said = {word for name in (entity.name, *entity.aliases) for word in _words_of(name)}
        return not said.isdisjoint(self.name_words)


@lru_cache(maxsize=4096)
def _words_of(name: str) -> frozenset[str]:
    """The words of a name as keys, as they are and as synonyms."""
    return frozenset((*key_of(name), *map(bare, words_of(name))))


def _of(words: str, domains: str, classes: str = "", names: str = "", **more: Any) -> Kind:
    return Kind(
        tuple(words.split(", ")),
        frozenset(domains.split()),
        frozenset(classes.split()),
        frozenset(word for each in names.split() for word in key_of(each)),
        **more,
    )


KINDS: Mapping[str, Kind] = {
    "light": _of("light, lamp, bulb, lighting, light bulb, lightbulb", "light"),
    "spotlight": _of(
        "spotlight, spot, downlight", "light", names="spotlight", named=True, wider="light"
    ),
    "ledstrip": _of(
        "led strip, light strip, led, strip light, led light, strip",
        "light",
        names="ledstrip led strip",
        named=True,
        wider="light",
    ),
    "fairylight": _of(
        "fairy light, string light", "light", names="fairylight", named=True, wider="light"
    ),
    "chandelier": _of("chandelier", "light", names="chandelier", named=True, wider="light"),
    "nightlight": _of("night light, nightlight", "light", names="nightlight", named=True),
    "floodlight": _of("floodlight, flood light, flood", "light", names="floodlight", named=True),
    "lantern": _of("lantern", "light", names="lantern", named=True, wider="light"),
    "fan": _of("fan, ventilator", "fan", names="fan ventilator extractor ventilation"),
    "extractor": _of(
        "extractor, extractor fan, exhaust fan, vent, ventilation, extractor hood, cooker hood",
        "fan switch",
        names="extractor vent ventilation hood",
        named=True,
        wider="fan",
    ),
    "switch": _of("switch", "switch"),
    "socket": _of(
        "socket, plug, outlet, power outlet, power socket", "switch", "outlet", "socket plug outlet"
    ),
    "pump": _of("pump, circulation pump", "switch", names="pump", named=True),
    "compressor": _of("compressor", "switch", names="compressor", named=True),
    "blind": _of(
        "blind, roller blind, venetian blind, jalousie", "cover", "blind shade", "blind jalousie"
    ),
    "curtain": _of("curtain, drape", "cover", "curtain", "curtain drape"),
    "shade": _of("shade, roller shade, window shade", "cover", "shade blind", "shade"),
    "shutter": _of("shutter, roller shutter", "cover", "shutter", "shutter"),
    "awning": _of("awning, sunshade, sun shade, canopy", "cover", "awning", "awning sunshade"),
    "gate": _of("gate", "cover", "gate", "gate"),
    "garage": _of("garage door, garage", "cover", "garage", "garage"),
    "window": _of("window, skylight", "cover binary_sensor", "window", "window skylight"),
    "door": _of("door", "cover lock binary_sensor", "door garage_door", "door"),
    "lock": _of("lock, door lock", "lock"),
    "thermostat": _of(
        "thermostat, heating, heater, radiator, heat, ac, a c, a/c, air con, aircon, "
        "air conditioner, air conditioning, climate, heating system, underfloor heating, "
        "floor heating, climate control",
        "climate",
        names="thermostat heater aircon",
    ),
    "boiler": _of(
        "water heater, boiler, hot water, immersion, immersion heater",
        "water_heater",
        names="boiler hotwater immersion",
    ),
    "vacuum": _of(
        "vacuum, vacuum cleaner, hoover, robot, robot vacuum, robot hoover, robot cleaner, "
        "vacuum robot, cleaning robot, robovac",
        "vacuum",
    ),
    "mower": _of(
        "mower, lawn mower, lawnmower, robot mower, mowing robot, robot lawn mower", "lawn_mower"
    ),
    "valve": _of("valve, water valve", "valve"),
    "tap": _of(
        "tap, faucet, water tap", "valve switch", names="tap faucet", named=True, wider="valve"
    ),
    "sprinkler": _of(
        "sprinkler, irrigation, watering, sprinkler system, irrigation system, watering system",
        "valve switch",
        names="sprinkler irrigation watering",
        named=True,
        wider="valve",
    ),
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


def _by_key() -> Mapping[tuple[str, ...], tuple[str, ...]]:
    found: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    for name, kind in KINDS.items():
        for word in kind.words:
            said = {key_of(word), tuple(bare(each) for each in words_of(word))}
            for key in sorted(said):
                found[key].append(name)
    return {key: tuple(names) for key, names in found.items()}


_KINDS_BY_KEY = _by_key()


def kinds_said(key: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of the kinds that the words say, all of them together; none where they say more."""
    return _KINDS_BY_KEY.get(key, ())
