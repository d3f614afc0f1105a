"""Making folders and names outlast a loss of power: each is synced in the folder that holds it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_OWNERS_FOLDER = 0o700
_ANY_FOLDER = 0o777
_OWNERS_FILE = 0o600
_OTHERS = 0o007


def make_file(path: Path) -> None:
    """Makes an empty file that is for nobody else; no program may have it open yet.

    Raises:
        OSError: it can't be made, or is there already.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, _OWNERS_FILE))


def close_to_others(path: Path) -> None:
    """Keeps a file from everybody but its owner, if it is open to everybody and is ours.

    By its name: closing a descriptor on a database would drop SQLite's locks on it.
    """
    with contextlib.suppress(OSError):
        if path.stat().st_mode & _OTHERS:
            path.chmod(_OWNERS_FILE)


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

    The folder itself is for nobody else.

    Raises:
        OSError: it can't be made, or something else has its name.
    """
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(_OWNERS_FOLDER if folder == missing[0] else _ANY_FOLDER, exist_ok=True)
        sync(folder.parent)
    if missing:
        path = missing[0]
    if not path.is_dir():
        raise NotADirectoryError("is a file, where a folder is needed")
