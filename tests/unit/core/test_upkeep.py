"""The periodic work: what a second does, what is trimmed, when the watchdog is fed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import cast

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import FakeLink

from lamplighter import upkeep as module
from lamplighter.assembly import Parts
from lamplighter.plugin import Event, Message, Refused
from lamplighter.service_notify import ServiceNotifier
from lamplighter.upkeep import Upkeep

LATE = Refused("t", "", "late")


class Notes(ServiceNotifier):
    """A notifier that keeps what it was told."""

    def __init__(self, every: float | None = None) -> None:
        super().__init__({})
        self.every = every
        self.sent: list[tuple[str, ...]] = []

    @property
    def watchdog_every(self) -> float | None:
        return self.every

    def send(self, *lines: str) -> bool:
        self.sent.append(lines)
        return True


class House:
    """The parts that are kept up, each noting what it is asked."""

    def __init__(self, every: float | None = None) -> None:
        self.clock = Clock(1000.0)
        self.ageing = 900.0
        self.link = FakeLink()
        self.writer_alive = True
        self.full_since: float | None = None
        self.failing = ""
        self.log_held = False
        self.calls: list[tuple[object, ...]] = []
        self.notifier = Notes(every)
        self.broken = False
        note = self.note
        writer = SimpleNamespace(
            health=lambda: SimpleNamespace(
                alive=self.writer_alive,
                full_since=self.full_since,
                failing=self.failing,
                log_held=self.log_held,
            )
        )
        parts = SimpleNamespace(
            link=self.link,
            host=SimpleNamespace(tick=self.plugins_tick),
            reception=SimpleNamespace(take=note("take")),
            machines=SimpleNamespace(
                tick=lambda now, *, connected: note("machines")(now, connected)
            ),
            shifts=SimpleNamespace(tick=note("shifts")),
            orders=SimpleNamespace(watch=SimpleNamespace(tick=note("orders"))),
            store=SimpleNamespace(
                outbox=SimpleNamespace(expire=note("expire")),
                trim=note("trim"),
                watch=note("watch"),
                writer=writer,
                place=SimpleNamespace(folder="/data"),
            ),
            publishing=SimpleNamespace(tick=note("publishing")),
            gate=SimpleNamespace(look=note("gate")),
            link_watch=SimpleNamespace(sweep=note("sweep")),
            scheduler=SimpleNamespace(tick=self.schedule_tick),
            presence=SimpleNamespace(publish_health=note("health")),
            upstream=None,
            clock_watch=SimpleNamespace(
                look=note("clock"),
                keep=note("keep"),
                trim=note("future"),
                timekeeper=SimpleNamespace(uptime=self.clock, before=lambda: self.ageing),
            ),
        )
        self.upkeep = Upkeep(cast("Parts", parts), self.clock, self.notifier)

    def note(self, name: str) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            self.calls.append((name, *arguments))

        return call

    def plugins_tick(self, now: float) -> list[tuple[str, Event]]:
        if self.broken:
            raise ZeroDivisionError(now)
        return [("json", LATE)]

    async def schedule_tick(self, now: float) -> None:
        self.calls.append(("schedule", now))

    def called(self, name: str) -> list[tuple[object, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]


def test_a_second_moves_everything_that_depends_on_time() -> None:
    house = House()
    house.link.connected = False
    house.upkeep.tick()
    assert house.called("take") == [("json", LATE, Message("", b"", arrived=1000.0))]
    assert house.called("machines") == [(1000.0, False)]
    assert house.called("shifts") == [()]
    assert house.called("orders") == [()]
    assert house.called("sweep") == [()]
    assert house.called("watch") == [()]
    # A command that expired a moment ago may be on its way.
    [(expired,)] = house.called("expire")
    assert isinstance(expired, float)
    assert 990.0 < expired < 1000.0


def test_a_full_disk_is_said_at_once_and_once() -> None:
    house = House()
    with capture_logs() as logs:
        for full_since in (None, 1000.0, 1000.0, None):
            house.full_since = full_since
            house.upkeep.tick()
    assert [(entry["event"], entry["path"]) for entry in logs] == [
        ("disk_full", "/data"),
        ("disk_is_well", "/data"),
    ]
    assert len(house.called("health")) == 2


def test_a_log_that_a_reader_holds_is_not_called_a_full_disk() -> None:
    house = House()
    with capture_logs() as logs:
        for held in (False, True, False):
            house.full_since = 1000.0 if held else None
            house.log_held = held
            house.upkeep.tick()
    assert [entry["event"] for entry in logs] == ["log_held", "disk_is_well"]


def test_a_disk_that_fails_is_said_at_once_and_once() -> None:
    house = House()
    with capture_logs() as logs:
        for failing in ("", "disk I/O error", "disk I/O error", ""):
            house.failing = failing
            house.upkeep.tick()
    assert [(entry["event"], entry.get("reason")) for entry in logs] == [
        ("disk_fails", "disk I/O error"),
        ("disk_is_well", None),
    ]
    assert len(house.called("health")) == 2


async def test_what_is_due_is_carried_out() -> None:
    house = House()
    await house.upkeep.run_schedule()
    assert house.called("schedule") == [(1000.0,)]


def test_retention_goes_by_a_clock_that_takes_no_leaps() -> None:
    house = House()
    house.upkeep.trim()
    assert house.called("trim") == [(900.0,)]
    assert house.called("future") == [()]
    assert house.called("keep") == [()]


def test_a_clock_that_was_set_is_seen_to_before_anything_else() -> None:
    house = House()
    house.upkeep.tick()
    assert house.calls[0] == ("clock",)


@pytest.mark.parametrize(
    ("link", "writer", "fed"),
    [(True, True, [("WATCHDOG=1",)]), (False, True, []), (True, False, [])],
)
def test_the_watchdog_is_fed_only_while_the_threads_live(
    link: bool,  # noqa: FBT001 - a parameter of the test
    writer: bool,  # noqa: FBT001 - a parameter of the test
    fed: list[tuple[str, ...]],
) -> None:
    house = House()
    house.link.alive, house.writer_alive = link, writer
    house.upkeep.feed_watchdog()
    assert house.notifier.sent == fed


async def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


async def test_a_defect_is_logged_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TICK", 0.002)
    house = House(every=0.002)
    house.broken = True
    with capture_logs() as logs:
        house.upkeep.start()
        await until(lambda: len(house.called("schedule")) > 2 and len(house.notifier.sent) > 2)
        await until(lambda: len([e for e in logs if e["event"] == "upkeep_failed"]) > 2)
        house.broken = False
        await until(lambda: len(house.called("machines")) > 2)
        await house.upkeep.stop()
    count = len(house.calls)
    await asyncio.sleep(0.01)
    assert len(house.calls) == count


def test_a_disk_that_fails_for_long_starves_the_watchdog_but_a_full_one_does_not() -> None:
    house = House()
    house.failing = "disk I/O error"
    house.upkeep.feed_watchdog()
    house.clock.now += 60.0
    house.upkeep.feed_watchdog()
    assert len(house.notifier.sent) == 2
    house.clock.now += 1.0
    house.upkeep.feed_watchdog()
    assert len(house.notifier.sent) == 2
    house.full_since = 1000.0
    house.upkeep.feed_watchdog()
    assert len(house.notifier.sent) == 3


async def test_without_systemd_nothing_feeds_a_watchdog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TICK", 0.002)
    house = House(every=None)
    house.upkeep.start()
    await until(lambda: len(house.called("schedule")) > 2)
    stopped: Awaitable[None] = house.upkeep.stop()
    await stopped
    assert house.notifier.sent == []
