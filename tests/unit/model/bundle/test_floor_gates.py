from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from lamplighter.model.bundle.floor_gates import memory_gate, speed_gates
from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.runtime.decoder import Snapshot


class Slow:
    """A decoder that takes 1 ms a call and 2 ms a token by its own clock."""

    def __init__(self, context: int = 1024) -> None:
        self.context = context
        self.tokens: list[int] = []
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def forward(self, tokens: Sequence[int], *, kept: int = 1) -> NDArray[np.float32]:
        self.tokens.extend(tokens)
        assert len(self.tokens) <= self.context
        self.now += 0.001 + 0.002 * len(tokens)
        return np.zeros((kept, 8), np.float32)

    def truncate(self, length: int) -> None:
        del self.tokens[length:]

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def snapshot(self) -> Snapshot:
        raise NotImplementedError

    def restore(self, snapshot: Snapshot) -> None:
        raise NotImplementedError

    def snapshot_shape(self, length: int) -> tuple[int, int, int, int]:
        raise NotImplementedError


@pytest.mark.parametrize("context", [1024, 256])
def test_speeds_are_tokens_a_second(context: int) -> None:
    slow = Slow(context)
    prefill, decode = speed_gates(Gates(prefill=400.0, decode=400.0), slow, slow.clock)
    calls = 2 if context == 1024 else 1
    length = min(256, context // 2)
    assert prefill.measured == pytest.approx(length / (0.001 * calls + 0.002 * length))
    assert decode.measured == pytest.approx(1 / 0.003)
    assert (prefill.passed, decode.passed) == (True, False)
    assert prefill.unit == "tokens/s"


def test_what_is_not_asked_for_is_not_told() -> None:
    slow = Slow()
    [decode] = speed_gates(Gates(decode=1.0), slow, slow.clock)
    assert decode.gate == "decode"
    assert memory_gate(Gates(), 100.0) == []


def test_memory_must_be_below_its_bound() -> None:
    assert [memory_gate(Gates(memory=100.0), added)[0].passed for added in (99.0, 101.0)] == [
        True,
        False,
    ]
