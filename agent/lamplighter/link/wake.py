"""Wakes the network thread out of its wait, from any thread."""

from __future__ import annotations

import contextlib
import select
import socket


class Waker:
    """A socket pair: one byte in it ends a wait. Owned by the link, which closes it."""

    def __init__(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._ours.setblocking(False)
        self._theirs.setblocking(False)
        self._set = False

    def fileno(self) -> int:
        """What the network thread waits on."""
        return self._ours.fileno()

    def wake(self) -> None:
        """Ends the current wait, or the next one where none is on."""
        if self._set:
            return
        self._set = True
        # A full pair holds more than enough wake-ups already.
        with contextlib.suppress(BlockingIOError):
            self._theirs.send(b"\0")

    def clear(self) -> None:
        """Forgets the wake-ups so far. What they were for must be looked at after this."""
        with contextlib.suppress(BlockingIOError):
            self._ours.recv(4096)
        self._set = False

    def wait(self, seconds: float) -> None:
        """Waits until :meth:`wake`, or for so long; forgets the wake-ups."""
        poll = select.poll()
        poll.register(self._ours, select.POLLIN)
        poll.poll(seconds * 1000)
        self.clear()

    def close(self) -> None:
        """Closes both ends. Nobody may wake or wait any more."""
        self._ours.close()
        self._theirs.close()
