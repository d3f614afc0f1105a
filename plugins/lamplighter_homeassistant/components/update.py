"""``update``: firmware that can be newer than what is installed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lamplighter.catalogue.entity import Reading, Service
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import Described, Read
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig

_KNOWN = (
    "installed_version",
    "latest_version",
    "title",
    "release_summary",
    "release_url",
    "in_progress",
    "update_percentage",
)
_PLAIN = re.compile(r"[vV]?(\d{1,20}(?:\.\d{1,20}){0,7})")


class _Versions:
    """What is installed and what could be, heard on one or two topics."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def learn(self, facts: Mapping[str, Any]) -> Reading:
        """``on`` while a newer version is there, ``off`` while not, None before both are known."""
        self._known.update(facts)
        installed, latest = (self._known.get(key) for key in _KNOWN[:2])
        value = None
        if installed is not None and latest is not None:
            value = "on" if is_newer(str(latest), str(installed)) else "off"
        return Reading(value=value, attributes=dict(facts))


def is_newer(latest: str, installed: str) -> bool:
    """Whether one version is newer than another.

    Versions of numbers and dots are compared by their numbers; of others, any different one counts
    as newer.
    """
    if latest == installed:
        return False
    both = [_PLAIN.fullmatch(version) for version in (latest, installed)]
    numbers = [_numbers(found[1]) for found in both if found]
    return len(numbers) < 2 or numbers[0] > numbers[1]


def describe(config: DiscoveryConfig) -> Described:
    """What an update's config means.

    Raises:
        PayloadError: naming topic and key.
    """
    versions = _Versions()
    reads: dict[str, tuple[Read, ...]] = {}
    read_state = config.value("value_template")
    read_latest = config.value("latest_version_template")

    def state(message: Message) -> Reading | None:
        text = read_state(message)
        return versions.learn(_facts(text)) if text and text != "{}" else None

    def latest(message: Message) -> Reading | None:
        text = read_latest(message)
        return versions.learn({"latest_version": text}) if text else None

    for key, read in (("state_topic", state), ("latest_version_topic", latest)):
        if (topic := config.filter_of(key)) is not None:
            reads[topic] = (*reads.get(topic, ()), read)
    facts = {key: config.optional_text(key) for key in ("title", "release_url", "release_summary")}
    described = Described(
        reads=reads,
        device_class=config.optional_text("device_class"),
        options={key: value for key, value in facts.items() if value},
        confirmable="state_topic" in config.values,
    )
    return _with_install(config, described)


def _with_install(config: DiscoveryConfig, described: Described) -> Described:
    if not config.has("command_topic"):
        return described
    payload = config.text("payload_install", "INSTALL")
    publication = config.publication("command_topic", payload)
    return Described(
        reads=described.reads,
        services={"install": Service("install")},
        commands={"install": lambda _: (publication,)},
        device_class=described.device_class,
        options=described.options,
        confirmable=described.confirmable,
    )


def _facts(text: str) -> dict[str, Any]:
    """What a state says: a JSON object, or only the installed version."""
    data = parse_json(text, None)
    if not isinstance(data, dict):
        return {"installed_version": text}
    facts = {key: value for key, value in data.items() if key in _KNOWN and value is not None}
    if "update_percentage" in data:
        # Null says that no installation is under way.
        facts["update_percentage"] = data["update_percentage"]
        facts.setdefault("in_progress", data["update_percentage"] is not None)
    return facts


def _numbers(version: str) -> list[int]:
    numbers = [int(part) for part in version.split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    return numbers
