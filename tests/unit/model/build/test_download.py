from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.build.download import download

CONTENT = bytes(range(256)) * 40


class BreakingServer:
    """Serves one content over HTTP and breaks connections off after some bytes.

    Args:
        breaks: after how many bytes each connection breaks; those after the last are whole.
        ranges: whether it knows range requests.
        status: answered to every request instead, where it is no 200.
    """

    def __init__(
        self, breaks: list[int], *, ranges: bool = True, status: int = HTTPStatus.OK
    ) -> None:
        self.breaks = breaks
        self.ranges = ranges
        self.status = status
        self.asked: list[str | None] = []

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        wanted = request.headers.get("Range")
        self.asked.append(wanted)
        if self.status != HTTPStatus.OK:
            request.send_error(self.status)
            return
        begin = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and self.ranges else 0
        if begin >= len(CONTENT):
            request.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            request.send_header("Content-Range", f"bytes */{len(CONTENT)}")
            request.end_headers()
            return
        request.send_response(HTTPStatus.PARTIAL_CONTENT if begin else HTTPStatus.OK)
        request.send_header("Content-Length", str(len(CONTENT) - begin))
        if begin:
            last = len(CONTENT) - 1
            request.send_header("Content-Range", f"bytes {begin}-{last}/{len(CONTENT)}")
        request.end_headers()
        sent = self.breaks.pop(0) if self.breaks else len(CONTENT)
        request.wfile.write(CONTENT[begin : begin + sent])


@contextmanager
def serving(server: BreakingServer) -> Iterator[str]:
    """Yield the URL under which a server's content is."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/some.whl"
    finally:
        httpd.shutdown()
        thread.join()
        httpd.server_close()


def no_pause(_seconds: float) -> None:
    """Try again at once."""


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    breaks=st.lists(st.integers(1, 4000), max_size=3),
    there=st.integers(0, len(CONTENT)),
    ranges=st.booleans(),
)
def test_a_broken_download_goes_on_where_it_broke(
    tmp_path_factory: pytest.TempPathFactory, breaks: list[int], there: int, *, ranges: bool
) -> None:
    part = tmp_path_factory.mktemp("download") / "some.part"
    part.write_bytes(CONTENT[:there])
    seen: list[tuple[int, int]] = []
    server = BreakingServer(list(breaks), ranges=ranges)
    with serving(server) as url:
        assert download(url, part, progress=lambda *each: seen.append(each), pause=no_pause)
    assert part.read_bytes() == CONTENT
    if ranges and there < len(CONTENT):
        assert seen[0] == (there, len(CONTENT))
    assert not seen or seen[-1] == (len(CONTENT), len(CONTENT))


def test_nothing_is_asked_for_twice(tmp_path: Path) -> None:
    server = BreakingServer([1000, 2000])
    with serving(server) as url:
        assert download(url, tmp_path / "some.part", pause=no_pause)
    assert server.asked == [None, "bytes=1000-", "bytes=3000-"]


def test_a_connection_that_brings_nothing_is_given_up_for_now(tmp_path: Path) -> None:
    part, pauses = tmp_path / "some.part", list[float]()
    with (
        serving(BreakingServer([1000] + [0] * 20)) as url,
        pytest.raises(ModelError, match="build again to go on"),
    ):
        download(url, part, pause=pauses.append)
    assert part.read_bytes() == CONTENT[:1000]
    assert pauses == [1.0, 2.0, 4.0]


def test_a_part_longer_than_the_file_is_thrown_away(tmp_path: Path) -> None:
    part = tmp_path / "some.part"
    part.write_bytes(CONTENT + b"more")
    with serving(BreakingServer([])) as url:
        assert download(url, part, pause=no_pause)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [401, 403, 404, 407])
def test_a_server_that_refuses_is_left_to_somebody_else(tmp_path: Path, status: int) -> None:
    with serving(BreakingServer([], status=status)) as url:
        assert not download(url, tmp_path / "some.part", pause=no_pause)


@pytest.mark.parametrize(
    ("url_of", "reason"),
    [(lambda url: url.replace("some", "any"), "connection broke after 0.0 MB")],
)
def test_a_server_that_fails_is_tried_again(
    tmp_path: Path, url_of: Callable[[str], str], reason: str
) -> None:
    server = BreakingServer([], status=503)
    with serving(server) as url, pytest.raises(ModelError, match=reason):
        download(url_of(url), tmp_path / "some.part", pause=no_pause)
    assert len(server.asked) == 4


def test_other_than_http_is_left_to_somebody_else(tmp_path: Path) -> None:
    assert not download("file:///etc/hostname", tmp_path / "some.part")
