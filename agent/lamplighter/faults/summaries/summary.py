"""What the episodes of a stretch of time add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from lamplighter.faults.condition import Severity, rank
from lamplighter.faults.evidence.record import iso
from lamplighter.faults.summaries.happened import Happened

_TOLD = 3


@dataclass(frozen=True, slots=True)
class MachineSummary:
    """One machine's part; ``seconds`` is how long it was in alarm within the stretch."""

    asset: str
    name: str
    episodes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A shift, a night or a day; times are UTC seconds.

    Attributes:
        start: when the stretch began.
        end: when it ended.
        episodes: those of machines, by their start.
        signal_faults: those in which nothing but signals was at fault.
        machines: the machines of ``episodes``, those longest in alarm first.
        severities: how many episodes had which gravest severity, the gravest first.
        faults: how often which likely fault was found, the most frequent first.
        longest: the episode of a machine that lasted longest; None where there was none.
        open: those that no report has closed, the gravest first.
    """

    start: float
    end: float
    episodes: tuple[Happened, ...]
    signal_faults: tuple[Happened, ...]
    machines: tuple[MachineSummary, ...]
    severities: tuple[tuple[str, int], ...]
    faults: tuple[tuple[str, int], ...]
    longest: Happened | None
    open: tuple[Happened, ...]

    def lasted(self, happened: Happened) -> float:
        """Seconds of an episode, whenever it began; an open one lasts until the stretch's end."""
        return max(0.0, (self.end if happened.ended is None else happened.ended) - happened.started)

    def to_dict(self) -> dict[str, Any]:
        """The summary as JSON can hold it; times are ISO 8601 in UTC."""
        return {
            "from": iso(self.start),
            "to": iso(self.end),
            "episodes": [self._plain(each) for each in self.episodes],
            "signal_faults": [self._plain(each) for each in self.signal_faults],
            "machines": [asdict(each) for each in self.machines],
            "severities": dict(self.severities),
            "faults": dict(self.faults),
            "open": [each.episode for each in self.open],
        }

    def _plain(self, happened: Happened) -> dict[str, Any]:
        row = asdict(happened)
        row["started"] = iso(happened.started)
        row["ended"] = None if happened.ended is None else iso(happened.ended)
        row["duration_s"] = round(self.lasted(happened))
        return row


def summarised(happened: Iterable[Happened], start: float, end: float) -> Summary:
    """What befell between two times; an episode counts where any of it lies in between."""
    rows = [
        each
        for each in happened
        if each.started < end and (each.ended is None or each.ended >= start)
    ]
    episodes = tuple(each for each in rows if not each.signal_only)
    longest = max(episodes, key=lambda each: _within(each, each.started, end), default=None)
    return Summary(
        start=start,
        end=end,
        episodes=episodes,
        signal_faults=tuple(each for each in rows if each.signal_only),
        machines=_machines(episodes, start, end),
        severities=tuple(
            sorted(Counter(each.severity for each in episodes).items(), key=_gravest, reverse=True)
        ),
        faults=tuple(Counter(each.fault for each in episodes if each.fault).most_common(_TOLD)),
        longest=longest,
        open=tuple(
            sorted(
                (each for each in rows if each.ended is None),
                key=lambda each: (-rank(Severity(each.severity)), each.started),
            )
        ),
    )


def _machines(episodes: Iterable[Happened], start: float, end: float) -> tuple[MachineSummary, ...]:
    rows: dict[str, list[Happened]] = {}
    for each in episodes:
        rows.setdefault(each.asset, []).append(each)
    found = [
        MachineSummary(
            asset, own[-1].machine, len(own), sum(_within(each, start, end) for each in own)
        )
        for asset, own in rows.items()
    ]
    return tuple(sorted(found, key=lambda each: (-each.seconds, each.asset)))


def _within(happened: Happened, start: float, end: float) -> float:
    ended = end if happened.ended is None else min(happened.ended, end)
    return max(0.0, ended - max(happened.started, start))


def _gravest(row: tuple[str, int]) -> int:
    return rank(Severity(row[0]))
