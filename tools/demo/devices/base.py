"""What every demo device offers to the node that connects it to the broker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

Config = dict[str, Any]
"""One discovery message, before it is written as JSON."""


class Device(Protocol):
    """One device: it announces itself, takes commands, tells its state, and lives in time.

    Nothing here knows a broker or a clock: a node hands commands in, lets seconds pass, and
    publishes what the device says.
    """

    name: str
    area: str

    def announcements(self) -> Mapping[str, Config]:
        """Discovery messages by topic, without the discovery prefix."""

    def filters(self) -> tuple[str, ...]:
        """The topic filters of its commands."""

    def receive(self, topic: str, payload: str) -> None:
        """Carries out a command.

        Raises:
            ValueError: the device does not understand it; nothing changed.
        """

    def states(self) -> Mapping[str, str]:
        """Its retained state messages by topic."""

    def step(self, seconds: float) -> None:
        """Lets time pass."""


def switched(payload: str, now: bool) -> bool:  # noqa: FBT001 - the state to be toggled
    """On or off after ``ON``, ``OFF`` or ``TOGGLE``, in any case.

    Raises:
        ValueError: another word.
    """
    word = payload.strip().upper()
    if word == "TOGGLE":
        return not now
    if word in ("ON", "OFF"):
        return word == "ON"
    raise ValueError(f"not a switch command: {payload!r}")


def within(payload: Any, low: float, high: float) -> float:
    """The number in a payload.

    Raises:
        ValueError: no number, or not between ``low`` and ``high``.
    """
    try:
        number = float(payload)
    except TypeError as error:
        raise ValueError(f"not a number: {payload!r}") from error
    if not low <= number <= high:
        raise ValueError(f"{number:g} is not between {low:g} and {high:g}")
    return number


def approach(value: float, target: float, most: float) -> float:
    """``value`` moved towards ``target``, by ``most`` at the most."""
    return target if abs(target - value) <= most else value + (most if target > value else -most)


def on_off(on: bool) -> str:  # noqa: FBT001 - it names exactly this boolean
    """``ON`` or ``OFF``."""
    return "ON" if on else "OFF"
