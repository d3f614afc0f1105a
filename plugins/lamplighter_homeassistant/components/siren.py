"""Sirens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Choice, Number, Parameter, Reading, Service
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Described, Read
from lamplighter_homeassistant.components.json_payload import json_object, json_text
from lamplighter_homeassistant.components.readers import by_topic, number, tells
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig

_EMPTY_JSON = "{}"
_MAX_SECONDS = 86_400


def describe(config: DiscoveryConfig) -> Described:
    """What a siren's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    for key in ("command_template", "command_off_template"):
        config.template(key)
    siren = _Siren(config, _tones(config))
    params = siren.params()
    return Described(
        reads=by_topic(config, {"state_topic": siren.readers()}),
        services={"turn_on": Service("turn_on", params), "turn_off": Service("turn_off")},
        commands={"turn_on": siren.turn_on, "turn_off": siren.turn_off},
        options={"available_tones": list(siren.tones)} if siren.tones else {},
        confirmable=tells(config, "state_topic"),
    )


@dataclass(frozen=True, slots=True)
class _Siren:
    """``tones`` holds each tone as the device writes it, by what people say."""

    config: DiscoveryConfig
    tones: Mapping[str, Any]

    def params(self) -> dict[str, Parameter]:
        """The parameters of ``turn_on``."""
        params: dict[str, Parameter] = {}
        if self.tones:
            params["tone"] = Choice(tuple(self.tones))
        if self.config.flag("support_duration", default=True):
            params["duration"] = Number(0, _MAX_SECONDS, 1, "s")
        if self.config.flag("support_volume_set", default=True):
            params["volume_level"] = Number(0, 1)
        return params

    def turn_on(self, params: Mapping[str, Any]) -> Sequence[Publication]:
        """The payload for on with what else is asked for, as JSON or by the command template."""
        more: dict[str, Any] = {}
        if params.get("tone") is not None:
            more["tone"] = self.tones[params["tone"]]
        if params.get("duration") is not None:
            more["duration"] = int(params["duration"])
        if params.get("volume_level") is not None:
            more["volume_level"] = float(params["volume_level"])
        return self._said("command_template", self.config.text("payload_on", "ON"), more)

    def turn_off(self, params: Mapping[str, Any]) -> Sequence[Publication]:  # noqa: ARG002 - off takes none
        """The payload for off, as JSON or by the template for off or else that for on."""
        own = self.config.has("command_off_template")
        key = "command_off_template" if own else "command_template"
        return self._said(key, self.config.text("payload_off", "OFF"), {})

    def readers(self) -> tuple[Read, ...]:
        """One reader for the state and one for the attributes."""
        text = self.config.value("state_value_template")
        states = self._states()

        def state(message: Message) -> Reading | None:
            payload = text(message)
            if payload in ("", _EMPTY_JSON):
                return None
            if payload not in states:
                said = json_object(payload, message.topic)
                if "state" not in said:
                    return None
                payload = said["state"]
            if not isinstance(payload, str) or payload not in states:
                known = ", ".join(states)
                raise PayloadError(message.topic, f"{payload!r} is none of {known}", "state")
            return Reading(states[payload])

        def attributes(message: Message) -> Reading | None:
            said = parse_json(text(message), None)
            known = self._attributes(said, message.topic) if isinstance(said, dict) else {}
            return Reading(attributes=known) if known else None

        return state, attributes

    def _said(self, template_key: str, value: str, more: Mapping[str, Any]) -> list[Publication]:
        variables = {"state": value, **more}
        if not self.config.has(template_key):
            return [self.config.publication("command_topic", json_text(variables))]
        payload = self.config.render(template_key)(value, variables)
        # A template that renders to nothing says that there is nothing to send.
        if payload in ("", PAYLOAD_NONE):
            return []
        return [self.config.publication("command_topic", payload)]

    def _states(self) -> dict[str, str]:
        states = {PAYLOAD_NONE: UNKNOWN}
        for word in ("off", "on"):
            payload = self.config.text(f"payload_{word}", word.upper())
            states[self.config.text(f"state_{word}") or payload] = word
        return states

    def _attributes(self, said: Mapping[str, Any], topic: str) -> dict[str, Any]:
        params = self.params()
        known: dict[str, Any] = {}
        if "tone" in params and said.get("tone") is not None:
            tone = str(said["tone"])
            if tone not in self.tones:
                raise PayloadError(topic, f"{tone!r} is none of its tones", "tone")
            known["tone"] = tone
        for key in ("duration", "volume_level"):
            if key in params and said.get(key) is not None:
                known[key] = number(said[key], topic, key)
        return known


def _tones(config: DiscoveryConfig) -> dict[str, Any]:
    spoken = config.strings("available_tones")
    value = config.values.get("available_tones")
    raw = value if isinstance(value, list) else [value]
    return dict(zip(spoken, raw, strict=True)) if spoken else {}
