"""Alarms and reports on a real store: what is kept, published, tried again."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import ROOT, Clock
from tests.unit.core.stand_ins import NoModel, settled, store_in

from lamplighter.errors import ModelError, PayloadError, StoreFullError
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.machine_watch import MachineWatch
from lamplighter.model.request import Completion, Request
from lamplighter.plugin import LogLine, Publication, Sample
from lamplighter.store.outbound.lanes import Lane

if TYPE_CHECKING:
    from lamplighter.model.watched import WatchedEngine

PUMP = Machine(
    "pump1",
    "Feed pump",
    "pump",
    tags={"vibration": Tag("t", unit="mm/s", limits=Limits(high=4.5, deadband=0.3))},
)
ALARM = f"{ROOT}/alarms/pump1/vibration_high"


class FailingEngine:
    """A model that can't; it waits to be let go where ``hold`` is given."""

    name = "tiny"
    version = "1"
    tasks = ()

    def __init__(self, hold: asyncio.Event | None = None) -> None:
        self.hold = hold
        self.asked = 0

    async def complete(self, request: Request) -> Completion:
        self.asked += 1
        if self.hold is not None:
            await self.hold.wait()
        raise ModelError(self.name, f"can't do {request.max_tokens} tokens")


class Plant:
    """A machine watch on a real store, with a clock that goes when told to."""

    def __init__(self, folder: Path, *machines: Machine) -> None:
        self.folder = folder
        self.clock = Clock()
        self.machines = machines or (PUMP,)
        self.models = NoModel()
        self.full = 0
        self.store = store_in(folder, self.clock)
        self.watch = self.made()

    def made(self) -> MachineWatch:
        monitor = FaultMonitor(
            self.machines, clock=self.clock, config=Faults(settle=5.0, quiet=10.0)
        )
        return MachineWatch(
            monitor,
            self.store,
            self.models,
            root=ROOT,
            clock=self.clock,
            publish=self.publish,
        )

    def publish(self, publication: Publication, lane: Lane) -> Future[int]:
        if self.full:
            self.full -= 1
            refused: Future[int] = Future()
            refused.set_exception(StoreFullError(self.folder, "disk full"))
            return refused
        return self.store.outbox.put(publication, lane)

    def begin(self) -> None:
        self.store.start()
        self.watch.start()

    def again(self, *machines: Machine) -> None:
        """The process ended; the next one starts."""
        self.store.stop()
        self.machines = machines or self.machines
        self.store = store_in(self.folder, self.clock)
        self.watch = self.made()
        self.begin()

    def value(self, value: float, seconds: float = 1.0) -> None:
        self.clock.now += seconds
        self.watch.sample(Sample("pump1", "vibration", value, self.clock.now))
        self.watch.tick(self.clock.now, connected=True)

    def published(self, topic: str) -> list[dict[str, Any] | None]:
        settled(self.store)
        rows = [row.publication for row in self.store.outbox.rows()]
        return [json.loads(r.payload or b"null") for r in rows if r.topic == topic]

    async def reports(self, count: int) -> list[dict[str, Any]]:
        """The published reports, once there are so many."""
        await until(lambda: len(self.published(f"{ROOT}/reports")) >= count)
        return [each for each in self.published(f"{ROOT}/reports") if each]


async def until(true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came true")


@pytest.fixture
async def plant(tmp_path: Path) -> AsyncIterator[Plant]:
    plant = Plant(tmp_path)
    plant.begin()
    yield plant
    await plant.watch.stop(0.0)
    plant.store.stop()


async def test_every_alarm_is_published_at_the_start(plant: Plant) -> None:
    [record] = plant.published(ALARM)
    assert record is not None
    assert record["state"] == "normal"
    [row] = [row for row in plant.store.outbox.rows() if row.publication.topic == ALARM]
    assert row.publication.retain
    assert row.lane is Lane.ALARMS


async def test_machines_are_published_at_the_start_and_the_figures_go_on(plant: Plant) -> None:
    [overview] = plant.published(f"{ROOT}/machines/pump1")
    assert overview is not None
    assert overview["state"] == "normal"
    plant.value(5.0)
    plant.value(5.0, 61.0)
    settled(plant.store)
    plant.again()
    figures = plant.published(f"{ROOT}/alarm_kpis")[-1]
    assert figures is not None
    assert figures["alarms"] == 1


async def test_a_report_that_failed_for_another_reason_says_so(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object, **_more: object) -> None:
        raise KeyError("disturbed")

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr("lamplighter.machine_watch.ReportWriter.write", broken)
        plant.value(5.0)
        plant.value(5.0, 6.0)
        await until(lambda: any(entry["event"] == "report_not_sent" for entry in logs))
    [entry] = [entry for entry in logs if entry["event"] == "report_not_sent"]
    assert entry["reason"] == "KeyError: 'disturbed'"
    plant.value(5.0, 11.0)
    [report] = await plant.reports(1)
    assert (report["written_by"], report["reason"]) == ("template", "writing it failed")


async def test_of_very_many_alarms_a_start_publishes_those_that_were_ever_raised(
    tmp_path: Path,
) -> None:
    tags = {f"s{n}": Tag(f"t/{n}", limits=Limits(high=5.0, low=1.0)) for n in range(600)}
    plant = Plant(tmp_path, PUMP, Machine("big", tags=tags))
    plant.begin()
    assert plant.published(ALARM) == []
    plant.value(9.0)
    assert [record and record["state"] for record in plant.published(ALARM)] == ["unacknowledged"]
    plant.again()
    states = [record and record["state"] for record in plant.published(ALARM)]
    assert states == ["unacknowledged", "unacknowledged"]
    rows = plant.store.outbox.rows()
    assert {r.publication.topic for r in rows if "/alarms/" in r.publication.topic} == {ALARM}
    await plant.watch.stop(0.0)
    plant.store.stop()


async def test_an_alarm_is_kept_with_its_true_onset(plant: Plant) -> None:
    plant.value(5.0)
    onset = plant.clock.now
    plant.clock.now += 30.0
    with capture_logs() as logs:
        done = plant.watch.control({"op": "ack", "asset": "pump1", "user": "ann"})
        assert done.changed == [("pump1", "vibration_high")]
    settled(plant.store)
    kept = plant.store.alarms.get("pump1", "vibration_high")
    assert kept is not None
    assert (kept.state, kept.since, kept.updated) == ("acknowledged", onset, plant.clock.now)
    assert [(e["event"], e["state"]) for e in logs] == [("alarm", "acknowledged")]
    assert [record["state"] for record in plant.watch.active] == ["acknowledged"]
    plant.value(2.0)
    assert plant.watch.active == []


async def test_an_alarm_is_logged_as_a_warning_and_its_return_as_news(plant: Plant) -> None:
    with capture_logs() as logs:
        plant.value(5.0)
        plant.value(2.0)
    came, back = logs
    assert came == {
        "event": "alarm",
        "log_level": "warning",
        "asset": "pump1",
        "condition": "vibration_high",
        "name": "Feed pump vibration high",
        "state": "unacknowledged",
        "severity": "warning",
        "value": 5.0,
        "unit": "mm/s",
        "limit": 4.5,
        "limit_unit": "mm/s",
    }
    assert (back["state"], back["log_level"]) == ("returned_unacknowledged", "info")


async def test_an_operation_on_nothing_is_refused(plant: Plant) -> None:
    with pytest.raises(PayloadError):
        plant.watch.control({"op": "ack", "asset": "pump9"})


async def test_log_lines_reach_the_report(plant: Plant) -> None:
    plant.watch.log_line(LogLine("pump1", "bearing hot", "warning", plant.clock.now))
    plant.value(5.0)
    plant.value(5.0, 6.0)
    [report] = await plant.reports(1)
    assert [each["template"] for each in report["evidence"]["logs"]] == ["bearing hot"]


async def test_what_the_store_refused_is_published_with_a_later_tick(plant: Plant) -> None:
    plant.full = 1
    plant.watch.sample(Sample("pump1", "vibration", 5.0, plant.clock.now))
    states = [record["state"] for record in plant.published(ALARM) if record]
    assert states == ["normal"]
    plant.watch.tick(plant.clock.now, connected=True)
    states = [record["state"] for record in plant.published(ALARM) if record]
    assert states == ["normal", "unacknowledged"]


async def test_a_model_that_fails_leaves_one_report_by_the_template(plant: Plant) -> None:
    engine = FailingEngine()
    plant.models.engine = cast("WatchedEngine", engine)
    plant.value(5.0)
    plant.value(5.0, 6.0)
    [report] = await plant.reports(1)
    assert engine.asked == 1
    assert (report["written_by"], report["model"]) == ("template", "tiny 1")
    await until(lambda: not plant.store.snapshots.starting_with("unsent_report/"))
    assert plant.watch.written == {"model": 0, "template": 1}


async def test_a_report_that_the_store_refused_is_sent_later(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> Future[None]:
        refused: Future[None] = Future()
        refused.set_exception(StoreFullError(plant.folder, "disk full"))
        return refused

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr(plant.store, "submit", full)
        plant.value(5.0)
        plant.value(5.0, 6.0)
        await until(lambda: any(entry["event"] == "report_not_sent" for entry in logs))
    assert await plant.reports(0) == []
    plant.value(5.0, 11.0)
    [report] = await plant.reports(1)
    assert report["kind"] == "opened"


@pytest.mark.parametrize(("value", "outdated"), [(8.0, True), (6.0, False)])
async def test_a_report_that_alarms_overtook_tells_the_time_it_speaks_of(
    tmp_path: Path,
    value: float,
    outdated: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    limits = Limits(high=4.5, high_high=7.1, deadband=0.3)
    tags = {"vibration": Tag("t", unit="mm/s", limits=limits)}
    plant = Plant(tmp_path, Machine("pump1", "Feed pump", "pump", tags=tags))
    plant.begin()
    hold = asyncio.Event()
    engine = FailingEngine(hold)
    plant.models.engine = cast("WatchedEngine", engine)
    plant.value(5.0)
    plant.value(5.0, 6.0)
    await until(lambda: engine.asked == 1)
    plant.value(value)
    hold.set()
    [report] = await plant.reports(1)
    assert ("This is the state as of 22:13:27 UTC." in report["text"]) is outdated
    assert "5 mm/s, above its limit of 4.5 mm/s" in report["text"]
    plant.value(value, 6.0)
    await until(lambda: not plant.store.snapshots.starting_with("unsent_report/"))
    kinds = [each["kind"] for each in await plant.reports(2 if outdated else 1)]
    assert kinds == (["opened", "changed"] if outdated else ["opened"])
    await plant.watch.stop(0.1)
    plant.store.stop()


async def test_a_report_being_written_at_the_end_is_sent_by_the_next_start(plant: Plant) -> None:
    engine = FailingEngine(asyncio.Event())
    plant.models.engine = cast("WatchedEngine", engine)
    plant.value(5.0)
    plant.value(5.0, 6.0)
    await until(lambda: engine.asked == 1)
    await plant.watch.stop(0.01)
    assert await plant.reports(0) == []
    plant.models.engine = None
    plant.again()
    [report] = await plant.reports(1)
    assert (report["kind"], report["written_by"]) == ("opened", "template")
    await until(lambda: not plant.store.snapshots.starting_with("unsent_report/"))


async def test_with_a_backlog_of_reports_the_model_is_not_asked(tmp_path: Path) -> None:
    tags = {"a": Tag("t", limits=Limits(high=1.0))}
    plant = Plant(tmp_path, *(Machine(f"m{number}", tags=tags) for number in range(9)))
    plant.begin()
    engine = FailingEngine()
    plant.models.engine = cast("WatchedEngine", engine)
    for number in range(9):
        plant.watch.sample(Sample(f"m{number}", "a", 2.0, plant.clock.now))
    plant.clock.now += 6.0
    plant.watch.tick(plant.clock.now, connected=True)
    reports = await plant.reports(9)
    assert [report["asset"] for report in reports] == [f"m{number}" for number in range(9)]
    assert 0 < engine.asked <= 6
    await plant.watch.stop(0.1)
    plant.store.stop()


async def test_a_condition_that_is_no_longer_configured_is_withdrawn_once(plant: Plant) -> None:
    plant.value(5.0)
    other = Machine("pump1", tags={"bar": Tag("t", limits=Limits(low=1.0))})
    plant.again(other)
    assert plant.published(ALARM)[-1] is None
    kept = plant.store.alarms.get("pump1", "vibration_high")
    assert kept is not None
    assert (kept.state, kept.data["active"]) == ("normal", False)
    count = len(plant.published(ALARM))
    plant.again(other)
    assert len(plant.published(ALARM)) == count


async def test_a_damaged_snapshot_is_told_and_the_watch_starts_anew(plant: Plant) -> None:
    plant.value(5.0)
    plant.store.snapshots.put("fault_monitor/pump1", {"alarms": {"vibration_high": 7}})
    with capture_logs() as logs:
        plant.again()
    assert "alarms_not_restored" in [entry["event"] for entry in logs]
    last = plant.published(ALARM)[-1]
    assert last is not None
    assert last["state"] == "normal"


async def test_why_the_template_wrote_is_logged_counted_and_published(plant: Plant) -> None:
    with capture_logs() as logs:
        plant.value(5.0)
        plant.value(5.0, 6.0)
        [report] = await plant.reports(1)
        await until(lambda: any(entry["event"] == "report" for entry in logs))
    [told] = [entry for entry in logs if entry["event"] == "report"]
    assert report["reason"] == told["reason"] == "no model is loaded"
    assert plant.watch.template_because == {"no model is loaded": 1}


async def test_a_report_that_the_last_run_left_says_so(plant: Plant) -> None:
    plant.models.engine = cast("WatchedEngine", FailingEngine(asyncio.Event()))
    plant.value(5.0)
    plant.value(5.0, 6.0)
    await plant.watch.stop(0.0)
    plant.models.engine = None
    plant.again()
    [report] = await plant.reports(1)
    assert report["reason"] == "the agent stopped before the model wrote it"
