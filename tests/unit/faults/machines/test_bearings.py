"""The frequencies of a bearing, against those published for one."""

from __future__ import annotations

import pytest
from tests.unit.faults.machines.synthetic import BEARING

from lamplighter.faults.machines.bearings import frequencies
from lamplighter.faults.machines.settings import Bearing


def test_a_6205_has_its_published_multiples_of_the_shafts_frequency() -> None:
    found = frequencies(BEARING, 60.0)
    # Case Western Reserve University, bearing data center; its ball figure counts both races.
    assert found["bpfo"] == pytest.approx(3.5848, abs=2e-4)
    assert found["bpfi"] == pytest.approx(5.4152, abs=2e-4)
    assert found["ftf"] == pytest.approx(0.39828, abs=2e-4)
    assert 2 * found["bsf"] == pytest.approx(4.7135, abs=2e-3)


def test_a_contact_angle_brings_both_races_closer() -> None:
    flat = frequencies(Bearing(12, 10.0, 60.0), 1500.0)
    angular = frequencies(Bearing(12, 10.0, 60.0, contact_angle=40.0), 1500.0)
    assert flat["bpfo"] < angular["bpfo"] < angular["bpfi"] < flat["bpfi"]
    assert angular["bpfo"] + angular["bpfi"] == pytest.approx(12 * 25.0)
