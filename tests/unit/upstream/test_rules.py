"""Forward rules: which messages they take, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from lamplighter.link.received import Received
from lamplighter.plugin import Message, Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.upstream.forwarding import Forwarder
from lamplighter.upstream.rules import Candidate, Forwarded, Rules, Withheld
from lamplighter.upstream.settings import Forward

ROOT = "lamplighter/gw"


def rules(*settings: Forward) -> Rules:
    return Rules(settings, ROOT, monotonic=lambda: 100.0)


def made(found: Rules, topic: str, payload: bytes = b"1", **more: object) -> list[Publication]:
    candidate = Candidate(topic, payload, **more)  # type: ignore[arg-type]  # a test's shorthand
    return [each.publication for each in found.apply(candidate) if isinstance(each, Forwarded)]


class Desk:
    """A forwarder and what it handed on."""

    def __init__(self, *settings: Forward) -> None:
        self.kept: list[Forwarded] = []
        self.withheld: list[Withheld] = []
        self.forwarder = Forwarder(rules(*settings), keep=self._keep, account=self.withheld.append)

    def take(self, topic: str, payload: bytes = b"1", *, mid: int = 1, **more: bool | str) -> None:
        more.setdefault("link", "forward")
        message = Message(topic, payload, qos=1, **more)  # type: ignore[arg-type]  # a shorthand
        self.forwarder.take(InboxRow(1, Received(message, 1, mid)))

    def topics(self) -> list[str]:
        return [each.publication.topic for each in self.kept]

    def _keep(self, made: Sequence[Forwarded]) -> None:
        self.kept += made


def test_a_rule_takes_what_its_filters_match_and_leaves_what_it_skips() -> None:
    found = rules(Forward(("plant/#", "x/+"), skip=("plant/secret/#",), to="s/{node}/{topic}"))
    assert [each.topic for each in made(found, "plant/a/b")] == ["s/gw/plant/a/b"]
    assert made(found, "plant/secret/a") == []
    assert [each.topic for each in made(found, "x/1")] == ["s/gw/x/1"]
    assert made(found, "x/1/2") == []


def test_every_rule_that_matches_forwards_in_their_order() -> None:
    found = rules(Forward(("a/#",), to="one"), Forward(("#",), to="two"), Forward(("b",), to="no"))
    assert [each.topic for each in made(found, "a/b")] == ["one", "two"]


def test_how_it_is_published_is_as_the_rule_says() -> None:
    found = rules(Forward(("a",), qos=0, retain=True, expire_after=60.0, redact=("x",)))
    [publication] = made(found, "a", b'{"x":1,"y":2}')
    assert publication == Publication("a", b'{"y":2}', qos=0, retain=True, lasts=60.0)


def test_where_a_rule_says_nothing_of_retain_the_message_does() -> None:
    found = rules(Forward(("a",)))
    assert [each.retain for each in made(found, "a", retain=True)] == [True]
    assert [each.retain for each in made(found, "a")] == [False]


def test_the_earlier_end_counts() -> None:
    found = rules(Forward(("a",), expire_after=60.0))
    assert [each.lasts for each in made(found, "a", lasts=5.0)] == [5.0]
    assert [each.lasts for each in made(found, "a", lasts=500.0)] == [60.0]


@pytest.mark.parametrize("topic", [f"{ROOT}/ask", f"{ROOT}/control"])
def test_what_would_come_back_as_a_command_is_never_forwarded(topic: str) -> None:
    assert made(rules(Forward(("#",))), topic) == []
    found = rules(Forward(("x/#",), to="lamplighter/gw/{2}"))
    name = topic.rpartition("/")[2]
    [withheld] = found.apply(Candidate(f"x/{name}", b"turn on the light"))
    assert isinstance(withheld, Withheld)


@pytest.mark.parametrize("name", ["status", "ledger"])
def test_nothing_is_forwarded_to_where_the_node_itself_speaks(name: str) -> None:
    found = rules(Forward(("x/#",), to="lamplighter/gw/{2}"))
    assert isinstance(found.apply(Candidate(f"x/{name}", b"offline"))[0], Withheld)
    assert len(made(found, "x/else")) == 1


@pytest.mark.parametrize(
    ("own", "asked", "lane"),
    [
        (None, "states", Lane.STATES),
        (Lane.COMMANDS, "telemetry", Lane.ALARMS),
        (Lane.ALARMS, "telemetry", Lane.ALARMS),
        (Lane.STATES, "alarms", Lane.ALARMS),
        (Lane.TELEMETRY, "telemetry", Lane.TELEMETRY),
    ],
)
def test_what_is_urgent_here_is_so_there_and_nothing_is_a_command(
    own: Lane | None, asked: str, lane: Lane
) -> None:
    [forwarded] = rules(Forward(("a",), lane=asked)).apply(Candidate("a", b"1", lane=own))
    assert forwarded.lane == lane


def test_only_what_comes_from_elsewhere_is_subscribed() -> None:
    found = rules(Forward(("a/#", f"{ROOT}/alarms/#", "lamplighter/+/reports")))
    assert found.filters() == {"a/#", "lamplighter/+/reports"}


def test_a_filter_that_another_covers_is_not_subscribed() -> None:
    found = rules(Forward(("plant/#", "plant/+/a", "x/+")), Forward(("x/1", "y")))
    assert found.filters() == {"plant/#", "x/+", "y"}


def test_own_output_is_forwarded_where_it_arises_and_not_as_its_echo() -> None:
    desk = Desk(Forward(("#",)))
    desk.take(f"{ROOT}/alarms/press/hot")
    desk.take("plant/a")
    assert desk.topics() == ["plant/a"]
    own = Publication(f"{ROOT}/alarms/press/hot", b"{}", retain=True)
    [copy] = desk.forwarder.of_own(own, Lane.ALARMS)
    assert (copy.publication, copy.lane) == (own, Lane.ALARMS)
    assert desk.forwarder.of_own(Publication("zigbee2mqtt/lamp/set", b"ON"), Lane.COMMANDS) == []


def test_of_own_output_each_message_counts() -> None:
    desk = Desk(Forward((f"{ROOT}/#",), on_change=True, sample_every=60.0))
    alarm = Publication(f"{ROOT}/alarms/press/hot", b"{}")
    assert [len(desk.forwarder.of_own(alarm, Lane.ALARMS)) for _ in range(2)] == [1, 1]
    health = Publication(f"{ROOT}/health", b"{}")
    taken = [len(desk.forwarder.of_own(health, Lane.STATES, sampled=True)) for _ in range(2)]
    assert taken == [1, 0]


@pytest.mark.parametrize("link", ["upstream", "broker"])
def test_only_what_came_to_be_forwarded_is(link: str) -> None:
    desk = Desk(Forward(("#",)))
    desk.take("a", link=link)
    assert desk.topics() == []


def test_what_the_broker_sends_again_is_forwarded_again() -> None:
    # It may be another event with the same payload: brokers use an id again once it is free.
    desk = Desk(Forward(("doorbell",)))
    for duplicate in (False, False, True):
        desk.take("doorbell", b"1", mid=1, duplicate=duplicate)
    assert desk.topics() == ["doorbell"] * 3


def test_what_can_not_be_sent_is_accounted_for() -> None:
    desk = Desk(Forward(("a/#",), to="{3}"), Forward(("b",), redact=("secret",)))
    desk.take("a/b")
    desk.take("b", b'{"secret":')
    desk.take("a/b/c")
    assert desk.topics() == ["c"]
    assert [(each.topic, each.size) for each in desk.withheld] == [("a/b", 1), ("b", 10)]
    assert dict(desk.forwarder.withheld) == {"a/#": 1, "b": 1}


def test_what_is_left_out_is_no_change() -> None:
    desk = Desk(Forward(("#",), on_change=True, redact=("linkquality",)))
    for payload in (b'{"on":1,"linkquality":7}', b'{"on":1,"linkquality":9}', b'{"on":0}'):
        desk.take("a", payload)
    assert [each.publication.payload for each in desk.kept] == [b'{"on":1}', b'{"on":0}']


def test_rules_can_be_changed() -> None:
    desk = Desk(Forward(("a",)))
    desk.forwarder.configure(rules(Forward(("b",))))
    desk.take("a")
    desk.take("b")
    assert desk.topics() == ["b"]
