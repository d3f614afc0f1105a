"""What sensors measure, the words for it, and which entities tell it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.normalise import words_of
from lamplighter.understanding.spoken_numbers import tidy_number


@dataclass(frozen=True, slots=True)
class Measure:
    """Something that is measured.

    Attributes:
        words: what people call it; the first is how it is said back.
        classes: device classes of sensors that measure it.
        units: units by which a sensor without device class is known to measure it.
        high: adjectives for much of it, which ask for it after "how" ("warm").
        low: adjectives for little of it.
        more: their comparatives; the superlatives follow ("warmer" → "warmest").
        less: the same for little of it.
        summed: True where the values of several meters add up.
    """

    words: tuple[str, ...]
    classes: frozenset[str]
    units: frozenset[str] = frozenset()
    high: frozenset[str] = frozenset()
    low: frozenset[str] = frozenset()
    more: frozenset[str] = frozenset()
    less: frozenset[str] = frozenset()
    summed: bool = False


def _words(said: str) -> tuple[str, ...]:
    return tuple(" ".join(each.split()) for each in said.split(",") if each.strip())


def _of(
    words: str, classes: str, units: str = "", adjectives: tuple[str, str] = ("", ""),
    comparatives: tuple[str, str] = ("", ""), *, summed: bool = False,
) -> Measure:  # fmt: skip
    return Measure(
        _words(words),
        frozenset(classes.split()),
        frozenset(_words(units)),
        frozenset(_words(adjectives[0])),
        frozenset(_words(adjectives[1])),
        frozenset(_words(comparatives[0])),
        frozenset(_words(comparatives[1])),
        summed=summed,
    )


MEASURES: Mapping[str, Measure] = {
    "temperature": _of(
        "temperature, temp, temps, temperatures, degrees, warmth",
        "temperature",
        "°C, °F, K",
        ("warm, hot, boiling, toasty, mild", "cold, cool, chilly, freezing, nippy"),
        ("warmer, hotter", "colder, cooler, chillier"),
    ),
    "humidity": _of(
        "humidity, relative humidity, air humidity, moisture in the air, dampness",
        "humidity",
        "",
        ("humid, damp, muggy, steamy, clammy, sticky", "dry"),
        ("more humid, damper, humider", "drier, dryer, less humid"),
    ),
    "moisture": _of("soil moisture, moisture", "moisture", "", ("wet, moist", ""), ("wetter", "")),
    "pressure": _of(
        "pressure, air pressure, barometric pressure, atmospheric pressure, barometer",
        "pressure atmospheric_pressure",
        "hPa, mbar, bar, kPa, Pa, psi, inHg, mmHg",
    ),
    "carbon_dioxide": _of(
        "co2, carbon dioxide, co2 level, carbon dioxide level, co2 concentration, co2 levels",
        "carbon_dioxide",
        "ppm",
        ("stuffy, stale", ""),
        ("stuffier", "fresher"),
    ),
    "carbon_monoxide": _of("carbon monoxide, carbon monoxide level, co level", "carbon_monoxide"),
    "air_quality": _of(
        "air quality, quality of the air",
        "aqi pm25 pm10 volatile_organic_compounds volatile_organic_compounds_parts carbon_dioxide",
    ),
    "pm25": _of("pm2.5, particulate matter, fine dust, pm25, particulates, dust", "pm25"),
    "pm10": _of("pm10", "pm10"),
    "illuminance": _of(
        "illuminance, light level, brightness, brightness level, daylight, lux, light intensity",
        "illuminance irradiance",
        "lx, W/m²",
        ("bright, light", "dark, gloomy, dim"),
        ("brighter, lighter", "darker, dimmer"),
    ),
    "power": _of(
        "power, power consumption, power usage, power draw, wattage, watts, load, power use, "
        "electricity draw, consumption, current power, juice",
        "power apparent_power",
        "W, kW, MW, VA",
        summed=True,
    ),
    "energy": _of(
        "energy, energy consumption, energy usage, electricity, kilowatt hours, kwh, energy use, "
        "electricity consumption, electricity usage, electric energy",
        "energy",
        "kWh, Wh, MWh",
        summed=True,
    ),
    "voltage": _of("voltage, volts, mains voltage", "voltage", "V, mV"),
    "current": _of(
        "electric current, amps, amperage, ampere, amperes, current", "current", "A, mA"
    ),
    "frequency": _of("frequency, mains frequency", "frequency", "Hz"),
    "battery": _of(
        "battery, battery level, battery charge, charge level, battery status, "
        "battery percentage, state of charge, batteries, battery state",
        "battery",
        "",
        ("full, charged", ""),
    ),
    "signal_strength": _of(
        "signal strength, signal, wifi signal, reception, link quality, wifi strength, rssi",
        "signal_strength",
        "dBm, lqi",
    ),
    "wind_speed": _of(
        "wind speed, wind", "wind_speed", "", ("windy", "calm"), ("windier", "calmer")
    ),
    "precipitation": _of(
        "rain, rainfall, precipitation, rain amount", "precipitation precipitation_intensity",
        "mm, mm/h", summed=True,
    ),
    "distance": _of("distance", "distance"),
    "volume": _of(
        "volume, fill level, level, litres, liters, gallons, contents", "volume volume_storage",
    ),
    "weight": _of("weight", "weight", "", ("heavy", ""), ("heavier", "lighter")),
    "speed": _of("speed", "speed"),
    "gas": _of("gas consumption, gas usage, gas, gas meter", "gas", "", summed=True),
    "water": _of(
        "water consumption, water usage, water meter, water use", "water volume_flow_rate",
        summed=True,
    ),
    "sound_pressure": _of(
        "noise level, sound level, loudness, noise", "sound_pressure", "dB, dBA",
        ("loud, noisy", "quiet"), ("louder, noisier", "quieter"),
    ),
    "volatile_organic_compounds": _of(
        "voc, voc level, volatile organic compounds, tvoc",
        "volatile_organic_compounds volatile_organic_compounds_parts",
    ),
    "ph": _of("ph, ph value, ph level, acidity", "ph"),
    "conductivity": _of("conductivity", "conductivity"),
    "power_factor": _of("power factor", "power_factor"),
    "uv": _of("uv index, uv", "uv_index"),
}  # fmt: skip
"""Measures by their key, which is a device class or a group of them."""

CLIMATES = frozenset({"climate", "water_heater", "humidifier"})
MEASURED_BY_CLIMATE: Mapping[str, str] = {
    "temperature": "current_temperature",
    "humidity": "current_humidity",
}
APPLIANCES = frozenset(
    [
        "fridge",
        "refrigerator",
        "freezer",
        "oven",
        "boiler",
        "cpu",
        "processor",
        "gpu",
        "chip",
        "water",
        "flow",
        "return",
        "supply",
        "soil",
        "pool",
        "aquarium",
        "fish",
        "tank",
        "grill",
        "meat",
        "probe",
        "kettle",
        "device",
        "disk",
        "motor",
        "bearing",
        "radiator",
        "solar",
        "panel",
        "inverter",
        "engine",
        "car",
        "tyre",
        "tire",
        "server",
        "router",
        "nas",
        "printer",
        "spa",
        "sauna",
        "hob",
        "stove",
        "cooker",
        "washer",
        "dryer",
        "dishwasher",
        "chiller",
        "compressor",
        "buffer",
        "cylinder",
        "collector",
        "exhaust",
        "bed",
        "target",
        "setpoint",
        "dew",
        "feels",
        "apparent",
        "calibration",
        "offset",
        "internal",
        "core",
    ]
)
"""Words of sensors' names that measure a thing, and so say nothing of the room it stands in."""

OUTDOORS = frozenset(
    [
        "outside",
        "outdoor",
        "outdoors",
        "exterior",
        "garden",
        "patio",
        "terrace",
        "balcony",
        "yard",
        "backyard",
        "veranda",
        "porch",
        "driveway",
        "deck",
        "garten",
        "courtyard",
        "lawn",
    ]
)


@lru_cache(maxsize=1)
def measures_by_words() -> Mapping[str, str]:
    """Measures' keys by what people call them."""
    return {word: key for key, measure in MEASURES.items() for word in reversed(measure.words)}


@lru_cache(maxsize=1)
def adjectives() -> Mapping[str, tuple[str, str]]:
    """A measure's key and "high" or "low" by adjective ("warm")."""
    found: dict[str, tuple[str, str]] = {}
    for key, measure in MEASURES.items():
        for word in measure.high:
            found.setdefault(word, (key, "high"))
        for word in measure.low:
            found.setdefault(word, (key, "low"))
    return found


@lru_cache(maxsize=1)
def comparatives() -> Mapping[str, tuple[str, str]]:
    """A measure's key and "more" or "less" by comparative and superlative ("warmer", "warmest")."""
    found: dict[str, tuple[str, str]] = {}
    for key, measure in MEASURES.items():
        for words, way in ((measure.more, "more"), (measure.less, "less")):
            for word in words:
                found.setdefault(word, (key, way))
                found.setdefault(_superlative(word), (key, way))
    return found


def _superlative(word: str) -> str:
    first, _, rest = word.partition(" ")
    if rest:
        return f"{'most' if first == 'more' else 'least'} {rest}"
    return f"{word.removesuffix('er')}est"


_LEADING = frozenset(
    [
        "the",
        "current",
        "my",
        "our",
        "highest",
        "lowest",
        "maximum",
        "minimum",
        "max",
        "min",
        "average",
        "mean",
        "peak",
        "total",
    ]
)


def said_first(words: tuple[str, ...]) -> bool:
    """True where the words begin with a measure: "humidity in the bath"."""
    known = measures_by_words()
    rest = words
    while rest and rest[0] in _LEADING:
        rest = rest[1:]
    return any(" ".join(rest[:count]) in known for count in (3, 2, 1))


def said_last(words: tuple[str, ...]) -> bool:
    """True where the words end with a measure: "bedroom temperature"."""
    return any(" ".join(words[-count:]) in measures_by_words() for count in (2, 1))


def measures(entity: Entity, measure: str) -> bool:
    """True where the entity is made to measure this, whether it has said anything yet or not."""
    if entity.domain == "sensor":
        return _is_sensor_of(entity, measure)
    if entity.domain == "number":
        return False
    if measure == "battery" and entity.domain == "vacuum":
        return True
    attribute = MEASURED_BY_CLIMATE.get(measure)
    return attribute is not None and entity.domain in CLIMATES


def _is_sensor_of(entity: Entity, measure: str) -> bool:
    known = MEASURES.get(measure)
    if known is None:
        return entity.device_class == measure
    if entity.device_class in known.classes:
        return True
    if entity.device_class not in (None, "enum"):
        return False
    if entity.unit and entity.unit in known.units:
        return True
    if entity.unit != "%":
        return False
    said = set(words_of(entity.name))
    return any(set(word.split()) <= said for word in known.words)


def number_of(entity: Entity, state: State, measure: str) -> float | None:
    """The present value, or None where it is not known."""
    if not state.available:
        return None
    if entity.domain == "sensor":
        return as_number(state.value)
    if measure == "battery":
        return as_number(state.attributes.get("battery_level"))
    value = state.attributes.get(MEASURED_BY_CLIMATE.get(measure, ""))
    return as_number(value)


def as_number(value: object) -> float | None:
    """The value as a number; None where it is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def unit_of(entity: Entity, measure: str, degrees: str) -> str:
    """The unit that the entity measures this in."""
    if entity.domain == "sensor":
        return entity.unit
    return degrees if measure == "temperature" else "%"


def with_unit(value: float, unit: str) -> str:
    """The value as it is said: "21.5 °C"."""
    digits = 2 if abs(value) < 100 else 1
    return f"{tidy_number(round(value, digits))} {unit}".strip()


_OF_ROOMS = frozenset({"radiator"})
"""Names of thermostats that measure the room."""


def of_a_thing(entity: Entity) -> bool:
    """True where it measures a thing that stands in a room, and not the room."""
    said = set(words_of(entity.name))
    if entity.domain == "climate":
        said -= _OF_ROOMS
    return not APPLIANCES.isdisjoint(said)


def is_outdoors(entity: Entity) -> bool:
    """True where it is known to stand outside."""
    return not OUTDOORS.isdisjoint(words_of(f"{entity.name} {entity.area or ''}"))
