"""The model's thread: takes requests from an asyncio loop, the most urgent first.

A request is worked on as a generator that pauses between two steps of the model. When a more
urgent one arrives, the cache is copied, the urgent one runs to its end, and the copy is put
back: the interrupted one does not notice.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from lamplighter.errors import ModelError
from lamplighter.model.foreign.opening import manifest_or_description
from lamplighter.model.language_model import LanguageModel, open_model
from lamplighter.model.prompt.chat import Turn
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.runtime.decoder import Decoder

Steps = Generator[None, None, Any]
STOP_SECONDS = 2.0


@dataclass(order=True, slots=True)
class _Job:
    """A request in the queue; the order is by urgency, then by arrival."""

    urgency: int
    number: int
    steps: Steps = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)
    future: asyncio.Future[Any] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def resolve(self, value: Any) -> None:
        self._later(self.future.set_result, value)

    def fail(self, error: BaseException) -> None:
        self._later(self.future.set_exception, error)

    def _later(self, settle: Callable[[Any], None], value: Any) -> None:
        def settle_once() -> None:
            if not self.future.done():
                settle(value)

        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(settle_once)


class Engine:
    """One model, one thread, one queue.

    Args:
        folder: of a built model, or of an export (or the graph of one).
        threads: to compute with.
        context: tokens that prompt and output may have together; less where the model has less.
        prefix_folder: where evaluated prefixes are kept over restarts; None keeps none.
        unverified: True runs an export that has no manifest.
        clock: seconds that only go forward, for deadlines and elapsed times.
    """

    def __init__(
        self,
        folder: Path,
        *,
        threads: int,
        context: int = 1024,
        prefix_folder: Path | None = None,
        unverified: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = folder.name
        self.version = ""
        self.context = context
        self._folder = folder
        self._threads = threads
        self._prefix_folder = prefix_folder
        self._unverified = unverified
        self._clock = clock
        self._loaded: LanguageModel | None = None
        self._queue: list[_Job] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Check the files' hashes, load the model and start the thread; takes about a second.

        Raises:
            ModelError: a file is missing or altered, or the model can't be loaded.
        """
        manifest = manifest_or_description(self._folder, unverified=self._unverified)
        self.name, self.version = manifest.name, manifest.version
        self.context = min(self.context, manifest.context)
        loaded = open_model(
            self._folder,
            manifest,
            threads=self._threads,
            context=self.context,
            prefix_folder=self._prefix_folder,
            clock=self._clock,
        )
        loaded.start()
        self._loaded = loaded
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and free the model; waiting requests fail with ``ModelError``.

        Joins within two seconds, since the thread looks up after every step.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            self._thread = None
        self._loaded = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def complete(self, request: Request) -> Completion:
        """Return the model's completion of a prompt.

        Raises:
            ModelError: the prompt does not fit into the context, the model failed, or the
                engine is not running.
        """
        started = self._clock()
        completion: Completion = await self._submit(
            self._need().complete(request, started), request.urgency
        )
        return completion

    async def score(
        self,
        prefix: Sequence[Turn],
        turns: Sequence[Turn],
        continuations: Sequence[str],
        *,
        urgency: Urgency = Urgency.COMMAND,
        deadline_s: float | None = None,
    ) -> list[float]:
        """Return how probable each continuation is after a prompt: sums of log-probabilities.

        Args:
            prefix: whole turns that stay the same from call to call; cached.
            turns: the rest; the last is ``chat.assistant_prefix()``.
            continuations: texts, none empty; encoded on their own, so begin them where a word
                begins (with its space).
            urgency: the place in the queue.
            deadline_s: seconds after which it is given up.

        Raises:
            ModelError: as for ``complete``; also when the deadline passes, since half of the
                sums are of no use.
        """
        request = Request(
            prefix=tuple(prefix), turns=tuple(turns), urgency=urgency, deadline_s=deadline_s
        )
        steps = self._need().score(request, continuations, self._clock())
        sums: list[float] = await self._submit(steps, urgency)
        return sums

    def count_tokens(self, turns: Sequence[Turn]) -> int:
        """Return how many tokens a prompt of these turns has. May be called from any thread."""
        return self._need().count_tokens(turns)

    def _need(self) -> LanguageModel:
        if self._loaded is None:
            raise ModelError(self.name, "is not running")
        return self._loaded

    async def _submit(self, steps: Steps, urgency: Urgency) -> Any:
        loop = asyncio.get_running_loop()
        job = _Job(urgency, next(self._numbers), steps, loop, loop.create_future())
        with self._changed:
            if self._stopping:
                raise ModelError(self.name, "is stopping")
            heapq.heappush(self._queue, job)
            self._changed.notify()
        try:
            return await job.future
        except asyncio.CancelledError:
            job.cancelled = True
            raise

    def _run(self) -> None:
        """Work off the queue until the engine stops."""
        loaded = self._need()
        while (job := self._next()) is not None:
            self._work(job, loaded.session)
        for job in self._queue:
            job.fail(ModelError(self.name, "has been stopped"))
        self._queue.clear()
        loaded.stop()

    def _next(self) -> _Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping)
            return None if self._stopping else heapq.heappop(self._queue)

    def _more_urgent(self, urgency: int) -> _Job | None:
        with self._changed:
            if self._queue and self._queue[0].urgency < urgency:
                return heapq.heappop(self._queue)
            return None

    def _work(self, job: _Job, session: Decoder) -> None:
        """Take a job to its end, doing more urgent ones in between."""
        while not (job.cancelled or self._stopping):
            urgent = self._more_urgent(job.urgency)
            if urgent is not None:
                saved = session.snapshot()
                self._work(urgent, session)
                session.restore(saved)
                continue
            try:
                next(job.steps)
            except StopIteration as done:
                job.resolve(done.value)
                return
            except Exception as error:  # noqa: BLE001 - raised again where the job is awaited
                job.fail(error)
                return
        job.steps.close()
        job.fail(ModelError(self.name, "has been stopped"))
