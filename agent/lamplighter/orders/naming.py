"""What standing orders are called, and which one is meant by some words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from lamplighter.orders import wording
from lamplighter.orders.kept import Kept
from lamplighter.orders.order import Order
from lamplighter.orders.wording import Known
from lamplighter.understanding.names import stem
from lamplighter.understanding.normalise import words_of

_LATEST = frozenset({"last", "latest", "newest", "new", "recent"})
_FIRST = frozenset({"first", "oldest"})
_SMALL = """
the a an my our your this that of in on at to for with about when whenever if is are i you it me
us thing one ones business stuff please and again standing order rule automation do doing does
where which sensor by from says saying
"""
_EMPTY = frozenset(_SMALL.split())


def name_of(order: Order, known: Known, taken: Collection[str]) -> str:
    """A short name for an order, from what it looks at; different from those taken."""
    facts = (*order.trigger, *order.conditions)
    entities = [known(each) for fact in facts for each in fact.entities[:2]]
    names = list(dict.fromkeys(each.name for each in entities if each is not None))
    base = " and ".join(names[:2]) or " ".join(map(wording.span, order.hours)).capitalize()
    used = {each.casefold() for each in taken}
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        name = f"{base} {number}"
    return name


def meant(said: str, orders: Sequence[Kept], known: Known) -> list[Kept]:
    """The orders that the words may mean: one, or those among which it has to be asked."""
    words = {stem(word) for word in words_of(said)} - _EMPTY
    exact = [each for each in orders if words_of(each.name) == words_of(said)]
    if exact or not words:
        return exact or list(orders)
    if words <= _LATEST or words <= _FIRST:
        return [orders[-1] if words <= _LATEST else orders[0]]
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(words) == len(numbers):
        return [each for each in orders if each.id in numbers]
    scores = {each.id: len(words & _words_about(each, known)) for each in orders}
    best = max(scores.values(), default=0)
    # Half of the words are enough: people seldom say it as it was kept.
    enough = best > 0 and best >= len(words) / 2
    return [each for each in orders if enough and scores[each.id] == best]


def _words_about(kept: Kept, known: Known) -> set[str]:
    told = wording.told(kept.order, known)
    places = [each.area or "" for each in map(known, sorted(kept.entities)) if each]
    about = " ".join((kept.name, told, kept.order.text, *places))
    return {stem(word) for word in words_of(about)}
