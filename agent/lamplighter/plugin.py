"""The plugin API: what an ecosystem of devices or machines tells the agent, on one page.

A plugin never talks to a broker, a thread or the disk. It is handed messages and *returns* events;
the agent routes, stores, logs and decides. Plugins are found by the entry point group
``lamplighter.plugins``: each names a factory ``create(context: Context) -> Plugin``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from lamplighter.catalogue.entity import Entity, Reading


@dataclass(frozen=True, slots=True)
class Message:
    """One message from a broker.

    Attributes:
        topic: the topic it was published on.
        payload: its bytes, unchanged.
        qos: 0, 1 or 2.
        retain: True where the broker sent it as a retained message.
        arrived: UTC seconds since the epoch when it arrived here.
        response_topic: MQTT 5 response topic, or None.
        correlation: MQTT 5 correlation data, or None.
        duplicate: True where the broker marked it as sent before.
        link: over which link it came: ``broker``, or ``upstream``.
        expires_at: UTC seconds by its MQTT 5 message expiry, or None.
    """

    topic: str
    payload: bytes
    qos: int = 0
    retain: bool = False
    arrived: float = 0.0
    response_topic: str | None = None
    correlation: bytes | None = None
    duplicate: bool = False
    link: str = "broker"
    expires_at: float | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """One message to be published.

    Attributes:
        topic: where to.
        payload: its bytes.
        qos: 0, 1 or 2.
        retain: True where the broker is to keep it as the topic's last message.
        expires_at: UTC seconds, said by somebody else, from which on it must not go out; None:
            nobody said.
        response_topic: MQTT 5 response topic, or None.
        correlation: MQTT 5 correlation data, or None.
        lasts: seconds from now after which it must not go out, however the clock is set
            meanwhile; None: as long as it takes.
        content_type: MQTT 5 content type, or None; not kept while the message waits on disk.
        user_properties: MQTT 5 names and values; not kept while the message waits on disk.
    """

    topic: str
    payload: bytes
    qos: int = 1
    retain: bool = False
    expires_at: float | None = None
    response_topic: str | None = None
    correlation: bytes | None = None
    lasts: float | None = None
    content_type: str | None = None
    user_properties: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Announced:
    """An entity appeared or changed. ``topic`` is where it was announced.

    The agent keeps the announcing message, so that a restart knows the entity at once.
    """

    entity: Entity
    topic: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The entity with this id is gone."""

    entity_id: str
    topic: str


@dataclass(frozen=True, slots=True)
class StateRead:
    """What a message said about an entity's state."""

    entity_id: str
    reading: Reading


@dataclass(frozen=True, slots=True)
class Refused:
    """(Part of) a message was not understood; it is logged and counted, and hurts nothing else."""

    topic: str
    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sample:
    """A value of a machine's tag.

    Attributes:
        asset: the machine.
        tag: its signal.
        value: NaN where what came is no number: that, too, says something of the signal.
        time: UTC seconds by the machine's clock, or of arrival.
        unit: the unit that the machine says it is in; "" where it says none.
        doubt: what is odd about it, in words: why it is no number, or that its time is none.
    """

    asset: str
    tag: str
    value: float
    time: float
    unit: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line that a machine wrote, or with ``note`` a text of any length that somebody did."""

    asset: str
    text: str
    level: str
    time: float
    note: bool = False
    by: str = ""


@dataclass(frozen=True, slots=True)
class Publish:
    """Something the plugin wants published (a request to announce again, say)."""

    publication: Publication


Event = Announced | Withdrawn | StateRead | Refused | Sample | LogLine | Publish


@dataclass(frozen=True, slots=True)
class Context:
    """What a plugin is given when it is made.

    Attributes:
        settings: its own section of the configuration (``plugins.<name>``), strict to the plugin.
        config: the agent's whole configuration (``lamplighter.config.Config``), read only.
        clock: UTC seconds since the epoch, now.
    """

    settings: Mapping[str, Any]
    config: Any
    clock: Callable[[], float]


class Plugin(Protocol):
    """An ecosystem: how its devices announce themselves, tell their state and take commands."""

    name: str

    def filters(self) -> frozenset[str]:
        """The topic filters to be subscribed now; asked again after every Announced/Withdrawn."""

    def receive(self, message: Message) -> Sequence[Event]:
        """What the message means. Never raises for bad input: it returns Refused."""

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        """The messages that carry out a service on an entity this plugin announced.

        Raises:
            ServiceError: the entity does not offer the service, or not with these parameters.
        """

    def connected(self) -> Sequence[Event]:
        """Called after each (re)connection to the broker: what to publish, if anything."""

    def tick(self, now: float) -> Sequence[Event]:
        """Called about once a second with UTC seconds: availability that expires and the like."""

    def clock_set(self, by: float) -> None:
        """The clock was set so many seconds forward, before ``tick`` is told the new time.

        Moments kept to compare ``tick``'s time with are to be moved along: what lasts an hour
        lasts an hour.
        """


@dataclass(slots=True)
class PluginBase:
    """Defaults for the optional parts of :class:`Plugin`."""

    name: str
    _nothing: Sequence[Event] = field(default=(), repr=False)

    def connected(self) -> Sequence[Event]:
        """Nothing to publish on connection."""
        return self._nothing

    def tick(self, now: float) -> Sequence[Event]:  # noqa: ARG002 - the default ignores time
        """Nothing depends on time."""
        return self._nothing

    def clock_set(self, by: float) -> None:
        """Nothing depends on time."""
