"""Making folders and names outlast a loss of power: each is synced in the folder that holds it."""

from __future__ import annotations

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Returns when a file's content, or the names in a folder, are on disk.

    Raises:
        OSError: the disk failed.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(path: Path) -> None:
    """Makes a folder and those above it where they are not there, durably.

    Raises:
        OSError: it can't be made, or something else has its name.
    """
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        sync(folder.parent)
    if missing:
        path = missing[0]
    if not path.is_dir():
        raise NotADirectoryError(str(path))
