"""What was learned of a machine's pattern, as JSON can hold it, and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lamplighter.errors import PayloadError
from lamplighter.faults.machines.pattern_detector import CALIBRATED, MEMORY, PatternDetector
from lamplighter.faults.machines.pattern_limits import Calibration
from lamplighter.faults.machines.pattern_model import Flags, Vector
from lamplighter.faults.machines.pattern_moments import FIRST, LEAST_CHANGES, Moments
from lamplighter.faults.stored import SNAPSHOT, mapping, number, text

_FIELDS = ("count", "mean", "variance", "greatest", "pending", "awaited", "waited")


@dataclass(frozen=True, slots=True)
class Kept:
    """What an earlier run learned."""

    step: float
    moments: Moments
    known: Flags
    calibrations: tuple[Calibration, ...]


def learned(tags: Sequence[str], step: float | None, detector: PatternDetector) -> dict[str, Any]:
    """What a detector learned; nothing before it knows a centre and a scale."""
    moments = detector.moments
    if step is None or not moments.begun:
        return {}
    return {
        "tags": list(tags),
        "step": step,
        "count": moments.count,
        "mean": _encoded(moments.mean),
        **_covariance(moments.covariance),
        "changes": _encoded(moments.changes),
        "known": _encoded(detector.known.astype(np.float64)),
        "calibrations": [
            {name: getattr(each, name) for name in _FIELDS} for each in detector.calibrations
        ],
    }


def read_learned(stored: Any, tags: Sequence[str]) -> Kept | None:
    """What :func:`learned` described; None where it is of other signals, or of none.

    Raises:
        PayloadError: it is damaged.
    """
    about = mapping(stored, "pattern")
    if about.get("tags") != list(tags):
        return None
    size = len(tags)
    moments = Moments(size, MEMORY)
    moments.count = max(number(about.get("count"), "count"), float(FIRST))
    moments.mean = _decoded(about.get("mean"), (2 * size,), "mean")
    moments.covariance = _read_covariance(about, 2 * size)
    moments.changes = np.clip(_decoded(about.get("changes"), (size,), "changes"), 0, LEAST_CHANGES)
    calibrations = about.get("calibrations")
    if not isinstance(calibrations, list) or len(calibrations) != CALIBRATED:
        raise PayloadError(SNAPSHOT, f"is no list of {CALIBRATED}", "calibrations")
    step = number(about.get("step"), "step")
    if step <= 0.0:
        raise PayloadError(SNAPSHOT, "is not above 0", "step")
    return Kept(
        step,
        moments,
        _decoded(about.get("known"), (size,), "known") > 0.0,
        tuple(_calibration(mapping(each, "calibrations")) for each in calibrations),
    )


def _calibration(stored: Mapping[str, Any]) -> Calibration:
    values = {name: number(stored.get(name), name) for name in _FIELDS}
    if any(value < 0.0 for value in values.values()):
        raise PayloadError(SNAPSHOT, "is below 0", "calibrations")
    return Calibration(**values)


def _covariance(covariance: Vector) -> dict[str, str]:
    """Deviations, and half of the correlations in 4 bytes each: a plant has many machines."""
    spread = np.sqrt(np.diagonal(covariance))
    safe = np.where(spread > 0.0, spread, 1.0)
    correlation = covariance / np.outer(safe, safe)
    half = correlation[np.triu_indices(len(spread), 1)].astype("<f4")
    return {"spread": _encoded(spread), "correlation": base64.b64encode(half.tobytes()).decode()}


def _read_covariance(about: Mapping[str, Any], size: int) -> Vector:
    spread = _decoded(about.get("spread"), (size,), "spread")
    half = _decoded(about.get("correlation"), (size * (size - 1) // 2,), "correlation", "<f4")
    if (spread < 0.0).any() or (np.abs(half) > 1.0 + 1e-3).any():
        raise PayloadError(SNAPSHOT, "is beyond what it can be", "correlation")
    correlation = np.eye(size)
    correlation[np.triu_indices(size, 1)] = half
    correlation.T[np.triu_indices(size, 1)] = half
    covariance: Vector = correlation * np.outer(spread, spread)
    return covariance


def _encoded(values: Vector) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


def _decoded(value: Any, shape: tuple[int, ...], name: str, kind: str = "<f8") -> Vector:
    try:
        data = base64.b64decode(text(value, name), validate=True)
        found: Vector = np.frombuffer(data, kind).reshape(shape).astype(np.float64)
    except (binascii.Error, ValueError) as error:
        raise PayloadError(SNAPSHOT, "is no array of the right size", name) from error
    if not np.isfinite(found).all():
        raise PayloadError(SNAPSHOT, "has values that are no numbers", name)
    return found
