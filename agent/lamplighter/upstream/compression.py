"""zstd: compressed payloads, and how to tell them."""

from __future__ import annotations

import sys

MAGIC = b"\x28\xb5\x2f\xfd"
"""How every zstd frame begins; no JSON and no UTF-8 text does."""

ENCODING = "zstd"
_LEVEL = 3


def compressed(payload: bytes, above: int | None) -> bytes | None:
    """The payload as a zstd frame, or None where it is left as it is.

    Args:
        payload: the bytes.
        above: bytes from which it is tried; None: never.

    It is left as it is where that would not make it smaller. What begins like a frame by itself is
    always compressed where compression is on: a consumer takes off just one.
    """
    if above is None:
        return None
    disguised = payload.startswith(MAGIC)
    if len(payload) < above and not disguised:
        return None
    frame = _compress(payload)
    return frame if disguised or len(frame) < len(payload) else None


def _compress(payload: bytes) -> bytes:
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415, RUF100 - heavy: only where it is used
    else:
        from backports import zstd
    return bytes(zstd.compress(payload, _LEVEL))


def restored(payload: bytes) -> bytes:
    """The payload before :func:`compressed`; anything else as it is.

    Raises:
        ValueError: it begins like a zstd frame and is none.
    """
    if not payload.startswith(MAGIC):
        return payload
    if sys.version_info >= (3, 14):
        from compression import zstd  # noqa: PLC0415, RUF100 - heavy: only where it is used
    else:
        from backports import zstd
    try:
        return bytes(zstd.decompress(payload))
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from error
