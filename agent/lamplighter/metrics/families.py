"""Metrics as Prometheus knows them: families of samples, told apart by labels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["gauge", "counter", "info"]


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure.

    Attributes:
        value: may be infinite or not a number.
        labels: by name; a name is letters, digits and underscores, a value any text.
    """

    value: float
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Family:
    """Figures of one name.

    Attributes:
        name: without the ``_total`` of counters and the ``_info`` of infos; where it has a unit,
            it ends with that.
        kind: a gauge goes up and down, a counter only up, an info is a set of labels.
        help: a sentence for people.
        samples: each with other labels.
        unit: such as ``seconds`` or ``bytes``, or "".
    """

    name: str
    kind: Kind
    help: str
    samples: tuple[Sample, ...]
    unit: str = ""


def gauge(name: str, text: str, value: float | None, **labels: str) -> Family:
    """A gauge with one sample; with none where there is no value."""
    samples = () if value is None else (Sample(value, labels),)
    return Family(name, "gauge", text, samples, _unit(name))


def counter(name: str, text: str, value: float, **labels: str) -> Family:
    """A counter with one sample."""
    return Family(name, "counter", text, (Sample(value, labels),), _unit(name))


def gauges(name: str, text: str, samples: Iterable[Sample]) -> Family:
    """A gauge with several samples."""
    return Family(name, "gauge", text, tuple(samples), _unit(name))


def counters(name: str, text: str, samples: Iterable[Sample]) -> Family:
    """A counter with several samples."""
    return Family(name, "counter", text, tuple(samples), _unit(name))


def _unit(name: str) -> str:
    return next((unit for unit in ("seconds", "bytes") if name.endswith(f"_{unit}")), "")
