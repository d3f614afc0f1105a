from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from lamplighter.understanding.timing.zones import home_zone


def test_the_configured_zone_comes_first(tmp_path: Path) -> None:
    zone = home_zone("America/Denver", tmp_path / "localtime")
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=-6)


def test_the_machines_zone_knows_summer_time(tmp_path: Path) -> None:
    path = tmp_path / "localtime"
    path.write_bytes((files("tzdata") / "zoneinfo" / "Europe" / "Zurich").read_bytes())
    zone = home_zone(None, path)
    assert datetime(2026, 7, 1, tzinfo=zone).utcoffset() == timedelta(hours=2)
    assert datetime(2026, 1, 1, tzinfo=zone).utcoffset() == timedelta(hours=1)


def test_a_machine_without_one(tmp_path: Path) -> None:
    assert home_zone(None, tmp_path / "none") is UTC
    (tmp_path / "broken").write_text("no zone")
    assert home_zone(None, tmp_path / "broken") is UTC
