"""The few lines of HTTP that a scraper speaks, read strictly and answered properly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

_LINE = re.compile(rb"([A-Z]+) ([\x21-\x7e]+) HTTP/1\.[01]")
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e\x80-\xff\t]*)")
_MOST_HEADERS = 50


class BadRequestError(Exception):
    """What came is no request that can be answered with anything else than this."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request without its body.

    Attributes:
        method: such as ``GET``.
        path: without the query.
        headers: by name in small letters; of several alike, joined with commas.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)


def parse(head: bytes) -> Request:
    """The request whose head this is, up to and with the empty line.

    Raises:
        BadRequestError: it is none.
    """
    first, *rest = head.removesuffix(b"\r\n\r\n").split(b"\r\n")
    found = _LINE.fullmatch(first)
    if found is None or len(rest) > _MOST_HEADERS:
        raise BadRequestError
    headers: dict[str, str] = {}
    for line in rest:
        header = _HEADER.fullmatch(line)
        if header is None:
            raise BadRequestError
        name, value = header[1].decode().lower(), header[2].decode("latin-1").strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    path = found[2].decode().partition("?")[0]
    return Request(found[1].decode(), path, headers)


def response(
    status: HTTPStatus,
    body: bytes = b"",
    *,
    content_type: str = "text/plain; charset=utf-8",
    head_only: bool = False,
    **headers: str,
) -> bytes:
    """A whole answer, after which the connection ends.

    Args:
        status: the code.
        body: "" for the status in words.
        content_type: of the body.
        head_only: True to leave the body out and tell its length all the same.
        headers: further ones, with underscores for hyphens.
    """
    content = body or f"{status.value} {status.phrase}\n".encode()
    lines = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(content)}",
        "Cache-Control: no-store",
        "Connection: close",
        *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
    ]
    head = "\r\n".join(lines).encode() + b"\r\n\r\n"
    return head if head_only else head + content
