"""The machines that are watched, and what is kept of what befell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.status import Health
from lamplighter.store.records.alarms import AlarmRecord, Alarms
from lamplighter.store.records.audit import Audit, AuditEntry
from lamplighter.store.records.episodes import Episodes, Lasted
from lamplighter.store.records.reports import ReportRecord, Reports


class Incidents(Protocol):
    """What is known of machines' troubles; everything is bounded, whatever is kept."""

    def standing(self) -> Sequence[AlarmRecord]:
        """The alarms that are not normal."""
        ...

    def alarms(self, asset: str) -> Sequence[AlarmRecord]:
        """Every alarm of a machine that is kept, those that are normal again too."""
        ...

    def raised(self, start: float, end: float, limit: int) -> Sequence[AlarmRecord]:
        """The last alarms that came between two times, the newest first."""
        ...

    def reports(self, limit: int, asset: str | None = None) -> Sequence[ReportRecord]:
        """The last fault reports, newest first; of one machine where ``asset`` is given."""
        ...

    def written(
        self, start: float, end: float, limit: int, asset: str | None = None
    ) -> Sequence[ReportRecord]:
        """The last fault reports that were written between two times, newest first."""
        ...

    def over(self, start: float, end: float, asset: str | None = None) -> Sequence[Lasted]:
        """The episodes that reach into a stretch of time and are over, the oldest first."""
        ...

    def ended(self, episode: str) -> float | None:
        """When an episode of a machine was over, UTC seconds; None where it is not known to be."""
        ...

    def operations(self, limit: int, asset: str | None = None) -> Sequence[AuditEntry]:
        """The last operations on alarms and notes, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class StoredIncidents:
    """:class:`Incidents` of the store's records."""

    kept_alarms: Alarms
    kept_reports: Reports
    kept_episodes: Episodes
    kept_audit: Audit

    def standing(self) -> Sequence[AlarmRecord]:
        """The alarms that are not normal."""
        return self.kept_alarms.active()

    def alarms(self, asset: str) -> Sequence[AlarmRecord]:
        """Every alarm of a machine that is kept."""
        return self.kept_alarms.of(asset)

    def raised(self, start: float, end: float, limit: int) -> Sequence[AlarmRecord]:
        """The last alarms that came between two times."""
        return self.kept_alarms.between(start, end, limit)

    def reports(self, limit: int, asset: str | None = None) -> Sequence[ReportRecord]:
        """The last fault reports, newest first."""
        return self.kept_reports.latest(limit, asset)

    def written(
        self, start: float, end: float, limit: int, asset: str | None = None
    ) -> Sequence[ReportRecord]:
        """The last fault reports that were written between two times, newest first."""
        return self.kept_reports.between(start, end, limit, asset)

    def over(self, start: float, end: float, asset: str | None = None) -> Sequence[Lasted]:
        """The episodes that reach into a stretch of time and are over."""
        return self.kept_episodes.between(start, end, asset)

    def ended(self, episode: str) -> float | None:
        """When an episode of a machine was over."""
        found = self.kept_episodes.get(episode)
        return None if found is None else found.ended

    def operations(self, limit: int, asset: str | None = None) -> Sequence[AuditEntry]:
        """The last operations on alarms and notes."""
        return self.kept_audit.of_alarms(limit, asset)


@dataclass(frozen=True, slots=True)
class Plant:
    """The machines that are watched, and what befell them.

    Attributes:
        machines: as they are configured.
        incidents: what is kept; None where nothing is.
        shifts: times of the day at which a shift ends, such as ``06:00``.
        health: the present health of a signal by asset and tag, None where there is no such
            signal; None where that is not known here.
    """

    machines: tuple[Machine, ...] = ()
    incidents: Incidents | None = None
    shifts: tuple[str, ...] = ()
    health: Callable[[str, str], Health | None] | None = None
