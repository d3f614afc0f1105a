"""Vibration zones, and the limits that follow from them."""

from __future__ import annotations

import pytest

from lamplighter.faults.machines.settings import Zone
from lamplighter.faults.machines.zones import bounds, limits_of, zone_of
from lamplighter.faults.settings import Limits


@pytest.mark.parametrize(
    ("value", "zone"), [(0.0, "A"), (1.4, "A"), (1.41, "B"), (2.9, "C"), (4.5, "C"), (4.6, "D")]
)
def test_zones_of_a_medium_machine_on_a_rigid_base(value: float, zone: str) -> None:
    assert zone_of(value, Zone(2, "rigid"), "mm/s") == zone


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        (Zone(1, "rigid"), (2.3, 4.5, 7.1)),
        (Zone(1, "flexible"), (3.5, 7.1, 11.0)),
        (Zone(2, "rigid"), (1.4, 2.8, 4.5)),
        (Zone(2, "flexible"), (2.3, 4.5, 7.1)),
        (Zone(bounds=(1.0, 2.0, 3.0)), (1.0, 2.0, 3.0)),
    ],
)
def test_bounds_by_group_and_mount(zone: Zone, expected: tuple[float, float, float]) -> None:
    assert bounds(zone, "mm/s RMS") == expected


def test_bounds_follow_the_unit() -> None:
    assert bounds(Zone(1, "rigid"), "in/s") == pytest.approx((0.0906, 0.1772, 0.2795), abs=1e-4)


def test_limits_come_from_the_zones_unless_they_are_given() -> None:
    zone = Zone(1, "rigid")
    made = limits_of(Limits(low=0.1), zone, "mm/s")
    assert (made.low, made.high, made.high_high) == (0.1, 4.5, 7.1)
    assert made.deadband == pytest.approx(0.225)
    given = Limits(high=3.0)
    assert limits_of(given, zone, "mm/s") is given
