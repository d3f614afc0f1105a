"""What a broker publishes of itself below ``$SYS``, where it does and where we may read it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from lamplighter.doctor.finding import Finding, drop_in, ok, unknown, warning
from lamplighter.link.probing import REFUSED, Probe
from lamplighter.link.settings import Broker

_VERSION = "$SYS/broker/version"
_UPTIME = "$SYS/broker/uptime"
_DROPPED = "$SYS/broker/publish/messages/dropped"
_WAIT_S = 1.0


def read_sys(
    broker: Broker, *, client_id: str, monotonic: Callable[[], float] = time.monotonic
) -> dict[str, str]:
    """Version, uptime and dropped messages by topic, those that the broker tells.

    Raises:
        LinkError: the broker can't be reached.
    """
    topics = (_VERSION, _UPTIME, _DROPPED)
    with Probe(broker, client_id=client_id) as probe:
        if all(code >= REFUSED for code in probe.subscribe(topics)):
            return {}
        heard = probe.take(len(topics), idle=_WAIT_S, until=monotonic() + 2 * _WAIT_S)
    return {each.topic: each.payload.decode("utf-8", "replace") for each in heard}


def look_at_sys(told: dict[str, str], *, about: str) -> Iterator[Finding]:
    """What it means; ``told`` is what :func:`read_sys` returned."""
    version = told.get(_VERSION)
    if version is None:
        yield unknown(f"{about} software", "says nothing of itself below $SYS")
        return
    uptime = told.get(_UPTIME)
    since = f", up for {uptime}" if uptime else ""
    yield ok(f"{about} software", f"{version}{since}")
    dropped = told.get(_DROPPED, "0")
    if dropped.isdigit() and int(dropped):
        yield warning(
            f"{about} drops",
            f"has dropped {int(dropped):,} messages since it started",
            "a client was away for longer, or slower, than the broker's queue is long; whose"
            " messages they were it does not say",
            drop_in("max_queued_messages 100000"),
        )


def is_mosquitto(told: dict[str, str]) -> bool:
    """Whether it says that it is mosquitto."""
    return "mosquitto" in told.get(_VERSION, "").lower()
