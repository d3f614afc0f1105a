"""The life of one alarm, by ISA-18.2 and IEC 62682.

The condition moves the alarm between Normal, Unacknowledged, Acknowledged and
Returned-unacknowledged; a latching alarm stays Latched after its return until it is acknowledged
and reset. Shelving (for a time), suppression (by logic) and out of service (by maintenance) hide
it: they are kept beside the life cycle, each by itself, and the strongest one is the state that
shows: out of service, then suppressed, then shelved. When the last of them ends, the alarm is what
its condition then is, as by the standard's ways out of these states: Unacknowledged, also where it
had been acknowledged before it was hidden, or Normal (Latched where a latching one was not reset).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.stored import (
    SNAPSHOT,
    flag,
    mapping,
    maybe_moment,
    moment,
    text,
)


class State(StrEnum):
    """The states of an alarm; the values are what is published."""

    NORMAL = "normal"
    UNACKNOWLEDGED = "unacknowledged"
    ACKNOWLEDGED = "acknowledged"
    RETURNED_UNACKNOWLEDGED = "returned_unacknowledged"
    LATCHED_UNACKNOWLEDGED = "latched_unacknowledged"
    LATCHED_ACKNOWLEDGED = "latched_acknowledged"
    SHELVED = "shelved"
    SUPPRESSED = "suppressed_by_design"
    OUT_OF_SERVICE = "out_of_service"


BY_HAND = "by hand"
"""The source of a suppression that somebody asked for."""

_AFTER_ACK = {
    State.UNACKNOWLEDGED: State.ACKNOWLEDGED,
    State.RETURNED_UNACKNOWLEDGED: State.NORMAL,
    State.LATCHED_UNACKNOWLEDGED: State.LATCHED_ACKNOWLEDGED,
}
_AFTER_RETURN = {
    State.UNACKNOWLEDGED: State.RETURNED_UNACKNOWLEDGED,
    State.ACKNOWLEDGED: State.NORMAL,
}
_UNLATCHED = {
    State.LATCHED_UNACKNOWLEDGED: State.RETURNED_UNACKNOWLEDGED,
    State.LATCHED_ACKNOWLEDGED: State.NORMAL,
}
_AFTER_LATCHED_RETURN = {
    State.UNACKNOWLEDGED: State.LATCHED_UNACKNOWLEDGED,
    State.ACKNOWLEDGED: State.LATCHED_ACKNOWLEDGED,
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Who did something, and when (UTC seconds)."""

    by: str
    at: float


@dataclass(slots=True)
class Alarm:
    """One alarm; every operation says whether it changed anything.

    Attributes:
        latching: whether it must be reset by hand after its return.
        active: whether the condition holds, whatever the alarm's state.
        cycle: the life cycle's state, without shelving, suppression and out of service.
        ack: the acknowledgement of the present alarm.
        shelved: who shelved it and when; None: not shelved.
        shelved_until: when the shelf ends, UTC seconds.
        suppressors: what suppresses it, and since when, by the source: a rule, a window, or
            :data:`BY_HAND`.
        serviced: who took it out of service, and when.
    """

    latching: bool = False
    active: bool = False
    cycle: State = State.NORMAL
    ack: Mark | None = None
    shelved: Mark | None = None
    shelved_until: float | None = None
    suppressors: dict[str, Mark] = field(default_factory=dict)
    serviced: Mark | None = None

    @property
    def suppressed(self) -> Mark | None:
        """By what it is suppressed, and since when: the first of what does so; None: by nothing."""
        return next(iter(self.suppressors.values()), None)

    @property
    def state(self) -> State:
        """The state that shows."""
        if self.serviced:
            return State.OUT_OF_SERVICE
        if self.suppressors:
            return State.SUPPRESSED
        return State.SHELVED if self.shelved else self.cycle

    @property
    def hidden(self) -> bool:
        """Whether operators are not to be told of it."""
        return bool(self.serviced or self.suppressors or self.shelved)

    def condition(self, *, active: bool) -> bool:
        """The condition began to hold, or ceased to (delays and deadband already applied)."""
        if active is self.active:
            return False
        self.active = active
        if active:
            self.cycle = State.UNACKNOWLEDGED
            self.ack = None
        else:
            after = _AFTER_LATCHED_RETURN if self.latching else _AFTER_RETURN
            self._move(after.get(self.cycle, self.cycle))
        return True

    def acknowledge(self, by: str, at: float) -> bool:
        """An operator has seen it. A hidden alarm can't be acknowledged."""
        if self.hidden or self.cycle not in _AFTER_ACK:
            return False
        self.ack = Mark(by, at)
        self._move(_AFTER_ACK[self.cycle])
        return True

    def reset(self) -> bool:
        """An operator ends a latched alarm that has returned and been acknowledged."""
        if self.hidden or self.cycle is not State.LATCHED_ACKNOWLEDGED:
            return False
        self._move(State.NORMAL)
        return True

    def shelve(self, by: str, at: float, until: float) -> bool:
        """An operator hides it until a time; shelving again changes the time.

        What is suppressed or out of service can be shelved, too: that shows when they end.
        """
        if until <= at:
            return False
        self.shelved = Mark(by, at)
        self.shelved_until = until
        return True

    def unshelve(self) -> bool:
        """An operator takes it off the shelf early."""
        if not self.shelved:
            return False
        self.shelved = self.shelved_until = None
        self._resume()
        return True

    def clock_set(self, by: float) -> bool:
        """The agent's clock was set, so many seconds forward; True where that moves its end."""
        if self.shelved_until is None:
            return False
        self.shelved_until += by
        return True

    def resumed(self, now: float) -> None:
        """The agent started again: a shelf lasts no longer than it was to, whatever the clock."""
        if self.shelved is not None and self.shelved_until is not None:
            lasts = max(0.0, self.shelved_until - self.shelved.at)
            self.shelved_until = min(self.shelved_until, now + lasts)

    def expire(self, now: float) -> bool:
        """Take it off the shelf where its time is over."""
        if self.shelved_until is None or now < self.shelved_until:
            return False
        return self.unshelve()

    def suppress(self, by: str, at: float, *, source: str = BY_HAND) -> bool:
        """Logic hides it: it means nothing in the machine's present mode.

        Args:
            by: the name of what suppresses it.
            at: UTC seconds.
            source: ends together with what gave it; others go on.
        """
        if source in self.suppressors:
            return False
        self.suppressors[source] = Mark(by, at)
        return True

    def unsuppress(self, *, source: str = BY_HAND) -> bool:
        """The source ceased to hide it."""
        if self.suppressors.pop(source, None) is None:
            return False
        self._resume()
        return True

    def take_out_of_service(self, by: str, at: float) -> bool:
        """Maintenance takes it away, without an end."""
        if self.serviced:
            return False
        self.serviced = Mark(by, at)
        return True

    def return_to_service(self) -> bool:
        """Maintenance gives it back."""
        if not self.serviced:
            return False
        self.serviced = None
        self._resume()
        return True

    def to_dict(self) -> dict[str, Any]:
        """The alarm as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any], *, latching: bool) -> Alarm:
        """The alarm that :meth:`to_dict` described; other keys are left out.

        Args:
            stored: the description.
            latching: whether it latches now, whatever it did then; one that no longer does is
                taken off its latch.

        Raises:
            PayloadError: the description is not one of an alarm.
        """
        alarm = cls(
            latching=latching,
            active=flag(stored.get("active"), "active"),
            cycle=_cycle(stored.get("cycle")),
            ack=_mark(stored, "ack"),
            shelved=_mark(stored, "shelved"),
            shelved_until=maybe_moment(stored.get("shelved_until"), "shelved_until"),
            suppressors=_suppressors(stored),
            serviced=_mark(stored, "serviced"),
        )
        if not latching and alarm.cycle in _UNLATCHED:
            alarm.cycle = _UNLATCHED[alarm.cycle]
        return alarm

    def _resume(self) -> None:
        """Show again, as the condition now is."""
        if self.hidden:
            return
        latched = self.latching and self.cycle is not State.NORMAL
        if self.active:
            self.cycle = State.UNACKNOWLEDGED
            self.ack = None
        else:
            self._move(State.LATCHED_UNACKNOWLEDGED if latched else State.NORMAL)

    def _move(self, cycle: State) -> None:
        self.cycle = cycle
        if cycle in {State.NORMAL, State.LATCHED_UNACKNOWLEDGED}:
            self.ack = None


def _suppressors(stored: dict[str, Any]) -> dict[str, Mark]:
    kept = mapping(stored.get("suppressors", {}), "suppressors")
    marks = {source: mark for source in kept if (mark := _mark(kept, source)) is not None}
    # An earlier version knew a single one, which somebody had asked for.
    if (former := _mark(stored, "suppressed")) is not None:
        marks[BY_HAND] = former
    return marks


def _mark(stored: Mapping[str, Any], name: str) -> Mark | None:
    if stored.get(name) is None:
        return None
    mark = mapping(stored[name], name)
    return Mark(text(mark.get("by"), f"{name}.by"), moment(mark.get("at"), f"{name}.at"))


def _cycle(value: Any) -> State:
    try:
        return State(value)
    except ValueError as error:
        raise PayloadError(SNAPSHOT, "is no state of an alarm", "cycle") from error
