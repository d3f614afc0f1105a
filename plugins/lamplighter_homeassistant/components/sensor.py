"""``sensor``: a value that is measured or told."""

from __future__ import annotations

from lamplighter.catalogue.entity import Reading
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Described
from lamplighter_homeassistant.keys import DiscoveryConfig


def describe(config: DiscoveryConfig) -> Described:
    """What a sensor's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    topic = config.required_filter("state_topic")
    read_value = config.value("value_template")
    options = config.strings("options")
    unit = config.text("unit_of_measurement").strip()
    device_class = config.optional_text("device_class")
    state_class = config.optional_text("state_class")
    _check_options(config, unit, device_class, state_class)
    config.template("last_reset_value_template")

    def read(message: Message) -> Reading | None:
        text = read_value(message)
        if text == PAYLOAD_NONE:
            return Reading(value=UNKNOWN)
        if not text or (options and text not in options):
            return None
        return Reading(value=text)

    facts = {"options": options, "state_class": state_class}
    return Described(
        reads={topic: (read,)},
        device_class=device_class,
        unit=unit,
        options={key: value for key, value in facts.items() if value},
        expire_after=config.optional_seconds("expire_after") or None,
    )


def _check_options(
    config: DiscoveryConfig, unit: str, device_class: str | None, state_class: str | None
) -> None:
    """Home Assistant's rule: ``options`` go with device class enum, and with no number."""
    if not config.has("options"):
        return
    if not config.strings("options"):
        config.refuse("options", "is an empty list")
    if unit or state_class:
        config.refuse("options", "can't be given together with a unit or a state class")
    if device_class != "enum":
        config.refuse("options", "needs device_class enum")
