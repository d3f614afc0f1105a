"""The embedded broker: rumqttd in the ``iotcore`` wheel, on the loopback interface only."""

from __future__ import annotations

import signal
import socket
from pathlib import Path

import iotcore

HOST = "127.0.0.1"

_SETTINGS = """\
# Written by ./tools/run. The MQTT 5 listener of rumqttd, reachable from this machine only.
id = 0

[router]
id = 0
max_connections = 200
# Retained messages beyond these are not sent to a QoS 0 subscriber.
max_outgoing_packet_count = 10000
max_segment_size = 1048576
max_segment_count = 10

[v5.1]
name = "mqtt5"
listen = "{host}:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 60000
# The default of 20 kB is less than the discovery message of a large device.
max_payload_size = 262144
max_inflight_count = 100
dynamic_filters = true
"""


def free_port(preferred: int, *, tries: int = 100) -> int:
    """The first port from ``preferred`` on that nobody listens on.

    Raises:
        OSError: all of ``tries`` ports are taken.
    """
    for port in range(preferred, preferred + tries):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise OSError(f"no free port from {preferred} to {preferred + tries - 1}")


class EmbeddedBroker:
    """One broker process, which also ends when this process does.

    It sends a QoS 1 subscriber at most 100 retained messages at once and drops the rest, whatever
    ``max_inflight_count`` says; what is retained in a demo must stay below that.
    """

    def __init__(self, folder: Path, port: int) -> None:
        self.folder = folder
        self.port = port
        self._broker: iotcore.Broker | None = None

    def start(self) -> None:
        """Starts it and waits until it accepts connections.

        Raises:
            OSError: the port is taken.
            RuntimeError: it did not come up.
        """
        settings = self.folder / "broker.toml"
        settings.write_text(_SETTINGS.format(host=HOST, port=self.port), encoding="utf-8")
        broker = iotcore.Broker(config_path=str(settings))
        # Ctrl-C on a terminal reaches every process there; the broker must outlive the others,
        # so it inherits an ignored SIGINT.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            broker.start()
        finally:
            signal.signal(signal.SIGINT, before)
        self._broker = broker

    @property
    def running(self) -> bool:
        """Whether the process lives."""
        return self._broker is not None and bool(self._broker.is_running)

    def stop(self) -> None:
        """Ends it."""
        broker, self._broker = self._broker, None
        if broker is not None:
            broker.stop(timeout=0.5)
