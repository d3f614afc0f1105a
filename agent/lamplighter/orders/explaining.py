"""Why something happened: from what was done, and for whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from lamplighter.orders import wording
from lamplighter.orders.kept import Kept
from lamplighter.orders.truth import States
from lamplighter.store.records.audit import AuditEntry
from lamplighter.understanding.speech import called, sentence

NOTHING = "I don't know: nothing that I did."
ORDER_ID = "order-"
"""How the ids of asks begin that come from standing orders; then the number of the order."""

_SOON_S = 30.0
_SERVICES: Mapping[str, frozenset[str]] = {
    r"\bon\b": frozenset({"turn_on", "start", "start_mowing"}),
    r"\b(?:off|out)\b": frozenset({"turn_off", "stop"}),
    r"\b(?:open|opened)\b": frozenset({"open", "set_position"}),
    r"\b(?:close|closed|shut)\b": frozenset({"close", "set_position"}),
    r"\b(?:unlock|unlocked)\b": frozenset({"unlock", "open"}),
    r"\b(?:lock|locked)\b": frozenset({"lock"}),
}
_DID = {
    "turn_on": "turned on",
    "turn_off": "turned off",
    "set_position": "moved",
    "stop": "stopped",
}


@dataclass(frozen=True, slots=True)
class Explaining:
    """Explains.

    Attributes:
        states: the catalogue.
        orders: the orders that are kept.
        zone: the home's time zone; None takes the machine's.
        now: UTC seconds.
    """

    states: States
    orders: Sequence[Kept]
    zone: tzinfo | None
    now: float

    def because(self, entries: Iterable[AuditEntry], said: str) -> str:
        """Why the latest fitting of these actions was done; or that it was nothing of that."""
        fitting = [each for each in entries if _fits(each, said)]
        if not fitting:
            return NOTHING
        entry = max(fitting, key=lambda each: (each.time, each.id))
        if self._changed_since(entry):
            return f"{NOTHING} The last thing that I did there was {self._told(entry)}."
        return sentence(self._told(entry))

    def _changed_since(self, entry: AuditEntry) -> bool:
        """Whether the device changed long after it was told to."""
        return self.states.state(entry.device).changed > entry.time + _SOON_S

    def _told(self, entry: AuditEntry) -> str:
        entity = self.states.get(entry.device)
        name = str(entry.data.get("name", entry.device)) if entity is None else called(entity)
        service = _service(entry)
        did = _DID.get(service) or f"told to {service.replace('_', ' ')}"
        return f"{name} was {did} {self._when(entry.time)}, {self._cause(entry)}"

    def _cause(self, entry: AuditEntry) -> str:
        asked, text = str(entry.data.get("id", "")), str(entry.data.get("text", ""))
        if asked.startswith(ORDER_ID):
            number = asked.removeprefix(ORDER_ID).split("-")[0]
            for kept in self.orders:
                if str(kept.id) == number:
                    told = wording.told(kept.order, self.states.get)
                    return f"by the standing order “{kept.name}”: {told.rstrip('.')}"
            return f"by a standing order that is forgotten now: “{text}”"
        if asked.startswith("schedule-"):
            return f"as it was planned: “{text}”"
        who = entry.data.get("user") or "somebody"
        return f"because {who} said “{text}”"

    def _when(self, time: float) -> str:
        at = datetime.fromtimestamp(time, UTC).astimezone(self.zone)
        today = datetime.fromtimestamp(self.now, UTC).astimezone(self.zone).date()
        clock = f"at {at.hour}:{at.minute:02}"
        days = (today - at.date()).days
        if days == 0:
            return clock
        if days == 1:
            return f"{clock} yesterday"
        return f"{clock} on {at:%A}" if days < 7 else f"{clock} on {at.day} {at:%B}"


def _fits(entry: AuditEntry, said: str) -> bool:
    """Whether the action is of the kind that was asked about: "why did it go on"."""
    wanted = [services for pattern, services in _SERVICES.items() if re.search(pattern, said)]
    return not wanted or any(_service(entry) in services for services in wanted)


def _service(entry: AuditEntry) -> str:
    """The service without its domain: "light.turn_on" is "turn_on"."""
    return entry.action.rpartition(".")[2]
