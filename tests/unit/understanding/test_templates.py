from __future__ import annotations

from collections.abc import Callable

from lamplighter.understanding.handlers import HANDLERS
from lamplighter.understanding.intents import (
    CLOCK,
    HELP,
    NEVER_MIND,
    QUESTIONS,
    START_TIMER,
    TIMERS,
)
from lamplighter.understanding.templates import Templates


def test_every_intent_of_the_templates_is_handled(templates: Callable[[str], Templates]) -> None:
    english = templates("en")
    known = {*HANDLERS, *QUESTIONS, *CLOCK, *TIMERS, START_TIMER, NEVER_MIND, HELP}
    assert set(english.devices.intents) | set(english.kinds.intents) <= known
    assert {"kitchen", "bedroom"}.isdisjoint(english.words)
    assert {"turn", "lights", "thermostat"} <= english.words
