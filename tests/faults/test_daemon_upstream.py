"""The upstream broker away, slow, lying or back; the daemon killed amid it. All is counted."""

from __future__ import annotations

import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.broker.brokers import Mosquitto, find_mosquitto, free_port
from tests.broker.daemons import ROOT, Person
from tests.faults.fake_broker import (
    FakeBroker,
    Scene,
    Visit,
    accept,
    puback,
    publication,
)
from tests.faults.stage import Stage, until
from tests.faults.traffic import Ear, Source

from lamplighter.upstream.envelopes import decode

pytestmark = pytest.mark.broker

KILLS = int(os.environ.get("LAMPLIGHTER_UPSTREAM_KILLS", "4"))
TOPICS = 8
UPSTREAM = """
upstream:
  host: 127.0.0.1
  port: {port}
  pace: {{jitter: {jitter}, messages_per_second: {rate}, live_within: 2}}
  remote: {{enabled: true, allow: [light.*]}}
  forward:
    - {{topics: ['line/#']}}
    - {{topics: ['packed/#'], batch: {{count: 20, seconds: 0.2, to: packed}}}}
    - {{topics: ['now/#'], overtake: true}}
"""


def numbered(number: int) -> tuple[str, bytes]:
    """Messages of a few topics, some for envelopes; the payload tells which one it is."""
    kind = "packed" if number % 3 == 0 else "line"
    return f"{kind}/{number % TOPICS}", str(number).encode()


class Cloud(Ear):
    """Keeps what arrives upstream, with envelopes opened."""

    def __init__(self, port: int) -> None:
        super().__init__(port, "#")

    def arrived(self) -> list[tuple[str, bytes]]:
        """Every message in the order it arrived, copies included."""
        found: list[tuple[str, bytes]] = []
        for topic, payload in tuple(self.heard):
            if topic == "packed":
                found += [(item.topic, item.payload) for item in decode(payload).items]
            elif topic.startswith(("line/", "packed/", "now/")):
                found.append((topic, payload))
        return found


class Site:
    """A stage, and an upstream broker that can be ended and started again."""

    def __init__(self, stage: Stage, there: Mosquitto) -> None:
        self.stage = stage
        self.there = there
        self.cloud = Cloud(there.port)

    def waiting(self) -> int:
        """Rows for upstream."""
        [(count,)] = self.stage.query("SELECT count(*) FROM outbox WHERE link = 'upstream'")
        return int(count)


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """The local broker with its devices; the daemon is not started."""
    return make_stage()


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Mosquitto]:
    """The upstream broker, running."""
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    broker = Mosquitto(tmp_path / "there", persistence=True)
    broker.start()
    yield broker
    broker.stop()


def make_site(stage: Stage, there: Mosquitto, *, rate: float = 5000, jitter: float = 0) -> Site:
    with stage.daemon.config.open("a") as config:
        config.write(UPSTREAM.format(port=there.port, rate=rate, jitter=jitter))
    site = Site(stage, there)
    site.cloud.start()
    return site


def in_order_at_first(arrived: list[tuple[str, bytes]]) -> bool:
    """Whether the first copies of each topic's messages came in their order."""
    last: dict[str, int] = {}
    seen: set[bytes] = set()
    for topic, payload in arrived:
        if payload not in seen:
            if int(payload) < last.get(topic, -1):
                return False
            last[topic] = int(payload)
            seen.add(payload)
    return True


def test_kill_9_amid_forwarding_neither_loses_nor_skips(stage: Stage, there: Mosquitto) -> None:
    chance = random.Random(5)  # noqa: S311 - when to kill
    site = make_site(stage, there)
    stage.start()
    source = Source(stage.broker.port, numbered, rate=400)
    source.start()
    ran: list[str] = []
    for kill in range(KILLS):
        time.sleep(chance.uniform(0.3, 1.0))
        site.cloud.client.publish(
            f"{ROOT}/ask",
            json.dumps({"text": "turn on the kitchen light", "id": f"k{kill}", "expires_at": 2e9}),
            qos=1,
        )
        ran.append(f"k{kill}")
        time.sleep(chance.uniform(0.0, 0.05))
        stage.daemon.kill()
        stage.daemon.start()
    source.finish()
    until(stage.is_drained, "all has left")
    sent = set(source.sent)
    until(lambda: {payload for _, payload in site.cloud.arrived()} >= sent, "all arrived")
    source.close()
    arrived = site.cloud.arrived()
    copies = Counter(payload for _, payload in arrived)
    print(  # noqa: T201 - the account of the run
        f"kills {KILLS}, sent {len(sent)}, arrived {len(copies)}, "
        f"duplicates {sum(copies.values()) - len(copies)}"
    )
    assert set(copies) == sent
    assert in_order_at_first(arrived)
    replies = [
        json.loads(payload)["id"] for topic, payload in site.cloud.heard if topic == f"{ROOT}/reply"
    ]
    assert set(ran) <= set(replies)
    told = [payload for topic, payload in stage.devices.commands if topic == "dev/light/set"]
    assert len(told) <= KILLS + Counter(replies).total() - len(set(replies))
    site.cloud.close()


def test_after_an_outage_live_goes_first_and_the_backlog_follows_in_order(
    stage: Stage, there: Mosquitto
) -> None:
    site = make_site(stage, there, rate=300)
    stage.start()
    site.there.stop()
    source = Source(stage.broker.port, numbered, rate=400)
    source.start()
    until(lambda: len(source.sent) >= 900, "a backlog")
    source.finish()
    person = Person(stage.broker.port)
    person.start()
    person.publish("now/1", "999999")
    until(lambda: site.waiting() >= 900, "all waits")
    # Here all goes on meanwhile.
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"
    time.sleep(2.5)
    site.there.start()
    until(lambda: len(site.cloud.arrived()) > 50, "the backlog begins")
    person.publish("line/new", "1000000")
    person.publish("now/1", "1000001")
    until(lambda: b"1000001" in dict.fromkeys(p for _, p in site.cloud.arrived()), "live ones")
    until(lambda: site.waiting() == 0, "all has left")
    until(lambda: len({p for _, p in site.cloud.arrived()}) == len(source.sent) + 3, "all arrived")
    payloads = [payload for _, payload in site.cloud.arrived()]
    assert set(payloads) == {*source.sent, b"999999", b"1000000", b"1000001"}
    behind = len(payloads) - payloads.index(b"1000000")
    print(f"behind the live message: {behind} of {len(payloads)}")  # noqa: T201 - as above
    assert behind > 300
    assert len(payloads) - payloads.index(b"1000001") > 300
    assert in_order_at_first(
        [(topic, payload) for topic, payload in site.cloud.arrived() if topic != "now/1"]
    )
    source.close()
    person.stop()
    site.cloud.close()


def test_a_stop_amid_a_backlog_goes_on_at_the_row_it_had_come_to(
    stage: Stage, there: Mosquitto
) -> None:
    site = make_site(stage, there, rate=400)
    stage.start()
    site.there.stop()
    source = Source(stage.broker.port, numbered, rate=600)
    source.start()
    until(lambda: len(source.sent) >= 700, "a backlog")
    source.finish()
    until(lambda: site.waiting() >= 700, "all waits")
    time.sleep(2.5)
    site.there.start()
    until(lambda: len(site.cloud.arrived()) > 200, "the backlog begins")
    stage.daemon.stop()
    left = site.waiting()
    assert 0 < left < len(source.sent)
    stage.daemon.start()
    until(lambda: site.waiting() == 0, "all has left")
    until(lambda: {p for _, p in site.cloud.arrived()} == set(source.sent), "all arrived")
    copies = Counter(payload for _, payload in site.cloud.arrived())
    assert copies.total() - len(copies) <= 100
    assert in_order_at_first(site.cloud.arrived())
    source.close()
    site.cloud.close()


def drop_everything(visit: Visit) -> None:
    """Accepts, reads, and answers nothing more."""
    accept(visit)
    visit.stay()


def hang_up_amid(visit: Visit) -> None:
    """Accepts, takes one publication, and leaves without a word."""
    accept(visit)
    visit.await_kind(3)


def refuse_everything(visit: Visit) -> None:
    """Accepts the connection and refuses each publication for its quota."""
    accept(visit)
    while True:
        kind, body = visit.serve()
        if kind == 3:
            mid, _ = publication(body)
            visit.send(puback(mid, 0x97))


def be_slow(visit: Visit) -> None:
    """Takes everything, two a second."""
    accept(visit)
    while True:
        kind, body = visit.serve()
        if kind == 3:
            time.sleep(0.5)
            mid, _ = publication(body)
            visit.send(puback(mid))


@pytest.mark.parametrize("scene", [None, drop_everything, hang_up_amid, refuse_everything, be_slow])
def test_local_control_goes_on_whatever_upstream_does(stage: Stage, scene: Scene | None) -> None:
    broker = None if scene is None else FakeBroker(*[scene] * 50)
    port = free_port() if broker is None else broker.port
    with stage.daemon.config.open("a") as config:
        config.write(UPSTREAM.format(port=port, rate=5000, jitter=0))
    stage.start()
    source = Source(stage.broker.port, numbered, rate=200)
    source.start()
    took = []
    for turn in range(6):
        began = time.monotonic()
        wanted = "on" if turn % 2 == 0 else "off"
        assert stage.ask(f"turn {wanted} the kitchen light")["outcome"] == "done"
        took.append(time.monotonic() - began)
    source.finish()
    name = "nobody" if scene is None else scene.__name__
    print(f"{name}: slowest of 6 commands {max(took) * 1000:.0f} ms")  # noqa: T201 - as above
    source.close()
    until(
        lambda: stage.query("SELECT count(*) FROM outbox WHERE link = 'broker'") == [(0,)],
        "all that is for here has left",
    )
    if broker is not None:
        broker.close()
