"""What states mean in words, and whether an entity is as a question supposes."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.spoken_numbers import tidy_number

_UNKNOWN = (None, "", "unknown", "unavailable", "none")

_BINARY = {
    "battery": ("low", "fine"),
    "cold": ("cold", "not cold"),
    "connectivity": ("connected", "disconnected"),
    "door": ("open", "closed"),
    "garage_door": ("open", "closed"),
    "gas": ("detecting gas", "clear"),
    "heat": ("hot", "not hot"),
    "lock": ("unlocked", "locked"),
    "moisture": ("wet", "dry"),
    "motion": ("detecting motion", "clear"),
    "occupancy": ("occupied", "empty"),
    "opening": ("open", "closed"),
    "plug": ("plugged in", "unplugged"),
    "presence": ("detecting somebody", "clear"),
    "problem": ("reporting a problem", "fine"),
    "running": ("running", "not running"),
    "safety": ("unsafe", "safe"),
    "smoke": ("detecting smoke", "clear"),
    "sound": ("detecting sound", "quiet"),
    "tamper": ("tampered with", "fine"),
    "vibration": ("vibrating", "still"),
    "window": ("open", "closed"),
}
"""On and off of a binary sensor in words, by device class (Home Assistant's meanings)."""

_WORDS = {
    "device_tracker": {"home": "at home", "not_home": "away"},
    "update": {"on": "waiting to be installed", "off": "up to date"},
}
_OPENING = frozenset({"cover", "valve"})
_SWITCHED = frozenset(
    {"light", "switch", "fan", "siren", "humidifier", "climate", "water_heater", "valve"}
)
_OPENING_CLASSES = frozenset({"door", "garage_door", "opening", "window"})
_RESTING = frozenset({"off", "docked", "idle", "disarmed", "paused", "returning", "closed"})
"""What is off; sprinklers are off while their valve is closed."""

_WANTED = {
    "on": _SWITCHED | {"binary_sensor", "vacuum", "lawn_mower", "alarm_control_panel", "sensor"},
    "off": _SWITCHED | {"binary_sensor", "vacuum", "lawn_mower", "alarm_control_panel", "sensor"},
    "open": _OPENING | {"binary_sensor", "lock"},
    "closed": _OPENING | {"binary_sensor"},
    "opening": _OPENING,
    "closing": _OPENING,
    "locked": frozenset({"lock"}),
    "unlocked": frozenset({"lock"}),
    "jammed": frozenset({"lock"}),
    "triggered": frozenset({"binary_sensor", "alarm_control_panel"}),
    "armed": frozenset({"alarm_control_panel"}),
    "disarmed": frozenset({"alarm_control_panel"}),
    "cleaning": frozenset({"vacuum"}),
    "docked": frozenset({"vacuum", "lawn_mower", "device_tracker"}),
    "paused": frozenset({"vacuum", "lawn_mower", "sensor"}),
    "returning": frozenset({"vacuum", "lawn_mower"}),
    "mowing": frozenset({"lawn_mower"}),
    "heat": frozenset({"climate", "water_heater"}),
    "cool": frozenset({"climate"}),
    "ring": frozenset({"binary_sensor"}),
    "finished": frozenset({"sensor", "switch", "binary_sensor"}),
}
_OF_CLASSES = {
    "wet": ("moisture", True),
    "dry": ("moisture", False),
    "raining": ("moisture", True),
    "occupied": ("occupancy motion presence", True),
    "empty": ("occupancy motion presence", False),
    "motion": ("motion occupancy presence moving", True),
    "low": ("battery", True),
    "plugged in": ("plug", True),
    "unplugged": ("plug", False),
    "charging": ("battery_charging", True),
    "smoke": ("smoke", True),
    "gas": ("gas carbon_monoxide", True),
    "problem": ("problem", True),
    "locked": ("lock", False),
    "unlocked": ("lock", True),
    "heat": ("heat", True),
}
"""States that only binary sensors of some device classes tell, and whether "on" means them."""

_FINISHING_CLASSES = frozenset({None, "running", "power"})
_ACTIVE = frozenset(
    [
        "on",
        "running",
        "run",
        "active",
        "cleaning",
        "washing",
        "rinsing",
        "spinning",
        "drying",
        "heating",
        "cooling",
        "printing",
        "playing",
        "working",
        "charging",
        "busy",
        "brewing",
        "cooking",
        "wash",
        "rinse",
        "spin",
        "dry",
        "program_running",
    ]
)
_INACTIVE = frozenset(
    [
        "off",
        "idle",
        "standby",
        "ready",
        "stopped",
        "inactive",
        "finished",
        "done",
        "complete",
        "completed",
        "end",
        "ended",
        "none",
        "docked",
        "paused",
        "power_off",
    ]
)
_FINISHED = frozenset(["finished", "done", "complete", "completed", "end", "ended"])


def tells(entity: Entity, wanted: str) -> bool:
    """True where the entity can tell whether it is in the wanted state."""
    if wanted in ("available", "unavailable"):
        return True
    if entity.domain == "binary_sensor" and wanted in _OF_CLASSES:
        return entity.device_class in _OF_CLASSES[wanted][0].split()
    if entity.domain not in _WANTED.get(wanted, frozenset()):
        return False
    if entity.domain == "sensor":
        return not entity.unit and entity.device_class in (None, "enum")
    if wanted == "finished" and entity.domain == "binary_sensor":
        return entity.device_class in _FINISHING_CLASSES
    opening = wanted in ("open", "closed")
    return not (opening and entity.domain == "binary_sensor") or (
        entity.device_class in _OPENING_CLASSES
    )


def is_in(entity: Entity, state: State, wanted: str) -> bool | None:
    """Whether the entity is in the wanted state; None where that is not known."""
    if wanted in ("available", "unavailable"):
        return state.available == (wanted == "available")
    if not state.available:
        return None
    action = state.attributes.get("action") or state.attributes.get("hvac_action")
    if wanted in ("heat", "cool") and action and entity.domain != "binary_sensor":
        return str(action).startswith(wanted)
    return is_value(entity, state.value, wanted)


def is_value(entity: Entity, value: str | None, wanted: str) -> bool | None:
    """Whether the value of its state means that the entity is in the wanted state."""
    if value is None or value.casefold() in _UNKNOWN:
        return None
    if entity.domain == "sensor":
        return _word_fits(value.casefold().replace(" ", "_"), wanted)
    if entity.domain == "device_tracker":
        return (value == "home") == (wanted == "docked")
    if entity.domain == "binary_sensor" and wanted in _OF_CLASSES:
        return (value == "on") == _OF_CLASSES[wanted][1]
    return _fits(entity.domain, value, wanted)


def _word_fits(value: str, wanted: str) -> bool | None:
    """Of a text, that may be any: only known words are judged."""
    if wanted == "finished":
        return value in _FINISHED if value in _ACTIVE | _INACTIVE else None
    if wanted == "paused":
        return value == "paused"
    if value in _ACTIVE:
        return wanted == "on"
    return wanted == "off" if value in _INACTIVE else None


def _fits(domain: str, value: str, wanted: str) -> bool | None:
    if wanted == "finished":
        return value == "off"
    if domain == "binary_sensor":
        return (value == "on") == (wanted not in ("off", "closed"))
    if wanted in ("on", "off"):
        return (value not in _RESTING) == (wanted == "on")
    if wanted == "armed":
        return value.startswith("armed")
    if wanted == "open" and value in ("opening", "closing"):
        return True
    return value == wanted


def described(entity: Entity, state: State, degrees: str) -> str | None:
    """How the entity is, to follow "is": "on at 40 %", "21.5 °C"; None where it is not known."""
    if not state.available:
        return "offline"
    if state.value in _UNKNOWN:
        return None
    value = str(state.value)
    if entity.domain == "binary_sensor":
        on, off = _BINARY.get(entity.device_class or "", ("on", "off"))
        return on if value == "on" else off
    if entity.domain in ("sensor", "number"):
        return _measured(value, entity.unit)
    if words := _WORDS.get(entity.domain):
        return words.get(value, value)
    return _with_attributes(entity, state, value.replace("_", " "), degrees)


def _with_attributes(entity: Entity, state: State, value: str, degrees: str) -> str:
    attributes = state.attributes
    if entity.domain == "light" and value == "on" and "brightness_pct" in attributes:
        return f"on at {tidy_number(attributes['brightness_pct'])} %"
    if entity.domain == "fan" and value == "on" and attributes.get("percentage") is not None:
        return f"on at {tidy_number(attributes['percentage'])} %"
    if entity.domain in _OPENING and 0 < (attributes.get("position") or 0) < 100:
        return f"{tidy_number(attributes['position'])} % open"
    if entity.domain in ("climate", "water_heater"):
        return _tempered(attributes, value, degrees)
    if entity.domain == "humidifier" and attributes.get("humidity") is not None:
        return f"{value}, set to {tidy_number(attributes['humidity'])} %"
    return value


def _tempered(attributes: object, value: str, degrees: str) -> str:
    assert hasattr(attributes, "get")
    parts = [value if value == "off" else f"in {value} mode"]
    if isinstance(wanted := attributes.get("temperature"), (int, float)):
        parts.append(f"set to {tidy_number(wanted)} {degrees}")
    if isinstance(now := attributes.get("current_temperature"), (int, float)):
        parts.append(f"measuring {tidy_number(now)} {degrees}")
    return ", ".join(parts)


def _measured(value: str, unit: str) -> str:
    try:
        value = str(tidy_number(round(float(value), 2)))
    except (ValueError, OverflowError):
        return value
    return f"{value} {unit}".strip()
