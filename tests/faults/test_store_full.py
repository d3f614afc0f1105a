"""A disk that is full: nothing is acknowledged that is not kept, and it goes on when it can."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from lamplighter.errors import StoreFullError
from lamplighter.link.received import Received
from lamplighter.plugin import Message, Publication
from lamplighter.publishing import Publishing
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.settings import Lanes
from lamplighter.store.store import Store

DISK = 12 << 20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(folder)],
        capture_output=True,
        check=False,
    )
    if done.returncode:
        pytest.skip("mounting a small disk is not permitted here")
    yield folder
    # Lazily: a test that failed may have left files open.
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


class Agent:
    """A store that acknowledges as the link does."""

    def __init__(self, folder: Path, lanes: Lanes | None = None) -> None:
        self.acked: list[InboxRow] = []
        self.changed = threading.Condition()
        self.store = Store(
            folder,
            max_bytes=512 << 20,
            on_committed=self._ack,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            lanes=lanes,
        )

    def _ack(self, rows: Sequence[InboxRow]) -> None:
        with self.changed:
            self.acked.extend(rows)
            self.changed.notify_all()

    def put(self, number: int) -> None:
        message = Message(f"t/{number}", b"x" * 20_000, arrived=1.0)
        self.store.inbox.put(Received(message, 1, number))

    def wait(self, count: int) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: len(self.acked) >= count, 20)


def use_up(disk: Path) -> None:
    """Fills the disk with somebody else's file, to the last page."""
    free = os.statvfs(disk)
    with (disk / "somebody-elses").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, free.f_bavail * free.f_frsize)


def until_full(agent: Agent, start: int = 0) -> int:
    """Puts messages until the store says that it is full; returns how many there were."""
    number = start
    while agent.store.health().writer.full_since is None:
        agent.put(number)
        number += 1
        try:
            agent.store.submit(lambda _: None).result(20)
        except StoreFullError:
            break
        assert number < 2000
    return number


def test_a_full_disk_acks_only_what_it_holds_and_goes_on(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    assert agent.store.health().ballast
    filler = disk / "somebody-elses"
    filler.write_bytes(bytes(2 << 20))
    count = until_full(agent) + 100
    for number in range(count - 100, count):
        # More than the ballast can make room for.
        agent.put(number)
    with pytest.raises(StoreFullError):
        agent.store.outbox.put(Publication("t", b"x" * (4 << 20)), Lane.STATES).result(20)
    held = len(agent.acked)
    assert held < count
    assert held <= agent.store.inbox.depth() < count
    assert not agent.store.health().ballast
    assert agent.store.health().writer.failing

    filler.unlink()
    assert agent.wait(count)
    assert [row.received.message.topic for row in agent.acked] == [f"t/{n}" for n in range(count)]
    assert agent.store.inbox.depth() == count
    agent.store.stop()

    again = Agent(disk)
    report = again.store.start()
    assert report.reason == ""
    assert len(again.store.inbox.pending(limit=5000)) == count
    again.store.stop()


def test_rows_can_be_deleted_on_a_full_disk(disk: Path) -> None:
    """With the ballast, handling what came in makes the room that new messages need."""
    agent = Agent(disk)
    agent.store.start()
    count = until_full(agent)
    held = list(agent.acked)
    free = os.statvfs(disk)
    assert free.f_bavail * free.f_frsize < 2 << 20
    agent.store.inbox.done([row.id for row in held[: len(held) // 2]])
    assert agent.wait(count)
    agent.store.submit(lambda _: None).result(20)
    assert agent.store.health().writer.full_since is None
    assert agent.store.inbox.depth() == count - len(held) // 2
    agent.store.stop()


def test_commands_go_through_while_messages_wait(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    count = until_full(agent)
    held = list(agent.acked)
    agent.put(count)
    agent.store.inbox.done([held[0].id, held[1].id, held[2].id])
    refused = 0
    while True:
        try:
            agent.store.outbox.put(Publication("light/set", b"on"), Lane.COMMANDS).result(20)
        except StoreFullError:
            refused += 1
            assert refused < 500
        else:
            break
    assert agent.store.outbox.depth()[0].lane is Lane.COMMANDS
    agent.store.stop()


def remember(agent: Agent, samples: int) -> None:
    for number in range(samples):
        agent.store.history.add("pump/pressure", float(number), 1.0)
    # Twice: rows that ride are written before works are taken, so the first may miss them.
    agent.store.submit(lambda _: None).result(20)
    agent.store.submit(lambda _: None).result(20)


def wait_out_some_relief(agent: Agent) -> None:
    """Lets the writer try to make room a few times."""
    for _ in range(4):
        with pytest.raises(StoreFullError):
            agent.store.outbox.put(Publication("t", b"x" * (4 << 20)), Lane.STATES).result(20)
        time.sleep(0.2)


def test_a_short_history_is_not_given_up_for_nothing(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    remember(agent, 100)
    use_up(disk)
    until_full(agent)
    wait_out_some_relief(agent)
    assert len(agent.store.history.between("pump/pressure", 0, 1e9)) == 100
    assert agent.store.ledger.totals() == {}
    agent.store.stop()


def test_a_long_history_makes_room_for_messages_and_is_counted(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    remember(agent, 50_000)
    use_up(disk)
    before = len(agent.acked)
    for number in range(20):
        agent.put(number)
    assert agent.wait(before + 20)
    lost = agent.store.ledger.totals()["history"]["evicted"]
    left = len(agent.store.history.between("pump/pressure", 0, 1e9, limit=100_000))
    assert left == 50_000 - lost
    assert 0 < lost < 50_000
    agent.store.stop()


def test_the_ballast_is_taken_again(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    until_full(agent)
    assert not agent.store.health().ballast
    agent.store.inbox.done([row.id for row in agent.acked])
    agent.store.submit(lambda _: None).result(20)
    agent.store.checkpoint().result(20)
    for _ in range(20):
        agent.store.trim(0.0).result(20)
        agent.store.checkpoint().result(20)
    assert agent.store.health().ballast
    agent.store.stop()


def test_a_start_on_a_full_disk_keeps_what_is_there(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    agent.put(1)
    assert agent.wait(1)
    agent.store.stop()
    use_up(disk)
    again = Agent(disk)
    again.store.start()
    assert [row.received.message.topic for row in again.store.inbox.pending()] == ["t/1"]
    again.store.stop()


def test_a_first_start_on_a_full_disk_says_so(disk: Path) -> None:
    use_up(disk)
    with pytest.raises(StoreFullError):
        Agent(disk).store.start()


def put_in_time(agent: Agent, publication: Publication, lane: Lane) -> None:
    """Puts a message in; room for it is not made more than ten times a second."""
    for _ in range(200):
        try:
            agent.store.outbox.put(publication, lane).result(20)
        except StoreFullError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(publication.topic)


def test_readings_make_way_for_commands_and_alarms_on_a_full_disk(disk: Path) -> None:
    agent = Agent(disk, Lanes())
    agent.store.start()
    outbox = agent.store.outbox
    for number in range(5):
        outbox.put(Publication(f"before/{number}", b"x"), Lane.ALARMS).result(20)
    for number in range(5000):
        outbox.add(Publication(f"t/{number % 50}", b"x" * 900), Lane.TELEMETRY, link="upstream")
    # Twice: rows that ride are written before works are taken, so the first may miss them.
    agent.store.submit(lambda _: None).result(20)
    agent.store.submit(lambda _: None).result(20)
    agent.store.checkpoint().result(20)
    use_up(disk)
    for number in range(60):
        put_in_time(agent, Publication(f"c/{number}", b"x" * 200), Lane.COMMANDS)
        put_in_time(agent, Publication(f"a/{number}", b"x" * 8000), Lane.ALARMS)
    depth = {each.lane: each.rows for each in outbox.depth()}
    assert (depth[Lane.COMMANDS], depth[Lane.ALARMS]) == (60, 65)
    lost = agent.store.ledger.totals()
    assert set(lost) == {"telemetry"}
    assert lost["telemetry"]["evicted"] == 5000 - depth[Lane.TELEMETRY]
    agent.store.stop()


@pytest.mark.parametrize("left", [1_600_000, 300_000])
def test_more_than_the_disk_has_a_log_for_goes_a_little_at_a_time(disk: Path, left: int) -> None:
    """There is room in the database, and on the disk for a short write-ahead log alone."""
    agent = Agent(disk, Lanes())
    agent.store.start()
    before = [Publication(f"t/{number}", b"x" * 2000) for number in range(1500)]
    for each in before:
        agent.store.outbox.add(each, Lane.TELEMETRY, link="upstream")
    for _ in range(2):
        agent.store.submit(lambda _: None).result(20)
    for _ in range(15):
        agent.store.outbox.sent([row.id for row in agent.store.outbox.rows(limit=100)])
        for _ in range(2):
            agent.store.submit(lambda _: None).result(20)
    agent.store.checkpoint().result(20)
    assert agent.store.outbox.rows() == []
    use_up(disk)
    os.truncate(disk / "somebody-elses", (disk / "somebody-elses").stat().st_size - left)

    busy, go_on = threading.Event(), threading.Event()

    def hold(_: sqlite3.Connection) -> None:
        busy.set()
        assert go_on.wait(20)

    holding = agent.store.submit(hold)
    assert busy.wait(20)
    for number in range(900):
        reading = Publication(f"n/{number}", b"x" * 2000)
        agent.store.outbox.add(reading, Lane.TELEMETRY, link="upstream")
    agent.put(1)
    go_on.set()
    holding.result(20)
    put_in_time(agent, Publication("light/set", b"on"), Lane.COMMANDS)
    assert agent.wait(1)
    for _ in range(2):
        agent.store.submit(lambda _: None).result(20)
    assert agent.store.health().writer.full_since is None
    topics = [row.publication.topic for row in agent.store.outbox.rows(limit=5000)]
    assert [each for each in topics if each != "light/set"] == [f"n/{n}" for n in range(900)]
    assert agent.store.ledger.totals() == {}
    agent.store.stop()


def test_alarms_and_answers_that_find_no_room_are_kept_when_there_is_some(disk: Path) -> None:
    agent = Agent(disk)
    agent.store.start()
    filler = disk / "somebody-elses"
    filler.write_bytes(bytes(2 << 20))
    until_full(agent)
    outbox = agent.store.outbox
    publishing = Publishing(
        lambda publication, lane, link: outbox.put(publication, lane, link=link),
        agent.store.ledger.account,
        clock=time.time,
        monotonic=time.monotonic,
    )
    futures = []
    for number in range(40):
        alarm = Publication(f"alarms/{number % 5}", b"%d " % number * 8000)
        futures.append(publishing(alarm, Lane.ALARMS))
        futures.append(publishing(Publication(f"answer/{number}", b"x"), Lane.COMMANDS))
    for _ in range(5):
        time.sleep(0.1)
        publishing.tick()
    assert publishing.waiting > 0
    assert not all(future.done() for future in futures)

    filler.unlink()
    until = time.monotonic() + 20
    while publishing.waiting:
        assert time.monotonic() < until, publishing.waiting
        publishing.tick()
        time.sleep(0.05)
    assert len({future.result(20) for future in futures}) == 80
    topics: dict[str, list[int]] = {}
    for row in outbox.rows():
        if row.lane is Lane.ALARMS:
            number = int(row.publication.payload.split()[0])
            topics.setdefault(row.publication.topic, []).append(number)
    assert topics == {f"alarms/{n}": list(range(n, 40, 5)) for n in range(5)}
    assert agent.store.ledger.totals() == {}
    agent.store.stop()
