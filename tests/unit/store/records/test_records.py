"""Alarms, reports, audit and schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamplighter.store.limits import Limits
from lamplighter.store.records.alarms import AlarmRecord
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.reports import ReportRecord
from lamplighter.store.records.schedule import Scheduled, Stage
from lamplighter.timekeeping.timekeeper import Stamp

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_an_alarm_is_kept_as_it_stands(open_store: Open) -> None:
    first = open_store()
    old = AlarmRecord("pump", "hot", "unacknowledged", "high", 1.0, 1.0, {"value": 91.5})
    new = AlarmRecord("pump", "hot", "acknowledged", "high", 2.0, 2.0, {"value": 92})
    calm = AlarmRecord("pump", "dry", "normal", "low", 1.0, 1.0)
    for record in (old, new, calm):
        first.store.alarms.put(record).result(20)
    first.store.stop()
    alarms = open_store().store.alarms
    assert alarms.all() == [calm, new]
    assert alarms.active() == [new]
    assert alarms.get("pump", "hot") == new
    assert alarms.get("pump", "nothing") is None


def test_a_condition_that_is_long_normal_is_forgotten(opened: Opened) -> None:
    opened.store.alarms.put(AlarmRecord("a", "x", "normal", "low", 1.0, 1.0)).result(20)
    opened.store.alarms.put(AlarmRecord("a", "y", "latched", "low", 1.0, 1.0)).result(20)
    opened.store.trim(40 * 86400.0).result(20)
    assert [record.condition for record in opened.store.alarms.all()] == ["y"]


def test_the_last_reports_are_kept(open_store: Open) -> None:
    opened = open_store(limits=Limits(reports=2))
    ids = [
        opened.store.reports.put(
            ReportRecord(float(n), "pump" if n else "fan", f"t{n}", "text", {"n": n})
        ).result(20)
        for n in range(3)
    ]
    reports = opened.store.reports
    assert [report.data["n"] for report in reports.latest()] == [2, 1, 0]
    assert [report.title for report in reports.latest(asset="fan")] == ["t0"]
    opened.store.trim(9.0).result(20)
    assert reports.get(ids[0]) is None
    kept = reports.get(ids[2])
    assert kept == ReportRecord(2.0, "pump", "t2", "text", {"n": 2}, ids[2])


def test_the_audit_can_be_read_and_completed(opened: Opened) -> None:
    entry = AuditEntry(5.0, "light.a", "turn_on", {"params": {"brightness": 3}})
    number = opened.store.audit.put(entry).result(20)
    opened.store.audit.put(AuditEntry(6.0, "lock.b", "lock")).result(20)
    assert opened.store.audit.update(number, {"confirmed": True}).result(20)
    assert not opened.store.audit.update(999, {}).result(20)
    assert [entry.device for entry in opened.store.audit.latest()] == ["lock.b", "light.a"]
    (found,) = opened.store.audit.latest(device="light.a")
    assert found == AuditEntry(5.0, "light.a", "turn_on", {"confirmed": True}, number)


def test_the_audit_is_bounded(open_store: Open) -> None:
    opened = open_store(limits=Limits(audit_seconds=100.0, audit_rows=2))
    for second in (0.0, 150.0, 151.0, 152.0):
        opened.store.audit.put(AuditEntry(second, "d", "a")).result(20)
    opened.store.trim(200.0).result(20)
    assert [entry.time for entry in opened.store.audit.latest()] == [152.0, 151.0]


def at(wall: float, *, boot: str = "b1", uptime: float = 0.0, trusted: bool = True) -> Stamp:
    return Stamp(wall, boot, uptime, trusted)


def test_what_is_due_in_so_long_is_due_by_uptime_within_the_boot(opened: Opened) -> None:
    schedule = opened.store.schedule
    schedule.put(Scheduled(600.0, "ask", "tea", boot="b1", uptime=600.0)).result(20)
    assert schedule.due(at(1e9, uptime=599.0)) == []
    [item] = schedule.due(at(0.0, uptime=605.0, trusted=False))
    assert item.late(at(0.0, uptime=605.0)) == 5.0


def test_what_an_earlier_boot_left_is_due_by_a_clock_that_is_trusted(opened: Opened) -> None:
    schedule = opened.store.schedule
    schedule.put(Scheduled(600.0, "ask", "tea", boot="b1", uptime=600.0)).result(20)
    assert schedule.due(at(1e9, boot="b2", uptime=1e9, trusted=False)) == []
    assert schedule.due(at(599.0, boot="b2", uptime=1e9)) == []
    [item] = schedule.due(at(610.0, boot="b2"))
    assert item.late(at(610.0, boot="b2")) == 10.0


def test_scheduled_things_are_done_once(open_store: Open) -> None:
    first = open_store()
    late = first.store.schedule.put(Scheduled(20.0, "ask", "lights off", {"area": "Hall"}))
    soon = first.store.schedule.put(Scheduled(10.0, "ask", "lock up"))
    never = first.store.schedule.put(Scheduled(5.0, "ask", "oops"))
    number = never.result(20)
    cancelled = [
        first.store.submit(
            lambda connection: first.store.schedule.cancel(connection, number)
        ).result(20)
        for _ in range(2)
    ]
    assert cancelled == [True, False]
    first.store.stop()

    opened = open_store()
    schedule = opened.store.schedule
    assert [item.text for item in schedule.waiting()] == ["lock up", "lights off"]
    assert [item.text for item in schedule.due(at(15.0))] == ["lock up"]
    number = soon.result()
    assert opened.store.submit(lambda c: schedule.complete(c, number)).result(20)
    assert not opened.store.submit(lambda c: schedule.complete(c, number)).result(20)
    assert schedule.due(at(15.0)) == []
    assert schedule.due(at(20.0))[0].data == {"area": "Hall"}
    done = schedule.get(number)
    assert done is not None
    assert done.stage is Stage.DONE

    opened.store.trim(8 * 86400.0).result(20)
    assert schedule.get(number) is None
    assert schedule.get(late.result()) is not None
