"""Timestamps that can't be: ahead of the clock, far behind it, in another unit than seconds."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.faults.wording import duration

AHEAD_S = 300.0
"""A timestamp so far ahead of the agent's clock is none: the time of arrival counts."""
BEHIND_S = 86400.0
"""One so far behind it is told of, though it counts."""
_UNITS = ((1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds"))


@dataclass(frozen=True, slots=True)
class Moment:
    """The time that counts, UTC seconds, and what is odd about the timestamp it came from."""

    time: float
    why: str


def is_sound(time: float, arrived: float) -> bool:
    """Whether there is nothing odd about a timestamp."""
    return arrived - BEHIND_S <= time <= arrived + AHEAD_S


def moment(time: float, arrived: float) -> Moment:
    """What an odd timestamp stands for."""
    for factor, name in _UNITS:
        if is_sound(time / factor, arrived):
            return Moment(time / factor, f"its timestamps are in {name} instead of seconds")
    if time > arrived:
        ahead = duration(min(time - arrived, 1e12))
        return Moment(arrived, f"its timestamps are {ahead} ahead of this clock")
    if time >= 0.0:
        return Moment(time, f"its timestamps are {duration(arrived - time)} behind this clock")
    return Moment(arrived, "its timestamps are none")
