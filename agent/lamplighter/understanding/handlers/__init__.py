"""From an intent and one entity to the step that carries it out, by family of domains.

``plan`` is the door; each module holds the intents of one family as a table ``HANDLERS``.
"""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers import (
    climate,
    fan,
    light,
    movement,
    options,
    power,
    robots,
    security,
)
from lamplighter.understanding.handlers.outcome import Cannot, Handler
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step

HANDLERS: dict[str, Handler] = {
    **power.HANDLERS,
    **light.HANDLERS,
    **movement.HANDLERS,
    **climate.HANDLERS,
    **fan.HANDLERS,
    **options.HANDLERS,
    **robots.HANDLERS,
    **security.HANDLERS,
}
"""Every intent that acts, and what turns it into a step."""


def plan(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """The step with which this entity does what the intent asks.

    ``Cannot`` where it is of the right kind and can't do just this; None where the intent means
    nothing for its domain.
    """
    handler = HANDLERS.get(intent.name)
    return handler(intent, entity, state) if handler else None
