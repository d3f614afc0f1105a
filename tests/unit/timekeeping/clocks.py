"""Clocks that the test sets."""

from __future__ import annotations

from lamplighter.timekeeping.clocks import Clocks

NOW = 1_800_000_000.0
DAY = 86400.0
YEAR = 365 * DAY


class Host:
    """A computer whose clocks stand still until the test moves them."""

    def __init__(self, wall: float = NOW, *, boot: str = "b1", chip: bool = False) -> None:
        self.wall = wall
        self.up = 1000.0
        self.boot = boot
        self.synchronised = False
        self.chip = chip

    def clocks(self) -> Clocks:
        return Clocks(
            wall=lambda: self.wall,
            uptime=lambda: self.up,
            boot=self.boot,
            synchronised=lambda: self.synchronised,
            has_chip=self.chip,
        )

    def run(self, seconds: float) -> None:
        """Time passes."""
        self.wall += seconds
        self.up += seconds

    def set_by(self, seconds: float) -> None:
        """Somebody sets the wall's clock."""
        self.wall += seconds
