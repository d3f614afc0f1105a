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
from lamplighter.faults.stored import (
    SNAPSHOT,
    count,
    flag,
    mapping,
    maybe_moment,
    maybe_number,
    maybe_text,
    moment,
    rows,
    text,
)

Due = Literal["opened", "changed", "closed"]


@dataclass(slots=True)
class Member:
    """A condition's part in an episode; times are UTC seconds.

    Attributes:
        onset: when it first began to hold.
        value: the signal's value when the alarm came.
        active: whether it holds now.
        returned: when it last ceased to.
        raised: how often it came.
        hidden: whether it is shelved, suppressed or out of service while it holds.
    """

    onset: float
    value: float | None
    active: bool = True
    returned: float | None = None
    raised: int = 1
    hidden: bool = False


def _member(stored: dict[str, Any]) -> Member:
    return Member(
        onset=moment(stored.get("onset"), "onset"),
        value=maybe_number(stored.get("value"), "value"),
        active=flag(stored.get("active"), "active"),
        returned=maybe_moment(stored.get("returned"), "returned"),
        raised=count(stored.get("raised"), "raised"),
        hidden=flag(stored.get("hidden", False), "hidden"),
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
        held: since when a report is held back because too many are due, by the agent's clock.
        window: the maintenance window that it began in or right after.
    """

    id: str
    asset: str
    started: float
    members: dict[str, Member] = field(default_factory=dict)
    reports: int = 0
    due: float | None = None
    quiet_since: float | None = None
    fresh: list[str] = field(default_factory=list)
    held: float | None = None
    window: str | None = None

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
        if stored.get("fresh") is None:
            raise PayloadError(SNAPSHOT, "is no list", "fresh")
        fresh = [text(key, "fresh") for key in rows(stored["fresh"], "fresh")]
        episode = cls(
            id=text(stored.get("id"), "id"),
            asset=text(stored.get("asset"), "asset"),
            started=moment(stored.get("started"), "started"),
            members={key: member for key, member in members.items() if key in known},
            reports=count(stored.get("reports"), "reports"),
            due=maybe_moment(stored.get("due"), "due"),
            quiet_since=maybe_moment(stored.get("quiet_since"), "quiet_since"),
            fresh=[key for key in fresh if key in known and key in members],
            held=maybe_moment(stored.get("held"), "held"),
            window=maybe_text(stored.get("window"), "window"),
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

        What is hidden before any report told of it leaves the episode again: an alarm that came
        a moment before the machine was seen to stand is nobody's concern. Later, it stays a part
        of it until it returns, because a report must not say that it is over while it holds.

        Args:
            change: the condition and since when.
            now: the agent's clock.
            visible: whether it holds and operators are to be told of it.
        """
        key = change.condition.key
        if visible:
            self._join(key, change, now)
            return
        episode = self.open
        member = episode.members.get(key) if episode else None
        if episode is None or member is None or not member.active:
            return
        if not change.active:
            member.active = member.hidden = False
            member.returned = change.since
        elif key in episode.fresh:
            self._leave(episode, key)
        else:
            member.hidden = True
        if not any(m.active for m in episode.members.values()):
            episode.quiet_since = now

    def due(self, now: float, *, held: bool = False) -> tuple[Due, Episode] | None:
        """The report that is due now, if any. A closed episode is forgotten.

        Args:
            now: the agent's clock.
            held: whether reports are held back now. What ends meanwhile gets only its last one.
        """
        episode = self.open
        if episode is None or not self.is_due(now):
            return None
        if held:
            episode.held = now if episode.held is None else episode.held
            return None
        quiet = episode.quiet_since
        over = quiet is not None and now - quiet >= self._quiet
        skipped, episode.held = episode.held is not None and over, None
        if episode.due is not None and not skipped:
            episode.due = None
            episode.reports += 1
            return ("opened" if episode.reports == 1 else "changed"), episode
        episode.reports += 1
        self.open = None
        return "closed", episode

    def is_due(self, now: float) -> bool:
        """Whether a report is due now."""
        episode = self.open
        if episode is None:
            return False
        if episode.due is not None:
            return now >= episode.due
        return episode.quiet_since is not None and now - episode.quiet_since >= self._quiet

    def clock_set(self, by: float) -> None:
        """The agent's clock was set, so many seconds forward: what is awaited moves along."""
        episode = self.open
        if episode is None:
            return
        if episode.due is not None:
            episode.due += by
        if episode.quiet_since is not None:
            episode.quiet_since += by
        if episode.held is not None:
            episode.held += by

    def to_dict(self) -> dict[str, Any] | None:
        """The open episode as JSON can hold it, or None."""
        return asdict(self.open) if self.open else None

    def restore(self, episode: Episode | None, now: float) -> None:
        """Go on with an episode of an earlier run; the clock may be behind what it was then."""
        self.open = episode
        if episode is None:
            return
        if episode.due is not None:
            episode.due = min(episode.due, now + self._settle)
        if episode.quiet_since is not None:
            episode.quiet_since = min(episode.quiet_since, now)
        if episode.held is not None:
            episode.held = min(episode.held, now)

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
        else:
            member.hidden = False
            if not member.active:
                member.active = True
                member.raised += 1

    def _leave(self, episode: Episode, key: str) -> None:
        """Takes a condition out that no report has told of."""
        del episode.members[key]
        episode.fresh.remove(key)
        if not episode.members:
            self.open = None
            return
        episode.started = min(member.onset for member in episode.members.values())
        if not episode.fresh:
            episode.due = None
