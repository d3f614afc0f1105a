"""What was learned of a machine's pattern, as JSON can hold it, and back."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lamplighter.errors import PayloadError
from lamplighter.faults.machines.pattern_detector import MEMORY, PatternDetector
from lamplighter.faults.machines.pattern_limits import Calibration
from lamplighter.faults.machines.pattern_model import STATISTICS, Flags, Vector
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
        "covariance": _encoded(moments.covariance),
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
    moments.covariance = _decoded(about.get("covariance"), (2 * size, 2 * size), "covariance")
    moments.changes = np.clip(_decoded(about.get("changes"), (size,), "changes"), 0, LEAST_CHANGES)
    if (np.diagonal(moments.covariance) < 0.0).any():
        raise PayloadError(SNAPSHOT, "has variances below 0", "covariance")
    calibrations = about.get("calibrations")
    if not isinstance(calibrations, list) or len(calibrations) != STATISTICS:
        raise PayloadError(SNAPSHOT, f"is no list of {STATISTICS}", "calibrations")
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


def _encoded(values: Vector) -> str:
    return base64.b64encode(values.astype("<f8").tobytes()).decode()


def _decoded(value: Any, shape: tuple[int, ...], name: str) -> Vector:
    try:
        found: Vector = np.frombuffer(base64.b64decode(text(value, name), validate=True), "<f8")
        found = found.reshape(shape).astype(np.float64)
    except (binascii.Error, ValueError) as error:
        raise PayloadError(SNAPSHOT, "is no array of the right size", name) from error
    if not np.isfinite(found).all():
        raise PayloadError(SNAPSHOT, "has values that are no numbers", name)
    return found
