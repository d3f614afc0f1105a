"""Whether what is asked for may be done: by the house's policy, and by where it was asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from lamplighter.actions.asking import AskMessage
from lamplighter.actions.policy import Verdict, judge
from lamplighter.actions.settings import Policy
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.understanding.interpretation import Result, Step


class Abroad(Protocol):
    """Who judges what comes from upstream; ``upstream.remote.RemotePolicy`` does."""

    def objection(self, result: Result, asked: AskMessage) -> str | None:
        """What is to be said instead of following what an ask means, or None."""
        ...

    def allows(self, entity: Entity, service: str, origin: str) -> bool:
        """Whether a service of an entity may be asked for from there."""
        ...


class _Nobody:
    """Nothing comes from upstream; what does all the same may do nothing."""

    def objection(self, result: Result, asked: AskMessage) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nothing is followed."""
        return None if asked.ask.origin == BROKER else "Nothing may be asked from upstream here."

    def allows(self, entity: Entity, service: str, origin: str) -> bool:  # noqa: ARG002 - the protocol's signature
        """Only what was asked for here."""
        return origin == BROKER


class Authorisation:
    """Judges steps.

    Args:
        catalogue: the entities.
        policy: what needs a yes, what is refused; may be exchanged at any time.
        remote: judges what was asked from elsewhere; None: nothing is.
    """

    def __init__(self, catalogue: Catalogue, policy: Policy, remote: Abroad | None = None) -> None:
        self.catalogue = catalogue
        self.policy = policy
        self.remote = remote or _Nobody()

    def objection(self, result: Result, asked: AskMessage) -> str | None:
        """What is to be said instead of following what an ask from elsewhere means, or None."""
        return self.remote.objection(result, asked)

    def examine(self, steps: Sequence[Step], origin: str) -> tuple[list[Step], list[Step]]:
        """The steps that are refused, and those that need a yes."""
        verdicts = [(step, self._verdict(step, origin)) for step in steps]
        refused = [step for step, verdict in verdicts if verdict is Verdict.REFUSE]
        return refused, [step for step, verdict in verdicts if verdict is Verdict.CONFIRM]

    def described(self, steps: Sequence[Step]) -> str:
        """The steps in words: "unlock the Front Door and open the Garage Door"."""
        parts = []
        for step in steps:
            entity = self.catalogue.get(step.entity_id)
            name = entity.name if entity else step.entity_id
            parts.append(f"{step.service.replace('_', ' ')} the {name}")
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

    def _verdict(self, step: Step, origin: str) -> Verdict:
        entity = self.catalogue.get(step.entity_id)
        if entity is None or not self.remote.allows(entity, step.service, origin):
            return Verdict.REFUSE
        return judge(self.policy, entity, step.service)
