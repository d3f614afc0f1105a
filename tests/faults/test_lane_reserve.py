"""A store that is full to the brim: commands and alarms have their space all the same."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from lamplighter.errors import StoreFullError
from lamplighter.link.received import Received
from lamplighter.plugin import Message, Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.outbound.outbox_rows import OutboxRow
from lamplighter.store.settings import LaneBounds, Lanes
from lamplighter.store.store import Store

MAX_BYTES = 12 << 20
# More than there is: it is the whole store that ends, not the lane.
GREEDY = Lanes(
    commands=LaneBounds(share=0.02, when_full="refuse"),
    telemetry=LaneBounds(max_bytes=1 << 30, when_full="drop"),
)


class Agent:
    """A store that acknowledges as the link does."""

    def __init__(self, folder: Path, lanes: Lanes) -> None:
        self.acked: list[InboxRow] = []
        self.changed = threading.Condition()
        self.store = Store(
            folder,
            max_bytes=MAX_BYTES,
            on_committed=self._ack,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            lanes=lanes,
        )
        self.store.start()

    def _ack(self, rows: Sequence[InboxRow]) -> None:
        with self.changed:
            self.acked.extend(rows)
            self.changed.notify_all()

    def receive(self, number: int) -> None:
        message = Message(f"t/{number}", b"x" * 20_000, arrived=1.0)
        self.store.inbox.put(Received(message, 1, number))

    def flush(self) -> None:
        self.store.submit(lambda _: None).result(20)

    def is_full(self) -> bool:
        return self.store.health().writer.full_since is not None

    def waiting(self) -> dict[Lane, list[OutboxRow]]:
        found: dict[Lane, list[OutboxRow]] = {lane: [] for lane in Lane}
        for row in self.store.outbox.rows(limit=1_000_000):
            found[row.lane].append(row)
        return found


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Lanes], Agent]]:
    agents: list[Agent] = []

    def make(lanes: Lanes) -> Agent:
        agents.append(Agent(tmp_path, lanes))
        return agents[-1]

    yield make
    for agent in agents:
        agent.store.stop()


def put_urgent(agent: Agent, count: int) -> None:
    """Commands and alarms, each of which has to become durable."""
    for number in range(count):
        agent.store.outbox.put(Publication(f"c/{number}", b"on"), Lane.COMMANDS).result(20)
        agent.store.outbox.put(Publication(f"a/{number}", b"hot"), Lane.ALARMS).result(20)


def lost_lanes(agent: Agent) -> set[str]:
    return set(agent.store.ledger.totals())


def test_telemetry_does_not_take_the_space_of_commands(start: Callable[[Lanes], Agent]) -> None:
    agent = start(GREEDY)
    put_urgent(agent, 20)
    number = 0
    while "telemetry" not in lost_lanes(agent):
        for _ in range(200):
            reading = Publication(f"t/{number % 50}", b"x" * 900)
            agent.store.outbox.add(reading, Lane.TELEMETRY, link="upstream")
            number += 1
        agent.flush()
        assert number < 50_000
    put_urgent(agent, 100)
    waiting = agent.waiting()
    # Twenty of each were put in before.
    assert len(waiting[Lane.COMMANDS]) == len(waiting[Lane.ALARMS]) == 120
    assert lost_lanes(agent) == {"telemetry"}
    lost = agent.store.ledger.totals()["telemetry"]["evicted"]
    assert lost + len(waiting[Lane.TELEMETRY]) == number
    assert agent.store.bytes_used() <= MAX_BYTES


def test_no_more_readings_go_than_there_has_to_be_room_for(
    start: Callable[[Lanes], Agent],
) -> None:
    """Of many topics, where each that went has a line in the ledger, too."""
    agent = start(GREEDY)
    for number in range(16_000):
        reading = Publication(f"t/{number}", b"x" * 900)
        agent.store.outbox.add(reading, Lane.TELEMETRY, link="upstream")
        if number % 500 == 499:
            agent.flush()
    until = time.monotonic() + 20
    while len(agent.store.outbox.additions):
        assert time.monotonic() < until
        time.sleep(0.02)
    kept = len(agent.waiting()[Lane.TELEMETRY])
    assert kept + agent.store.ledger.totals()["telemetry"]["evicted"] == 16_000
    assert kept * 900 > MAX_BYTES * 0.4
    assert lost_lanes(agent) == {"telemetry"}


def test_what_comes_in_does_not_take_the_space_of_commands(
    start: Callable[[Lanes], Agent],
) -> None:
    agent = start(Lanes())
    number = 0
    while not agent.is_full():
        agent.receive(number)
        number += 1
        try:
            agent.flush()
        except StoreFullError:
            break
        assert number < 2000
    for more in range(number, number + 50):
        agent.receive(more)
    # The inbox waits in memory, and so at the broker; what is urgent does not.
    put_urgent(agent, 80)
    waiting = agent.waiting()
    assert len(waiting[Lane.COMMANDS]) == len(waiting[Lane.ALARMS]) == 80
    assert len(agent.acked) < number + 50
    assert lost_lanes(agent) == set()

    agent.store.inbox.done([row.id for row in agent.acked])
    until = time.monotonic() + 20
    while len(agent.acked) < number + 50:
        assert time.monotonic() < until
        time.sleep(0.05)
    assert [row.received.message.topic for row in agent.acked] == [
        f"t/{each}" for each in range(number + 50)
    ]
