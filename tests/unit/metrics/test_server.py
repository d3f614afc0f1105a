"""The HTTP server: proper answers, and bounds that no scraper gets past."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterable

import pytest
import pytest_asyncio
from tests.broker.brokers import free_port

from lamplighter.config import Metrics
from lamplighter.metrics import server as serving
from lamplighter.metrics.families import Family, gauge
from lamplighter.metrics.server import MetricsServer

SCRAPE = b"GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"


class Figures:
    """Draws one figure: how often it was drawn."""

    def __init__(self) -> None:
        self.drawn = 0
        self.fails = False

    def __call__(self) -> Iterable[Family]:
        self.drawn += 1
        if self.fails:
            raise ValueError("no figures")
        return [gauge("drawn", "How often.", self.drawn)]


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def figures() -> Figures:
    return Figures()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def server(figures: Figures, clock: Clock) -> AsyncIterator[MetricsServer]:
    server = MetricsServer(Metrics(port=free_port()), figures, clock)
    task = asyncio.create_task(server.run())
    await until(lambda: server.port is not None)
    yield server
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def ask(server: MetricsServer, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


async def test_a_scrape_is_answered(server: MetricsServer) -> None:
    answer = await ask(server, SCRAPE)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"text/plain; version=0.0.4" in head
    assert body == b"# HELP drawn How often.\n# TYPE drawn gauge\ndrawn 1\n"


async def test_openmetrics_where_it_is_wanted(server: MetricsServer) -> None:
    accept = b"Accept: application/openmetrics-text;version=1.0.0\r\n\r\n"
    answer = await ask(server, SCRAPE[:-2] + accept)
    assert b"Content-Type: application/openmetrics-text; version=1.0.0" in answer
    assert answer.endswith(b"drawn 1\n# EOF\n")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 404),
        (b"GET /metrics/ HTTP/1.1\r\n\r\n", 404),
        (b"POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", 405),
        (b"DELETE /metrics HTTP/1.1\r\n\r\n", 405),
        (b"\x16\x03\x01\x00\xa5\x01\x00\r\n\r\n", 400),
        (b"GET /metrics HTTP/3\r\n\r\n", 400),
        (b"GET /metrics HTTP/1.1\r\nA: " + b"x" * 10_000 + b"\r\n\r\n", 431),
        (b"HEAD /metrics HTTP/1.1\r\n\r\n", 200),
    ],
)
async def test_every_request_gets_its_proper_answer(
    server: MetricsServer, request_: bytes, status: int
) -> None:
    assert status_of(await ask(server, request_)) == status


async def test_figures_are_drawn_once_a_second_at_most(
    server: MetricsServer, figures: Figures, clock: Clock
) -> None:
    for _ in range(5):
        await ask(server, SCRAPE)
    assert figures.drawn == 1
    clock.now += 1.0
    assert (await ask(server, SCRAPE)).endswith(b"drawn 2\n")


async def test_figures_that_fail_are_an_error_and_no_end(
    server: MetricsServer, figures: Figures
) -> None:
    figures.fails = True
    assert status_of(await ask(server, SCRAPE)) == 500
    figures.fails = False
    assert status_of(await ask(server, SCRAPE)) == 200


async def test_those_beyond_the_bound_are_sent_away_at_once(server: MetricsServer) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", server.port) for _ in range(8)]
    await asyncio.sleep(0.05)
    assert status_of(await ask(server, SCRAPE)) == 503
    for _, writer in silent:
        writer.close()
    await until(lambda: not server._open)
    assert status_of(await ask(server, SCRAPE)) == 200


async def test_a_scraper_that_says_nothing_is_told_so(
    server: MetricsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_REQUEST_S", 0.05)
    assert status_of(await ask(server, b"GET /metrics HT")) == 408
    await until(lambda: not server._open)


async def test_a_stop_waits_for_no_scraper(figures: Figures, clock: Clock) -> None:
    server = MetricsServer(Metrics(port=free_port()), figures, clock)
    task = asyncio.create_task(server.run())
    await until(lambda: server.port is not None)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    await until(lambda: bool(server._open))
    task.cancel()
    await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), 1)
    assert not server._open
    with contextlib.suppress(ConnectionError):
        assert await reader.read() == b""
    writer.close()


async def test_a_scraper_that_does_not_read_is_cut_off(
    server: MetricsServer, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_ANSWER_S", 0.05)
    # More than the kernel's buffers hold.
    many = [gauge(f"figure_{number}", "x" * 100_000, 1) for number in range(200)]
    monkeypatch.setattr(server, "families", lambda: many)
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1)
    writer.write(SCRAPE)
    await until(lambda: bool(server._open))
    await until(lambda: not server._open)
    got = 0
    async with asyncio.timeout(5):
        with contextlib.suppress(ConnectionError):
            while some := await reader.read(1 << 20):
                got += len(some)
    assert got < 200 * 100_000
    monkeypatch.setattr(server, "families", figures)
    server._drawn = None
    assert status_of(await ask(server, SCRAPE)) == 200
    writer.close()


async def test_a_taken_port_is_tried_again(
    figures: Figures, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "_TRY_AGAIN_S", 0.02)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = MetricsServer(Metrics(port=taken.getsockname()[1]), figures, clock)
        task = asyncio.create_task(server.run())
        await asyncio.sleep(0.05)
        assert server.port is None
    await until(lambda: server.port is not None)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_without_a_port_nothing_is_opened(figures: Figures, clock: Clock) -> None:
    server = MetricsServer(Metrics(), figures, clock)
    await asyncio.wait_for(server.run(), 1)
    assert server.port is None


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)
