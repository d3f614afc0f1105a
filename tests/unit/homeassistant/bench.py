"""A described component on the bench: what it sends for a service, what it makes of a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.component import Described
from lamplighter_homeassistant.keys import DiscoveryConfig

Describe = Callable[[DiscoveryConfig], Described]

DISCOVERY_TOPIC = "homeassistant/thing/id/config"


@dataclass
class Bench:
    """What a component was described as, and what was heard from it so far."""

    described: Described
    value: str | None = None
    attributes: dict[str, Any] = field(default_factory=dict)

    def send(self, service: str, /, **params: Any) -> list[tuple[str, str]]:
        """The topics and payloads that carry out a service the component offers."""
        offered = self.described.services[service]
        assert set(params) <= set(offered.params)
        assert offered.required <= set(params)
        messages = self.described.commands[service](params)
        assert all(message.qos == 1 and not message.retain for message in messages)
        return [(message.topic, message.payload.decode()) for message in messages]

    def hear(self, topic: str, payload: str) -> None:
        """Take a state message as the catalogue would: merge all that its readers say."""
        for read in self.described.reads[topic]:
            reading = read(Message(topic, payload.encode()))
            if reading is not None:
                self.value = reading.value if reading.value is not None else self.value
                self.attributes |= reading.attributes

    def refuses(self, topic: str, payload: str, key: str) -> None:
        """Assert that a reader refuses the message and names the key."""
        with pytest.raises(PayloadError) as caught:
            self.hear(topic, payload)
        assert (caught.value.topic, caught.value.key) == (topic, key)

    @property
    def services(self) -> dict[str, list[str]]:
        """The parameters by service."""
        return {name: list(one.params) for name, one in self.described.services.items()}


def bench(describe: Describe, values: Mapping[str, Any]) -> Bench:
    """The component that ``describe`` makes of these keys."""
    return Bench(describe(DiscoveryConfig(DISCOVERY_TOPIC, values, "thing")))


def refusal(describe: Describe, values: Mapping[str, Any]) -> str:
    """The key that makes ``describe`` refuse a config."""
    with pytest.raises(PayloadError) as caught:
        describe(DiscoveryConfig(DISCOVERY_TOPIC, values, "thing"))
    assert caught.value.topic == DISCOVERY_TOPIC
    return caught.value.key
