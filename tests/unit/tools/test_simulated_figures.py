"""Figures of simulated faults: what counts as named rightly."""

from __future__ import annotations

from dataclasses import replace

from tools.faults_figures.simulated import naming
from tools.plant.drawing import Case
from tools.plant.faultsum import read_cases


def test_every_case_counts_once() -> None:
    found = naming(read_cases())
    assert found["right"] + found["otherwise"] + found["none"] == found["faults"]
    assert found["faults"] + found["signal_only"] == 300


def test_another_name_for_the_same_fault_is_right_and_another_fault_is_not() -> None:
    evidence = next(each.evidence for each in read_cases() if each.fault)
    told = [replace(evidence, fault=name) for name in ("slipping belt", "jam", None)]
    found = naming([*(Case(each, "belt slip") for each in told), Case(told[1], None)])
    assert found == {
        "faults": 3, "right": 1, "otherwise": 1, "none": 1, "signal_only": 1, "blamed": 1,
    }  # fmt: skip
