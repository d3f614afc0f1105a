"""An alarm with what is told beside its state: since when, and what was done to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lamplighter.faults.alarms.life_cycle import Alarm, State
from lamplighter.faults.condition import Condition
from lamplighter.faults.stored import mapping, maybe_moment, moment, text


@dataclass(frozen=True, slots=True)
class Done:
    """The last operation on an alarm: who did what, and when (UTC seconds)."""

    op: str
    by: str
    at: float


@dataclass(slots=True)
class Raised:
    """An alarm with what is told beside its state.

    Attributes:
        condition: what is wrong.
        alarm: its state.
        since: since when, UTC seconds; None: it never held.
        announced: when operators were told of it last, UTC seconds.
        done: what was done to it last.
    """

    condition: Condition
    alarm: Alarm
    since: float | None = None
    announced: float | None = None
    done: Done | None = None

    @property
    def pristine(self) -> bool:
        """Whether it is as at the very first: nothing of it has to be kept."""
        alarm = self.alarm
        quiet = alarm.cycle is State.NORMAL and not alarm.hidden and not alarm.active
        return quiet and self.since is None and self.done is None

    def resumed(self, now: float) -> None:
        """The agent started again; the clock may be behind what it was."""
        self.alarm.resumed(now)
        if self.announced is not None:
            self.announced = min(self.announced, now)

    def to_dict(self) -> dict[str, Any]:
        """What must survive a restart, as JSON can hold it."""
        done = self.done
        return {
            "since": self.since,
            "limit": self.condition.limit,
            "announced": self.announced,
            "done": None if done is None else {"op": done.op, "by": done.by, "at": done.at},
            **self.alarm.to_dict(),
        }

    @classmethod
    def read(cls, stored: dict[str, Any], condition: Condition) -> Raised:
        """What :meth:`to_dict` described.

        Raises:
            PayloadError: it is not such a description.
        """
        return cls(
            condition,
            Alarm.from_dict(stored, latching=condition.latching),
            maybe_moment(stored.get("since"), "since"),
            maybe_moment(stored.get("announced"), "announced"),
            _done(stored.get("done")),
        )


def _done(stored: Any) -> Done | None:
    if stored is None:
        return None
    done = mapping(stored, "done")
    return Done(
        text(done.get("op"), "op"), text(done.get("by"), "by"), moment(done.get("at"), "at")
    )
