"""A machine's alarms against a model of the standard, whatever happens in whatever order.

The model is the standard's table written out, with the hiding states beside it. It knows nothing
of the code but what goes in (values, operations, time, restarts) and the states that come out.
"""

from __future__ import annotations

import json

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from lamplighter.faults.alarms.settings import Chatter, Grade, Suppression, When
from lamplighter.faults.evidence import fault_tables
from lamplighter.faults.monitor import AlarmChanged, FaultMonitor
from lamplighter.faults.settings import Faults, Limits, Machine, Tag
from lamplighter.plugin import Sample

STANDING = Suppression(When("amps", below=1.0), ("bar_low",), delay=20.0)
PUMP = Machine(
    "pump1",
    tags={"bar": Tag("t", limits=Limits(low=2.0, high=8.0)), "amps": Tag("t")},
    suppress=(STANDING,),
    alarms={"bar_high": Grade(latching=True)},
)
KEYS = ("bar_high", "bar_low")
CONFIG = Faults(chatter=Chatter(count=1000))
TABLES = fault_tables.load(None)
NORMAL, UNACK, ACKED, RETURNED = (
    "normal",
    "unacknowledged",
    "acknowledged",
    "returned_unacknowledged",
)
LATCHED, LATCHED_ACKED = "latched_unacknowledged", "latched_acknowledged"

# (state, event, latching) -> state, of an alarm that is not hidden; what is not here stays.
TABLE = {
    (NORMAL, "came"): UNACK,
    (UNACK, "ack"): ACKED,
    (RETURNED, "ack"): NORMAL,
    (RETURNED, "came"): UNACK,
    (LATCHED, "ack"): LATCHED_ACKED,
    (LATCHED, "came"): UNACK,
    (LATCHED_ACKED, "came"): UNACK,
    (LATCHED_ACKED, "reset"): NORMAL,
}
WENT = {
    False: {UNACK: RETURNED, ACKED: NORMAL},
    True: {UNACK: LATCHED, ACKED: LATCHED_ACKED},
}


class Model:
    """One alarm by the standard."""

    def __init__(self, *, latching: bool) -> None:
        self.latching = latching
        self.state = NORMAL
        self.holds = False
        self.came_since = False
        self.hides: set[str] = set()

    def hold(self, *, holds: bool) -> None:
        if holds is self.holds:
            return
        self.holds = holds
        if holds:
            self.came_since = True
        if self.hides:
            return
        if holds:
            self.state = TABLE.get((self.state, "came"), self.state)
        else:
            self.state = WENT[self.latching].get(self.state, self.state)

    def operate(self, event: str) -> None:
        if not self.hides:
            self.state = TABLE.get((self.state, event), self.state)

    def hide(self, why: str) -> None:
        if not self.hides:
            self.came_since = self.holds or self.state in {LATCHED, LATCHED_ACKED}
        self.hides.add(why)

    def show(self, why: str) -> None:
        if why not in self.hides:
            return
        self.hides.discard(why)
        if self.hides:
            return
        if self.holds:
            self.state = UNACK
        else:
            self.state = LATCHED if self.latching and self.came_since else NORMAL

    @property
    def shown(self) -> str:
        if "service" in self.hides:
            return "out_of_service"
        if self.hides - {"service", "shelf"}:
            return "suppressed_by_design"
        return "shelved" if self.hides else self.state


class Plant(RuleBasedStateMachine):
    """The monitor and the model, told the same."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1_772_373_600.0
        self.monitor = self.made()
        self.models = {key: Model(latching=key == "bar_high") for key in KEYS}
        self.bar = self.amps = 5.0
        self.shelf_until: dict[str, float] = {}
        self.window_until: float | None = None
        self.standing_until: float | None = None
        self.published: dict[str, str] = {}

    def made(self) -> FaultMonitor:
        return FaultMonitor([PUMP], clock=lambda: self.now, config=CONFIG, tables=TABLES)

    def heard(self, seconds: float = 1.0) -> None:
        """Time passes; both signals are heard, the current first."""
        self.now += seconds
        changes = self.monitor.sample(Sample("pump1", "amps", self.amps, self.now))
        changes += self.monitor.sample(Sample("pump1", "bar", self.bar, self.now))
        changes += self.monitor.tick(self.now)
        for change in changes:
            if isinstance(change, AlarmChanged):
                self.published[change.condition] = change.record["state"]
        if self.amps < 1.0:
            self.standing_until = float("inf")
        elif self.standing_until == float("inf"):
            self.standing_until = self.now + 20.0
        low = self.models["bar_low"]
        if self.standing_until is not None and self.now < self.standing_until:
            low.hide("standing")
        self.models["bar_high"].hold(holds=self.bar > 8.0)
        low.hold(holds=self.bar < 2.0)
        self.expired()

    def expired(self) -> None:
        for key, until in list(self.shelf_until.items()):
            if self.now >= until:
                del self.shelf_until[key]
                self.models[key].show("shelf")
        if self.standing_until is not None and self.now >= self.standing_until:
            self.standing_until = None
            self.models["bar_low"].show("standing")
        if self.window_until is not None and self.now >= self.window_until:
            self.end_of_window()

    def end_of_window(self) -> None:
        self.window_until = None
        for model in self.models.values():
            model.show("window")

    def tell(self, op: str, key: str, **more: object) -> None:
        told = {"op": op, "asset": "pump1", "condition": key, "user": "ann", **more}
        for change in self.monitor.operate(told).changes:
            if isinstance(change, AlarmChanged):
                self.published[change.condition] = change.record["state"]

    @rule(bar=st.sampled_from([1.0, 5.0, 9.0]), amps=st.sampled_from([0.0, 5.0]))
    def values(self, bar: float, amps: float) -> None:
        self.bar, self.amps = bar, amps
        self.heard()

    @rule(times=st.integers(1, 5))
    def time_passes(self, times: int) -> None:
        for _ in range(times):
            self.heard(15.0)

    @rule(key=st.sampled_from(KEYS), op=st.sampled_from(["ack", "reset"]))
    def operator(self, key: str, op: str) -> None:
        self.tell(op, key)
        self.models[key].operate(op)

    @rule(key=st.sampled_from(KEYS), minutes=st.integers(1, 3))
    def shelve(self, key: str, minutes: int) -> None:
        self.tell("shelve", key, minutes=minutes)
        self.models[key].hide("shelf")
        self.shelf_until[key] = self.now + minutes * 60.0

    @rule(key=st.sampled_from(KEYS))
    def unshelve(self, key: str) -> None:
        self.tell("unshelve", key)
        self.shelf_until.pop(key, None)
        self.models[key].show("shelf")

    @rule(key=st.sampled_from(KEYS), hide=st.booleans())
    def by_hand(self, key: str, hide: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        self.tell("suppress" if hide else "unsuppress", key)
        (self.models[key].hide if hide else self.models[key].show)("hand")

    @rule(key=st.sampled_from(KEYS), out=st.booleans())
    def service(self, key: str, out: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        self.tell("out_of_service" if out else "return_to_service", key)
        (self.models[key].hide if out else self.models[key].show)("service")

    @rule(minutes=st.integers(1, 3))
    def window(self, minutes: int) -> None:
        self.tell("window", "*", name="cleaning", minutes=minutes)
        self.window_until = self.now + minutes * 60.0
        for model in self.models.values():
            model.hide("window")

    @precondition(lambda self: self.window_until is not None)
    @rule()
    def end_window(self) -> None:
        self.tell("end_window", "*")
        self.end_of_window()

    @rule()
    def restart(self) -> None:
        kept = json.loads(json.dumps(self.monitor.snapshot()))
        self.monitor = self.made()
        self.monitor.restore(kept)

    @invariant()
    def every_alarm_is_as_the_standard_says(self) -> None:
        records = {each.condition: each.record for each in self.monitor.records()}
        for key, model in self.models.items():
            assert records[key]["state"] == model.shown
            assert records[key]["active"] is model.holds

    @invariant()
    def what_was_published_last_is_how_it_is(self) -> None:
        for key, state in self.published.items():
            assert state == self.models[key].shown


TestPlant = Plant.TestCase
TestPlant.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
