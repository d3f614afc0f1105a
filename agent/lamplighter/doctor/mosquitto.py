"""Does the mosquitto of this machine keep what waits over a restart? Read in its configuration."""

from __future__ import annotations

import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

from lamplighter.doctor.file_system import FileSystem, file_system_of
from lamplighter.doctor.finding import Finding, Remedy, drop_in, failed, ok, unknown, warning
from lamplighter.doctor.mosquitto_conf import (
    Line,
    Running,
    listens_on,
    number_of,
    read_settings,
    running,
    seconds_of,
    truth_of,
    value_of,
)
from lamplighter.link.settings import Broker

_LONGEST_SAVE_S = 300
_FEWEST_CHANGES = 100
_SHORT_QUEUE = 10_000
_FEW_IN_FLIGHT = 100
_LARGE_PACKET = 256 * 1024


def look_at_mosquitto(broker: Broker, *, about: str, told: bool) -> Iterator[Finding]:
    """What its configuration promises, where that can be read from here.

    Args:
        broker: which.
        about: ``broker`` or ``upstream``.
        told: it said itself that it is mosquitto.
    """
    name = f"{about} restart"
    why = "a broker that keeps sessions in memory only loses all that waits when it restarts"
    if not is_local(broker.host):
        yield unknown(
            name,
            "whether it keeps sessions over a restart can't be seen from another machine",
            why,
            Remedy("lamplighter doctor", "shell, on the broker's machine"),
        )
        return
    found, unreadable = _settings(running(), broker.port)
    if found is not None:
        yield from judge(found, broker, about)
    elif unreadable is not None:
        yield unknown(
            name,
            f"{unreadable} can't be read by this user",
            why,
            Remedy("sudo lamplighter doctor", "shell"),
        )
    else:
        what = "its process is not seen from here" if told else "it is no mosquitto seen from here"
        yield unknown(
            name,
            f"whether it keeps sessions over a restart is not known: {what}",
            why,
            Remedy("its setting that keeps sessions on disk", "your broker's configuration"),
        )


def is_local(host: str) -> bool:
    """Whether a host is this machine: one of its addresses can be bound here."""
    try:
        found = socket.getaddrinfo(host, 0, type=socket.SOCK_DGRAM)
    except OSError:
        return False
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as sock:
                sock.bind(address)
        except OSError:
            continue
        return True
    return False


def judge(lines: Sequence[Line], broker: Broker, about: str) -> Iterator[Finding]:
    """What the settings of a mosquitto mean for us."""
    if truth_of(lines, "persistence", default=False):
        yield from _persistence(lines, about)
    else:
        yield failed(
            f"{about} restart",
            "persistence is off: sessions and waiting messages are in memory only",
            "a restart of the broker loses all that waits for us and all that is retained",
            drop_in("persistence true"),
        )
    yield _queue(lines, about)
    expiry = seconds_of(lines, "persistent_client_expiration")
    if expiry is not None and expiry < broker.session_expiry:
        yield warning(
            f"{about} session expiry",
            f"persistent_client_expiration is {expiry} s, less than our session_expiry"
            f" of {broker.session_expiry} s",
            "mosquitto forgets our session earlier than it was asked to, and does not say so",
            drop_in("persistent_client_expiration 14d"),
        )
    if broker.protocol != "5":
        in_flight = number_of(lines, "max_inflight_messages", 20)
        if 0 < in_flight < _FEW_IN_FLIGHT:
            yield warning(
                f"{about} in flight",
                f"an MQTT 3.1.1 client gets at most {in_flight} messages before it acknowledges",
                "so few share one commit: what comes in is slowed down to a fraction",
                drop_in("max_inflight_messages 1000"),
            )
    size = min(
        number_of(lines, setting, 0) or _LARGE_PACKET
        for setting in ("max_packet_size", "message_size_limit")
    )
    if size < _LARGE_PACKET:
        yield warning(
            f"{about} message size",
            f"messages are limited to {size} bytes",
            "large device announcements and reports are refused, or end the connection",
            drop_in("max_packet_size 16777216"),
        )


def _persistence(lines: Sequence[Line], about: str) -> Iterator[Finding]:
    name = f"{about} restart"
    location = value_of(lines, "persistence_location")
    if location is None:
        yield warning(
            name,
            "persistence is on, but persistence_location is not set",
            "mosquitto writes into the folder it was started in, or fails to",
            drop_in("persistence_location /var/lib/mosquitto/"),
        )
    else:
        place = file_system_of(Path(location))
        if place is not None and place.volatile:
            yield failed(
                name,
                f"persistence_location {location} is on {place.kind}",
                "what is there is in memory, and gone with the power",
                drop_in("persistence_location /var/lib/mosquitto/"),
            )
        else:
            yield ok(name, f"sessions and messages are kept in {location}{_kind(place)}")
    yield _saving(lines, f"{about} saving")


def _saving(lines: Sequence[Line], name: str) -> Finding:
    interval = number_of(lines, "autosave_interval", 1800)
    why = "killed, or without power, the broker loses what it acknowledged since it wrote last"
    if interval == 0:
        return warning(name, "it writes at a clean stop only", why, drop_in("autosave_interval 30"))
    if truth_of(lines, "autosave_on_changes", default=False):
        detail = f"it writes all it has after every {interval} changes"
        if interval < _FEWEST_CHANGES:
            wears = "every write is of everything: a backlog makes it slow and wears out a card"
            remedy = Remedy("autosave_on_changes false\nautosave_interval 30", "mosquitto.conf")
            return warning(name, detail, wears, remedy)
        return ok(name, f"{detail}; as many are lost without power")
    if interval > _LONGEST_SAVE_S:
        detail = f"it writes every {interval} s only"
        return warning(name, detail, why, drop_in("autosave_interval 30"))
    return ok(name, f"it writes every {interval} s; as much is lost without power")


def _queue(lines: Sequence[Line], about: str) -> Finding:
    name = f"{about} queue bounds"
    count = number_of(lines, "max_queued_messages", 1000)
    size = number_of(lines, "max_queued_bytes", 0)
    if 0 < count < _SHORT_QUEUE:
        return warning(
            name,
            f"{count:,} messages wait for a client at most (max_queued_messages)",
            "at one message a second that is "
            f"{count / 60:.0f} minutes of absence; what is beyond is dropped, and nobody is told",
            drop_in("max_queued_messages 100000"),
        )
    if count == 0 and size == 0:
        return warning(
            name,
            "messages wait without bound",
            "a client that stays away uses up the memory of the machine",
            drop_in("max_queued_messages 100000\nmax_queued_bytes 134217728"),
        )
    most = f"{count:,} messages" if count else "any number of messages"
    return ok(name, f"{most}, {f'{size:,} bytes' if size else 'any number of bytes'} a client")


def _settings(found: Sequence[Running], port: int) -> tuple[list[Line] | None, Path | None]:
    """The settings of the one that listens on a port, or a file that can't be read."""
    unreadable = None
    for each in found:
        try:
            lines = [] if each.config is None else read_settings(each.config)
        except OSError:
            unreadable = each.config
            continue
        if listens_on(lines, each.port, port):
            return lines, None
    return None, unreadable


def _kind(place: FileSystem | None) -> str:
    return "" if place is None else f" ({place.kind})"
