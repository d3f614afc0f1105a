"""A signal falls silent, and another one just like it has come: most likely it was renamed."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace

from lamplighter.faults.signals.signal_watch import SignalWatch
from lamplighter.faults.wording import clock_time

_REMEMBERED = 64
# It came no earlier than this before the other one's last value.
_EARLIER_S = 5.0
# Alike: within the range of the other's recent past, widened by this share of its size.
_WIDER = 0.02


@dataclass(frozen=True, slots=True)
class _Newcomer:
    name: str
    watch: SignalWatch
    at: float


class Newcomers:
    """The signals whose first value came last, over all machines."""

    def __init__(self) -> None:
        self._recent: deque[_Newcomer] = deque(maxlen=_REMEMBERED)

    def came(self, name: str, watch: SignalWatch, at: float) -> None:
        """A signal had its first value.

        Args:
            name: what people call it, with its machine.
            watch: watches it.
            at: UTC seconds by the agent's clock.
        """
        self._recent.append(_Newcomer(name, watch, at))

    def clock_set(self, by: float) -> None:
        """The agent's clock was set, so many seconds forward."""
        self._recent = deque((replace(each, at=each.at + by) for each in self._recent), _REMEMBERED)

    def in_place_of(self, silent: SignalWatch) -> str:
        """What has come in place of a signal that fell silent, in words; "" where nothing has."""
        extremes = silent.trace.extremes(0.0)
        if silent.value is None or extremes is None:
            return ""
        least, greatest = extremes
        margin = greatest - least + _WIDER * max(abs(least), abs(greatest))
        for each in self._recent:
            value = each.watch.value
            if (
                each.watch is not silent
                and each.at >= silent.arrived - _EARLIER_S
                and each.watch.unit == silent.unit
                and value is not None
                and least - margin <= value <= greatest + margin
            ):
                return f"{each.name} brings such values since {clock_time(each.at)} UTC: renamed?"
        return ""
