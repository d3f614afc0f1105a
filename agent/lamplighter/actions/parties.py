"""Whom decisions are made with: what understands sentences, and who keeps standing orders."""

from __future__ import annotations

from typing import Protocol

from lamplighter.actions.due import Change
from lamplighter.orders.order import Order
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Ask, Interpretation, Orders, Pending


class Interpreter(Protocol):
    """What understands sentences; ``understanding.understanding.Understanding`` does."""

    async def interpret(self, ask: Ask) -> Interpretation:
        """What a sentence means."""
        ...

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        """What an answer to a question means."""
        ...

    async def ground(self, intents: tuple[Intent, ...], ask: Ask) -> Interpretation:
        """What intents that were understood before come to now."""
        ...


class OrderKeeper(Protocol):
    """Who keeps standing orders."""

    def keep(self, order: Order, ask: Ask) -> Change:
        """An order is to be kept from now on."""
        ...

    def operate(self, orders: Orders) -> Change:
        """An operation on the orders that are kept, or a question about them."""
        ...
