"""Telling systemd how the daemon is: ready, reloading, alive, stopping (sd_notify(3))."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class ServiceNotifier:
    """Sends state lines to systemd's socket; does nothing where there is none."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self.address = environment.get("NOTIFY_SOCKET", "")
        self._watchdog_usec = environment.get("WATCHDOG_USEC", "")

    @property
    def watchdog_every(self) -> float | None:
        """Seconds between signs of life (half of what systemd allows), or None: not wanted."""
        if not self._watchdog_usec.isdigit():
            return None
        return int(self._watchdog_usec) / 2e6

    def send(self, *lines: str) -> bool:
        """Sends e.g. ``READY=1``; True where systemd took it."""
        if not self.address:
            return False
        # A leading @ names a socket in the abstract namespace, whose first byte is zero.
        address = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            try:
                sock.connect(address)
                sock.sendall("\n".join(lines).encode())
            except OSError:
                return False
        return True
