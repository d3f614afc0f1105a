"""Requests in a row for one thread: the most urgent first, and it interrupts the less urgent.

A request is worked on as a generator that pauses between two steps of the model. When a more
urgent one arrives, what it would overwrite of the cache is set aside, it runs to its end, and
that is put back: the interrupted one does not notice.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Callable, Generator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import structlog

from lamplighter.errors import ModelError, RefusedError

_log = structlog.get_logger("model")

Steps = Generator[str, None, Any]


@dataclass(order=True, slots=True)
class Job:
    """A request in the row; the order is by urgency, then by arrival.

    Attributes:
        urgency: the lower value goes first.
        number: of its arrival.
        steps: the work; what it yields is new text.
        loop: on which it is waited for.
        future: gets the result, or the error.
        room: the most tokens that it puts into the cache.
        on_text: is called with new text, on the loop.
        begun: whether the thread has taken it up.
        cancelled: nobody waits any more.
    """

    urgency: int
    number: int
    steps: Steps = field(compare=False)
    loop: asyncio.AbstractEventLoop = field(compare=False)
    future: asyncio.Future[Any] = field(compare=False)
    room: int = field(compare=False)
    on_text: Callable[[str], None] | None = field(default=None, compare=False)
    begun: bool = field(default=False, compare=False)
    cancelled: bool = field(default=False, compare=False)

    def resolve(self, value: Any) -> None:
        """Hand over the result. May be called on any thread, as ``fail`` and ``tell`` may."""
        self._later(self._settle, self.future.set_result, value)

    def fail(self, error: BaseException) -> None:
        """Hand over an error; it is dropped where the future is settled already."""
        self._later(self._settle, self.future.set_exception, error)

    def tell(self, text: str) -> None:
        """Hand over new text."""
        if text and self.on_text is not None:
            self._later(self.on_text, text)

    def cancel(self) -> None:
        """Nobody waits any more: work ends with the step that is under way."""
        self.cancelled = True
        self.future.cancel()

    def _settle(self, settle: Callable[[Any], None], value: Any) -> None:
        if not self.future.done():
            settle(value)

    def _later(self, call: Callable[..., None], *values: Any) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            self.loop.call_soon_threadsafe(call, *values)


class Work:
    """The row and the thread that works it off.

    Args:
        model: what errors call it.
        set_aside: keeps what is half done while a request uses the cache that puts at most so
            many tokens there; returns what takes it up again.
    """

    def __init__(self, model: str, set_aside: Callable[[int], Callable[[], None]]) -> None:
        self._model = model
        self._set_aside = set_aside
        self._row: list[Job] = []
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self, within: float) -> bool:
        """End with the step that is under way; what waits fails with ``RefusedError``.

        Returns:
            Whether the thread has ended in so many seconds; if not, it will.
        """
        with self._changed:
            self._stopping = True
            self._changed.notify()
        self._thread.join(within)
        return not self._thread.is_alive()

    def add(
        self,
        steps: Steps,
        urgency: int,
        *,
        room: int,
        on_text: Callable[[str], None] | None = None,
    ) -> Job:
        """Put a request into the row; to be called on the loop that waits for it.

        Args:
            steps: the work.
            urgency: the lower value goes first.
            room: the most tokens that it puts into the cache.
            on_text: is called with new text, on the loop.

        Raises:
            RefusedError: the thread is stopping.
        """
        loop = asyncio.get_running_loop()
        job = Job(urgency, next(self._numbers), steps, loop, loop.create_future(), room, on_text)
        with self._changed:
            if self._stopping:
                raise RefusedError(self._model, "is being unloaded")
            heapq.heappush(self._row, job)
            self._changed.notify()
        return job

    def withdraw(self, job: Job) -> bool:
        """Take a job out of the row; False where the thread has taken it up already."""
        with self._changed:
            if job.begun:
                return False
            job.cancelled = True
            return True

    def _run(self) -> None:
        while (job := self._next()) is not None:
            self._do(job)
        with self._changed:
            left, self._row = self._row, []
        for job in left:
            job.steps.close()
            job.fail(self._gone())

    def _next(self) -> Job | None:
        with self._changed:
            while not self._stopping:
                if (job := self._pop()) is not None:
                    return job
                self._changed.wait()
            return None

    def _more_urgent(self, urgency: int) -> Job | None:
        with self._changed:
            return self._pop(urgency)

    def _pop(self, below: int | None = None) -> Job | None:
        """Take up the first job that is waited for, if it is more urgent than ``below``."""
        while self._row and (below is None or self._row[0].urgency < below):
            job = heapq.heappop(self._row)
            if job.cancelled:
                job.steps.close()
                continue
            job.begun = True
            return job
        return None

    def _do(self, job: Job) -> None:
        """Take a job to its end, doing more urgent ones in between."""
        try:
            while not (job.cancelled or self._stopping):
                urgent = self._more_urgent(job.urgency)
                if urgent is not None:
                    self._do_in_between(urgent)
                    continue
                job.tell(next(job.steps))
        except StopIteration as done:
            job.resolve(done.value)
        except ModelError as error:
            job.fail(error)
        except MemoryError:
            job.fail(RefusedError(self._model, "ran out of memory"))
        except Exception as error:  # noqa: BLE001 - a supervisor: whoever asks copes with ModelError
            _log.exception("model_request_failed", model=self._model)
            job.fail(ModelError(self._model, f"failed: {error!r}"))
        else:
            job.steps.close()
            job.fail(self._gone())

    def _do_in_between(self, urgent: Job) -> None:
        """Do a more urgent job; it is done whatever becomes of what it interrupts."""
        try:
            take_up = self._set_aside(urgent.room)
        except Exception:  # there may be no memory for a copy: what is interrupted is lost
            self._do(urgent)
            raise
        self._do(urgent)
        take_up()

    def _gone(self) -> RefusedError:
        return RefusedError(self._model, "has been unloaded")
