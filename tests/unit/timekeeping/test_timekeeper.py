"""What the time is, whether to trust it, and when it was set anew."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.timekeeping.clocks import DAY, NOW, YEAR, Host

from lamplighter.timekeeping.timekeeper import RELEASED, Step, Timekeeper


def begun(host: Host, kept: dict[str, Any] | None = None) -> Timekeeper:
    keeper = Timekeeper(host.clocks())
    keeper.begin(kept)
    return keeper


def seen(step: Step | None) -> Step:
    assert step is not None
    return step


def kept_by(host: Host) -> dict[str, Any]:
    return begun(host).kept()


def rebooted(off: float, *, wall: float | None = None, chip: bool = False) -> Host:
    """The computer after a boot that took so long."""
    host = Host(NOW + off if wall is None else wall, boot="b2", chip=chip)
    host.up = 20.0
    return host


def test_before_it_begins_it_says_what_the_wall_says() -> None:
    keeper = Timekeeper(Host().clocks())
    assert keeper.clock() == keeper.ageing() == NOW
    assert keeper.stamp().wall == NOW
    assert not keeper.stamp().trusted


def test_a_likely_clock_is_trusted_where_nothing_ever_set_it() -> None:
    assert begun(Host()).trusted


def test_a_clock_before_the_release_was_never_set() -> None:
    host = Host(wall=1000.0)
    host.synchronised = True
    assert not begun(host).trusted
    assert begun(Host(wall=RELEASED + 1)).trusted


def test_a_clock_that_goes_evenly_takes_no_step() -> None:
    host = Host()
    keeper = begun(host)
    for _ in range(10):
        host.run(1.0)
        host.set_by(0.4)
        assert keeper.look() is None
    assert keeper.clock() == pytest.approx(NOW + 14)
    assert keeper.steps == 0


@pytest.mark.parametrize("by", [-DAY, 10 * YEAR, -2.0, 2.0])
def test_a_step_is_told_once_and_taken_only_when_looked_at(by: float) -> None:
    host = Host()
    keeper = begun(host)
    host.run(5.0)
    host.set_by(by)
    assert keeper.clock() == NOW + 5
    step = seen(keeper.look())
    assert step.by == pytest.approx(by)
    assert step.now.wall == keeper.clock() == pytest.approx(NOW + 5 + by)
    assert (step.now.boot, step.now.uptime) == ("b1", 1005.0)
    assert keeper.look() is None
    assert keeper.facts()["steps"] == 1
    assert keeper.facts()["last_step_s"] == pytest.approx(by)


def test_a_step_that_nothing_vouches_for_is_not_trusted_until_it_is_taken_back() -> None:
    host = Host()
    keeper = begun(host)
    host.set_by(10 * YEAR)
    assert not seen(keeper.look()).now.trusted
    host.run(3600)
    assert keeper.look() is None
    host.set_by(5 - 10 * YEAR)
    assert seen(keeper.look()).now.trusted


def test_a_step_that_the_network_made_is_trusted() -> None:
    host = Host(wall=86400.0)
    keeper = begun(host)
    assert not keeper.trusted
    host.set_by(NOW)
    host.synchronised = True
    assert seen(keeper.look()).now.trusted


def test_to_become_trusted_without_a_step_is_told() -> None:
    kept = {**kept_by(Host()), "synchronised": True}
    host = rebooted(60)
    keeper = begun(host, kept)
    assert not keeper.trusted
    host.synchronised = True
    step = seen(keeper.look())
    assert (step.by, step.now.trusted) == (0.0, True)


def test_a_step_that_holds_for_a_day_was_meant() -> None:
    host = Host()
    keeper = begun(host)
    host.set_by(YEAR)
    keeper.look()
    host.run(DAY - 1)
    keeper.look()
    assert not keeper.trusted
    host.run(2)
    keeper.look()
    assert keeper.trusted


def test_what_was_trusted_stays_so_when_the_network_goes() -> None:
    host = Host()
    host.synchronised = True
    keeper = begun(host)
    host.synchronised = False
    host.run(10 * DAY)
    keeper.look()
    assert keeper.trusted


def test_a_clock_that_was_ahead_at_the_last_run_is_not_behind_it_now() -> None:
    kept = kept_by(Host())
    assert not begun(rebooted(-3600), kept).trusted
    assert begun(rebooted(3600), kept).trusted


@pytest.mark.parametrize(("chip", "trusted"), [(False, False), (True, True)])
def test_a_clock_that_stood_still_while_off_looks_right(*, chip: bool, trusted: bool) -> None:
    kept = {**kept_by(Host()), "synchronised": True}
    assert begun(rebooted(60, chip=chip), kept).trusted is trusted


def test_a_new_start_in_the_same_boot_knows_what_the_last_run_knew() -> None:
    host = Host()
    host.synchronised = True
    kept = kept_by(host)
    host.synchronised = False
    host.run(30)
    assert begun(host, kept).trusted
    host.set_by(10 * YEAR)
    assert not begun(host, kept).trusted


@pytest.mark.parametrize("by", [-DAY, 10 * YEAR])
def test_ageing_takes_no_leap_before_it_held_for_a_day(by: float) -> None:
    host = Host()
    keeper = begun(host)
    host.run(10)
    host.set_by(by)
    keeper.look()
    host.run(DAY - 10)
    keeper.look()
    assert keeper.ageing() == pytest.approx(NOW + DAY)
    host.run(20)
    step = seen(keeper.look())
    assert step.aged_by == pytest.approx(by)
    assert keeper.ageing() == keeper.clock()


def test_ageing_is_as_before_when_a_leap_is_taken_back() -> None:
    host = Host()
    keeper = begun(host)
    for by in (10 * YEAR, -10 * YEAR):
        host.set_by(by)
        host.run(3600)
        keeper.look()
        assert keeper.ageing() == pytest.approx(host.up - 1000 + NOW)


def test_ageing_goes_on_from_the_last_run_where_a_boot_lost_the_time() -> None:
    kept = kept_by(Host())
    host = rebooted(0, wall=30.0)
    keeper = begun(host, kept)
    assert keeper.ageing() == pytest.approx(NOW)
    host.set_by(NOW)
    host.synchronised = True
    assert seen(keeper.look()).now.trusted
    # Just as well: half an hour was lost, which is no leap.
    assert keeper.ageing() == pytest.approx(NOW + 30)


def test_ageing_waits_where_a_boot_leaped() -> None:
    keeper = begun(rebooted(10 * YEAR), kept_by(Host()))
    assert keeper.ageing() == pytest.approx(NOW)
    assert begun(rebooted(2 * DAY), kept_by(Host())).ageing() == pytest.approx(NOW + 2 * DAY)


def test_a_new_start_in_the_same_boot_keeps_ageing_as_it_was() -> None:
    host = Host()
    keeper = begun(host)
    host.set_by(10 * YEAR)
    keeper.look()
    host.run(60)
    again = begun(host, keeper.kept())
    assert again.ageing() == pytest.approx(NOW + 60)
    # And the day that the leap has to hold is not begun anew by it.
    host.run(DAY - 30)
    again.look()
    assert again.ageing() == again.clock()


def test_nothing_is_said_of_the_future_before_the_clock_held_for_a_day() -> None:
    host = Host()
    host.synchronised = True
    keeper = begun(host)
    assert keeper.latest() == math.inf
    host.run(DAY)
    keeper.look()
    assert keeper.latest() == pytest.approx(NOW + 2 * DAY)


@given(st.lists(st.tuples(st.floats(0.1, 7200), st.floats(-20 * YEAR, 20 * YEAR)), max_size=20))
def test_ageing_never_runs_ahead_of_elapsed_time_within_a_day(
    moves: list[tuple[float, float]],
) -> None:
    host = Host()
    keeper = begun(host)
    for elapsed, by in moves[:10]:  # less than a day in all
        host.run(elapsed)
        host.set_by(by)
        keeper.look()
        passed = host.up - 1000
        small = 3600.0 * len(moves)  # steps that are no leaps are followed
        assert NOW + passed - small - 1 <= keeper.ageing() <= NOW + passed + small + 1
        assert keeper.clock() == pytest.approx(host.wall)
