"""Home Assistant's date and time template functions, under the names they have there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from lamplighter_homeassistant.template_default import REQUIRED, or_default

_FORMAT = "%Y-%m-%d %H:%M:%S"
_DURATION = re.compile(
    r"P(?:(?P<days>\d+(?:\.\d+)?)D)?"
    r"(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_AGES = (
    ("year", 31_536_000),
    ("month", 2_592_000),
    ("day", 86_400),
    ("hour", 3_600),
    ("minute", 60),
    ("second", 1),
)


@dataclass(frozen=True, slots=True)
class Times:
    """Template functions that need the time of day or the local time zone.

    Attributes:
        clock: UTC seconds since the epoch.
        zone: the local time zone.
    """

    clock: Callable[[], float]
    zone: tzinfo

    def now(self) -> datetime:
        """The local time."""
        return datetime.fromtimestamp(self.clock(), self.zone)

    def utcnow(self) -> datetime:
        """The time in UTC."""
        return datetime.fromtimestamp(self.clock(), UTC)

    def today_at(self, at: str = "") -> datetime:
        """Today, local, at a time of day such as ``06:30``; midnight without one."""
        moment = time.fromisoformat(at) if at else time()
        return datetime.combine(self.now().date(), moment, self.zone)

    def as_local(self, value: datetime) -> datetime:
        """A time in the local zone; one without a zone counts as local."""
        return value.replace(tzinfo=self.zone) if value.tzinfo is None else self._local(value)

    def as_timestamp(self, value: Any, default: Any = REQUIRED) -> Any:
        """Seconds since the epoch of a datetime or of an ISO 8601 text."""

        def convert() -> float:
            moment = value if isinstance(value, datetime) else _parsed(str(value))
            return self.as_local(moment).timestamp()

        return or_default("as_timestamp", convert, value, default)

    def timestamp_custom(
        self,
        value: Any,
        date_format: str = _FORMAT,
        local: bool = True,  # noqa: FBT001, FBT002 - the shape that templates call it with
        default: Any = REQUIRED,
    ) -> Any:
        """Seconds since the epoch, written in a format of strftime."""

        def convert() -> str:
            moment = _from_timestamp(value)
            return (self._local(moment) if local else moment).strftime(date_format)

        return or_default("timestamp_custom", convert, value, default)

    def timestamp_local(self, value: Any, default: Any = REQUIRED) -> Any:
        """Seconds since the epoch as ISO 8601 in the local zone."""

        def convert() -> str:
            return self._local(_from_timestamp(value)).isoformat()

        return or_default("timestamp_local", convert, value, default)

    def time_since(self, value: Any, precision: int = 1) -> Any:
        """The age of a time as a text such as "2 hours"; what is no past time is returned as is."""
        if not isinstance(value, datetime) or self.as_local(value) > self.now():
            return value
        return _age(self.now() - self.as_local(value), precision)

    def time_until(self, value: Any, precision: int = 1) -> Any:
        """The time until then as a text; what is no coming time is returned as is."""
        if not isinstance(value, datetime) or self.as_local(value) < self.now():
            return value
        return _age(self.as_local(value) - self.now(), precision)

    def filters(self) -> dict[str, Callable[..., Any]]:
        """By their names in templates."""
        return {
            **self._both(),
            "timestamp_custom": self.timestamp_custom,
            "timestamp_local": self.timestamp_local,
            "timestamp_utc": timestamp_utc,
        }

    def functions(self) -> dict[str, Callable[..., Any]]:
        """By their names in templates."""
        return {
            **self._both(),
            "now": self.now,
            "strptime": strptime,
            "timedelta": timedelta,
            "utcnow": self.utcnow,
        }

    def _both(self) -> dict[str, Callable[..., Any]]:
        return {
            "as_datetime": as_datetime,
            "as_local": self.as_local,
            "as_timedelta": as_timedelta,
            "as_timestamp": self.as_timestamp,
            "relative_time": self.time_since,
            "time_since": self.time_since,
            "time_until": self.time_until,
            "today_at": self.today_at,
        }

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(self.zone)


def timestamp_utc(value: Any, default: Any = REQUIRED) -> Any:
    """Seconds since the epoch as ISO 8601 in UTC."""
    return or_default("timestamp_utc", lambda: _from_timestamp(value).isoformat(), value, default)


def as_datetime(value: Any, default: Any = REQUIRED) -> Any:
    """A datetime from seconds since the epoch or an ISO 8601 text; None from any other text."""
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())

    def convert() -> datetime:
        try:
            return _from_timestamp(float(value))
        except (ValueError, TypeError):
            return _parsed(str(value))

    missing = None if isinstance(value, str) and default is REQUIRED else default
    return or_default("as_datetime", convert, value, missing)


def as_timedelta(value: str) -> timedelta | None:
    """A duration such as ``PT10M`` (ISO 8601), or None where it is none."""
    found = _DURATION.fullmatch(value)
    if found is None:
        return None
    return timedelta(**{unit: float(number) for unit, number in found.groupdict("0").items()})


def strptime(text: str, date_format: str, default: Any = REQUIRED) -> Any:
    """A datetime read by a format of strptime."""

    def convert() -> datetime:
        return datetime.strptime(text, date_format)  # noqa: DTZ007 - the format may hold the zone

    return or_default("strptime", convert, text, default)


def is_datetime(value: Any) -> bool:
    """Whether the value is a datetime."""
    return isinstance(value, datetime)


TESTS: Mapping[str, Callable[..., Any]] = {"datetime": is_datetime}


def _from_timestamp(value: Any) -> datetime:
    try:
        return datetime.fromtimestamp(value, UTC)
    except OSError as error:
        raise ValueError(value) from error


def _parsed(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _age(span: timedelta, precision: int) -> str:
    left = round(span.total_seconds())
    parts: list[str] = []
    for unit, seconds in _AGES:
        count, rest = divmod(left, seconds)
        if count and len(parts) < precision:
            parts.append(f"{count} {unit}{'' if count == 1 else 's'}")
            left = rest
    return " ".join(parts) or "0 seconds"
