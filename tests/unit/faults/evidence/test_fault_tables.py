from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.errors import ConfigError
from lamplighter.faults.evidence.fault_tables import Move, load


def find(machine_class: str, *moves: tuple[str, str], logs: tuple[str, ...] = ()) -> str | None:
    rows = [Move(name, name, move) for name, move in moves]
    return load(None).find(machine_class, rows, logs).fault


def test_every_class_of_machine_has_a_table() -> None:
    assert load(None).classes() == [
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
        ("submarine", [("temperature", "up"), ("current", "up")], (), "overload"),
        ("pump", [("vibration", "stale")], (), None),
        ("pump", [("vibration", "stuck")], (), None),
        ("pump", [("taste", "up")], (), None),
        ("pump", [], (), None),
    ],
)
def test_a_pattern_points_to_its_fault(
    machine_class: str, moves: list[tuple[str, str]], logs: tuple[str, ...], fault: str | None
) -> None:
    assert find(machine_class, *moves, logs=logs) == fault


def test_without_a_pattern_there_is_still_a_check() -> None:
    finding = load(None).find("pump", [Move("taste", "taste", "down")], ())
    assert finding.checks == ("Check suction, strainer and valves on site.",)
    assert finding.confidence == 0.0


OWN_PUMP = """
class: pump
faults:
  - fault: loose coupling
    signals: {vibration: up, speed: steady}
    logs: [knocking]
    check: Tighten the coupling.
  - fault: Bearing wear
    signals: {vibration: up, temperature: up}
    check: Call the bearing man.
checks:
  down: Look at the sump first.
"""


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def test_own_tables_come_first_and_replace_faults_of_the_same_name(tmp_path: Path) -> None:
    tables = load(write(tmp_path, mine=OWN_PUMP))
    moves = [Move("vibration", "vibration", "up"), Move("speed", "speed", "steady")]
    assert tables.find("pump", moves, ["knocking <n>"]).fault == "loose coupling"
    worn = tables.find("pump", [moves[0], Move("temperature", "temperature", "up")], ())
    assert (worn.fault, worn.checks) == ("Bearing wear", ("Call the bearing man.",))
    down = tables.find("pump", [Move("taste", "taste", "down")], ())
    assert down.checks == ("Look at the sump first.",)
    assert find("pump", ("pressure", "down"), ("current", "down")) == "dry running"
    kept = [Move("pressure", "pressure", "down"), Move("current", "current", "down")]
    assert tables.find("pump", kept, ()).fault == "dry running"
    assert {"loose", "coupling"} <= tables.words()


def test_an_own_class_gets_a_table_of_its_own(tmp_path: Path) -> None:
    mixer = "class: mixer\nfaults: [{fault: blade loss, signals: {torque: down}, check: Stop it.}]"
    tables = load(write(tmp_path, mixer=mixer))
    assert "mixer" in tables.classes()
    assert tables.find("mixer", [Move("torque", "torque", "down")], ()).fault == "blade loss"


def test_mistakes_in_every_file_are_told_with_file_line_and_key(tmp_path: Path) -> None:
    folder = write(tmp_path, a="class: x\nfalts: []\n", b=f"{OWN_PUMP}  sideways: Look aside.\n")
    (folder / "c.yml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(ConfigError) as caught:
        load(folder)
    told = [(Path(p.file).name, p.line, p.key) for p in caught.value.problems]
    assert told == [("a.yaml", 2, "falts"), ("b.yaml", 12, "checks"), ("c.yml", 1, "(file)")]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "none")
    assert [problem.key for problem in caught.value.problems] == ["(folder)"]


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("class: [", encoding="utf-8")
    assert load(tmp_path).classes() == load(None).classes()
