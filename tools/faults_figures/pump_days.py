"""Days of a simulated pump and of simulated bearings, seeded: what figures of machines are of.

A pump's load wanders, is set anew every hour or two, and follows the day; eight signals follow it,
two of them slowly and with the air's temperature. A bearing strikes a resonance at its frequency.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.machines.bearings import frequencies
from lamplighter.faults.machines.settings import Bearing

Vector = NDArray[np.float64]

STEPS_A_DAY = 17_280
RATE = 25_600.0
# 6205, inches.
BEARING = Bearing(9, 0.3126, 1.537)
_SET_EVERY = 1440.0
_SETTINGS = (-0.3, -0.1, 0.0, 0.1, 0.25)


def pump_days(seed: int, steps: int) -> dict[str, Vector]:
    """The signals of one pump, a value every five seconds."""
    rng = np.random.default_rng(seed)
    day = 2.0 * math.pi * np.arange(steps) / STEPS_A_DAY
    load = 1.0 + 0.3 * _wandering(rng, steps, 0.02, 0.995) + 0.6 * _set(rng, steps)
    load = load + 0.075 * np.sin(day + rng.uniform(0.0, 6.0))
    near = _lagging(load, 6.0)
    air = 20.0 + 4.0 * np.sin(day + 1.0) + _wandering(rng, steps, 0.02, 0.999)
    noise = rng.standard_normal((8, steps))
    return {
        "speed": 1480.0 - 8.0 * load + 0.8 * noise[0],
        "current": 20.0 + 15.0 * near + 0.4 * noise[1],
        "flow": 50.0 * near + 0.8 * noise[2],
        "pressure": 8.0 - 1.5 * near**2 + 0.05 * noise[3],
        "power": 5.0 + 6.0 * near + 0.1 * noise[4],
        "bearing_temperature": air + 20.0 + 12.0 * _lagging(near, 240.0) + 0.15 * noise[5],
        "winding_temperature": air + 30.0 + 25.0 * _lagging(near**2, 360.0) + 0.3 * noise[6],
        "vibration": (1.2 + 0.5 * near) * np.exp(0.06 * noise[7]),
    }


def struck(defect: str | None, *, snr_db: float, rpm: float, seed: int) -> Vector:
    """1.28 s of acceleration next to a bearing, with slip of 1 % and a resonance by the seed.

    Args:
        defect: ``bpfo``, ``bpfi``, ``bsf`` or ``ftf``; None: the bearing is sound.
        snr_db: power of the strikes' ringing over that of the broad noise.
        rpm: the shaft's speed.
        seed: of all that is by chance.
    """
    rng = np.random.default_rng(seed)
    size = int(1.28 * RATE)
    time = np.arange(size) / RATE
    shaft = rpm / 60.0
    body = sum(
        strength * np.sin(2.0 * math.pi * order * shaft * time + rng.uniform(0.0, 6.0))
        for order, strength in ((1, 0.3), (2, 0.1), (8, 0.05))
    )
    noise = 0.3 * rng.standard_normal(size)
    if defect is None:
        return np.asarray(body + noise)
    expected = frequencies(BEARING, rpm)
    carried = {"bpfi": shaft, "bsf": expected["ftf"]}.get(defect, 0.0)
    strikes = np.zeros(size)
    at = rng.uniform(0.0, 1.0 / expected[defect])
    while at < size / RATE:
        load = 1.0 + 0.8 * math.cos(2.0 * math.pi * carried * at) * (carried > 0.0)
        strikes[int(at * RATE)] += load
        at += (1.0 + 0.01 * rng.standard_normal()) / expected[defect]
    decay = np.arange(400) / RATE
    tone = np.exp(-900.0 * decay) * np.sin(2.0 * math.pi * rng.uniform(2000.0, 8000.0) * decay)
    ringing = np.convolve(strikes, tone)[:size]
    ringing *= 0.3 * 10.0 ** (snr_db / 20.0) / ringing.std()
    return np.asarray(body + noise + ringing)


def _wandering(rng: np.random.Generator, steps: int, step: float, keep: float) -> Vector:
    moves = step * rng.standard_normal(steps)
    found, value = np.empty(steps), 0.0
    for at, move in enumerate(moves.tolist()):
        value = keep * value + move
        found[at] = value
    return found


def _set(rng: np.random.Generator, steps: int) -> Vector:
    found, at = np.empty(steps), 0
    while at < steps:
        lasts = 60 + int(rng.exponential(_SET_EVERY))
        found[at : at + lasts] = rng.choice(_SETTINGS)
        at += lasts
    return found


def _lagging(values: Vector, steps: float) -> Vector:
    found, value = np.empty(len(values)), float(values[0])
    for at, wanted in enumerate(values.tolist()):
        value += (wanted - value) / steps
        found[at] = value
    return found
