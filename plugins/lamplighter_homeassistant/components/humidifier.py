"""Humidifiers and dehumidifiers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Choice, Number, Reading, Service
from lamplighter.errors import PayloadError
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, Command, Described, Read
from lamplighter_homeassistant.components.readers import (
    Meaning,
    by_topic,
    listed,
    number,
    switched,
    tells,
    templated,
)
from lamplighter_homeassistant.components.writers import chosen, telling
from lamplighter_homeassistant.keys import DiscoveryConfig

_ACTIONS = ("humidifying", "drying", "idle", "off")
_DEVICE_CLASSES = ("humidifier", "dehumidifier")


def describe(config: DiscoveryConfig) -> Described:
    """What a humidifier's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    config.required_topic("target_humidity_command_topic")
    low, high = humidity_range(config, default=(0, 100))
    modes = _modes(config)
    services = {
        "turn_on": Service("turn_on"),
        "turn_off": Service("turn_off"),
        "set_humidity": Service(
            "set_humidity", {"humidity": Number(low, high, 1, "%")}, frozenset({"humidity"})
        ),
    }
    if modes:
        services["set_mode"] = Service("set_mode", {"mode": Choice(modes)}, frozenset({"mode"}))
    commands = _commands(config)
    return Described(
        reads=_readers(config, modes, (low, high)),
        services=services,
        commands={name: commands[name] for name in services},
        device_class=_device_class(config),
        options={"min_humidity": low, "max_humidity": high, "available_modes": list(modes)},
        confirmable=tells(config, "state_topic"),
    )


def humidity_range(config: DiscoveryConfig, default: tuple[float, float]) -> tuple[float, float]:
    """The lowest and the highest humidity that can be asked for, in percent.

    Raises:
        PayloadError: they are the wrong way round, or above 100.
    """
    low = config.number("min_humidity", default[0])
    high = config.number("max_humidity", default[1])
    if low >= high:
        config.refuse("max_humidity", f"{high} is not above min_humidity ({low})")
    if high > 100 or low < 0:
        config.refuse("max_humidity", "the range is not within 0 to 100")
    return low, high


def _commands(config: DiscoveryConfig) -> dict[str, Command]:
    switch = telling(config)
    tell_humidity = telling(config, "target_humidity_")

    def set_humidity(params: Mapping[str, Any]) -> Sequence[Publication]:
        return (tell_humidity(int(params["humidity"])),)

    return {
        "turn_on": lambda _params: (switch(config.text("payload_on", "ON")),),
        "turn_off": lambda _params: (switch(config.text("payload_off", "OFF")),),
        "set_humidity": set_humidity,
        "set_mode": chosen(telling(config, "mode_"), "mode"),
    }


def _readers(
    config: DiscoveryConfig, modes: tuple[str, ...], target: tuple[float, float]
) -> dict[str, tuple[Read, ...]]:
    reset = config.text("payload_reset_humidity", PAYLOAD_NONE)
    no_mode = config.text("payload_reset_mode", PAYLOAD_NONE)
    meanings: dict[str, tuple[str, Meaning]] = {
        "state_topic": (
            "state_value_template",
            switched(config.text("payload_on", "ON"), config.text("payload_off", "OFF")),
        ),
        "action_topic": ("action_template", _action),
        "current_humidity_topic": (
            "current_humidity_template",
            _humidity("current_humidity", reset, (0, 100)),
        ),
        "target_humidity_state_topic": (
            "target_humidity_state_template",
            _humidity("humidity", reset, target),
        ),
        "mode_state_topic": ("mode_state_template", listed("mode", modes, no_mode)),
    }
    return by_topic(
        config,
        {
            topic: templated(config.value(template), meaning)
            for topic, (template, meaning) in meanings.items()
        },
    )


def _humidity(attribute: str, reset: str, bounds: tuple[float, float]) -> Meaning:
    def meaning(text: str, topic: str) -> Reading | None:
        if text == reset:
            return Reading(attributes={attribute: None})
        humidity = round(number(text, topic, attribute))
        if not bounds[0] <= humidity <= bounds[1]:
            within = f"{bounds[0]:g} to {bounds[1]:g}"
            raise PayloadError(topic, f"{text!r} is not within {within}", attribute)
        return Reading(attributes={attribute: humidity})

    return meaning


_LISTED_ACTION = listed("action", _ACTIONS)


def _action(text: str, topic: str) -> Reading | None:
    return None if text == PAYLOAD_NONE else _LISTED_ACTION(text, topic)


def _modes(config: DiscoveryConfig) -> tuple[str, ...]:
    keys = ("mode_command_topic", "modes")
    for key, other in (keys, keys[::-1]):
        if config.has(key) and not config.has(other):
            config.refuse(key, f"can only be used with {other}")
    config.topic_of("mode_command_topic")
    modes = config.strings("modes")
    reset = config.text("payload_reset_mode", PAYLOAD_NONE)
    if reset in modes:
        config.refuse("modes", f"{reset!r} is payload_reset_mode")
    return modes


def _device_class(config: DiscoveryConfig) -> str | None:
    if "device_class" in config.values and not config.has("device_class"):
        return None
    return config.choice("device_class", _DEVICE_CLASSES, "humidifier")
