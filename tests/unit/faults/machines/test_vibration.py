"""Features of a block, of vibrations for which they can be worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lamplighter.faults.machines.vibration import block_of, general_features, velocity_rms

RATE = 10_000.0
TIME = np.arange(10_000) / RATE


def sine(frequency: float, rms: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    return math.sqrt(2.0) * rms * np.sin(2.0 * math.pi * frequency * TIME)


@pytest.mark.parametrize(("unit", "metres"), [("g", 9.80665), ("m/s²", 1.0)])
def test_acceleration_becomes_velocity(unit: str, metres: float) -> None:
    block = block_of(sine(100.0, 0.5), RATE)
    expected = 1000.0 * 0.5 * metres / (2.0 * math.pi * 100.0)
    assert velocity_rms(block, unit) == pytest.approx(expected, rel=0.01)


def test_velocity_stays_velocity() -> None:
    assert velocity_rms(block_of(sine(50.0, 4.5), RATE), "mm/s") == pytest.approx(4.5, rel=0.01)


def test_what_lies_outside_10_to_1000_hz_is_no_velocity_of_the_standard() -> None:
    slow_and_fast = sine(4.0, 2.0) + sine(3000.0, 2.0) + 7.0
    inside = sine(200.0, 0.1)
    with_both = velocity_rms(block_of(slow_and_fast + inside, RATE), "g")
    assert with_both == pytest.approx(velocity_rms(block_of(inside, RATE), "g"), rel=0.02)


def test_a_sine_has_a_sines_shape() -> None:
    found = general_features(block_of(sine(80.0, 2.0), RATE), "g", {})
    assert found["peak"] == pytest.approx(2.0 * math.sqrt(2.0), rel=1e-3)
    assert found["crest"] == pytest.approx(math.sqrt(2.0), rel=1e-3)
    assert found["kurtosis"] == pytest.approx(1.5, rel=1e-3)


def test_impacts_raise_kurtosis_and_noise_has_three() -> None:
    noise = np.random.default_rng(3).standard_normal(10_000)
    with_impacts = noise.copy()
    with_impacts[::500] += 12.0
    assert general_features(block_of(noise, RATE), "g", {})["kurtosis"] == pytest.approx(3, abs=0.2)
    assert general_features(block_of(with_impacts, RATE), "g", {})["kurtosis"] > 6.0


def test_a_bands_rms_is_what_lies_in_it() -> None:
    block = block_of(sine(150.0, 1.0) + sine(2500.0, 3.0), RATE)
    bands = {"low": (10.0, 1000.0), "high": (1000.0, 4000.0), "beyond": (6000.0, 8000.0)}
    found = general_features(block, "g", bands)
    assert found["band_low"] == pytest.approx(1.0, rel=0.01)
    assert found["band_high"] == pytest.approx(3.0, rel=0.01)
    assert "band_beyond" not in found
