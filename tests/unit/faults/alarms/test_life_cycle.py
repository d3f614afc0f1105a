from __future__ import annotations

import json

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
        able = seconds > 0 and (not self.hides or "shelved" in self.hides)
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

    @rule()
    def suppress(self) -> None:
        assert self.alarm.suppress("logic", self.now) is ("suppressed_by_design" not in self.hides)
        self.hides.add("suppressed_by_design")

    @rule()
    def unsuppress(self) -> None:
        able = "suppressed_by_design" in self.hides
        assert self.alarm.unsuppress() is able
        self._end("suppressed_by_design", able=able)

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
        strongest = ("out_of_service", "suppressed_by_design", "shelved")
        shown = next((hide for hide in strongest if hide in self.hides), self.state)
        assert str(self.alarm.state) == shown
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


@given(st.sampled_from([State.NORMAL, State.ACKNOWLEDGED]), st.booleans())
def test_unknown_keys_of_a_newer_version_are_left_out(cycle: State, active: bool) -> None:  # noqa: FBT001 - hypothesis
    stored = {**Alarm(cycle=cycle, active=active).to_dict(), "colour": "red"}
    assert Alarm.from_dict(stored, latching=False) == Alarm(cycle=cycle, active=active)
