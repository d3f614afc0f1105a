from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tools.faults_figures import nab


def test_without_the_corpus_it_says_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAMPLIGHTER_NAB", str(tmp_path))
    assert "LAMPLIGHTER_NAB" in nab.measure()["skipped"]


def test_a_score_knows_nothing_of_what_comes_later() -> None:
    draw = np.random.default_rng(1)
    values = draw.normal(50.0, 1.0, 400)
    values[300:] += 8.0
    times = np.linspace(1_400_000_000.0, 1_400_119_700.0, 400, dtype=np.float64)
    whole = nab.learned({"a": (values, times), "b": (-values, times)})
    begun = nab.learned({"a": (values[:310], times[:310])})
    assert np.array_equal(whole["a"][:310], begun["a"])
    assert whole["a"][:300].max() < whole["a"][300:310].max()
    assert nab.ewma(values)[:310].tolist() == nab.ewma(values[:310]).tolist()


def test_the_blind_alarm_comes_every_600_values() -> None:
    assert np.flatnonzero(nab.blind(np.zeros(1_300))).tolist() == [0, 600, 1_200]
