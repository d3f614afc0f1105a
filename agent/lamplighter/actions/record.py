"""The record of one action: what goes into the reply, the audit table and the ``actions`` topic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lamplighter.plugin import Publication

WAITING = "is waiting for the broker"
"""The problem of an action whose messages have not left yet, and still may."""


@dataclass(slots=True)
class ActionRecord:
    """One action and how far it came.

    Attributes:
        device: the entity's id.
        name: the name people call it.
        domain: the entity's domain.
        service: short service name.
        params: in user units.
        publications: the messages that carry it out; empty where it could not be sent.
        rows: the ids of those messages in the outbox.
        confirmed: True when the device's state showed it, False when it did not in time, None
            where no state can show it.
        problem: why it was not sent or not confirmed; "" where all is well.
        once: True where it must not be sent twice: done again, it would do something else.
        lost: why its messages were given up, as a problem; "" where they were not.
    """

    device: str
    name: str
    domain: str
    service: str
    params: Mapping[str, Any]
    publications: Sequence[Publication] = ()
    rows: list[int] = field(default_factory=list)
    confirmed: bool | None = False
    problem: str = ""
    once: bool = False
    lost: str = ""

    @classmethod
    def from_json(cls, shown: Mapping[str, Any]) -> ActionRecord:
        """The record that :meth:`as_json` shows, its confirmation aside."""
        domain, _, service = shown["service"].partition(".")
        sent = [shown, *shown.get("more", [])] if shown["topic"] else []
        return cls(
            shown["device"],
            shown["name"],
            domain,
            service,
            shown["params"],
            [Publication(each["topic"], each["payload"].encode()) for each in sent],
            problem=shown.get("problem", ""),
        )

    @property
    def succeeded(self) -> bool:
        """Confirmed, or not confirmable and sent."""
        return not self.problem and self.confirmed is not False

    def as_json(self) -> dict[str, Any]:
        """The action as design says: device, name, service, params, topic, payload, confirmed."""
        sent = [
            {"topic": each.topic, "payload": each.payload.decode("utf-8", "replace")}
            for each in self.publications
        ]
        first = sent[0] if sent else {"topic": None, "payload": None}
        shown: dict[str, Any] = {
            "device": self.device,
            "name": self.name,
            "service": f"{self.domain}.{self.service}",
            "params": dict(self.params),
            **first,
            "confirmed": self.confirmed,
        }
        if len(sent) > 1:
            shown["more"] = sent[1:]
        if self.problem:
            shown["problem"] = self.problem
        return shown
