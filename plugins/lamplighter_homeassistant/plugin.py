"""Home Assistant MQTT discovery as a plugin: messages in, entities and states out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.errors import PayloadError, ServiceError, TemplateError
from lamplighter.plugin import (
    Announced,
    Event,
    Message,
    PluginBase,
    Publication,
    Publish,
    Refused,
    StateRead,
    Withdrawn,
)
from lamplighter_homeassistant.announce import ORIGIN, AgentDevice
from lamplighter_homeassistant.known import Known, identity, make_known
from lamplighter_homeassistant.messages import Component, is_discovery, parse
from lamplighter_homeassistant.parameters import checked
from lamplighter_homeassistant.settings import Settings
from lamplighter_homeassistant.templates import Templates
from lamplighter_homeassistant.topics import matches

_ONLINE = b"online"
_LONGEST_REASON = 300


class HomeAssistantPlugin(PluginBase):
    """Knows every device that announces itself by Home Assistant MQTT discovery.

    Args:
        settings: the plugin's settings.
        agent: the agent's own device in Home Assistant.
    """

    def __init__(self, settings: Settings, agent: AgentDevice) -> None:
        super().__init__("homeassistant")
        self.settings = settings
        self.agent = agent
        self.templates = Templates()
        self._known: dict[str, Known] = {}
        self._of_topic: dict[str, dict[str, str]] = {}
        self._of_entity: dict[str, Known] = {}
        self._waiting: dict[str, Component] = {}
        self._exact: defaultdict[str, dict[str, Known]] = defaultdict(dict)
        self._wild: defaultdict[str, dict[str, Known]] = defaultdict(dict)

    def filters(self) -> frozenset[str]:
        """Discovery, Home Assistant's status, and every topic of every entity."""
        prefix = self.settings.prefix
        own = {f"{prefix}/+/+/config", f"{prefix}/+/+/+/config", self.settings.status_topic}
        return frozenset(own.union(self._exact, self._wild))

    def receive(self, message: Message) -> Sequence[Event]:
        """What a message means; a topic may be read by many entities."""
        if message.topic == self.agent.topic:
            wanted = self.settings.announce
            return [Publish(each) for each in self.agent.tidy(message.payload, wanted=wanted)]
        if is_discovery(message.topic, self.settings.prefix):
            return self._discover(message)
        if message.topic == self.settings.status_topic:
            return self.connected() if message.payload == _ONLINE else ()
        return self._read(message)

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        """The messages that carry out a service.

        Raises:
            ServiceError: the entity does not offer it, or not with these parameters.
        """
        known = self._of_entity.get(entity.id)
        if known is None:
            raise ServiceError(entity.id, service, "is no longer announced")
        given = checked(known.entity, service, params)
        try:
            return known.described.commands[service](given)
        except (PayloadError, TemplateError, ServiceError) as error:
            raise ServiceError(entity.id, service, error.reason) from error

    def connected(self) -> Sequence[Event]:
        """Shows the agent in Home Assistant."""
        if not self.settings.announce:
            return ()
        return [Publish(self.agent.announcement())]

    def tick(self, now: float) -> Sequence[Event]:
        """Values that expire, and ``on`` that falls back to ``off``."""
        return [
            StateRead(known.entity.id, reading)
            for known in self._known.values()
            if (reading := known.passed(now)) is not None
        ]

    def clock_set(self, by: float) -> None:
        """Values expire, and ``on`` falls back to ``off``, as soon as they would have."""
        for known in self._known.values():
            known.clock_set(by)

    # Discovery.

    def _discover(self, message: Message) -> Sequence[Event]:
        try:
            discovery = parse(message.topic, message.payload, self.settings.prefix)
        except PayloadError as error:
            return [_refused(error.topic, error)]
        events: list[Event] = [_refused(problem.topic, problem) for problem in discovery.problems]
        announced = [component for component in discovery.components if component.values]
        # A component that was there and can't be read any more stays as it was. What is gone goes
        # first: the agent keeps the message for as long as the last word on it is an announcement.
        if not discovery.problems:
            events += self._withdraw_others(discovery.topic, {each.id for each in announced})
        for component in announced:
            events += self._announce(component)
        return events

    def _announce(self, component: Component) -> list[Event]:
        if _of_an_agent(component):
            # Its command field would let one agent talk to the other.
            return [Refused(component.topic, "origin", "ignored: another Lamplighter")]
        key = identity(component)
        before = self._known.get(key)
        if before is not None:
            if before.component == component:
                return [Announced(before.entity, component.topic)]
            if (before.component.topic, before.component.id) != (component.topic, component.id):
                if len(self._waiting) < self.settings.most_entities:
                    self._waiting[key] = component
                reason = f"is taken by {before.entity.id} of {before.component.topic}"
                return [Refused(component.topic, "unique_id", reason)]
        # Under another unique id it is another entity; the former one is announced no more.
        former = self._of_topic.get(component.topic, {}).get(component.id, key)
        if key not in self._known and former not in self._known and self._is_full():
            reason = f"there are {len(self._known)} entities already (most_entities)"
            return [Refused(component.topic, "unique_id", reason)]
        own = {self._known[each].entity.id for each in (key, former) if each in self._known}
        try:
            known = make_known(
                component, self.templates, lambda name: name in self._of_entity and name not in own
            )
        except (PayloadError, TemplateError) as error:
            return [_refused(component.topic, error)]
        events: list[Event] = []
        if before is not None:
            known.keep(before)
            events += self._forget(before, key, withdraw=before.entity.id != known.entity.id)
        if former != key:
            events += self._forget(self._known[former], former, withdraw=True)
        self._remember(known, key)
        events.append(Announced(known.entity, component.topic))
        reading = Reading(value=known.described.initial, available=known.available)
        events.append(StateRead(known.entity.id, reading))
        return events + (self._inherit(former) if former != key else [])

    def _is_full(self) -> bool:
        return len(self._known) >= self.settings.most_entities

    def _withdraw_others(self, topic: str, said: set[str]) -> list[Event]:
        """Withdraws what the topic announced before, and does not any more."""
        for key, component in tuple(self._waiting.items()):
            if component.topic == topic and component.id not in said:
                del self._waiting[key]
        announced = self._of_topic.get(topic, {})
        gone = [key for component_id, key in announced.items() if component_id not in said]
        events: list[Event] = []
        for key in gone:
            events += self._forget(self._known[key], key, withdraw=True)
            events += self._inherit(key)
        return events

    def _inherit(self, key: str) -> list[Event]:
        """What another topic announced as the same entity takes the place of a withdrawn one."""
        heir = self._waiting.pop(key, None)
        return [] if heir is None else self._announce(heir)

    def _remember(self, known: Known, key: str) -> None:
        self._known[key] = known
        self._of_entity[known.entity.id] = known
        self._of_topic.setdefault(known.component.topic, {})[known.component.id] = key
        for each in known.filters():
            self._index(each)[each][key] = known

    def _forget(self, known: Known, key: str, *, withdraw: bool) -> list[Event]:
        del self._known[key]
        del self._of_entity[known.entity.id]
        siblings = self._of_topic[known.component.topic]
        del siblings[known.component.id]
        if not siblings:
            del self._of_topic[known.component.topic]
        for each in known.filters():
            index = self._index(each)
            del index[each][key]
            if not index[each]:
                del index[each]
        return [Withdrawn(known.entity.id, known.component.topic)] if withdraw else []

    def _index(self, topic_filter: str) -> defaultdict[str, dict[str, Known]]:
        return self._wild if set("+#") & set(topic_filter) else self._exact

    # States.

    def _read(self, message: Message) -> list[Event]:
        events: list[Event] = []
        for known in tuple(self._exact.get(message.topic, {}).values()):
            events += self._read_for(known, message.topic, message)
        for topic_filter, owners in self._wild.items():
            if matches(topic_filter, message.topic):
                for known in tuple(owners.values()):
                    events += self._read_for(known, topic_filter, message)
        return events

    def _read_for(self, known: Known, topic_filter: str, message: Message) -> list[Event]:
        events: list[Event] = []
        if topic_filter in known.availability.sources:
            events += self._hear_availability(known, message)
        if topic_filter in known.described.reads and known.heard(message.arrived):
            events.append(StateRead(known.entity.id, Reading(available=known.available)))
        for read in known.readers(topic_filter):
            try:
                reading = read(message)
            except (PayloadError, TemplateError) as error:
                events.append(_refused(message.topic, error))
                continue
            if reading is None:
                continue
            known.learned(reading.value, message.arrived)
            events.append(StateRead(known.entity.id, reading))
        return events

    def _hear_availability(self, known: Known, message: Message) -> list[Event]:
        try:
            known.availability.hear(message)
        except (PayloadError, TemplateError) as error:
            return [_refused(message.topic, error, "availability")]
        return [StateRead(known.entity.id, Reading(available=known.available))]


def _refused(topic: str, error: PayloadError | TemplateError, key: str = "") -> Refused:
    """What is told of an error; a reason may quote the payload, which can be of any length."""
    reason = error.reason
    if len(reason) > _LONGEST_REASON:
        reason = f"{reason[: _LONGEST_REASON - 3]}..."
    return Refused(topic, key or getattr(error, "key", ""), reason)


def _of_an_agent(component: Component) -> bool:
    origin = component.values.get("origin")
    return isinstance(origin, dict) and origin.get("name") == ORIGIN
