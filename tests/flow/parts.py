"""Hand-made stand-ins for what surrounds the parts under test: a plugin, an understanding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lamplighter.actions.authorisation import Abroad
from lamplighter.actions.commander import Commander
from lamplighter.actions.dialogue import Dialogue
from lamplighter.actions.execution import Executor
from lamplighter.actions.journal import CommandJournal
from lamplighter.actions.settings import Policy
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Reading, Service
from lamplighter.config import Home
from lamplighter.errors import ServiceError
from lamplighter.plugin import Event, Message, PluginBase, Publication
from lamplighter.store.settings import Lanes
from lamplighter.store.store import Store
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import (
    Ask,
    Interpretation,
    NotUnderstood,
    Pending,
    Result,
)

ROOT = "lamplighter/n"


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


class Switches(PluginBase):
    """Carries out any service by one message; ``broken`` ones refuse."""

    def __init__(self) -> None:
        super().__init__("switches")

    def filters(self) -> frozenset[str]:
        return frozenset()

    def receive(self, message: Message) -> Sequence[Event]:
        raise RuntimeError(message.topic)

    def command(
        self, entity: Entity, service: str, params: Mapping[str, Any]
    ) -> Sequence[Publication]:
        if entity.device_class == "broken":
            raise ServiceError(entity.id, service, "is not offered")
        payload = json.dumps({"service": service, **params}).encode()
        return [Publication(f"set/{entity.id}", payload, qos=0, retain=True)]


class Sentences:
    """Understands exactly the sentences it was given."""

    def __init__(self, known: dict[str, Result]) -> None:
        self.known = known

    async def interpret(self, ask: Ask) -> Interpretation:
        result = self.known.get(ask.text, NotUnderstood("unknown", "Pardon?"))
        return Interpretation(result, "rules")

    async def resume(self, pending: Pending, ask: Ask) -> Interpretation:
        for candidate in pending.candidates:
            if ask.text in candidate.names:
                return Interpretation(candidate.result, "rules")
        return Interpretation(NotUnderstood("no choice", "Pardon?"), "rules")

    async def ground(self, intents: tuple[Intent, ...], ask: Ask) -> Interpretation:
        return replace(await self.interpret(ask), intents=intents)


class Room:
    """A commander with everything behind it, on a real store."""

    def __init__(
        self,
        folder: Path,
        known: dict[str, Result],
        policy: Policy | None = None,
        lanes: Lanes | None = None,
        remote: Abroad | None = None,
        *,
        home: Home | None = None,
    ) -> None:
        self.clock = Clock()
        self.store = Store(
            folder,
            max_bytes=64 << 20,
            on_committed=lambda _: None,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            clock=self.clock,
            lanes=lanes,
        )
        self.catalogue = Catalogue(home or Home())
        self.plugin = Switches()
        self.executor = Executor(
            self.catalogue,
            lambda _entity: self.plugin,
            clock=self.clock,
            confirm_within=0.2,
            expire_after=60.0,
        )
        journal = CommandJournal(self.store, ROOT, self.clock)
        self.store.outbox.expired = journal.expired
        self.commander = Commander(
            understanding=Sentences(known),
            executor=self.executor,
            dialogue=Dialogue(self.clock),
            schedule=self.store.schedule,
            journal=journal,
            policy=policy or Policy(),
            language="en",
            clock=self.clock,
            monotonic=self.clock,
            remote=remote,
        )

    def start(self) -> None:
        self.store.start()
        for name, device_class in (("a", None), ("b", None), ("c", "broken")):
            self.catalogue.announce(
                Entity(
                    f"switch.{name}",
                    name,
                    "switches",
                    "switch",
                    name.upper(),
                    {service: Service(service) for service in ("turn_on", "turn_off")},
                    device_class=device_class,
                    confirmable=True,
                )
            )

    def stop(self) -> None:
        self.store.stop()

    def say(self, entity_id: str, value: str) -> None:
        """The device tells its state."""
        self.catalogue.read(entity_id, Reading(value), self.clock())
        self.executor.state_changed(entity_id)

    def send_all(self) -> list[Publication]:
        """The broker takes all that waits in the outbox; returns it in order."""
        rows = self.store.outbox.due(1000, now=self.clock())
        for row in rows:
            self.executor.row_sent(row.id)
        self.store.outbox.sent([row.id for row in rows])
        return [row.publication for row in rows]

    def replies(self) -> list[dict[str, Any]]:
        """The replies that wait in the outbox, which are sent by that."""
        return [
            json.loads(each.payload) for each in self.send_all() if each.topic == f"{ROOT}/reply"
        ]


def ask(text: str, **more: Any) -> Message:
    """A message on the ask topic."""
    facts = {key: more.pop(key) for key in ("duplicate", "retain") if key in more}
    payload = json.dumps({"text": text, **more}).encode() if more else text.encode()
    return Message(f"{ROOT}/ask", payload, qos=1, arrived=1_700_000_000.0, **facts)
