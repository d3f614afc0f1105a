"""Conditions compiled into facts about entities of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Entity
from lamplighter.orders.order import Comparison, Fact, Hours
from lamplighter.understanding.conditions import abilities, hours, joining
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.conditions.joining import Part
from lamplighter.understanding.conditions.quantities import Quantity, converted
from lamplighter.understanding.conditions.reading import plainly
from lamplighter.understanding.conditions.subjects import Found, Search
from lamplighter.understanding.conditions.vocabulary import WORDS
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import listed
from lamplighter.understanding.spelling import corrections

_NEGATED: dict[Comparison, Comparison] = {
    "is": "is_not",
    "is_not": "is",
    "above": "at_most",
    "below": "at_least",
    "at_least": "below",
    "at_most": "above",
}
_WHAT = {
    "state": "that could be {value}",
    "motion": "that tells of movement",
    "moisture": "that tells of water",
    "smoke": "that tells of smoke",
    "gas": "that tells of gas",
    "number": "that measures that",
    "value": "that could be {value}",
    "home": "",
}


@dataclass(frozen=True, slots=True)
class Facts:
    """A compiled condition.

    Attributes:
        trigger: what happens: one of these becoming true; empty where only something is so.
        conditions: what has to be so.
        hours: the parts of the day in which it counts.
        entities: ids of the entities in the order of the sentence, for "it" in the command.
    """

    trigger: tuple[Fact, ...] = ()
    conditions: tuple[Fact, ...] = ()
    hours: tuple[Hours, ...] = ()
    entities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """A condition that can't be watched.

    Attributes:
        reason: why, for logs.
        speech: what to say.
        choices: the entities to choose from, where it is unclear which is meant, each with the
            condition as it is about that one.
    """

    reason: str
    speech: str
    choices: tuple[tuple[Entity, str], ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """The names to choose from."""
        return tuple(entity.name for entity, _ in self.choices)


def facts(condition: str, situation: Situation) -> Facts | Problem:
    """What a condition comes to in this home, or why it comes to nothing."""
    folded = fold(condition)
    search = Search(situation.names, situation.area, situation.state_of)
    parts = joining.parts_of(folded)
    if parts is None:
        for corrected in corrections(folded, WORDS | situation.names.words):
            parts = joining.parts_of(corrected)
            if parts is not None:
                folded = corrected
                break
    if parts is None:
        return Problem(
            "condition not understood", f"I don't understand the condition “{condition}”."
        )
    return _compiled(parts, search, plainly(folded))


@dataclass(frozen=True, slots=True)
class _One:
    """A clause compiled."""

    facts: tuple[Fact, ...]
    hours: tuple[Hours, ...]
    group: int
    event: bool
    momentary: bool = False


def _compiled(parts: Sequence[Part], search: Search, said: str) -> Facts | Problem:
    done: list[_One] = []
    for part in parts:
        one = _clause(part, search, said)
        if isinstance(one, Problem):
            return one
        done.append(one)
    spans = tuple(dict.fromkeys(each for one in done for each in one.hours))
    groups: dict[int, list[_One]] = {}
    for one in done:
        if one.facts:
            groups.setdefault(one.group, []).append(one)
    entities = tuple(
        dict.fromkeys(each for one in done for fact in one.facts for each in fact.entities)
    )
    return _arranged(list(groups.values()), spans, entities)


def _arranged(
    groups: list[list[_One]], spans: tuple[Hours, ...], entities: tuple[str, ...]
) -> Facts | Problem:
    """What happens is the trigger, what is so the conditions."""
    happening = [group for group in groups if any(one.event for one in group)]
    happening = happening or [group for group in groups if any(one.momentary for one in group)]
    either = [group for group in groups if len(group) > 1]
    several = [group for group in groups if sum(len(one.facts) for one in group) > 1]
    if len(happening) > 1 or len({id(group) for group in (*happening, *either, *several)}) > 1:
        said = "I can watch for one thing at a time, under several conditions."
        return Problem("several triggers", said)
    chosen = next(iter((*happening, *either, *several)), None)
    if chosen is None and len(groups) == 1 and not spans:
        chosen = groups[0]
    trigger = tuple(fact for one in chosen for fact in one.facts) if chosen else ()
    rest = tuple(
        fact for group in groups if group is not chosen for one in group for fact in one.facts
    )
    return Facts(trigger, rest, spans, entities)


def _clause(part: Part, search: Search, said: str) -> _One | Problem:
    if isinstance(part.said, Hours):
        span = hours.opposite(part.said) if part.negated else part.said
        if span is None:
            return Problem("hours negated", "I can't tell the opposite of that part of the day.")
        return _One((), (span,), part.group, event=False)
    missing: Problem | None = None
    for claim in part.said:
        found = search.find(claim)
        if found.rivals:
            return _unclear(found, claim, said)
        if found.missing:
            missing = missing or _unknown(found, claim)
            continue
        made = tuple(_facts_of(claim, found, search))
        if part.negated or found.denied:
            made = tuple(replace(fact, comparison=_NEGATED[fact.comparison]) for fact in made)
        if part.negated:
            made = tuple(replace(fact, every=not fact.every) for fact in made if fact)
        return _One(made, claim.hours, part.group, claim.event, _is_momentary(claim))
    assert missing is not None
    return missing


def _is_momentary(claim: Claim) -> bool:
    """True of what is so only because it just happens: movement, a leak, an alarm."""
    sensed = claim.sense in ("motion", "moisture", "smoke", "gas") and claim.value == "on"
    return sensed or (claim.sense == "state" and claim.value == "triggered")


def _facts_of(claim: Claim, found: Found, search: Search) -> Iterator[Fact]:
    """One fact of all entities that are compared alike."""
    alike: dict[tuple[str, str | float], list[Entity]] = {}
    for entity in found.entities:
        alike.setdefault(_compared(claim, entity, search), []).append(entity)
    for (attribute, value), entities in alike.items():
        yield Fact(
            tuple(entity.id for entity in entities),
            claim.comparison,
            value,
            attribute,
            every=found.every and len(entities) > 1,
            held_s=claim.held_s,
        )


def _compared(claim: Claim, entity: Entity, search: Search) -> tuple[str, str | float]:
    if claim.sense == "number":
        attribute = abilities.attribute_of(entity, claim) or ""
        unit = entity.unit or str(entity.options.get("temperature_unit", ""))
        value = converted(Quantity(float(claim.value), claim.unit), unit)
        return attribute, float(claim.value) if value is None else value
    if claim.sense == "value":
        option = abilities.option_of(entity, fold(str(claim.value)), search.state_of(entity.id))
        return "", str(claim.value) if option is None else option
    if claim.value in ("available", "unavailable"):
        return "available", "on" if claim.value == "available" else "off"
    if claim.sense == "home" and entity.domain == "device_tracker":
        return "", "home" if claim.value == "on" else "not_home"
    return "", claim.value


def _unclear(found: Found, claim: Claim, said: str) -> Problem:
    names = tuple(entity.name for entity in found.rivals)
    shown = names if len(names) <= 5 else (*names[:4], f"{len(names) - 4} others")
    choices = tuple(
        (entity, said.replace(claim.subject, f"the {fold(entity.name)}", 1))
        for entity in found.rivals
    )
    question = f"Which one do you mean: {listed(shown, 'or')}?"
    return Problem("several sensors fit", question, choices)


def _unknown(found: Found, claim: Claim) -> Problem:
    what = _WHAT[claim.sense].format(value=str(claim.value))
    if claim.sense == "home":
        return Problem("nothing tells presence", "I know of nothing that tells who is at home.")
    said = f"I know of no {found.missing} {what}".rstrip()
    if found.missing == claim.sense:
        said = f"I know of nothing {what}"
    return Problem(f"nothing called {found.missing!r} can tell", f"{said}.")
