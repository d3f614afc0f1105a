"""What is configured of machines: their signals and bounds, their logs, and how faults are told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lamplighter.faults.alarms.settings import Chatter, Flood, Grade, Suppression, Window
from lamplighter.faults.machines.settings import Pattern, Running, Waveform, Zone, fixed_speed
from lamplighter.faults.machines.zones import is_velocity
from lamplighter.faults.signals.learned.settings import Learning
from lamplighter.faults.signals.settings import QUANTITIES, Deviation, Loop, Range

TOPIC_LEVEL = r"[^/+#\s]+"
TOPIC = r"[^+#\x00]+"
CLOCK = r"(?:[01]\d|2[0-3]):[0-5]\d"
GENERIC = "generic"
_FEWEST_TOGETHER = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a tag in its unit; ``deadband`` keeps an alarm until the value is that far back.

    An alarm comes after ``on_delay`` seconds beyond a bound, and goes after ``off_delay`` seconds
    back. Where deadband and delays are not given, they are those of the tag's ``quantity``, or 0.
    ``latching``: every alarm of the tag stays after its return until somebody acknowledges and
    resets it.
    """

    high_high: float | None = None
    high: float | None = None
    low: float | None = None
    low_low: float | None = None
    deadband: float | None = field(default=None, metadata={"min": 0})
    on_delay: float | None = field(default=None, metadata={"min": 0})
    off_delay: float | None = field(default=None, metadata={"min": 0})
    latching: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Bounds that are not in order."""
        given = [
            (name, value)
            for name, value in (
                ("low_low", self.low_low),
                ("low", self.low),
                ("high", self.high),
                ("high_high", self.high_high),
            )
            if value is not None
        ]
        for (below, low), (above, high) in itertools.pairwise(given):
            if low >= high:
                yield above, f"must be above {below} ({low:g}), not {high:g}"


@dataclass(frozen=True, slots=True)
class Rate:
    """The fastest allowed rise and fall, in units within ``per`` seconds.

    ``on_delay``, ``off_delay``: seconds; None: as the limits of the tag.
    """

    rise: float | None = field(default=None, metadata={"min": 0})
    fall: float | None = field(default=None, metadata={"min": 0})
    per: float = field(default=60.0, metadata={"min": 1, "max": 86400})
    on_delay: float | None = field(default=None, metadata={"min": 0})
    off_delay: float | None = field(default=None, metadata={"min": 0})


@dataclass(frozen=True, slots=True)
class Tag:
    """One signal of a machine.

    Attributes:
        topic: where its value arrives.
        path: dotted path into the JSON payload; "" where the payload itself is the number.
        time_path: dotted path of the timestamp, or None: the time of arrival counts.
        unit: the unit its values and limits are in.
        unit_path: dotted path of the unit that the payload says, or None: it says none. Values in
            another unit of the same quantity are converted.
        name: what people call it; "" means the tag's key in words.
        quantity: flow, level, pressure, temperature or other: gives the limits the deadbands and
            delays that ANSI/ISA-18.2 suggests for it, where they have none of their own.
        limits: its bounds.
        rate: its fastest allowed change.
        deviation: how far it may be from its own usual value.
        range: what it can be at all; outside of it, the signal is out of specification.
        loop: whether its values are the mA of a 4-20 mA loop by NAMUR NE 43: ``true``, where
            limits are in mA, too; or what 4 and 20 mA stand for, where they are in that unit.
        stale_after: seconds without a value that raise an alarm, or None.
        stuck_after: seconds of the very same value that raise an alarm, or None.
        stuck_tolerance: what still counts as the same value.
        learned: whether what is usual for it is learned, and what is unusual told.
        zone: the vibration zones that it is told in; they give its limits, where it has none above.
    """

    topic: str = field(metadata={"pattern": TOPIC, "hint": "must be a topic without wildcards"})
    path: str = ""
    time_path: str | None = None
    unit: str = ""
    unit_path: str | None = None
    name: str = ""
    quantity: str = field(default="", metadata={"choices": QUANTITIES})
    limits: Limits = field(default_factory=Limits)
    rate: Rate | None = None
    deviation: Deviation | None = None
    range: Range | None = None
    loop: bool | Loop = False
    stale_after: float | None = field(default=None, metadata={"min": 0.1})
    stuck_after: float | None = field(default=None, metadata={"min": 1})
    stuck_tolerance: float = field(default=0.0, metadata={"min": 0})
    zone: Zone | None = None
    learned: bool = True

    @property
    def value_unit(self) -> str:
        """The unit of the values that count: for a loop, what it is scaled to, or mA."""
        if isinstance(self.loop, Loop):
            return self.loop.unit or self.unit
        return "mA" if self.loop else self.unit

    def problems(self) -> Iterator[tuple[str, str]]:
        """A loop whose values would be in two units."""
        if isinstance(self.loop, Loop) and self.unit not in {"", self.loop.unit}:
            if self.loop.unit:
                yield "loop.unit", f"is not the tag's unit {self.unit!r}"
        elif self.loop is True and self.unit not in {"", "mA"}:
            yield "unit", f"a loop without a scale is in mA, not in {self.unit!r}"
        if self.zone and not self.zone.bounds and not is_velocity(self.value_unit):
            reason = f"the standard's are RMS velocities in mm/s, not {self.value_unit!r}"
            yield "zone", f"{reason}: needs bounds"


@dataclass(frozen=True, slots=True)
class LogTopic:
    """A topic with log lines: plain text, or JSON with the text at ``path``.

    ``notes``: whether people write there: then each message is a note or a ticket, of one line or
    many, which is condensed; ``by_path`` is where a JSON message says who wrote it.
    """

    topic: str = field(metadata={"pattern": TOPIC, "hint": "must be a topic without wildcards"})
    path: str = ""
    level_path: str | None = None
    notes: bool = False
    by_path: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine to be watched.

    ``alarms``: the severity and latching of some of its alarms, by their condition's key, in which
    ``*`` stands for any text; the first one that fits counts. ``suppress``: modes of the machine in
    which some alarms mean nothing. ``running``: how it is known that it runs; None: it is guessed.
    ``pattern``: how its signals are watched together. ``waveforms``: topics with raw vibration.
    """

    asset: str = field(
        metadata={"pattern": TOPIC_LEVEL, "hint": "must be one topic level without spaces"}
    )
    name: str = ""
    machine_class: str = field(default=GENERIC, metadata={"key": "class"})
    area: str | None = None
    tags: dict[str, Tag] = field(default_factory=dict)
    logs: tuple[LogTopic, ...] = ()
    alarms: dict[str, Grade] = field(default_factory=dict)
    suppress: tuple[Suppression, ...] = ()
    running: Running | None = None
    pattern: Pattern = field(default_factory=Pattern)
    waveforms: dict[str, Waveform] = field(default_factory=dict)

    @property
    def together(self) -> tuple[str, ...]:
        """The tags whose pattern is watched: three and more, or none."""
        tags = tuple(tag for tag in self.tags if tag not in self.pattern.leave_out)
        return tags if self.pattern.enabled and len(tags) >= _FEWEST_TOGETHER else ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Tag names that can't be part of a topic, tags and conditions that there are not."""
        for tag in self.tags:
            if any(character in tag for character in "/+# "):
                yield f"tags.{tag}", "must be one topic level without spaces"
        yield from self._unknown_tags()
        # It needs what is defined here.
        from lamplighter.faults.alarms.grading import unknown_in

        yield from unknown_in(self)

    def _unknown_tags(self) -> Iterator[tuple[str, str]]:
        """Tags that are named and not there, and waveforms whose signals would clash with tags."""
        unknown = f"{self.asset} has no tag"
        if self.running is not None and self.running.tag not in self.tags:
            yield "running.tag", f"{unknown} {self.running.tag!r}"
        for key, waveform in self.waveforms.items():
            speed = waveform.speed
            if speed is not None and fixed_speed(speed) is None and speed not in self.tags:
                yield f"waveforms.{key}.speed", f"neither a number of rpm nor a tag: {speed!r}"
            if any(character in key for character in "/+# "):
                yield f"waveforms.{key}", "must be one topic level without spaces"
            for feature in waveform.known_features():
                if f"{key}_{feature}" in self.tags:
                    yield f"waveforms.{key}", f"its signal {key}_{feature} is a tag already"
        for tag in self.pattern.leave_out:
            if tag not in self.tags and not self.waveforms:
                yield "pattern.leave_out", f"{unknown} {tag!r}"


@dataclass(frozen=True, slots=True)
class Faults:
    """How alarms are grouped and reported.

    ``settle``: seconds after the first alarm until the report is written, so that what follows
    joins it. ``quiet``: seconds without an alarm after which an episode is closed. ``tables``: a
    folder of own fault tables, which extend those that come with the package. ``windows``: times
    of maintenance, changeover or cleaning. ``chatter``, ``flood``: when alarms are too many.
    ``stale_alarm_after``: seconds after which an alarm that still stands is listed as stale.
    ``learned``: how what is usual for each signal is learned.
    ``shifts``: times of the day at which a shift ends and its summary is published; [] for none.
    """

    settle: float = field(default=20.0, metadata={"min": 0, "max": 3600})
    quiet: float = field(default=60.0, metadata={"min": 0, "max": 86400})
    tables: Path | None = None
    windows: tuple[Window, ...] = ()
    chatter: Chatter = field(default_factory=Chatter)
    flood: Flood = field(default_factory=Flood)
    learned: Learning = field(default_factory=Learning)
    stale_alarm_after: float = field(default=86400.0, metadata={"min": 60})
    shifts: tuple[str, ...] = field(
        default=("06:00",), metadata={"pattern": CLOCK, "hint": "must be a time such as 06:00"}
    )
