"""One signal from what came to conditions and health: bad input never becomes a machine's fault."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lamplighter.faults.condition import SIGNAL_KINDS, Kind, conditions_of, disturbed_of
from lamplighter.faults.settings import Limits, Machine, Rate, Tag
from lamplighter.faults.signals.quality import Oddity
from lamplighter.faults.signals.settings import Deviation, Loop, Range
from lamplighter.faults.signals.signal_watch import SignalWatch, Transition
from lamplighter.faults.signals.status import SignalStatus

START = 1_772_373_909.0
FULL = Tag(
    "t",
    unit="°C",
    limits=Limits(90.0, 75.0, 10.0, 0.0),
    rate=Rate(rise=20.0, fall=20.0),
    deviation=Deviation(above=15.0, below=15.0, warm_up=30.0),
    stale_after=30.0,
    stuck_after=300.0,
)
Row = tuple[float, float]


class Source:
    """A signal, its source and our clock."""

    def __init__(self, tag: Tag = FULL) -> None:
        machine = Machine("p", tags={"a": tag})
        self.counts: Counter[Oddity] = Counter()
        self.watch = SignalWatch(
            "a",
            tag,
            conditions_of(machine),
            grace=30.0,
            disturbed=lambda key: disturbed_of(machine, key),
            counts=self.counts,
        )
        self.now = START
        self.draw = random.Random(7)  # noqa: S311 - a seeded signal
        self.told: list[Transition] = []

    def take(
        self, value: float, time: float | None = None, *, unit: str = "", doubt: str = ""
    ) -> None:
        at = self.now if time is None else time
        self.told += self.watch.update(value, at, self.now, unit=unit, doubt=doubt)

    def run(self, seconds: int, made: Callable[[float], Iterable[Row]] | None = None) -> list[Kind]:
        """So many seconds, each with the (value, time) rows that come; what began in them."""
        before = len(self.told)
        for _ in range(seconds):
            self.now += 1.0
            for value, time in made(self.usual()) if made else [(self.usual(), self.now)]:
                self.take(value, time)
            self.told += self.watch.tick(self.now)
        return [change.condition.kind for change in self.told[before:] if change.active]

    def usual(self) -> float:
        return 40.0 + self.draw.gauss(0.0, 0.3)

    @property
    def health(self) -> tuple[SignalStatus, str]:
        return self.watch.health.status, self.watch.health.why


def test_good_values_are_good() -> None:
    source = Source()
    assert source.run(400) == []
    assert source.health == (SignalStatus.GOOD, "")
    assert source.watch.usual is not None
    assert source.watch.usual.value == pytest.approx(40.0, abs=0.3)


@pytest.mark.parametrize(
    ("scale", "named"),
    [
        (lambda value: value * 1.8 + 32.0, "°F"),
        (lambda value: value + 273.15, "K"),
        (lambda value: value * 1000.0, "1000 times its unit"),
        (lambda value: value / 1000.0, "a thousandth of its unit"),
        (lambda value: value * 10.0, "ten times its unit"),
    ],
)
def test_a_source_that_changes_its_unit_is_read_on(
    scale: Callable[[float], float], named: str
) -> None:
    source = Source()
    source.run(200)
    assert source.run(200, lambda value: [(scale(value), source.now)]) == [Kind.DISTURBED]
    status, why = source.health
    assert status is SignalStatus.OUT_OF_SPECIFICATION
    assert named in why
    assert source.watch.value == pytest.approx(40.0, abs=2.0)
    assert source.run(100) == []
    assert source.health == (SignalStatus.GOOD, "")


@pytest.mark.parametrize("scale", [lambda v: v * 1.8 + 32.0, lambda v: v * 1000.0])
def test_a_signal_that_wanders_while_its_unit_changes_is_followed(
    scale: Callable[[float], float],
) -> None:
    source = Source()
    source.run(200)
    level = iter(range(1000))
    source.run(60, lambda _: [(round(scale(40.0 + 0.6 * next(level)), 1), source.now)])
    assert next(c.condition.kind for c in source.told if c.active) is Kind.DISTURBED
    assert source.watch.value == pytest.approx(40.0 + 0.6 * 59, abs=0.2)


def test_a_fault_is_still_told_while_the_unit_is_another() -> None:
    source = Source()
    source.run(200)
    source.run(60, lambda value: [(value * 1.8 + 32.0, source.now)])
    hot = source.run(60, lambda value: [((value + 40.0) * 1.8 + 32.0, source.now)])
    assert hot == [Kind.HIGH, Kind.RISING_FAST, Kind.ABOVE_USUAL]


def test_a_source_that_jumps_between_scales_is_read_in_both() -> None:
    source = Source()
    source.run(200)
    turn = iter(range(1000))
    found = source.run(200, lambda v: [(v * (1000.0 if next(turn) % 7 < 4 else 1.0), source.now)])
    assert found == [Kind.DISTURBED]
    assert source.watch.value == pytest.approx(40.0, abs=2.0)


@pytest.mark.parametrize("level", [80.0, 95.0, 8.0, 0.4])
def test_a_jump_to_anywhere_else_is_the_machines(level: float) -> None:
    source = Source()
    source.run(200)
    began = source.run(60, lambda value: [(value - 40.0 + level, source.now)])
    assert began
    assert SIGNAL_KINDS.isdisjoint(began)


def test_a_fault_that_shakes_ten_times_as_much_is_no_other_unit() -> None:
    source = Source(Tag("t", unit="g", limits=Limits(high=4.0)))
    source.run(200, lambda value: [(1.0 + 0.5 * (value - 40.0), source.now)])
    assert source.run(6, lambda value: [(9.8 + 0.5 * (value - 40.0), source.now)]) == [Kind.HIGH]


@pytest.mark.parametrize("standby", [0.012, 0.12, 0.0])
def test_a_machine_that_stops_is_no_other_scale(standby: float) -> None:
    source = Source(Tag("t", unit="A", limits=Limits(low=1.0)))
    source.run(200, lambda value: [(value - 28.0, source.now)])
    began = source.run(8, lambda value: [(0.1 * (value - 40.0) + standby, source.now)])
    assert began == [Kind.LOW]
    assert source.counts == {}


def test_a_slow_temperature_may_rise_to_where_fahrenheit_is() -> None:
    source = Source(Tag("t", unit="°C"))
    for level in (20.0, 68.0):
        for _ in range(20):
            source.now += 300.0
            source.take(level)
    assert source.told == []
    assert source.watch.value == 68.0


def test_ten_times_the_value_with_the_same_noise_is_the_machines() -> None:
    source = Source(Tag("t", unit="mm/s", limits=Limits(high=4.5)))
    source.run(200, lambda value: [(value - 39.0, source.now)])
    assert source.run(6, lambda value: [(value - 30.0, source.now)]) == [Kind.HIGH]


@pytest.mark.parametrize("noise", [0.0, 0.02, 0.06, 0.12])
@pytest.mark.parametrize(("unit", "factor"), [("psi", 14.5038), ("kPa", 100.0), ("mbar", 1000.0)])
def test_a_pressures_unit_is_found_through_its_noise(
    unit: str, factor: float, noise: float
) -> None:
    source = Source(Tag("t", unit="bar", limits=Limits(high=9.0, low=1.0)))

    def rows(factor: float) -> list[Row]:
        return [((4.0 + source.draw.gauss(0.0, noise)) * factor, source.now)]

    source.run(200, lambda _: rows(1.0))
    assert source.run(200, lambda _: rows(factor)) == [Kind.DISTURBED]
    assert unit in source.health[1]


def test_a_jump_of_a_signal_without_noise_to_ten_times_is_the_machines() -> None:
    source = Source()
    source.run(200, lambda _: [(8.5, source.now)])
    assert Kind.HIGH in source.run(5, lambda _: [(85.0, source.now)])


@pytest.mark.parametrize("code", [65535.0, -9999.0, 32767.0, -32768.0])
def test_a_code_for_no_value_is_no_value(code: float) -> None:
    source = Source()
    source.run(200)
    assert source.run(10, lambda _: [(code, source.now)]) == [Kind.DISTURBED]
    assert source.health[0] is SignalStatus.FAILURE
    assert "code" in source.health[1]


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e300])
def test_a_signal_of_nothing_but_no_numbers_has_failed_and_is_not_silent(value: float) -> None:
    source = Source()
    source.run(100)
    assert source.run(100, lambda _: [(value, source.now)]) == [Kind.DISTURBED]
    assert source.health[0] is SignalStatus.FAILURE
    assert source.counts == {Oddity.NO_NUMBER: 100}
    assert source.run(90) == []
    assert source.watch.status.value == "good"
    assert source.told[-1].condition.kind is Kind.DISTURBED
    assert not source.told[-1].active


def test_one_nan_is_a_remark_and_no_alarm() -> None:
    source = Source()
    source.run(10)
    source.take(math.nan, doubt="null is no number")
    assert source.health == (SignalStatus.OUT_OF_SPECIFICATION, "null is no number")
    assert source.run(61) == []
    assert source.health == (SignalStatus.GOOD, "")


def test_the_unit_that_is_said_is_converted_or_refused() -> None:
    source = Source()
    for _ in range(20):
        source.now += 1.0
        source.take(68.0, unit="degF")
    assert source.watch.value == pytest.approx(20.0)
    assert source.health[1] == "comes in degF and is converted to °C"
    value = source.watch.value
    for _ in range(20):
        source.now += 1.0
        source.take(68.0, unit="bar")
    assert source.watch.value == value
    assert source.health == (SignalStatus.FAILURE, "says 'bar' where °C is expected")
    assert {change.condition.kind for change in source.told} == {Kind.DISTURBED}


def test_what_is_outside_its_range_is_the_signal() -> None:
    source = Source(Tag("t", unit="bar", limits=Limits(high=9.0, low=1.0), range=Range(0.0, 16.0)))
    source.run(50, lambda _: [(4.0, source.now)])
    assert source.run(5, lambda _: [(-3.0, source.now)]) == [Kind.DISTURBED]
    assert source.health[1] == "-3 bar is below the plausible 0 bar"
    assert source.run(1, lambda _: [(12.0, source.now)]) == [Kind.HIGH]


LOOP = Tag("t", loop=Loop(0.0, 10.0, "bar"), limits=Limits(high=9.0, low=1.0, on_delay=3.0))


def test_a_loop_is_scaled_and_a_broken_one_raises_no_limit() -> None:
    source = Source(LOOP)
    source.run(20, lambda _: [(12.0, source.now)])
    assert source.watch.value == 5.0
    assert source.run(60, lambda _: [(0.0, source.now)]) == [Kind.LOOP]
    assert source.health == (
        SignalStatus.FAILURE,
        "broken loop: 0 mA is below 3.6 mA (NAMUR NE 43)",
    )
    assert source.watch.value == 5.0
    assert source.run(11, lambda _: [(12.0, source.now)]) == []
    assert source.health == (SignalStatus.GOOD, "")
    assert source.run(5, lambda _: [(19.6, source.now)]) == [Kind.HIGH]


def test_a_loop_that_breaks_while_a_limit_waits_for_its_delay_raises_no_limit() -> None:
    source = Source(LOOP)
    source.run(20, lambda _: [(12.0, source.now)])
    source.run(1, lambda _: [(5.0, source.now)])
    assert source.run(60, lambda _: [(1.0, source.now)]) == [Kind.LOOP]


@pytest.mark.parametrize(
    ("current", "kinds"),
    [
        (3.8, []),
        (20.5, []),
        (3.7, [Kind.DISTURBED]),
        (20.8, [Kind.DISTURBED]),
        (3.61, [Kind.DISTURBED]),
        (3.6, [Kind.LOOP]),
        (3.59, [Kind.LOOP]),
        (20.99, [Kind.DISTURBED]),
        (21.0, [Kind.LOOP]),
        (21.01, [Kind.LOOP]),
    ],
)
def test_the_currents_of_ne_43(current: float, kinds: list[Kind]) -> None:
    source = Source(Tag("t", loop=True))
    source.run(20, lambda _: [(12.0, source.now)])
    assert source.run(10, lambda _: [(current, source.now)]) == kinds


def test_a_loose_contact_is_one_alarm() -> None:
    source = Source(LOOP)
    turn = iter(range(1000))
    began = source.run(60, lambda _: [(12.0 if next(turn) % 2 else 0.0, source.now)])
    assert began == [Kind.LOOP]


@pytest.mark.parametrize("factor", [1e3, 1e6, 1e9])
def test_timestamps_in_another_unit_are_read_and_told(factor: float) -> None:
    source = Source()
    assert source.run(30, lambda value: [(value, source.now * factor)]) == [Kind.DISTURBED]
    assert source.health[0] is SignalStatus.MAINTENANCE_REQUIRED
    assert "instead of seconds" in source.health[1]
    assert source.watch.time == pytest.approx(source.now)


@pytest.mark.parametrize(
    ("shift", "words"), [(86_400.0, "24 h ahead"), (-864_000.0, "240 h behind")]
)
def test_a_clock_that_is_far_off_is_told(shift: float, words: str) -> None:
    source = Source()
    assert source.run(30, lambda value: [(value, source.now + shift)]) == [Kind.DISTURBED]
    assert words in source.health[1]
    assert Kind.HIGH in source.run(3, lambda value: [(value + 40.0, source.now + shift)])


def test_a_clock_that_stands_still_does_not_hide_a_fault() -> None:
    source = Source()
    assert source.run(100, lambda value: [(value, START)]) == [Kind.DISTURBED]
    assert source.health == (SignalStatus.MAINTENANCE_REQUIRED, "its timestamps stand still")
    assert Kind.HIGH in source.run(3, lambda value: [(value + 40.0, START)])
    assert source.run(100) == [Kind.FALLING_FAST]
    assert source.health[0] is SignalStatus.GOOD


def test_repeated_and_late_values_are_counted_and_raise_nothing_else() -> None:
    source = Source()
    rows = [(0.0, 0.0), (95.0, 0.0), (95.0, -20.0)]
    usual = lambda v: [(v if not at else x, source.now + t) for at, (x, t) in enumerate(rows)]  # noqa: E731
    assert source.run(50, usual) == [Kind.DISTURBED]
    assert source.counts[Oddity.REPEATED] == 50
    assert source.counts[Oddity.OUT_OF_ORDER] == 50


def test_ten_kilohertz_are_thinned_to_their_extremes() -> None:
    source = Source()
    source.run(100)

    def fast(value: float) -> list[Row]:
        return [(value + 0.001 * at, source.now + at / 10_000) for at in range(10_000)]

    assert source.run(2, lambda value: fast(value - 5.0)) == [Kind.DISTURBED]
    assert source.health[1] == "comes about 9680 times a second"
    extremes = source.watch.trace.extremes(source.now - 1.0)
    assert extremes is not None
    assert extremes[1] - extremes[0] == pytest.approx(10.0, abs=1.5)
    spike = [(40.0, 0.0), *((40.0 + 60.0 * (at == 777), at / 10_000) for at in range(1, 1000))]
    began = source.run(1, lambda _: [(value, source.now + time) for value, time in spike])
    assert Kind.HIGH_HIGH in began


def test_a_slow_source_in_clumps_is_no_fast_one() -> None:
    source = Source()
    for _ in range(30):
        source.run(9, lambda _: [])
        source.run(1, lambda value: [(value, source.now + at / 1000) for at in range(10)])
    assert source.counts[Oddity.TOO_FAST] == 0


def test_a_stuck_signal_asks_for_maintenance() -> None:
    source = Source()
    source.run(20)
    assert source.run(301, lambda _: [(40.0, source.now)]) == [Kind.STUCK]
    assert source.health == (SignalStatus.MAINTENANCE_REQUIRED, "the same value for 5 min or more")


def test_silence_is_a_failure() -> None:
    source = Source()
    source.run(20)
    assert source.run(40, lambda _: []) == [Kind.STALE]
    assert source.health == (SignalStatus.FAILURE, "no value for 30 s or more")


@pytest.mark.parametrize("kind", [Kind.LOOP, Kind.DISTURBED, Kind.LOW])
def test_what_held_before_a_restart_returns(kind: Kind) -> None:
    source = Source(LOOP)
    source.watch.force(kind, active=True)
    status, why = source.health
    assert (why == "") == (status is SignalStatus.GOOD) == (kind is Kind.LOW)
    source.run(15, lambda _: [(12.0, source.now)])
    assert [(c.condition.kind, c.active) for c in source.told] == [(kind, False)]


NONSENSE = st.one_of(
    st.sampled_from([math.nan, math.inf, -math.inf, 1e300, 65535.0, -9999.0, 1e30, -1e35]),
)
TIMES = st.one_of(st.floats(allow_nan=True, allow_infinity=True), st.floats(-1e5, 1e5))


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 100),
            TIMES,
            st.sampled_from(["", "", "°F", "bar", "x"]),
            st.sampled_from(["", "", "odd"]),
            st.floats(0, 100),
        ),
        max_size=80,
    ),
    st.sampled_from([FULL, LOOP, Tag("t", range=Range(0.0, 50.0), rate=Rate(rise=1.0))]),
)
def test_nothing_that_comes_raises_and_flips_alternate(
    rows: list[tuple[float, float, str, str, float]], tag: Tag
) -> None:
    source = Source(tag)
    for value, time, unit, doubt, passed in rows:
        source.now += passed
        source.take(
            value, time if not abs(time) < 1e5 else source.now + time, unit=unit, doubt=doubt
        )
        source.told += source.watch.tick(source.now)
        assert source.watch.value is None or math.isfinite(source.watch.value)
        assert (source.watch.health.why == "") == (source.watch.status is SignalStatus.GOOD)
    state: dict[Kind, bool] = {}
    for change in source.told:
        assert state.get(change.condition.kind, False) is not change.active
        state[change.condition.kind] = change.active
        assert change.value is None or math.isfinite(change.value)


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.tuples(NONSENSE, st.just(0.0), st.just("")),
            st.tuples(st.floats(30, 50), st.sampled_from([-60.0, -1.0]), st.just("")),
            st.tuples(st.just(40.0), st.sampled_from([0.0, 1e6, -1e6, 1e15]), st.just("")),
            st.tuples(st.floats(-1e6, 1e6), st.just(0.0), st.just("bar")),
            st.tuples(st.just(104.0), st.just(0.0), st.just("°F")),
        ),
        max_size=60,
    )
)
def test_bad_input_alone_is_never_a_machines_fault(rows: list[tuple[float, float, str]]) -> None:
    """Good values all along, and between them whatever is wrong in a way that shows."""
    source = Source()
    source.run(60)
    for value, shift, unit in rows:
        source.run(1)
        source.take(value, source.now + shift, unit=unit)
    began = source.run(20) + [c.condition.kind for c in source.told if c.active]
    assert SIGNAL_KINDS.issuperset(began)


def test_a_slow_signal_is_sound_again_after_eight_good_values() -> None:
    source = Source(Tag("t"))
    source.run(5)
    source.run(3, lambda _: [(math.nan, source.now)])
    for _ in range(7):
        source.now += 100.0
        source.take(source.usual())
    assert Kind.DISTURBED in source.watch.active
    source.now += 100.0
    source.take(source.usual())
    assert Kind.DISTURBED not in source.watch.active
