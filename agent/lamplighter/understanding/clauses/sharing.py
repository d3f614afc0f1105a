"""What clauses share: a verb, a value or a place said once for several devices.

"Turn on the hall light and the fan", "hall light and porch light off", "turn on the kitchen and
hall lights", "lights on in the kitchen and off in the hall".
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from lamplighter.understanding.clauses.clause import Clause, Target
from lamplighter.understanding.clauses.lexicon import Action

_ALONE: frozenset[Action] = frozenset({"mow", "rest_mower", "clean", "lock", "arm", "disarm"})
"""Verbs that need no device to be named: "mow the lawn", "lock up"."""


def completed(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses, each with everything that was said for it elsewhere in the sentence."""
    found = _gathered(clauses)
    found = _with_leading_place(found)
    _targets_from_the_next(found)
    _backwards(found)
    _forwards(found)
    _places_of_lists(found)
    for clause in found:
        if clause.pending and "flip" in clause.words:
            clause.verb = ("toggle",)
    return found


def _gathered(clauses: Sequence[Clause]) -> list[Clause]:
    """Without clauses that only hold a value or a particle for their neighbour, or small words."""
    found: list[Clause] = []
    ahead: list[Clause] = []
    for index, clause in enumerate(clauses):
        if found and _is_its_place(found[-1], clause, clauses[index + 1 :]):
            found[-1].places = list(clause.places)
            found[-1].words.extend(clause.words)
            continue
        if found and _is_a_topic(found[-1], clause):
            clause.targets = found[-1].targets
            clause.places = clause.places or found[-1].places
            clause.unknown.extend(found.pop().unknown)
        if clause.targets or clause.verb or clause.places:
            for earlier in ahead:
                _merge(clause, earlier)
            ahead = []
            found.append(clause)
        elif found:
            _merge(found[-1], clause)
        else:
            ahead.append(clause)
    return found or ([_all_of(ahead)] if ahead else [])


def _is_its_place(before: Clause, clause: Clause, after: Sequence[Clause]) -> bool:
    """True for the middle of "floodlight, yard, on"."""
    if not (before.bare and before.targets and not before.places):
        return False
    alone = clause.bare and bool(clause.places) and not clause.targets
    told = bool(after) and after[0].says_what and not after[0].targets and not after[0].places
    return alone and told and len(after[0].words) <= 3


def _is_a_topic(before: Clause, clause: Clause) -> bool:
    """True for the first part of "the desk lamp, turn it off"."""
    pronoun = [each.sort for each in clause.targets] == ["pronoun"]
    lacking = bool(clause.verb) and clause.says_what and not clause.targets and not clause.places
    return (pronoun or lacking) and before.bare and bool(before.targets)


def _all_of(parts: Sequence[Clause]) -> Clause:
    whole = Clause()
    for part in parts:
        _merge(whole, part)
    return whole


def _merge(into: Clause, other: Clause) -> None:
    if into.particles and other.particles:
        into.contradictory = True  # "on and then off"
    into.values.extend(other.values)
    into.particles.extend(other.particles)
    into.measures.extend(other.measures)
    into.words.extend(other.words)
    into.unknown.extend(other.unknown)
    into.spared.extend(other.spared)
    into.kept = into.kept or other.kept
    into.everywhere = into.everywhere or other.everywhere
    into.quantifier = into.quantifier or other.quantifier


def _with_leading_place(clauses: list[Clause]) -> list[Clause]:
    """The place of all in "in the kitchen, turn the lights off and open the blinds"."""
    if len(clauses) < 2:
        return clauses
    first, second = clauses[0], clauses[1]
    only_place = first.bare and not first.targets and bool(first.places)
    if not only_place or second.places or not (second.led or second.targets):
        return clauses
    rest = clauses[1:]
    for clause in rest:
        clause.places = clause.places or list(first.places)
    rest[0].unknown.extend(first.unknown)
    return rest


def _targets_from_the_next(clauses: Sequence[Clause]) -> None:
    """The kitchen's lights, too, in "the kitchen and hall lights"."""
    for index in range(len(clauses) - 2, -1, -1):
        clause, after = clauses[index], clauses[index + 1]
        lacking = clause.places and not clause.targets
        if lacking and after.targets and after.places and not (after.led and clause.says_what):
            clause.targets = [each for each in after.targets if each.sort != "name"]
            if clause.bare and after.led:
                clause.verb = after.verb
                _take_what(clause, after)


def _backwards(clauses: Sequence[Clause]) -> None:
    """What is said last counts: "hall light and porch light off"."""
    for index in range(len(clauses) - 2, -1, -1):
        clause, after = clauses[index], clauses[index + 1]
        waits = clause.bare or clause.pending
        own_verb = after.verb and after.led and not (clause.bare and not clause.targets)
        if not waits or not after.says_what or own_verb:
            continue
        clause.verb = clause.verb or after.verb
        _take_what(clause, after)


def _forwards(clauses: Sequence[Clause]) -> None:
    """What is said first counts: "turn on the hall light and the fan"."""
    for before, clause in itertools.pairwise(clauses):
        if clause.bare:
            clause.verb = before.verb
            _take_what(clause, before)
            if not clause.targets:
                clause.targets = _of_the_same_kind(clause, before)
        elif not clause.targets and _about_the_same(clause, before):
            clause.contradictory = clause.implicit and not clause.values
            clause.targets = _of_the_same_kind(clause, before)
            clause.places = clause.places or list(before.places)


def _of_the_same_kind(clause: Clause, before: Clause) -> list[Target]:
    """What was said before; elsewhere only its kind: "and the kitchen one off"."""
    if not clause.places or clause.places == before.places:
        return list(before.targets)
    return [replace(each, sort="alike") if each.sort == "name" else each for each in before.targets]


def _about_the_same(clause: Clause, before: Clause) -> bool:
    """True for "and off in the hall", not for "and the bedroom to 20 degrees"."""
    if clause.verb and clause.verb[0] in _ALONE:
        return False
    if not clause.places:
        return True
    return not clause.verb and (not clause.values or bool(before.values))


def _take_what(clause: Clause, other: Clause) -> None:
    clause.sharing = True
    clause.particles = clause.particles or list(other.particles)
    clause.values = clause.values or list(other.values)
    clause.measures = clause.measures or list(other.measures)


def _places_of_lists(clauses: Sequence[Clause]) -> None:
    """The place for all in "turn off the lamp and the fan in the bedroom".

    Only within a list under one verb; ``places`` of the others stay empty, and whether the place
    fits is found out when the clause is grounded.
    """
    for index in range(len(clauses) - 2, -1, -1):
        clause, after = clauses[index], clauses[index + 1]
        if (clause.sharing or after.sharing) and not clause.places:
            clause.hinted = list(after.places or after.hinted)
    for before, clause in itertools.pairwise(clauses):
        if (clause.sharing or before.sharing) and not clause.places and not clause.hinted:
            clause.hinted = list(before.places or before.hinted)
