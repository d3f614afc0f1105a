"""What a user may set of the store: where it is, how much it keeps, how it treats its disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

_MIB = 1024 * 1024
_WHEN_FULL = ("refuse", "coalesce", "thin", "drop")


def default_store(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the store is when nobody says.

    systemd's state directory in a service, ``/var/lib/lamplighter`` where that can be written,
    else the user's state directory.
    """
    given = environment.get("STATE_DIRECTORY")
    if given:
        return Path(given.split(":")[0])
    system = Path("/var/lib/lamplighter")
    if os.access(system if system.exists() else system.parent, os.W_OK):
        return system
    home = environment.get("XDG_STATE_HOME") or Path(environment.get("HOME", "/")) / ".local/state"
    return Path(home) / "lamplighter"


@dataclass(frozen=True, slots=True)
class LaneBounds:
    """How much may wait in a lane of one link, and what happens near that.

    Attributes:
        max_bytes: of payloads and topics, and 160 for each message besides; None: ``share`` of the
            store's ``max_bytes``.
        share: see ``max_bytes``.
        max_rows: messages.
        max_age: seconds; None: as old as it gets.
        when_full: ``refuse`` what comes (whoever sent it is told), ``coalesce`` to the last
            message of each topic, ``thin`` readings to least, mean, greatest and count of an
            interval, or ``drop`` the oldest. What coalescing and thinning can't bring below the
            bounds is dropped, oldest first.
    """

    max_bytes: int | None = field(default=None, metadata={"min": 64 * 1024})
    share: float = field(default=0.1, metadata={"min": 0.001, "max": 0.9})
    max_rows: int | None = field(default=None, metadata={"min": 10})
    max_age: float | None = field(default=None, metadata={"min": 1})
    when_full: str = field(default="drop", metadata={"choices": _WHEN_FULL})


@dataclass(frozen=True, slots=True)
class Lanes:
    """The bounds of each lane; a share is of the store's ``max_bytes``.

    What a user does not set of a lane is as here.
    """

    commands: LaneBounds = LaneBounds(share=0.02, when_full="refuse")
    alarms: LaneBounds = LaneBounds(share=0.08, when_full="drop")
    states: LaneBounds = LaneBounds(share=0.10, when_full="coalesce")
    telemetry: LaneBounds = LaneBounds(share=0.50, when_full="thin")

    def problems(self) -> Iterator[tuple[str, str]]:
        """Shares that leave nothing for anything else."""
        total = sum(getattr(self, each.name).share for each in fields(self))
        if total > 0.95:
            yield "telemetry", f"the lanes' shares add up to {total:.2f}; at most 0.95 is left"
        if self.commands.when_full != "refuse":
            reason = f"must be refuse, not {self.commands.when_full!r}: no command goes unnoticed"
            yield "commands.when_full", reason


@dataclass(frozen=True, slots=True)
class Flash:
    """How the disk is spared.

    Attributes:
        profile: ``disk`` commits what waits at once. ``flash`` (SD card, eMMC) and ``battery``
            let readings and states wait for company, longer the busier it is: up to
            ``longest_commit`` seconds. Commands, replies and alarms never wait.
        longest_commit: seconds; None: 0.25 for ``flash``, 2 for ``battery``.
        bytes_per_day: budget of bytes written; when the day's use runs ahead of it, commits wait
            as with ``battery``, and ``health`` says so.
    """

    profile: str = field(default="disk", metadata={"choices": ("disk", "flash", "battery")})
    longest_commit: float | None = field(default=None, metadata={"min": 0, "max": 30})
    bytes_per_day: int | None = field(default=None, metadata={"min": _MIB})


@dataclass(frozen=True, slots=True)
class Encryption:
    """Payloads are encrypted on disk (AES-256-GCM).

    ``key_file``: 32 bytes, raw or as 64 hex digits; None: the systemd credential ``store-key``.
    It may hold several keys, one a line: the first encrypts, those below it are older ones.
    """

    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Store:
    """Where messages, states, history and alarms are kept, and how much of them."""

    path: Path = field(default_factory=default_store)
    max_bytes: int = field(default=512 * _MIB, metadata={"min": 8 * _MIB})
    history_days: float = field(default=30.0, metadata={"min": 0})
    history_rows: int = field(default=5_000_000, metadata={"min": 1000})
    lanes: Lanes = field(default_factory=Lanes)
    flash: Flash = field(default_factory=Flash)
    encryption: Encryption | None = None

    def problems(self) -> Iterator[tuple[str, str]]:
        """Lanes that may hold more than the store."""
        for lane in fields(self.lanes):
            size = getattr(self.lanes, lane.name).max_bytes
            if size is not None and size > self.max_bytes:
                reason = f"is more than the store's max_bytes, {self.max_bytes}"
                yield f"lanes.{lane.name}.max_bytes", reason
