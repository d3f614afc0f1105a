"""Alarm panels."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Reading, Service, Text
from lamplighter.errors import ServiceError
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Command, Described
from lamplighter_homeassistant.components.readers import by_topic, named, tells, templated
from lamplighter_homeassistant.keys import DiscoveryConfig

_STATES = (
    "disarmed",
    "armed_home",
    "armed_away",
    "armed_night",
    "armed_vacation",
    "armed_custom_bypass",
    "pending",
    "arming",
    "disarming",
    "triggered",
)
_FEATURES = (
    "arm_home",
    "arm_away",
    "arm_night",
    "arm_vacation",
    "arm_custom_bypass",
    "trigger",
)
# A code of one of these is not checked here but by the panel itself.
_REMOTE = {"REMOTE_CODE": "number", "REMOTE_CODE_TEXT": "text"}


def describe(config: DiscoveryConfig) -> Described:
    """What an alarm panel's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    config.required_filter("state_topic")
    features = config.strings("supported_features", _FEATURES)
    for feature in features:
        if feature not in _FEATURES:
            config.refuse("supported_features", f"{feature!r} is none of {', '.join(_FEATURES)}")
    panel = _Panel(config, config.optional_text("code"), config.render("command_template"))
    names = (*dict.fromkeys(features), "disarm")
    return Described(
        reads=by_topic(
            config,
            {"state_topic": templated(config.value("value_template"), _meaning)},
        ),
        services={name: panel.service(name) for name in names},
        commands={name: panel.command(name) for name in names},
        options=panel.options(),
        confirmable=tells(config, "state_topic"),
    )


@dataclass(frozen=True, slots=True)
class _Panel:
    config: DiscoveryConfig
    code: str | None
    write: Callable[[Any, Mapping[str, Any]], str]

    def service(self, name: str) -> Service:
        """The service; a code must be given where the panel asks for one."""
        needed = frozenset({"code"}) if self._checks(name) else frozenset[str]()
        return Service(name, {"code": Text(minimum=1)}, needed)

    def command(self, name: str) -> Command:
        """The command; it raises ServiceError where the code is wrong."""
        action = self.config.text(f"payload_{name}", name.upper())
        templated_action = self.config.has("command_template")

        def command(params: Mapping[str, Any]) -> Sequence[Publication]:
            code = params.get("code") or None
            if self._checks(name) and not self._fits(code):
                raise ServiceError(self.config.topic, name, "the code is missing or wrong")
            variables = {"action": action, "code": code}
            payload = self.write(None, variables) if templated_action else action
            return (self.config.publication("command_topic", payload),)

        return command

    def options(self) -> dict[str, Any]:
        """``code_format`` (``number`` or ``text``) and what it is needed for."""
        if self.code is None:
            return {}
        digits = "number" if self.code.isdigit() else "text"
        return {
            "code_format": _REMOTE.get(self.code, digits),
            "code_arm_required": self.config.flag("code_arm_required", default=True),
        }

    def _checks(self, name: str) -> bool:
        kind = "arm" if name.startswith("arm_") else name
        return self.code is not None and self.config.flag(f"code_{kind}_required", default=True)

    def _fits(self, code: str | None) -> bool:
        return code == self.code or (self.code in _REMOTE and bool(code))


_STATED = named({**{state: state for state in _STATES}, PAYLOAD_NONE: UNKNOWN})


def _meaning(text: str, topic: str) -> Reading | None:
    return _STATED(text, topic) if text.strip() else None
