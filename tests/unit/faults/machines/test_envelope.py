"""Which part of a bearing is struck, told from the others."""

from __future__ import annotations

import pytest
from tests.unit.faults.machines.synthetic import BEARING, RATE, vibration

from lamplighter.faults.machines.bearings import frequencies
from lamplighter.faults.machines.envelope import defect_levels, envelope_spectrum

_HIGH = 5.0


def levels(
    defect: str | None, seed: int, *, snr_db: float = -5.0, band: tuple[float, ...] = ()
) -> dict[str, float]:
    rpm = 1200.0 + 150.0 * seed
    samples = vibration(defect, snr_db=snr_db, rpm=rpm, seed=seed)
    spectrum = envelope_spectrum(
        samples - samples.mean(), RATE, frequencies(BEARING, rpm)["bpfi"], band
    )
    return defect_levels(spectrum, frequencies(BEARING, rpm), rpm)


@pytest.mark.parametrize("defect", ["bpfo", "bpfi", "bsf", "ftf"])
@pytest.mark.parametrize("seed", range(4))
def test_the_struck_part_stands_out_alone(defect: str, seed: int) -> None:
    found = levels(defect, seed)
    assert found.pop(defect) > _HIGH
    assert max(found.values()) < _HIGH


@pytest.mark.parametrize("seed", range(12))
def test_a_sound_bearing_has_no_line(seed: int) -> None:
    assert max(levels(None, seed).values()) < _HIGH


def test_a_band_without_the_resonance_shows_less() -> None:
    inside = levels("bpfo", 1, band=(2500.0, 4000.0))["bpfo"]
    outside = levels("bpfo", 1, band=(5000.0, 6200.0))["bpfo"]
    assert inside > 3.0 * outside


def test_what_a_short_block_cannot_resolve_is_left_out() -> None:
    samples = vibration("bpfo", seed=2)[:3200]
    spectrum = envelope_spectrum(samples - samples.mean(), RATE, 134.0)
    found = defect_levels(spectrum, frequencies(BEARING, 1480.0), 1480.0)
    assert "ftf" not in found
    assert max(found, key=lambda name: found[name]) == "bpfo"
