"""What Linux knows of time: the boot, how long it is up, and whether the wall's clock is right."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CHIP = Path("/sys/class/rtc/rtc0")
_TIMESYNC = Path("/run/systemd/timesync/synchronized")

# struct timex of <sys/timex.h> is shorter than this everywhere; ``status`` comes after one int
# and four longs, each long aligned to its size.
_TIMEX_BYTES = 512
_STATUS_AT = 5 * ctypes.sizeof(ctypes.c_long)
_STA_UNSYNC = 0x0040


@dataclass(frozen=True, slots=True)
class Clocks:
    """Where time comes from.

    Attributes:
        wall: UTC seconds, right or wrong.
        uptime: seconds since the boot, those asleep included.
        boot: the boot's id.
        synchronised: whether something sets the wall's clock by a better one just now.
        has_chip: whether a clock with a battery keeps the time while the power is off.
    """

    wall: Callable[[], float]
    uptime: Callable[[], float]
    boot: str
    synchronised: Callable[[], bool]
    has_chip: bool


def host_clocks() -> Clocks:
    """The clocks of this computer."""
    return Clocks(time.time, uptime, boot_id(), is_synchronised, _CHIP.exists())


def uptime() -> float:
    """Seconds since the boot, those asleep included."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def boot_id(path: Path = _BOOT_ID) -> str:
    """The boot's id; where Linux gives none, one that no other boot has: its time to the second."""
    try:
        return path.read_text(encoding="ascii").strip()
    except OSError:
        return f"since-{time.time() - uptime():.0f}"


def is_synchronised(timesync: Path = _TIMESYNC) -> bool:
    """Whether the kernel, or where it can't be asked systemd-timesyncd, says so.

    chrony, ntpd and systemd-timesyncd all tell the kernel; a PTP or GPS daemon that does not is
    not known of here. Setting the clock by hand makes the kernel say no until the next correction.
    """
    status = _kernel_status()
    if status is not None:
        return not status & _STA_UNSYNC
    return timesync.exists()


def _kernel_status() -> int | None:
    """The status of adjtimex(2), which changes nothing when asked so; None where it fails."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)
    try:
        state = ctypes.CDLL(None).adjtimex(timex)
    except (OSError, AttributeError):
        return None
    if state < 0:
        return None
    return ctypes.c_int.from_buffer(timex, _STATUS_AT).value
