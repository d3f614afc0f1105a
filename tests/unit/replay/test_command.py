"""``lamplighter replay``, from file to words."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from lamplighter import cli

CONFIG = """
machines:
  - asset: pump-3
    name: Feed pump
    class: pump
    tags: {v: {topic: plant/v, unit: mm/s, name: vibration, limits: {high: 4.5}}}
"""


def run(*arguments: str) -> int:
    try:
        cli.main(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(CONFIG)
    return path


def test_a_csv_file_leads_to_alarms_and_reports(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [f"{1_772_366_400 + at},{9.0 if 100 < at < 150 else 2.0}" for at in range(300)]
    file = tmp_path / "pump-3.csv"
    file.write_text("\n".join(["time,v", *rows]))
    assert run("replay", str(file), "--config", str(config)) == 0
    shown = capsys.readouterr().out
    assert "2026-03-01 12:01:41  unacknowledged           Feed pump vibration high: 9 mm/s" in shown
    assert "report, opened, by template: Feed pump" in shown
    assert "300 values of 1 signal, 0 log lines: 1 alarm, 2 reports." in shown


def test_recorded_topics_go_through_the_plugins(
    config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "day.txt.gz"
    with gzip.open(file, "wt") as text:
        text.write("1772366400 plant/v 2.0\n1772366401 plant/v 6.0\nnonsense\n")
    assert run("replay", str(file), "--config", str(config), "--json") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    alarm = next(row["alarm"] for row in rows if "alarm" in row)
    assert (alarm["condition"], alarm["state"]) == ("v_high", "unacknowledged")
    assert rows[-1]["summary"]["values"] == 2
    assert rows[-1]["summary"]["unread_lines"] == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "is empty"), ("a,b\n1,2\n", "no machines to say"), ("time\n1\n", "a column of values")],
)
def test_a_file_that_can_not_be_played_is_an_error(
    text: str, reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "x.csv"
    file.write_text(text)
    empty = tmp_path / "empty.yaml"
    empty.write_text("")
    assert run("replay", str(file), "--config", str(empty)) == 1
    assert reason in capsys.readouterr().err
