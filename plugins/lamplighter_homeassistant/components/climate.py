"""Climate devices: thermostats, radiator valves, air conditioners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Choice, Number, Parameter, Reading, Service
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Command, Described, Read
from lamplighter_homeassistant.components.humidifier import humidity_range
from lamplighter_homeassistant.components.readers import Meaning, listed, named, numeric, tells
from lamplighter_homeassistant.components.temperature_control import (
    TARGETS,
    power,
    readers,
    set_temperature,
    temperature_number,
    temperatures,
)
from lamplighter_homeassistant.components.writers import chosen, telling
from lamplighter_homeassistant.keys import DiscoveryConfig

_MODES = ("auto", "off", "cool", "heat", "dry", "fan_only")
_LISTS = {
    "fan_mode": ("auto", "low", "medium", "high"),
    "swing_mode": ("on", "off"),
    "swing_horizontal_mode": ("on", "off"),
}
_SETTABLE = ("fan_mode", "swing_mode")
_ACTIONS = ("cooling", "defrosting", "drying", "fan", "heating", "idle", "off", "preheating")
_TURNED_ON = ("heat_cool", "heat", "cool")
_RANGE = (7.0, 35.0)
_HUMIDITY = (30.0, 99.0)


def describe(config: DiscoveryConfig) -> Described:
    """What a climate device's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    modes = config.strings("modes", _MODES)
    lists = {key: config.strings(f"{key}s", default) for key, default in _LISTS.items()}
    presets = _presets(config)
    wanted = temperature_number(config, _RANGE)
    humidity = humidity_range(config, default=_HUMIDITY)
    if config.has("target_humidity_state_topic"):
        _needs(config, "target_humidity_state_topic", "target_humidity_command_topic")
    services = _services(config, modes, {**lists, "preset_mode": presets}, wanted, humidity)
    commands = _commands(config, modes)
    services |= {name: Service(name) for name in ("turn_on", "turn_off") if name in commands}
    return Described(
        reads=_readers(config, modes, {**lists, "preset_mode": presets}),
        services=services,
        commands={name: commands[name] for name in services},
        unit=wanted.unit,
        options=_options(config, modes, wanted, {**lists, "preset_mode": presets}),
        confirmable=tells(
            config, "mode_state_topic", *(f"{prefix}_state_topic" for prefix in TARGETS.values())
        ),
    )


def _services(
    config: DiscoveryConfig,
    modes: tuple[str, ...],
    lists: Mapping[str, tuple[str, ...]],
    wanted: Number,
    humidity: tuple[float, float],
) -> dict[str, Service]:
    services: dict[str, Service] = {}
    targets: dict[str, Parameter] = {
        name: wanted
        for name, prefix in TARGETS.items()
        if config.topic_of(f"{prefix}_command_topic") is not None
    }
    if targets:
        needed = frozenset(targets) if len(targets) == 1 else frozenset[str]()
        services["set_temperature"] = Service("set_temperature", targets, needed)
    if config.topic_of("mode_command_topic") is not None and modes:
        services["set_hvac_mode"] = _set_one("hvac_mode", modes)
    for key in (*_SETTABLE, "preset_mode"):
        if config.topic_of(f"{key}_command_topic") is not None and lists[key]:
            services[f"set_{key}"] = _set_one(key, lists[key])
    if config.topic_of("target_humidity_command_topic") is not None:
        services["set_humidity"] = Service(
            "set_humidity", {"humidity": Number(*humidity, 1, "%")}, frozenset({"humidity"})
        )
    return services


def _set_one(key: str, options: tuple[str, ...]) -> Service:
    return Service(f"set_{key}", {key: Choice(options)}, frozenset({key}))


def _commands(config: DiscoveryConfig, modes: tuple[str, ...]) -> dict[str, Command]:
    tell_mode = telling(config, "mode_")
    tell_humidity = telling(config, "target_humidity_")

    def set_humidity(params: Mapping[str, Any]) -> Sequence[Publication]:
        return (tell_humidity(int(params["humidity"])),)

    commands: dict[str, Command] = {
        "set_temperature": set_temperature(config),
        "set_hvac_mode": chosen(tell_mode, "hvac_mode"),
        "set_humidity": set_humidity,
        **{
            f"set_{key}": chosen(telling(config, f"{key}_"), key)
            for key in (*_SETTABLE, "preset_mode")
        },
        **power(config),
    }
    if "turn_on" in commands or not config.has("mode_command_topic"):
        return commands
    if (mode := _on_mode(modes)) is not None:
        commands["turn_on"] = lambda _params: (tell_mode(mode),)
    if "off" in modes:
        commands["turn_off"] = lambda _params: (tell_mode("off"),)
    return commands


def _on_mode(modes: tuple[str, ...]) -> str | None:
    """The mode that turns it on: the only one besides off, or else Home Assistant's choice."""
    others = [mode for mode in modes if mode != "off"]
    if len(modes) == 2 and len(others) == 1:
        return others[0]
    return next((mode for mode in _TURNED_ON if mode in modes), None)


def _readers(
    config: DiscoveryConfig, modes: tuple[str, ...], lists: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[Read, ...]]:
    meanings: dict[str, tuple[str, Meaning]] = {
        "action_topic": ("action_template", listed("action", _ACTIONS)),
        "current_humidity_topic": ("current_humidity_template", numeric("current_humidity")),
        "target_humidity_state_topic": ("target_humidity_state_template", numeric("humidity")),
        "mode_state_topic": (
            "mode_state_template",
            named({**{mode: mode for mode in modes}, PAYLOAD_NONE: UNKNOWN}),
        ),
        **{
            f"{key}_state_topic": (f"{key}_state_template", listed(key, lists[key]))
            for key in _LISTS
        },
        "preset_mode_state_topic": ("preset_mode_value_template", _preset(lists["preset_mode"])),
        **temperatures(),
    }
    return readers(config, meanings)


def _preset(presets: tuple[str, ...]) -> Meaning:
    known = listed("preset_mode", presets)

    def meaning(text: str, topic: str) -> Reading | None:
        return known("none" if text == PAYLOAD_NONE else text, topic)

    return meaning


def _presets(config: DiscoveryConfig) -> tuple[str, ...]:
    """The preset modes, ``none`` first; empty where it has none."""
    keys = ("preset_mode_command_topic", "preset_modes")
    for key, other in (keys, keys[::-1]):
        if config.has(key):
            _needs(config, key, other)
    presets = config.strings("preset_modes")
    if "none" in presets:
        config.refuse("preset_modes", "'none' is always there and can't be listed")
    return ("none", *presets) if presets else ()


def _needs(config: DiscoveryConfig, key: str, other: str) -> None:
    if not config.has(other):
        config.refuse(key, f"can only be used with {other}")


def _options(
    config: DiscoveryConfig,
    modes: tuple[str, ...],
    wanted: Number,
    lists: Mapping[str, tuple[str, ...]],
) -> dict[str, Any]:
    options: dict[str, Any] = {
        "hvac_modes": list(modes),
        "min_temp": wanted.minimum,
        "max_temp": wanted.maximum,
        "target_temp_step": config.number("temp_step", 1),
        "temperature_unit": wanted.unit,
    }
    if config.has("precision"):
        options["precision"] = config.number("precision", 1)
    for key, choices in lists.items():
        if choices and (config.has(f"{key}_command_topic") or config.has(f"{key}_state_topic")):
            options[f"{key}s"] = list(choices)
    return options
