"""Covers: blinds, curtains, garage doors and whatever else opens and closes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Number, Service
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import Command, Described
from lamplighter_homeassistant.components.cover_reading import readers
from lamplighter_homeassistant.components.readers import tells
from lamplighter_homeassistant.components.scaling import Range, percentage_to_ranged, states_in
from lamplighter_homeassistant.components.writers import fixed
from lamplighter_homeassistant.keys import DiscoveryConfig

_TOGETHER = (
    ("set_position_topic", "position_topic"),
    ("value_template", "state_topic"),
    ("position_template", "position_topic"),
    ("set_position_template", "set_position_topic"),
    ("tilt_command_template", "tilt_command_topic"),
    ("tilt_status_template", "tilt_status_topic"),
)
_MOVES = {"open": "OPEN", "close": "CLOSE", "stop": "STOP"}


def describe(config: DiscoveryConfig) -> Described:
    """What a cover's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    for key, needed in _TOGETHER:
        if config.has(key) and not config.has(needed):
            config.refuse(key, f"can only be used with {needed}")
    facts = _facts(config)
    position = _range(config, "position_open", facts["position_closed"], facts["position_open"])
    tilt = _range(config, "tilt_max", facts["tilt_min"], facts["tilt_max"])
    commands: dict[str, Command] = {
        **_moves(config),
        **_positions(config, position, facts),
        **_tilts(config, tilt, facts),
    }
    return Described(
        reads=readers(config, position, tilt, facts),
        services={name: _service(name) for name in commands},
        commands=commands,
        device_class=config.optional_text("device_class"),
        confirmable=tells(config, "state_topic", "position_topic"),
    )


def _service(name: str) -> Service:
    if name not in ("set_position", "set_tilt_position"):
        return Service(name)
    parameter = name.removeprefix("set_")
    return Service(name, {parameter: Number(0, 100, 1, "%")}, frozenset({parameter}))


def _facts(config: DiscoveryConfig) -> dict[str, int]:
    """The ends of the ranges, which templates can use, too."""
    return {
        "position_open": config.integer("position_open", 100),
        "position_closed": config.integer("position_closed", 0),
        "tilt_min": config.integer("tilt_min", 0),
        "tilt_max": config.integer("tilt_max", 100),
    }


def _range(config: DiscoveryConfig, key: str, closed: int, opened: int) -> Range:
    values = (closed + 1, opened)
    if not states_in(values):
        config.refuse(key, f"both ends of the range are {opened}")
    return values


def _moves(config: DiscoveryConfig) -> dict[str, Command]:
    """Opening, closing and stopping; a payload of null takes the service away."""
    if config.topic_of("command_topic") is None:
        return {}
    commands: dict[str, Command] = {}
    for name, default in _MOVES.items():
        key = f"payload_{name}"
        if config.values.get(key, default) is not None:
            commands[name] = fixed(config, "command_topic", config.text(key, default))
    return commands


def _positions(
    config: DiscoveryConfig, values: Range, facts: Mapping[str, int]
) -> dict[str, Command]:
    if config.topic_of("set_position_topic") is None:
        return {}
    write = config.render("set_position_template")

    def moved(position: int) -> Sequence[Publication]:
        scaled = round(percentage_to_ranged(values, position))
        payload = write(scaled, {"position": position, **facts})
        return (config.publication("set_position_topic", payload),)

    commands: dict[str, Command] = {"set_position": lambda params: moved(int(params["position"]))}
    if not config.has("command_topic"):
        commands["open"] = lambda _params: moved(100)
        commands["close"] = lambda _params: moved(0)
    return commands


def _tilts(config: DiscoveryConfig, values: Range, facts: Mapping[str, int]) -> dict[str, Command]:
    if config.topic_of("tilt_command_topic") is None:
        return {}
    write = config.render("tilt_command_template")

    def tilted(payload: int, position: int) -> Sequence[Publication]:
        text = write(payload, {"tilt_position": position, **facts})
        return (config.publication("tilt_command_topic", text),)

    def set_position(params: Mapping[str, Any]) -> Sequence[Publication]:
        position = int(params["tilt_position"])
        return tilted(round(percentage_to_ranged(values, position)), position)

    opened = config.integer("tilt_opened_value", 100)
    closed = config.integer("tilt_closed_value", 0)
    return {
        "set_tilt_position": set_position,
        "open_tilt": lambda _params: tilted(opened, opened),
        "close_tilt": lambda _params: tilted(closed, closed),
    }
