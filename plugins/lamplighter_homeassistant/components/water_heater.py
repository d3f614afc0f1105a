"""Water heaters."""

from __future__ import annotations

from lamplighter.catalogue.entity import Choice, Service
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Command, Described
from lamplighter_homeassistant.components.readers import named, tells
from lamplighter_homeassistant.components.temperature_control import (
    power,
    readers,
    set_temperature,
    temperature_number,
    temperatures,
)
from lamplighter_homeassistant.components.writers import chosen, telling
from lamplighter_homeassistant.keys import DiscoveryConfig

_MODES = ("eco", "electric", "gas", "heat_pump", "high_demand", "performance", "off")
# 110 to 140 °F, Home Assistant's default.
_RANGE = ((110 - 32) / 1.8, 60.0)


def describe(config: DiscoveryConfig) -> Described:
    """What a water heater's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    modes = config.strings("modes", _MODES)
    wanted = temperature_number(config, _RANGE)
    services: dict[str, Service] = {}
    commands: dict[str, Command] = dict(power(config))
    services |= {name: Service(name) for name in commands}
    if config.topic_of("temperature_command_topic") is not None:
        services["set_temperature"] = Service(
            "set_temperature", {"temperature": wanted}, frozenset({"temperature"})
        )
        commands["set_temperature"] = set_temperature(config)
    if config.topic_of("mode_command_topic") is not None and modes:
        services["set_operation_mode"] = Service(
            "set_operation_mode", {"operation_mode": Choice(modes)}, frozenset({"operation_mode"})
        )
        commands["set_operation_mode"] = chosen(telling(config, "mode_"), "operation_mode")
    mode = named({**{mode: mode for mode in modes}, PAYLOAD_NONE: UNKNOWN})
    return Described(
        reads=readers(
            config,
            {"mode_state_topic": ("mode_state_template", mode), **temperatures()},
        ),
        services=services,
        commands=commands,
        unit=wanted.unit,
        options={
            "operation_list": list(modes),
            "min_temp": wanted.minimum,
            "max_temp": wanted.maximum,
            "temperature_unit": wanted.unit,
        },
        confirmable=tells(config, "mode_state_topic", "temperature_state_topic"),
    )
