"""Alarms of one machine grouped into episodes, first-out.

An episode opens with the first alarm, is due for its report when the others have had time to
join, is due again when further conditions join, and closes when all have been back for a while.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from lamplighter.errors import PayloadError
from lamplighter.faults.signals.signal_watch import Transition
from lamplighter.faults.stored import SNAPSHOT, count, flag, mapping, maybe_number, number, text

Due = Literal["opened", "changed", "closed"]


@dataclass(slots=True)
class Member:
    """A condition's part in an episode; times are UTC seconds.

    Attributes:
        onset: when it first began to hold.
        value: the signal's value when the alarm came.
        active: whether it holds now and is not hidden.
        returned: when it last ceased to.
        raised: how often it came.
    """

    onset: float
    value: float | None
    active: bool = True
    returned: float | None = None
    raised: int = 1


def _member(stored: dict[str, Any]) -> Member:
    return Member(
        onset=number(stored.get("onset"), "onset"),
        value=maybe_number(stored.get("value"), "value"),
        active=flag(stored.get("active"), "active"),
        returned=maybe_number(stored.get("returned"), "returned"),
        raised=count(stored.get("raised"), "raised"),
    )


@dataclass(slots=True)
class Episode:
    """What belongs together.

    Attributes:
        id: the asset and the start.
        asset: the machine.
        started: the first onset, UTC seconds.
        members: by the condition's key.
        reports: how many reports it has had.
        due: when the next report is due, by the agent's clock.
        quiet_since: when the last condition returned, by the agent's clock.
        fresh: conditions that joined since the last report.
    """

    id: str
    asset: str
    started: float
    members: dict[str, Member] = field(default_factory=dict)
    reports: int = 0
    due: float | None = None
    quiet_since: float | None = None
    fresh: list[str] = field(default_factory=list)

    @property
    def ended(self) -> float:
        """When the last condition returned, UTC seconds; the start where none has."""
        times = [m.returned for m in self.members.values() if m.returned is not None]
        return max(times, default=self.started)

    @classmethod
    def from_dict(cls, stored: dict[str, Any], *, known: Container[str]) -> Episode | None:
        """The episode that :meth:`EpisodeLog.to_dict` described.

        Args:
            stored: the description.
            known: the keys of the conditions that there are now; others are left out.

        Returns:
            None where none of its conditions is known any more.

        Raises:
            PayloadError: the description is not one of an episode.
        """
        members = {
            key: _member(mapping(member, f"members.{key}"))
            for key, member in mapping(stored.get("members"), "members").items()
        }
        fresh = stored.get("fresh")
        if not isinstance(fresh, list):
            raise PayloadError(SNAPSHOT, "is no list", "fresh")
        episode = cls(
            id=text(stored.get("id"), "id"),
            asset=text(stored.get("asset"), "asset"),
            started=number(stored.get("started"), "started"),
            members={key: member for key, member in members.items() if key in known},
            reports=count(stored.get("reports"), "reports"),
            due=maybe_number(stored.get("due"), "due"),
            quiet_since=maybe_number(stored.get("quiet_since"), "quiet_since"),
            fresh=[key for key in fresh if key in known and key in members],
        )
        return episode if episode.members else None


class EpisodeLog:
    """The episodes of one machine: at most one is open.

    Args:
        asset: the machine.
        settle: seconds from a new alarm to the report that tells of it.
        quiet: seconds without an alarm that close the episode.
    """

    def __init__(self, asset: str, *, settle: float, quiet: float) -> None:
        self._asset = asset
        self._settle = settle
        self._quiet = quiet
        self.open: Episode | None = None

    def update(self, change: Transition, now: float, *, visible: bool) -> None:
        """A condition began to hold, ceased to, or was hidden or shown again.

        Args:
            change: the condition and since when.
            now: the agent's clock.
            visible: whether it holds and operators are to be told of it.
        """
        key = change.condition.key
        if visible:
            self._join(key, change, now)
        elif self.open and key in self.open.members and self.open.members[key].active:
            member = self.open.members[key]
            member.active = False
            member.returned = change.since if not change.active else now
            if not any(m.active for m in self.open.members.values()):
                self.open.quiet_since = now

    def due(self, now: float) -> tuple[Due, Episode] | None:
        """The report that is due now, if any. A closed episode is forgotten."""
        episode = self.open
        if episode is None:
            return None
        if episode.due is not None and now >= episode.due:
            episode.due = None
            episode.reports += 1
            return ("opened" if episode.reports == 1 else "changed"), episode
        quiet = episode.quiet_since
        if episode.due is None and quiet is not None and now - quiet >= self._quiet:
            episode.reports += 1
            self.open = None
            return "closed", episode
        return None

    def clock_set(self, by: float) -> None:
        """The agent's clock was set, so many seconds forward: what is awaited moves along."""
        episode = self.open
        if episode is None:
            return
        if episode.due is not None:
            episode.due += by
        if episode.quiet_since is not None:
            episode.quiet_since += by

    def to_dict(self) -> dict[str, Any] | None:
        """The open episode as JSON can hold it, or None."""
        return asdict(self.open) if self.open else None

    def restore(self, episode: Episode | None) -> None:
        """Go on with an episode of an earlier run."""
        self.open = episode

    def _join(self, key: str, change: Transition, now: float) -> None:
        if self.open is None:
            stamp = datetime.fromtimestamp(change.since, UTC).strftime("%Y%m%dT%H%M%SZ")
            self.open = Episode(f"{self._asset}-{stamp}", self._asset, change.since)
        episode = self.open
        episode.quiet_since = None
        member = episode.members.get(key)
        if member is None:
            episode.members[key] = Member(change.since, change.value)
            episode.started = min(episode.started, change.since)
            episode.fresh.append(key)
            if episode.due is None:
                episode.due = now + self._settle
        elif not member.active:
            member.active = True
            member.raised += 1
