"""The model's place: switched off, missing, loaded, making room, coming back, swapped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from lamplighter.errors import ModelError, RefusedError
from lamplighter.model.available import Available
from lamplighter.model.decoding import grammar as g
from lamplighter.model.loading import Loader, LoadingFailedError
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request
from lamplighter.model.settings import Model, Pressure
from lamplighter.model.watched import WatchedEngine
from lamplighter.model_service import ModelService

MIB = 1024 * 1024
ASK = Request(turns=(chat.user("hi"), chat.assistant_prefix()))


class FakeEngine:
    """An engine that answers as it is told."""

    tasks: tuple[str, ...] = ()

    def __init__(self, name: str = "tiny") -> None:
        self.name = name
        self.version = "1"
        self.stopped = False
        self.error: ModelError | None = None

    def stop(self) -> None:
        self.stopped = True

    async def complete(self, request: Request) -> Completion:
        assert request
        if self.error is not None:
            raise self.error
        return Completion(text="on", tokens=1, prompt_tokens=2)

    async def stream(self, request: Request) -> AsyncIterator[str | Completion]:
        yield await self.complete(request)

    async def score(self, *_: object, **__: object) -> list[float]:
        raise NotImplementedError

    def count_tokens(self, turns: object) -> int:
        raise NotImplementedError


class FakeLoader(Loader):
    """Loads fake engines; fails as told; counts a trial of three requests and one failure."""

    def __init__(self) -> None:
        super().__init__(Model(), Path("nowhere"))
        self.engines: list[FakeEngine] = []
        self.problems: list[Exception] = []
        self.asked: list[str] = []
        self.files = "as built"
        self.trial: list[bool] | None = None
        self.ended = 0

    def open_current(self) -> WatchedEngine:
        return self._open_as("current")

    def open_previous(self) -> WatchedEngine:
        self.trial = None
        return self._open_as("previous")

    def ended_well(self) -> None:
        self.ended += 1

    def on_trial(self) -> bool:
        return self.trial is not None

    def note(self, ok: bool, problem: str) -> Any:  # noqa: FBT001 - as the loader's
        assert self.trial is not None
        assert ok == (not problem)
        self.trial.append(ok)
        return "failed" if self.trial.count(False) > 1 else "running"

    def needed(self) -> int:
        return 200 * MIB

    def fingerprint(self) -> object:
        return self.files

    def trial_facts(self) -> dict[str, Any]:
        return {}

    def _open_as(self, what: str) -> WatchedEngine:
        self.asked.append(what)
        self.opened = self.files
        if self.problems:
            raise LoadingFailedError("it is damaged") from self.problems.pop(0)
        self.engines.append(FakeEngine())
        return WatchedEngine(self.engines[-1])


class Place:
    """A service in a machine whose memory and clock the test sets."""

    def __init__(self, tmp_path: Path, **settings: Any) -> None:
        self.left = 1000
        self.now = 0.0
        self.loader = FakeLoader()
        self.changes: list[bool] = []
        self.service = ModelService(
            Model(pressure=Pressure(hold=10.0), **settings),
            tmp_path,
            changed=lambda: self.changes.append(self.service.engine is not None),
            memory=lambda: Available(self.left * MIB, "the machine"),
            clock=lambda: self.now,
            loader=self.loader,
        )

    async def go_on(self, seconds: float) -> None:
        for _ in range(int(seconds / 2)):
            self.now += 2.0
            await self.service.tick()

    @property
    def state(self) -> str:
        return str(self.service.health()["state"])


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    made = Place(tmp_path)
    await made.service.start()
    return made


async def settled(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.001)


async def test_switched_off_it_says_so_and_loads_nothing(tmp_path: Path) -> None:
    place = Place(tmp_path, enabled=False)
    await place.service.start()
    await place.service.tick()
    place.service.swap_soon()
    assert (place.service.engine, place.loader.asked) == (None, [])
    assert place.service.health() == {"state": "off", "reason": "switched off by model.enabled"}
    assert place.service.away() == ""
    with pytest.raises(ModelError, match="switched off"):
        await place.service.swap()


async def test_a_missing_model_is_told_and_harms_nothing(tmp_path: Path) -> None:
    service = ModelService(Model(path=tmp_path / "none"), tmp_path)
    await service.start()
    assert service.engine is None
    assert service.state == "missing"
    assert str(tmp_path / "none") in service.health()["reason"]
    assert service.away() == "it is missing or broken"
    service.stop()
    assert service.state == "missing"


async def test_a_swap_that_waited_for_the_daemon_s_start_loads_the_model_once(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path)
    await asyncio.gather(place.service.swap(), place.service.start())
    unstopped = [engine for engine in place.loader.engines if not engine.stopped]
    assert place.service.engine is not None
    assert [place.service.engine.engine] == unstopped


async def test_a_loaded_model_is_named_and_stopped(place: Place) -> None:
    assert place.service.health() == {"state": "ready", "name": "tiny", "version": "1"}
    assert place.changes == [True]
    place.service.stop()
    assert place.loader.engines[0].stopped
    assert place.loader.ended == 1
    assert place.service.health() == {"state": "off"}
    await place.service.tick()
    assert place.loader.asked == ["current"]


async def test_a_load_that_dies_is_tried_again_later_and_later(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.loader.problems = [OSError("first"), MemoryError(), OSError("third")]
    await place.service.start()
    assert place.service.health() == {"state": "missing", "reason": "it is damaged"}
    await place.go_on(28)
    assert len(place.loader.asked) == 1
    await place.go_on(2)
    assert len(place.loader.asked) == 2
    await place.go_on(58)
    assert len(place.loader.asked) == 2
    await place.go_on(2)
    assert len(place.loader.asked) == 3
    await place.go_on(120)
    assert place.state == "ready"
    assert place.changes == [False, False, False, True]


async def test_a_model_that_appears_or_is_built_anew_is_taken_over(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.loader.problems = [OSError("none there")]
    await place.service.start()
    place.loader.files = "being written"
    await place.go_on(2)
    place.loader.files = "written"
    await place.go_on(2)
    assert place.state == "missing"
    await place.go_on(2)
    assert place.state == "ready"
    place.loader.files = "built anew"
    await place.go_on(4)
    assert place.loader.engines[0].stopped
    assert [engine.stopped for engine in place.loader.engines] == [True, False]
    assert place.loader.asked == ["current"] * 3


async def test_short_of_memory_it_makes_room_and_comes_back_by_itself(place: Place) -> None:
    place.left = 40
    await place.go_on(8)
    assert place.state == "ready"  # it may be a moment's need
    await place.go_on(6)
    assert place.state == "short of memory"
    assert place.service.engine is None
    assert place.loader.engines[0].stopped
    assert place.service.away() == "not enough memory"
    assert "40 of 296 MiB are left of the machine" in place.service.health()["reason"]
    place.left = 290  # more than enough to run, not enough to come back
    await place.go_on(60)
    assert place.state == "short of memory"
    place.left = 300
    await place.go_on(8)
    assert place.state == "short of memory"
    await place.go_on(6)
    assert place.state == "ready"
    assert place.loader.asked == ["current"] * 2
    assert place.changes[0] is place.changes[-1] is True
    assert False in place.changes


async def test_a_moment_of_need_does_not_unload(place: Place) -> None:
    for left in (40, 100, 40, 100, 40, 100):
        place.left = left
        await place.go_on(8)
    assert place.state == "ready"


async def test_without_room_it_is_not_even_loaded(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.left = 200
    await place.service.start()
    assert (place.state, place.loader.asked) == ("short of memory", [])
    place.left = 400
    await place.go_on(14)
    assert place.state == "ready"


async def test_a_system_that_tells_nothing_of_its_memory_has_enough(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.service = ModelService(Model(), tmp_path, memory=lambda: None, loader=place.loader)
    await place.service.start()
    await place.service.tick()
    assert place.service.health()["state"] == "ready"


async def test_a_swap_unloads_first_and_loads_what_is_deployed(place: Place) -> None:
    first = place.loader.engines[0]
    place.service.swap_soon()
    await settled(lambda: len(place.loader.engines) == 2 and place.service.engine)
    assert first.stopped
    assert place.loader.asked == ["current"] * 2
    assert place.changes == [True, False, True]


async def test_a_new_model_that_fails_its_first_requests_is_rolled_back(place: Place) -> None:
    place.loader.trial = []
    engine = place.service.engine
    assert engine is not None
    await engine.complete(ASK)
    place.loader.engines[0].error = RefusedError("prompt", "does not fit")
    with pytest.raises(RefusedError):
        await engine.complete(ASK)
    place.loader.engines[0].error = ModelError("tiny", "can't be run")
    for _ in range(2):
        with pytest.raises(ModelError):
            await engine.complete(ASK)
    await settled(lambda: "previous" in place.loader.asked and place.service.engine)
    assert place.loader.engines[0].stopped
    assert place.loader.engines[1].stopped is False
    assert place.loader.trial is None


async def test_what_comes_of_a_replaced_model_says_nothing_of_the_new_one(place: Place) -> None:
    engine = place.service.engine
    assert engine is not None
    place.loader.trial = []
    await place.service.swap()
    place.loader.engines[0].error = ModelError("tiny", "can't be run")
    with pytest.raises(ModelError):
        await engine.complete(ASK)
    current = place.service.engine
    assert current is not None
    await current.complete(ASK)
    await settled(lambda: place.loader.trial)
    assert place.loader.trial == [True]


async def test_an_output_that_does_not_parse_counts_as_failed(place: Place) -> None:
    place.loader.trial = []
    engine = place.service.engine
    assert engine is not None
    other = Request(turns=ASK.turns, grammar=g.compile_grammar(g.literal("off")))
    await engine.complete(other)
    await settled(lambda: place.loader.trial)
    assert place.loader.trial == [False]


async def test_stopped_while_it_loads_it_is_not_left_behind(tmp_path: Path) -> None:
    place = Place(tmp_path)
    loading = asyncio.create_task(place.service.start())
    await asyncio.sleep(0)
    place.service.stop()
    await loading
    assert place.service.engine is None
    assert all(engine.stopped for engine in place.loader.engines)
