"""The alarms of one machine: what its conditions, its operators and its modes make of them.

::

    transition ──> chatter ──> life cycle ──> episode
                                   │  ▲
              operations, rules, windows
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any

from lamplighter.faults.alarms.chatter import ChatterGuard
from lamplighter.faults.alarms.controls import Control, objection
from lamplighter.faults.alarms.episodes import Due, Episode, EpisodeLog
from lamplighter.faults.alarms.figures import AlarmFigures
from lamplighter.faults.alarms.flood import FloodWatch
from lamplighter.faults.alarms.life_cycle import BY_HAND, Alarm, State
from lamplighter.faults.alarms.raised import Done, Raised
from lamplighter.faults.alarms.settings import matches
from lamplighter.faults.alarms.suppression import Logic
from lamplighter.faults.alarms.windows import KeptWindows, MachineWindows
from lamplighter.faults.condition import Condition, Severity, rank
from lamplighter.faults.settings import Faults, Machine
from lamplighter.faults.signals.signal_watch import Transition
from lamplighter.faults.signals.status import SignalStatus
from lamplighter.faults.stored import mapping, maybe_moment


class Plant:
    """What the alarms of all machines share.

    Args:
        config: of faults.
        zone: the home's time zone.
    """

    def __init__(self, config: Faults, zone: tzinfo = UTC) -> None:
        self.config = config
        self.zone = zone
        self.figures = AlarmFigures()
        self.flood = FloodWatch(config.flood)


@dataclass(frozen=True, slots=True)
class Seen:
    """A signal as it is now; the value is None where none has come."""

    value: float | None
    status: SignalStatus


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an operation did: the alarms that it changed, and why the others named were left."""

    changed: list[str]
    left: dict[str, str]


@dataclass(frozen=True, slots=True)
class KeptAlarms:
    """What an earlier run kept of a machine's alarms."""

    alarms: dict[str, Raised]
    episode: Episode | None
    windows: KeptWindows
    logic: dict[str, float | None]


class MachineAlarms:
    """The alarms of one machine with its episode.

    Every method that may change alarms returns the keys of those whose record is to be told.

    Args:
        machine: its configuration.
        conditions: what can be wrong with it.
        plant: what all machines share.
        seen: a signal as it is now, by its tag.
    """

    def __init__(
        self,
        machine: Machine,
        conditions: Iterable[Condition],
        *,
        plant: Plant,
        seen: Callable[[str], Seen],
    ) -> None:
        config = plant.config
        self.raised = {
            condition.key: Raised(condition, Alarm(latching=condition.latching))
            for condition in conditions
        }
        self.episodes = EpisodeLog(machine.asset, settle=config.settle, quiet=config.quiet)
        self.windows = MachineWindows(
            [
                each
                for each in config.windows
                if not each.machines or machine.asset in each.machines
            ],
            plant.zone,
        )
        self._plant = plant
        self._seen = seen
        self._logic = [Logic(number, rule) for number, rule in enumerate(machine.suppress)]
        self._chatter: dict[str, ChatterGuard] = {}
        self._shelved: set[str] = set()

    @property
    def chattering(self) -> list[str]:
        """The keys of the alarms that chatter now."""
        return [key for key, guard in self._chatter.items() if guard.on]

    def chatters(self, key: str) -> bool:
        """Whether an alarm chatters now."""
        guard = self._chatter.get(key)
        return guard is not None and guard.on

    def know(self, condition: Condition, now: float) -> None:
        """Take over a condition that shows only now, or whose limit is another one now."""
        key = condition.key
        if key in self.raised:
            self.raised[key].condition = condition
            return
        alarm = Alarm(latching=condition.latching)
        for name in self.windows.open:
            if matches(key, self.windows.patterns(name)):
                alarm.suppress(name, now, source=_window(name))
        for logic in self._logic:
            if logic.on and matches(key, logic.rule.conditions):
                alarm.suppress(logic.rule.called, now, source=logic.source)
        self.raised[key] = Raised(condition, alarm)

    def moved(self, transitions: Iterable[Transition], now: float) -> list[str]:
        """Carries the detectors' flips to the alarms."""
        told = self._follow_logic(now)
        for transition in transitions:
            key = transition.condition.key
            guard = self._chatter.get(key)
            if guard is None:
                guard = self._chatter[key] = ChatterGuard(self._plant.config.chatter)
            before = guard.on
            change = guard.take(transition, now)
            if guard.on and not before:
                self._plant.figures.chattered(self._full(key), now)
            if change is not None:
                told += self._apply(change, now)
        return told

    def tick(self, now: float) -> list[str]:
        """Shelves, held returns, rules and windows run on."""
        told: list[str] = []
        for key, guard in list(self._chatter.items()):
            ended, held = guard.tick(now)
            if held is not None:
                # It has been back since then: the episode is quiet for as long.
                told += self._apply(*held)
            elif ended:
                told.append(key)
            if guard.idle:
                del self._chatter[key]
        for key in sorted(self._shelved):
            if self._change(key, now, lambda alarm: alarm.expire(now)):
                told.append(key)
            if self.raised[key].alarm.shelved is None:
                self._shelved.discard(key)
        return told + self._follow_logic(now) + self.follow_windows(now)

    def operate(self, control: Control, keys: Iterable[str]) -> Outcome:
        """Carries out an operator's operation on some of the alarms."""
        changed: list[str] = []
        left: dict[str, str] = {}
        for key in keys:
            raised = self.raised[key]
            reason = objection(control, raised.alarm)
            waits = raised.announced if control.op == "ack" else None
            if reason or not self._change(key, control.at, control.apply):
                left[key] = reason
                continue
            changed.append(key)
            raised.done = Done(control.op, control.user, control.at)
            if waits is not None:
                self._plant.figures.acknowledged(control.at - waits, control.at)
            if raised.alarm.shelved_until is not None:
                self._shelved.add(key)
        return Outcome(changed, left)

    def follow_windows(self, now: float) -> list[str]:
        """Suppresses, and ceases to, as the windows are now."""
        before = self.windows.open
        if not self.windows.look(now):
            return []
        told: list[str] = []
        for name in sorted(self.windows.open ^ before):
            on = name in self.windows.open
            patterns = self.windows.patterns(name)
            # What an ended one suppressed may have been another choice when it began.
            keys = [key for key in self.raised if not on or matches(key, patterns)]
            told += self._suppress(keys, _window(name), name, now, on=on)
        return told

    def due(self, now: float) -> tuple[Due, Episode] | None:
        """The report that is due now; in a flood only where it is among the gravest."""
        episode = self.episodes.open
        if episode is None or not self.episodes.is_due(now):
            return None
        gravest = max((self._severity(key) for key in episode.members), key=rank)
        permitted = self._plant.flood.permits(gravest, episode.held, now)
        return self.episodes.due(now, held=not permitted)

    def clock_set(self, by: float) -> list[str]:
        """The clock was set, so many seconds forward: all that runs, runs as long."""
        self.episodes.clock_set(by)
        self.windows.clock_set(by)
        for logic in self._logic:
            logic.clock_set(by)
        for guard in self._chatter.values():
            guard.clock_set(by)
        for raised in self.raised.values():
            if raised.announced is not None:
                raised.announced += by
        return [key for key, raised in self.raised.items() if raised.alarm.clock_set(by)]

    def snapshot(self) -> dict[str, Any]:
        """Alarms that are not as they were at first, the open episode, rules and windows."""
        return {
            "alarms": {
                key: raised.to_dict() for key, raised in self.raised.items() if not raised.pristine
            },
            "episode": self.episodes.to_dict(),
            "windows": self.windows.to_dict(),
            "logic": {logic.source: logic.over for logic in self._logic if logic.on},
        }

    def read(self, stored: dict[str, Any]) -> KeptAlarms:
        """What a snapshot holds; nothing is taken over yet.

        Raises:
            PayloadError: it is damaged.
        """
        alarms = {
            key: Raised.read(mapping(part, key), self.raised[key].condition)
            for key, part in mapping(stored.get("alarms"), "alarms").items()
            if key in self.raised
        }
        episode = stored.get("episode")
        logic = mapping(stored.get("logic", {}), "logic")
        return KeptAlarms(
            alarms,
            None
            if episode is None
            else Episode.from_dict(mapping(episode, "episode"), known=self.raised),
            KeptWindows.read(mapping(stored.get("windows", {}), "windows")),
            {source: maybe_moment(over, source) for source, over in logic.items()},
        )

    def restore(self, kept: KeptAlarms, now: float) -> None:
        """Goes on from what was kept. Suppressions whose rule or window is no more end.

        Where the clock is behind what it was then (a gateway without a battery, before its clock
        is set), what is awaited lasts no longer than it was to.
        """
        self.raised.update(kept.alarms)
        self.windows.restore(kept.windows, now)
        for logic in self._logic:
            if logic.source in kept.logic:
                over = kept.logic[logic.source]
                logic.on, logic.over = True, None if over is None else min(over, now)
        sources = {logic.source for logic in self._logic if logic.on} | {BY_HAND}
        sources |= {_window(name) for name in self.windows.open}
        for raised in kept.alarms.values():
            raised.resumed(now)
            for source in set(raised.alarm.suppressors) - sources:
                raised.alarm.unsuppress(source=source)
        self._shelved = {key for key, raised in kept.alarms.items() if raised.alarm.shelved}
        self.episodes.restore(kept.episode, now)

    def _apply(self, change: Transition, now: float) -> list[str]:
        key = change.condition.key
        raised = self.raised[key]

        def move(alarm: Alarm) -> bool:
            if not alarm.condition(active=change.active):
                return False
            raised.since = change.since
            return True

        return [key] if self._change(key, now, move, change) else []

    def _change(
        self,
        key: str,
        now: float,
        act: Callable[[Alarm], bool],
        change: Transition | None = None,
    ) -> bool:
        """Does something to an alarm, and lets the episode and the figures know what came of it."""
        raised = self.raised[key]
        alarm, before = raised.alarm, raised.alarm.state
        if not act(alarm):
            return False
        if change is None:
            value = self._seen(raised.condition.tag).value
            since = raised.since if raised.since is not None else now
            change = Transition(raised.condition, alarm.active, since, value)
        if alarm.state is State.UNACKNOWLEDGED and before is not State.UNACKNOWLEDGED:
            raised.announced = now
            self._plant.figures.came(self._full(key), str(raised.condition.severity), now)
            self._plant.flood.came(raised.condition, now)
        former = self.episodes.open
        self.episodes.update(change, now, visible=alarm.active and not alarm.hidden)
        episode = self.episodes.open
        if episode is not None and episode is not former:
            episode.window = self.windows.around(episode.started)
        return True

    def _follow_logic(self, now: float) -> list[str]:
        told: list[str] = []
        for logic in self._logic:
            seen = self._seen(logic.rule.when.tag)
            heard = seen.status is not SignalStatus.FAILURE
            if not logic.look(seen.value, now, trusted=heard):
                continue
            keys = [key for key in self.raised if matches(key, logic.rule.conditions)]
            told += self._suppress(keys, logic.source, logic.rule.called, now, on=logic.on)
        return told

    def _suppress(
        self, keys: list[str], source: str, by: str, now: float, *, on: bool
    ) -> Iterator[str]:
        def act(alarm: Alarm) -> bool:
            if on:
                return alarm.suppress(by, now, source=source)
            return alarm.unsuppress(source=source)

        return (key for key in keys if self._change(key, now, act))

    def _severity(self, key: str) -> Severity:
        return self.raised[key].condition.severity

    def _full(self, key: str) -> str:
        return f"{self.raised[key].condition.asset}/{key}"


def _window(name: str) -> str:
    return f"window: {name}"
