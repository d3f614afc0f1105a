from __future__ import annotations

import math

import pytest

from lamplighter.model.bundle.gate_bounds import Gates, PerplexityBound, TaskBound
from lamplighter.model.bundle.gate_report import GateResult, gate_names, missed

FAST = GateResult(gate="decode", measured=80.0, bound=20.0, side="least", unit="tokens/s")
LARGE = GateResult(gate="memory", measured=500.0, bound=400.0, side="most", unit="MiB")
CRASHED = GateResult(gate="run", measured=None, bound=None, side="most", detail="it crashed")


@pytest.mark.parametrize(
    ("measured", "side", "passed"),
    [
        (1.0, "least", True),
        (1.1, "least", True),
        (0.9, "least", False),
        (1.0, "most", True),
        (1.1, "most", False),
        (math.nan, "least", False),
        (math.nan, "most", False),
        (math.inf, "most", False),
        (None, "most", False),
    ],
)
def test_a_gate_is_passed_on_the_right_side_only(
    measured: float | None, side: str, *, passed: bool
) -> None:
    result = GateResult(gate="x", measured=measured, bound=1.0, side=side)  # type: ignore[arg-type] # a parameter
    assert result.passed is passed


def test_what_was_missed_is_said_in_words() -> None:
    assert missed([FAST]) == ()
    assert missed([FAST, LARGE, CRASHED]) == (
        "memory: 500 MiB, must be at most 400",
        "run: it crashed",
    )


def test_gates_have_names() -> None:
    gates = Gates(
        perplexity=PerplexityBound(text="t", most=9.0),
        tasks=(TaskBound(name="frames", cases="c", least=0.9),),
        decode=3.0,
    )
    assert gate_names(gates) == ["decode", "perplexity", "task frames"]
    assert gate_names(Gates()) == []
