"""Devices that do at once what they are told: a plugin, and what its messages do to states."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from tools.understanding.homes import PLUGIN

from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.plugin import Event, Message, PluginBase, Publication

TOPIC = "simulated/"

_VALUE_AFTER = {
    ("alarm_control_panel", "arm_home"): "armed_home",
    ("alarm_control_panel", "arm_away"): "armed_away",
    ("alarm_control_panel", "arm_night"): "armed_night",
    ("alarm_control_panel", "disarm"): "disarmed",
    ("lawn_mower", "start_mowing"): "mowing",
    ("lawn_mower", "pause"): "paused",
    ("lawn_mower", "dock"): "docked",
    ("lock", "lock"): "locked",
    ("lock", "unlock"): "unlocked",
    ("lock", "open"): "open",
    ("vacuum", "start"): "cleaning",
    ("vacuum", "clean_spot"): "cleaning",
    ("vacuum", "pause"): "paused",
    ("vacuum", "stop"): "idle",
    ("vacuum", "return_to_base"): "docked",
}
_STATE_IS = {
    "set_hvac_mode": "hvac_mode",
    "set_operation_mode": "operation_mode",
    "set_value": "value",
    "select_option": "option",
}
_POSITIONED = frozenset({"cover", "valve"})


class Devices(PluginBase):
    """Carries out every service by one message on ``simulated/<entity id>``."""

    def __init__(self) -> None:
        super().__init__(PLUGIN)

    def filters(self) -> frozenset[str]:
        """Nothing is subscribed: states are handed in directly."""
        return frozenset()

    def receive(self, message: Message) -> Sequence[Event]:  # noqa: ARG002 - the plugin's signature
        """Nothing arrives by message."""
        return ()

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        """One message with the service and its parameters."""
        payload = json.dumps({"service": service, "params": dict(params)}).encode()
        return [Publication(TOPIC + entity.id, payload)]


def reading_after(entity: Entity, service: str, params: Mapping[str, Any]) -> Reading:
    """What the device tells once it did what it was told."""
    attributes = {key: value for key, value in params.items() if key not in _STATE_IS.values()}
    if (entity.domain, service) in _VALUE_AFTER:
        return Reading(_VALUE_AFTER[entity.domain, service], attributes)
    if service in _STATE_IS:
        return Reading(str(params[_STATE_IS[service]]))
    if entity.domain in _POSITIONED:
        return _moved(service, attributes, knows="set_position" in entity.services)
    if service == "turn_off":
        return Reading("off")
    turning = service == "turn_on" or (service == "set_percentage" and params["percentage"])
    if turning or (service == "set_preset_mode" and entity.domain == "fan"):
        return Reading("on", attributes)
    return Reading(None, attributes)


def _moved(service: str, attributes: Mapping[str, Any], *, knows: bool) -> Reading:
    """``knows``: whether it tells its position."""
    if service in ("open", "close"):
        position = 100 if service == "open" else 0
        told = {"position": position} if knows else {}
        return Reading("open" if position else "closed", told)
    if service == "set_position":
        return Reading("open" if attributes["position"] > 0 else "closed", attributes)
    if service in ("open_tilt", "close_tilt"):
        return Reading(None, {"tilt_position": 100 if service == "open_tilt" else 0})
    return Reading(None, attributes)
