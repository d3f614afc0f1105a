"""A machine's log lines condensed to templates with counts, in constant memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.faults.evidence.drain import Drain, Template, mask, one_line
from lamplighter.faults.plain_text import plain
from lamplighter.faults.stored import count as whole
from lamplighter.faults.stored import mapping, maybe_moment, rows, text

__all__ = ["LogCount", "RecentLogs", "mask"]

_SPAN_S = 10.0
_SPANS = 64
_EXAMPLES = 3
_CACHED = 256
_LONGEST_LEVEL = 20
_GRAVITIES: Mapping[str, int] = {
    "emergency": 4, "alert": 4, "critical": 4, "crit": 4, "fatal": 4, "panic": 4,
    "error": 3, "err": 3, "alarm": 3, "warning": 2, "warn": 2, "notice": 1, "info": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LogCount:
    """A template and the lines of it.

    Attributes:
        template: the line with ``<n>``, ``<time>``, ``<*>`` ... where lines differ.
        count: how many lines there were.
        level: the gravest of their levels.
        example: the last line of it.
        first: when the first came, UTC seconds; None where that is not known.
        last: when the last came.
        others: up to two earlier lines that differ from the example, the newest first.
    """

    template: str
    count: int
    level: str
    example: str
    first: float | None = None
    last: float | None = None
    others: tuple[str, ...] = ()


@dataclass(slots=True)
class _Span:
    """The lines of some seconds: from when to when, how many, the gravest level."""

    first: float
    last: float
    count: int
    level: str

    def take(self, other: _Span) -> None:
        """Counts the other's lines, too."""
        self.first = min(self.first, other.first)
        self.last = max(self.last, other.last)
        self.count += other.count
        if gravity(other.level) > gravity(self.level):
            self.level = other.level


class _Counted:
    """What is known of one template's lines: spans of time, and the last lines."""

    __slots__ = ("examples", "spans")

    def __init__(self) -> None:
        self.spans: list[_Span] = []
        self.examples: deque[str] = deque(maxlen=_EXAMPLES)

    def add(self, line: str, level: str, time: float) -> None:
        if not self.examples or self.examples[-1] != line:
            if line in self.examples:
                self.examples.remove(line)
            self.examples.append(line)
        newest = self.spans[-1] if self.spans else None
        if newest is not None and abs(time - newest.first) < _SPAN_S:
            newest.count += 1
            newest.first, newest.last = min(newest.first, time), max(newest.last, time)
            if gravity(level) > gravity(newest.level):
                newest.level = level
            return
        self.spans.append(_Span(time, time, 1, level))
        if len(self.spans) > _SPANS:
            # The two that are closest to each other among the older ones become one.
            older = self.spans[: _SPANS // 2]
            at = min(range(len(older) - 1), key=lambda i: older[i + 1].first - older[i].last)
            self.spans[at].take(self.spans.pop(at + 1))

    def since(self, time: float) -> _Span | None:
        """All spans that reach beyond the time, as one."""
        found: _Span | None = None
        for span in self.spans:
            if span.last < time:
                continue
            if found is None:
                found = _Span(span.first, span.last, span.count, span.level)
            else:
                found.take(span)
        return found


class RecentLogs:
    """The log lines of one machine, by template: at most 128 templates of 64 spans of time each.

    Lines are counted by spans of 10 s: one that reaches back before a time counts as a whole.
    Where there are many spans, the older ones are joined.
    """

    __slots__ = ("_cache", "_counted", "_drain")

    def __init__(self) -> None:
        self._drain: Drain | None = None
        self._counted: dict[Template, _Counted] = {}
        self._cache: dict[str, Template] = {}

    def add(self, line: str, level: str, time: float) -> None:
        """Take a line; ``time`` is UTC seconds."""
        text = one_line(line)
        masked = mask(text)
        if not masked:
            return
        if self._drain is None:
            self._drain = Drain()
        template = self._cache.get(masked)
        if template is None or not self._drain.touch(template):
            template, lost = self._drain.add(masked)
            if lost is not None:
                self._counted.pop(lost, None)
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[masked] = template
        counted = self._counted.get(template)
        if counted is None:
            counted = self._counted[template] = _Counted()
        counted.add(text, plain(level, _LONGEST_LEVEL).lower(), time)

    def counts(self, since: float, *, most: int = 5) -> list[LogCount]:
        """The templates since a time, the gravest and then the most frequent ones first."""
        found: dict[str, LogCount] = {}
        for template, counted in self._counted.items():
            span = counted.since(since)
            if span is None:
                continue
            example, *others = reversed(counted.examples)
            count = LogCount(
                template.text, span.count, span.level, example, span.first, span.last,
                tuple(others),
            )  # fmt: skip
            before = found.get(template.text)
            found[template.text] = count if before is None else _joined(before, count)
        return _ordered(found.values())[:most]


def gravity(level: str) -> int:
    """The rank of a log level: 4 for critical, 0 for debug and what is not known."""
    return _GRAVITIES.get(level, 0)


def with_earlier(recent: Iterable[LogCount], earlier: Iterable[LogCount]) -> list[LogCount]:
    """The counts with those of earlier lines, in the order of :meth:`RecentLogs.counts`."""
    found: dict[str, LogCount] = {}
    for count in (*earlier, *recent):
        before = found.get(count.template)
        found[count.template] = count if before is None else _joined(before, count)
    return _ordered(found.values())


def read_count(stored: Any) -> LogCount:
    """A count that an earlier run kept.

    Raises:
        PayloadError: it is damaged.
    """
    kept = mapping(stored, "logs")
    return LogCount(
        text(kept.get("template"), "template"),
        whole(kept.get("count"), "count"),
        text(kept.get("level"), "level"),
        text(kept.get("example"), "example"),
        maybe_moment(kept.get("first"), "first"),
        maybe_moment(kept.get("last"), "last"),
        tuple(text(each, "others") for each in rows(kept.get("others"), "others")),
    )


def _ordered(counts: Iterable[LogCount]) -> list[LogCount]:
    return sorted(counts, key=lambda c: (-gravity(c.level), -c.count, c.first or 0.0, c.template))


def _joined(one: LogCount, other: LogCount) -> LogCount:
    """Two templates that have become the same."""
    older, newer = sorted((one, other), key=lambda count: count.last or 0.0)
    level = max(one.level, other.level, key=gravity)
    return LogCount(
        one.template,
        one.count + other.count,
        level,
        newer.example,
        min(each.first or 0.0 for each in (one, other)),
        newer.last,
        tuple(dict.fromkeys((*newer.others, older.example)))[: _EXAMPLES - 1],
    )
