"""Since when what an order waits for has been true, and whether it acted on that already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lamplighter.orders.order import Fact, Order

WHOLE = "all"
"""The key of what an order without a trigger waits for: all of it together."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What was seen last.

    Attributes:
        true: whether it was true.
        since: seconds of the clock for ageing since when.
        done: True where nothing more comes of it before it was false again.
    """

    true: bool
    since: float
    done: bool = False

    def ripe(self, held_s: float, now: float) -> bool:
        """Whether it has been true for long enough, and nothing came of it yet."""
        return self.true and not self.done and now - self.since >= held_s


def first(verdict: bool | None, now: float) -> Mark:  # noqa: FBT001 - the verdict is the argument
    """The mark of what is looked at for the first time: what is so already did not just happen."""
    return Mark(true=verdict is True, since=now, done=verdict is True)


def advanced(mark: Mark, verdict: bool | None, now: float) -> Mark:  # noqa: FBT001 - as above
    """The mark once it was looked at again; as it was where nobody knows."""
    if verdict is None or verdict == mark.true:
        return mark
    return Mark(true=verdict, since=now)


def atoms(order: Order) -> dict[str, Fact]:
    """The single things of which each one makes the order act, by key."""
    found: dict[str, Fact] = {}
    for place, fact in enumerate(order.trigger):
        if fact.every:
            found[f"{place}"] = fact
            continue
        for entity_id in fact.entities:
            found[f"{place}:{entity_id}"] = replace(fact, entities=(entity_id,))
    return found


def lasting(order: Order) -> dict[str, Fact]:
    """The conditions that must have been true for a while, by key."""
    return {f"c{place}": fact for place, fact in enumerate(order.conditions) if fact.held_s > 0}


def to_json(marks: Mapping[str, Mark]) -> dict[str, list[Any]]:
    """Marks as they are kept."""
    return {key: [mark.true, mark.since, mark.done] for key, mark in marks.items()}


def from_json(kept: Mapping[str, Sequence[Any]]) -> dict[str, Mark]:
    """The marks that were kept; nothing where they do not read."""
    try:
        return {
            key: Mark(bool(true), float(since), bool(done))
            for key, (true, since, done) in kept.items()
        }
    except (AttributeError, TypeError, ValueError):
        return {}
