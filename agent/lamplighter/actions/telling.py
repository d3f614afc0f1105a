"""What is said of a plan: that it is so already, where it is."""

from __future__ import annotations

from collections.abc import Sequence

from lamplighter.actions.expectation import can_show, shows
from lamplighter.actions.undoing import shown_by
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.understanding import speech
from lamplighter.understanding.interpretation import Act, Step

_ALREADY = {
    "arm_away": "armed",
    "arm_home": "armed",
    "arm_night": "armed",
    "arm_vacation": "armed",
    "close": "closed",
    "disarm": "disarmed",
    "dock": "docked",
    "lock": "locked",
    "open": "open",
    "start": "running",
    "start_mowing": "mowing",
    "turn_off": "off",
    "turn_on": "on",
    "unlock": "unlocked",
}
_MOST = 4


def spoken(act: Act, catalogue: Catalogue) -> str:
    """The act's own words; where it changes nothing, that all is so already.

    It is sent all the same: what a device last told may be out of date. An act with words of its
    own (an answer beside it, say) keeps them.
    """
    known = [(step, entity) for step in act.steps if (entity := catalogue.get(step.entity_id))]
    if len(known) != len(act.steps) or not _in_own_words(act, known):
        return act.speech
    if not all(_is_so(step, entity, catalogue) for step, entity in known):
        return act.speech
    ways = {_ALREADY.get(step.service, "") if not step.params else "" for step, _ in known}
    way = next(iter(ways)) if len(ways) == 1 else ""
    entities = list(dict.fromkeys(entity.id for _, entity in known))
    if len(entities) > _MOST:
        return f"All {len(entities)} are {way} already." if way else "That is so already."
    names = speech.listed(speech.called(entity) for _, entity in known)
    verb = "is" if len(entities) == 1 else "are"
    return speech.sentence(f"{names} {verb} already {way or 'set like that'}")


def _in_own_words(act: Act, known: Sequence[tuple[Step, Entity]]) -> bool:
    """Whether it says no more than what is done."""
    steps, entities = [step for step, _ in known], [entity for _, entity in known]
    return act.speech == speech.done(steps, entities)


def _is_so(step: Step, entity: Entity, catalogue: Catalogue) -> bool:
    state = catalogue.state(entity.id)
    known = state.available and state.value not in (None, "unknown")
    if not known or not can_show(entity, step.service) or not shown_by(step, state):
        return False
    return shows(entity, step.service, step.params, state, fresh=False)
