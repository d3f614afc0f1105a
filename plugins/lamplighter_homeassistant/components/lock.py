"""Locks."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Reading, Service, Text
from lamplighter.plugin import Publication
from lamplighter_homeassistant.component import UNKNOWN, Command, Described
from lamplighter_homeassistant.components.readers import (
    by_topic,
    named,
    tells,
    templated,
)
from lamplighter_homeassistant.keys import DiscoveryConfig

# In the order in which Home Assistant lets one state outweigh another.
_STATES = ("jammed", "opening", "locking", "open", "unlocking", "locked", "unlocked")


def describe(config: DiscoveryConfig) -> Described:
    """What a lock's config says.

    Raises:
        PayloadError: it can't be understood; names the topic and the key.
    """
    config.required_topic("command_topic")
    payloads = {
        "lock": config.text("payload_lock", "LOCK"),
        "unlock": config.text("payload_unlock", "UNLOCK"),
    }
    if config.has("payload_open"):
        payloads["open"] = config.text("payload_open")
    write = config.render("command_template")
    code_format = _code_format(config)
    return Described(
        reads=by_topic(
            config,
            {"state_topic": templated(config.value("value_template"), _meaning(config))},
        ),
        services={name: _service(config, name, code_format) for name in payloads},
        commands={name: _command(config, write, payload) for name, payload in payloads.items()},
        options={} if code_format is None else {"code_format": code_format},
        confirmable=tells(config, "state_topic"),
    )


def _service(config: DiscoveryConfig, name: str, code_format: str | None) -> Service:
    if code_format is None and not config.has("command_template"):
        return Service(name)
    pattern = code_format or ""
    needed = frozenset() if re.match(pattern, "") else frozenset({"code"})
    return Service(name, {"code": Text(pattern=pattern)}, needed)


def _command(
    config: DiscoveryConfig, write: Callable[[Any, Mapping[str, Any]], str], payload: str
) -> Command:
    def command(params: Mapping[str, Any]) -> Sequence[Publication]:
        text = write(payload, {"code": params.get("code") or None})
        return (config.publication("command_topic", text),)

    return command


def _code_format(config: DiscoveryConfig) -> str | None:
    pattern = config.optional_text("code_format")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error as error:
            config.refuse("code_format", f"{pattern!r} is no regular expression: {error}")
    return pattern


def _meaning(config: DiscoveryConfig) -> Callable[[str, str], Reading | None]:
    states = {config.text("payload_reset", "None"): UNKNOWN}
    for name in _STATES:
        states.setdefault(config.text(f"state_{name}", name.upper()), name)
    stated = named(states)

    def meaning(text: str, topic: str) -> Reading | None:
        return stated(text, topic) if text.strip() else None

    return meaning
