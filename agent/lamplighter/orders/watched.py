"""One standing order that is watched: whether it is to act now."""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.orders import marks
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.kept import Kept
from lamplighter.orders.marks import Mark
from lamplighter.orders.order import Fact
from lamplighter.orders.truth import States, all_of, holds


class Watched:
    """An order with what was seen of it last.

    Args:
        kept: the order.
        states: what facts are looked up in.
        daylight: the hours of the home.
    """

    def __init__(self, kept: Kept, states: States, daylight: Callable[[], Daylight]) -> None:
        self.kept = kept
        self.marks: dict[str, Mark] = {}
        self._states = states
        self._daylight = daylight
        self._atoms = marks.atoms(kept.order)
        self._lasting = marks.lasting(kept.order)

    @property
    def timed(self) -> bool:
        """True where time alone can make it act."""
        if not self._atoms:
            return bool(self.kept.order.hours or self._lasting)
        return any(
            fact.held_s and (mark := self.marks.get(key)) and mark.true and not mark.done
            for key, fact in self._atoms.items()
        )

    def begin(self, before: dict[str, Mark], wall: float, age: float) -> None:
        """Takes up what an earlier run saw, and looks for the first time at what it did not see."""
        for key, fact in (*self._atoms.items(), *self._lasting.items()):
            self.marks[key] = before.get(key) or marks.first(holds(fact, self._states), age)
        if not self._atoms:
            now = self._together(wall, age)
            self.marks[marks.WHOLE] = before.get(marks.WHOLE) or marks.first(now, age)

    def look(self, wall: float, age: float) -> tuple[Fact, ...] | None:
        """What makes it act now: None where it does not act.

        Args:
            wall: UTC seconds, for the hours of the day.
            age: seconds of a clock that takes no leaps, for how long something has been so.
        """
        for key, fact in (*self._atoms.items(), *self._lasting.items()):
            self.marks[key] = marks.advanced(self.marks[key], holds(fact, self._states), age)
        if not self._atoms:
            before = self.marks[marks.WHOLE]
            mark = marks.advanced(before, self._together(wall, age), age)
            acts = mark.ripe(0.0, age)
            self.marks[marks.WHOLE] = Mark(mark.true, mark.since, mark.done or acts)
            return self.kept.order.conditions if acts else None
        return self._triggered(wall, age)

    def _triggered(self, wall: float, age: float) -> tuple[Fact, ...] | None:
        ripe: list[Fact] = []
        for key, fact in self._atoms.items():
            mark = self.marks[key]
            if mark.ripe(fact.held_s, age):
                self.marks[key] = Mark(mark.true, mark.since, done=True)
                ripe.append(fact)
        return tuple(ripe) if ripe and self._together(wall, age) else None

    def _together(self, wall: float, age: float) -> bool | None:
        """Whether all conditions and hours are the case; None where that is not known."""
        daylight = self._daylight()
        verdicts: list[bool | None] = [
            daylight.within(span, wall) for span in self.kept.order.hours
        ]
        for place, fact in enumerate(self.kept.order.conditions):
            verdict = holds(fact, self._states)
            mark = self.marks.get(f"c{place}")
            if verdict and mark is not None:
                verdict = mark.true and age - mark.since >= fact.held_s
            verdicts.append(verdict)
        return all_of(verdicts)
