"""A small HTTP server for scrapers, on the daemon's own loop.

It never waits for a scraper longer than it has to: connections, the size of a request and the
time of each are bounded, and the figures are drawn at most once a second however many ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from http import HTTPStatus

import structlog

from lamplighter.config import Metrics
from lamplighter.metrics.exposition import Format, negotiate, render
from lamplighter.metrics.families import Family
from lamplighter.metrics.request import BadRequestError, parse, response

_log = structlog.get_logger("metrics")

PATH = "/metrics"
_MOST_CONNECTIONS = 8
_HEAD_BYTES = 8192
_REQUEST_S = 5.0
_ANSWER_S = 5.0
_LINGER_S = 1.0
_LINGER_BYTES = 65536
_FRESH_S = 1.0
_TRY_AGAIN_S = 30.0


class MetricsServer:
    """Answers ``GET /metrics``.

    Args:
        settings: where it listens; nowhere without a port.
        families: draws the figures; called on the loop, at most once a second.
        monotonic: seconds that never step.
    """

    def __init__(
        self,
        settings: Metrics,
        families: Callable[[], Iterable[Family]],
        monotonic: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.families = families
        self.monotonic = monotonic
        self.port: int | None = None
        self._open: dict[asyncio.StreamWriter, asyncio.Task[None]] = {}
        self._drawn: tuple[float, tuple[Family, ...]] | None = None

    async def run(self) -> None:
        """Serves until it is cancelled; a port that is taken is tried again."""
        if self.settings.port is None:
            return
        while True:
            try:
                server = await asyncio.start_server(
                    self._serve, self.settings.host, self.settings.port, limit=_HEAD_BYTES
                )
            except OSError as error:
                where = f"{self.settings.host}:{self.settings.port}"
                _log.error("metrics_not_served", address=where, reason=str(error))
                await asyncio.sleep(_TRY_AGAIN_S)
                continue
            self.port = server.sockets[0].getsockname()[1]
            _log.info("metrics_served", host=self.settings.host, port=self.port, path=PATH)
            try:
                await asyncio.Event().wait()
            finally:
                server.close()
                await self._hang_up()

    async def _hang_up(self) -> None:
        """Ends every connection; their handlers then end by themselves."""
        for writer in self._open:
            writer.transport.abort()
        if self._open:
            await asyncio.wait(self._open.values())

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open[writer] = task
        try:
            if len(self._open) > 2 * _MOST_CONNECTIONS:
                return
            if len(self._open) > _MOST_CONNECTIONS:
                answer = response(HTTPStatus.SERVICE_UNAVAILABLE, Retry_After="5")
            else:
                answer = await self._answer(reader)
            if answer:
                await _send(answer, reader, writer)
        except (OSError, TimeoutError):
            pass  # the scraper went away, or does not read
        finally:
            # Whatever was not read by now is dropped, not kept for it.
            writer.transport.abort()
            del self._open[writer]

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        """The whole answer to what comes; empty where nothing came."""
        try:
            async with asyncio.timeout(_REQUEST_S):
                head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return response(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        except asyncio.IncompleteReadError as error:
            return response(HTTPStatus.BAD_REQUEST) if error.partial else b""
        except TimeoutError:
            return response(HTTPStatus.REQUEST_TIMEOUT)
        return self._respond(head)

    def _respond(self, head: bytes) -> bytes:
        try:
            request = parse(head)
        except BadRequestError:
            return response(HTTPStatus.BAD_REQUEST)
        if request.path != PATH:
            return response(HTTPStatus.NOT_FOUND, f"The figures are at {PATH}\n".encode())
        if request.method not in {"GET", "HEAD"}:
            return response(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, HEAD")
        form = negotiate(request.headers.get("accept", ""))
        return self._figures(form, head_only=request.method == "HEAD")

    def _figures(self, form: Format, *, head_only: bool) -> bytes:
        now = self.monotonic()
        if self._drawn is None or now - self._drawn[0] >= _FRESH_S:
            try:
                self._drawn = (now, tuple(self.families()))
            except Exception:  # noqa: BLE001 - a supervisor: a scrape must not hurt the daemon
                _log.exception("metrics_failed")
                return response(HTTPStatus.INTERNAL_SERVER_ERROR)
        body = render(self._drawn[1], form)
        return response(HTTPStatus.OK, body, content_type=form.content_type, head_only=head_only)


async def _send(answer: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Sends the answer, and drops what still comes for a moment.

    A connection that is closed with bytes unread is reset, and the answer may be lost with it.
    """
    writer.write(answer)
    async with asyncio.timeout(_ANSWER_S):
        await writer.drain()
        writer.write_eof()
    async with asyncio.timeout(_LINGER_S):
        left = _LINGER_BYTES
        while left > 0 and (dropped := await reader.read(4096)):
            left -= len(dropped)
