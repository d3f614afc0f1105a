"""What a block of raw vibration says of its machine, as values of signals."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lamplighter.faults.machines import bearings
from lamplighter.faults.machines.envelope import defect_levels, envelope_spectrum
from lamplighter.faults.machines.settings import Waveform
from lamplighter.faults.machines.vibration import Samples, block_of, general_features

# A block is looked at up to here: a second and more at any usual rate.
MOST_SAMPLES = 65_536
# Shorter ones hold too little of 10 Hz for a velocity.
LEAST_SECONDS = 0.25
LEAST_SAMPLES = 256
# So many samples at the very ends of the range are no vibration but a sensor out of its range.
_CLIPPED_SHARE = 0.01
_CLIPPED_LEAST = 8
_NEAR_SHARE = 0.1
_AT_ENDS_SHARE = 0.3
# More slowly a bearing's defects are not struck often enough within a block.
_LEAST_SPEED = 60.0


@dataclass(frozen=True, slots=True)
class Features:
    """What a block gave.

    Attributes:
        values: by the feature's key; what can't be told of this block is left out.
        bad: why the block is no vibration; "" where it is.
    """

    values: dict[str, float]
    bad: str = ""


def features(samples: Samples, rate: float, waveform: Waveform, speed: float | None) -> Features:
    """The features of a block.

    Args:
        samples: as they came; of more than :data:`MOST_SAMPLES` the first ones count.
        rate: samples per second.
        waveform: what they are.
        speed: of the shaft, rpm; None: unknown, and nothing is told of the bearing.
    """
    part = samples[:MOST_SAMPLES] * waveform.scale
    bad = _fault_of(part, rate)
    if bad:
        return Features({}, bad)
    block = block_of(part, rate)
    values = general_features(block, waveform.unit.replace("m/s2", "m/s²"), waveform.bands)
    bearing = waveform.bearing
    if bearing is not None and speed is not None and abs(speed) >= _LEAST_SPEED:
        expected = bearings.frequencies(bearing, abs(speed))
        if expected["bpfi"] < rate / 2.0:
            highest = expected["bpfi"]
            spectrum = envelope_spectrum(block.samples, rate, highest, waveform.envelope)
            values.update(defect_levels(spectrum, expected, abs(speed)))
    return Features(values)


def _fault_of(samples: Samples, rate: float) -> str:
    """Why a block can't be vibration as it is; "" where it can."""
    if not math.isfinite(rate) or rate <= 0.0:
        return "the rate is no number above 0"
    if len(samples) < max(LEAST_SAMPLES, LEAST_SECONDS * rate):
        return f"the block is shorter than {LEAST_SECONDS:g} s or {LEAST_SAMPLES} samples"
    with np.errstate(over="ignore", invalid="ignore"):
        # The fourth powers of the kurtosis must be finite, too.
        finite = bool(np.isfinite(((samples / LEAST_SAMPLES) ** 4).sum()))
    if not finite:
        return "some samples are no numbers, or far too great"
    if float(samples.min()) == float(samples.max()):
        return "all samples are the same"
    return "the samples are cut off at the ends of their range" if _clipped(samples) else ""


def _clipped(samples: Samples) -> bool:
    """Whether the very ends of the range hold many samples, and more than there are near them."""
    least, greatest = float(samples.min()), float(samples.max())
    at_ends = int(np.count_nonzero((samples == least) | (samples == greatest)))
    if at_ends <= max(_CLIPPED_SHARE * len(samples), _CLIPPED_LEAST):
        return False
    margin = _NEAR_SHARE * (greatest - least)
    near = np.count_nonzero((samples <= least + margin) | (samples >= greatest - margin))
    return at_ends > _AT_ENDS_SHARE * int(near)
