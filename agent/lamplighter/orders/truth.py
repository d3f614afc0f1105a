"""Whether a fact is true now, as far as that is known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Protocol

from lamplighter.catalogue.entity import Entity, State
from lamplighter.orders.order import Fact
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.states import is_in, tells

_UNKNOWN = (None, "", "unknown", "unavailable", "none")


class States(Protocol):
    """What facts are looked up in; the catalogue does."""

    def get(self, entity_id: str) -> Entity | None:
        """The entity, or None where there is none such."""
        ...

    def state(self, entity_id: str) -> State:
        """What is known of the entity."""
        ...


def holds(fact: Fact, states: States) -> bool | None:
    """Whether the fact is true, however long it has been; None where that is not known."""
    verdicts = [holds_for(fact, each, states) for each in fact.entities]
    return all_of(verdicts) if fact.every else any_of(verdicts)


def holds_for(fact: Fact, entity_id: str, states: States) -> bool | None:
    """Whether it is true of one entity; None where that is not known, or there is none such."""
    entity = states.get(entity_id)
    if entity is None:
        return None
    state = states.state(entity_id)
    if fact.attribute == "available":
        return _reachable(fact, state)
    if not state.available:
        return None
    seen = state.attributes.get(fact.attribute) if fact.attribute else state.value
    if seen in _UNKNOWN:
        return None
    if isinstance(fact.value, str):
        return _is(fact, entity, state, str(seen))
    return _compares(fact, seen)


def any_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether one of several is true, as far as is known."""
    found = list(verdicts)
    if True in found:
        return True
    return None if None in found else False


def all_of(verdicts: Iterable[bool | None]) -> bool | None:
    """Whether all of several are true, as far as is known."""
    found = list(verdicts)
    if False in found:
        return False
    return None if None in found else True


def _reachable(fact: Fact, state: State) -> bool | None:
    if state.value is None and not state.updated and state.available:
        return None
    return (state.available == (fact.value == "on")) == (fact.comparison == "is")


def _is(fact: Fact, entity: Entity, state: State, seen: str) -> bool | None:
    wanted = str(fact.value)
    if not fact.attribute and tells(entity, wanted):
        verdict = is_in(entity, state, wanted)
    else:
        verdict = fold(seen.replace("_", " ")) == fold(wanted.replace("_", " "))
    if verdict is None:
        return None
    return verdict == (fact.comparison == "is")


_COMPARE: dict[str, Callable[[float, float], bool]] = {
    "is": math.isclose,
    "is_not": lambda seen, wanted: not math.isclose(seen, wanted),
    "above": lambda seen, wanted: seen > wanted,
    "below": lambda seen, wanted: seen < wanted,
    "at_least": lambda seen, wanted: seen >= wanted,
    "at_most": lambda seen, wanted: seen <= wanted,
}


def _compares(fact: Fact, seen: object) -> bool | None:
    try:
        number = float(str(seen))
    except ValueError:
        return None
    return _COMPARE[fact.comparison](number, float(fact.value)) if math.isfinite(number) else None
