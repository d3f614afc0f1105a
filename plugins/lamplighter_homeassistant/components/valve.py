"""Valves, with or without a position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Number, Reading, Service
from lamplighter.errors import PayloadError
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Command, Described
from lamplighter_homeassistant.components.readers import (
    by_topic,
    number,
    opening_states,
    option,
    tells,
    templated,
)
from lamplighter_homeassistant.components.scaling import (
    Range,
    percentage_to_ranged,
    ranged_to_percentage,
    states_in,
)
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig

_BINARY_ONLY = ("payload_open", "payload_close", "state_open", "state_closed")
_POSITION = Service("set_position", {"position": Number(0, 100, 1, "%")}, frozenset({"position"}))


def describe(config: DiscoveryConfig) -> Described:
    """What a valve's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    positioned = config.flag("reports_position", default=False)
    facts = {
        "position_open": config.integer("position_open", 100),
        "position_closed": config.integer("position_closed", 0),
    }
    values = (facts["position_closed"] + 1, facts["position_open"])
    if not states_in(values):
        config.refuse("position_open", "both ends of the range are the same")
    if positioned:
        for key in _BINARY_ONLY:
            if key in config.values:
                config.refuse(key, "can't be used where reports_position is true")
    commands = _commands(config, positioned=positioned, values=values, facts=facts)
    reader = _Positioned(values, _moving(config)) if positioned else _Binary(opening_states(config))
    read = templated(config.value("value_template", facts), reader.meaning)
    return Described(
        reads=by_topic(config, {"state_topic": read}),
        services={name: _POSITION if "_" in name else Service(name) for name in commands},
        commands=commands,
        device_class=config.optional_text("device_class"),
        confirmable=tells(config, "state_topic"),
    )


@dataclass(frozen=True, slots=True)
class _Binary:
    """A valve that is open or closed."""

    states: Mapping[str, str]

    def meaning(self, text: str, topic: str) -> Reading | None:
        """The state, alone or in a JSON object."""
        said = parse_json(text, None)
        if isinstance(said, dict):
            if "state" not in said:
                raise PayloadError(topic, "the JSON object has none", "state")
            text = str(said["state"])
        return Reading(self.states[option(text, topic, "state", self.states)])


@dataclass(slots=True)
class _Positioned:
    """A valve with a position; ``moves`` is the state while it moves."""

    values: Range
    moving: Mapping[str, str]
    moves: str | None = None

    def meaning(self, text: str, topic: str) -> Reading | None:
        """The position or the movement, alone or both in a JSON object."""
        said = parse_json(text, None)
        if isinstance(said, dict):
            if "position" not in said:
                raise PayloadError(topic, "the JSON object has none", "position")
            return self._heard(said.get("state"), said["position"], topic)
        if text in self.moving:
            self.moves = self.moving[text]
            return Reading(self.moves)
        return self._heard(text if text == PAYLOAD_NONE else None, text, topic)

    def _heard(self, state: Any, position: Any, topic: str) -> Reading:
        if state == PAYLOAD_NONE:
            return Reading(UNKNOWN, {"position": None})
        scaled = ranged_to_percentage(self.values, number(position, topic, "position"))
        percentage = min(100, max(0, scaled))
        moves = self.moving.get(state) if isinstance(state, str) else None
        if moves or percentage in (0, 100):
            self.moves = moves
        value = self.moves or ("open" if percentage else "closed")
        return Reading(value, {"position": percentage})


def _moving(config: DiscoveryConfig) -> dict[str, str]:
    return {config.text(f"state_{name}", name): name for name in ("closing", "opening")}


def _commands(
    config: DiscoveryConfig, *, positioned: bool, values: Range, facts: Mapping[str, int]
) -> dict[str, Command]:
    if config.topic_of("command_topic") is None:
        return {}
    write = config.render("command_template")

    def fixed(payload: str) -> Command:
        return lambda _params: (config.publication("command_topic", write(payload, {})),)

    def moved(position: int) -> Sequence[Publication]:
        scaled = round(percentage_to_ranged(values, position))
        payload = write(scaled, {"position": position, **facts})
        return (config.publication("command_topic", payload),)

    commands: dict[str, Command] = {}
    if positioned:
        commands["open"] = lambda _params: moved(100)
        commands["close"] = lambda _params: moved(0)
        commands["set_position"] = lambda params: moved(int(params["position"]))
    else:
        for name in ("open", "close"):
            key, default = f"payload_{name}", name.upper()
            if config.values.get(key, default) is not None:
                commands[name] = fixed(config.text(key, default))
    if config.has("payload_stop"):
        commands["stop"] = fixed(config.text("payload_stop"))
    return commands
