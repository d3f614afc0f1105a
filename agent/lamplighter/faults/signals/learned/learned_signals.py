"""Learned detection of all machines' signals: values in, transitions of their conditions out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lamplighter.errors import PayloadError
from lamplighter.faults.condition import Kind
from lamplighter.faults.settings import Machine
from lamplighter.faults.signals.learned.arrays import decoded, encoded
from lamplighter.faults.signals.learned.bank import Bank, Learned
from lamplighter.faults.signals.learned.conditions import KINDS, learned_condition
from lamplighter.faults.signals.learned.held import Held, HeldConditions, Told
from lamplighter.faults.signals.learned.settings import BARS, Learning
from lamplighter.faults.signals.signal_watch import Transition
from lamplighter.faults.stored import SNAPSHOT, mapping, number, text

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Watched:
    """A signal that is learned of."""

    machine: Machine
    tag: str

    @property
    def key(self) -> str:
        """What it is found by in what an earlier run kept: another unit makes another signal."""
        return f"{self.machine.asset}/{self.tag} {self.machine.tags[self.tag].value_unit}"


class LearnedSignals:
    """Every signal that is learned of, by its row in the bank.

    Args:
        machines: as they are watched.
        config: how to learn.
    """

    def __init__(self, machines: Iterable[Machine], config: Learning) -> None:
        self._watched = [
            Watched(machine, tag)
            for machine in machines
            for tag, about in machine.tags.items()
            if about.learned
        ]
        self._span = config.span
        self._rows: dict[str, dict[str, int]] = {}
        for row, each in enumerate(self._watched):
            self._rows.setdefault(each.machine.asset, {})[each.tag] = row
        self._bank = Bank(len(self._watched), config.span)
        self._conditions = HeldConditions(self._bank, BARS[config.sensitivity])
        self._add = self._bank.buffer.add

    def take(self, asset: str, tag: str, value: float, time: float) -> None:
        """Take a value that counts; of a signal that is not learned of, nothing is done."""
        row = self._rows[asset].get(tag) if asset in self._rows else None
        if row is not None:
            self._add(row, value, time)

    def holding(self) -> set[tuple[str, str, Kind]]:
        """Asset, tag and kind of every condition that holds."""
        return {
            (self._watched[row].machine.asset, self._watched[row].tag, kind)
            for row, kind in self._conditions.held
        }

    def tick(self, now: float, excused: Callable[[str, str], bool]) -> list[Transition]:
        """What began and ended.

        Args:
            now: the agent's clock, UTC seconds.
            excused: whether a signal of a machine is itself at fault, so that it says nothing.
        """
        told: list[Transition] = []
        for judged in self._bank.tick(now):
            for each in self._conditions.take(judged):
                watched = self._watched[each.row]
                if each.active and excused(watched.machine.asset, watched.tag):
                    self._conditions.forget(each.row, each.kind)
                else:
                    told.append(self._transition(each))
        return told

    def clock_set(self, by: float) -> None:
        """The agent's clock was set, so many seconds forward."""
        self._bank.buffer.clock_set(by)

    def to_dict(self) -> dict[str, Any]:
        """What is learned, as JSON can hold it."""
        parts = self._bank.learned.parts()
        return {
            "version": VERSION,
            "span": self._span,
            "signals": [each.key for each in self._watched],
            **{name: encoded(array) for name, array in parts.items()},
            "held": [
                {"signal": self._watched[row].key, "kind": str(kind), **_kept(held)}
                for (row, kind), held in self._conditions.held.items()
            ],
        }

    def restore(self, stored: dict[str, Any]) -> None:
        """Go on from what an earlier run learned of the signals that are still there.

        Raises:
            PayloadError: it is damaged, of another version or another span; nothing was taken over.
        """
        if stored.get("version") != VERSION or stored.get("span") != self._span:
            raise PayloadError(SNAPSHOT, "is of another version or span", "version")
        names = stored.get("signals")
        if not isinstance(names, list) or len(set(map(str, names))) != len(names):
            raise PayloadError(SNAPSHOT, "is no list of signals", "signals")
        column = {text(name, "signals"): at for at, name in enumerate(names)}
        blank = Learned.nothing(len(column), self._bank.tuning.tails).parts()
        read = Learned(
            **{
                name: decoded(stored.get(name), name, shape=like.shape, dtype=like.dtype)
                for name, like in blank.items()
            }
        )
        rows = {each.key: row for row, each in enumerate(self._watched) if each.key in column}
        held = [
            (rows[key], kind, each)
            for key, kind, each in map(_read_held, _list(stored.get("held")))
            if key in rows
        ]
        if rows:
            self._bank.learned.put(
                np.array(list(rows.values())), read.of(np.array([column[key] for key in rows]))
            )
        self._conditions.held.update({(row, kind): each for row, kind, each in held})

    def _transition(self, told: Told) -> Transition:
        watched = self._watched[told.row]
        condition = learned_condition(watched.machine, watched.tag, told.kind, told.limit)
        return Transition(condition, told.active, told.since, told.value)


def _list(stored: Any) -> list[Any]:
    if not isinstance(stored, list):
        raise PayloadError(SNAPSHOT, "is no list", "held")
    return stored


def _kept(held: Held) -> dict[str, Any]:
    return {
        "since": held.since,
        "limit": held.limit,
        "centre": held.centre,
        "calm": held.calm,
        "score": held.score,
    }


def _read_held(stored: Any) -> tuple[str, Kind, Held]:
    about = mapping(stored, "held")
    kind = text(about.get("kind"), "kind")
    if kind not in KINDS:
        raise PayloadError(SNAPSHOT, "is no learned kind", "kind")
    held = Held(
        since=number(about.get("since"), "since"),
        limit=number(about.get("limit"), "limit"),
        centre=number(about.get("centre"), "centre"),
        calm=number(about.get("calm"), "calm"),
        score=number(about.get("score"), "score"),
        # What was known before it began is too much to keep: it goes on from what is known now.
        before=None,
    )
    return text(about.get("signal"), "signal"), Kind(kind), held
