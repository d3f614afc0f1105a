"""What climate devices and water heaters have in common: modes, temperatures, power."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Number
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import Command, Read
from lamplighter_homeassistant.components.readers import Meaning, by_topic, numeric, templated
from lamplighter_homeassistant.components.writers import telling
from lamplighter_homeassistant.keys import DiscoveryConfig

TARGETS = {
    "temperature": "temperature",
    "target_temp_low": "temperature_low",
    "target_temp_high": "temperature_high",
}
"""The prefix of the config's keys by the parameter's and attribute's name."""


def readers(
    config: DiscoveryConfig, meanings: Mapping[str, tuple[str, Meaning]]
) -> dict[str, tuple[Read, ...]]:
    """Readers by topic; ``value_template`` serves where a value has no template of its own.

    Args:
        config: the discovery config.
        meanings: by the key of the state topic, the key of its template and what its text means.
    """
    return by_topic(
        config,
        {
            topic: templated(
                config.value(template if config.has(template) else "value_template"), meaning
            )
            for topic, (template, meaning) in meanings.items()
        },
    )


def temperatures() -> dict[str, tuple[str, Meaning]]:
    """The measured and the wanted temperatures, for ``readers``; None where unknown."""
    return {
        "current_temperature_topic": (
            "current_temperature_template",
            numeric("current_temperature"),
        ),
        **{
            f"{prefix}_state_topic": (f"{prefix}_state_template", numeric(attribute))
            for attribute, prefix in TARGETS.items()
        },
    }


def set_temperature(config: DiscoveryConfig) -> Command:
    """Each temperature that is asked for, on its own topic."""
    tells = {
        name: telling(config, f"{prefix}_")
        for name, prefix in TARGETS.items()
        if config.topic_of(f"{prefix}_command_topic") is not None
    }

    def command(params: Mapping[str, Any]) -> Sequence[Publication]:
        return [
            tell(float(params[name]))
            for name, tell in tells.items()
            if params.get(name) is not None
        ]

    return command


def power(config: DiscoveryConfig) -> dict[str, Command]:
    """Turning on and off, where there is a topic for it."""
    if config.topic_of("power_command_topic") is None:
        return {}
    tell = telling(config, "power_")
    on, off = config.text("payload_on", "ON"), config.text("payload_off", "OFF")
    return {
        "turn_on": lambda _params: (tell(on),),
        "turn_off": lambda _params: (tell(off),),
    }


def temperature_number(config: DiscoveryConfig, celsius: tuple[float, float]) -> Number:
    """The temperatures that can be asked for, in the device's unit.

    Args:
        config: the discovery config.
        celsius: the range where the config names none.
    """
    unit = temperature_unit(config)
    default = celsius if unit == "°C" else tuple(degrees * 1.8 + 32 for degrees in celsius)
    low = config.number("min_temp", default[0])
    high = config.number("max_temp", default[1])
    if low > high:
        config.refuse("max_temp", f"{high:g} is below min_temp ({low:g})")
    return Number(low, high, 0, unit)


def temperature_unit(config: DiscoveryConfig) -> str:
    """``°C`` or ``°F``; Celsius where the config names none."""
    unit = config.choice("temperature_unit", ("C", "F", "°C", "°F"), "C")
    return f"°{unit[-1]}"
