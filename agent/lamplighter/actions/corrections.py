"""What people put right ("no, the other lamp"), kept on this machine as training samples.

Only where the configuration says so. A ring of numbered snapshots bounds it: the oldest go first.
They are encrypted as everything else that people say, where the store is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lamplighter.actions.memory import Deed
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.store.records.snapshots import Snapshots
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Act, Ask, Interpretation, Step

PREFIX = "correction:"
"""What the names of their snapshots start with."""

MOST = 500
"""How many are kept."""


@dataclass(slots=True)
class Corrections:
    """Keeps corrections.

    Attributes:
        snapshots: where they are kept.
        catalogue: the entities, for their names.
        clock: UTC seconds.
        enabled: whether any are kept.
    """

    snapshots: Snapshots
    catalogue: Catalogue
    clock: Callable[[], float]
    enabled: bool = False
    _last: int | None = None

    def note(self, deed: Deed, ask: Ask, interpretation: Interpretation, act: Act) -> None:
        """Somebody put right what was done.

        Args:
            deed: what was done, and the sentence that was misread.
            ask: the sentence that puts it right.
            interpretation: what that was read as.
            act: what was meant.
        """
        if not self.enabled:
            return
        number = self._next()
        sample = {
            "number": number,
            "at": self.clock(),
            "language": interpretation.language or ask.language,
            "area": ask.area,
            "said": deed.said,
            "read": [_intent(each) for each in deed.interpretation.intents],
            "read_steps": [_step(each) for each in deed.steps],
            "corrected": ask.text,
            "meant": [_intent(each) for each in interpretation.intents],
            "meant_steps": [_step(each) for each in act.steps],
            "names": self._names((*deed.steps, *act.steps)),
        }
        self.snapshots.put(f"{PREFIX}{number % MOST:04d}", sample)

    def _next(self) -> int:
        if self._last is None:
            kept = self.snapshots.starting_with(PREFIX).values()
            self._last = max((int(each.get("number", 0)) for each in kept), default=0)
        self._last += 1
        return self._last

    def _names(self, steps: tuple[Step, ...]) -> dict[str, dict[str, Any]]:
        found = (self.catalogue.get(step.entity_id) for step in steps)
        return {entity.id: self._described(entity) for entity in found if entity is not None}

    def _described(self, entity: Entity) -> dict[str, Any]:
        areas = (area for area in self.catalogue.areas if area.name == entity.area)
        return {
            "name": entity.name,
            "domain": entity.domain,
            "device_class": entity.device_class,
            "area": entity.area,
            "floor": next((area.floor for area in areas), None),
        }


def exported(kept: Mapping[str, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Kept corrections as training samples, the oldest first."""
    ordered = sorted(kept.values(), key=lambda each: int(each.get("number", 0)))
    return [{key: value for key, value in each.items() if key != "number"} for each in ordered]


def _intent(intent: Intent) -> dict[str, Any]:
    return {
        "name": intent.name,
        "slots": {key: _plain(value) for key, value in intent.slots.items()},
        "domains": sorted(intent.domains),
        "here": intent.here,
        "many": intent.many,
        "question": intent.question,
        "text": intent.text,
    }


def _step(step: Step) -> dict[str, Any]:
    params = {key: _plain(value) for key, value in step.params.items()}
    return {"entity_id": step.entity_id, "service": step.service, "params": params}


def _plain(value: Any) -> Any:
    """The value as JSON has it."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return str(value)
