"""Summaries at the end of shifts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from tests.unit.faults.summaries.conftest import HOUR, NOON, reported

from lamplighter import cli
from lamplighter.plugin import Publication
from lamplighter.shift_summaries import ShiftSummaries
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.reports import ReportRecord
from lamplighter.store.store import Store


class Shop:
    """Shift summaries on a real store, with a clock that the test sets."""

    def __init__(self, folder: Path, shifts: tuple[str, ...]) -> None:
        self.now = NOON
        self.shifts = shifts
        self.published: list[dict[str, Any]] = []
        self.store = Store(
            folder,
            max_bytes=32 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=lambda: self.now,
        )
        self.store.start()
        self.begin()

    def begin(self) -> None:
        self.store.submit(lambda _: None).result(10)
        self.summaries = ShiftSummaries(
            self.store.reports,
            self.store.snapshots,
            shifts=self.shifts,
            zone=UTC,
            root="lamplighter/n",
            clock=lambda: self.now,
            publish=self._publish,
        )
        self.summaries.start()

    def _publish(self, publication: Publication, lane: Lane) -> None:
        assert (publication.topic, publication.retain) == ("lamplighter/n/summaries", True)
        assert lane is Lane.ALARMS
        self.published.append(json.loads(publication.payload))

    def report(self, payload: dict[str, Any]) -> None:
        record = ReportRecord(self.now, payload["asset"], payload["name"], "text", payload)
        self.store.reports.put(record).result(10)

    def at(self, hour: float) -> None:
        self.now = NOON + (hour - 12) * HOUR
        self.summaries.tick()


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    shop = Shop(tmp_path, ("06:00", "14:00"))
    yield shop
    shop.store.stop()


def test_each_shift_is_told_of_once(shop: Shop) -> None:
    shop.at(12)
    shop.report(reported())
    shop.at(13.99)
    assert shop.published == []
    shop.at(14.01)
    shop.at(15)
    [told] = shop.published
    assert (told["from"], told["to"]) == ("2026-03-01T06:00:00Z", "2026-03-01T14:00:00Z")
    assert "1 episode on 1 machine" in told["text"]
    assert told["episodes"][0]["duration_s"] == 600


def test_a_shift_that_ended_while_nothing_ran_is_told_of_after_the_start(shop: Shop) -> None:
    shop.at(13)
    shop.begin()
    shop.at(30.5)
    assert [each["to"] for each in shop.published] == ["2026-03-02T06:00:00Z"]
    assert shop.published[0]["from"] == "2026-03-01T06:00:00Z"
    shop.begin()
    shop.at(31)
    assert len(shop.published) == 1


def test_the_first_run_of_all_tells_of_no_shift_before_it(shop: Shop) -> None:
    shop.at(12)
    assert shop.published == []


def test_no_shifts_no_summaries(tmp_path: Path) -> None:
    shop = Shop(tmp_path, ())
    shop.at(12)
    shop.at(40)
    shop.store.stop()
    assert shop.published == []


def test_the_command_line_tells_of_the_last_hours(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "c.yaml"
    config.write_text(f"store: {{path: {tmp_path / 'store'}}}\nhome: {{time_zone: UTC}}\n")
    shop = Shop(tmp_path / "store", ())
    shop.report(reported())
    shop.store.stop()
    until = ["--until", "2026-03-01T14:00:00", "--last", "2h"]
    cli.main(["summary", "--config", str(config), *until])
    shown = capsys.readouterr().out
    assert shown.startswith("2026-03-01, 12:00 to 14:00 UTC: 1 episode on 1 machine")
    cli.main(["summary", "--config", str(config), *until, "--json"])
    assert json.loads(capsys.readouterr().out)["episodes"][0]["asset"] == "pump-3"


def test_a_span_of_time_that_is_none_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["summary", "--last", "soon"])
    assert ended.value.code == 2
    assert "no span of time" in capsys.readouterr().err


def test_a_clock_that_was_years_ahead_once_silences_no_summary(shop: Shop) -> None:
    shop.at(12)
    shop.at(12 + 4 * 365 * 24)
    shop.published.clear()
    shop.begin()
    shop.at(13)
    shop.at(14.5)
    assert [each["to"][11:16] for each in shop.published] == ["14:00"]
