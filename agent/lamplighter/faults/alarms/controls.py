"""Operations on alarms, as they come over the ``control`` topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.life_cycle import BY_HAND, Alarm, State
from lamplighter.faults.alarms.settings import ALL
from lamplighter.faults.plain_text import plain

Operation = Callable[[Alarm, "Control"], bool]

OPERATIONS: Mapping[str, Operation] = {
    "ack": lambda alarm, c: alarm.acknowledge(c.user, c.at),
    "reset": lambda alarm, _: alarm.reset(),
    "shelve": lambda alarm, c: alarm.shelve(c.user, c.at, c.at + c.minutes * 60.0),
    "unshelve": lambda alarm, _: alarm.unshelve(),
    "suppress": lambda alarm, c: alarm.suppress(c.user, c.at),
    "unsuppress": lambda alarm, _: alarm.unsuppress(),
    "out_of_service": lambda alarm, c: alarm.take_out_of_service(c.user, c.at),
    "return_to_service": lambda alarm, _: alarm.return_to_service(),
}
WORDS: Mapping[str, str] = {
    "ack": "acknowledged",
    "reset": "reset",
    "shelve": "shelved",
    "unshelve": "unshelved",
    "suppress": "suppressed",
    "unsuppress": "no longer suppressed",
    "out_of_service": "taken out of service",
    "return_to_service": "returned to service",
}
WINDOW_OPERATIONS = ("window", "end_window")
"""They begin and end a window of maintenance, changeover or cleaning."""
DEFAULT_WINDOW = "maintenance"
# ISA-18.2 asks for a bound on shelving, so that nothing is shelved and forgotten.
LONGEST_SHELF_MIN = 7 * 24 * 60.0
DEFAULT_SHELF_MIN = 60.0
# Names go into every record, and may come from anybody.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Control:
    """One operation.

    Attributes:
        op: its name, a key of :data:`OPERATIONS` or one of :data:`WINDOW_OPERATIONS`.
        asset: the machine; None means all of them.
        condition: the condition's key, in which ``*`` stands for any text; None means all of the
            machine's.
        user: who wants it.
        at: when, UTC seconds.
        minutes: how long to shelve, or how long a window lasts.
        name: the window's; None ends all that are open.
    """

    op: str
    asset: str | None
    condition: str | None
    user: str
    at: float
    minutes: float = DEFAULT_SHELF_MIN
    name: str | None = None

    def apply(self, alarm: Alarm) -> bool:
        """Carry it out; says whether it changed anything."""
        return OPERATIONS[self.op](alarm, self)


NOTHING_TO_ACKNOWLEDGE = "there is nothing to acknowledge"
_NOT_SHOWN: Mapping[State, str] = {
    State.SHELVED: "it is shelved",
    State.SUPPRESSED: "it is suppressed",
    State.OUT_OF_SERVICE: "it is out of service",
}


def objection(control: Control, alarm: Alarm) -> str:
    """Why an operation would change nothing of an alarm, in words; "" where it would."""
    return _OBJECTIONS.get(control.op, _nothing)(alarm)


def _to_ack(alarm: Alarm) -> str:
    if alarm.hidden:
        return _NOT_SHOWN[alarm.state]
    if alarm.cycle is State.NORMAL:
        return NOTHING_TO_ACKNOWLEDGE
    acknowledged = alarm.cycle in {State.ACKNOWLEDGED, State.LATCHED_ACKNOWLEDGED}
    return "it is acknowledged already" if acknowledged else ""


def _to_reset(alarm: Alarm) -> str:
    if alarm.hidden:
        return _NOT_SHOWN[alarm.state]
    if alarm.cycle is State.LATCHED_ACKNOWLEDGED:
        return ""
    if alarm.cycle is State.LATCHED_UNACKNOWLEDGED:
        return "it has to be acknowledged first"
    if alarm.latching and alarm.active:
        return "its condition still holds"
    return "it is not latched"


def _nothing(_alarm: Alarm) -> str:
    return ""


def _to_unsuppress(alarm: Alarm) -> str:
    if BY_HAND in alarm.suppressors:
        return ""
    if alarm.suppressed is None:
        return "it is not suppressed"
    return f"it is suppressed by {alarm.suppressed.by}, not by hand"


_OBJECTIONS: Mapping[str, Callable[[Alarm], str]] = {
    "ack": _to_ack,
    "reset": _to_reset,
    "unshelve": lambda alarm: "" if alarm.shelved else "it is not shelved",
    "suppress": lambda alarm: "it is suppressed already" * (BY_HAND in alarm.suppressors),
    "unsuppress": _to_unsuppress,
    "out_of_service": lambda alarm: "it is out of service already" * bool(alarm.serviced),
    "return_to_service": lambda alarm: "" if alarm.serviced else "it is not out of service",
}


def parse_control(raw: Mapping[str, Any], *, now: float) -> Control:
    """The operation that a JSON object asks for.

    Raises:
        PayloadError: a key is missing or wrong; ``asset`` may be ``"*"`` for all machines,
            ``condition`` absent or ``"*"`` for all of theirs.
    """
    op = raw.get("op")
    known = (*OPERATIONS, *WINDOW_OPERATIONS)
    if not isinstance(op, str) or op not in known:
        raise PayloadError("control", f"must be one of {', '.join(known)}", "op")
    asset = _text(raw, "asset", "must name a machine")
    if asset is None:
        raise PayloadError("control", "must name a machine", "asset")
    condition = _text(raw, "condition", "must name a condition")
    user = _text(raw, "user", "must be a name")
    window = _text(raw, "name", "must be the window's name")
    name = None if window is None else plain(window, _LONGEST_NAME)
    if op == "window":
        name = name or DEFAULT_WINDOW
    return Control(
        op,
        None if asset == ALL else asset,
        None if condition == ALL else condition,
        plain(user or "", _LONGEST_NAME) or "unknown",
        now,
        _minutes(raw),
        name,
    )


def _text(raw: Mapping[str, Any], key: str, reason: str) -> str | None:
    value = raw.get(key)
    if value is not None and not isinstance(value, str):
        raise PayloadError("control", reason, key)
    return value


def _minutes(raw: Mapping[str, Any]) -> float:
    minutes = raw.get("minutes", DEFAULT_SHELF_MIN)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise PayloadError("control", "must be a number", "minutes")
    if not 0 < minutes <= LONGEST_SHELF_MIN:
        reason = f"must be above 0 and at most {LONGEST_SHELF_MIN:g}"
        raise PayloadError("control", reason, "minutes")
    return float(minutes)
