from __future__ import annotations

from lamplighter.model.available import Available
from lamplighter.model.pressure import PressureGauge
from lamplighter.model.settings import Pressure


class Bench:
    """A gauge with limits of 50 and 100 bytes that waits for ten seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        settings = Pressure(unload_below=50, load_above=100, hold=10.0)
        self.gauge = PressureGauge(settings, lambda: self.now)

    def short(self, left: int, *, after: float, stalled: float = 0.0) -> bool:
        self.now += after
        return self.gauge.short(Available(left, "the machine", stalled))

    def ample(self, left: int, *, after: float, stalled: float = 0.0) -> bool:
        self.now += after
        return self.gauge.ample(Available(left, "the machine", stalled), 200)


def test_short_memory_has_to_last() -> None:
    bench = Bench()
    assert not bench.short(49, after=0)
    assert not bench.short(49, after=9)
    assert bench.short(49, after=1)


def test_one_better_moment_starts_the_wait_anew() -> None:
    bench = Bench()
    assert not bench.short(49, after=0)
    assert not bench.short(50, after=9)
    assert not bench.short(49, after=9)
    assert not bench.short(49, after=9)
    assert bench.short(49, after=1)


def test_where_tasks_wait_for_memory_it_is_short_sooner() -> None:
    bench = Bench()
    assert not bench.short(99, after=0, stalled=20)
    assert bench.short(99, after=10, stalled=20)
    assert not Bench().gauge.short(Available(100, "the machine", 90.0))


def test_room_for_the_model_has_to_last_too() -> None:
    bench = Bench()
    assert not bench.ample(300, after=0)
    assert bench.ample(300, after=10)
    assert not bench.ample(299, after=10)
    assert not bench.ample(300, after=10)
    assert not bench.ample(300, after=10, stalled=20)


def test_when_the_model_came_or_went_waiting_begins_anew() -> None:
    bench = Bench()
    bench.short(1, after=0)
    bench.gauge.reset()
    assert not bench.short(1, after=10)


def test_a_system_that_does_not_tell_is_never_short() -> None:
    bench = Bench()
    assert not bench.gauge.short(None)
    bench.now += 100
    assert not bench.gauge.short(None)
    assert bench.gauge.room(None, 1 << 40)
