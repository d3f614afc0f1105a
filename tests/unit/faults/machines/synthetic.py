"""Seeded machines and bearings to test with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.machines.bearings import frequencies
from lamplighter.faults.machines.settings import Bearing

Vector = NDArray[np.float64]
RATE = 12_800.0
# 6205, as in the bearing data of Case Western Reserve University: inches, which cancel.
BEARING = Bearing(9, 0.3126, 1.537)


def pump(steps: int, seed: int = 1) -> dict[str, Vector]:
    """Signals of a pump whose load wanders, one value a step; all but ``ambient`` follow it."""
    rng = np.random.default_rng(seed)
    load = np.zeros(steps)
    for at in range(1, steps):
        load[at] = 0.97 * load[at - 1] + 0.04 * rng.standard_normal()
    noise = rng.standard_normal((5, steps))
    return {
        "current": 20.0 + 8.0 * load + 0.2 * noise[0],
        "flow": 50.0 + 20.0 * load + 0.5 * noise[1],
        "pressure": 8.0 - 2.0 * load + 0.05 * noise[2],
        "power": 11.0 + 5.0 * load + 0.1 * noise[3],
        "ambient": 21.0 + 0.5 * noise[4],
    }


def vibration(
    defect: str | None, *, snr_db: float = -5.0, rpm: float = 1480.0, seed: int = 1
) -> Vector:
    """A second of acceleration: unbalance, noise, and strikes through a resonance at 3.2 kHz.

    Args:
        defect: ``bpfo``, ``bpfi``, ``bsf`` or ``ftf``; None: a sound bearing.
        snr_db: the strikes' power over that of the noise.
        rpm: the shaft's speed.
        seed: of noise, slip and phases.
    """
    rng = np.random.default_rng(seed)
    size = int(RATE)
    time = np.arange(size) / RATE
    shaft = rpm / 60.0
    noise = 0.3 * rng.standard_normal(size)
    body = 0.3 * np.sin(2 * np.pi * shaft * time) + 0.1 * np.sin(4 * np.pi * shaft * time + 1.0)
    if defect is None:
        return body + noise
    expected = frequencies(BEARING, rpm)
    # An inner race turns through the load, a ball is carried through it by the cage.
    carried = {"bpfi": shaft, "bsf": expected["ftf"]}.get(defect, 0.0)
    strikes = np.zeros(size)
    at = rng.uniform(0.0, 0.01)
    while at < 1.0:
        strength = 1.0 + 0.8 * np.cos(2 * np.pi * carried * at) * (carried > 0.0)
        strikes[int(at * RATE)] += strength
        at += (1.0 + 0.01 * rng.standard_normal()) / expected[defect]
    decay = np.arange(300) / RATE
    ringing = np.convolve(strikes, np.exp(-900 * decay) * np.sin(2 * np.pi * 3200 * decay))[:size]
    ringing *= 0.3 * 10 ** (snr_db / 20) / ringing.std()
    found: Vector = body + noise + ringing
    return found
