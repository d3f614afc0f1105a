from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.config import parse
from lamplighter.errors import ConfigError
from lamplighter.faults.alarms.settings import DAYS, Window
from lamplighter.faults.alarms.windows import AFTER_S, KeptWindows, MachineWindows, scheduled

ZURICH = ZoneInfo("Europe/Zurich")
NIGHT = Window("cleaning", "22:30", "01:00", days=("fri",))
SHIFT = Window("changeover", "6:00", "06:30", days=("mon", "fri"), conditions=("bar_*",))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZURICH).timestamp()


@pytest.mark.parametrize(
    ("time", "open_now"),
    [
        ("2026-03-06T06:00", ["changeover"]),  # a Friday
        ("2026-03-06T06:29", ["changeover"]),
        ("2026-03-06T06:30", []),
        ("2026-03-07T06:00", []),
        ("2026-03-06T22:29", []),
        ("2026-03-06T22:30", ["cleaning"]),
        ("2026-03-07T00:59", ["cleaning"]),
        ("2026-03-07T01:00", []),
        ("2026-03-06T00:30", []),
        # The night in which clocks are put forward: by the clock on the wall.
        ("2026-03-29T06:15", []),
        ("2026-03-30T06:15", ["changeover"]),
    ],
)
def test_the_schedule_goes_by_the_clock_on_the_wall(time: str, open_now: list[str]) -> None:
    assert list(scheduled([NIGHT, SHIFT], at(time), ZURICH)) == open_now


@given(st.integers(0, 1439), st.integers(0, 1439), st.sampled_from(DAYS), st.integers(0, 10079))
def test_a_window_is_open_as_long_as_it_says(begins: int, ends: int, day: str, minute: int) -> None:
    """Against the plain definition: minutes of the week from its beginning on."""
    start, end = (f"{each // 60:02}:{each % 60:02}" for each in (begins, ends))
    window = Window("w", start, end, days=(day,))
    lasts = (ends - begins) % 1440 or 1440
    since = DAYS.index(day) * 1440 + begins
    monday = datetime(2026, 3, 2, tzinfo=ZoneInfo("UTC")).timestamp()
    expected = (minute - since) % 10080 < lasts
    found = list(scheduled([window], monday + minute * 60, ZoneInfo("UTC")))
    assert (found == ["w"]) is expected


def test_what_was_begun_by_hand_ends_by_itself_or_by_hand() -> None:
    windows = MachineWindows([SHIFT], ZURICH)
    now = at("2026-03-07T12:00")
    assert not windows.look(now)
    windows.begin("repair", "ann", now, now + 600)
    assert windows.look(now)
    assert (windows.open, windows.patterns("repair")) == (frozenset({"repair"}), ("*",))
    assert not windows.look(now + 599)
    assert windows.look(now + 600)
    windows.begin("changeover", "ann", now, now + 6000)
    assert windows.look(now + 700)
    assert windows.patterns("changeover") == ("bar_*",)
    assert windows.end(None) == ["changeover"]
    assert windows.look(now + 800)
    assert windows.end("changeover") == []


def test_a_window_of_the_schedule_that_was_ended_comes_again() -> None:
    windows = MachineWindows([SHIFT], ZURICH)
    friday, monday = at("2026-03-06T06:10"), at("2026-03-09T06:10")
    assert windows.look(friday)
    assert windows.end("changeover") == ["changeover"]
    assert windows.look(friday)
    assert not windows.look(friday + 300)
    assert not windows.look(friday + 3600)
    assert windows.look(monday)
    assert windows.open == {"changeover"}


def test_an_episode_in_or_right_after_a_window_is_told_with_it() -> None:
    windows = MachineWindows([SHIFT], ZURICH)
    begins = at("2026-03-06T06:00")
    windows.look(begins - 60)
    assert windows.around(begins - 60) is None
    windows.look(begins)
    assert windows.around(begins + 5) == "changeover"
    windows.look(begins + 1800)
    assert windows.around(begins + 1800 + AFTER_S) == "changeover"
    assert windows.around(begins + 1801 + AFTER_S) is None


def test_windows_survive_a_restart_and_a_clock_that_is_set() -> None:
    windows = MachineWindows([], ZURICH)
    now = at("2026-03-07T12:00")
    windows.begin("repair", "ann", now, now + 600)
    windows.look(now)
    kept = KeptWindows.read(json.loads(json.dumps(windows.to_dict())))
    again = MachineWindows([], ZURICH)
    again.restore(kept, now)
    assert again.open == {"repair"}
    assert not again.look(now + 10)
    again.clock_set(86400.0)
    assert not again.look(now + 86400 + 599)
    assert again.look(now + 86400 + 600)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("{name: x, from: 25:00, to: 06:00}", "faults.windows[0].from"),
        ("{name: x, from: 05:00, to: 06:00, days: [someday]}", "faults.windows[0].days[0]"),
        ("{name: x, from: 05:00, to: 06:00, days: []}", "faults.windows[0].days"),
        ("{name: x, from: 05:00, to: 06:00, machines: [pump9]}", "faults.windows[0].machines"),
        ("{from: 05:00, to: 06:00}", "faults.windows[0].name"),
    ],
)
def test_a_window_that_can_t_be_is_refused_with_its_place(text: str, path: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"faults: {{windows: [{text}]}}")
    assert [problem.key for problem in caught.value.problems] == [path]
