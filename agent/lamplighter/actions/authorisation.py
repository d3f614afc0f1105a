"""Whether what is asked for may be done: by the house's policy, and by who asked it where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from lamplighter.actions.alarm_deeds import MACHINE, deed_of
from lamplighter.actions.asking import AskMessage
from lamplighter.actions.policy import Verdict, judge, refused_for_role, wants_pin
from lamplighter.actions.settings import Policy
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.store.outbound.outbox import BROKER
from lamplighter.understanding.interpretation import Ask, Result, Step


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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is said of steps.

    Attributes:
        refused: those that must not be done.
        risky: those that need a yes.
        secret: those that need the PIN as well.
    """

    refused: tuple[Step, ...] = ()
    risky: tuple[Step, ...] = ()
    secret: tuple[Step, ...] = ()

    @property
    def careful(self) -> tuple[Step, ...]:
        """Those that somebody has to agree to, in their order."""
        return (*self.risky, *(step for step in self.secret if step not in self.risky))


class Authorisation:
    """Judges steps.

    Args:
        catalogue: the entities.
        policy: what needs a yes, what is refused; may be exchanged at any time.
        remote: judges what was asked from elsewhere; None: nothing is.
        machines: what stands for machines' alarms in steps, by id.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        policy: Policy,
        remote: Abroad | None = None,
        machines: Mapping[str, Entity] | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.machines = machines or {}
        self.policy = policy
        self.remote = remote or _Nobody()

    def objection(self, result: Result, asked: AskMessage) -> str | None:
        """What is to be said instead of following what an ask from elsewhere means, or None."""
        return self.remote.objection(result, asked)

    def examine(self, steps: Sequence[Step], ask: Ask) -> Judgement:
        """Which of the steps that somebody asks for are refused, and which need more than that."""
        verdicts = [(step, self._verdict(step, ask)) for step in steps]
        return Judgement(
            refused=tuple(step for step, verdict in verdicts if verdict is Verdict.REFUSE),
            risky=tuple(step for step, verdict in verdicts if verdict is Verdict.CONFIRM),
            secret=tuple(step for step in steps if self._is_secret(step)),
        )

    def refusal(self, steps: Sequence[Step], ask: Ask) -> str:
        """Why these steps are refused, as it is said to who asked."""
        what = self.described(steps)
        if any(self._is_the_roles(step, ask) for step in steps):
            who = f"{ask.user} is" if ask.user else "whoever doesn't say who they are is"
            return f"I'm not allowed to {what} for you: {who} not permitted to do that here."
        return f"I'm not allowed to {what}."

    def described(self, steps: Sequence[Step]) -> str:
        """The steps in words: "unlock the Front Door and open the Garage Door"."""
        parts = []
        for step in steps:
            entity = self._entity(step)
            name = entity.name if entity else step.entity_id
            if entity is not None and entity.domain == MACHINE:
                parts.append(deed_of(step.service, entity.name))
            else:
                parts.append(f"{step.service.replace('_', ' ')} the {name}")
        return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

    def _entity(self, step: Step) -> Entity | None:
        return self.catalogue.get(step.entity_id) or self.machines.get(step.entity_id)

    def _verdict(self, step: Step, ask: Ask) -> Verdict:
        entity = self._entity(step)
        if entity is None or not self.remote.allows(entity, step.service, ask.origin):
            return Verdict.REFUSE
        return judge(self.policy, entity, step.service, ask.user)

    def _is_secret(self, step: Step) -> bool:
        entity = self._entity(step)
        return entity is not None and wants_pin(self.policy, entity, step.service)

    def _is_the_roles(self, step: Step, ask: Ask) -> bool:
        entity = self._entity(step)
        return entity is not None and refused_for_role(self.policy, entity, step.service, ask.user)
