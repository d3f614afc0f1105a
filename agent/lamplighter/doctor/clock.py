"""Is the clock set by anybody? Asked of the kernel: whoever sets it tells the kernel so."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, unknown, warning
from lamplighter.timekeeping.timekeeper import RELEASED

_TIME_ERROR = 5
_UNSYNCHRONISED = 0x40
_RTC = Path("/sys/class/rtc/rtc0")
_WITHOUT = (
    "while the clock is wrong, stamps of readings, alarms and reports are, and expiry times of"
    " others' commands are misjudged; nothing is lost: what waits ages by a clock that never steps"
)
_REMEDY = Remedy("timedatectl set-ntp true (or: apt install chrony)", "shell, as root")


class _Timex(ctypes.Structure):
    """``struct timex`` of Linux."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("constant", ctypes.c_long),
        ("precision", ctypes.c_long),
        ("tolerance", ctypes.c_long),
        ("time", ctypes.c_long * 2),
        ("tick", ctypes.c_long),
        ("ppsfreq", ctypes.c_long),
        ("jitter", ctypes.c_long),
        ("shift", ctypes.c_int),
        ("stabil", ctypes.c_long),
        ("jitcnt", ctypes.c_long),
        ("calcnt", ctypes.c_long),
        ("errcnt", ctypes.c_long),
        ("stbcnt", ctypes.c_long),
        ("tai", ctypes.c_int),
        ("padding", ctypes.c_int * 32),
    )


@dataclass(frozen=True, slots=True)
class Discipline:
    """What the kernel says of its clock.

    Attributes:
        synchronised: somebody keeps it right.
        most_error_s: by how much it may be wrong at most, as far as that is known.
    """

    synchronised: bool
    most_error_s: float


def read_discipline() -> Discipline | None:
    """Asks the kernel, changing nothing; None where it does not say."""
    state = _Timex()
    try:
        result = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(state))
    except (OSError, AttributeError):
        return None
    if result < 0:
        return None
    synchronised = result != _TIME_ERROR and not state.status & _UNSYNCHRONISED
    return Discipline(synchronised, state.maxerror / 1e6)


def look_at_clock(
    now: Callable[[], float] = time.time,
    discipline: Callable[[], Discipline | None] = read_discipline,
    rtc: Path = _RTC,
) -> Iterator[Finding]:
    """Whether the clock is plausible, kept right, and kept over a power cut."""
    shown = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(now()))
    if now() < RELEASED:
        yield failed("clock", f"says {shown}: it was never set", _WITHOUT, _REMEDY)
        return
    found = discipline()
    if found is None:
        yield unknown("clock", f"says {shown}; whether anybody sets it can't be seen", _WITHOUT)
    elif found.synchronised:
        yield ok("clock", f"says {shown}, set from outside, right to {found.most_error_s:.3f} s")
    else:
        yield warning("clock", f"says {shown}, and nobody keeps it right", _WITHOUT, _REMEDY)
    if not rtc.exists():
        yield unknown(
            "clock battery",
            "no clock that runs without power is seen here",
            "without one the time is wrong after a power cut until the network is back;"
            " Lamplighter corrects what it noted in between once the time is known",
        )
