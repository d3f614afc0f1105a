"""What a recording consists of."""

from __future__ import annotations

from dataclasses import dataclass, field

from lamplighter.plugin import Event

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a recording: what it said, and when (UTC seconds)."""

    time: float
    events: tuple[Event, ...]


@dataclass(slots=True)
class Unread:
    """Lines that could not be read: how many, and the first few with their place and reason."""

    count: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, line: int, reason: str) -> None:
        """Notes one; ``line`` counts from 1."""
        self.count += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(f"line {line}: {reason}")
