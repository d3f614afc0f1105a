"""Features of a block of vibration: RMS velocity, peak, crest factor, kurtosis, bands."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

# What ISO 20816-1 measures velocity over.
LEAST_HZ = 10.0
MOST_HZ = 1000.0
_STANDARD_GRAVITY = 9.80665
_MM = 1000.0


@dataclass(frozen=True, slots=True)
class Block:
    """A block of vibration with its power spectral density.

    Attributes:
        samples: without their mean.
        rate: samples per second.
        frequencies: Hz.
        density: power per Hz at those.
    """

    samples: Samples
    rate: float
    frequencies: Samples
    density: Samples

    @property
    def duration(self) -> float:
        """Seconds."""
        return len(self.samples) / self.rate

    def power(self, low: float, high: float, weights: Samples | None = None) -> float:
        """The mean square between two frequencies, each frequency's part times its weight."""
        inside = (self.frequencies >= low) & (self.frequencies <= high)
        part = self.density[inside]
        if weights is not None:
            part = part * weights[inside]
        return float(part.sum()) * self.rate / len(self.samples)


def block_of(samples: Samples, rate: float) -> Block:
    """The block of some samples.

    The spectrum is the periodogram with a Hann window, divided by the window's mean square (P. D.
    Welch, IEEE Transactions on Audio and Electroacoustics 15 (1967) 70-73).
    """
    centred = samples - samples.mean()
    size = len(centred)
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(size) + 0.5) / size)
    spectrum = np.fft.rfft(centred * window)
    density: Samples = np.abs(spectrum) ** 2 * (2.0 / (rate * float((window**2).sum())))
    density[0] = 0.0
    frequencies: Samples = np.arange(len(density), dtype=np.float64) * (rate / size)
    return Block(centred, rate, frequencies, density)


def velocity_rms(block: Block, unit: str) -> float:
    """RMS velocity in mm/s between 10 and 1000 Hz, as ISO 20816-1 has it.

    Acceleration is integrated in the frequency domain: its amplitude at ``f`` divided by ``2πf``.
    Below 10 Hz, where noise divided by a small frequency would drown all else, nothing counts.
    """
    if unit == "mm/s":
        return math.sqrt(block.power(LEAST_HZ, MOST_HZ))
    metres = _STANDARD_GRAVITY if unit == "g" else 1.0
    angular = 2.0 * np.pi * np.maximum(block.frequencies, LEAST_HZ / 2.0)
    return _MM * metres * math.sqrt(block.power(LEAST_HZ, MOST_HZ, 1.0 / angular**2))


def general_features(
    block: Block, unit: str, bands: Mapping[str, tuple[float, ...]]
) -> dict[str, float]:
    """RMS velocity (mm/s), peak (in the unit), crest factor, kurtosis, RMS of bands (in the unit).

    Kurtosis is the fourth moment over the squared second one: 3 for noise, more with impacts.
    """
    squares = block.samples**2
    mean_square = float(squares.mean())
    peak = float(np.abs(block.samples).max())
    found = {
        "velocity_rms": velocity_rms(block, unit),
        "peak": peak,
        "crest": peak / math.sqrt(mean_square),
        "kurtosis": float((squares**2).mean()) / mean_square**2,
    }
    for name, (low, high) in bands.items():
        if low < block.rate / 2.0:
            found[f"band_{name}"] = math.sqrt(block.power(low, high))
    return found
