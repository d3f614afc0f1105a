"""Bytes written by day: over midnights, restarts and clocks that are set."""

from __future__ import annotations

import itertools
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from lamplighter.store.writing.wear import Wear, bytes_written

DAY = 86400.0


class Machine:
    """A clock and a kernel that counts."""

    def __init__(self) -> None:
        self.now = 1000 * DAY
        self.total: int | None = 5000

    def wear(self, kept: object = None, budget: int | None = None) -> Wear:
        wear = Wear(clock=lambda: self.now, budget=budget, counter=lambda: self.total)
        wear.begin(kept)
        return wear


def test_the_kernels_count_is_read(tmp_path: Path) -> None:
    source = tmp_path / "io"
    assert bytes_written(source) is None
    source.write_text("rchar: 1\nwrite_bytes: 4096\ncancelled_write_bytes: 7\n")
    assert bytes_written(source) == 4096
    source.write_text("write_bytes: many\n")
    assert bytes_written(source) is None


def test_this_process_is_counted() -> None:
    assert bytes_written() is not None


def test_days_are_kept_apart_and_over_a_restart() -> None:
    machine = Machine()
    wear = machine.wear()
    machine.total = 8000
    assert wear.sample().today == 3000
    kept = wear.kept()
    machine.total = 100
    again = machine.wear(kept)
    machine.total = 600
    assert again.sample().today == 3500
    machine.now += DAY
    written = again.sample()
    assert (written.today, written.yesterday) == (0, 3500)
    machine.total = 700
    assert again.sample().today == 100


def test_a_clock_that_was_set_makes_no_yesterday() -> None:
    machine = Machine()
    wear = machine.wear()
    machine.total = 6000
    wear.sample()
    machine.now += 3650 * DAY
    written = wear.sample()
    assert (written.today, written.yesterday) == (0, None)


def test_what_was_kept_may_be_anything() -> None:
    machine = Machine()
    for kept in (None, 5, "x", {}, {"day": "a", "today": 1}, {"day": 1000, "today": None}):
        assert machine.wear(kept).sample().today == 0


def test_without_a_count_there_is_no_strain() -> None:
    machine = Machine()
    machine.total = None
    written = machine.wear(budget=1).sample()
    assert (written.today, written.strain, written.budget) == (None, 0.0, 1)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 4)), max_size=30))
def test_nothing_is_counted_twice_nor_left_out(steps: list[tuple[int, int]]) -> None:
    machine = Machine()
    wear = machine.wear()
    days: dict[int, int] = {}
    for written, quarters in steps:
        machine.now += quarters * DAY / 4
        assert machine.total is not None
        machine.total += written
        days[int(machine.now // DAY)] = days.get(int(machine.now // DAY), 0) + written
        found = wear.sample()
        assert found.today == days[int(machine.now // DAY)]
        assert found.yesterday in (None, days.get(int(machine.now // DAY) - 1, 0))


def test_strain_grows_with_what_was_written() -> None:
    machine = Machine()
    machine.now += DAY / 4
    wear = machine.wear(budget=1000)
    strains = []
    for _ in range(12):
        assert machine.total is not None
        machine.total += 100
        strains.append(wear.sample().strain)
    assert strains[0] == strains[1] == 0.0
    assert strains[-1] == 1.0
    assert all(one <= other for one, other in itertools.pairwise(strains))
