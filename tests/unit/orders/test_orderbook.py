"""The order book keeps orders in the store, has them watched, and answers for them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from tests.unit.orders.conftest import START, Watcher

from lamplighter.actions.due import Change
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Reading
from lamplighter.orders.daylight import Daylight
from lamplighter.orders.order import Fact, Hours, Order
from lamplighter.orders.orderbook import OrderBook
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.orders import OrderRecord
from lamplighter.store.store import Store
from lamplighter.understanding.interpretation import Ask, Orders

DOOR = Order((Fact(("binary_sensor.back",), "is", "open"),), deed="turn on the Porch light")
MOTION = Order(
    (Fact(("binary_sensor.hall",), "is", "on"),),
    hours=(Hours("sunset", "sunrise"),),
    deed="turn on the Hall light",
)
UTC_DAYLIGHT = Daylight(UTC)
ASK = Ask("when ...", area="Hall", user="ann")


class Desk:
    """An order book on a real store."""

    def __init__(self, catalogue: Catalogue, store: Store) -> None:
        self.watcher = Watcher(catalogue)
        self.store = store
        self.book = OrderBook(store, self.watcher.watch, lambda: self.watcher.now)

    async def carry(self, change: Change) -> str:
        """Makes a change, as the transaction of a reply does."""
        write = change.write
        if write is not None:
            await asyncio.wrap_future(self.store.submit(write))
            for _ in range(50):
                await asyncio.sleep(0)
            pending = asyncio.all_tasks() - {asyncio.current_task()}
            await asyncio.gather(*pending)
        return change.speech

    async def say(self, operation: str, said: str = "", *entities: str) -> str:
        """An operation by voice."""
        orders = Orders(operation, said, entities)  # type: ignore[arg-type]
        return await self.carry(self.book.operate(orders))

    def names(self) -> list[str]:
        """What the orders are called that are kept."""
        return [each.name for each in self.watcher.watch.all()]


Play = Callable[[Callable[[Desk], Coroutine[Any, Any, None]]], None]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(
        tmp_path,
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
        clock=lambda: START,
    )
    made.start()
    yield made
    made.stop()


@pytest.fixture
def play(catalogue: Catalogue, store: Store) -> Play:
    """Plays a scene at a desk that was opened."""

    def run(scene: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
        async def opened() -> None:
            desk = Desk(catalogue, store)
            desk.book.start()
            await scene(desk)
            await desk.book.stop()

        asyncio.run(opened())

    return run


def test_an_order_is_kept_watched_and_there_after_a_restart(play: Play) -> None:
    async def first(desk: Desk) -> None:
        said = await desk.carry(desk.book.keep(DOOR, ASK))
        assert said == "All right. I call it the Back Door order."
        (kept,) = desk.watcher.watch.all()
        assert (kept.order.area, kept.order.user) == ("Hall", "ann")
        await desk.watcher.say("binary_sensor.back", "on")
        assert desk.watcher.acted == [kept.id]

    async def second(desk: Desk) -> None:
        assert desk.names() == ["Back Door"]

    play(first)
    play(second)


def test_names_tell_orders_apart(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        for _ in range(2):
            await desk.carry(desk.book.keep(DOOR, ASK))
        dark = Order((), hours=(Hours("sunset", "sunrise"),), deed="x")
        await desk.carry(desk.book.keep(dark, ASK))
        assert desk.names() == ["Back Door", "Back Door 2", "After dark"]

    play(scene)


def test_the_list(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        assert await desk.say("list") == "There are no standing orders."
        await desk.carry(desk.book.keep(DOOR, ASK))
        await desk.carry(desk.book.keep(MOTION, ASK))
        await desk.say("switch_off", "back door")
        desk.watcher.catalogue.withdraw("binary_sensor.hall")
        assert await desk.say("list") == (
            "There are 2 standing orders. Back Door: When the Back Door opens, I turn on the "
            "Porch light. It is switched off. Hall motion: When something that is gone turns on "
            "after dark (from 19:00 to 7:00: I don't know where the home is), I turn on the Hall "
            "light. It waits: I don't know binary_sensor.hall any more."
        )

    play(scene)


def test_an_order_is_switched_off_and_on_by_its_description(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        await desk.carry(desk.book.keep(DOOR, ASK))
        await desk.carry(desk.book.keep(MOTION, ASK))
        assert await desk.say("switch_off", "porch") == "The Back Door order is off now."
        await desk.watcher.say("binary_sensor.back", "on")
        assert desk.watcher.acted == []
        assert await desk.say("switch_off", "porch") == "The Back Door order is off already."
        said = await desk.say("switch_on", "back door")
        assert said.startswith("The Back Door order is on now: When the Back Door opens")
        await desk.watcher.say("binary_sensor.back", "off")
        await desk.watcher.say("binary_sensor.back", "on")
        assert len(desk.watcher.acted) == 1

    play(scene)


def test_which_one_is_asked_and_what_is_not_there_is_said(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        assert await desk.say("forget", "porch") == "There are no standing orders."
        await desk.carry(desk.book.keep(DOOR, ASK))
        await desk.carry(desk.book.keep(MOTION, ASK))
        assert await desk.say("forget") == "Which one do you mean: Back Door or Hall motion?"
        assert await desk.say("forget", "light") == (
            "Which one do you mean: Back Door or Hall motion?"
        )
        assert "no standing order about that" in await desk.say("forget", "greenhouse")
        assert desk.names() == ["Back Door", "Hall motion"]

    play(scene)


def test_orders_are_forgotten(play: Play) -> None:
    async def scene(desk: Desk) -> None:
        for order in (DOOR, MOTION, DOOR):
            await desk.carry(desk.book.keep(order, ASK))
        assert await desk.say("forget", "latest") == "I forgot the Back Door 2 order."
        assert desk.names() == ["Back Door", "Hall motion"]
        assert await desk.say("forget_all") == "I forgot all 2 standing orders."
        assert desk.names() == []
        assert desk.store.orders.all() == []

    play(scene)


def test_a_row_that_does_not_read_is_left_alone(play: Play, store: Store) -> None:
    store.orders.put(OrderRecord(START, {"name": "odd", "order": {"trigger": 5}})).result(20)

    async def scene(desk: Desk) -> None:
        await desk.carry(desk.book.keep(DOOR, ASK))
        assert desk.names() == ["Back Door"]
        assert len(desk.store.orders.all()) == 2

    play(scene)


def entry(seconds_ago: float, action: str, **data: Any) -> AuditEntry:
    return AuditEntry(
        START - seconds_ago, "light.hall", f"light.{action}", {"name": "Hall light", **data}
    )


@pytest.mark.parametrize(
    ("entries", "said", "answer"),
    [
        ([], "go on", "I don't know: nothing that I did."),
        (
            [entry(60, "turn_on", id="u1", user="ann", text="hall light on")],
            "go on",
            "The Hall light was turned on at 22:12, because ann said “hall light on”.",
        ),
        (
            [entry(60, "turn_on", id="order-1", text="when ...")],
            "go on",
            (
                "The Hall light was turned on at 22:12, by the standing order “Back Door”: When "
                "the Back Door opens, I turn on the Porch light."
            ),
        ),
        (
            [entry(60, "turn_on", id="order-9", text="when it rains ...")],
            "go on",
            (
                "The Hall light was turned on at 22:12, by a standing order that is forgotten now: "
                "“when it rains ...”."
            ),
        ),
        (
            [entry(90000, "turn_off", id="schedule-3", text="lights off")],
            "go off",
            "The Hall light was turned off at 21:13 yesterday, as it was planned: “lights off”.",
        ),
        (
            [entry(60, "turn_on", id="u1", text="hall light on")],
            "go off",
            "I don't know: nothing that I did.",
        ),
    ],
)
def test_why(
    entries: list[AuditEntry], said: str, answer: str, catalogue: Catalogue, store: Store
) -> None:
    for each in entries:
        store.audit.put(each).result(20)
    changed = entries[-1].time + 1 if entries else START
    catalogue.read("light.hall", Reading("dimmed"), changed)

    async def scene() -> None:
        desk = Desk(catalogue, store)
        desk.book.start()
        await desk.carry(desk.book.keep(DOOR, ASK))
        desk.watcher.watch.daylight = lambda: UTC_DAYLIGHT
        assert await desk.say("explain", said, "light.hall") == answer

    asyncio.run(scene())


def test_what_changed_since_was_not_done_here(catalogue: Catalogue, store: Store) -> None:
    store.audit.put(entry(3600, "turn_on", id="u1", text="hall light on")).result(20)
    catalogue.read("light.hall", Reading("on"), START - 10)

    async def scene() -> None:
        desk = Desk(catalogue, store)
        desk.watcher.watch.daylight = lambda: UTC_DAYLIGHT
        said = await desk.say("explain", "go on", "light.hall")
        assert said.startswith("I don't know: nothing that I did. The last thing that I did")
        assert "at 21:13" in said

    asyncio.run(scene())
