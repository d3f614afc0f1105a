"""From completed clauses to intents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lamplighter.understanding.clauses.clause import Clause
from lamplighter.understanding.clauses.lexicon import Action
from lamplighter.understanding.clauses.meaning import Meaning, meanings
from lamplighter.understanding.clauses.quantity import quantity_of
from lamplighter.understanding.clauses.targeting import Meant, Targeting
from lamplighter.understanding.clauses.templated import templated
from lamplighter.understanding.clauses.vocabulary import Place
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.rule_parser import Situation

_WITH_VALUES = frozenset(
    [
        *("move", "set", "choose", "on", "open", "close", "up", "down", "brighter", "dimmer"),
        *("warmer", "cooler", "faster", "slower", "louder", "quieter", "tilt", "arm"),
    ]
)
"""Actions that values go with; "turn off the red" is about something else."""

_SENT = frozenset({"clean", "start", "on"})
"""Actions that set off a robot, at whatever speed."""

_WARMTH = frozenset({"temperature", "temperature_unit"})

MAX_INTENTS = 8
"""More things at once than this are prose."""


@dataclass(frozen=True, slots=True)
class Composed:
    """What a sentence comes to.

    Attributes:
        intents: in its order.
        grounded: False where the home has nothing that could do one of them.
        guessed: True where one of them should be asked about first.
        contextual: True where one of them is about what was said before.
    """

    intents: tuple[Intent, ...] = ()
    grounded: bool = True
    guessed: bool = False
    contextual: bool = False


@dataclass(frozen=True, slots=True)
class Composer:
    """Makes intents of clauses.

    Attributes:
        situation: tells what grounds.
        targeting: finds what clauses are about.
    """

    situation: Situation
    targeting: Targeting

    def compose(self, clauses: Sequence[Clause]) -> Composed | None:
        """The intents of all clauses; None where one of them has none."""
        found: list[Composed] = []
        for index, clause in enumerate(clauses):
            one = self._clause(clause, clauses[:index])
            if one is None:
                return None
            found.append(one)
        composed = _joined(found)
        return composed if 0 < len(composed.intents) <= MAX_INTENTS else None

    def _clause(self, clause: Clause, earlier: Sequence[Clause]) -> Composed | None:
        said = clause.says_what or (clause.pending and bool(clause.targets))
        if not said or "keep" in clause.verb or (clause.particles and not clause.actions):
            return None
        found: list[Composed] = []
        for action in clause.actions or (None,):
            quantity = quantity_of(action, clause.values, clause.measures, clause.words)
            odd = action is not None and action not in _WITH_VALUES and quantity.measured
            odd = odd and not (action == "start" and clause.targets)
            if quantity.contradictory or odd:
                return None
            targets = self.targeting.meant(clause, quantity, earlier)
            if action == "open":
                targets = [_unless_a_lock(meant) for meant in targets]
            chosen = [
                self._chosen(meant, places, clause, meanings(action, quantity, meant.domains))
                for meant in targets
                for places in _each(clause.places)
            ]
            composed = [each for each in chosen if each is not None]
            if targets and len(composed) == len(chosen):
                found.append(_set_off(_joined(composed), action))
        return next((each for each in found if each.grounded), found[0] if found else None)

    def _chosen(
        self,
        meant: Meant,
        places: Sequence[Place],
        clause: Clause,
        possible: Sequence[Meaning],
    ) -> Composed | None:
        """The first meaning that something in the home can do, else the first one."""
        first: Intent | None = None
        for meaning in possible:
            for intent in self._intents(meant, places, clause, meaning):
                first = first or intent
                if self.situation.grounds(intent):
                    more = self._beside(intent, possible)
                    whole = all(map(self.situation.grounds, more))
                    return Composed((*more, intent), whole, meant.guessed, meant.contextual)
        return None if first is None else _composed(first, meant, grounded=False)

    @staticmethod
    def _beside(intent: Intent, possible: Sequence[Meaning]) -> list[Intent]:
        """The mode that was said with a temperature: "radiator heat 20"."""
        if intent.name != "HassClimateSetTemperature":
            return []
        return [
            replace(
                intent,
                name=each.intent,
                slots={
                    **{key: said for key, said in intent.slots.items() if key not in _WARMTH},
                    **each.slots,
                },
            )
            for each in possible
            if each.intent == "HomeSetOption"
        ][:1]

    def _intents(
        self, meant: Meant, places: Sequence[Place], clause: Clause, meaning: Meaning
    ) -> Iterator[Intent]:
        here = any(place == Place() for place in places)
        where = self.targeting.where(places)
        intent = Intent(
            meaning.intent,
            {**meant.slots, **where, **meaning.slots},
            domains=meant.domains & meaning.domains,
            here=here and self.situation.area is not None,
            many=meant.many,
            text=meant.text,
            without=meant.without,
        )
        hinted = "kind" in meant.slots and not places and not _all(meant)
        if hinted and (near := self.targeting.where(clause.hinted[:1])):
            there = replace(intent, slots={**intent.slots, **near})
            yield templated(there, meant, self.situation)
        yield templated(intent, meant, self.situation)


def _set_off(composed: Composed, action: Action | None) -> Composed:
    """A robot that is sent out with a speed is started as well: "send Rover round on quiet"."""
    if action not in _SENT:
        return composed
    intents: list[Intent] = []
    for each in composed.intents:
        if each.name == "HomeSetOption" and each.domains == {"vacuum"}:
            slots = {name: said for name, said in each.slots.items() if name != "option"}
            intents.append(replace(each, name="HassVacuumStart", slots=slots))
        intents.append(each)
    return replace(composed, intents=tuple(intents))


def _unless_a_lock(meant: Meant) -> Meant:
    """To open a door that has only a lock means to unlock it: that is asked first."""
    return replace(meant, guessed=meant.guessed or meant.domains == {"lock"})


def _all(meant: Meant) -> bool:
    return meant.text.startswith(("all", "every", "both", "each"))


def _each(places: Sequence[Place]) -> list[list[Place]]:
    """Places one by one, but a floor together with its area."""
    floors = [place for place in places if place.floor]
    areas = [place for place in places if not place.floor]
    if not areas:
        return [[floor] for floor in floors] or [[]]
    return [[area, *floors] for area in areas]


def _composed(intent: Intent, meant: Meant, *, grounded: bool) -> Composed:
    return Composed((intent,), grounded, meant.guessed, meant.contextual)


def _joined(parts: Sequence[Composed]) -> Composed:
    return Composed(
        _flat(parts),
        grounded=all(each.grounded for each in parts),
        guessed=any(each.guessed for each in parts),
        contextual=any(each.contextual for each in parts),
    )


def _flat(parts: Sequence[Composed]) -> tuple[Intent, ...]:
    found: list[Intent] = []
    for part in parts:
        found.extend(each for each in part.intents if each not in found)
    return tuple(found)
