"""Which checks there are for a configuration, and how long each may take."""

from __future__ import annotations

import getpass
import ipaddress
import time
from collections.abc import Iterator, Sequence

from lamplighter.config import Config
from lamplighter.doctor.broker import look_at_broker
from lamplighter.doctor.clock import look_at_clock
from lamplighter.doctor.disk import look_at_disk
from lamplighter.doctor.examination import Check
from lamplighter.doctor.files import look_at_files, look_at_key, look_at_lock
from lamplighter.doctor.finding import Finding, Remedy, failed, warning
from lamplighter.doctor.model import look_at_memory, look_at_model
from lamplighter.doctor.mosquitto import look_at_mosquitto
from lamplighter.doctor.permissions import look_at_permissions
from lamplighter.doctor.session import look_at_session
from lamplighter.doctor.stored import look_at_stored
from lamplighter.doctor.sys_topics import is_mosquitto, look_at_sys, read_sys
from lamplighter.errors import LinkError, PluginError
from lamplighter.link.settings import Broker

_BROKER_S = 90.0
_LOCAL_S = 30.0


def rounds(config: Config, *, messages: int) -> list[Check]:
    """The checks, in the order in which they are told.

    Args:
        config: the node's.
        messages: how many are sent to find how many the broker queues; 0: sessions are not tried.
    """
    user = getpass.getuser()
    checks = _of_broker(config, config.broker, "broker", messages)
    if config.upstream is not None:
        checks += _of_broker(config, config.upstream, "upstream", messages)
    return [
        *checks,
        Check("disk", lambda: look_at_disk(config.store, user), _LOCAL_S),
        Check("keys and ports", lambda: _exposed(config), _LOCAL_S),
        Check("store encryption", lambda: look_at_lock(config.store), _LOCAL_S),
        Check("store", lambda: look_at_stored(config.store.path, time.time()), _LOCAL_S),
        Check("model", lambda: look_at_model(config.model, config.store.path), _LOCAL_S),
        Check("memory", lambda: look_at_memory(config.model), _LOCAL_S),
        Check("clock", look_at_clock, _LOCAL_S),
    ]


def _exposed(config: Config) -> Iterator[Finding]:
    """What others must not get at."""
    encryption = config.store.encryption
    if encryption is not None and encryption.key_file is not None:
        yield look_at_key(encryption.key_file)
    host = config.metrics.host
    if config.metrics.port is not None and not _is_loopback(host):
        yield warning(
            "metrics",
            f"are served on {host}, to whoever gets there",
            "they name plugins, versions and how much of what happens; no login is asked for",
            Remedy("metrics: {host: 127.0.0.1}", "lamplighter.yaml"),
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _of_broker(config: Config, broker: Broker, about: str, messages: int) -> list[Check]:
    user = getpass.getuser()
    return [
        Check(about, lambda: _round(config, broker, about, messages), _BROKER_S),
        Check(f"{about} files", lambda: look_at_files(broker, about=about, user=user), _LOCAL_S),
    ]


def _round(config: Config, broker: Broker, about: str, messages: int) -> Iterator[Finding]:
    """Everything about one broker, one after the other: they share a client id.

    Raises:
        LinkError: there is no connection to it at all.
    """
    own = f"lamplighter-{config.node}" + ("" if about == "broker" else f"-{about}")
    client_id = f"{broker.client_id or own}-doctor"
    yield from look_at_broker(broker, client_id=client_id, about=about)
    told = _told(broker, client_id)
    yield from look_at_sys(told, about=about)
    if messages:
        tried = look_at_session(
            broker,
            client_id=client_id,
            topic=f"{config.root}/doctor/session",
            about=about,
            messages=messages,
        )
        yield from _step(f"{about} session", tried)
    permitted = look_at_permissions(
        broker,
        client_id=client_id,
        root=config.root,
        filters=_filters(config, about),
        about=about,
        announces=_announces(config, about),
    )
    yield from _step(f"{about} permissions", permitted)
    yield from look_at_mosquitto(broker, about=about, told=is_mosquitto(told))


def _step(about: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """A broker that ends one connection may well do what others ask of it."""
    try:
        yield from findings
    except LinkError as error:
        yield failed(about, str(error), "what follows this was not tried")


def _told(broker: Broker, client_id: str) -> dict[str, str]:
    try:
        return read_sys(broker, client_id=client_id)
    except LinkError:
        return {}  # some brokers end a connection over $SYS


def _announces(config: Config, about: str) -> list[str]:
    """A topic such as the one by which Home Assistant learns of the agent; it knows no such one."""
    settings = config.plugins.get("homeassistant")
    enabled = not isinstance(settings, dict) or settings.get("enabled", True)
    if about != "broker" or not enabled:
        return []
    return [f"{config.discovery.prefix}/device/{config.node}-doctor/config"]


def _filters(config: Config, about: str) -> Sequence[str]:
    """What the daemon subscribes before it knows any device."""
    own = {f"{config.root}/ask", f"{config.root}/control"}
    upstream = config.upstream
    if about != "broker":
        return sorted(own) if upstream is not None and upstream.remote.enabled else ()
    if upstream is not None:
        own |= {each for rule in upstream.forward for each in rule.topics}
    # Imported here: plugins bring templates and tables with them.
    from lamplighter.plugin_host import PluginHost, load_plugins

    try:
        return sorted(PluginHost(load_plugins(config, time.time)).filters() | own)
    except PluginError:
        return sorted(own)  # `lamplighter check` tells what is wrong with it
