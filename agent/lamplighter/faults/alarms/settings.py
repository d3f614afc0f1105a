"""What is configured of alarms beside their limits: grades, suppression, windows, floods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ALL = "*"
_SEVERITIES = ("advisory", "warning", "critical")
_TIME = {"pattern": r"(?:[01]?\d|2[0-3]):[0-5]\d", "hint": "must be a time of day such as 06:30"}


def matches(key: str, patterns: tuple[str, ...]) -> bool:
    """Whether a condition's key is one of the patterns; ``*`` stands for any text in them."""
    return any(_fits(key, pattern.split(ALL)) for pattern in patterns)


def _fits(key: str, parts: list[str]) -> bool:
    """Whether the parts follow each other in the key, the first and the last one at its ends."""
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return key == first
    if len(key) < len(first) + len(last) or not (key.startswith(first) and key.endswith(last)):
        return False
    at, end = len(first), len(key) - len(last)
    for part in parts[1:-1]:
        found = key.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True


@dataclass(frozen=True, slots=True)
class Grade:
    """What is said of some conditions' alarms; what is not said is as it is for their kind.

    Attributes:
        severity: advisory, warning or critical: how soon an operator has to act.
        latching: whether it stays after its return until somebody acknowledges and resets it.
    """

    severity: str | None = field(default=None, metadata={"choices": _SEVERITIES})
    latching: bool | None = None


@dataclass(frozen=True, slots=True)
class When:
    """What holds while a signal of the same machine is below, above, or exactly at a value."""

    tag: str
    below: float | None = None
    above: float | None = None
    value: float | None = field(default=None, metadata={"key": "is"})

    def problems(self) -> Iterator[tuple[str, str]]:
        """None or several of the comparisons."""
        if sum(each is not None for each in (self.below, self.above, self.value)) != 1:
            yield "", "needs one of below, above and is"

    def holds(self, value: float) -> bool:
        """Whether it holds at this value of the signal."""
        if self.below is not None:
            return value < self.below
        if self.above is not None:
            return value > self.above
        return value == self.value


@dataclass(frozen=True, slots=True)
class Suppression:
    """Alarms that mean nothing while the machine is in some mode: suppressed by design.

    Attributes:
        when: the mode.
        conditions: the conditions' keys, such as ``pressure_low``; ``*`` stands for any text.
        delay: seconds that it goes on after the mode has ended: what a start takes.
        name: what the alarms' records name as the reason; "" is made from ``when``.
    """

    when: When
    conditions: tuple[str, ...] = (ALL,)
    delay: float = field(default=0.0, metadata={"min": 0, "max": 86400})
    name: str = ""

    @property
    def called(self) -> str:
        """Its name, or what it depends on: ``current below 1``."""
        if self.name:
            return self.name
        when = self.when
        for word, bound in (("below", when.below), ("above", when.above)):
            if bound is not None:
                return f"{when.tag} {word} {bound:g}"
        return f"{when.tag} is {when.value:g}"


@dataclass(frozen=True, slots=True)
class Window:
    """A time of the week in which alarms are suppressed: maintenance, changeover, cleaning.

    Times are of the home's time zone. One that ends before it begins goes on past midnight, and
    belongs to the day on which it began.

    Attributes:
        name: what the alarms' records name as the reason.
        start: ``from``: when it begins.
        end: ``to``: when it ends; the same as ``from``: a day later.
        days: on which it begins.
        conditions: what is suppressed; ``*`` stands for any text.
        machines: the assets that it is for; none: all of them.
    """

    name: str
    start: str = field(metadata={"key": "from", **_TIME})
    end: str = field(metadata={"key": "to", **_TIME})
    days: tuple[str, ...] = field(default=DAYS, metadata={"choices": DAYS})
    conditions: tuple[str, ...] = (ALL,)
    machines: tuple[str, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """No day, or no name."""
        if not self.days:
            yield "days", "must name a day"
        if not self.name.strip():
            yield "name", "must be a name"


@dataclass(frozen=True, slots=True)
class Chatter:
    """When an alarm chatters, and how long it must be quiet again.

    Attributes:
        count: so many times ...
        within: ... in so many seconds (the standard's: three in a minute). From then on a return
            counts only after it lasted for ``hold`` seconds, so that the alarm stands instead of
            coming and going.
        hold: and so long without a change ends the chattering.
    """

    count: int = field(default=3, metadata={"min": 2, "max": 1000})
    within: float = field(default=60.0, metadata={"min": 1, "max": 3600})
    hold: float = field(default=60.0, metadata={"min": 0, "max": 86400})


@dataclass(frozen=True, slots=True)
class Flood:
    """When alarms are a flood, over all machines, and what is still reported in it at once.

    Attributes:
        above: more alarms than this ...
        within: ... in so many seconds begin it (the standard's: ten in ten minutes).
        below: fewer than this in the same time end it.
        reports: how many reports are written at once in that time; those of the gravest come
            first, and the others when the flood is over.
    """

    above: int = field(default=10, metadata={"min": 1})
    within: float = field(default=600.0, metadata={"min": 60, "max": 3600})
    below: int = field(default=5, metadata={"min": 1})
    reports: int = field(default=5, metadata={"min": 0})

    def problems(self) -> Iterator[tuple[str, str]]:
        """A flood that ends before it began."""
        if self.below > self.above:
            yield "below", f"must be at most above ({self.above}), not {self.below}"
