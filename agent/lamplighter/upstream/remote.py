"""What may be asked from upstream, beside what the local policy says."""

from __future__ import annotations

from collections.abc import Callable

from lamplighter.actions.asking import AskMessage
from lamplighter.catalogue.entity import Entity
from lamplighter.store.outbound.outbox import UPSTREAM
from lamplighter.understanding.interpretation import (
    Act,
    Answer,
    Later,
    Operate,
    Orders,
    Planned,
    Result,
    Stand,
    Timer,
)
from lamplighter.upstream.settings import Remote

_LOOKS = frozenset({"status", "list", "explain"})
_OPERATING = Timer | Planned | Orders


class RemotePolicy:
    """Judges asks that came from upstream; those from here it has nothing against.

    Args:
        settings: what is in force now.
    """

    def __init__(self, settings: Callable[[], Remote]) -> None:
        self.settings = settings

    def objection(self, result: Result, asked: AskMessage) -> str | None:
        """What is to be said instead of following, or None; devices are judged by :meth:`allows`.

        Args:
            result: what the ask means.
            asked: the ask.
        """
        remote = self.settings()
        if asked.ask.origin != UPSTREAM:
            return None
        looks = isinstance(result, _OPERATING) and result.operation in _LOOKS
        if isinstance(result, Answer) or looks:
            return None if remote.questions else "Questions from upstream are not answered here."
        if not isinstance(result, Act | Later | Stand | Operate | _OPERATING):
            return None
        if remote.require_expiry and asked.expires_at is None and asked.scheduled is None:
            return (
                "A command from upstream has to say until when it is wanted: give it expires_at, "
                "or an MQTT message expiry."
            )
        kept = _kept_service(result)
        if kept is None or covers(remote.allow, *kept):
            return None
        what = "Timers" if kept[0] == "timer" else "Standing orders"
        return f"{what} are not for upstream here."

    def allows(self, entity: Entity, service: str, origin: str) -> bool:
        """Whether a service of an entity may be asked for from where the ask came."""
        return origin != UPSTREAM or covers(
            self.settings().allow, entity.domain, entity.device_class, service
        )


def covers(allow: tuple[str, ...], domain: str, device_class: str | None, service: str) -> bool:
    """Whether one of the entries ``domain.service`` or ``domain.class.service`` covers this."""
    for entry in allow:
        if entry == "*":
            return True
        asked, *of_class, wanted = entry.split(".")
        fits = asked in ("*", domain) and wanted in ("*", service)
        if fits and (not of_class or of_class[0] in ("*", device_class)):
            return True
    return False


def _kept_service(
    result: Act | Later | Stand | Operate | _OPERATING,
) -> tuple[str, None, str] | None:
    """What is done to timers, plans or orders, as it is allowed; None where nothing is."""
    match result:
        case Timer() | Planned():
            return "timer", None, result.operation
        case Orders():
            return "order", None, result.operation
        case Stand():
            return "order", None, "keep"
        case Later() if not result.text:
            return "timer", None, "start"
    return None
