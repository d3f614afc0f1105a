"""Discovery messages: from a topic and its JSON to one config a component.

Source: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter_homeassistant.abbreviations import DEVICE, ENTITY, ORIGIN
from lamplighter_homeassistant.json_text import strict_json

_TOPIC = re.compile(
    r"(?P<component>\w+)/(?:(?P<node>[a-zA-Z0-9_-]+)/)?(?P<object>[a-zA-Z0-9_-]+)/config"
)
_SHARED = (
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "encoding",
    "payload_available",
    "payload_not_available",
    "qos",
    "state_topic",
    "~",
)
"""What a device-based message may say once for all of its components."""

_PLATFORM = "platform"
_BASE = "~"


@dataclass(frozen=True, slots=True)
class Component:
    """What a discovery message says about one component.

    Attributes:
        topic: the discovery topic.
        id: tells it from the other components of its message; "" in a message about one.
        object_id: the last part of its discovery address, a name of last resort.
        kind: Home Assistant's component, such as ``light``.
        values: its config with long keys and ``~`` expanded; empty where it is to be removed.
    """

    topic: str
    id: str
    object_id: str
    kind: str
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Discovery:
    """One discovery message.

    Attributes:
        topic: the discovery topic. What it announced before and does not any more is gone.
        components: what it announces or removes.
        problems: components that can't be read.
        migrating: it gives up its entities, so that another topic may announce them.
    """

    topic: str
    components: tuple[Component, ...] = ()
    problems: tuple[PayloadError, ...] = field(default=())
    migrating: bool = False


def is_discovery(topic: str, prefix: str) -> bool:
    """Whether the topic is one of those that devices are announced on."""
    return (
        topic.startswith(f"{prefix}/")
        and topic.endswith("/config")
        and topic.count("/") - prefix.count("/") in (3, 4)
    )


def parse(topic: str, payload: bytes, prefix: str) -> Discovery:
    """What a discovery message says.

    Raises:
        PayloadError: nothing of it can be understood.
    """
    found = _TOPIC.fullmatch(topic.removeprefix(f"{prefix}/"))
    if found is None:
        raise PayloadError(topic, "the topic holds characters that discovery does not allow")
    if not payload.strip():
        return Discovery(topic)
    values = _object(topic, payload)
    if values.get("migrate_discovery") or values.get("migr_discvry"):
        return Discovery(topic, migrating=True)
    _expand(values, ENTITY)
    _expand(values.get("device"), DEVICE)
    _expand(values.get("origin"), ORIGIN)
    if found["component"] == "device":
        return _of_device(topic, found["object"], values)
    _complete(topic, values)
    return Discovery(topic, (Component(topic, "", found["object"], found["component"], values),))


def _object(topic: str, payload: bytes) -> dict[str, Any]:
    try:
        values = strict_json(payload.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise PayloadError(topic, "the payload is not UTF-8") from error
    except ValueError as error:
        raise PayloadError(topic, f"the payload is not JSON: {error}") from error
    if not isinstance(values, dict):
        raise PayloadError(topic, "the payload is not a JSON object")
    return values


def _of_device(topic: str, object_id: str, values: dict[str, Any]) -> Discovery:
    """A device-based message: the components under ``components``, each with its platform."""
    device, components = values.get("device"), values.get("components")
    if not isinstance(device, dict):
        raise PayloadError(topic, "must be a JSON object", "device")
    if not isinstance(components, dict):
        raise PayloadError(topic, "must be a JSON object", "components")
    parsed: list[Component] = []
    problems: list[PayloadError] = []
    for name, config in components.items():
        try:
            parsed.append(_of_component(topic, object_id, name, config, values))
        except PayloadError as error:
            problems.append(error)
    return Discovery(topic, tuple(parsed), tuple(problems))


def _of_component(
    topic: str, object_id: str, name: str, config: Any, message: Mapping[str, Any]
) -> Component:
    key = f"components.{name}"
    if not isinstance(config, dict):
        raise PayloadError(topic, "must be a JSON object", key)
    _expand(config, ENTITY)
    kind = config.pop(_PLATFORM, None)
    if not isinstance(kind, str) or not kind:
        raise PayloadError(topic, "is missing", f"{key}.{_PLATFORM}")
    if not config:
        return Component(topic, name, name, kind, {})
    if config.get("unique_id") is None and kind not in ("device_automation", "tag"):
        raise PayloadError(topic, "is missing", f"{key}.unique_id")
    for option in ("device", "origin", *_SHARED):
        if option in message:
            config.setdefault(option, message[option])
    _complete(topic, config)
    return Component(topic, name, f"{object_id}_{name}", kind, config)


def _complete(topic: str, values: dict[str, Any]) -> None:
    """Long keys in the availability list, and ``~`` expanded."""
    listed = values.get("availability")
    if listed is not None:
        # A device's components share the list, and each has its own ``~``.
        items = [dict(each) if isinstance(each, dict) else each for each in _listed(listed)]
        for each in items:
            _expand(each, ENTITY)
        values["availability"] = items
    base = values.pop(_BASE, None)
    if base is None:
        return
    if not isinstance(base, str):
        raise PayloadError(topic, "must be a text", _BASE)
    _rebase(values, base)
    for each in values.get("availability") or ():
        _rebase(each, base)


def _rebase(values: Any, base: str) -> None:
    """Puts the base in place of a ``~`` at the start or the end of every topic."""
    if not isinstance(values, dict):
        return
    for key, value in values.items():
        if key.endswith("topic") and isinstance(value, str):
            if value.startswith(_BASE):
                value = base + value[1:]  # noqa: PLW2901 - both ends of one value
            if value.endswith(_BASE):
                value = value[:-1] + base  # noqa: PLW2901 - same
            values[key] = value


def _expand(values: Any, long: Mapping[str, str]) -> None:
    """Puts long keys in place of short ones; a long key that is there as well wins."""
    if not isinstance(values, dict):
        return
    for key in long.keys() & values.keys():
        values.setdefault(long[key], values.pop(key))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
