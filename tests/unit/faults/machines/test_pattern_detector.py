"""A broken correlation is seen, its signal named, and nothing else taken for it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.faults.machines.synthetic import Vector, pump

from lamplighter.faults.machines.pattern_detector import SETTLING, WARM_UP, PatternDetector
from lamplighter.faults.machines.pattern_model import fit

STEPS = 4000
NAMES = tuple(pump(2))


def table(steps: int = STEPS, seed: int = 1) -> Vector:
    return np.array(list(pump(steps, seed).values())).T


def run(detector: PatternDetector, rows: Vector, *, absent: int | None = None) -> list[float]:
    present = np.ones(rows.shape[1], dtype=bool)
    if absent is not None:
        present[absent] = False
    before, found = rows[0], []
    for row in rows:
        index = detector.step(row, present)
        if index <= 1.0:
            detector.learn(row != before)
        before = row
        found.append(index)
    return found


@pytest.fixture(scope="module")
def taught() -> bytes:
    """A detector that knows its machine, to be copied."""
    import pickle

    detector = PatternDetector(len(NAMES))
    run(detector, table())
    return pickle.dumps(detector)


def copy(taught: bytes) -> PatternDetector:
    import pickle

    made = pickle.loads(taught)  # noqa: S301 - made above
    assert isinstance(made, PatternDetector)
    return made


def test_nothing_is_told_before_model_and_limits_are_known() -> None:
    detector = PatternDetector(len(NAMES))
    found = run(detector, table(SETTLING + 2 * WARM_UP - 10))
    assert max(found) == 0.0
    assert detector.model is not None


def test_what_is_usual_stays_usual(taught: bytes) -> None:
    found = run(copy(taught), table(3000, seed=2))
    assert 0.0 < max(found[SETTLING:]) < 1.0


@pytest.mark.parametrize("name", NAMES[:4])
def test_a_broken_correlation_within_each_signals_own_range_is_seen_and_named(
    taught: bytes, name: str
) -> None:
    usual, rows = table(), table(600, seed=3)
    at = NAMES.index(name)
    # It stays at its mean while the others go on.
    rows[200:, at] = usual[:, at].mean()
    assert rows.min(axis=0)[at] > usual.min(axis=0)[at]
    assert rows.max(axis=0)[at] < usual.max(axis=0)[at]
    detector = copy(taught)
    index = shares = None
    for row in rows:
        if detector.step(row, np.ones(len(NAMES), dtype=bool)) > 1.0:
            index, shares = detector.index, detector.contributions()
    assert index is not None
    assert shares is not None
    assert sum(shares.values()) == pytest.approx(1.0)
    assert NAMES[max(shares, key=lambda each: shares[each])] == name


def test_a_signal_that_is_absent_leaves_the_others_watched(taught: bytes) -> None:
    detector = copy(taught)
    rows = table(800, seed=4)
    found = run(detector, rows, absent=NAMES.index("ambient"))
    assert 0.0 < max(found) < 1.0
    rows[400:, NAMES.index("flow")] += 8.0
    broken = run(copy(taught), rows, absent=NAMES.index("ambient"))
    assert max(broken[410:]) > 1.0
    model = detector.model
    assert model is not None
    assert NAMES.index("ambient") not in model.used


def test_a_signal_that_never_varies_is_no_part_of_the_model() -> None:
    rows = table(WARM_UP + SETTLING + 100)
    rows[:, NAMES.index("ambient")] = 21.0
    detector = PatternDetector(len(NAMES))
    run(detector, rows)
    assert detector.model is not None
    assert list(detector.model.used) == [0, 1, 2, 3]


def test_a_late_signal_is_learned_from_the_beginning(taught: bytes) -> None:
    detector = PatternDetector(len(NAMES))
    run(detector, table(1500), absent=4)
    known = detector.moments.count
    run(detector, table(10, seed=2))
    assert detector.moments.count < known
    assert copy(taught).moments.count > known


def test_fewer_than_three_signals_are_no_pattern() -> None:
    assert fit(np.zeros(4), np.eye(4), np.array([0, 1])) is None


@settings(deadline=None, max_examples=50)
@given(
    seed=st.integers(0, 10_000),
    at=st.integers(0, 4),
    shift=st.floats(20.0, 1000.0),
    sign=st.sampled_from([-1.0, 1.0]),
)
def test_a_single_signal_at_fault_has_the_greatest_share(
    seed: int, at: int, shift: float, sign: float
) -> None:
    rng = np.random.default_rng(seed)
    mixing = rng.standard_normal((10, 10))
    model = fit(np.zeros(10), mixing @ mixing.T + np.eye(10), np.arange(5))
    assert model is not None
    vector = np.zeros(10)
    vector[[at, at + 5]] = sign * shift * model.scale[[at, at + 5]]
    shares = model.contributions(vector, np.ones(3))
    assert shares.sum() == pytest.approx(1.0)
    assert model.statistics(vector).max() > 1.0
