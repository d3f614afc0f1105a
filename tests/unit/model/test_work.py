"""The row of requests, with work that is no model's."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.work import Job, Work

COMMAND, REPORT = 0, 1


class Bench:
    """Work whose requests note what happens; each step waits for the test where it says so."""

    def __init__(self) -> None:
        self.noted: list[str] = []
        self.go_on = threading.Event()
        self.begun = threading.Event()
        self.work = Work("tiny", self._set_aside)

    def _set_aside(self, room: int) -> Callable[[], None]:
        self.noted.append(f"aside for {room}")
        return lambda: self.noted.append("taken up")

    def steps(
        self, name: str, count: int, *, held: bool = False, error: Exception | None = None
    ) -> Generator[str, None, str]:
        try:
            for number in range(count):
                if held:
                    self.begun.set()
                    self.go_on.wait(10)
                self.noted.append(f"{name}{number}")
                yield name
            if error is not None:
                raise error
        except GeneratorExit:
            self.noted.append(f"{name} closed")
            raise
        return name

    def add(self, name: str, urgency: int = COMMAND, **more: Any) -> Job:
        steps = self.steps(name, more.pop("count", 1), **more)
        return self.work.add(steps, urgency, room=7)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.work.start()
    yield made
    made.go_on.set()
    made.work.stop(10)


async def test_the_more_urgent_goes_in_between_and_what_it_interrupts_goes_on(
    bench: Bench,
) -> None:
    report = bench.add("r", REPORT, count=3, held=True)
    await asyncio.to_thread(bench.begun.wait, 10)
    command = bench.add("c")
    gone = bench.add("gone")
    gone.cancel()
    bench.go_on.set()
    assert await command.future == "c"
    assert await report.future == "r"
    assert bench.noted == ["r0", "aside for 7", "c0", "taken up", "r1", "r2"]


async def test_the_more_urgent_is_done_even_where_nothing_can_be_set_aside(bench: Bench) -> None:
    def no_memory(_: int) -> Callable[[], None]:
        raise MemoryError

    bench.work._set_aside = no_memory
    report = bench.add("r", REPORT, count=3, held=True)
    await asyncio.to_thread(bench.begun.wait, 10)
    command = bench.add("c")
    bench.go_on.set()
    async with asyncio.timeout(10):
        assert await command.future == "c"
        with pytest.raises(RefusedError, match="ran out of memory"):
            await report.future
        assert await bench.add("after").future == "after"


async def test_equals_wait_for_each_other(bench: Bench) -> None:
    first = bench.add("a", REPORT, count=2, held=True)
    await asyncio.to_thread(bench.begun.wait, 10)
    second = bench.add("b", REPORT)
    bench.go_on.set()
    await asyncio.gather(first.future, second.future)
    assert bench.noted == ["a0", "a1", "b0"]


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ModelError("logits", "are none"), ModelError, "logits: are none"),
        (MemoryError(), RefusedError, "tiny: ran out of memory"),
        (ZeroDivisionError("deep"), ModelError, "tiny: failed: ZeroDivisionError"),
    ],
)
async def test_whatever_goes_wrong_is_an_error_of_the_model(
    bench: Bench, error: Exception, kind: type[ModelError], message: str
) -> None:
    with pytest.raises(ModelError, match=message) as caught:
        await bench.add("a", error=error).future
    assert type(caught.value) is kind
    assert await bench.add("b").future == "b"


async def test_a_job_that_is_taken_up_cannot_be_withdrawn(bench: Bench) -> None:
    first = bench.add("a", held=True)
    await asyncio.to_thread(bench.begun.wait, 10)
    second = bench.add("b")
    assert not bench.work.withdraw(first)
    assert bench.work.withdraw(second)
    bench.go_on.set()
    await first.future
    assert await bench.add("c").future == "c"
    assert "b0" not in bench.noted


async def test_cancelling_closes_the_work_after_its_step(bench: Bench) -> None:
    job = bench.add("a", count=5, held=True)
    await asyncio.to_thread(bench.begun.wait, 10)
    job.cancel()
    bench.go_on.set()
    assert await bench.add("b").future == "b"
    assert bench.noted == ["a0", "a closed", "b0"]


async def test_stopping_ends_with_the_step_and_fails_what_waits(bench: Bench) -> None:
    jobs = [bench.add("a", count=5, held=True), bench.add("b")]
    await asyncio.to_thread(bench.begun.wait, 10)
    assert not bench.work.stop(0.01)  # the step is still under way
    bench.go_on.set()
    assert bench.work.stop(10)
    for job in jobs:
        with pytest.raises(RefusedError, match="has been unloaded"):
            await job.future
    with pytest.raises(RefusedError, match="is being unloaded"):
        bench.add("c")
    assert bench.noted == ["a0", "a closed"]


async def test_text_is_told_on_the_loop_and_empty_text_is_not(bench: Bench) -> None:
    told: list[tuple[str, bool]] = []
    here = threading.get_ident()

    def steps() -> Generator[str, None, None]:
        yield "one"
        yield ""
        yield "two"

    def take(text: str) -> None:
        told.append((text, threading.get_ident() == here))

    await bench.work.add(steps(), COMMAND, room=0, on_text=take).future
    assert told == [("one", True), ("two", True)]
