"""The health of a signal, as opposed to that of its machine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SignalStatus(StrEnum):
    """Health of the signal itself, by NAMUR NE 107.

    Failure: it gives no value that can be used. Function check: somebody works on it, so what it
    says does not count. Out of specification: what it says may be wrong. Maintenance required:
    its values are good, but not for ever.
    """

    GOOD = "good"
    FAILURE = "failure"
    FUNCTION_CHECK = "function check"
    OUT_OF_SPECIFICATION = "out of specification"
    MAINTENANCE_REQUIRED = "maintenance required"


@dataclass(frozen=True, slots=True)
class Health:
    """A signal's status and the reason for it in words; "" where it is good."""

    status: SignalStatus = SignalStatus.GOOD
    why: str = ""


GOOD = Health()
