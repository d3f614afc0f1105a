"""A store that spares its disk: what can wait waits, what somebody waits for does not."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import TYPE_CHECKING

import pytest

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.settings import Flash

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

LONG = 30.0


@pytest.fixture
def sparing(open_store: Open) -> Opened:
    """Busy, and as patient as can be set."""
    opened = open_store(
        flash=Flash(profile="battery", longest_commit=LONG),
        urgent=lambda message: message.topic == "ask",
    )
    opened.flush()
    opened.store.pace._rate = 1000.0
    return opened


def commits(opened: Opened) -> int:
    return opened.store.health().writer.commits


def quiet(opened: Opened) -> int:
    """How many commits there are, after some time in which there could have been more."""
    time.sleep(0.3)
    return commits(opened)


def test_readings_wait_and_a_command_takes_them_along(sparing: Opened) -> None:
    before = commits(sparing)
    # They come regularly, or the broker would seem to wait for acks.
    sparing.store.pace._rate = 20.0
    for _ in range(3):
        sparing.put("reading")
    sparing.store.history.add("t", 1.0, 1.0)
    reading = sparing.store.outbox.put(Publication("r", b"1"), Lane.TELEMETRY)
    assert quiet(sparing) == before
    assert not reading.done()
    sparing.put("ask")
    assert [row.received.message.topic for row in sparing.wait(4)] == ["reading"] * 3 + ["ask"]
    assert reading.result(20)
    assert sparing.store.history.last("t") is not None


@pytest.mark.parametrize("lane", [Lane.COMMANDS, Lane.ALARMS])
def test_what_somebody_waits_for_is_committed_at_once(sparing: Opened, lane: Lane) -> None:
    futures: list[Future[int]] = [
        sparing.store.outbox.put(Publication("r", b"1"), Lane.STATES),
        sparing.store.outbox.put(Publication("light/set", b"on"), lane),
    ]
    for future in futures:
        future.result(LONG / 2)


def test_a_stop_leaves_nothing_behind(open_store: Open, sparing: Opened) -> None:
    sparing.put("reading")
    sparing.store.history.add("t", 1.0, 1.0)
    sparing.store.outbox.put(Publication("r", b"1"), Lane.TELEMETRY)
    sparing.store.stop()
    again = open_store()
    assert again.store.inbox.depth() == 1
    assert again.store.history.last("t") is not None
    assert sum(each.rows for each in again.store.outbox.depth()) == 1


def test_what_was_written_today_is_known_after_a_restart(open_store: Open) -> None:
    first = open_store()
    first.store.wear._today = 123_456_789
    first.store.wear._day = int(first.clock() // 86400)
    first.store.stop()
    again = open_store()
    again.store.pace.sample()
    today = again.store.health().written.today
    assert today is not None
    assert today >= 123_456_789
