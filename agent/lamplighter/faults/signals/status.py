"""The health of a signal, as opposed to that of its machine."""

from __future__ import annotations

from enum import StrEnum


class SignalStatus(StrEnum):
    """Health of the signal itself, by NAMUR NE 107."""

    GOOD = "good"
    FAILURE = "failure"
    FUNCTION_CHECK = "function check"
    OUT_OF_SPECIFICATION = "out of specification"
    MAINTENANCE_REQUIRED = "maintenance required"
