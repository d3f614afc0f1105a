"""Reads follow-ups after a first sentence, in the home of the tests of understanding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.understanding.context import Context
from lamplighter.understanding.followups.reader import FollowUpReader
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.interpretation import Clarify, Undo
from lamplighter.understanding.names import collect
from lamplighter.understanding.rule_parser import Situation

Read = Parse | Undo | Clarify | None
Follow = Callable[..., Read]


@pytest.fixture
def follow(catalogue: Catalogue) -> Follow:
    """``follow(text, intents, entities, acted=True, age_s=5.0)`` reads ``text`` after those."""
    names = collect(1, catalogue.entities(), catalogue.areas, catalogue.floors)

    def read(
        text: str,
        intents: Sequence[Intent] = (),
        entities: Sequence[str] = (),
        *,
        acted: bool = True,
        age_s: float = 5.0,
        language: str = "en",
    ) -> Read:
        context = Context("before", tuple(intents), tuple(entities), acted, age_s)
        situation = Situation(
            names,
            None,
            language,
            grounds=lambda _intent: True,
            context=context if intents or entities else None,
            state_of=catalogue.state,
        )
        return FollowUpReader().read(text, situation)

    return read
