"""Carrying actions out: the messages for them, and waiting until the devices show it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from lamplighter.actions.expectation import can_show, shows
from lamplighter.actions.record import ActionRecord
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.errors import ServiceError
from lamplighter.plugin import Plugin
from lamplighter.understanding.interpretation import Step


class Executor:
    """Turns steps into messages and watches states. Lives on the asyncio loop.

    Args:
        catalogue: where entities and states are looked up.
        plugin_of: the plugin that carries out an entity's services.
        clock: UTC seconds.
        confirm_within: seconds a device may take to show the wanted state.
        expire_after: seconds after which an unsent command is dropped.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        plugin_of: Callable[[Entity], Plugin],
        *,
        clock: Callable[[], float],
        confirm_within: float,
        expire_after: float,
    ) -> None:
        self.catalogue = catalogue
        self.plugin_of = plugin_of
        self.clock = clock
        self.confirm_within = confirm_within
        self.expire_after = expire_after
        self._state_waits: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._sent_waits: dict[int, asyncio.Event] = {}
        self._sent_early: deque[int] = deque(maxlen=256)

    def prepare(self, steps: Iterable[Step], *, expires_at: float | None) -> list[ActionRecord]:
        """The record of each step with the messages to send; nothing is sent yet."""
        limit = self.clock() + self.expire_after
        expiry = limit if expires_at is None else min(limit, expires_at)
        return [self._prepare(step, expiry) for step in steps]

    def _prepare(self, step: Step, expires_at: float) -> ActionRecord:
        entity = self.catalogue.get(step.entity_id)
        if entity is None:
            domain = step.entity_id.partition(".")[0]
            record = ActionRecord(step.entity_id, step.entity_id, domain, step.service, step.params)
            record.problem = "is no longer there"
            return record
        record = ActionRecord(entity.id, entity.name, entity.domain, step.service, step.params)
        if not self.catalogue.state(entity.id).available:
            record.problem = "is offline"
            return record
        try:
            made = self.plugin_of(entity).command(entity, step.service, step.params)
        except ServiceError as error:
            record.problem = error.reason
            return record
        # A command is never retained, whatever the device asked for: it would be carried out
        # again whenever the device, or the broker, comes back.
        record.publications = [
            replace(each, retain=False, qos=max(each.qos, 1), expires_at=expires_at)
            for each in made
        ]
        return record

    def expect_sent(self, rows: Iterable[int]) -> None:
        """Declares outbox rows whose sending :meth:`confirm` is going to wait for."""
        for row in rows:
            event = self._sent_waits.setdefault(row, asyncio.Event())
            if row in self._sent_early:
                event.set()

    def row_sent(self, row: int) -> None:
        """The broker has this outbox row."""
        if row in self._sent_waits:
            self._sent_waits[row].set()
        else:
            # It can be quicker than the news that its row was committed.
            self._sent_early.append(row)

    def state_changed(self, entity_id: str) -> None:
        """A reading of this entity was taken in."""
        for event in self._state_waits.get(entity_id, ()):
            event.set()

    async def confirm(self, records: Sequence[ActionRecord]) -> None:
        """Waits until every record is confirmed, sent, or out of time; sets ``confirmed``."""
        waiting = [record for record in records if not record.problem]
        await asyncio.gather(*(self._confirm(record) for record in waiting))

    async def _confirm(self, record: ActionRecord) -> None:
        started = self.clock()
        entity = self.catalogue.get(record.device)
        confirmable = entity is not None and can_show(entity, record.service)
        try:
            async with asyncio.timeout(self.confirm_within):
                for row in record.rows:
                    if row in self._sent_waits:
                        await self._sent_waits[row].wait()
                if entity is not None and confirmable:
                    await self._shown(entity, record, started)
            record.confirmed = True if confirmable else None
        except TimeoutError:
            record.confirmed = False
            record.problem = self._why_unconfirmed(record)
        finally:
            for row in record.rows:
                self._sent_waits.pop(row, None)

    def _why_unconfirmed(self, record: ActionRecord) -> str:
        if any(
            row in self._sent_waits and not self._sent_waits[row].is_set() for row in record.rows
        ):
            return "is waiting for the broker"
        return "did not confirm"

    async def _shown(self, entity: Entity, record: ActionRecord, started: float) -> None:
        heard = asyncio.Event()
        self._state_waits[entity.id].add(heard)
        try:
            while True:
                state = self.catalogue.state(entity.id)
                fresh = state.updated >= started
                if shows(entity, record.service, record.params, state, fresh=fresh):
                    return
                await heard.wait()
                heard.clear()
        finally:
            self._state_waits[entity.id].discard(heard)
            if not self._state_waits[entity.id]:
                del self._state_waits[entity.id]
