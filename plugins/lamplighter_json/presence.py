"""Keys that go from a topic's payloads while others come: most likely the same value, renamed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter_json.extract import at_path

# Devices send a part of their values at a time: a key is gone when it was missed so often in a row.
_MISSED = 5


@dataclass(slots=True)
class _Tag:
    """The keys that were beside a tag's while it was there, and those that came since it is not."""

    known: set[str]
    newcomers: set[str] = field(default_factory=set)
    missed: int = 0


@dataclass(slots=True)
class Presence:
    """Which tags of a topic are there, by their machine and key."""

    _tags: dict[tuple[str, str], _Tag] = field(default_factory=dict)

    def seen(self, whose: tuple[str, str], document: Any, path: str) -> None:
        """The tag is in this document."""
        tag = self._tags.get(whose)
        if tag is None:
            self._tags[whose] = _Tag(set(_beside(document, path)))
        elif tag.missed:
            # They came beside it, or in turn with it: neither takes its place.
            tag.known |= tag.newcomers | set(_beside(document, path))
            tag.newcomers, tag.missed = set(), 0

    def missed(self, whose: tuple[str, str], document: Any, path: str) -> str | None:
        """The tag is not in this document.

        Returns:
            The key of a number that has come in its place; None where there is none, or where
            that is not sure yet.
        """
        tag = self._tags.get(whose)
        if tag is None:
            return None
        fresh = {
            name
            for name, value in _beside(document, path).items()
            if name not in tag.known and isinstance(value, int | float)
        }
        if not fresh:
            return None
        tag.missed += 1
        tag.newcomers |= fresh
        return min(fresh) if tag.missed >= _MISSED else None


def _beside(document: Any, path: str) -> Mapping[str, Any]:
    """The object in which the last part of a path stands; empty where that is none."""
    above = path.replace("[", ".").replace("]", "").lstrip(".").rpartition(".")[0]
    found = at_path(document, above)
    return found.value if found and isinstance(found.value, Mapping) else {}
