"""Fans."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Choice, Flag, Number, Parameter, Reading, Service
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
from lamplighter_homeassistant.components.scaling import (
    Range,
    percentage_to_ranged,
    ranged_to_percentage,
    states_in,
)
from lamplighter_homeassistant.components.writers import chosen, telling
from lamplighter_homeassistant.keys import DiscoveryConfig

_DIRECTIONS = ("forward", "reverse")


def describe(config: DiscoveryConfig) -> Described:
    """What a fan's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    speeds, presets = _speeds(config), _presets(config)
    params = _params(config, presets)
    services = {
        "turn_on": Service(
            "turn_on",
            {key: params[key] for key in ("percentage", "preset_mode") if key in params},
        ),
        "turn_off": Service("turn_off"),
    }
    for name, key in (
        ("set_percentage", "percentage"),
        ("set_preset_mode", "preset_mode"),
        ("oscillate", "oscillating"),
        ("set_direction", "direction"),
    ):
        if key in params:
            services[name] = Service(name, {key: params[key]}, frozenset({key}))
    commands = _commands(config, speeds)
    return Described(
        reads=_readers(config, speeds, presets),
        services=services,
        commands={name: commands[name] for name in services},
        options=_options(speeds, params, presets),
        confirmable=tells(config, "state_topic"),
    )


def _params(config: DiscoveryConfig, presets: tuple[str, ...]) -> dict[str, Parameter]:
    """The parameters that the fan has a topic for."""
    params: dict[str, Parameter] = {}
    if config.topic_of("percentage_command_topic") is not None:
        params["percentage"] = Number(0, 100, 1, "%")
    if config.topic_of("preset_mode_command_topic") is not None and presets:
        params["preset_mode"] = Choice(presets)
    if config.topic_of("oscillation_command_topic") is not None:
        params["oscillating"] = Flag()
    if config.topic_of("direction_command_topic") is not None:
        params["direction"] = Choice(_DIRECTIONS)
    return params


def _commands(config: DiscoveryConfig, speeds: Range) -> dict[str, Command]:
    switch = telling(config)
    tell_percentage = telling(config, "percentage_")
    tell_oscillation = telling(config, "oscillation_")
    preset_mode = chosen(telling(config, "preset_mode_"), "preset_mode")

    def percentage(params: Mapping[str, Any]) -> Sequence[Publication]:
        speed = percentage_to_ranged(speeds, int(params["percentage"]))
        return (tell_percentage(math.ceil(speed)),)

    def turn_on(params: Mapping[str, Any]) -> Sequence[Publication]:
        return (
            switch(config.text("payload_on", "ON")),
            *(percentage(params) if params.get("percentage") else ()),
            *(preset_mode(params) if params.get("preset_mode") else ()),
        )

    def oscillate(params: Mapping[str, Any]) -> Sequence[Publication]:
        word = "on" if params["oscillating"] else "off"
        payload = config.text(f"payload_oscillation_{word}", f"oscillate_{word}")
        return (tell_oscillation(payload),)

    return {
        "turn_on": turn_on,
        "turn_off": lambda _params: (switch(config.text("payload_off", "OFF")),),
        "set_percentage": percentage,
        "set_preset_mode": preset_mode,
        "oscillate": oscillate,
        "set_direction": chosen(telling(config, "direction_"), "direction"),
    }


def _readers(
    config: DiscoveryConfig, speeds: Range, presets: tuple[str, ...]
) -> dict[str, tuple[Read, ...]]:
    no_preset = config.text("payload_reset_preset_mode", PAYLOAD_NONE)
    meanings: dict[str, tuple[str, Meaning]] = {
        "state_topic": (
            "state_value_template",
            switched(config.text("payload_on", "ON"), config.text("payload_off", "OFF")),
        ),
        "percentage_state_topic": ("percentage_value_template", _percentage(config, speeds)),
        "preset_mode_state_topic": (
            "preset_mode_value_template",
            listed("preset_mode", presets, no_preset),
        ),
        "oscillation_state_topic": ("oscillation_value_template", _oscillating(config)),
        "direction_state_topic": ("direction_value_template", _direction),
    }
    return by_topic(
        config,
        {
            topic: templated(config.value(template), meaning)
            for topic, (template, meaning) in meanings.items()
        },
    )


def _percentage(config: DiscoveryConfig, speeds: Range) -> Meaning:
    reset = config.text("payload_reset_percentage", PAYLOAD_NONE)

    def meaning(text: str, topic: str) -> Reading | None:
        if text == reset:
            return Reading(attributes={"percentage": None})
        percentage = ranged_to_percentage(speeds, int(number(text, topic, "percentage")))
        if not 0 <= percentage <= 100:
            raise PayloadError(topic, f"{text!r} is not within the speed range", "percentage")
        return Reading(attributes={"percentage": percentage})

    return meaning


def _oscillating(config: DiscoveryConfig) -> Meaning:
    on = config.text("payload_oscillation_on", "oscillate_on")
    off = config.text("payload_oscillation_off", "oscillate_off")

    def meaning(text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return None
        if text not in (on, off):
            raise PayloadError(topic, f"{text!r} is neither {on!r} nor {off!r}", "oscillating")
        return Reading(attributes={"oscillating": text == on})

    return meaning


def _direction(text: str, _topic: str) -> Reading | None:
    return Reading(attributes={"direction": text})


def _speeds(config: DiscoveryConfig) -> Range:
    low, high = config.integer("speed_range_min", 1), config.integer("speed_range_max", 100)
    if low < 1:
        config.refuse("speed_range_min", f"{low} is below 1")
    if low >= high:
        config.refuse("speed_range_max", f"{high} is not above speed_range_min ({low})")
    return low, high


def _presets(config: DiscoveryConfig) -> tuple[str, ...]:
    keys = ("preset_mode_command_topic", "preset_modes")
    for key, other in (keys, keys[::-1]):
        if config.has(key) and not config.has(other):
            config.refuse(key, f"can only be used with {other}")
    presets = config.strings("preset_modes")
    reset = config.text("payload_reset_preset_mode", PAYLOAD_NONE)
    if reset in presets:
        config.refuse("preset_modes", f"{reset!r} is payload_reset_preset_mode")
    return presets


def _options(
    speeds: Range, params: Mapping[str, Parameter], presets: tuple[str, ...]
) -> dict[str, Any]:
    options: dict[str, Any] = {"preset_modes": list(presets)} if presets else {}
    if "percentage" in params:
        options["percentage_step"] = 100 / min(states_in(speeds), 100)
    return options
