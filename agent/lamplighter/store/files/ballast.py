"""Space kept in reserve: on a full disk even deleting needs some."""

from __future__ import annotations

import os
from pathlib import Path


class Ballast:
    """A file of no content.

    Args:
        path: where it lies.
        size: bytes; at least what the write-ahead log may take.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size

    def held(self) -> bool:
        """True while the space is kept."""
        return self.path.exists() and self.path.stat().st_size == self.size

    def short(self) -> bool:
        """True where the disk has less than twice this space left."""
        try:
            status = os.statvfs(self.path.parent)
        except OSError:
            return True
        return status.f_bavail * status.f_frsize < 2 * self.size

    def take(self) -> bool:
        """Takes the space again; False where the disk has no room for it and as much besides."""
        if self.held():
            return True
        if self.short():
            return False
        try:
            with self.path.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, self.size)
        except OSError:
            self.release()
            return False
        return True

    def release(self) -> bool:
        """Gives the space up; False where there was none."""
        try:
            self.path.unlink()
        except OSError:
            return False
        return True
