"""Times as recordings write them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

_EARLIEST = datetime(1971, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
_EPOCH_SCALES = (1.0, 1e3, 1e6, 1e9)


def read_time(text: str, zone: tzinfo = UTC) -> float:
    """UTC seconds of an ISO 8601 time, or of seconds, ms, us or ns since 1970.

    Args:
        text: the time as written; a date and a time may have a space between them.
        zone: of a time that says none.

    Raises:
        ValueError: it is no time between 1971 and 2200.
    """
    written = text.strip()
    try:
        number = float(written)
    except ValueError:
        moment = datetime.fromisoformat(written)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=zone)
        candidates = [aware.timestamp()]
    else:
        candidates = [number / scale for scale in _EPOCH_SCALES]
    for seconds in candidates:
        if _EARLIEST <= seconds < _LATEST:
            return seconds
    raise ValueError(f"{written[:40]!r} is no time between 1971 and 2200")
