"""Parts of a planned episode: the machine's signals, how they move, and how they fail."""

from __future__ import annotations

from dataclasses import dataclass

from tools.plant.library import SignalKind

from lamplighter.faults.signals.settings import Loop


@dataclass(frozen=True, slots=True)
class Signal:
    """A signal of the machine, in its own unit.

    ``lag``: a time constant in steps. ``loop``: the scale of its current loop, or None: it has
    none.
    """

    kind: SignalKind
    key: str
    name: str
    unit: str
    usual: float
    span: float
    noise: float
    digits: int
    lag: float
    loop: Loop | None


@dataclass(frozen=True, slots=True)
class Course:
    """How one signal moves: where to (1 is the limit), when (in steps), and back when."""

    to: float
    begins: float
    grows: float
    ends: float
    shape: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A signal whose sensor or line fails: how, and from which to which step.

    ``how``: ``stale`` (no value comes), ``stuck``, ``loop`` (the current breaks down), ``text`` (no
    numbers come), ``range`` (the sensor's word for "no value").
    """

    how: str
    begins: float
    ends: float
