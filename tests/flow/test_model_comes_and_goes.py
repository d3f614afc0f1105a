"""Requests to a model that is swapped, unloaded and stopped meanwhile: each one ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.model.conftest import write_tiny_model

from lamplighter.errors import ModelError
from lamplighter.model.available import Available
from lamplighter.model.prompt import chat
from lamplighter.model.request import Completion, Request, Urgency
from lamplighter.model.settings import Model, Pressure
from lamplighter.model_service import ModelService

PREFIX = (chat.system("You write what comes to mind."),)
REPORT = Request(
    prefix=PREFIX,
    turns=(chat.user("all of it"), chat.assistant_prefix()),
    max_tokens=80,
    urgency=Urgency.REPORT,
)
COMMAND = Request(prefix=PREFIX, turns=(chat.user("on"), chat.assistant_prefix()), max_tokens=3)


class Life:
    """A service with a tiny model whose memory the test takes away and gives back."""

    def __init__(self, folder: Path) -> None:
        self.left = 1 << 40
        self.ended: Counter[str] = Counter()
        self.over = False
        self.service = ModelService(
            Model(path=write_tiny_model(folder / "tiny"), threads=1, pressure=Pressure(hold=0)),
            folder / "store",
            memory=lambda: Available(self.left, "the machine"),
        )

    async def ask(self, request: Request, *, streamed: bool) -> None:
        while not self.over:
            engine = self.service.engine
            if engine is None:
                self.ended["away"] += 1
                await asyncio.sleep(0.001)
                continue
            try:
                if streamed:
                    *_, last = [piece async for piece in engine.stream(request)]
                    assert isinstance(last, Completion)
                else:
                    await engine.complete(request)
            except ModelError:
                self.ended["failed over"] += 1
                await asyncio.sleep(0)
            else:
                self.ended["answered"] += 1


@pytest.fixture
def life(tmp_path: Path) -> Life:
    return Life(tmp_path)


async def test_every_request_ends_while_the_model_comes_and_goes(life: Life) -> None:
    service = life.service
    await service.start()
    asking = [
        asyncio.create_task(life.ask(REPORT, streamed=True)),
        asyncio.create_task(life.ask(REPORT, streamed=False)),
        asyncio.create_task(life.ask(COMMAND, streamed=False)),
    ]
    for number in range(6):
        answered = life.ended["answered"]
        async with asyncio.timeout(20):
            while life.ended["answered"] < answered + 3:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.005)
        if number % 2:
            await service.swap()
        else:
            life.left = 0
            await service.tick()
            assert service.state == "short of memory"
            life.left = 1 << 40
            await service.tick()
        assert service.state == "ready"
    life.over = True
    await asyncio.to_thread(service.stop)
    async with asyncio.timeout(10):
        await asyncio.gather(*asking)
    assert life.ended["failed over"]


async def test_stopping_in_the_middle_leaves_nobody_waiting(life: Life) -> None:
    await life.service.start()
    engine = life.service.engine
    assert engine is not None
    waiting = [asyncio.create_task(engine.complete(REPORT)) for _ in range(4)]
    await asyncio.sleep(0)
    await asyncio.gather(asyncio.to_thread(life.service.stop), life.service.swap())
    async with asyncio.timeout(10):
        ended = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(each, ModelError | Completion) for each in ended)
    assert life.service.engine is None
