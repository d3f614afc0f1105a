"""What a check found, and what to do about it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

Verdict = Literal["ok", "unknown", "warning", "failed"]

DROP_IN = "/etc/mosquitto/conf.d/lamplighter.conf"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to put where.

    Attributes:
        line: the line, or the command.
        where: the file it belongs into, or ``shell``.
    """

    line: str
    where: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at.

    Attributes:
        about: what, in a few words; the same at every run.
        verdict: ``ok``; ``unknown``: it can't be seen from here; ``warning``: it works, but
            something is missing; ``failed``: a promise can't be kept.
        detail: what was found.
        why: why it matters; "" where all is well.
        remedy: what to put where, or None.
    """

    about: str
    verdict: Verdict
    detail: str
    why: str = ""
    remedy: Remedy | None = None

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


def ok(about: str, detail: str) -> Finding:
    """All is well."""
    return Finding(about, "ok", detail)


def unknown(about: str, detail: str, why: str = "", remedy: Remedy | None = None) -> Finding:
    """It can't be seen from here."""
    return Finding(about, "unknown", detail, why, remedy)


def warning(about: str, detail: str, why: str, remedy: Remedy | None = None) -> Finding:
    """It works, but something is missing."""
    return Finding(about, "warning", detail, why, remedy)


def failed(about: str, detail: str, why: str = "", remedy: Remedy | None = None) -> Finding:
    """A promise can't be kept."""
    return Finding(about, "failed", detail, why, remedy)


def drop_in(line: str) -> Remedy:
    """A line of the drop-in for mosquitto."""
    return Remedy(line, DROP_IN)
