"""The machines' watch on a recording's own clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from lamplighter.faults.monitor import Change, FaultMonitor
from lamplighter.plugin import LogLine, Refused, Sample
from lamplighter.replay.entries import Entry

# Within a gap of the recording time goes on in seconds at first, then in longer and longer steps.
_FIRST_STEP_S = 1.0
_STEP_SHARE = 1 / 30
_LONGEST_STEP_S = 60.0


class ReplayClock:
    """UTC seconds, as the recording says; it never runs backwards."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The recording's present."""
        return self.now


@dataclass(slots=True)
class Played:
    """What was played; times are UTC seconds.

    Attributes:
        first: the first entry's time; None: there was none.
        last: the latest entry's time.
        values: values of watched signals, by machine and signal.
        unknown: values of machines or signals that nobody watches, likewise.
        lines: log lines.
        refused: what plugins refused, by topic and reason.
    """

    first: float | None = None
    last: float | None = None
    values: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    lines: int = 0
    refused: Counter[str] = field(default_factory=Counter)


class History:
    """Plays entries through a monitor.

    Args:
        monitor: watches the machines on ``clock``.
        clock: is set to the entries' times.
        watched: whether a machine's signal is watched.
    """

    def __init__(
        self, monitor: FaultMonitor, clock: ReplayClock, watched: Callable[[str, str], bool]
    ) -> None:
        self.monitor = monitor
        self.clock = clock
        self.played = Played()
        self._watched = watched

    def play(self, entries: Iterable[Entry]) -> Iterator[tuple[float, Change]]:
        """What changed, with the recording's time at which it did."""
        for entry in entries:
            yield from self._until(entry.time)
            if self.played.first is None:
                self.played.first = entry.time
            for event in entry.events:
                if isinstance(event, Sample):
                    yield from self._timed(self._sample(event))
                elif isinstance(event, LogLine):
                    self.played.lines += 1
                    self.monitor.log(event)
                elif isinstance(event, Refused):
                    self.played.refused[f"{event.topic}: {event.reason}"] += 1

    def finish(self, within: float) -> Iterator[tuple[float, Change]]:
        """Lets time go on after the last entry, so that reports that are due get drawn.

        Nothing can arrive any more, so silence says nothing of the signals.
        """
        end = self.clock.now + within
        while self.clock.now < end:
            self.clock.now += _FIRST_STEP_S
            yield from self._timed(self.monitor.tick(self.clock.now, connected=False))

    def _sample(self, sample: Sample) -> list[Change]:
        key = (sample.asset, sample.tag)
        if not self._watched(*key):
            self.played.unknown[key] += 1
            return []
        self.played.values[key] += 1
        return self.monitor.sample(sample)

    def _until(self, time: float) -> Iterator[tuple[float, Change]]:
        began = self.clock.now
        if self.played.last is None:
            self.clock.now = began = time
        while time - self.clock.now >= _FIRST_STEP_S:
            passed = self.clock.now - began
            step = min(max(_FIRST_STEP_S, passed * _STEP_SHARE), _LONGEST_STEP_S)
            self.clock.now = min(time, self.clock.now + step)
            yield from self._timed(self.monitor.tick(self.clock.now))
        self.clock.now = self.played.last = max(time, self.clock.now)

    def _timed(self, changes: Iterable[Change]) -> Iterator[tuple[float, Change]]:
        for change in changes:
            yield self.clock.now, change
