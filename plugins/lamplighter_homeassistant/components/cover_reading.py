"""What a cover says: its state, its position and its tilt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Reading
from lamplighter.errors import PayloadError
from lamplighter_homeassistant.component import PAYLOAD_NONE, Read
from lamplighter_homeassistant.components.readers import (
    by_topic,
    number,
    opening_states,
    templated,
)
from lamplighter_homeassistant.components.scaling import Range, ranged_to_percentage
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig


def readers(
    config: DiscoveryConfig, position: Range, tilt: Range, facts: Mapping[str, int]
) -> dict[str, tuple[Read, ...]]:
    """The cover's readers by topic.

    Args:
        config: the discovery config.
        position: the device's range of positions, closed excluded.
        tilt: the device's range of tilts, ``tilt_min`` excluded.
        facts: the ends of the ranges, for the templates.
    """
    cover = _Reader(
        position=position,
        tilt=tilt,
        tilt_ends=(facts["tilt_min"], facts["tilt_max"]),
        states=opening_states(config),
        stopped=config.text("state_stopped", "stopped"),
        by_position=config.has("position_topic"),
        state_from_position=not config.has("state_topic"),
    )
    return by_topic(
        config,
        {
            "position_topic": templated(
                config.value("position_template", facts), cover.position_is
            ),
            "state_topic": templated(config.value("value_template"), cover.state_is),
            "tilt_status_topic": templated(
                config.value("tilt_status_template", facts), cover.tilt_is
            ),
        },
    )


@dataclass(slots=True)
class _Reader:
    """``at`` is the last position, ``state`` the last state: a stop is read by them."""

    position: Range
    tilt: Range
    tilt_ends: tuple[int, int]
    states: Mapping[str, str]
    stopped: str
    by_position: bool
    state_from_position: bool
    at: int | None = None
    state: str | None = None

    def state_is(self, text: str, topic: str) -> Reading | None:
        """The state that the text names; "stopped" is open or closed, wherever it stopped."""
        if text == self.stopped:
            self.state = "closed" if self._stopped_closed() else "open"
        elif text in self.states:
            self.state = self.states[text]
        else:
            known = ", ".join((self.stopped, *self.states))
            raise PayloadError(topic, f"{text!r} is none of {known}", "state")
        return Reading(self.state)

    def position_is(self, text: str, topic: str) -> Reading | None:
        """The position, alone or in a JSON object that may hold the tilt, too."""
        if text == PAYLOAD_NONE:
            return None
        said = parse_json(text, None)
        attributes: dict[str, Any] = {}
        spoken: Any = text
        if isinstance(said, dict) and said:
            if "position" not in said:
                raise PayloadError(topic, "the JSON object has none", "position")
            if said.get("tilt_position") is not None:
                attributes["tilt_position"] = self._tilted(said["tilt_position"], topic)
            spoken = said["position"]
        percentage = ranged_to_percentage(self.position, number(spoken, topic, "position"))
        self.at = attributes["position"] = min(100, max(0, percentage))
        value = ("open" if self.at else "closed") if self.state_from_position else None
        return Reading(value, attributes)

    def tilt_is(self, text: str, topic: str) -> Reading | None:
        """The tilt."""
        if text == PAYLOAD_NONE:
            return None
        return Reading(attributes={"tilt_position": self._tilted(text, topic)})

    def _tilted(self, spoken: Any, topic: str) -> int:
        tilt = round(number(spoken, topic, "tilt_position"))
        low, high = sorted(self.tilt_ends)
        if not low <= tilt <= high:
            raise PayloadError(topic, f"{tilt} is not within {low} to {high}", "tilt_position")
        return ranged_to_percentage(self.tilt, tilt)

    def _stopped_closed(self) -> bool:
        return self.at == 0 if self.by_position else self.state in ("closed", "closing")
