"""One daemon for each store: a lock that ends with the process, however it ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from lamplighter.errors import StoreError
from lamplighter.store.files.device import refusal


class Ownership:
    """The lock of one folder.

    Args:
        path: the lock's file; it stays behind and means nothing by itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def take(self) -> None:
        """Takes the folder.

        Raises:
            StoreFullError, StoreDeviceError: the file can't be made now.
            StoreError: another process has it, or the file can't be made.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refusal(self._path, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            raise StoreError(self._path.parent, "is in use by another daemon") from error
        self._descriptor = descriptor

    def keep(self) -> None:
        """Takes the folder again where the lock's file was deleted, or exchanged.

        Raises:
            StoreError: as :meth:`take`: another daemon may have it by now.
        """
        if self._descriptor is not None and not self._in_place(self._descriptor):
            self.release()
            self.take()

    def _in_place(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except OSError:
            return False

    def release(self) -> None:
        """Gives it back; twice is the same as once."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
