"""Learned detection on the Numenta Anomaly Benchmark, with simple detectors beside it.

The corpus and its scorer (``nab_score.py``: NAB v1.1's arithmetic) are looked for in the folder
that ``LAMPLIGHTER_NAB`` names, else in ``shared/data/nab`` beside the repository. What runs is the
agent's own bank with its default tuning: every file is a signal, every row is a value that arrives,
and nothing of a file is known before it came. As NAB does for every detector, its scorer takes the
one threshold for all files that suits the scores best.
"""

from __future__ import annotations

import csv
import importlib.util
import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lamplighter.faults.signals.learned.bank import Bank
from lamplighter.faults.signals.learned.settings import BARS, Learning

Scores = dict[str, NDArray[np.float64]]

_BESIDE = Path(__file__).resolve().parents[3] / "shared" / "data" / "nab"
_REFRACTORY = 150
_BLIND_EVERY = 600
_EWMA = 0.002
# The greatest score there is, about: the scorer wants scores from 0 to 1.
_MOST = 200.0
_STEP_S = 1e4


def measure() -> dict[str, Any]:
    """The three scores, those of the references, and values a second; why not, without data."""
    folder = Path(os.environ.get("LAMPLIGHTER_NAB", _BESIDE))
    if not (folder / "nab_score.py").is_file():
        return {"skipped": "no NAB corpus: set LAMPLIGHTER_NAB to the folder with nab_score.py"}
    scorer = _scorer(folder)
    corpus = scorer.load_corpus(str(folder))
    series = {name: _series(folder / "data" / name) for name in corpus}
    began = time.process_time()
    scores = learned(series)
    seconds = time.process_time() - began
    values = sum(len(value) for value, _ in series.values())
    return {
        "files": len(series),
        "values": values,
        "lamplighter": _scored(scorer, corpus, scores),
        "lamplighter, threshold from the other folders": _crossed(scorer, corpus, scores),
        "lamplighter, at the daemon's own bar": _at_bar(scorer, corpus, scores),
        "EWMA, refractory 150": _scored(scorer, corpus, _each(series, ewma)),
        "an alarm every 600 points": _scored(scorer, corpus, _each(series, blind)),
        "values_per_s": round(values / seconds),
    }


def learned(series: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]]) -> Scores:
    """The bank's scores: it takes all series at once, a value of each at a time."""
    names = list(series)
    bank = Bank(len(names), Learning().span)
    scores = [np.zeros(len(series[name][0])) for name in names]
    for at in range(max(len(score) for score in scores)):
        for row, name in enumerate(names):
            values, times = series[name]
            if at < len(values):
                bank.buffer.add(row, float(values[at]), float(times[at]))
        # The second look is after the span's end: the value is judged before the next one comes.
        for now in (at * _STEP_S, (at + 0.5) * _STEP_S):
            for judged in bank.tick(now):
                above = np.where(judged.score > 0.0, judged.score - judged.bar, 0.0)
                for row, score in zip(judged.rows.tolist(), above.tolist(), strict=True):
                    scores[row][at] = min(max(score / _MOST, 0.0), 1.0)
    return dict(zip(names, scores, strict=True))


def ewma(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance from an exponentially weighted mean, in its deviations; records of 150 values."""
    mean = variance = peak = 0.0
    age = 0
    scores = np.zeros(len(values))
    for at, value in enumerate(values.tolist()):
        share = max(_EWMA, 1.0 / (at + 1))
        away = value - mean
        distance = abs(away) / (variance + 1e-6 * mean * mean + 1e-12) ** 0.5
        mean += share * away
        variance = (1.0 - share) * (variance + share * away * away)
        score = min(distance / 50.0, 1.0) if at >= _REFRACTORY else 0.0
        age += 1
        if score > peak or age > _REFRACTORY:
            scores[at], peak, age = score, score, 0
    return scores


def blind(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """An alarm every 600 values, whatever they are."""
    due: NDArray[np.float64] = (np.arange(len(values)) % _BLIND_EVERY == 0).astype(np.float64)
    return due


def _each(
    series: dict[str, tuple[NDArray[np.float64], NDArray[np.float64]]],
    detector: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> Scores:
    return {name: detector(values) for name, (values, _) in series.items()}


def _scored(scorer: ModuleType, corpus: dict[str, Any], scores: Scores) -> dict[str, Any]:
    """Standard, low-FP and low-FN score, and what the standard threshold finds."""
    found = {profile: scorer.sweep(corpus, scores, profile) for profile in scorer.PROFILES}
    standard = found["standard"]
    return {
        **{profile: round(each["score"], 1) for profile, each in found.items()},
        "windows_hit": f"{standard['windows_hit']} of {standard['windows']}",
        "false_points": standard["fp_points"],
    }


def _at_bar(scorer: ModuleType, corpus: dict[str, Any], scores: Scores) -> dict[str, Any]:
    """The same at the fixed score from which on the daemon tells, by sensitivity."""
    return {
        f"{name} (score {bar:g})": {
            profile: round(scorer.sweep(corpus, scores, profile, bar / _MOST)["score"], 1)
            for profile in scorer.PROFILES
        }
        for name, bar in BARS.items()
    }


def _crossed(scorer: ModuleType, corpus: dict[str, Any], scores: Scores) -> dict[str, float]:
    """Each folder scored at the threshold that suits the others best."""
    folders = sorted({name.split("/")[0] for name in corpus})
    found: dict[str, float] = {}
    for profile in scorer.PROFILES:
        raw = least = most = 0.0
        for folder in folders:
            inside = {name: each for name, each in corpus.items() if name.startswith(f"{folder}/")}
            others = {name: each for name, each in corpus.items() if name not in inside}
            threshold = scorer.sweep(others, scores, profile)["threshold"]
            raw += scorer.sweep(inside, scores, profile, threshold)["raw"]
            least += scorer.sweep(inside, scores, profile, 1.1)["raw"]
            most += sum(each["nwin"] for each in inside.values())
        found[profile] = round(100.0 * (raw - least) / (most - least), 1)
    return found


def _scorer(folder: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("nab_score", folder / "nab_score.py")
    if spec is None or spec.loader is None:
        raise FileNotFoundError(folder / "nab_score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _series(path: Path) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values and times of a file, in its order."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    times = [datetime.fromisoformat(row["timestamp"] + "+00:00").timestamp() for row in rows]
    return np.array([float(row["value"]) for row in rows]), np.array(times)
