"""HTTP's head is read strictly: whatever comes is a request, or refused."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.metrics.request import BadRequestError, parse, response


def test_a_scrape_is_read() -> None:
    head = b"GET /metrics?x=1 HTTP/1.1\r\nHost: a:1\r\nAccept: b\r\naccept:  c \r\n\r\n"
    request = parse(head)
    assert (request.method, request.path) == ("GET", "/metrics")
    assert request.headers == {"host": "a:1", "accept": "b, c"}


@pytest.mark.parametrize(
    "head",
    [
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /metrics\r\n\r\n",
        b"GET /metrics HTTP/2.0\r\n\r\n",
        b"GET  /metrics HTTP/1.1\r\n\r\n",
        b"get /metrics HTTP/1.1\r\n\r\n",
        b"GET /met\xffrics HTTP/1.1\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nno colon\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n folded: x\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nname : x\r\n\r\n",
        b"GET /metrics HTTP/1.1\nHost: a\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\n" + b"A: b\r\n" * 51 + b"\r\n",
    ],
)
def test_what_is_no_request_is_refused(head: bytes) -> None:
    with pytest.raises(BadRequestError):
        parse(head)


@given(st.binary())
def test_any_bytes_are_read_or_refused(head: bytes) -> None:
    try:
        request = parse(head)
    except BadRequestError:
        return
    assert request.method


@given(
    st.lists(
        st.tuples(st.sampled_from(["Host", "Accept", "X-Y"]), st.text("abc ,;=0.", max_size=20))
    )
)
def test_proper_headers_are_kept(headers: list[tuple[str, str]]) -> None:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers[:50])
    request = parse(f"HEAD / HTTP/1.0\r\n{lines}\r\n".encode())
    assert set(request.headers) == {name.lower() for name, _ in headers[:50]}


def test_an_answer_tells_its_length_and_ends_the_connection() -> None:
    answer = response(HTTPStatus.METHOD_NOT_ALLOWED, Allow="GET, HEAD")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 405 Method Not Allowed\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"Allow: GET, HEAD" in head
    assert b"Connection: close" in head


def test_head_tells_the_length_without_the_body() -> None:
    answer = response(HTTPStatus.OK, b"12345", head_only=True)
    assert b"Content-Length: 5" in answer
    assert answer.endswith(b"\r\n\r\n")
