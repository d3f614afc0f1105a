"""Which components there are, and where each is described."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import cast

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig

COMPONENTS = frozenset(
    {
        "alarm_control_panel",
        "binary_sensor",
        "button",
        "climate",
        "cover",
        "device_tracker",
        "event",
        "fan",
        "humidifier",
        "lawn_mower",
        "light",
        "lock",
        "number",
        "scene",
        "select",
        "sensor",
        "siren",
        "switch",
        "text",
        "update",
        "vacuum",
        "valve",
        "water_heater",
    }
)
"""Each is described by the module of its name in ``components``, loaded when first needed."""

IGNORED: Mapping[str, str] = {
    "camera": "ignored: a camera only sends pictures",
    "device_automation": "ignored: a device trigger starts automations of Home Assistant",
    "image": "ignored: an image only sends pictures",
    "notify": "ignored: a notify target shows messages of Home Assistant",
    "tag": "ignored: a tag scanner starts automations of Home Assistant",
}
"""Components that hold nothing to ask or to tell, with the reason."""


def describe(config: DiscoveryConfig) -> Described:
    """What the component's module makes of the config.

    Raises:
        PayloadError: the component is unknown or ignored, or refuses the config.
    """
    if config.component in IGNORED:
        raise PayloadError(config.topic, IGNORED[config.component], config.component)
    if config.component not in COMPONENTS:
        raise PayloadError(config.topic, f"{config.component!r} is no known component")
    module = importlib.import_module(f"lamplighter_homeassistant.components.{config.component}")
    function = cast("Callable[[DiscoveryConfig], Described]", module.describe)
    return function(config)
