"""Downloading one file so that an interruption costs only what was not there yet."""

from __future__ import annotations

import http.client
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from lamplighter.errors import ModelError

# Called with the bytes that are there and with those of the whole file, 0 where that is unknown.
ByteProgress = Callable[[int, int], None]

_PORTION = 256 * 1024
_TIMEOUT = 30.0
# Attempts that brought nothing, one after the other, before a download is given up for now.
_FRUITLESS = 4
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-\d+|\*)/(\d+|\*)")


def download(
    url: str,
    part: Path,
    *,
    progress: ByteProgress = lambda _done, _whole: None,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Download a file, going on behind what an earlier call left of it.

    Args:
        url: http or https.
        part: the file; what is in it is taken as the beginning of the whole, which the caller
            checks at the end.
        progress: called as bytes come in.
        pause: waits some seconds between attempts.

    Returns:
        Whether the whole file is there. False: the server refuses, or can't be trusted, and
        somebody with other means (a password, a certificate, a proxy) has to try.

    Raises:
        ModelError: the connection broke again and again; what came is kept.
        OSError: the file can't be written.
    """
    if not url.startswith(("http://", "https://")):
        return False
    fruitless = 0
    while fruitless < _FRUITLESS:
        if fruitless:
            pause(2.0 ** (fruitless - 1))
        before = _length(part)
        try:
            if _go_on(url, part, progress):
                return True
        except urllib.error.HTTPError as error:
            if error.code < HTTPStatus.INTERNAL_SERVER_ERROR:
                return False
        except urllib.error.URLError as error:
            if isinstance(error.reason, OSError) and _is_about_trust(error.reason):
                return False
        except (http.client.HTTPException, ConnectionError, TimeoutError):
            pass  # the connection broke: what counts is whether it brought something
        fruitless = 0 if _length(part) > before else fruitless + 1
    done = _length(part) / 1e6
    raise ModelError(url, f"the connection broke after {done:.1f} MB; build again to go on there")


def _go_on(url: str, part: Path, progress: ByteProgress) -> bool:
    """Make one attempt; return whether the file is whole."""
    have = _length(part)
    headers = {"User-Agent": "lamplighter", "Accept-Encoding": "identity"}
    if have:
        headers["Range"] = f"bytes={have}-"
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - http(s), see download
    try:
        answer = urllib.request.urlopen(request, timeout=_TIMEOUT)  # noqa: S310 - as above
    except urllib.error.HTTPError as error:
        if error.code != HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            raise
        # Either all is there, or what is there is not of this file.
        if _range(error)[1] == have:
            return True
        part.unlink()
        return False
    with answer:
        begin, whole = 0, int(answer.headers.get("Content-Length") or 0)
        if answer.status == HTTPStatus.PARTIAL_CONTENT:
            begin, whole = _range(answer)
        if begin not in (0, have):
            part.unlink()
            return False
        with part.open("ab" if begin else "wb") as file:
            done = _copy(answer, file, begin, whole, progress)
    return done == whole or not whole


def _copy(
    answer: http.client.HTTPResponse,
    file: BinaryIO,
    done: int,
    whole: int,
    progress: ByteProgress,
) -> int:
    progress(done, whole)
    while portion := answer.read(_PORTION):
        file.write(portion)
        done += len(portion)
        progress(done, whole)
    return done


def _range(answer: http.client.HTTPResponse | urllib.error.HTTPError) -> tuple[int, int]:
    """Return where the sent bytes begin, and the whole length; -1 for what is not told."""
    found = _CONTENT_RANGE.fullmatch(answer.headers.get("Content-Range") or "")
    if found is None:
        return -1, -1
    return int(found[1] or 0), -1 if found[2] == "*" else int(found[2])


def _length(part: Path) -> int:
    return part.stat().st_size if part.exists() else 0


def _is_about_trust(reason: OSError) -> bool:
    import ssl

    return isinstance(reason, ssl.SSLCertVerificationError)
