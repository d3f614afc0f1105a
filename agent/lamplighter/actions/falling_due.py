"""What something scheduled means once it is due."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from lamplighter.actions.due import Due
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Act, Ask, Interpretation, NotUnderstood


class Understands(Protocol):
    """What understands sentences."""

    async def interpret(self, ask: Ask) -> Interpretation:
        """What a sentence means."""
        ...

    async def ground(self, intents: tuple[Intent, ...], ask: Ask) -> Interpretation:
        """What intents that were understood before come to now."""
        ...


async def meant_by_order(due: Due, ask: Ask, understanding: Understands) -> Interpretation:
    """What a standing order is to do now: its intents, grounded in the home as it is now."""
    found = await understanding.ground(due.intents, ask)
    if isinstance(found.result, Act):
        found = replace(found, result=replace(found.result, until=due.until))
    return found


async def meaning(due: Due, ask: Ask, understanding: Understands) -> Interpretation:
    """What is to be done now.

    Steps are taken as they are. Intents are grounded in the home as it is now; where they come to
    nothing (a device is gone), the words are interpreted anew, and may say why.
    """
    if due.steps:
        act = Act(due.steps, due.speech)
        return Interpretation(act, "rules", explain="the end of what was done for a while")
    found = None
    if due.intents:
        found = await understanding.ground(due.intents, ask)
    if found is None:
        found = await understanding.interpret(ask)
    elif isinstance(found.result, NotUnderstood):
        found = _of_the_same(await understanding.interpret(ask), due, found)
    if isinstance(found.result, Act):
        found = replace(found, result=replace(found.result, until=due.until))
    return found


def _of_the_same(again: Interpretation, due: Due, before: Interpretation) -> Interpretation:
    """What the words mean by now; what came before it where that is another device than agreed to.

    A yes was given to something risky about these devices, and is none for those that are called
    so today.
    """
    if not due.confirmed or not isinstance(again.result, Act):
        return again
    agreed = {step.entity_id for step in again.result.steps} <= set(due.about)
    return again if agreed else before
