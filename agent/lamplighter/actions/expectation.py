"""What a device's state must show before an action counts as confirmed."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping
from typing import Any

from lamplighter.catalogue.entity import Entity, State
from lamplighter.catalogue.vocabulary import ATTRIBUTE_AFTER, STATE_AFTER, STATE_IS_PARAMETER

_PERCENT_SLACK = 3.0  # devices round to 254, 100 or 8 steps
_KELVIN_SLACK = 0.05  # mireds round
_DEGREE_SLACK = 0.51  # half-degree thermostats
_HUE_SLACK = 0.06  # xy colour spaces of lamps differ
_MOVING = frozenset({"opening", "closing"})
_SHOWN_IN = {
    "rgb_color": frozenset({"rgb", "rgbw", "rgbww", "hs", "xy", "white"}),
    "color_temp_kelvin": frozenset({"color_temp"}),
}
"""The colour modes in which an attribute tells what the light shows."""
_PERCENT = frozenset({"brightness_pct", "position", "tilt_position", "percentage", "humidity"})
_DEGREES = frozenset({"temperature", "target_temp_low", "target_temp_high"})


def can_show(entity: Entity, service: str) -> bool:
    """Whether the entity's state can confirm this service at all."""
    if not entity.confirmable:
        return False
    key = (entity.domain, service)
    if key in STATE_AFTER or key in STATE_IS_PARAMETER:
        return True
    offered = entity.services.get(service)
    params = offered.params if offered else {}
    return any((entity.domain, name) in ATTRIBUTE_AFTER for name in params)


def shows(
    entity: Entity, service: str, params: Mapping[str, Any], state: State, *, fresh: bool
) -> bool:
    """Whether ``state`` is what the service leads to.

    Args:
        entity: the entity that was told.
        service: the service it was told.
        params: its parameters.
        state: what is known of it.
        fresh: True where the state was heard after the command went out; only then does being on
            the way ("opening") count for a position.
    """
    key = (entity.domain, service)
    wanted = STATE_AFTER.get(key)
    if wanted is not None and state.value not in wanted:
        return False
    named = STATE_IS_PARAMETER.get(key)
    if named is not None:
        return _same_value(params.get(named), state.value)
    if service == "set_position" and fresh and state.value in _MOVING:
        return True
    return all(_attribute_shows(entity, name, value, state) for name, value in params.items())


def _attribute_shows(entity: Entity, name: str, wanted: Any, state: State) -> bool:
    attribute = ATTRIBUTE_AFTER.get((entity.domain, name))
    if attribute is None:
        return True
    mode = state.attributes.get("color_mode")
    if attribute in _SHOWN_IN and mode is not None and mode not in _SHOWN_IN[attribute]:
        return False  # what is told of the colour is from before
    shown = state.attributes.get(attribute)
    if shown is None:
        # Many lamps report no colour and many fans no preset: what is not told can't contradict.
        return attribute in ("rgb_color", "color_temp_kelvin", "effect", "preset_mode")
    if attribute == "rgb_color":
        return _same_hue(wanted, shown)
    # A fan of nine speeds told 50 % shows 56 %: as near as its steps allow.
    return _close(attribute, wanted, shown, float(entity.options.get(f"{attribute}_step", 0.0)))


def _close(attribute: str, wanted: Any, shown: Any, step: float) -> bool:
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return _same_value(wanted, shown)
    if not isinstance(shown, int | float):
        return False
    slack = 1e-6
    if attribute in _PERCENT:
        slack = max(_PERCENT_SLACK, step)
    elif attribute in _DEGREES:
        slack = _DEGREE_SLACK
    elif attribute == "color_temp_kelvin":
        slack = _KELVIN_SLACK * float(wanted)
    return abs(float(shown) - float(wanted)) <= slack


def _same_value(wanted: Any, shown: Any) -> bool:
    try:
        return abs(float(wanted) - float(shown)) < 1e-6
    except (TypeError, ValueError):
        return str(wanted).casefold() == str(shown).casefold()


def _same_hue(wanted: Any, shown: Any) -> bool:
    try:
        first = colorsys.rgb_to_hsv(*(float(part) / 255 for part in wanted))
        second = colorsys.rgb_to_hsv(*(float(part) / 255 for part in shown))
    except (TypeError, ValueError):
        return False
    if min(first[1], second[1]) < 0.2:  # nearly white: hue means nothing
        return abs(first[1] - second[1]) < 0.3
    distance = abs(first[0] - second[0])
    return min(distance, 1 - distance) <= _HUE_SLACK
