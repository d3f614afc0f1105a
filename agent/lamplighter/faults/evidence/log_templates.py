"""Log lines condensed to templates: what varies from line to line is masked, the rest counted.

A small form of log template mining (He et al., "Drain", ICWS 2017), without its tree: numbers,
hexadecimal words, addresses and quoted texts are masked; equal masks are one template.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass

_MASKS = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?Z?"), "<time>"),
    (re.compile(r"\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b"), "<time>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.IGNORECASE), "<hex>"),
    (re.compile(r"\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b", re.IGNORECASE), "<hex>"),
    (re.compile(r'"[^"]*"'), "<text>"),
    (re.compile(r"(?<![\w<])[-+]?\d+(?:[.,]\d+)*"), "<n>"),
)
_LONGEST = 200
_KEPT = 256


def mask(line: str) -> str:
    """The line's template, at most 200 characters long."""
    text = " ".join(line.split())[:_LONGEST]
    for pattern, name in _MASKS:
        text = pattern.sub(name, text)
    # Reports quote templates, so none may hold a quotation mark.
    return text.replace('"', "'")


@dataclass(frozen=True, slots=True)
class LogCount:
    """A template, how often it came, its gravest level, and the last line of it."""

    template: str
    count: int
    level: str
    example: str


class RecentLogs:
    """The last 256 log lines of one machine."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: deque[tuple[float, str, str, str]] = deque(maxlen=_KEPT)

    def add(self, line: str, level: str, time: float) -> None:
        """Take a line; ``time`` is UTC seconds."""
        text = " ".join(line.split())[:_LONGEST]
        if text:
            self._lines.append((time, mask(text), level.lower(), text))

    def counts(self, since: float, *, most: int = 5) -> list[LogCount]:
        """The templates since a time, the gravest and then the most frequent ones first."""
        found: dict[str, LogCount] = {}
        for time, template, level, text in self._lines:
            if time < since:
                continue
            before = found.get(template)
            count = before.count + 1 if before else 1
            worst = max(level, before.level, key=_gravity) if before else level
            found[template] = LogCount(template, count, worst, text)
        return sorted(found.values(), key=lambda c: (-_gravity(c.level), -c.count))[:most]


def _gravity(level: str) -> int:
    words = {"critical": 4, "fatal": 4, "error": 3, "err": 3, "warning": 2, "warn": 2, "info": 1}
    return words.get(level, 0)
