from __future__ import annotations

import pytest
from tools.plant.drawing import Makings, case, makings

from lamplighter.faults.evidence.record import Evidence

COUNT = 40


@pytest.fixture(scope="session")
def trained_on() -> Makings:
    return makings("train")


@pytest.fixture(scope="session")
def train(trained_on: Makings) -> list[Evidence]:
    """What training sees, a little of it."""
    return [case(trained_on, number, 5, "train").evidence for number in range(COUNT)]


@pytest.fixture(scope="session")
def held_out() -> list[Evidence]:
    """What reports are measured on, other cases than the frozen ones."""
    made = makings("held_out")
    return [case(made, number, 5, "held_out").evidence for number in range(COUNT)]
