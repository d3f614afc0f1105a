"""A running model for an asyncio program: completions, streams and scores.

The model has one thread (see ``work``). Everything here is called on the loop, but for ``start``
and ``stop``, which may take a while and may be called on any thread.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any, Self

from lamplighter.errors import RefusedError
from lamplighter.model.bundle.manifest import Manifest
from lamplighter.model.foreign.opening import manifest_or_description
from lamplighter.model.language_model import LanguageModel, open_model
from lamplighter.model.prompt.chat import Turn
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.runtime.memory import release_heap
from lamplighter.model.work import Job, Steps, Work

STOP_SECONDS = 5.0


class Engine:
    """One model, one thread, one row of requests.

    Its ``name``, ``version`` and ``tasks`` (what its weights were adapted for) are those of the
    manifest once it is started.

    Args:
        folder: of a built model, or of an export (or the graph of one).
        threads: to compute with.
        context: tokens that prompt and output may have together; less where the model has less.
        prefix_folder: where evaluated prefixes are kept over restarts; None keeps none.
        unverified: True runs an export that has no manifest.
        manifest: the model's, where its files were checked by it already; they are not read again.
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
        manifest: Manifest | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = folder.name
        self.version = ""
        self.tasks: tuple[str, ...] = ()
        self.context = context
        self._folder = folder
        self._threads = threads
        self._prefix_folder = prefix_folder
        self._unverified = unverified
        self._manifest = manifest
        self._clock = clock
        self._loaded: LanguageModel | None = None
        self._work: Work | None = None

    def start(self) -> None:
        """Check the files' hashes, load the model and start the thread; takes about a second.

        Raises:
            ModelError: a file is missing or altered, or the model can't be loaded.
        """
        manifest = self._manifest
        if manifest is None:
            manifest = manifest_or_description(self._folder, unverified=self._unverified)
        self.name, self.version = manifest.name, manifest.version
        self.tasks = tuple(manifest.tasks)
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
        work = Work(self.name, loaded.set_aside)
        work.start()
        self._loaded, self._work = loaded, work

    def stop(self) -> None:
        """End the thread and free the model; what waits fails with ``RefusedError``.

        It takes as long as the step that is under way; after five seconds that is not waited
        for any longer, and memory comes free when it is over.
        """
        loaded, self._loaded = self._loaded, None
        work, self._work = self._work, None
        if work is not None and loaded is not None and work.stop(STOP_SECONDS):
            loaded.stop()
            del loaded, work
            gc.collect()
            release_heap()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def complete(self, request: Request) -> Completion:
        """Return the model's completion of a prompt.

        Cancelling the task that awaits it ends the work with the step that is under way.

        Raises:
            RefusedError: the prompt does not fit into the context, or the engine is not running.
            ModelError: the model failed.
        """
        started = self._clock()
        steps = self._need().complete(request, started)
        job = self._add(steps, request, lambda: self._late(started))
        completion: Completion = await self._result(job)
        return completion

    async def stream(self, request: Request) -> AsyncIterator[str | Completion]:
        """Yield the text as it grows, in pieces that are never taken back, then the completion.

        Pieces are whole characters, and nothing of a stop string. What comes while the consumer
        is busy is handed over in one piece. Leaving early cancels the work.

        Raises:
            RefusedError, ModelError: as for ``complete``.
        """
        started = self._clock()
        fresh, pieces, shown = asyncio.Event(), list[str](), 0

        def take(text: str) -> None:
            pieces.append(text)
            fresh.set()

        steps = self._need().complete(request, started)
        job = self._add(steps, request, lambda: self._late(started), take)
        job.future.add_done_callback(lambda _: fresh.set())
        try:
            while not job.future.done():
                await fresh.wait()
                fresh.clear()
                piece = "".join(pieces)
                pieces.clear()
                if piece:
                    shown += len(piece)
                    yield piece
            completion: Completion = job.future.result()
            if completion.text[shown:]:
                yield completion.text[shown:]
            yield completion
        finally:
            job.cancel()

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
            urgency: the place in the row.
            deadline_s: seconds after which it is given up.

        Raises:
            RefusedError: as for ``complete``; also when the deadline passes, since half of the
                sums are of no use.
            ModelError: the model failed.
        """
        request = Request(
            prefix=tuple(prefix), turns=tuple(turns), urgency=urgency, deadline_s=deadline_s
        )
        steps = self._need().score(request, continuations, self._clock())
        sums: list[float] = await self._result(self._add(steps, request, None))
        return sums

    def count_tokens(self, turns: Sequence[Turn]) -> int:
        """Return how many tokens a prompt of these turns has. May be called from any thread."""
        return self._need().count_tokens(turns)

    def _need(self) -> LanguageModel:
        if self._loaded is None:
            raise RefusedError(self.name, "is not running")
        return self._loaded

    def _add(
        self,
        steps: Steps,
        request: Request,
        late: Callable[[], Completion] | None,
        on_text: Callable[[str], None] | None = None,
    ) -> Job:
        """Put a request into the row; at its deadline it is not waited for there any longer."""
        if self._work is None:
            raise RefusedError(self.name, "is not running")
        work = self._work
        # What scoring appends is not in the request, and it is rare.
        room = self._need().room_of(request) if late is not None else self.context
        job = work.add(steps, request.urgency, room=room, on_text=on_text)
        if request.deadline_s is None:
            return job

        def give_up() -> None:
            if job.future.done() or not work.withdraw(job):
                return
            if late is None:
                job.future.set_exception(RefusedError("score", "the deadline has passed"))
            else:
                job.future.set_result(late())

        timer = job.loop.call_later(request.deadline_s, give_up)
        job.future.add_done_callback(lambda _: timer.cancel())
        return job

    async def _result(self, job: Job) -> Any:
        try:
            return await job.future
        except asyncio.CancelledError:
            job.cancel()
            raise

    def _late(self, started: float) -> Completion:
        """Return the completion of a request whose deadline passed in the row."""
        waited = (self._clock() - started) * 1000
        return Completion(finished="deadline", elapsed_ms=waited, waited_ms=waited)
