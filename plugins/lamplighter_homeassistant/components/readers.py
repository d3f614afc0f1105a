"""Readers that several components are put together from."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from typing import Any

from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import PAYLOAD_NONE, UNKNOWN, Read
from lamplighter_homeassistant.keys import DiscoveryConfig

_LARGEST = 1e12
"""Beyond this a number is a device's mistake, and sums with it would overflow."""

Meaning = Callable[[str, str], Reading | None]
"""What a text means that came on a topic: ``meaning(text, topic)``.

Raises PayloadError, naming the topic and what was meant to be in the text.
"""


def by_topic(
    config: DiscoveryConfig, readers: Mapping[str, Read | tuple[Read, ...]]
) -> dict[str, tuple[Read, ...]]:
    """Readers by the topic they listen to, in the given order.

    Args:
        config: the discovery config.
        readers: by the config key of the state topic; keys that the config lacks are left out.
    """
    reads: dict[str, tuple[Read, ...]] = {}
    for key, wanted in readers.items():
        topic = config.filter_of(key)
        if topic is not None:
            more = wanted if isinstance(wanted, tuple) else (wanted,)
            reads[topic] = (*reads.get(topic, ()), *more)
    return reads


def templated(value: Callable[[Message], str], meaning: Meaning) -> Read:
    """A reader that renders the message's value and says what it means; "" means nothing."""

    def read(message: Message) -> Reading | None:
        text = value(message)
        return meaning(text, message.topic) if text else None

    return read


def switched(on: str, off: str) -> Meaning:
    """The state ``on`` or ``off``, as these payloads say."""
    return named({on: "on", off: "off", PAYLOAD_NONE: UNKNOWN})


def named(states: Mapping[str, str]) -> Meaning:
    """The state that the text stands for."""

    def meaning(text: str, topic: str) -> Reading | None:
        if text not in states:
            raise PayloadError(topic, f"{text!r} is none of {', '.join(states)}", "state")
        return Reading(states[text])

    return meaning


def numeric(attribute: str, unit: Callable[[float], Any] = float) -> Meaning:
    """A numeric attribute, brought by ``unit`` into the unit people use."""

    def meaning(text: str, topic: str) -> Reading | None:
        if text == PAYLOAD_NONE:
            return Reading(attributes={attribute: None})
        return Reading(attributes={attribute: unit(number(text, topic, attribute))})

    return meaning


def listed(attribute: str, options: Collection[str], nothing: str = PAYLOAD_NONE) -> Meaning:
    """An attribute that is one of these options, or None where the text is ``nothing``."""

    def meaning(text: str, topic: str) -> Reading | None:
        if text == nothing:
            return Reading(attributes={attribute: None})
        return Reading(attributes={attribute: option(text, topic, attribute, options)})

    return meaning


def option(value: Any, topic: str, key: str, options: Collection[str]) -> str:
    """``value`` where it is one of the options.

    Raises:
        PayloadError: it is not.
    """
    if not isinstance(value, str) or value not in options:
        raise PayloadError(topic, f"{value!r} is none of {', '.join(options)}", key)
    return value


def number(value: Any, topic: str, key: str) -> float:
    """``value`` as a number, also where it is written as text.

    Raises:
        PayloadError: it is none, or no device could mean it.
    """
    try:
        result = float(value)
    except (TypeError, ValueError, OverflowError):
        result = math.nan
    if isinstance(value, bool) or not abs(result) <= _LARGEST:
        raise PayloadError(topic, f"{value!r} is not a number", key)
    return result


def numbers(value: str, topic: str, key: str, count: int) -> tuple[float, ...]:
    """``count`` numbers separated by commas.

    Raises:
        PayloadError: it is not that.
    """
    parts = value.split(",")
    if len(parts) != count:
        raise PayloadError(topic, f"{value!r} is not {count} numbers separated by commas", key)
    return tuple(number(part, topic, key) for part in parts)


def opening_states(config: DiscoveryConfig) -> dict[str, str]:
    """The states of what opens and closes, by payload.

    Where two states share a payload, the first in Home Assistant's order counts.
    """
    states: dict[str, str] = {}
    for name in ("opening", "closing", "open", "closed"):
        states.setdefault(config.text(f"state_{name}", name), name)
    states.setdefault(PAYLOAD_NONE, UNKNOWN)
    return states


def tells(config: DiscoveryConfig, *state_topics: str) -> bool:
    """Whether the device tells its state, so that what it is told can be confirmed."""
    return not config.flag("optimistic", default=False) and any(map(config.has, state_topics))
