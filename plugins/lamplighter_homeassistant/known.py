"""An entity that was announced: what it is, and what its messages mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message
from lamplighter_homeassistant.attributes import without_own
from lamplighter_homeassistant.availability import Availability, availability_of
from lamplighter_homeassistant.component import Described, Read
from lamplighter_homeassistant.json_text import parse_json
from lamplighter_homeassistant.keys import DiscoveryConfig
from lamplighter_homeassistant.messages import Component
from lamplighter_homeassistant.naming import device_of, entity_id, fingerprint, full_name
from lamplighter_homeassistant.registry import describe
from lamplighter_homeassistant.templates import Templates

_CATEGORIES = ("config", "diagnostic")


@dataclass(slots=True)
class Known:
    """An announced entity.

    Attributes:
        component: what was announced.
        entity: what the catalogue was told.
        described: how its messages are read and its services carried out.
        availability: whether it is there.
        attributes: the topic and reader of its JSON attributes, or None.
        expires_at: UTC seconds when its value is too old, or None.
        off_at: UTC seconds when its ``on`` falls back to ``off``, or None.
        expired: True while its value is too old.
    """

    component: Component
    entity: Entity
    described: Described
    availability: Availability
    attributes: tuple[str, Read] | None
    expires_at: float | None = None
    off_at: float | None = None
    expired: bool = False

    @property
    def available(self) -> bool:
        """Whether it is there and its value not too old."""
        return self.availability.available and not self.expired

    def filters(self) -> frozenset[str]:
        """Every topic or filter that says something about it."""
        own = {*self.described.reads, *self.availability.sources}
        if self.attributes is not None:
            own.add(self.attributes[0])
        return frozenset(own)

    def readers(self, topic_filter: str) -> Sequence[Read]:
        """What reads the messages of one of its filters, availability aside."""
        found = tuple(self.described.reads.get(topic_filter, ()))
        if self.attributes is not None and self.attributes[0] == topic_filter:
            return (*found, self.attributes[1])
        return found

    def heard(self, arrived: float) -> bool:
        """Notes that a state message came, whatever it says; True where the value was too old."""
        if self.described.expire_after is None:
            return False
        self.expires_at = arrived + self.described.expire_after
        was_expired, self.expired = self.expired, False
        return was_expired

    def learned(self, value: str | None, arrived: float) -> None:
        """Starts the clock that an ``on`` starts, and stops it for any other value."""
        if self.described.off_delay is not None and value is not None:
            self.off_at = arrived + self.described.off_delay if value == "on" else None

    def keep(self, before: Known) -> None:
        """Takes over what an earlier config of the same entity had heard."""
        self.availability.keep(before.availability)
        if self.described.expire_after is not None:
            self.expires_at, self.expired = before.expires_at, before.expired
        if self.described.off_delay is not None:
            self.off_at = before.off_at

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward: what is awaited moves along."""
        if self.off_at is not None:
            self.off_at += by
        if self.expires_at is not None:
            self.expires_at += by

    def passed(self, now: float) -> Reading | None:
        """What the passing of time says about it."""
        if self.off_at is not None and now >= self.off_at:
            self.off_at = None
            return Reading(value="off")
        if self.expires_at is not None and now >= self.expires_at:
            self.expires_at = None
            self.expired = True
            return Reading(available=False)
        return None


def identity(component: Component) -> str:
    """What tells an entity from all others: domain and unique id, else where it was announced."""
    unique_id = component.values.get("unique_id")
    own = str(unique_id) if unique_id is not None else f"{component.topic}#{component.id}"
    return f"{component.kind}.{own}"


def make_known(component: Component, templates: Templates, taken: Callable[[str], bool]) -> Known:
    """The entity that a component announces.

    Args:
        component: as a discovery message tells it.
        templates: compiles its templates.
        taken: whether an entity id belongs to another entity.

    Raises:
        PayloadError: naming topic and key.
    """
    config = DiscoveryConfig(component.topic, component.values, component.kind, templates)
    described = describe(config)
    device = device_of(config)
    name = full_name(config, device, component.object_id)
    unique_id = identity(component).partition(".")[2]
    chosen = entity_id(config, name, unique_id)
    if taken(chosen):
        chosen = f"{chosen}_{fingerprint(unique_id)}"
    entity = Entity(
        id=chosen,
        unique_id=unique_id,
        plugin="homeassistant",
        domain=component.kind,
        name=name,
        services=described.services,
        device=device,
        device_class=described.device_class,
        unit=described.unit,
        category=_category(config),
        enabled=config.flag("enabled_by_default", default=True),
        confirmable=described.confirmable,
        options=described.options,
    )
    return Known(component, entity, described, availability_of(config), _attributes(config))


def _category(config: DiscoveryConfig) -> str | None:
    if not config.has("entity_category"):
        return None
    return config.choice("entity_category", _CATEGORIES, "config")


def _attributes(config: DiscoveryConfig) -> tuple[str, Read] | None:
    """The JSON attributes' topic and reader."""
    topic = config.filter_of("json_attributes_topic")
    if topic is None:
        return None
    read_text = config.value("json_attributes_template")

    def read(message: Message) -> Reading | None:
        text = read_text(message)
        if not text:
            return None
        data: Any = parse_json(text, None)
        if not isinstance(data, Mapping):
            raise PayloadError(message.topic, "is no JSON object", "json_attributes_topic")
        return Reading(attributes=without_own(config.component, data))

    return topic, read
