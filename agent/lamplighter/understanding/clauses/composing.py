"""From completed clauses to intents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from lamplighter.understanding.clauses.clause import Clause
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
                found.append(_joined(composed))
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
                    return _composed(intent, meant, grounded=True)
        return None if first is None else _composed(first, meant, grounded=False)

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
