"""Homes described in YAML: areas, entities and what they can do, states and history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from lamplighter.catalogue.entity import (
    Choice,
    Colour,
    Device,
    Entity,
    Flag,
    Number,
    Parameter,
    Service,
    State,
    Text,
)
from lamplighter.catalogue.vocabulary import SERVICES
from lamplighter.config import Area, Floor, Home, Location

PLUGIN = "simulated"

_PERCENT = Number(0, 100, 1, "%")
_OPTIONAL = {
    "stop": ("cover", "valve"),
    "set_position": ("cover", "valve"),
    "set_tilt_position": ("cover",),
    "open_tilt": ("cover",),
    "close_tilt": ("cover",),
}
_STATELESS = frozenset({"button", "scene"})


@dataclass(frozen=True, slots=True)
class SimulatedHome:
    """A home as a case begins.

    Attributes:
        name: what it is called.
        home: its areas, floors, units, time zone and place.
        entities: everything in it.
        states: their states by id.
        history: (UTC seconds, entity id, state) before now, in order.
        now: UTC seconds at which every case begins.
    """

    name: str
    home: Home
    entities: tuple[Entity, ...]
    states: Mapping[str, State]
    history: tuple[tuple[float, str, str], ...]
    now: float

    @property
    def zone(self) -> ZoneInfo:
        """The home's time zone."""
        return ZoneInfo(self.home.time_zone or "UTC")


def read_home(path: Path) -> SimulatedHome:
    """The home that a YAML file describes.

    Raises:
        KeyError: something that every home has is missing.
    """
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    zone = ZoneInfo(data["time_zone"])
    now = _moment(data["now"], zone, None)
    listed = data["entities"]
    return SimulatedHome(
        name=str(data["name"]),
        home=_home(data),
        entities=tuple(_entity(each, data) for each in listed),
        states={each["id"]: _state(each, now) for each in listed},
        history=tuple(
            sorted(
                (_moment(each["at"], zone, now), each["entity"], _value(each["state"]))
                for each in data.get("history", ())
            )
        ),
        now=now,
    )


def _home(data: Mapping[str, Any]) -> Home:
    return Home(
        areas=tuple(
            Area(each["name"], each.get("floor"), tuple(each.get("aliases", ())))
            for each in data["areas"]
        ),
        floors=tuple(Floor(name) for name in data.get("floors", ())),
        units="metric" if data["units"] == "metric" else "imperial",
        location=Location(**data["location"]) if data.get("location") else None,
        time_zone=data["time_zone"],
    )


def _entity(each: Mapping[str, Any], data: Mapping[str, Any]) -> Entity:
    domain = each["id"].split(".")[0]
    degrees = "°C" if data["units"] == "metric" else "°F"
    return Entity(
        id=each["id"],
        unique_id=each["id"],
        plugin=PLUGIN,
        domain=domain,
        name=str(each["name"]),
        services=_services(domain, each, degrees),
        device=Device(each["id"], str(each["name"])),
        device_class=each.get("device_class"),
        unit=str(each.get("unit", "")),
        confirmable=domain not in _STATELESS,
        aliases=tuple(map(str, each.get("aliases", ()))),
        area=each.get("area"),
        options={"options": list(map(str, each["options"]))} if "options" in each else {},
    )


def _services(domain: str, each: Mapping[str, Any], degrees: str) -> dict[str, Service]:
    params = _parameters(domain, each, degrees)
    able, presets = _abilities(each)
    found: dict[str, Service] = {}
    for name in SERVICES.get(domain, ()):
        if domain == "climate" and name in ("turn_on", "turn_off"):
            continue
        if name in _OPTIONAL and domain in _OPTIONAL[name] and not _offered(name, able):
            continue
        taken = params.get(name, {})
        if name.startswith("set_") and not taken:
            continue
        if name == "set_preset_mode" and domain == "fan" and not presets:
            continue
        found[name] = Service(
            name, taken, frozenset(taken) if name.startswith(("set_", "select_")) else frozenset()
        )
    return found


def _abilities(each: Mapping[str, Any]) -> tuple[frozenset[str], tuple[str, ...]]:
    """What ``can`` lists, and presets wherever they stand."""
    presets: list[str] = list(each.get("presets", ()))
    able: set[str] = set()
    for one in each.get("can", ()):
        if isinstance(one, Mapping):
            presets += one.get("presets", ())
        else:
            able.add(str(one))
    return frozenset(able), tuple(map(str, presets))


def _offered(service: str, able: frozenset[str]) -> bool:
    needed = {"stop": "stop", "set_position": "position"}.get(service, "tilt")
    return needed in able


def _parameters(
    domain: str, each: Mapping[str, Any], degrees: str
) -> dict[str, dict[str, Parameter]]:
    able, presets = _abilities(each)
    low, high = each.get("range", (0, 100))
    modes = tuple(map(str, each.get("modes", ())))
    speeds = tuple(map(str, each.get("fan_speeds", ())))
    light: dict[str, Parameter] = {}
    if able & {"dim", "colour", "white"}:
        light["brightness_pct"] = _PERCENT
    if "colour" in able:
        light["rgb_color"] = Colour()
    if "white" in able:
        light["color_temp_kelvin"] = Number(2000, 6535, 0, "K")
    speed: dict[str, Parameter] = {"percentage": _PERCENT} if "speed" in able else {}
    preset: dict[str, Parameter] = {"preset_mode": Choice(presets)} if presets else {}
    choices: dict[str, dict[str, dict[str, Parameter]]] = {
        "light": {"turn_on": light},
        "fan": {
            "turn_on": {**speed, **preset},
            "set_percentage": speed,
            "set_preset_mode": preset,
            "oscillate": {"oscillating": Flag()} if "oscillate" in able else {},
        },
        "cover": {
            "set_position": {"position": _PERCENT},
            "set_tilt_position": {"tilt_position": _PERCENT},
        },
        "valve": {"set_position": {"position": _PERCENT}},
        "climate": {
            "set_temperature": {"temperature": Number(low, high, 0.1, degrees)},
            "set_hvac_mode": {"hvac_mode": Choice(modes)} if modes else {},
            "set_preset_mode": preset,
        },
        "humidifier": {
            "set_humidity": {"humidity": Number(low, high, 1, "%")},
            "set_mode": {"mode": Choice(modes)} if modes else {},
        },
        "water_heater": {
            "set_temperature": {"temperature": Number(low, high, 0.1, degrees)},
            "set_operation_mode": {"operation_mode": Choice(modes)} if modes else {},
        },
        "vacuum": {"set_fan_speed": {"fan_speed": Choice(speeds)} if speeds else {}},
        "number": {
            "set_value": {"value": Number(low, high, each.get("step", 0), each.get("unit", ""))}
        },
        "select": {"select_option": {"option": Choice(tuple(map(str, each.get("options", ()))))}},
        "text": {"set_value": {"value": Text()}},
    }
    return choices.get(domain, {})


def _state(each: Mapping[str, Any], now: float) -> State:
    value = each.get("state")
    return State(
        value=None if value is None else _value(value),
        attributes=dict(each.get("attributes", {})),
        changed=now - 7200,
        updated=now - 60,
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"  # YAML 1.1 reads a bare on as true
    return str(value)


def _moment(said: Any, zone: ZoneInfo, now: float | None) -> float:
    """UTC seconds of a local time: with its date, or of the day of ``now``."""
    if isinstance(said, datetime):
        return said.replace(tzinfo=said.tzinfo or zone).timestamp()
    if isinstance(said, int) and now is not None:  # YAML 1.1 reads 11:00 as 660 minutes
        said = f"{said // 60:02}:{said % 60:02}"
    text = str(said)
    if "T" in text or "-" in text:
        return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()
    day: date = datetime.fromtimestamp(now or 0, zone).date()
    return datetime.combine(day, time.fromisoformat(text), zone).timestamp()
