"""What was measured at a model's gates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from lamplighter.model.bundle.gate_bounds import Gates


@dataclass(frozen=True, slots=True, kw_only=True)
class GateResult:
    """One gate.

    Attributes:
        gate: its name: ``perplexity``, ``task NAME``, ``prefill``, ``decode``, ``memory``; or
            ``run`` where the model could not be measured at all.
        measured: the figure; None where there is none, since it could not be measured.
        bound: what it is held against; None for ``run``.
        side: whether it must be at ``least`` or at ``most`` the bound.
        unit: of both.
        detail: what else there is to say, such as the first misses, or why it failed.
    """

    gate: str
    measured: float | None
    bound: float | None
    side: Literal["least", "most"]
    unit: str = ""
    detail: str = ""

    @property
    def passed(self) -> bool:
        """Whether the figure is there and on the right side of the bound."""
        if self.measured is None or self.bound is None:
            return False
        # Not a number is on no side.
        if self.side == "least":
            return self.measured >= self.bound
        return self.measured <= self.bound

    def __str__(self) -> str:
        if self.measured is None or self.bound is None:
            return f"{self.gate}: {self.detail}"
        word = "at least" if self.side == "least" else "at most"
        told = f"{self.gate}: {self.measured:.4g} {self.unit}".rstrip()
        told += f", must be {word} {self.bound:.4g}"
        return f"{told} ({self.detail})" if self.detail else told


def gate_names(gates: Gates) -> list[str]:
    """Return the names of the results that a model's gates have, in the order of measuring."""
    names = [name for name in ("prefill", "decode", "memory") if getattr(gates, name) is not None]
    if gates.perplexity is not None:
        names.append("perplexity")
    return names + [f"task {task.name}" for task in gates.tasks]


def missed(results: Sequence[GateResult]) -> tuple[str, ...]:
    """Return each gate that was missed, in words."""
    return tuple(str(result) for result in results if not result.passed)
