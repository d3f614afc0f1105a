from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from lamplighter.faults.alarms.life_cycle import Alarm, Mark, State

# The standard's transitions, written out: (state, event) -> state. What is not in the table
# changes nothing. "unhide" stands for the end of the last shelf, suppression or service.
N, U, A, R = "normal", "unacknowledged", "acknowledged", "returned_unacknowledged"
LU, LA = "latched_unacknowledged", "latched_acknowledged"
PLAIN = {
    (N, "active"): U,
    (U, "ack"): A,
    (U, "inactive"): R,
    (A, "inactive"): N,
    (R, "ack"): N,
    (R, "active"): U,
}
LATCHING = {
    (N, "active"): U,
    (U, "ack"): A,
    (U, "inactive"): LU,
    (A, "inactive"): LA,
    (LU, "ack"): LA,
    (LU, "active"): U,
    (LA, "active"): U,
    (LA, "reset"): N,
}


# What suppresses: each by itself.
SUPPRESSORS = ("by hand", "logic 0: standing", "window: cleaning")
SOURCES = st.sampled_from(SUPPRESSORS)


class Life(RuleBasedStateMachine):
    """Any row of events leaves the alarm where the table leads."""

    latching = False

    def __init__(self) -> None:
        super().__init__()
        self.alarm = Alarm(latching=self.latching)
        self.table = LATCHING if self.latching else PLAIN
        self.state = N
        self.active = False
        self.hides: set[str] = set()
        self.until = 0.0
        self.now = 0.0

    def event(self, name: str) -> None:
        """Let the event happen in the table."""
        self.state = self.table.get((self.state, name), self.state)

    def unhide(self) -> None:
        """The last thing that hid it ended: the state is what the condition then is."""
        if self.hides:
            return
        if self.active:
            self.state = U
        elif self.latching and self.state != N:
            self.state = LU
        else:
            self.state = N

    @rule(active=st.booleans())
    def condition(self, active: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        assert self.alarm.condition(active=active) is (active is not self.active)
        self.event("active" if active and not self.active else "inactive" if not active else "")
        self.active = active

    @rule()
    def ack(self) -> None:
        able = not self.hides and (self.state, "ack") in self.table
        assert self.alarm.acknowledge("ann", self.now) is able
        if able:
            self.event("ack")

    @rule()
    def reset(self) -> None:
        able = not self.hides and (self.state, "reset") in self.table
        assert self.alarm.reset() is able
        if able:
            self.event("reset")

    @rule(seconds=st.integers(-5, 50))
    def shelve(self, seconds: int) -> None:
        able = seconds > 0
        assert self.alarm.shelve("bob", self.now, self.now + seconds) is able
        if able:
            self.hides.add("shelved")
            self.until = self.now + seconds

    @rule()
    def unshelve(self) -> None:
        able = "shelved" in self.hides
        assert self.alarm.unshelve() is able
        self._end("shelved", able=able)

    @rule(seconds=st.integers(1, 30))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds
        able = "shelved" in self.hides and self.now >= self.until
        assert self.alarm.expire(self.now) is able
        self._end("shelved", able=able)

    @rule(source=SOURCES)
    def suppress(self, source: str) -> None:
        able = source not in self.hides
        assert self.alarm.suppress("logic", self.now, source=source) is able
        self.hides.add(source)

    @rule(source=SOURCES)
    def unsuppress(self, source: str) -> None:
        able = source in self.hides
        assert self.alarm.unsuppress(source=source) is able
        self._end(source, able=able)

    @rule()
    def take_out_of_service(self) -> None:
        able = "out_of_service" not in self.hides
        assert self.alarm.take_out_of_service("eve", self.now) is able
        self.hides.add("out_of_service")

    @rule()
    def return_to_service(self) -> None:
        able = "out_of_service" in self.hides
        assert self.alarm.return_to_service() is able
        self._end("out_of_service", able=able)

    @rule()
    def restart(self) -> None:
        self.alarm = Alarm.from_dict(
            json.loads(json.dumps(self.alarm.to_dict())), latching=self.alarm.latching
        )

    def _end(self, hide: str, *, able: bool) -> None:
        if able:
            self.hides.discard(hide)
            self.unhide()

    @invariant()
    def the_state_is_the_tables(self) -> None:
        shown = self.state
        if "out_of_service" in self.hides:
            shown = "out_of_service"
        elif self.hides & set(SUPPRESSORS):
            shown = "suppressed_by_design"
        elif "shelved" in self.hides:
            shown = "shelved"
        assert str(self.alarm.state) == shown
        assert set(self.alarm.suppressors) == self.hides & set(SUPPRESSORS)
        assert self.alarm.hidden is bool(self.hides)
        assert self.alarm.active is self.active

    @invariant()
    def an_ack_is_kept_as_long_as_it_counts(self) -> None:
        assert (self.alarm.ack is not None) is (self.state in {A, LA})


class LatchingLife(Life):
    """The same for an alarm that latches."""

    latching = True


TestLife = Life.TestCase
TestLatchingLife = LatchingLife.TestCase


def test_who_and_when_are_kept() -> None:
    alarm = Alarm()
    alarm.condition(active=True)
    alarm.acknowledge("ann", 5.0)
    alarm.shelve("bob", 6.0, 60.0)
    assert alarm.ack == Mark("ann", 5.0)
    assert alarm.shelved == Mark("bob", 6.0)
    assert alarm.state is State.SHELVED


@pytest.mark.parametrize(
    ("latching", "events", "state"),
    [
        (False, "came back came", "unacknowledged"),
        (False, "came ack shelve unshelve", "unacknowledged"),
        (False, "came back shelve unshelve", "normal"),
        (False, "came shelve back expire", "normal"),
        (False, "shelve came expire", "unacknowledged"),
        (False, "came shelve ack unshelve", "unacknowledged"),
        (False, "shelve out unshelve came in", "unacknowledged"),
        (False, "out shelve in", "shelved"),
        (False, "suppress shelve unsuppress", "shelved"),
        (True, "came back came back", "latched_unacknowledged"),
        (True, "came ack back came", "unacknowledged"),
        (True, "came back reset", "latched_unacknowledged"),
        (True, "came ack reset", "acknowledged"),
        (True, "came ack back reset", "normal"),
        (True, "shelve came back unshelve", "latched_unacknowledged"),
        (True, "came ack back shelve reset unshelve", "latched_unacknowledged"),
    ],
)
def test_what_the_standard_says_of_the_ways_between(
    latching: bool,  # noqa: FBT001 - a parameter of the test
    events: str,
    state: str,
) -> None:
    alarm = Alarm(latching=latching)
    does: dict[str, Callable[[], object]] = {
        "came": lambda: alarm.condition(active=True),
        "back": lambda: alarm.condition(active=False),
        "ack": lambda: alarm.acknowledge("ann", 1.0),
        "reset": alarm.reset,
        "shelve": lambda: alarm.shelve("ann", 1.0, 10.0),
        "unshelve": alarm.unshelve,
        "expire": lambda: alarm.expire(10.0),
        "suppress": lambda: alarm.suppress("standing", 1.0),
        "unsuppress": alarm.unsuppress,
        "out": lambda: alarm.take_out_of_service("eve", 1.0),
        "in": alarm.return_to_service,
    }
    for event in events.split():
        does[event]()
    assert str(alarm.state) == state


def test_the_suppression_of_an_earlier_version_is_one_by_hand() -> None:
    stored = {**Alarm().to_dict(), "suppressed": {"by": "ann", "at": 3.0}}
    del stored["suppressors"]
    alarm = Alarm.from_dict(stored, latching=False)
    assert (alarm.suppressed, alarm.unsuppress()) == (Mark("ann", 3.0), True)


@given(st.sampled_from([State.NORMAL, State.ACKNOWLEDGED]), st.booleans())
def test_unknown_keys_of_a_newer_version_are_left_out(cycle: State, active: bool) -> None:  # noqa: FBT001 - hypothesis
    stored = {**Alarm(cycle=cycle, active=active).to_dict(), "colour": "red"}
    assert Alarm.from_dict(stored, latching=False) == Alarm(cycle=cycle, active=active)
