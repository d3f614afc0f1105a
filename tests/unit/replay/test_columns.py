"""CSV recordings."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

import pytest

from lamplighter.errors import ReplayError
from lamplighter.plugin import LogLine, Sample
from lamplighter.replay.columns import read_columns
from lamplighter.replay.entries import Entry, Unread

PATH = Path("history.csv")
NOON = 1_772_366_400.0


def read(text: str, unread: Unread | None = None) -> list[Entry]:
    lines = text.splitlines(keepends=True)
    return list(read_columns(lines, PATH, asset="pump", zone=UTC, unread=unread or Unread()))


def test_a_column_a_signal() -> None:
    found = read("time,vibration,oil temp\n2026-03-01T12:00:00Z,2.5,\n1772366401,2.6,48\n")
    assert found[0] == Entry(NOON, (Sample("pump", "vibration", 2.5, NOON),))
    assert [(each.tag, each.value) for each in found[1].events if isinstance(each, Sample)] == [
        ("vibration", 2.6),
        ("oil_temp", 48.0),
    ]


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_line_a_value(sign: str) -> None:
    rows = ["Timestamp,machine,tag,value", "2026-03-01 12:00:00,P-101,17-PT-204,6.25"]
    found = read("\n".join(rows).replace(",", sign))
    assert found == [Entry(NOON, (Sample("P-101", "17-PT-204", 6.25, NOON),))]


def test_log_lines_come_along() -> None:
    found = read("time,asset,tag,value,text,level\n1772366400,m,,,bearing hot,warning\n")
    assert found == [Entry(NOON, (LogLine("m", "bearing hot", "warning", NOON),))]


def test_a_decimal_comma_is_read_between_semicolons() -> None:
    found = read("time;a\n1772366400;2,5\n")
    assert found[0].events == (Sample("pump", "a", 2.5, NOON),)


def test_lines_that_cannot_be_read_are_counted_with_their_places() -> None:
    unread = Unread()
    found = read("time,a\nsoon,1\n1772366400,1\n1772366401,one\n\n1772366402\n", unread)
    assert [entry.time for entry in found] == [NOON, NOON + 2]
    assert unread.count == 2
    assert unread.examples[0].startswith("line 2:")
    assert unread.examples[1].startswith("line 4:")


@pytest.mark.parametrize("header", ["a,b", "time", ""])
def test_a_file_without_times_or_values_is_an_error(header: str) -> None:
    with pytest.raises(ReplayError, match=r"history\.csv:1: needs a column") as caught:
        read(f"{header}\n1,2\n")
    assert caught.value.line == 1
