"""``number``: a number that can be set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Number, Reading, Service
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, Publication
from lamplighter_homeassistant.component import UNKNOWN, Described
from lamplighter_homeassistant.keys import DiscoveryConfig

_LEAST_STEP = 1e-3


def describe(config: DiscoveryConfig) -> Described:
    """What a number's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    config.required_topic("command_topic")
    kind = _kind(config)
    topic = config.filter_of("state_topic")
    read_value = config.value("value_template")
    write = config.render("command_template")
    reset = config.text("payload_reset", "None")

    def read(message: Message) -> Reading | None:
        text = read_value(message).strip()
        if not text:
            return None
        if text == reset:
            return Reading(value=UNKNOWN)
        return Reading(value=_within(message, kind, text))

    def set_value(params: Mapping[str, Any]) -> Sequence[Publication]:
        value = float(params["value"])
        plain = int(value) if value.is_integer() else value
        return (config.publication("command_topic", write(plain, {})),)

    return Described(
        reads={topic: (read,)} if topic else {},
        services={"set_value": Service("set_value", {"value": kind}, frozenset({"value"}))},
        commands={"set_value": set_value},
        device_class=config.optional_text("device_class"),
        unit=kind.unit,
        options={
            "min": kind.minimum,
            "max": kind.maximum,
            "step": kind.step,
            "mode": config.choice("mode", ("auto", "box", "slider"), "auto"),
        },
        confirmable=topic is not None,
    )


def _kind(config: DiscoveryConfig) -> Number:
    minimum, maximum = config.number("min", 1.0), config.number("max", 100.0)
    step = config.number("step", 1.0)
    if minimum > maximum:
        config.refuse("max", f"{maximum:g} is below min ({minimum:g})")
    if step < _LEAST_STEP:
        config.refuse("step", f"{step:g} is below {_LEAST_STEP:g}")
    return Number(minimum, maximum, step, config.text("unit_of_measurement").strip())


def _within(message: Message, kind: Number, text: str) -> str:
    """The text, if it is a number in range; others are no state of this entity."""
    try:
        value = float(text)
    except ValueError as error:
        raise PayloadError(message.topic, f"{text!r} is not a number") from error
    if not kind.minimum <= value <= kind.maximum:
        raise PayloadError(
            message.topic, f"{text} is not within {kind.minimum:g} to {kind.maximum:g}"
        )
    return text
