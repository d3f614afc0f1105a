"""What clauses are about, as slots of intents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lamplighter.understanding import exceptions
from lamplighter.understanding.clauses.clause import Clause, Target
from lamplighter.understanding.clauses.meaning import POWERED
from lamplighter.understanding.clauses.quantity import Quantity
from lamplighter.understanding.clauses.vocabulary import Place, Vocabulary
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import Names, stem
from lamplighter.understanding.rule_parser import Situation

_ALL_OF: Mapping[str, str] = {
    "off": POWERED,
    "on": "light",
    "lock": "lock",
    "unlock": "lock",
    "close": "cover valve",
    "open": "cover",
    "toggle": "light",
    "stop": "cover vacuum lawn_mower",
}
"""The domains that "everything" stands for."""

_IMPLIED_BY_MEASURE: Mapping[str, str] = {
    "brightness": "light",
    "colour": "light",
    "kelvin": "light",
    "temperature": "thermostat",
    "humidity": "humidifier",
}
_IMPLIED_BY_ACTION: Mapping[str, str] = {
    "brighter": "light",
    "dimmer": "light",
    "warmer": "thermostat",
    "cooler": "thermostat",
    "arm": "alarm",
    "disarm": "alarm",
    "lock": "lock",
    "mow": "mower",
    "rest_mower": "mower",
    "clean": "vacuum",
}


_KIND_OF: Mapping[str, str] = {
    "light": "light",
    "fan": "fan",
    "climate": "thermostat",
    "vacuum": "vacuum",
    "valve": "valve",
    "lock": "lock",
    "humidifier": "humidifier",
}
"""What "the one in the kitchen" is, after a device of the domain."""

_LIGHTING = frozenset({"light", "illuminate"})
"""Verbs that are about lights by themselves."""


@dataclass(frozen=True, slots=True)
class Meant:
    """One thing, or one group of things, that a clause is about.

    Attributes:
        slots: those of an intent that find it.
        domains: the domains it may be of.
        many: True where several are meant.
        text: as it was said.
        without: ids of entities that are not meant.
        implied: True where no word said which kind.
        guessed: True where a question should make sure that this is meant.
        contextual: True where it was said in an earlier sentence.
    """

    slots: Mapping[str, Any] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()
    many: bool = False
    text: str = ""
    without: frozenset[str] = frozenset()
    implied: bool = False
    guessed: bool = False
    contextual: bool = False


@dataclass(frozen=True, slots=True)
class Targeting:
    """Finds what clauses are about.

    Attributes:
        situation: the home, and what was said before.
        vocabulary: of the home.
    """

    situation: Situation
    vocabulary: Vocabulary

    def meant(self, clause: Clause, quantity: Quantity, earlier: Sequence[Clause]) -> list[Meant]:
        """What the clause is about; empty where that can't be told."""
        targets = clause.targets or self._implied(clause, quantity)
        if [each.sort for each in targets] == ["pronoun"] and self._impersonal(clause, earlier):
            targets = self._implied(clause, quantity) or targets
        found: list[Meant] = []
        for target in targets:
            found.extend(self._one(target, clause, quantity, earlier))
        return found

    def _ids(self, meant: Meant) -> frozenset[str]:
        """The entities that a name means."""
        names = self.situation.names
        if ids := meant.slots.get("ids"):
            return frozenset(ids)
        name = str(meant.slots.get("name", ""))
        found = names.named(name) or names.partly_named(name)
        return frozenset(entity.id for entity in found)

    def _impersonal(self, clause: Clause, earlier: Sequence[Clause]) -> bool:
        """True for the "it" of "make it warmer in here"."""
        context = self.situation.context
        known = context is not None and bool(context.entities)
        return bool(clause.places) or not (earlier or known)

    def _one(
        self, target: Target, clause: Clause, quantity: Quantity, earlier: Sequence[Clause]
    ) -> list[Meant]:
        match target.sort:
            case "name":
                meant = self._by_name(target)
            case "alike":
                meant = self._alike(target)
            case "kind":
                meant = self._by_kind(target, clause)
            case "everything":
                meant = self._everything(quantity)
            case "rest":
                meant = self._rest(target, quantity, earlier)
            case "pronoun":
                return self._before(target, quantity, earlier)
        return [] if meant is None else self._but_for(meant, target, clause, quantity)

    def _but_for(
        self, meant: Meant, target: Target, clause: Clause, quantity: Quantity
    ) -> list[Meant]:
        """What is meant, without what is left out of it."""
        if spared := clause.spared:
            left = exceptions.left_out(spared, self.situation.names)
            if left is not None and self._ids(meant) and len(clause.targets) > 1:
                return [] if self._ids(meant) <= left else [meant]
            if left is None or not (target.many or target.sort == "everything"):
                return []
            meant = replace(meant, without=meant.without | left, many=True)
        everywhere = clause.everywhere or (quantity.action == "lock" and meant.many)
        said = (target.quantifier or "all" * everywhere, *target.words)
        return [replace(meant, text=" ".join(dict.fromkeys(each for each in said if each)))]

    def _by_name(self, target: Target) -> Meant | None:
        names = self.situation.names
        found = names.named(target.text) or names.partly_named(target.text)
        if found:
            domains = frozenset(entity.domain for entity in found)
            return Meant({"name": target.text}, domains, target.many)
        ids = self.vocabulary.named_by_part(target.text.split())
        if len(ids) != 1:
            return None
        return Meant({"ids": tuple(ids)}, _domains_of(ids, names))

    def _by_kind(self, target: Target, clause: Clause) -> Meant:
        domains = KINDS[target.text].domains
        meant = Meant({"kind": target.text}, domains, target.many, implied=target.implied)
        if target.many or len(target.words) < 2:
            return meant
        # "The exhaust fan" is rather the one that is called so than another extractor.
        holders = [self.vocabulary.by_word.get(stem(word), frozenset()) for word in target.words]
        called = frozenset.intersection(*holders)
        names = self.situation.names
        near = {self.situation.area, None} | {place.area or None for place in clause.places}
        if len(called) != 1 or names.entities[next(iter(called))].area not in near:
            return meant
        return Meant({"ids": tuple(called)}, _domains_of(called, names))

    def _alike(self, target: Target) -> Meant | None:
        """One of the kind that the name says, or that the device with the name is of."""
        said = self.vocabulary.kinds.get(target.words[-1:])
        named = self._by_name(target)
        if said is None and (named is None or len(named.domains) != 1):
            return None
        kind = said.key if said else _KIND_OF.get(next(iter(named.domains if named else ())), "")
        if not kind:
            return None
        if named is not None and named.domains == {"light"}:
            kind = "light"  # "the hall light, and the kitchen one": whatever lamp that is
        return Meant({"kind": kind}, KINDS[kind].domains)

    def _everything(self, quantity: Quantity) -> Meant:
        action = quantity.action or "set"
        domains = "light" if quantity.given else _ALL_OF.get(action, "light")
        wanted = domains.split()
        slots = {"domain": wanted[0] if len(wanted) == 1 else wanted}
        return Meant(
            slots, frozenset(wanted), many=True, guessed=action in ("on", "unlock", "open")
        )

    def _rest(self, target: Target, quantity: Quantity, earlier: Sequence[Clause]) -> Meant | None:
        if target.text and not target.many:  # "the other lamp": than the one before
            slots = {"kind": target.text, "other": True}
            return Meant(slots, KINDS[target.text].domains, contextual=True)
        phrases = [" ".join(each.words) for clause in earlier for each in clause.targets]
        without = exceptions.left_out(phrases, self.situation.names) if phrases else None
        if without is None:
            return None
        meant = self._everything(quantity)
        if target.text:
            meant = Meant({"kind": target.text}, KINDS[target.text].domains, many=True)
        return replace(meant, without=without, guessed=False)

    def _before(self, target: Target, quantity: Quantity, earlier: Sequence[Clause]) -> list[Meant]:
        for clause in reversed(earlier):
            named = [each for each in clause.targets if each.sort != "pronoun"]
            if named:
                group = _list_of(clause, earlier) if target.many else [clause]
                return [
                    replace(meant, slots={**meant.slots, **self.where(each.places[:1])})
                    for each in group
                    for one in each.targets
                    if one.sort != "pronoun"
                    for meant in self._one(one, Clause(), quantity, ())
                ]
        context = self.situation.context
        ids = context.entities if context is not None else ()
        known = tuple(each for each in ids if each in self.situation.names.entities)
        # "It" after an answer that named several: which of them has to be asked.
        several = len(known) > 1 and not target.many and context is not None and not context.acted
        if not known or several:
            return []
        names = self.situation.names
        return [Meant({"ids": known}, _domains_of(known, names), many=True, contextual=True)]

    def _implied(self, clause: Clause, quantity: Quantity) -> list[Target]:
        """What a clause without a device is about: lights for brightness, and so on."""
        if clause.quantifier and (clause.places or clause.everywhere):
            return [Target("everything", many=True, quantifier="all")]
        action = quantity.action or "set"
        kind = _IMPLIED_BY_MEASURE.get(quantity.measure) or _IMPLIED_BY_ACTION.get(action, "")
        if not kind:
            kind = _implied_by(quantity, placed=bool(clause.places))
        if action == "lock":
            return [Target("everything", many=True, quantifier="all")] if not clause.places else []
        placed = bool(clause.places) or clause.everywhere
        if not kind and action in ("on", "off") and (placed or clause.words[0] in _LIGHTING):
            kind = "light"
        if not kind or (not clause.verb and clause.told_little):
            return []
        return [Target("kind", kind, (kind,), many=clause.everywhere, implied=True)]

    def where(self, places: Sequence[Place]) -> dict[str, Any]:
        """The slots of a place; none where "here" is not known."""
        slots: dict[str, Any] = {}
        for place in places:
            if place.area:
                slots["area"] = place.area
            elif place.floor:
                slots["floor"] = place.floor
            elif self.situation.area:
                slots["area"] = self.situation.area
        return slots


def _implied_by(quantity: Quantity, *, placed: bool) -> str:
    amount = quantity.amount
    if placed and amount is not None and (amount.unit == "%" or amount.text == "end"):
        return "light"
    if placed and amount is not None and amount.kind == "number" and _is_warmth(amount.number):
        return "thermostat"
    if quantity.colour or quantity.kelvin or quantity.bright is not None:
        return "light"
    if amount is not None and amount.unit == "K":
        return "light"
    if amount is not None and amount.unit.startswith("°"):
        return "thermostat"
    return ""


def _is_warmth(number: float) -> bool:
    """True for a bare number that a room can have as its temperature, in °C or in °F."""
    return 5 <= number <= 30 or 55 <= number <= 86


def _domains_of(ids: Iterable[str], names: Names) -> frozenset[str]:
    return frozenset(names.entities[each].domain for each in ids)


def _list_of(clause: Clause, earlier: Sequence[Clause]) -> list[Clause]:
    """The clauses that were said in one list with this one."""
    return [
        each for each in earlier if each.verb == clause.verb and each.particles == clause.particles
    ]
