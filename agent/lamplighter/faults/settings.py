"""What is configured of machines: their signals and bounds, their logs, and how faults are told."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOPIC_LEVEL = r"[^/+#\s]+"
TOPIC = r"[^+#\x00]+"
GENERIC = "generic"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a tag in its unit; ``deadband`` keeps an alarm until the value is that far back.

    ``latching``: every alarm of the tag stays after its return until somebody acknowledges and
    resets it.
    """

    high_high: float | None = None
    high: float | None = None
    low: float | None = None
    low_low: float | None = None
    deadband: float = field(default=0.0, metadata={"min": 0})
    on_delay: float = field(default=0.0, metadata={"min": 0})
    off_delay: float = field(default=0.0, metadata={"min": 0})
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
    """The fastest allowed rise and fall, in units within ``per`` seconds."""

    rise: float | None = field(default=None, metadata={"min": 0})
    fall: float | None = field(default=None, metadata={"min": 0})
    per: float = field(default=60.0, metadata={"min": 1, "max": 86400})


@dataclass(frozen=True, slots=True)
class Tag:
    """One signal of a machine.

    Attributes:
        topic: where its value arrives.
        path: dotted path into the JSON payload; "" where the payload itself is the number.
        time_path: dotted path of the timestamp, or None: the time of arrival counts.
        unit: the unit its values and limits are in.
        name: what people call it; "" means the tag's key in words.
        limits: its bounds.
        rate: its fastest allowed change.
        stale_after: seconds without a value that raise an alarm, or None.
        stuck_after: seconds of the very same value that raise an alarm, or None.
        stuck_tolerance: what still counts as the same value.
    """

    topic: str = field(metadata={"pattern": TOPIC, "hint": "must be a topic without wildcards"})
    path: str = ""
    time_path: str | None = None
    unit: str = ""
    name: str = ""
    limits: Limits = field(default_factory=Limits)
    rate: Rate | None = None
    stale_after: float | None = field(default=None, metadata={"min": 0.1})
    stuck_after: float | None = field(default=None, metadata={"min": 1})
    stuck_tolerance: float = field(default=0.0, metadata={"min": 0})


@dataclass(frozen=True, slots=True)
class LogTopic:
    """A topic with log lines: plain text, or JSON with the text at ``path``."""

    topic: str = field(metadata={"pattern": TOPIC, "hint": "must be a topic without wildcards"})
    path: str = ""
    level_path: str | None = None


@dataclass(frozen=True, slots=True)
class Machine:
    """A machine to be watched."""

    asset: str = field(
        metadata={"pattern": TOPIC_LEVEL, "hint": "must be one topic level without spaces"}
    )
    name: str = ""
    machine_class: str = field(default=GENERIC, metadata={"key": "class"})
    area: str | None = None
    tags: dict[str, Tag] = field(default_factory=dict)
    logs: tuple[LogTopic, ...] = ()

    def problems(self) -> Iterator[tuple[str, str]]:
        """Tag names that can't be part of a topic."""
        for tag in self.tags:
            if any(character in tag for character in "/+# "):
                yield f"tags.{tag}", "must be one topic level without spaces"


@dataclass(frozen=True, slots=True)
class Faults:
    """How alarms are grouped and reported.

    ``settle``: seconds after the first alarm until the report is written, so that what follows
    joins it. ``quiet``: seconds without an alarm after which an episode is closed. ``tables``: a
    folder of own fault tables, which extend those that come with the package.
    """

    settle: float = field(default=20.0, metadata={"min": 0, "max": 3600})
    quiet: float = field(default=60.0, metadata={"min": 0, "max": 86400})
    tables: Path | None = None
