"""Whether an entity is there, from its availability topics."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.keys import DiscoveryConfig

MODES = ("all", "any", "latest")


@dataclass(frozen=True, slots=True)
class Source:
    """One availability topic: how its payload is read, and the two texts that count."""

    read: Callable[[Message], str]
    online: str
    offline: str


@dataclass(slots=True)
class Availability:
    """An entity's availability; where there are topics it is away until one says otherwise.

    Attributes:
        sources: by topic; none means always there.
        mode: ``all`` topics must say so, ``any`` of them, or the ``latest`` word counts.
        heard: what each topic said last.
        latest: what any topic said last.
    """

    sources: Mapping[str, Source] = field(default_factory=dict)
    mode: str = "latest"
    heard: dict[str, bool] = field(default_factory=dict)
    latest: bool = False

    @property
    def available(self) -> bool:
        """Whether the entity is there now."""
        if not self.sources:
            return True
        if self.mode == "latest":
            return self.latest
        said = [self.heard.get(topic, False) for topic in self.sources]
        return all(said) if self.mode == "all" else any(said)

    def hear(self, message: Message) -> None:
        """Take in a message on one of the topics; any other text than the two is ignored.

        Raises:
            PayloadError, TemplateError: it can't be read.
        """
        source = self.sources.get(message.topic)
        if source is None:
            return
        text = source.read(message)
        if text in (source.online, source.offline):
            self.latest = text == source.online
            self.heard[message.topic] = self.latest

    def keep(self, before: Availability) -> None:
        """Take over what an earlier config of the same entity had heard."""
        self.heard = {topic: said for topic, said in before.heard.items() if topic in self.sources}
        self.latest = before.latest and any(self.heard.values())


def availability_of(config: DiscoveryConfig) -> Availability:
    """The availability that a config describes.

    Raises:
        PayloadError: naming the key.
    """
    if config.has("availability") and config.has("availability_topic"):
        config.refuse("availability", "can't be given together with availability_topic")
    mode = config.choice("availability_mode", MODES, "latest")
    if (topic := config.topic_of("availability_topic")) is not None:
        return Availability({topic: _source(config, "availability_template")}, mode)
    listed = config.values.get("availability") or []
    return Availability(dict(_item(config, each) for each in listed), mode)


def _item(config: DiscoveryConfig, values: Any) -> tuple[str, Source]:
    if not isinstance(values, dict):
        raise PayloadError(config.topic, "must be a list of JSON objects", "availability")
    merged = {"encoding": config.values.get("encoding"), **values}
    item = DiscoveryConfig(
        f"{config.topic}: availability", merged, config.component, config.templates
    )
    return item.required_topic("topic"), _source(item, "value_template")


def _source(config: DiscoveryConfig, template_key: str) -> Source:
    return Source(
        config.value(template_key),
        config.text("payload_available", "online"),
        config.text("payload_not_available", "offline"),
    )
