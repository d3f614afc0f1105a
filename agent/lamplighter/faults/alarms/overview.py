"""A machine's alarms in one message: for Home Assistant and for whoever wants no record each."""

from __future__ import annotations

from typing import Any

from lamplighter.faults.alarms.life_cycle import State
from lamplighter.faults.alarms.machine_alarms import MachineAlarms
from lamplighter.faults.alarms.raised import Raised
from lamplighter.faults.condition import rank
from lamplighter.faults.evidence.record import iso

_MOST_NAMED = 10
# What an operator has to see to first.
_ORDER = (
    State.UNACKNOWLEDGED,
    State.LATCHED_UNACKNOWLEDGED,
    State.RETURNED_UNACKNOWLEDGED,
    State.ACKNOWLEDGED,
    State.LATCHED_ACKNOWLEDGED,
    State.OUT_OF_SERVICE,
    State.SUPPRESSED,
    State.SHELVED,
    State.NORMAL,
)
_WAITING = frozenset(_ORDER[:3])
STATES = tuple(str(state) for state in _ORDER)


def overview(asset: str, name: str, alarms: MachineAlarms) -> dict[str, Any]:
    """A machine's alarms as they stand.

    Returns:
        ``state`` is that of the alarm that an operator has to see to first, ``severity`` the
        gravest one of those shown that are not normal (None where all are), ``problem`` whether
        one is active and shown, ``alarms`` the names of those shown, the gravest first.
    """
    standing = [each for each in alarms.raised.values() if each.alarm.state is not State.NORMAL]
    shown = sorted((each for each in standing if not each.alarm.hidden), key=_place)
    first = min((each.alarm.state for each in standing), key=_ORDER.index, default=State.NORMAL)
    since = [each.since for each in shown if each.alarm.active and each.since is not None]
    hidden = [each.alarm.state for each in standing if each.alarm.hidden]
    return {
        "asset": asset,
        "name": name,
        "state": str(first),
        "severity": str(shown[0].condition.severity) if shown else None,
        "problem": any(each.alarm.active for each in shown),
        "active": sum(each.alarm.active for each in shown),
        "unacknowledged": sum(each.alarm.state in _WAITING for each in shown),
        "shelved": hidden.count(State.SHELVED),
        "suppressed": hidden.count(State.SUPPRESSED),
        "out_of_service": hidden.count(State.OUT_OF_SERVICE),
        "chattering": len(alarms.chattering),
        "windows": sorted(alarms.windows.open),
        "since": iso(min(since)) if since else None,
        "alarms": [each.condition.name for each in shown[:_MOST_NAMED]],
    }


def _place(raised: Raised) -> tuple[int, int, float]:
    since = 0.0 if raised.since is None else raised.since
    return -rank(raised.condition.severity), _ORDER.index(raised.alarm.state), since
