"""Bearing defects in the envelope of a vibration: how far their lines stand out, race by race.

A defect that is rolled over strikes the machine's resonances: the strikes come at the bearing's
frequency, the ringing far above it. So the ringing's band is demodulated, and its envelope's
spectrum is searched at the bearing's frequencies (R. B. Randall and J. Antoni, Rolling element
bearing diagnostics - a tutorial, Mechanical Systems and Signal Processing 25 (2011) 485-520). The
band is the octave with the most impulsive envelope, as in J. Antoni's kurtogram (same journal, 21
(2007) 108-124), but among few, each overlapping the next by half.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.machines.vibration import Samples

# Slip, and a speed that is not known exactly.
TOLERANCE = 0.02
_HARMONICS = 3
# A line must be so many bins away from zero to be one.
_LEAST_BINS = 5
# Below half of the rate, a sensor's filter has its edge.
_USABLE = 0.48
# A band must be so many times wider than the highest line's frequency.
_WIDER = 3.2
# Three times as many balls as a bearing usually has at most.
_CAGE_HARMONICS = 60
# The background is the median of so many bins on each side.
_AROUND = 40
_OCTAVES = 8
# A line's width to each side, with a Hann window.
_LINE_BINS = 2


@dataclass(slots=True)
class Spectrum:
    """A spectrum of an envelope, as multiples of the background around each line.

    Attributes:
        ratio: amplitude over background, by bin.
        step: Hz from bin to bin.
    """

    ratio: Samples
    step: float

    def line(self, frequency: float) -> tuple[float, int] | None:
        """The greatest ratio near a frequency, and its bin; None where that can't be resolved."""
        if frequency < _LEAST_BINS * self.step:
            return None
        reach = max(TOLERANCE * frequency, self.step)
        first = max(1, math.ceil((frequency - reach) / self.step))
        last = math.floor((frequency + reach) / self.step)
        if last >= len(self.ratio):
            return None
        at = first + int(np.argmax(self.ratio[first : last + 1]))
        return float(self.ratio[at]), at

    def without(self, bins: list[int]) -> None:
        """Take lines that are explained out of the spectrum."""
        for at in bins:
            low, high = max(0, at - _LINE_BINS), at + _LINE_BINS + 1
            self.ratio[low:high] = np.minimum(self.ratio[low:high], 1.0)


def envelope_spectrum(
    samples: Samples, rate: float, highest: float, band: tuple[float, ...] = ()
) -> Spectrum:
    """The spectrum of the envelope of a band, or of the octave that is the most impulsive one.

    Args:
        samples: without their mean.
        rate: samples per second.
        highest: the highest frequency in Hz that is looked for, with its harmonics.
        band: lowest and highest frequency in Hz; none: it is chosen.
    """
    spectrum = np.fft.rfft(samples)
    bands = [band] if band else list(_octaves(rate, highest))
    step = rate / len(samples)
    envelopes = [_squared_envelope(spectrum, step, each) for each in bands]
    best = max(envelopes, key=_impulsiveness)
    size = len(best)
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(size) + 0.5) / size)
    amplitude = np.abs(np.fft.rfft((best - best.mean()) * window))
    return Spectrum(amplitude / _background(amplitude), step)


def defect_levels(
    spectrum: Spectrum, frequencies: Mapping[str, float], speed: float
) -> dict[str, float]:
    """How far each defect's lines stand out: the mean of its first three, times the background.

    Noise gives about 2. Lines of one defect may lie on those of another: so the one that stands
    out most is told first, and what it explains is taken away before the others are looked at: its
    lines with their sidebands at the shaft's frequency; a ball's also with the cage's frequency,
    at which it passes the load; all the cage's harmonics, of which the outer race's are some. What
    can't be resolved is left out.

    Args:
        spectrum: of the envelope; it is used up.
        frequencies: Hz by defect.
        speed: of the shaft, rpm.
    """
    shaft = speed / 60.0
    _remove_shaft(spectrum, shaft)
    levels: dict[str, float] = {}
    left = dict(frequencies)
    while left:
        found = {name: each for name, f in left.items() if (each := _level(spectrum, f))}
        if not found:
            break
        name = max(found, key=lambda each: found[each][0])
        levels[name], bins = found[name]
        spectrum.without(_explained(name, bins, spectrum.step, frequencies, shaft))
        del left[name]
    return levels


def _explained(
    name: str, bins: list[int], step: float, frequencies: Mapping[str, float], shaft: float
) -> list[int]:
    """The bins that a defect's lines at ``bins`` explain."""
    cage = frequencies["ftf"]
    if name == "ftf":
        # Its first line tells the frequency as exactly as there is one.
        first = bins[-1] / len(bins)
        return [round(first * order) for order in range(1, _CAGE_HARMONICS + 1)]
    spreads = [0.0, shaft] if name != "bsf" else [0.0, shaft, cage, 2.0 * cage]
    found = [at + round(side * sign / step) for at in bins for side in spreads for sign in (-1, 1)]
    if name == "bsf":
        found += [round(cage * order / step) for order in range(1, _HARMONICS + 1)]
    return [at for at in found if at >= 0]


def _level(spectrum: Spectrum, frequency: float) -> tuple[float, list[int]] | None:
    lines = [spectrum.line(frequency * order) for order in range(1, _HARMONICS + 1)]
    if lines[0] is None:
        return None
    known = [line for line in lines if line is not None]
    return sum(ratio for ratio, _ in known) / len(known), [at for _, at in known]


def _remove_shaft(spectrum: Spectrum, shaft: float) -> None:
    """Unbalance and load modulate everything at the shaft's frequency: that is no defect."""
    spectrum.without(
        [
            round(shaft * order / spectrum.step)
            for order in range(1, _HARMONICS + 1)
            if shaft * order / spectrum.step < len(spectrum.ratio)
        ]
    )


def _octaves(rate: float, highest: float) -> Iterator[tuple[float, float]]:
    """Octaves from the highest frequencies down, as long as they are wide enough.

    An envelope changes no faster than its band is wide.
    """
    high = _USABLE * rate
    for at in range(_OCTAVES):
        if at and high / 2.0 < _WIDER * highest:
            return
        yield high / 2.0, high
        high /= math.sqrt(2.0)


def _squared_envelope(
    spectrum: NDArray[np.complex128], step: float, band: tuple[float, ...]
) -> Samples:
    """The squared magnitude of the band's analytic signal, sampled as slowly as that allows."""
    first = max(1, round(band[0] / step))
    part = spectrum[first : max(first + 2, round(band[1] / step))]
    # Squaring doubles the band: twice as many samples keep it from folding back.
    analytic = np.fft.ifft(part, 2 * len(part))
    envelope: Samples = np.abs(analytic) ** 2
    return envelope


def _impulsiveness(envelope: Samples) -> float:
    mean = float(envelope.mean())
    return float((envelope**2).mean()) / mean**2 if mean > 0.0 else 0.0


def _background(amplitude: Samples) -> Samples:
    """The median around each bin, in steps of half of its reach."""
    size = len(amplitude)
    centres = np.arange(0, size, _AROUND // 2)
    medians = [float(np.median(amplitude[max(0, c - _AROUND) : c + _AROUND + 1])) for c in centres]
    found: Samples = np.interp(np.arange(size), centres, medians)
    return np.maximum(found, 1e-300)
