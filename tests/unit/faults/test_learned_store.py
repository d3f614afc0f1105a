from __future__ import annotations

from typing import Any, cast

from lamplighter.errors import PayloadError
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.learned_store import EVERY_S, LearnedStore
from lamplighter.store.store import Store


class Snapshots:
    """Keeps in memory."""

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.kept = 0

    def put(self, name: str, data: Any) -> None:
        self.data[name] = data
        self.kept += 1

    def get(self, name: str) -> Any:
        return self.data.get(name)


class Learner:
    """A monitor that has learned so many bytes."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.restored: list[Any] = []
        self.damaged = False

    def learned(self) -> dict[str, Any]:
        return {"signals": "x" * self.size} if self.size else {}

    def restore_learned(self, stored: Any) -> None:
        if self.damaged:
            raise PayloadError("the snapshot", "is damaged")
        self.restored.append(stored)


class Kept:
    """A store with nothing but snapshots."""

    def __init__(self) -> None:
        self.snapshots = Snapshots()


def made(learner: Learner, kept: Kept) -> LearnedStore:
    return LearnedStore(cast("FaultMonitor", learner), cast("Store", kept))


def kept_within(size: int, seconds: int) -> int:
    """How often so many bytes are kept in that time."""
    kept = Kept()
    store = made(Learner(size), kept)
    for now in range(0, seconds + 1, 60):
        store.tick(float(now))
    return kept.snapshots.kept


def test_it_is_kept_every_ten_minutes_and_much_of_it_more_seldom() -> None:
    assert kept_within(1_000, int(6 * EVERY_S)) == 6
    assert kept_within(400_000, int(6 * EVERY_S)) == 2
    assert kept_within(0, int(6 * EVERY_S)) == 0


def test_a_clock_set_back_does_not_stop_it() -> None:
    kept = Kept()
    store = made(Learner(10), kept)
    store.tick(1e6)
    store.tick(1_000.0)
    store.tick(1_000.0 + EVERY_S)
    assert kept.snapshots.kept == 1


def test_a_start_goes_on_from_what_was_kept() -> None:
    kept, before, after = Kept(), Learner(10), Learner(10)
    made(before, kept).keep()
    made(after, kept).start()
    assert after.restored == [before.learned()]


def test_what_is_damaged_does_not_stop_the_start() -> None:
    kept, learner = Kept(), Learner(10)
    store = made(learner, kept)
    store.start()
    store.keep()
    learner.damaged = True
    store.start()
    assert learner.restored == []
