"""Suppression by design: which of a machine's alarms mean nothing in its present mode."""

from __future__ import annotations

from dataclasses import dataclass

from lamplighter.faults.alarms.settings import Suppression


@dataclass(slots=True)
class Logic:
    """One rule of a machine.

    Attributes:
        number: its place in the configuration.
        rule: its configuration.
        on: whether it suppresses now.
        over: since when its mode has been over, by the agent's clock; None: it is not.
    """

    number: int
    rule: Suppression
    on: bool = False
    over: float | None = None

    @property
    def source(self) -> str:
        """Under what name its suppressions are kept."""
        return f"logic {self.number}: {self.rule.called}"

    def look(self, value: float | None, now: float, *, trusted: bool) -> bool:
        """Takes the mode's signal as it is now; says whether ``on`` changed.

        Args:
            value: None where none has come since the start: all stays as it was.
            now: the agent's clock.
            trusted: whether the signal is heard at all. Where it is not, nothing is suppressed:
                nobody knows the machine's mode, and an alarm too many is better than one too few.
        """
        if value is None and trusted:
            return False
        holds = trusted and value is not None and self.rule.when.holds(value)
        before = self.on
        if holds:
            self.on, self.over = True, None
        elif self.on:
            if self.over is None:
                self.over = now
            if not trusted or now - self.over >= self.rule.delay:
                self.on, self.over = False, None
        return self.on is not before

    def clock_set(self, by: float) -> None:
        """The clock was set, so many seconds forward."""
        if self.over is not None:
            self.over += by
