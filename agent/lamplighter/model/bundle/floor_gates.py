"""Speed and memory: whether a model can be used on this machine at all."""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.model.bundle.gate_bounds import Gates
from lamplighter.model.bundle.gate_report import GateResult
from lamplighter.model.runtime.decoder import Decoder

_LENGTH = 256
_STEPS = 16
_REPEATS = 3
_CHUNK = 128
_ANY_TOKEN = 100


def speed_gates(gates: Gates, decoder: Decoder, clock: Callable[[], float]) -> list[GateResult]:
    """Measure how fast a running decoder reads 256 tokens and writes 16 after them.

    The best of three counts, after one to warm up. Where the context is shorter, the row is half
    of it. What the cache held is lost.

    Raises:
        ModelError: the runtime failed.
    """
    length = min(_LENGTH, decoder.context // 2)
    steps = min(_STEPS, decoder.context - length)

    def read() -> None:
        decoder.truncate(0)
        for start in range(0, length, _CHUNK):
            decoder.forward([_ANY_TOKEN] * min(_CHUNK, length - start))

    def write() -> None:
        decoder.truncate(length)
        for _ in range(steps):
            decoder.forward([_ANY_TOKEN])

    read_speed, write_speed = length / _best(read, clock), steps / _best(write, clock)
    measured = [("prefill", read_speed, gates.prefill), ("decode", write_speed, gates.decode)]
    return [
        GateResult(gate=name, measured=speed, bound=bound, side="least", unit="tokens/s")
        for name, speed, bound in measured
        if bound is not None
    ]


def memory_gate(gates: Gates, added: float) -> list[GateResult]:
    """Hold the MiB that a model added to its process against its bound, where there is one."""
    if gates.memory is None:
        return []
    return [GateResult(gate="memory", measured=added, bound=gates.memory, side="most", unit="MiB")]


def _best(action: Callable[[], None], clock: Callable[[], float]) -> float:
    action()
    times = []
    for _ in range(_REPEATS):
        start = clock()
        action()
        times.append(clock() - start)
    # A clock that is too coarse to see it must not make it infinitely fast.
    return max(min(times), 1e-6)
