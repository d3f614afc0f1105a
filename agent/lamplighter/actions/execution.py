"""Carrying actions out: the messages for them, and waiting until the devices show it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from lamplighter.actions.expectation import can_show, shows
from lamplighter.actions.record import WAITING, ActionRecord
from lamplighter.actions.repeating import may_repeat
from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity
from lamplighter.errors import ServiceError
from lamplighter.plugin import Plugin
from lamplighter.store.outbound.outbox_rows import UNCERTAIN, OutboxRow
from lamplighter.understanding.interpretation import Step

_REMEMBERED = 256


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
        self._sent_early: deque[int] = deque(maxlen=_REMEMBERED)
        # Why rows were given up.
        self._lost: dict[int, str] = {}

    def prepare(
        self, steps: Iterable[Step], *, expires_at: float | None, lasts: float | None = None
    ) -> list[ActionRecord]:
        """The record of each step with the messages to send; nothing is sent yet.

        Args:
            steps: what is to be done.
            expires_at: UTC seconds after which the messages must not leave, as the asker said.
            lasts: seconds after which they must not, whatever the clock says; None: as configured.
        """
        left = self.expire_after if lasts is None else lasts
        return [self._prepare(step, expires_at, left) for step in steps]

    def _prepare(self, step: Step, expires_at: float | None, lasts: float) -> ActionRecord:
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
            plugin = self.plugin_of(entity)
            made = plugin.command(entity, step.service, step.params)
        except ServiceError as error:
            record.problem = error.reason
            return record
        # A command is never retained, whatever the device asked for: it would be carried out
        # again whenever the device, or the broker, comes back.
        record.publications = [
            replace(each, retain=False, qos=max(each.qos, 1), expires_at=expires_at, lasts=lasts)
            for each in made
        ]
        record.once = not may_repeat(entity, step.service, made, plugin.command)
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

    def row_given_up(self, row: OutboxRow, reason: str) -> None:
        """This outbox row is gone, and was not sent, or nobody knows whether it was."""
        if row.command is not None:
            self._note_lost(row.id, _problem(reason))
        self.row_sent(row.id)

    @staticmethod
    def recall(lost: Mapping[str, str], records: Iterable[ActionRecord]) -> None:
        """Sets ``lost`` of actions of an earlier run, by the topics of messages given up since."""
        for record in records:
            for each in record.publications:
                reason = lost.get(each.topic)
                if reason is not None and not record.lost:
                    record.lost = _problem(reason)

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
                    record.lost = self._lost.get(row, record.lost)
                if entity is not None and confirmable:
                    # Also where it was given up: it may have arrived all the same.
                    await self._shown(entity, record, started)
            record.confirmed = _confirmed(record, confirmable=confirmable)
            record.problem = "" if confirmable else record.lost
        except TimeoutError:
            record.confirmed = False
            record.problem = self._why_unconfirmed(record)
        finally:
            for row in record.rows:
                self._sent_waits.pop(row, None)
                self._lost.pop(row, None)

    def _note_lost(self, row: int, problem: str) -> None:
        self._lost[row] = problem
        while len(self._lost) > _REMEMBERED:
            del self._lost[next(iter(self._lost))]

    def _why_unconfirmed(self, record: ActionRecord) -> str:
        if record.lost:
            return record.lost
        if any(
            row in self._sent_waits and not self._sent_waits[row].is_set() for row in record.rows
        ):
            return WAITING
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


def _confirmed(record: ActionRecord, *, confirmable: bool) -> bool | None:
    """Whether an action that nothing more is awaited of counts as done."""
    if confirmable:
        return True
    return False if record.lost else None


def _problem(reason: str) -> str:
    """Why a row was given up, as said of a device: "The gate ...", and the words."""
    if reason == UNCERTAIN:
        return "may or may not have been told"
    if reason == "expired":
        return "could not be told in time"
    return f"could not be told: {reason}"
