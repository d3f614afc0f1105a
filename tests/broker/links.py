"""A link whose messages and events a test can wait for, and a plain client beside it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lamplighter.link.events import Connected, LinkEvent
from lamplighter.link.link import Link
from lamplighter.link.outgoing import Outcome
from lamplighter.link.received import Received
from lamplighter.link.settings import Broker
from lamplighter.plugin import Publication

WITHIN_S = 10.0
E = TypeVar("E", bound=LinkEvent)


@dataclass(slots=True)
class Watched:
    """A link and what it told so far.

    Attributes:
        acks: True to ack every message at once.
        fails: topics on which the hand-over raises.
    """

    settings: Broker
    client_id: str = "agent"
    acks: bool = True
    will: Publication | None = None
    clean: bool = False
    fails: set[str] = field(default_factory=set)
    filters: set[str] = field(default_factory=set)
    received: list[Received] = field(default_factory=list)
    events: list[LinkEvent] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)
    link: Link = field(init=False)

    def __post_init__(self) -> None:
        self.link = Link(
            self.settings,
            name="broker",
            client_id=self.client_id,
            will=self.will,
            clean=self.clean,
            clock=time.time,
            monotonic=time.monotonic,
            random=lambda: 0.0,
            on_message=self._on_message,
            on_event=self._on_event,
            load_filters=lambda: self.filters,
            save_filters=self._save,
        )

    def start(self, *filters: str) -> Watched:
        """Starts the link with these filters, and waits until it is connected."""
        self.link.subscribe(filters)
        self.link.start()
        self.await_event(Connected)
        if filters:
            self.await_subscribed()
        return self

    def await_event(self, kind: type[E], count: int = 1) -> E:
        """Waits for the ``count``-th event of a kind, and returns it."""
        self._await(lambda: len(self._of(kind)) >= count, f"{count} {kind.__name__}")
        return self._of(kind)[count - 1]

    def await_messages(self, count: int) -> list[Received]:
        """Waits for so many messages in all, and returns them."""
        self._await(lambda: len(self.received) >= count, f"{count} messages")
        return self.received

    def await_outcomes(self, count: int) -> list[Outcome]:
        """Waits for so many outcomes of publications in all, and returns them."""
        self._await(lambda: len(self.outcomes) >= count, f"{count} outcomes")
        return self.outcomes

    def await_subscribed(self) -> None:
        """Waits until the broker has answered: a publication behind the SUBSCRIBE is answered."""
        count = len(self.outcomes)
        self._await(lambda: self.publish("await/subscribed"), "connection")
        self.await_outcomes(count + 1)

    def publish(self, topic: str, payload: bytes = b"", **options: Any) -> bool:
        """Publishes by the link; the outcome goes to :attr:`outcomes`."""
        return self.link.publish(Publication(topic, payload, **options), self._on_outcome)

    def payloads(self) -> list[bytes]:
        """The payloads received so far."""
        return [received.message.payload for received in self.received]

    def ack(self, received: Sequence[Received]) -> None:
        """Acknowledges these."""
        self.link.ack([(one.epoch, one.mid) for one in received])

    def _of(self, kind: type[E]) -> list[E]:
        return [event for event in self.events if isinstance(event, kind)]

    def _await(self, condition: Callable[[], bool], what: str) -> None:
        with self.news:
            if not self.news.wait_for(condition, WITHIN_S):
                raise TimeoutError(f"no {what}; events: {self.events}")

    def _on_message(self, received: Received) -> None:
        if received.message.topic in self.fails:
            raise ValueError("this hand-over fails")
        with self.news:
            self.received.append(received)
            self.news.notify_all()
        if self.acks:
            self.ack([received])

    def _on_event(self, event: LinkEvent) -> None:
        with self.news:
            self.events.append(event)
            self.news.notify_all()

    def _on_outcome(self, outcome: Outcome) -> None:
        with self.news:
            self.outcomes.append(outcome)
            self.news.notify_all()

    def _save(self, filters: frozenset[str]) -> None:
        self.filters = set(filters)


class Plain:
    """A bare paho client: publishes, and notes what it hears."""

    def __init__(self, port: int, *, v5: bool = True) -> None:
        self.heard: list[MQTTMessage] = []
        self._news = threading.Condition()
        self._v5 = v5
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            protocol=MQTTProtocolVersion.MQTTv5 if v5 else MQTTProtocolVersion.MQTTv311,
        )
        self.client.on_message = self._on_message
        self.client.on_subscribe = self._on_subscribe
        self._subscribed = 0
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()

    def subscribe(self, topic_filter: str) -> None:
        """Subscribes, and waits for the broker's answer."""
        before = self._subscribed
        self.client.subscribe(topic_filter, 1)
        with self._news:
            if not self._news.wait_for(lambda: self._subscribed > before, WITHIN_S):
                raise TimeoutError(topic_filter)

    def publish(self, topic: str, payloads: Iterable[bytes], *, retain: bool = False) -> None:
        """Publishes at QoS 1, and waits until the broker has all of it."""
        sent = [self.client.publish(topic, payload, 1, retain) for payload in payloads]
        for info in sent:
            info.wait_for_publish(WITHIN_S)
            assert info.is_published()

    def ask(self, topic: str, payload: bytes, response: str, correlation: bytes) -> None:
        """Publishes with a response topic and correlation data."""
        properties = Properties(PacketTypes.PUBLISH)  # type: ignore[no-untyped-call]  # paho ships no types here
        properties.ResponseTopic = response
        properties.CorrelationData = correlation
        properties.UserProperty = [("a", "\ufeffb")]
        properties.ContentType = "text/plain"
        self.client.publish(topic, payload, 1, properties=properties).wait_for_publish(WITHIN_S)

    def await_heard(self, count: int) -> list[MQTTMessage]:
        """Waits for so many messages in all, and returns them."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.heard) >= count, WITHIN_S):
                raise TimeoutError(f"heard {len(self.heard)} of {count}")
        return self.heard

    def close(self) -> None:
        """Disconnects."""
        self.client.disconnect()
        self.client.loop_stop()

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        with self._news:
            self.heard.append(message)
            self._news.notify_all()

    def _on_subscribe(self, *_: Any) -> None:
        with self._news:
            self._subscribed += 1
            self._news.notify_all()
