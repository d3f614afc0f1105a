"""The model's place in the daemon: comes, goes and is replaced, and is missed without harm.

::

    start ──> loading ──> ready ──────────────> short of memory ──> (hold) ──> loading
                 │          │ swap, trial failed
                 │          └──> loading (the new one, or the one before)
                 └──> missing ──> (its files changed, or later) ──> loading

Whoever asks the model takes ``engine`` anew each time, and copes with a ``ModelError``: it may be
gone before the answer is there.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import structlog

from lamplighter.errors import ModelError
from lamplighter.model.available import Available, MemorySource
from lamplighter.model.loading import Loader, LoadingFailedError
from lamplighter.model.pressure import PressureGauge
from lamplighter.model.settings import Model

if TYPE_CHECKING:
    from lamplighter.model.watched import WatchedEngine

_log = structlog.get_logger("model")

State = Literal["off", "loading", "ready", "missing", "short of memory"]

_AWAY: dict[str, str] = {
    "loading": "it is just being loaded",
    "missing": "it is missing or broken",
    "short of memory": "not enough memory",
}
_TICK_S = 2.0
_FIRST_RETRY_S = 30.0
_LAST_RETRY_S = 3600.0
_MIB = 1024 * 1024


class ModelService:
    """Owns the engine. Without a usable model the daemon runs on rules and templates.

    Args:
        settings: which model, how many threads, how it is trusted and watched.
        folder: the store's; prefixes and deployed models are kept below it.
        changed: is called on the loop when the model has come or gone.
        memory: tells what is available.
        clock: seconds that only go forward.
        loader: loads models; None makes the one that does.
    """

    def __init__(
        self,
        settings: Model,
        folder: Path,
        *,
        changed: Callable[[], None] = lambda: None,
        memory: Callable[[], Available | None] | None = None,
        clock: Callable[[], float] = time.monotonic,
        loader: Loader | None = None,
    ) -> None:
        self.settings = settings
        self.changed = changed
        self.engine: WatchedEngine | None = None
        self.state: State = "off"
        self.reason = ""
        self._loader = loader or Loader(settings, folder)
        self._memory = memory or MemorySource().look
        self._gauge = PressureGauge(settings.pressure, clock)
        self._clock = clock
        self._turn = asyncio.Lock()
        self._closing = False
        self._retry_at = 0.0
        self._pause = _FIRST_RETRY_S
        self._files: object = None
        self._changing: object = None
        self._begun: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Loads the model; afterwards ``engine`` is set, or ``reason`` says why it is not."""
        if not self.settings.enabled:
            self.reason = "switched off by model.enabled"
            return
        async with self._turn:
            # Told to swap before it came to this, it has loaded the model already.
            if self.state == "off":
                await self._load(self._loader.open_current)

    def stop(self) -> None:
        """Ends the model's thread. Takes a moment; may be called off the loop."""
        self._closing = True
        engine, self.engine = self.engine, None
        if engine is not None:
            engine.engine.stop()
            self.state = "off"
        self._loader.ended_well()

    async def run(self) -> None:
        """Looks after the model until it is cancelled: memory, changed files, new attempts."""
        while self.settings.enabled:
            await asyncio.sleep(_TICK_S)
            try:
                await self.tick()
            except Exception:  # noqa: BLE001 - a supervisor: the model is looked after again soon
                _log.exception("model_not_looked_after")

    async def tick(self) -> None:
        """Looks after the model once."""
        if not self.settings.enabled or self._closing:
            return
        async with self._turn:
            available = self._memory()
            if self.engine is not None and self._gauge.short(available):
                await self._make_room(available)
            elif await self._replaced():
                _log.info("model_files_changed")
                await self._exchange(self._loader.open_current)
            elif self._may_come_back(available):
                await self._load(self._loader.open_current)

    def swap_soon(self) -> None:
        """Begins to ``swap``; how that ends is told by ``health``."""
        if self.settings.enabled:
            self._begin(self.swap())

    def away(self) -> str:
        """Why there is no model now, in a few words for a reply; "" where none is wanted."""
        if self.engine is not None or self.state in ("off", "ready"):
            return ""
        return _AWAY[self.state]

    async def swap(self) -> None:
        """Takes over the model that is deployed now; rolls it back where it can't be loaded."""
        if not self.settings.enabled:
            raise ModelError("model", self.reason)
        async with self._turn:
            await self._exchange(self._loader.open_current)

    def health(self) -> dict[str, Any]:
        """Name, version and state for ``health``; how a new model's trial goes."""
        facts: dict[str, Any] = {"state": self.state}
        if self.engine is not None:
            facts |= {"name": self.engine.name, "version": self.engine.version}
        if self.reason:
            facts["reason"] = self.reason
        return facts | self._loader.trial_facts()

    async def _load(self, open_model: Callable[[], WatchedEngine]) -> None:
        """Loads a model off the loop; whatever goes wrong becomes a state."""
        available = self._memory()
        needed = self._loader.needed()
        if not self._gauge.room(available, needed) and available is not None:
            self._miss("short of memory", _shortage(available, needed, self.settings))
            return
        self.state, self.reason = "loading", ""
        try:
            engine = await asyncio.to_thread(open_model)
        except LoadingFailedError as error:
            self._files = self._loader.opened
            self._retry_at, self._pause = self._clock() + self._pause, _longer(self._pause)
            self._miss("missing", str(error))
            return
        if self._closing:
            await asyncio.to_thread(engine.engine.stop)
            return
        engine.outcome = functools.partial(self._judged, engine)
        self.engine, self._files = engine, self._loader.opened
        self.state, self.reason = "ready", self._loader.remark
        self._pause = _FIRST_RETRY_S
        self._gauge.reset()
        _log.info("model_loaded", model=engine.name, version=engine.version)
        self.changed()

    async def _unload(self) -> None:
        engine, self.engine = self.engine, None
        if engine is not None:
            self.state, self.reason = "loading", ""
            self.changed()
            await asyncio.to_thread(self._loader.close, engine)

    async def _exchange(self, open_model: Callable[[], WatchedEngine]) -> None:
        """Another model for this one; never both, since there may be room for one only."""
        await self._unload()
        self._gauge.reset()
        await self._load(open_model)

    async def _make_room(self, available: Available | None) -> None:
        assert available is not None
        await self._unload()
        self._gauge.reset()
        needed = self._loader.needed()
        self._miss("short of memory", _shortage(available, needed, self.settings))

    def _may_come_back(self, available: Available | None) -> bool:
        if self.state == "missing":
            return self._clock() >= self._retry_at
        needed = self._loader.needed()
        return self.state == "short of memory" and self._gauge.ample(available, needed)

    async def _replaced(self) -> bool:
        """True where the model's files are others than those loaded, and are not being written."""
        if self.state not in ("ready", "missing"):
            return False
        now = await asyncio.to_thread(self._loader.fingerprint)
        if now == self._files:
            self._changing = None
            return False
        settled = now == self._changing
        self._changing = now
        return settled

    def _miss(self, state: State, reason: str) -> None:
        if (state, reason) != (self.state, self.reason):
            _log.warning("model_not_loaded", reason=reason, instead="rules and templates")
        told = self.state != state
        self.state, self.reason = state, reason
        if told:
            self.changed()

    def _judged(self, engine: WatchedEngine, ok: bool, problem: str) -> None:  # noqa: FBT001 - as WatchedEngine tells it
        if engine is self.engine and self._loader.on_trial():
            self._begin(self._note(engine, ok, problem))

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)

    async def _note(self, engine: WatchedEngine, ok: bool, problem: str) -> None:  # noqa: FBT001 - as above
        async with self._turn:
            if engine is not self.engine or self._closing:
                return  # it has been replaced meanwhile
            if problem:
                _log.warning("model_request_failed_on_trial", problem=problem)
            if await asyncio.to_thread(self._loader.note, ok, problem) == "failed":
                await self._exchange(self._loader.open_previous)


def _longer(pause: float) -> float:
    return min(2 * pause, _LAST_RETRY_S)


def _shortage(available: Available, needed: int, settings: Model) -> str:
    wanted = (needed + settings.pressure.load_above) // _MIB
    return (
        f"not enough memory: {available.bytes // _MIB} of {wanted} MiB are left of {available.of}"
    )
