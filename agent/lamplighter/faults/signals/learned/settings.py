"""What is configured of learned detection."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

BARS = MappingProxyType({"low": 12.0, "medium": 10.0, "high": 8.5})
"""The score from which on something is told, by sensitivity."""


@dataclass(frozen=True, slots=True)
class Learning:
    """How what is usual is learned, for all tags whose ``learned`` is not false.

    Attributes:
        enabled: whether anything is learned at all.
        span: seconds of values that are looked at together; a slower signal's are looked at each.
        sensitivity: low, medium or high: how unusual something must be to be told.
    """

    enabled: bool = True
    span: float = field(default=10.0, metadata={"min": 1, "max": 3600})
    sensitivity: str = field(default="medium", metadata={"choices": tuple(BARS)})
