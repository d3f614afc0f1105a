"""What is said of the clock."""

from __future__ import annotations

from pathlib import Path

import pytest

from lamplighter.doctor.clock import Discipline, look_at_clock, read_discipline

NOW = 1795000000.0


@pytest.mark.parametrize(
    ("now", "discipline", "verdict"),
    [
        (NOW, Discipline(synchronised=True, most_error_s=0.02), "ok"),
        (NOW, Discipline(synchronised=False, most_error_s=16.0), "warning"),
        (NOW, None, "unknown"),
        (0.0, Discipline(synchronised=True, most_error_s=0.02), "failed"),
    ],
)
def test_the_clock_is_judged(
    now: float, discipline: Discipline | None, verdict: str, tmp_path: Path
) -> None:
    [shown] = look_at_clock(lambda: now, lambda: discipline, tmp_path)
    assert shown.verdict == verdict
    assert verdict == "ok" or shown.why


def test_a_missing_battery_is_told(tmp_path: Path) -> None:
    synchronised = Discipline(synchronised=True, most_error_s=0.02)
    shown = list(look_at_clock(lambda: NOW, lambda: synchronised, tmp_path / "none"))
    assert [each.about for each in shown] == ["clock", "clock battery"]


def test_the_kernel_is_asked_and_nothing_changed() -> None:
    first, second = read_discipline(), read_discipline()
    assert first is None or second is None or first.synchronised == second.synchronised
