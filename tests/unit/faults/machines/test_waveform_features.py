"""Blocks of raw vibration: what they say, and when they say nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.unit.faults.machines.synthetic import BEARING, RATE, Vector, vibration

from lamplighter.faults.machines.settings import Waveform
from lamplighter.faults.machines.waveform_features import MOST_SAMPLES, features

WAVEFORM = Waveform("raw", rate=RATE, speed="1480", bearing=BEARING, bands={"high": (1e3, 5e3)})
NOISE = np.random.default_rng(5).standard_normal(12_800)


def test_a_struck_outer_race_is_told() -> None:
    found = features(vibration("bpfo"), RATE, WAVEFORM, 1480.0)
    assert not found.bad
    assert found.values["bpfo"] > 5.0
    assert set(found.values) == set(WAVEFORM.known_features())


def test_without_a_speed_nothing_is_told_of_the_bearing() -> None:
    for speed in (None, 0.0, 20.0):
        found = features(vibration("bpfo"), RATE, WAVEFORM, speed)
        assert set(found.values) == {"velocity_rms", "peak", "crest", "kurtosis", "band_high"}


def test_a_shaft_that_turns_the_other_way_strikes_as_often() -> None:
    samples = vibration("bpfo")
    backwards = features(samples, RATE, WAVEFORM, -1480.0)
    assert backwards == features(samples, RATE, WAVEFORM, 1480.0)


def test_the_scale_turns_counts_into_the_unit() -> None:
    counts = Waveform("raw", rate=RATE, scale=0.001)
    scaled, plain = features(1000 * NOISE, RATE, counts, None), features(NOISE, RATE, WAVEFORM, 0)
    assert scaled.values["peak"] == pytest.approx(plain.values["peak"])


@pytest.mark.parametrize(
    ("samples", "rate", "told"),
    [
        (np.full(12_800, 0.5), RATE, "all samples are the same"),
        (np.zeros(12_800), RATE, "all samples are the same"),
        (NOISE[:2000], RATE, "shorter than 0.25 s"),
        (NOISE[:100], 200.0, "or 256 samples"),
        (NOISE[:0], RATE, "shorter"),
        (np.append(NOISE, math.nan), RATE, "are no numbers"),
        (np.append(NOISE, 1e300), RATE, "far too great"),
        (np.clip(NOISE, -1.5, 1.5), RATE, "cut off"),
        (NOISE, 0.0, "the rate"),
        (NOISE, math.nan, "the rate"),
    ],
)
def test_what_is_no_vibration_says_why(samples: Vector, rate: float, told: str) -> None:
    found = features(samples, rate, WAVEFORM, 1480.0)
    assert told in found.bad
    assert not found.values


def test_coarse_counts_are_not_taken_for_cut_off() -> None:
    assert not features(np.round(3 * NOISE), RATE, WAVEFORM, None).bad


def test_of_a_huge_block_only_the_beginning_counts() -> None:
    beginning = np.random.default_rng(6).standard_normal(MOST_SAMPLES)
    huge = np.concatenate([beginning, np.full(MOST_SAMPLES, math.nan)])
    assert features(huge, RATE, WAVEFORM, 1480.0) == features(beginning, RATE, WAVEFORM, 1480.0)


@given(
    hnp.arrays(np.float64, st.integers(0, 700), elements=st.floats(allow_subnormal=True)),
    st.floats(),
    st.none() | st.floats(-1e5, 1e5),
)
def test_any_block_gives_finite_values_or_a_reason(
    samples: Vector, rate: float, speed: float | None
) -> None:
    found = features(samples, rate, WAVEFORM, speed)
    assert bool(found.bad) != bool(found.values)
    assert all(math.isfinite(value) for value in found.values.values())
