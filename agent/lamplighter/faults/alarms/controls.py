"""Operations on alarms, as they come over the ``control`` topic."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.errors import PayloadError
from lamplighter.faults.alarms.life_cycle import Alarm

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
# ISA-18.2 asks for a bound on shelving, so that nothing is shelved and forgotten.
LONGEST_SHELF_MIN = 7 * 24 * 60.0
DEFAULT_SHELF_MIN = 60.0


@dataclass(frozen=True, slots=True)
class Control:
    """One operation.

    Attributes:
        op: its name, a key of :data:`OPERATIONS`.
        asset: the machine.
        condition: the condition's key; None means all of the machine's.
        user: who wants it.
        at: when, UTC seconds.
        minutes: how long to shelve.
    """

    op: str
    asset: str
    condition: str | None
    user: str
    at: float
    minutes: float = DEFAULT_SHELF_MIN

    def apply(self, alarm: Alarm) -> bool:
        """Carry it out; says whether it changed anything."""
        return OPERATIONS[self.op](alarm, self)


def parse_control(raw: Mapping[str, Any], *, now: float) -> Control:
    """The operation that a JSON object asks for.

    Raises:
        PayloadError: a key is missing or wrong; ``condition`` may be absent or ``"*"`` for all.
    """
    op = raw.get("op")
    if not isinstance(op, str) or op not in OPERATIONS:
        raise PayloadError("control", f"must be one of {', '.join(OPERATIONS)}", "op")
    asset = raw.get("asset")
    if not isinstance(asset, str):
        raise PayloadError("control", "must name a machine", "asset")
    condition = raw.get("condition")
    if condition is not None and not isinstance(condition, str):
        raise PayloadError("control", "must name a condition", "condition")
    user = raw.get("user", "unknown")
    if not isinstance(user, str):
        raise PayloadError("control", "must be a name", "user")
    minutes = raw.get("minutes", DEFAULT_SHELF_MIN)
    if isinstance(minutes, bool) or not isinstance(minutes, int | float):
        raise PayloadError("control", "must be a number", "minutes")
    if not (math.isfinite(minutes) and 0 < minutes <= LONGEST_SHELF_MIN):
        reason = f"must be above 0 and at most {LONGEST_SHELF_MIN:g}"
        raise PayloadError("control", reason, "minutes")
    named = None if condition == "*" else condition
    return Control(op, asset, named, user, now, float(minutes))
