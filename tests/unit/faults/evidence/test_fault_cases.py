"""Hand-made cases of every class of machines: what an experienced fitter would say of them."""

from __future__ import annotations

import pytest

from lamplighter.faults.evidence.fault_tables import FaultTables, load
from lamplighter.faults.evidence.moves import Move

Case = tuple[str, str, str, str | None]

# Class; signals in order of first-out, "/" before those without an alarm; log; likely fault.
CASES: tuple[Case, ...] = (
    ("pump", "DE vibration: up, bearing temp 1: up / flow: steady", "", "bearing wear"),
    ("pump", "vib_x: up / brg_temp: steady, speed: steady, motor current: steady", "", "imbalance"),
    ("pump", "suction pressure: down, vibration: unsteady, flow: down", "", "cavitation"),
    ("pump", "flow rate: down, motor power: down, outlet pressure: down", "", "dry running"),
    ("pump", "outlet pressure: up, flow: down", "", "blocked discharge"),
    ("pump", "strainer dp: up / vibration: steady, flow: down", "", "clogged strainer"),
    ("pump", "seal leak: up", "", "seal leakage"),
    ("pump", "motor current: up, winding temp: up / flow: steady", "", "motor overload"),
    ("pump", "tank level: down, suction pressure: down", "", "low supply level"),
    ("pump", "oil level: down, bearing temperature: up", "", "lubrication failure"),
    (
        "pump",
        "flow: unsteady, discharge pressure: unsteady, amps: unsteady",
        "",
        "air in the suction line",
    ),
    ("pump", "discharge pressure: jumping down, flow: up, power: up", "", "burst discharge line"),
    (
        "pump",
        "flow: drifting down, discharge pressure: drifting down / suction pressure: steady",
        "",
        "worn impeller",
    ),
    (
        "pump",
        "vibration: jumping up, motor current: up",
        "coupling guard loose",
        "coupling misalignment",
    ),
    ("fan", "vibration: up, bearing temperature: up", "", "bearing wear"),
    (
        "fan",
        "vibration: up / bearing temperature: steady, speed: steady, airflow: steady",
        "",
        "imbalance",
    ),
    ("fan", "filter dp: up, air flow: down", "", "clogged filter"),
    ("fan", "duct pressure: up, air flow: down", "damper actuator fault", "closed damper"),
    ("fan", "speed: down, current: down, flow: down", "", "slipping belt"),
    ("fan", "flow: unsteady, static pressure: unsteady", "", "stall or surge"),
    ("fan", "frequency: down, speed: down, current: down", "inverter trip F<n>", "drive failure"),
    ("fan", "duct pressure: down, flow: up, current: up", "", "open or leaking duct"),
    ("fan", "vibration: spiking / bearing temp: steady, speed: steady", "", "loose mounting"),
    (
        "compressor",
        "outlet temp: up, oil temp: up / motor current: steady, pressure: steady",
        "",
        "cooling failure",
    ),
    (
        "compressor",
        "discharge temperature: up, discharge pressure: down, flow: down",
        "",
        "leaking valve",
    ),
    ("compressor", "intake pressure: down, flow: down", "", "clogged intake filter"),
    ("compressor", "oil level: down, discharge temp: up", "", "low oil"),
    ("compressor", "outlet pressure: up, current: up, flow: down", "", "blocked discharge"),
    ("compressor", "net pressure: drifting down, flow: up, power: up", "", "leak in the air net"),
    ("compressor", "vibration: up, bearing temperature: up", "", "bearing wear"),
    ("compressor", "flow: unsteady, discharge pressure: unsteady, vibration: up", "", "surge"),
    ("compressor", "separator dp: up, power: up / pressure: steady", "", "clogged oil separator"),
    ("compressor", "dew point: up, humidity: up", "", "dryer failure"),
    ("compressor", "ambient temp: up, outlet temp: up", "", "hot intake air"),
    ("motor", "vibration: up, bearing temp: up", "", "bearing wear"),
    ("motor", "current: up, winding temp: up / speed: steady", "", "overload"),
    ("motor", "stator temp: up / current: steady, vibration: steady", "", "blocked cooling"),
    (
        "motor",
        "supply voltage: down, current: up / phase imbalance: steady",
        "",
        "low supply voltage",
    ),
    ("motor", "current imbalance: up, voltage: down, vibration: up", "", "phase loss"),
    ("motor", "insulation resistance: down", "", "insulation failure"),
    ("motor", "torque: down / speed: steady, vibration: steady", "", "lost load"),
    ("motor", "current: unsteady, speed: unsteady", "", "broken rotor bar"),
    ("motor", "current: jumping up, rpm: down", "", "locked rotor"),
    (
        "motor",
        "heat sink temp: up / current: steady, winding temp: steady",
        "",
        "drive overheating",
    ),
    ("conveyor", "drive current: up, belt speed: down", "", "jam"),
    ("conveyor", "belt speed: down, drive current: down", "", "slipping belt"),
    ("conveyor", "vibration: up, roller temp: up", "", "worn roller"),
    ("conveyor", "belt edge: up / speed: steady", "", "belt mistracking"),
    ("conveyor", "torque: jumping down, belt tension: down", "", "broken belt"),
    ("conveyor", "gearbox temp: up, vibration: up", "", "gearbox wear"),
    ("conveyor", "current: spiking, vibration: spiking", "", "foreign object"),
    ("conveyor", "weight: up, motor current: up / speed: steady", "", "overload"),
    ("oven", "heater current: down, zone temp: down", "", "heater failure"),
    ("oven", "zone 1 temp: up, heater power: up", "", "stuck heater contactor"),
    ("oven", "door: up, chamber temperature: down", "", "open door"),
    ("oven", "fan speed: down, chamber temp: unsteady", "", "circulation failure"),
    ("oven", "flame signal: down, oven temp: down", "", "burner failure"),
    ("oven", "gas pressure: down, oven temp: down", "", "low gas pressure"),
    ("oven", "oven temp: unsteady, heater power: unsteady", "", "unstable control"),
    ("oven", "shell temp: up, power: drifting up / chamber temp: steady", "", "worn insulation"),
    ("freezer", "door: up, cabinet temp: up", "", "open door"),
    ("freezer", "compressor current: down, cabinet temp: up", "", "compressor failure"),
    ("freezer", "evaporator temp: down, cabinet temp: up", "defrost overdue", "iced evaporator"),
    ("freezer", "head pressure: drifting up, cabinet temp: up", "", "dirty condenser"),
    (
        "freezer",
        "suction pressure: drifting down, head pressure: down, cabinet temp: up",
        "",
        "refrigerant leak",
    ),
    ("freezer", "product temp: up, box temp: up / door: steady", "", "warm goods"),
    ("freezer", "superheat: unsteady, suction pressure: unsteady", "", "expansion valve fault"),
    ("freezer", "cabinet temp: down, power: up", "", "thermostat failure"),
    ("freezer", "supply voltage: down, power: down, cabinet temp: up", "", "supply failure"),
    ("generic", "current: up, speed: down", "", "overload"),
    ("generic", "temperature: up / current: steady", "", "cooling failure"),
    ("generic", "vibration: up, temperature: up", "", "mechanical wear"),
    ("generic", "pressure: up, flow: down", "", "blockage"),
    ("generic", "pressure: down, level: down", "", "leakage"),
    ("press", "oil level: down, temperature: up", "", "lubrication failure"),
    # One signal alone, or two that fit several faults: nothing stands out.
    ("pump", "vibration: up", "", None),
    ("fan", "vibration: up", "", None),
    ("motor", "vibration: up", "", None),
    ("conveyor", "motor current: up", "", None),
    ("freezer", "cabinet temp: up", "", None),
    ("oven", "chamber temp: down", "", None),
    ("compressor", "discharge temperature: up", "", None),
    ("pump", "humidity: up", "", None),
    # A word of the log can decide.
    ("pump", "vibration: up", "bearing <n> dry, grease it", "bearing wear"),
    ("freezer", "cabinet temp: up", "door ajar for <n> min", "open door"),
    ("conveyor", "motor current: up", "photo eye blocked, jam at <n>", "jam"),
)


@pytest.fixture(scope="module")
def tables() -> FaultTables:
    return load(None)


def moves(said: str) -> list[Move]:
    """The moves that a case tells of."""
    found = []
    for at, part in enumerate(said.split("/")):
        for each in part.split(","):
            name, _, move = each.strip().rpartition(": ")
            also = (move,) if " " in move else ()
            found.append(Move(name, name, move.split()[-1], also=also, alarmed=at == 0))
    return found


@pytest.mark.parametrize(("kind", "said", "log", "fault"), CASES)
def test_the_likely_fault_is_found(
    tables: FaultTables, kind: str, said: str, log: str, fault: str | None
) -> None:
    found = tables.find(kind, moves(said), [log] if log else [])
    assert found.fault == fault
    assert (found.confidence >= 0.5) == (fault is not None)
    assert found.checks


def test_every_class_has_eight_to_fifteen_faults_of_which_each_can_be_found(
    tables: FaultTables,
) -> None:
    for kind in tables.classes():
        table = tables.table(kind)
        assert 8 <= len(table.faults) <= 15, kind
        for pattern in table.faults:
            rows = []
            for at, (word, wanted) in enumerate(pattern.signals):
                move = wanted[0]
                also = (move,) if " " in move else ()
                alarmed = move != "steady"
                name = f"{word} {at}"
                rows.append(Move(name, name, move.split()[-1], also=also, alarmed=alarmed))
            found = tables.find(kind, sorted(rows, key=lambda row: not row.alarmed), [])
            assert found.fault == pattern.fault, (kind, pattern.fault, found)
            assert found.confidence > 0.55, (kind, pattern.fault, found)
