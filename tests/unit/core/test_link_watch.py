"""What happens at each connection, and when the broker had forgotten the session."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, cast

import pytest
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import FakeLink, store_in

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.config import Home
from lamplighter.link.events import Connected, Disconnected, SessionLost, Subscribed
from lamplighter.link.link import Link
from lamplighter.link.pump import Pump
from lamplighter.link_watch import LinkWatch
from lamplighter.plugin import (
    Announced,
    Event,
    Message,
    PluginBase,
    Publication,
    Publish,
    Withdrawn,
)
from lamplighter.plugin_host import PluginHost
from lamplighter.presence import Presence
from lamplighter.reception import Reception

HELLO = Publication("bridge/request", b"hello")


class Names(PluginBase):
    """Announces a switch for each message, withdraws it for an empty one; says hello."""

    def filters(self) -> frozenset[str]:
        return frozenset({"names/+"})

    def receive(self, message: Message) -> Sequence[Event]:
        name = message.topic.rpartition("/")[2]
        entity = Entity(f"switch.{name}", name, "names", "switch", name)
        if message.payload:
            return [Announced(entity, message.topic)]
        return [Withdrawn(entity.id, message.topic)]

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        return [Publication(entity.id, f"{service}{params}".encode())]

    def connected(self) -> Sequence[Event]:
        return [Publish(HELLO)]


class FakePump:
    """Counts how often it was woken."""

    def __init__(self) -> None:
        self.woken = 0

    def wake(self) -> None:
        self.woken += 1


class Post:
    """A link watch on a real store."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.seconds = Clock(0.0)
        self.store = store_in(folder, self.clock)
        self.catalogue = Catalogue(Home())
        self.published: list[Publication] = []
        self.link = FakeLink()
        self.pump = FakePump()
        self.refreshed: list[float] = []
        self.reception = Reception(
            self.catalogue,
            self.store,
            clock=self.clock,
            state_changed=lambda _: None,
            filters_changed=lambda: None,
            sample=lambda _: None,
            log_line=lambda _: None,
            publish=self.published.append,
        )
        self.host = PluginHost([Names("names")])
        self.watch = LinkWatch(
            pump=cast("Pump", self.pump),
            host=self.host,
            reception=self.reception,
            presence=Presence(cast("Link", self.link), "lamplighter/n", dict),
            refresh=lambda: self.refreshed.append(self.seconds.now),
            account=self.store.ledger.account,
            clock=self.clock,
            monotonic=self.seconds,
        )

    def hear(self, name: str) -> None:
        message = Message(f"names/{name}", b"x", retain=True)
        for plugin, event in self.host.deliver("names", message):
            self.reception.take(plugin, event, message)

    def names(self) -> set[str]:
        return {entity.name for entity in self.catalogue.entities()}


@pytest.fixture
def post(tmp_path: Path) -> Iterator[Post]:
    post = Post(tmp_path)
    post.store.start()
    yield post
    post.store.stop()


SUBSCRIBED = Subscribed(2)


def connected(*, session: bool) -> Connected:
    return Connected(1, session, 20)


def test_a_connection_is_greeted_and_opens_the_way_out(post: Post) -> None:
    post.watch.take(connected(session=True))
    assert post.published == [HELLO]
    assert post.pump.woken == 1


def test_online_is_said_when_every_subscription_is_in_place(post: Post) -> None:
    post.watch.take(connected(session=True))
    assert post.link.published == []
    post.watch.take(SUBSCRIBED)
    topics = [each.topic for each in post.link.published]
    assert topics == ["lamplighter/n/status", "lamplighter/n/health"]


def test_after_a_fresh_session_what_is_not_announced_again_is_gone(post: Post) -> None:
    post.hear("a")
    post.hear("b")
    post.watch.take(connected(session=False))
    post.hear("b")
    post.seconds.now += 60.0
    post.watch.sweep()
    assert post.names() == {"a", "b"}  # not before every subscription is in place
    post.watch.take(SUBSCRIBED)
    assert post.refreshed == []
    post.seconds.now += 29.0
    post.watch.sweep()
    assert post.names() == {"a", "b"}
    post.seconds.now += 1.0
    post.watch.sweep()
    assert post.names() == {"b"}
    post.seconds.now += 60.0
    post.watch.sweep()
    assert post.names() == {"b"}


def test_a_connection_that_ends_amid_the_announcements_withdraws_nobody(post: Post) -> None:
    post.hear("a")
    post.hear("b")
    post.watch.take(connected(session=False))
    post.watch.take(SUBSCRIBED)
    post.hear("b")
    post.watch.take(Disconnected(1, "gone", 1.0))
    post.seconds.now += 60.0
    post.watch.sweep()
    assert post.names() == {"a", "b"}
    post.watch.take(connected(session=True))
    post.watch.take(SUBSCRIBED)
    assert post.refreshed == [60.0]
    post.hear("a")
    post.seconds.now += 30.0
    post.watch.sweep()
    assert post.names() == {"a", "b"}


def test_a_session_that_was_kept_loses_nobody(post: Post) -> None:
    post.hear("a")
    post.watch.take(connected(session=True))
    post.seconds.now += 60.0
    post.watch.sweep()
    assert post.names() == {"a"}


def test_a_gap_is_noted_for_health(post: Post) -> None:
    post.watch.take(Disconnected(1, "gone", 1.0))
    assert post.watch.last_gap is None
    assert post.link.published == []
    post.watch.take(SessionLost(5.0, 9.0))
    assert post.watch.last_gap == {"since": 5.0, "until": 9.0}
    # Nothing comes before it is subscribed: the gap ends with that, and no later one moves it.
    post.clock.now = 12.0
    post.watch.take(Subscribed(1))
    post.clock.now = 20.0
    post.watch.take(Subscribed(1))
    assert post.watch.last_gap == {"since": 5.0, "until": 12.0}
    deadline = time.monotonic() + 10
    while not post.store.ledger.losses() and time.monotonic() < deadline:
        time.sleep(0.01)
    (loss,) = post.store.ledger.losses()
    assert (loss.lane, loss.link, loss.reason, loss.count) == ("inbox", "broker", "gap", 0)
    assert (loss.first, loss.last) == (5.0, 12.0)
