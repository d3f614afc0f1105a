"""The order book: keeps standing orders, and answers for them by voice."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

from lamplighter.actions.due import Change
from lamplighter.orders import wording
from lamplighter.orders.explaining import Explaining
from lamplighter.orders.kept import Kept, data_of, kept_of
from lamplighter.orders.naming import meant, name_of
from lamplighter.orders.order import Order
from lamplighter.orders.watch import Watch
from lamplighter.store.records.audit import AuditEntry
from lamplighter.store.records.orders import OrderRecord, OrderState
from lamplighter.store.store import Store
from lamplighter.understanding.interpretation import Ask, Orders
from lamplighter.understanding.speech import listed, sentence

SEEN = "orders_seen"
"""The snapshot in which is kept what the watch saw."""

_LATEST_ACTIONS = 20


class OrderBook:
    """Keeps orders in the store and has them watched. Lives on the asyncio loop.

    Args:
        store: where they are kept.
        watch: watches over them.
        clock: UTC seconds.
    """

    def __init__(self, store: Store, watch: Watch, clock: Callable[[], float]) -> None:
        self.store = store
        self.watch = watch
        self.clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Takes up the orders that are kept; devices and states are to be known by then."""
        self._loop = asyncio.get_running_loop()
        self.watch.begin(kept_of(self.store.orders.all()), self.store.snapshots.get(SEEN))

    async def stop(self, within: float = 1.0) -> None:
        """Waits for what is being carried out, at most so many seconds."""
        for task in self._tasks:
            task.cancel()
        await self.watch.finish(within)

    def keep(self, order: Order, ask: Ask) -> Change:
        """An order is to be kept from now on, for who asked."""
        order = replace(order, area=order.area or ask.area, user=order.user or ask.user)
        name = name_of(order, self.watch.states.get, [each.name for each in self.watch.all()])
        record = OrderRecord(self.clock(), data_of(name, order))
        speech = f"All right. I call it the {name} order."
        return self._change(speech, lambda connection: self.store.orders.insert(connection, record))

    def operate(self, orders: Orders) -> Change:
        """An operation on the orders that are kept, or a question about them."""
        match orders.operation:
            case "list":
                return Change(self._listed())
            case "explain":
                return Change(self._explained(orders))
            case "forget_all":
                return self._forgotten(self.watch.all())
            case "forget":
                return self._on_one(orders.said, lambda kept: self._forgotten([kept]))
            case "switch_off":
                return self._on_one(orders.said, lambda kept: self._switched(kept, "off"))
            case "switch_on":
                return self._on_one(orders.said, lambda kept: self._switched(kept, "on"))

    def _on_one(self, said: str, operate: Callable[[Kept], Change]) -> Change:
        kept = self.watch.all()
        if not kept:
            return Change("There are no standing orders.")
        found = meant(said, kept, self.watch.states.get)
        if not found:
            names = listed(f"“{each.name}”" for each in kept[:5])
            return Change(f"I know of no standing order about that. There {_are(kept)} {names}.")
        if len(found) > 1:
            return Change(f"Which one do you mean: {listed((each.name for each in found), 'or')}?")
        return operate(found[0])

    def _switched(self, kept: Kept, state: OrderState) -> Change:
        if kept.state == state:
            return Change(f"The {kept.name} order is {state} already.")
        told = f": {self._told(kept)}" if state == "on" else "."
        return self._change(
            f"The {kept.name} order is {state} now{told}",
            lambda connection: self.store.orders.switch(connection, kept.id, state),
        )

    def _forgotten(self, orders: Sequence[Kept]) -> Change:
        if not orders:
            return Change("There are no standing orders.")

        def remove(connection: sqlite3.Connection) -> None:
            for kept in orders:
                self.store.orders.remove(connection, kept.id)

        if len(orders) > 1:
            return self._change(f"I forgot all {len(orders)} standing orders.", remove)
        return self._change(f"I forgot the {orders[0].name} order.", remove)

    def _listed(self) -> str:
        orders = self.watch.all()
        if not orders:
            return "There are no standing orders."
        count = "is 1 standing order" if len(orders) == 1 else f"are {len(orders)} standing orders"
        said = [f"There {count}."]
        said += [f"{each.name}: {self._told(each)}{self._state(each)}" for each in orders]
        return " ".join(said)

    def _told(self, kept: Kept) -> str:
        located = self.watch.daylight().place is not None
        return wording.told(kept.order, self.watch.states.get, located=located)

    def _state(self, kept: Kept) -> str:
        if kept.state == "off":
            return " It is switched off."
        if kept.state == "suspended":
            return " It is suspended: it acted too often."
        gone = self.watch.gone(kept)
        if gone:
            return f" It waits: I don't know {listed(gone)} any more."
        return ""

    def _explained(self, orders: Orders) -> str:
        audit = self.store.audit
        entries: list[AuditEntry] = []
        for entity_id in orders.entities:
            entries += audit.latest(_LATEST_ACTIONS, entity_id)
        if not orders.entities:
            entries = audit.latest(1)
        zone = self.watch.daylight().zone
        explaining = Explaining(self.watch.states, self.watch.all(), zone, self.clock())
        return sentence(explaining.because(entries, orders.said))

    def _change(self, speech: str, work: Callable[[sqlite3.Connection], Any]) -> Change:
        """A change that the watch follows once it is on disk."""

        def write(connection: sqlite3.Connection) -> None:
            work(connection)
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._follow)

        return Change(speech, write)

    def _follow(self) -> None:
        # What is submitted now is committed after the change that called for it.
        task = asyncio.get_running_loop().create_task(
            self._reload(self.store.submit(lambda _connection: None))
        )
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _reload(self, committed: Future[None]) -> None:
        await asyncio.wrap_future(committed)
        self.watch.update(kept_of(self.store.orders.all()))


def _are(orders: Sequence[Kept]) -> str:
    return "is" if len(orders) == 1 else "are"
