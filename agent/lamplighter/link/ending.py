"""How a connection ends."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.errors import LamplighterError


@dataclass(frozen=True, slots=True)
class End:
    """Why a connection ended; ``code`` is set where the broker refused it."""

    reason: str
    code: int | None = None


class EndedError(LamplighterError):
    """Leaves the loop of a connection."""

    def __init__(self, end: End) -> None:
        super().__init__(end.reason)
        self.end = end
