"""Lawn mowers."""

from __future__ import annotations

from lamplighter.catalogue.entity import Reading, Service
from lamplighter_homeassistant.component import UNKNOWN, Command, Described
from lamplighter_homeassistant.components.readers import by_topic, named, tells, templated
from lamplighter_homeassistant.components.writers import telling
from lamplighter_homeassistant.keys import DiscoveryConfig

_SERVICES = ("start_mowing", "pause", "dock")
_ACTIVITIES = ("error", "paused", "mowing", "docked", "returning")
_ACTIVITY = named({activity: activity for activity in _ACTIVITIES})


def describe(config: DiscoveryConfig) -> Described:
    """What a lawn mower's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    names = [name for name in _SERVICES if config.topic_of(f"{name}_command_topic") is not None]
    return Described(
        reads=by_topic(
            config,
            {"activity_state_topic": templated(config.value("activity_value_template"), _meaning)},
        ),
        services={name: Service(name) for name in names},
        commands={name: _command(config, name) for name in names},
        confirmable=tells(config, "activity_state_topic"),
    )


def _command(config: DiscoveryConfig, name: str) -> Command:
    tell = telling(config, f"{name}_")
    return lambda _params: (tell(name),)


def _meaning(text: str, topic: str) -> Reading | None:
    return Reading(UNKNOWN) if text.lower() == "none" else _ACTIVITY(text, topic)
