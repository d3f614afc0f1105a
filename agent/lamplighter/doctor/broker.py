"""Does the broker let us in, and what does it grant?"""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, unknown, warning
from lamplighter.link.probing import Granted, Probe
from lamplighter.link.settings import Broker

# Device announcements and reports with their evidence.
_LARGE_PACKET = 256 * 1024
_FEW_IN_FLIGHT = 20


def look_at_broker(broker: Broker, *, client_id: str, about: str) -> Iterator[Finding]:
    """Connects once, cleanly.

    Args:
        broker: which.
        client_id: of the doctor's own.
        about: ``broker`` or ``upstream``.

    Raises:
        LinkError: it can't be reached or refuses.
    """
    with Probe(broker, client_id=client_id, session_expiry=broker.session_expiry) as probe:
        granted = probe.granted
    # What was asked for, to see what is granted, is not to be kept.
    with Probe(broker, client_id=client_id):
        pass
    where = f"{broker.host}:{broker.port}"
    yield ok(about, f"{where} accepts MQTT {broker.protocol} in {granted.took_ms:.0f} ms")
    if broker.protocol == "5":
        yield from _grants(granted, broker, about)
    else:
        yield unknown(
            f"{about} limits",
            "MQTT 3.1.1 does not say what the broker grants",
            "refusals are silent in it: a message the broker may not take counts as taken",
            Remedy(f'{about}: {{protocol: "5"}}', "lamplighter.yaml"),
        )


def _grants(granted: Granted, broker: Broker, about: str) -> Iterator[Finding]:
    yield _expiry(granted, broker, about)
    yield _flow(granted, about)
    size = granted.packet_size
    if size is not None and size < _LARGE_PACKET:
        yield warning(
            f"{about} packet size",
            f"takes packets of at most {size} bytes",
            "large device announcements and reports do not fit and go to the ledger as refused",
            Remedy("max_packet_size 16777216", "mosquitto.conf, or your broker's packet limit"),
        )
    else:
        limit = "no limit of its own" if size is None else f"packets of up to {size} bytes"
        yield ok(f"{about} packet size", limit)
    if granted.retain:
        yield ok(f"{about} retained messages", "are kept")
    else:
        yield failed(
            f"{about} retained messages",
            "are not kept",
            "status, health and alarms are retained: who comes later does not learn of them",
            Remedy("retain_available true", "mosquitto.conf, or your broker's retain setting"),
        )
    if granted.qos < 1:
        yield failed(
            f"{about} quality of service",
            "takes QoS 0 only",
            "nothing is acknowledged: what is lost on the way is never noticed",
            Remedy("max_qos 2", "mosquitto.conf, at the listener"),
        )
    if not granted.wildcards:
        yield failed(
            f"{about} wildcards",
            "takes no filters with + or #",
            "devices announce themselves on topics that are not known before",
        )


def _expiry(granted: Granted, broker: Broker, about: str) -> Finding:
    expiry = granted.session_expiry
    asked = broker.session_expiry
    if expiry is None or expiry >= asked:
        return ok(f"{about} session expiry", f"{asked} s, as asked for")
    return warning(
        f"{about} session expiry",
        f"the broker keeps our session only {expiry} s, not {asked} s",
        "messages sent to us during a longer absence are lost",
        Remedy(
            "raise the broker's longest session expiry, or session_expiry says what is true",
            "your broker's configuration",
        ),
    )


def _flow(granted: Granted, about: str) -> Finding:
    maximum = granted.receive_maximum
    shared = "taken" if granted.shared else "not taken"
    detail = f"{maximum} unacknowledged messages at once; shared subscriptions {shared}"
    if maximum >= _FEW_IN_FLIGHT:
        return ok(f"{about} receive maximum", detail)
    return warning(
        f"{about} receive maximum",
        detail,
        "a backlog drains slowly: with few in flight every message waits for the one before it",
        Remedy("max_inflight_messages 1000", "mosquitto.conf, or your broker's receive maximum"),
    )
