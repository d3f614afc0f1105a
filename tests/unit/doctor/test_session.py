"""What a trial of a session means."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.doctor import session
from lamplighter.doctor.finding import Finding
from lamplighter.doctor.session import Trial


def judged(trial: Trial) -> Finding:
    if trial.subscribed >= 0x80 or not trial.taken:
        return session._not_tried(trial, "lamplighter/n/doctor/session", "broker")
    resumed = session._resumed(trial, "broker")
    return resumed if resumed.verdict != "ok" else session._queue(trial, "broker")


def trial(heard: list[int], *, taken: int = 10, asked: int = 10, present: bool = True) -> Trial:
    return Trial(asked, codes=[0] * taken, present=present, heard=heard)


@pytest.mark.parametrize(
    ("tried", "verdict", "says"),
    [
        (trial(list(range(10))), "ok", "all 10 messages waited, in order"),
        (trial(list(range(7))), "warning", "7 of 10 messages waited, in order; the newest 3"),
        (trial(list(range(3, 10))), "warning", "the oldest 3 were dropped"),
        (trial([0, 1, 5, 9]), "warning", "other 6 were dropped"),
        (trial([0, 1, 3, 2, 4, 5, 6, 7, 8, 9]), "failed", "not in order"),
        (trial([0, 1, 1, *range(2, 10)]), "ok", "1 came twice"),
        (trial([]), "failed", "none of 10 messages"),
        (trial([], present=False), "failed", "session forgotten"),
        (trial(list(range(10)), present=False), "failed", "session forgotten"),
        (trial(list(range(6)), taken=6), "ok", "4 more were not acknowledged"),
        (trial([], taken=0), "failed", "none of 10 messages"),
        (Trial(10, subscribed=0x87), "unknown", "not authorised"),
        (Trial(10, codes=[0x87] * 10), "unknown", "not authorised"),
        (
            Trial(10, codes=[0] * 6 + [0x97] * 4, present=True, heard=list(range(6))),
            "warning",
            "4 more were refused (quota exceeded)",
        ),
    ],
)
def test_each_outcome_is_told(tried: Trial, verdict: str, says: str) -> None:
    finding = judged(tried)
    assert finding.verdict == verdict
    assert says in finding.detail
    assert finding.verdict == "ok" or finding.why


@given(st.integers(2, 300), st.integers(0, 2**32))
def test_any_shuffle_is_no_order(count: int, seed: int) -> None:
    heard = list(range(count))
    random.Random(seed).shuffle(heard)  # noqa: S311 - no secret
    finding = judged(trial(heard, taken=count, asked=count))
    assert (finding.verdict == "ok") == (heard == sorted(heard))
