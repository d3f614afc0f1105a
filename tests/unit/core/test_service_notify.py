"""sd_notify: what is sent, and that nothing happens without systemd."""

from __future__ import annotations

import socket
from pathlib import Path

from lamplighter.service_notify import ServiceNotifier


def test_lines_arrive_at_the_socket(tmp_path: Path) -> None:
    address = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        notifier = ServiceNotifier({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "30000000"})
        assert notifier.send("READY=1", "STATUS=fine")
        assert listener.recv(100) == b"READY=1\nSTATUS=fine"
    assert notifier.watchdog_every == 15.0
    assert not notifier.send("WATCHDOG=1")


def test_without_systemd_nothing_is_sent() -> None:
    notifier = ServiceNotifier({})
    assert not notifier.send("READY=1")
    assert notifier.watchdog_every is None
