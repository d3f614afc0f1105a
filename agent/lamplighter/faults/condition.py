"""What can be wrong with a signal: the conditions that a machine's configuration asks for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from sys import intern

from lamplighter.faults.settings import Machine, Tag

BROKEN_BELOW = 3.6
"""This loop current and less, in mA, tell of a failure (NAMUR NE 43): a broken loop, for one."""
DISTURBED_FROM = 3
"""Of sixteen values in a row so many wrong ones make a signal a disturbed one."""


class Kind(StrEnum):
    """The kinds of condition; the value is the end of the condition's name."""

    HIGH_HIGH = "high_high"
    HIGH = "high"
    LOW = "low"
    LOW_LOW = "low_low"
    RISING_FAST = "rising_fast"
    FALLING_FAST = "falling_fast"
    ABOVE_USUAL = "above_usual"
    BELOW_USUAL = "below_usual"
    SHIFTED_UP = "shifted_up"
    SHIFTED_DOWN = "shifted_down"
    DRIFTING_UP = "drifting_up"
    DRIFTING_DOWN = "drifting_down"
    UNSTEADY = "unsteady"
    SPIKING = "spiking"
    UNUSUAL = "unusual"
    PATTERN = "pattern"
    STALE = "stale"
    STUCK = "stuck"
    LOOP = "loop_fault"
    DISTURBED = "disturbed"


class Severity(StrEnum):
    """How bad an alarm is; :func:`rank` orders them."""

    ADVISORY = "advisory"
    WARNING = "warning"
    CRITICAL = "critical"


LIMIT_KINDS = frozenset({Kind.HIGH_HIGH, Kind.HIGH, Kind.LOW, Kind.LOW_LOW})
RATE_KINDS = frozenset({Kind.RISING_FAST, Kind.FALLING_FAST})
SIGNAL_KINDS = frozenset({Kind.STALE, Kind.STUCK, Kind.LOOP, Kind.DISTURBED})
"""What says something of the signal (sensor, wiring, source), and nothing of the machine."""
USUAL_KINDS = frozenset({Kind.ABOVE_USUAL, Kind.BELOW_USUAL})
LEARNED_KINDS = frozenset(
    {
        Kind.SHIFTED_UP, Kind.SHIFTED_DOWN, Kind.DRIFTING_UP, Kind.DRIFTING_DOWN, Kind.UNSTEADY,
        Kind.SPIKING, Kind.UNUSUAL, Kind.PATTERN,
    }
)  # fmt: skip
"""What was learned on the gateway: its limits are the detector's own."""
UPWARD = frozenset(
    {
        Kind.HIGH_HIGH, Kind.HIGH, Kind.RISING_FAST, Kind.ABOVE_USUAL, Kind.SHIFTED_UP,
        Kind.DRIFTING_UP,
    }
)  # fmt: skip
DOWNWARD = frozenset(
    {
        Kind.LOW_LOW, Kind.LOW, Kind.FALLING_FAST, Kind.BELOW_USUAL, Kind.SHIFTED_DOWN,
        Kind.DRIFTING_DOWN,
    }
)  # fmt: skip

_SEVERITIES = {
    Kind.HIGH_HIGH: Severity.CRITICAL,
    Kind.LOW_LOW: Severity.CRITICAL,
    Kind.STUCK: Severity.ADVISORY,
    Kind.DISTURBED: Severity.ADVISORY,
    **dict.fromkeys(LEARNED_KINDS, Severity.ADVISORY),
}
_TIMES_LEARNED = "times the learned limit"
_LIMIT_UNITS = {Kind.LOOP: "mA", Kind.DISTURBED: "values"}
_RANKS = {Severity.ADVISORY: 0, Severity.WARNING: 1, Severity.CRITICAL: 2}
_WORDS = {
    Kind.HIGH_HIGH: "very high",
    Kind.HIGH: "high",
    Kind.LOW: "low",
    Kind.LOW_LOW: "very low",
    Kind.RISING_FAST: "rising fast",
    Kind.FALLING_FAST: "falling fast",
    Kind.ABOVE_USUAL: "above its usual value",
    Kind.BELOW_USUAL: "below its usual value",
    Kind.SHIFTED_UP: "at a higher level",
    Kind.SHIFTED_DOWN: "at a lower level",
    Kind.DRIFTING_UP: "drifting up",
    Kind.DRIFTING_DOWN: "drifting down",
    Kind.UNSTEADY: "unsteady",
    Kind.SPIKING: "spiking",
    Kind.UNUSUAL: "unusual",
    Kind.PATTERN: "out of step with each other",
    Kind.STALE: "without new values",
    Kind.STUCK: "stuck at one value",
    Kind.LOOP: "with a broken loop",
    Kind.DISTURBED: "disturbed",
}


def kind_words(kind: str) -> str:
    """A kind of condition in words: ``very high``; of a kind that there is not, the kind itself."""
    return _WORDS.get(Kind(kind), kind) if kind in set(Kind) else kind


def rank(severity: Severity) -> int:
    """The severity's place: 0 for the least."""
    return _RANKS[severity]


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that can be wrong with one signal of one machine.

    A pattern is the machine's: it is told at the signal that contributes most, once it came.

    Attributes:
        asset: the machine.
        tag: its signal.
        kind: what can be wrong.
        machine: what people call the machine.
        signal: what people call the signal.
        unit: the unit of ``limit`` and of the signal's values; of a rate: within ``per`` seconds.
        limit: the bound: of the value, of its change within ``per`` seconds, of its distance from
            its usual value, in seconds for a stale or stuck signal, in mA for a broken loop.
        per: the window of a rate, in seconds; 0 for the other kinds.
        latching: whether its alarm stays after its return until an operator resets it.
        graded: the severity that it was given; None: that of its kind.
    """

    asset: str
    tag: str
    kind: Kind
    machine: str
    signal: str
    unit: str
    limit: float
    per: float = 0.0
    latching: bool = False
    graded: Severity | None = None

    @property
    def key(self) -> str:
        """The condition's name in topics: ``vibration_high``; of the machine's: ``pattern``."""
        if self.kind is Kind.PATTERN:
            return str(self.kind)
        # Several tables are kept by it: it is one text for all of them.
        return intern(f"{self.tag}_{self.kind}")

    @property
    def name(self) -> str:
        """What people call it, such as ``Feed pump vibration very high``."""
        if self.kind is Kind.PATTERN:
            return f"{self.machine} signals {_WORDS[self.kind]}"
        return f"{self.machine} {self.signal} {_WORDS[self.kind]}"

    @property
    def severity(self) -> Severity:
        """How bad its alarm is."""
        return self.graded or _SEVERITIES.get(self.kind, Severity.WARNING)

    @property
    def limit_unit(self) -> str:
        """The unit of ``limit``."""
        if self.kind is Kind.PATTERN:
            return _TIMES_LEARNED
        if self.kind in SIGNAL_KINDS:
            return _LIMIT_UNITS.get(self.kind, "s")
        return f"{self.unit}/{self.per:g} s" if self.per else self.unit


def machine_name(machine: Machine) -> str:
    """What people call the machine; its asset where the configuration has no name."""
    return machine.name or machine.asset


def tag_name(key: str, tag: Tag) -> str:
    """What people call the signal; its key in words where the configuration has no name."""
    return tag.name or " ".join(key.replace("_", " ").replace("-", " ").split())


def conditions_of(machine: Machine) -> list[Condition]:
    """Every condition that the machine's configuration asks for, tag by tag, its pattern last.

    What is learned, and :func:`disturbed_of`, are made when they first come.
    """
    pattern = pattern_of(machine)
    return [
        Condition(
            asset=machine.asset,
            tag=key,
            kind=kind,
            machine=machine_name(machine),
            signal=name,
            unit=tag.value_unit,
            limit=limit,
            per=tag.rate.per if tag.rate and kind in RATE_KINDS else 0.0,
            latching=tag.limits.latching,
        )
        for key, tag, name in [(key, tag, tag_name(key, tag)) for key, tag in machine.tags.items()]
        for kind, limit in _wanted(tag).items()
        if limit is not None
    ] + ([pattern] if pattern else [])


def disturbed_of(machine: Machine, key: str) -> Condition:
    """The condition that a signal's input is wrong: each signal can have it, few ever do."""
    tag = machine.tags[key]
    return Condition(
        asset=machine.asset,
        tag=key,
        kind=Kind.DISTURBED,
        machine=machine_name(machine),
        signal=tag_name(key, tag),
        unit=tag.value_unit,
        limit=float(DISTURBED_FROM),
        latching=tag.limits.latching,
    )


def disturbed_tag(machine: Machine, key: str) -> str | None:
    """The tag of which a condition's key says that it is disturbed; None: of none."""
    tag = key.removesuffix(f"_{Kind.DISTURBED}")
    return tag if tag != key and tag in machine.tags else None


def pattern_of(machine: Machine) -> Condition | None:
    """The condition that the machine's signals are out of step; None where none is watched.

    It stands at the first of them until it comes.
    """
    if not machine.together:
        return None
    key = machine.together[0]
    tag = machine.tags[key]
    return Condition(
        asset=machine.asset,
        tag=key,
        kind=Kind.PATTERN,
        machine=machine_name(machine),
        signal=tag_name(key, tag),
        unit=tag.value_unit,
        limit=1.0,
    )


def _wanted(tag: Tag) -> dict[Kind, float | None]:
    return {
        Kind.HIGH_HIGH: tag.limits.high_high,
        Kind.HIGH: tag.limits.high,
        Kind.LOW: tag.limits.low,
        Kind.LOW_LOW: tag.limits.low_low,
        Kind.RISING_FAST: tag.rate.rise if tag.rate else None,
        Kind.FALLING_FAST: tag.rate.fall if tag.rate else None,
        Kind.ABOVE_USUAL: tag.deviation.above if tag.deviation else None,
        Kind.BELOW_USUAL: tag.deviation.below if tag.deviation else None,
        Kind.STALE: tag.stale_after,
        Kind.STUCK: tag.stuck_after,
        Kind.LOOP: BROKEN_BELOW if tag.loop else None,
    }
