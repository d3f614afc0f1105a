from __future__ import annotations

import pytest

from lamplighter.errors import ConfigError
from lamplighter.faults.fault_tables import Move, packaged, parse_table


def find(machine_class: str, *moves: tuple[str, str], logs: tuple[str, ...] = ()) -> str | None:
    rows = [Move(name, name, move) for name, move in moves]
    return packaged().find(machine_class, rows, logs).fault


def test_every_class_of_machine_has_a_table() -> None:
    assert packaged().classes() == [
        "compressor",
        "conveyor",
        "fan",
        "freezer",
        "generic",
        "motor",
        "oven",
        "pump",
    ]


@pytest.mark.parametrize(
    ("machine_class", "moves", "logs", "fault"),
    [
        ("pump", [("vibration", "up"), ("temperature", "up")], (), "bearing wear"),
        ("pump", [("vibration", "up"), ("pressure", "down")], (), "cavitation"),
        ("pump", [("pressure", "down"), ("current", "down")], (), "dry running"),
        ("conveyor", [("motor current", "up"), ("speed", "down")], (), "jam"),
        ("freezer", [("temperature", "up")], ("door ajar for <n> min",), "open door"),
        ("submarine", [("temperature", "up"), ("current", "up")], (), "overheating"),
        ("pump", [("vibration", "stale")], (), "sensor or wiring failure"),
        ("pump", [("vibration", "stuck")], (), "frozen sensor"),
        ("pump", [("taste", "up")], (), None),
        ("pump", [], (), None),
    ],
)
def test_a_pattern_points_to_its_fault(
    machine_class: str, moves: list[tuple[str, str]], logs: tuple[str, ...], fault: str | None
) -> None:
    assert find(machine_class, *moves, logs=logs) == fault


def test_without_a_pattern_there_is_still_a_check() -> None:
    finding = packaged().find("pump", [Move("taste", "taste", "down")], ())
    assert finding.checks == ("Check suction, strainer and valves on site.",)
    assert finding.confidence == 0.0


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("[", "(file)"),
        ("faults: []", "class"),
        ("class: x\nfaults: 7", "faults"),
        ("class: x\nfaults: [7]", "faults[0]"),
        ("class: x\nfaults: [{fault: a, check: b, signals: {c: sideways}}]", "faults[0]"),
        ("class: x\nfaults: [{fault: a, check: b, signals: {}}]", "faults[0]"),
        ("class: x\nchecks: {up: 7}", "checks"),
    ],
)
def test_a_damaged_table_is_refused_with_its_key(text: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_table(text, file="x.yaml")
    assert [problem.key for problem in caught.value.problems] == [key]
