"""The home's time zone: the one that is configured, or else this machine's."""

from __future__ import annotations

from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

LOCALTIME = Path("/etc/localtime")
"""Where a machine keeps its time zone."""


def home_zone(name: str | None, localtime: Path = LOCALTIME) -> tzinfo:
    """The zone of that name; without one the machine's, and UTC where that can't be told.

    It knows when clocks are put forward and back, which a mere offset does not.
    """
    if name is not None:
        return ZoneInfo(name)
    try:
        with localtime.open("rb") as file:
            return ZoneInfo.from_file(file, key=str(localtime))
    except (OSError, ValueError):
        return UTC
