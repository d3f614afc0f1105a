"""Vacuum cleaners, in Home Assistant's ``state`` schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Choice, Reading, Service, Text
from lamplighter.errors import PayloadError, ServiceError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import UNKNOWN, Command, Described, Read
from lamplighter_homeassistant.components.json_payload import json_object, json_text
from lamplighter_homeassistant.components.readers import by_topic, tells
from lamplighter_homeassistant.components.writers import fixed
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig

_STATES = ("idle", "docked", "error", "paused", "returning", "cleaning")
_ATTRIBUTES = ("battery_level", "fan_speed")
_MAX_PARAMS = 4096
# By feature: the service, and the key of its payload, whose default is the service's name.
_MOVES = {
    "start": ("start", "payload_start"),
    "pause": ("pause", "payload_pause"),
    "stop": ("stop", "payload_stop"),
    "return_home": ("return_to_base", "payload_return_to_base"),
    "clean_spot": ("clean_spot", "payload_clean_spot"),
    "locate": ("locate", "payload_locate"),
}
_FEATURES = frozenset({*_MOVES, "fan_speed", "status", "send_command"})
_DEFAULT_FEATURES = ("start", "stop", "return_home", "clean_spot")


def describe(config: DiscoveryConfig) -> Described:
    """What a vacuum cleaner's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    features = config.strings("supported_features", _DEFAULT_FEATURES)
    for feature in features:
        if feature not in _FEATURES:
            known = ", ".join(sorted(_FEATURES))
            config.refuse("supported_features", f"{feature!r} is none of {known}")
    speeds = config.strings("fan_speed_list")
    services, commands = _moves(config, features)
    if "fan_speed" in features and speeds and config.topic_of("set_fan_speed_topic") is not None:
        services["set_fan_speed"] = Service(
            "set_fan_speed", {"fan_speed": Choice(speeds)}, frozenset({"fan_speed"})
        )
        commands["set_fan_speed"] = lambda params: (
            config.publication("set_fan_speed_topic", params["fan_speed"]),
        )
    if "send_command" in features and config.topic_of("send_command_topic") is not None:
        services["send_command"] = Service(
            "send_command",
            {"command": Text(minimum=1), "params": Text(maximum=_MAX_PARAMS)},
            frozenset({"command"}),
        )
        commands["send_command"] = _send_command(config)
    return Described(
        reads=by_topic(config, {"state_topic": _readers(config)}),
        services=services,
        commands=commands,
        options={"fan_speed_list": list(speeds)} if speeds else {},
        confirmable=tells(config, "state_topic"),
    )


def _moves(
    config: DiscoveryConfig, features: Sequence[str]
) -> tuple[dict[str, Service], dict[str, Command]]:
    services: dict[str, Service] = {}
    commands: dict[str, Command] = {}
    if config.topic_of("command_topic") is None:
        return services, commands
    for feature, (name, key) in _MOVES.items():
        if feature in features:
            services[name] = Service(name)
            commands[name] = fixed(config, "command_topic", config.text(key, name))
    return services, commands


def _send_command(config: DiscoveryConfig) -> Command:
    """The command alone, or in a JSON object with its parameters, which are JSON text, too.

    The command raises ServiceError where the parameters are no JSON object.
    """

    def command(params: Mapping[str, Any]) -> Sequence[Publication]:
        payload = params["command"]
        if (more := params.get("params")) is not None:
            said = parse_json(more, None)
            if not isinstance(said, dict):
                reason = f"params: {more!r} is not a JSON object"
                raise ServiceError(config.topic, "send_command", reason)
            payload = json_text({"command": payload, **said})
        return (config.publication("send_command_topic", payload),)

    return command


def _readers(config: DiscoveryConfig) -> tuple[Read, ...]:
    text = config.value()

    def state(message: Message) -> Reading | None:
        said = json_object(text(message), message.topic)
        if "state" not in said:
            return None
        value = said["state"]
        if value is None:
            return Reading(UNKNOWN)
        if value not in _STATES:
            known = ", ".join(_STATES)
            raise PayloadError(message.topic, f"{value!r} is none of {known}", "state")
        return Reading(value)

    def attributes(message: Message) -> Reading | None:
        said = parse_json(text(message), None)
        if not isinstance(said, dict):
            return None
        known = {key: said[key] for key in _ATTRIBUTES if key in said}
        return Reading(attributes=known) if known else None

    return state, attributes
