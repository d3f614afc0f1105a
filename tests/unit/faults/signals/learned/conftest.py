from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from lamplighter.faults.signals.learned.bank import Bank, Judged
from lamplighter.faults.signals.learned.held import HeldConditions, Told
from lamplighter.faults.signals.learned.views import Array, Spans

START = 1_772_323_200.0  # midnight, UTC
BAR = 10.0


class Plant:
    """A bank of a few signals with the conditions that hold, fed one span after the other."""

    def __init__(self, signals: int = 1, every: float = 10.0) -> None:
        self.bank = Bank(signals, every)
        self.conditions = HeldConditions(self.bank, BAR)
        self.told: list[Told] = []
        self.judged: list[Judged] = []
        self.every = every
        self.time = START

    def feed(self, values: Iterable[float | Array], width: float = 0.0) -> list[Told]:
        """One span of the values each; ``width`` is from its least to its greatest one."""
        before = len(self.told)
        signals = self.bank.learned.kept.shape[1]
        rows = np.arange(signals)
        for value in values:
            mean = np.broadcast_to(np.asarray(value, dtype=np.float64), (signals,)).copy()
            lasts = np.full(signals, self.every)
            spans = Spans(
                mean, mean - width / 2, mean + width / 2, np.full(signals, self.time), lasts
            )
            judged = self.bank.judge(rows, spans)
            self.judged.append(judged)
            self.told += self.conditions.take(judged)
            self.time += self.every
        return self.told[before:]


@pytest.fixture
def plant() -> Plant:
    """One signal, a span each ten seconds."""
    return Plant()


@pytest.fixture
def draw() -> np.random.Generator:
    """Random numbers, the same ones every time."""
    return np.random.default_rng(20260301)
