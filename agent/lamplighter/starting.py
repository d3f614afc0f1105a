"""Asking systemd for patience while the daemon starts: a large store takes its time to mend."""

from __future__ import annotations

import threading
from collections.abc import Callable

from lamplighter.service_notify import ServiceNotifier

_EVERY_S = 10.0
_PATIENCE_S = 60.0
_LONGEST_S = 3600.0
_LONGEST_STATUS = 300


class StartNotice:
    """Tells systemd until the daemon is ready that it is starting, and what it is busy with.

    Owns a thread, as the loop is busy then. After an hour nothing is told any more: what takes
    longer than that hangs.

    Args:
        notifier: tells systemd.
        doing: what is going on, in words; called on the thread.
        every: seconds between two notices.
    """

    def __init__(
        self, notifier: ServiceNotifier, doing: Callable[[], str], *, every: float = _EVERY_S
    ) -> None:
        self.notifier = notifier
        self.doing = doing
        self.every = every
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Tells it for the first time, and goes on with that; nothing where there is no systemd."""
        if not self._tell():
            return
        self._thread = threading.Thread(target=self._run, name="start-notice", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Nothing is told any more when this returns; twice is the same as once."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        for _ in range(int(_LONGEST_S / self.every)):
            if self._over.wait(self.every):
                return
            self._tell()

    def _tell(self) -> bool:
        extension = f"EXTEND_TIMEOUT_USEC={int(_PATIENCE_S * 1e6)}"
        return self.notifier.send(extension, f"STATUS={self.doing()}"[:_LONGEST_STATUS])
