"""Signals are recognised by the most words that name them, else by their unit."""

from __future__ import annotations

import pytest

from lamplighter.faults.evidence.fault_tables import FaultTables, load


@pytest.fixture(scope="module")
def tables() -> FaultTables:
    return load(None)


@pytest.mark.parametrize(
    ("kind", "signal", "measured"),
    [
        ("fan", ("vib_de", "drive end vibration", "mm/s"), {"vibration"}),
        ("pump", ("pt101", "", "bar"), {"pressure", "discharge pressure"}),
        ("pump", ("pt100", "suction pressure", "bar"), {"suction pressure", "pressure"}),
        ("fan", ("outletPressure2", "", "Pa"), {"discharge pressure", "pressure"}),
        ("pump", ("brgTemp1", "", "°C"), {"bearing temperature", "temperature"}),
        (
            "motor",
            ("temp", "motor bearing temperature", "°C"),
            {"bearing temperature", "temperature"},
        ),
        ("oven", ("t1", "zone 1", "°C"), {"chamber temperature", "temperature"}),
        ("generic", ("dp", "filter dp", "mbar"), {"differential pressure"}),
        ("motor", ("i1", "phase 1", "A"), {"current", "load"}),
        ("conveyor", ("speed", "belt speed", "m/s"), {"speed"}),
        ("compressor", ("oil", "oil pressure", "bar"), {"oil pressure", "oil supply"}),
        ("pump", ("x", "taste", "pt"), set()),
    ],
)
def test_a_signal_is_recognised(
    tables: FaultTables, kind: str, signal: tuple[str, str, str], measured: set[str]
) -> None:
    assert tables.measured_by(kind, *signal) == measured


def test_every_word_of_the_shipped_tables_is_a_known_measurand(tables: FaultTables) -> None:
    for kind in tables.classes():
        table = tables.table(kind)
        for fault in table.faults:
            for word, _ in (*fault.signals, *fault.without):
                assert word in tables.signal_words.measurands, (kind, fault.fault, word)
        assert set(table.words) <= set(tables.signal_words.measurands), kind
    for measurand in tables.signal_words.measurands.values():
        assert measurand.parent in {"", *tables.signal_words.measurands}
