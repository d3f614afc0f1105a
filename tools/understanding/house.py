"""The daemon's own parts around a simulated home, without a broker and on a clock of its own."""

from __future__ import annotations

import asyncio
import json
import random
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tools.understanding.devices import TOPIC, Devices, reading_after
from tools.understanding.homes import PLUGIN, SimulatedHome

from lamplighter.assembly import Hooks, Surroundings, assemble
from lamplighter.catalogue.entity import Reading, State
from lamplighter.config import Config
from lamplighter.errors import PayloadError
from lamplighter.plugin import Message, StateRead
from lamplighter.store.settings import Store
from lamplighter.timekeeping.clocks import Clocks
from lamplighter.timekeeping.timekeeper import Timekeeper
from lamplighter.understanding.reading import Parser
from lamplighter.understanding.templates import Templates

_PACE_S = 20.0
"""Seconds between two ticks while time is passing."""

_BEFORE = {"on": "off", "off": "on", "open": "closed", "closed": "open", "locked": "unlocked",
           "unlocked": "locked", "cleaning": "docked"}  # fmt: skip
"""What a thing was before the first change that is known of it."""

_QUIET_ROUNDS = 5
"""Rounds in which nothing more comes, after which a turn is over."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one turn.

    Attributes:
        reply: the reply to what was said; None where nothing was.
        told: what was said by itself: timers, orders, reports.
        pressed: ids of scenes and buttons, one for each time.
        before: every state before it.
        after: every state after it.
    """

    reply: Mapping[str, Any] | None
    told: tuple[str, ...]
    pressed: tuple[str, ...]
    before: Mapping[str, State]
    after: Mapping[str, State]


@dataclass(slots=True)
class _Heard:
    replies: list[dict[str, Any]] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)


class House:
    """One conversation with one home.

    Args:
        home: the home.
        folder: an empty folder for the store.
        templates: loads the rules of a language.
        model: parses what the rules don't know; None does without.

    Attributes:
        now: UTC seconds.
        said: how many sentences were said; their ids are counted by it.
    """

    def __init__(
        self,
        home: SimulatedHome,
        folder: Path,
        templates: Callable[[str], Templates],
        model: Parser | None = None,
    ) -> None:
        self.home = home
        self.folder = folder
        self.now = home.now
        self._templates = templates
        self._model = model
        self._heard = _Heard()
        self.said = 0

    async def start(self) -> None:
        """Puts the parts together and lets them know the home."""
        timekeeper = Timekeeper(
            Clocks(
                wall=lambda: self.now,
                uptime=lambda: self.now - 1e9,
                boot="simulated",
                synchronised=lambda: True,
                has_chip=True,
            )
        )
        around = Surroundings(
            timekeeper.clock,
            lambda: self.now - 1e9,
            random.Random(1),  # noqa: S311 - jitter only
            timekeeper,
        )
        config = Config(home=self.home.home, store=Store(path=self.folder))
        self.parts = parts = assemble(config, around, _hooks())
        parts.host.plugins[PLUGIN] = Devices()
        parts.understanding.parsers.load = self._templates  # loaded once for all homes
        parts.executor.confirm_within = 0.5
        parts.store.start()
        parts.clock_watch.begin()
        for entity in self.home.entities:
            parts.catalogue.announce(entity)
            state = self.home.states[entity.id]
            parts.catalogue.restore(entity.id, state)
        self._remember()
        parts.orders.start()
        await parts.understanding.start()
        parts.understanding.use(self._model, away="")

    def _remember(self) -> None:
        """Writes the home's history, and the states' last changes by it."""
        parts = self.parts
        known: set[str] = set()
        for at, entity_id, value in self.home.history:
            if entity_id not in known and value in _BEFORE:
                # What happened at a time is a change: it was otherwise before.
                parts.store.history.add_text(entity_id, at - 86400.0, _BEFORE[value])
            known.add(entity_id)
            try:
                parts.store.history.add(entity_id, at, float(value))
            except ValueError:
                parts.store.history.add_text(entity_id, at, value)
            state = parts.catalogue.state(entity_id)
            if state.value == value:
                parts.catalogue.restore(entity_id, replace(state, changed=at))
        # A commit may be under way that was begun before the last row came.
        while len(parts.store.history.riding):
            parts.store.writer.submit(lambda _connection: None).result(5)

    async def stop(self) -> None:
        """Closes the store."""
        await self.parts.orders.stop()
        self.parts.understanding.stop()
        self.parts.publishing.stop()
        await asyncio.to_thread(self.parts.store.stop)

    async def say(
        self,
        text: str,
        *,
        area: str | None = None,
        user: str | None = None,
        language: str | None = None,
    ) -> Turn:
        """Says something and hears the reply."""
        self.now += 3.0
        self.said += 1
        mine = f"say-{self.said}"
        said = {"text": text, "id": mine, "area": area, "user": user, "language": language}
        payload = json.dumps({key: value for key, value in said.items() if value}).encode()
        topic = "ask"
        message = Message(topic, payload, qos=1, arrived=self.now)
        return await self._turn(self._handled(message), mine)

    async def _handled(self, message: Message) -> None:
        try:
            await self.parts.commander.handle(message)
        except PayloadError as error:
            self._heard.replies.append(
                {"id": "", "outcome": "not_understood", "speech": str(error)}
            )
        except Exception as error:  # noqa: BLE001 - one sentence must not end a measurement
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
            mine = json.loads(message.payload)["id"]
            self._heard.replies.append({"id": mine, "outcome": "crashed", "speech": said})

    async def set(self, states: Mapping[str, Any]) -> Turn:
        """The world changes by itself."""
        self.now += 1.0

        async def change() -> None:
            for entity_id, wanted in states.items():
                self._read(entity_id, _reading(wanted))
            await self._tick()

        return await self._turn(change(), None)

    async def wait(self, until: float) -> Turn:
        """Time passes until UTC seconds."""

        async def passing() -> None:
            while self.now < until:
                self.now = min(until, self.now + _PACE_S)
                await self._tick()

        return await self._turn(passing(), None)

    async def _tick(self) -> None:
        await self.parts.scheduler.tick(self.now)
        self.parts.orders.watch.tick()

    async def _turn(self, doing: Any, mine: str | None) -> Turn:
        before = self._states()
        self._heard = _Heard()
        task = asyncio.ensure_future(doing)
        idle = 0
        # Orders act in tasks of their own.
        while not task.done() or idle < _QUIET_ROUNDS:
            idle = 0 if self._deliver() or not task.done() else idle + 1
            await asyncio.sleep(0.001)
            if task.done():
                # What was handed to the writer is in the outbox after this.
                kept = self.parts.store.writer.submit(lambda _connection: None)
                await asyncio.wrap_future(kept)
        await task
        replies = self._heard.replies
        answers = [each for each in replies if mine is not None and each.get("id") == mine]
        told = [str(each.get("speech", "")) for each in replies if each not in answers]
        return Turn(
            answers[-1] if answers else None,
            tuple(told),
            tuple(self._heard.pressed),
            before,
            self._states(),
        )

    def _deliver(self) -> bool:
        """Takes what waits in the outbox: to the devices, or as replies. True where there was."""
        outbox = self.parts.store.outbox
        rows = outbox.due(1000, now=self.now)
        for row in rows:
            topic, payload = row.publication.topic, row.publication.payload
            if topic.startswith(TOPIC):
                self._obey(topic.removeprefix(TOPIC), json.loads(payload))
            elif topic.endswith("/reply"):
                self._heard.replies.append(json.loads(payload))
            self.parts.executor.row_sent(row.id)
        if rows:
            outbox.sent([row.id for row in rows])
        return bool(rows)

    def _obey(self, entity_id: str, told: Mapping[str, Any]) -> None:
        entity = self.parts.catalogue.get(entity_id)
        if entity is None:
            return
        if entity.domain in ("scene", "button"):
            self._heard.pressed.append(entity_id)
        self._read(entity_id, reading_after(entity, told["service"], told["params"]))

    def _read(self, entity_id: str, reading: Reading) -> None:
        message = Message(TOPIC, b"", arrived=self.now)
        self.parts.reception.take(PLUGIN, StateRead(entity_id, reading), message)

    def _states(self) -> dict[str, State]:
        return {each.id: self.parts.catalogue.state(each.id) for each in self.home.entities}


def _reading(wanted: Any) -> Reading:
    if isinstance(wanted, Mapping):
        rest = {key: value for key, value in wanted.items() if key != "state"}
        value = wanted.get("state")
        return Reading(None if value is None else str(value), rest)
    return Reading(str(wanted))


def _nothing(*_: object) -> None:
    return


def _hooks() -> Hooks:
    return Hooks(
        committed=_nothing,
        waiting=_nothing,
        replaced=_nothing,
        link_event=_nothing,
        upstream_event=_nothing,
        filters_changed=_nothing,
        reload=_nothing,
        facts=dict,
    )
