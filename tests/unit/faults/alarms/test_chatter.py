from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.faults.alarms.chatter import ChatterGuard
from lamplighter.faults.alarms.settings import Chatter
from lamplighter.faults.condition import Condition, Kind
from lamplighter.faults.signals.signal_watch import Transition

HIGH = Condition("pump1", "bar", Kind.HIGH, "Pump", "pressure", "bar", 8.0)


def change(time: float, *, active: bool) -> Transition:
    return Transition(HIGH, active, time, 9.0 if active else 7.0)


def fed(guard: ChatterGuard, *times: float) -> list[bool]:
    """Came and went by turns at these times; what was told."""
    told = []
    for number, time in enumerate(times):
        taken = guard.take(change(time, active=number % 2 == 0), time)
        if taken is not None:
            told.append(taken.active)
    return told


def test_the_third_time_in_a_minute_begins_it_and_the_alarm_stands_from_then_on() -> None:
    guard = ChatterGuard(Chatter())
    assert fed(guard, 0, 5, 10, 15) == [True, False, True, False]
    assert not guard.on
    assert fed(guard, 20, 25, 30, 35, 40, 45) == [True]
    assert (guard.on, guard.swallowed) == (True, 2)
    assert guard.tick(104.9) == (False, None)
    ended, held = guard.tick(105.0)
    assert held is not None
    assert (ended, held[0].active, held[0].since, held[1]) == (True, False, 45.0, 45.0)
    assert (guard.on, guard.idle) == (False, True)


def test_three_times_in_more_than_a_minute_is_no_chattering() -> None:
    guard = ChatterGuard(Chatter())
    assert fed(guard, 0, 5, 30, 35, 61, 65) == [True, False] * 3
    assert not guard.on


def test_an_alarm_that_stays_is_done_chattering() -> None:
    guard = ChatterGuard(Chatter(hold=30.0))
    fed(guard, 0, 5, 10, 15, 20)
    assert guard.tick(49.0) == (False, None)
    assert guard.tick(50.0) == (True, None)
    returned = guard.take(change(51.0, active=False), 51.0)
    assert returned is not None


def test_a_clock_that_is_set_changes_nothing() -> None:
    guard = ChatterGuard(Chatter())
    fed(guard, 0, 5, 10, 15, 20, 25)
    guard.clock_set(1e6)
    assert guard.tick(1e6 + 84.0) == (False, None)
    ended, held = guard.tick(1e6 + 85.0)
    assert ended
    assert held is not None
    assert held[1] == 1e6 + 25.0


@pytest.mark.parametrize("count", [2, 3, 5])
@given(st.lists(st.floats(0.1, 90), min_size=1, max_size=60))
def test_what_is_told_goes_up_and_down_by_turns_and_ends_as_it_is(
    count: int, pauses: list[float]
) -> None:
    guard = ChatterGuard(Chatter(count=count))
    now, told, active = 0.0, [], False
    for pause in pauses:
        for _ in range(int(pause)):
            now += 1.0
            _, held = guard.tick(now)
            if held is not None:
                told.append(held[0].active)
        active = not active
        taken = guard.take(change(now, active=active), now)
        if taken is not None:
            told.append(taken.active)
    _, held = guard.tick(now + 1000.0)
    if held is not None:
        told.append(held[0].active)
    assert told == [number % 2 == 0 for number in range(len(told))]
    assert told[-1] is active
