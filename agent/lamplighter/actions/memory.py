"""What was said and done last, for each asker: what "it", "again" and "undo that" mean.

It is kept in memory only, and for minutes: what somebody said an hour ago is not what they mean
by "it".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lamplighter.catalogue.entity import State
from lamplighter.understanding.context import Context
from lamplighter.understanding.interpretation import Act, Ask, Interpretation, Step

LASTS_S = 300.0
"""For how long what was said and done can be referred to."""

_ANYBODYS_S = 120.0
_MOST = 1000


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done.

    Attributes:
        steps: what was sent.
        before: the states of their entities before, by id.
        at: when, on the memory's clock.
        said: the sentence that led to it.
        interpretation: how that was understood.
    """

    steps: tuple[Step, ...]
    before: Mapping[str, State]
    at: float
    said: str
    interpretation: Interpretation


@dataclass(slots=True)
class _Asker:
    """What is remembered of one asker."""

    at: float = 0.0
    context: Context | None = None
    deed: Deed | None = None
    planned: float | None = None


@dataclass(slots=True)
class Memory:
    """Remembers the last sentence that was understood, and the last deed, of each asker.

    Attributes:
        monotonic: seconds that never jump.
        most: askers that are remembered; the one not heard for longest is forgotten first.
    """

    monotonic: Callable[[], float]
    most: int = _MOST
    _askers: dict[str, _Asker] = field(default_factory=dict)
    _last: dict[str, Deed] = field(default_factory=dict)

    def context(self, ask: Ask) -> Context | None:
        """What this asker said before, with its age; None where that was too long ago."""
        asker = self._askers.get(asker_of(ask))
        if asker is None or asker.context is None:
            return None
        age = self.monotonic() - asker.at
        if age > LASTS_S:
            return None
        known = asker.context
        return Context(known.text, known.intents, known.entities, known.acted, age)

    def heard(self, ask: Ask, interpretation: Interpretation, *, acted: bool) -> None:
        """This was understood of what the asker said; nothing to remember where it is of no thing.

        Args:
            ask: what was said.
            interpretation: how it was understood.
            acted: whether something was done.
        """
        context = context_of(ask, interpretation, acted=acted)
        if context is None:
            return
        asker = self._asker(ask)
        asker.context, asker.at = context, self.monotonic()

    def did(self, ask: Ask, deed: Deed) -> None:
        """This was done for the asker."""
        self._last[ask.origin] = deed
        asker = self._asker(ask)
        asker.deed, asker.planned = deed, None

    def planned(self, ask: Ask) -> None:
        """Something was planned for the asker; "it" is still what was spoken of before."""
        asker, now = self._asker(ask), self.monotonic()
        before = asker.context if now - asker.at <= LASTS_S else None
        known = before or Context()
        # "And the lamp" would be done now, and not when the plan says.
        asker.context = Context(ask.text, (), known.entities, acted=False)
        asker.planned = asker.at = now

    def planned_last(self, ask: Ask) -> bool:
        """Whether planning something was the last that was done for the asker."""
        asker = self._askers.get(asker_of(ask))
        since = None if asker is None else asker.planned
        return since is not None and self.monotonic() - since <= LASTS_S

    def by_itself(self, origin: str, deed: Deed) -> None:
        """This was done because it had been scheduled or ordered, for nobody who speaks now."""
        self._last[origin] = deed

    def deed(self, ask: Ask) -> Deed | None:
        """What was done last for this asker; for whom nothing was done, what was done just now."""
        now = self.monotonic()
        asker = self._askers.get(asker_of(ask))
        if asker is not None and asker.deed is not None and now - asker.deed.at <= LASTS_S:
            return asker.deed
        last = self._last.get(ask.origin)
        return last if last is not None and now - last.at <= _ANYBODYS_S else None

    def own_deed(self, ask: Ask) -> Deed | None:
        """What was done for this asker with the last sentence that was understood, else None."""
        asker = self._askers.get(asker_of(ask))
        if asker is None or asker.deed is None or asker.context is None:
            return None
        recent = self.monotonic() - asker.deed.at <= LASTS_S
        return asker.deed if recent and asker.context.acted else None

    def _asker(self, ask: Ask) -> _Asker:
        key = asker_of(ask)
        asker = self._askers.pop(key, None) or _Asker()
        self._askers[key] = asker
        while len(self._askers) > self.most:
            del self._askers[next(iter(self._askers))]
        return asker


def asker_of(ask: Ask) -> str:
    """Whom an ask counts as being from: the user, else the area, else all who say neither.

    What comes over another link never counts as from here: a yes from upstream is no answer to a
    question that was asked in the house.
    """
    if ask.user:
        return f"{ask.origin}:user:{ask.user}"
    return f"{ask.origin}:area:{ask.area}" if ask.area else ask.origin


def context_of(ask: Ask, interpretation: Interpretation, *, acted: bool) -> Context | None:
    """The context that an understood sentence leaves; None where it was about no thing."""
    entities = interpretation.mentioned
    if not entities and isinstance(interpretation.result, Act):
        steps = interpretation.result.steps
        entities = tuple(dict.fromkeys(step.entity_id for step in steps))
    if not interpretation.intents and not entities:
        return None
    return Context(ask.text, interpretation.intents, entities, acted)
