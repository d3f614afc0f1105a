"""The watch: follows states and the time, and has standing orders carried out.

An order acts when what it waits for becomes true, and not again before that was false. What was
true before a restart did not just happen; for how long something has been true outlasts one.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import structlog

from lamplighter.orders import marks, wording
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.kept import Kept
from lamplighter.orders.order import Fact
from lamplighter.orders.truth import States
from lamplighter.orders.watched import Watched
from lamplighter.store.records.orders import OrderState
from lamplighter.understanding.speech import sentence

_log = structlog.get_logger("orders")

MOST_A_MINUTE = 6
"""An order that acts more often goes round in circles, and is suspended."""

_MINUTE_S = 60.0

Run = Callable[[Kept, str], Awaitable[None]]
"""Carries out an order; the text is what is told besides, or ""."""


class Watch:
    """Watches over orders. Lives on the asyncio loop.

    Args:
        states: the catalogue.
        daylight: the hours of the home.
        clock: UTC seconds, for the hours.
        ageing: UTC seconds of a clock that takes no leaps, for how long something has been so.
        run: carries an order out.
        announce: tells something about an order.
        remember: keeps what was seen, for the next run.
        note: keeps when an order acted, and its state.
    """

    def __init__(
        self,
        states: States,
        *,
        daylight: Callable[[], Daylight],
        clock: Callable[[], float],
        ageing: Callable[[], float],
        run: Run,
        announce: Run,
        remember: Callable[[Mapping[str, Any]], None],
        note: Callable[[int, float, OrderState], object],
    ) -> None:
        self.states = states
        self.daylight = daylight
        self.clock = clock
        self.ageing = ageing
        self.run = run
        self.announce = announce
        self.remember = remember
        self.note = note
        self.failed = 0
        self._kept: dict[int, Kept] = {}
        self._watched: dict[int, Watched] = {}
        self._by_entity: defaultdict[str, set[int]] = defaultdict(set)
        self._acts: defaultdict[int, deque[float]] = defaultdict(deque)
        self._tasks: set[asyncio.Task[None]] = set()
        self._remembered: dict[str, Any] = {}

    def begin(self, orders: Iterable[Kept], seen: Mapping[str, Any] | None) -> None:
        """Takes up the orders that are kept, with what an earlier run remembered."""
        for kept in orders:
            self._take(kept, (seen or {}).get(str(kept.id), {}))
        self._keep_marks()

    def update(self, orders: Iterable[Kept]) -> None:
        """Follows a change: orders that are new, gone, or switched on or off."""
        wanted = {each.id: each for each in orders}
        for number in self._kept.keys() - wanted.keys():
            self._drop(number)
        for number, kept in wanted.items():
            before = self._kept.get(number)
            if before is not None and before.state == kept.state:
                self._kept[number] = kept
            else:
                self._drop(number)
                self._take(kept, {})
        self._keep_marks()

    def all(self) -> list[Kept]:
        """The orders that are kept, the oldest first."""
        return [self._kept[number] for number in sorted(self._kept)]

    def gone(self, kept: Kept) -> tuple[str, ...]:
        """The ids of entities that an order looks at and nobody knows any more."""
        return tuple(sorted(each for each in kept.entities if self.states.get(each) is None))

    def state_changed(self, entity_id: str) -> None:
        """Something was heard of an entity."""
        if numbers := self._by_entity.get(entity_id):
            self._look(sorted(numbers))

    def tick(self) -> None:
        """Time went by: called every second or so."""
        self._look([number for number, each in sorted(self._watched.items()) if each.timed])

    async def finish(self, within: float) -> None:
        """Waits for what is being carried out, at most so many seconds."""
        if not self._tasks:
            return
        _, unfinished = await asyncio.wait(self._tasks, timeout=within)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)

    def _take(self, kept: Kept, seen: Mapping[str, Any]) -> None:
        self._kept[kept.id] = kept
        if kept.state != "on":
            return
        watched = Watched(kept, self.states, self.daylight)
        watched.begin(marks.from_json(seen), self.clock(), self.ageing())
        self._watched[kept.id] = watched
        for entity_id in kept.entities:
            self._by_entity[entity_id].add(kept.id)

    def _drop(self, number: int) -> None:
        kept = self._kept.pop(number, None)
        self._watched.pop(number, None)
        self._acts.pop(number, None)
        for entity_id in kept.entities if kept else ():
            self._by_entity[entity_id].discard(number)

    def _look(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            watched = self._watched[number]
            because = watched.look(self.clock(), self.ageing())
            if because is not None:
                self._act(watched.kept, because)
        self._keep_marks()

    def _act(self, kept: Kept, because: tuple[Fact, ...]) -> None:
        now = self.ageing()
        recent = self._acts[kept.id]
        while recent and now - recent[0] >= _MINUTE_S:
            recent.popleft()
        if len(recent) >= MOST_A_MINUTE:
            self._suspend(kept)
            return
        recent.append(now)
        kept = self._changed(kept, "on")
        _log.info("order_acts", id=kept.id, name=kept.name)
        self._start(self.run(kept, self._news(kept, because)), kept)

    def _suspend(self, kept: Kept) -> None:
        _log.warning("order_suspended", id=kept.id, name=kept.name)
        said = (
            f"I suspended the standing order “{kept.name}”: it acted {MOST_A_MINUTE} times within "
            f"a minute. Say “switch on the {kept.name} order” to let it go on."
        )
        kept = self._changed(kept, "suspended")
        self._watched.pop(kept.id, None)
        for entity_id in kept.entities:
            self._by_entity[entity_id].discard(kept.id)
        self._start(self.announce(kept, said), kept)

    def _changed(self, kept: Kept, state: OrderState) -> Kept:
        acted = self.clock()
        after = self._kept[kept.id] = replace(self._kept[kept.id], state=state, acted=acted)
        self.note(kept.id, acted, state)
        return after

    def _news(self, kept: Kept, because: tuple[Fact, ...]) -> str:
        """What is told: with the number that it is about, as that is now."""
        numbers = [fact for fact in because if not isinstance(fact.value, str)]
        if not kept.order.tell or not numbers:
            return kept.order.tell
        how = wording.now(numbers[0], self.states.get, self.states.state)
        return f"{kept.order.tell} {sentence(how)}"

    def _start(self, work: Awaitable[None], kept: Kept) -> None:
        task = asyncio.get_running_loop().create_task(self._supervised(work, kept))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _supervised(self, work: Awaitable[None], kept: Kept) -> None:
        try:
            await work
        except Exception:  # noqa: BLE001 - a supervisor: one order must not stop the others
            self.failed += 1
            _log.exception("order_failed", id=kept.id, name=kept.name)

    def _keep_marks(self) -> None:
        seen = {str(number): marks.to_json(each.marks) for number, each in self._watched.items()}
        if seen != self._remembered:
            self._remembered = seen
            self.remember(seen)
