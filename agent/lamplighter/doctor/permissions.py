"""May we read and write what we need to? By the broker's answers, and by trying it out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from lamplighter.doctor.finding import Finding, Remedy, failed, ok, warning
from lamplighter.link.probing import REFUSED, Heard, Probe
from lamplighter.link.settings import Broker

_ACL = "the broker's ACL file, below our user"
_WAIT_S = 2.0
_GLANCE_S = 0.3
_NOT_AUTHORISED = 0x87


def look_at_permissions(
    broker: Broker,
    *,
    client_id: str,
    root: str,
    filters: Sequence[str],
    about: str,
    announces: Sequence[str] = (),
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Subscribes what the daemon subscribes, and publishes below ``root``/doctor.

    Args:
        broker: which.
        client_id: of the doctor's own.
        root: the topic below which everything of this node is.
        filters: what the daemon subscribes there.
        about: ``broker`` or ``upstream``.
        announces: topics to be published on elsewhere, where an empty message means nothing.
        monotonic: seconds that never step.

    Raises:
        LinkError: the broker went away meanwhile.
    """
    if filters:
        # In a connection of its own: retained messages of these come in a flood.
        with Probe(broker, client_id=client_id) as probe:
            codes = probe.subscribe(filters, retained=False)
        yield from _reading(filters, codes, about)
    topic = f"{root}/doctor/permission"
    with Probe(broker, client_id=client_id) as probe:
        yield _round_trip(probe, topic, root, about, monotonic)
    with Probe(broker, client_id=client_id) as probe:
        if probe.granted.retain:
            topic = f"{root}/doctor/retained"
            ask = partial(_ask, broker, client_id, topic, monotonic)
            yield _retained(probe, ask, topic, about, monotonic)
    # MQTT 3.1.1 refuses without a word, and nobody would hear these.
    if announces and broker.protocol == "5":
        with Probe(broker, client_id=client_id) as probe:
            for topic in announces:
                yield _announcing(probe, topic, about, monotonic)


def _reading(filters: Sequence[str], codes: Sequence[int], about: str) -> Iterator[Finding]:
    name = f"{about} permissions: read"
    refused = [each for each, code in zip(filters, codes, strict=False) if code >= REFUSED]
    lowered = [each for each, code in zip(filters, codes, strict=False) if code == 0]
    for each in refused:
        yield failed(
            name,
            f"the broker refuses the subscription of {each}",
            "devices or commands on these topics are never heard",
            Remedy(f"topic read {each}", _ACL),
        )
    if lowered:
        yield warning(
            name,
            f"granted at QoS 0 only: {', '.join(lowered[:5])}",
            "at QoS 0 nothing waits for us while we are away, and what is lost is never noticed",
            Remedy("grant QoS 1 (mosquitto: no max_qos 0 at the listener)", "the broker"),
        )
    if not refused:
        yield ok(name, f"the broker grants the {len(filters)} filters of this configuration")


def _round_trip(
    probe: Probe, topic: str, root: str, about: str, monotonic: Callable[[], float]
) -> Finding:
    name = f"{about} permissions: own topics"
    remedy = Remedy(f"topic readwrite {root}/#", _ACL)
    why = "replies, alarms, status and health go there, and what is asked comes from there"
    [subscribed] = probe.subscribe([topic])
    if subscribed >= REFUSED:
        return failed(name, f"{topic} may not be subscribed", why, remedy)
    until = monotonic() + _WAIT_S
    codes = probe.publish(topic, [b"doctor"], until=until)
    if not codes:
        return failed(name, f"a message to {topic} is not acknowledged", why)
    if codes[0] >= REFUSED:
        reason = "not authorised" if codes[0] == _NOT_AUTHORISED else f"reason {codes[0]:#04x}"
        return failed(name, f"{topic} may not be published ({reason})", why, remedy)
    if not probe.take(1, idle=_WAIT_S, until=monotonic() + _WAIT_S):
        # Mosquitto with an ACL file grants every subscription and takes every publication of
        # MQTT 3.1.1, and then hands nothing over.
        detail = f"the broker took a message to {topic} and did not hand it to us"
        return failed(name, f"{detail}: reading or writing is not allowed", why, remedy)
    return ok(name, f"a message to {topic} went out and came back")


def _announcing(probe: Probe, topic: str, about: str, monotonic: Callable[[], float]) -> Finding:
    name = f"{about} permissions: announce"
    codes = probe.publish(topic, [b""], until=monotonic() + _WAIT_S)
    if codes and codes[0] < REFUSED:
        return ok(name, f"{topic} may be published")
    return warning(
        name,
        f"{topic} may not be published",
        "the agent can't announce itself: Home Assistant does not see it",
        Remedy(f"topic write {topic.rpartition('/')[0].rpartition('/')[0]}/#", _ACL),
    )


def _retained(
    probe: Probe,
    ask: Callable[[float], list[Heard]],
    topic: str,
    about: str,
    monotonic: Callable[[], float],
) -> Finding:
    name = f"{about} permissions: retain"
    try:
        codes = probe.publish(topic, [b"doctor"], until=monotonic() + _WAIT_S, retain=True)
        heard = ask(_WAIT_S)
    finally:
        probe.publish(topic, [b""], until=monotonic() + _WAIT_S, retain=True)
    if ask(_GLANCE_S):
        return warning(
            name,
            f"a retained message of the doctor stayed on {topic}",
            "an empty retained message should have removed it; it does no harm",
        )
    if heard:
        return ok(name, "a retained message was kept, handed out and removed again")
    refused = " (refused)" if codes and codes[0] >= REFUSED else ""
    return failed(
        name,
        f"a retained message to {topic} was not kept{refused}",
        "status, health and alarms are retained: who comes later does not learn of them",
        Remedy("retain_available true", "mosquitto.conf, or your broker's retain setting"),
    )


def _ask(
    broker: Broker,
    client_id: str,
    topic: str,
    monotonic: Callable[[], float],
    patience: float,
) -> list[Heard]:
    """The retained message of a topic, as somebody gets it who subscribes it now."""
    with Probe(broker, client_id=f"{client_id}-reader") as reader:
        reader.subscribe([topic])
        heard = reader.take(1, idle=patience, until=monotonic() + patience)
    return [each for each in heard if each.retain]
