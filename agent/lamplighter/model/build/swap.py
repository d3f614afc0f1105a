"""Putting a built folder in the place of the one that is there, in one step."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

from lamplighter.store.files.durable import sync

# Values of Linux's fcntl.h and of renameat2(2).
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2


def put_in_place(made: Path, target: Path, spare: Path) -> None:
    """Make ``target`` the folder that was made; what was there lies in ``made`` or ``spare``.

    The two folders change places in one step, so that at every moment there is a whole one. Where
    the file system can't do that, the old one is moved to ``spare`` first: see ``restore``.

    Args:
        made: the new folder, in the same file system as the others.
        target: where it belongs; need not be there.
        spare: a free name.

    Raises:
        OSError: a file can't be written through to the disk, or a folder not be renamed.
    """
    for path in (*made.rglob("*"), made):
        sync(path)
    if not target.exists():
        made.rename(target)
    elif not exchange(made, target):
        target.rename(spare)
        made.rename(target)
    sync(target.parent)


def restore(target: Path, spare: Path) -> None:
    """Bring back what ``put_in_place`` had moved to ``spare`` when it was killed.

    Raises:
        OSError: the folder can't be renamed.
    """
    if spare.exists() and not target.exists():
        spare.rename(target)


def exchange(one: Path, other: Path) -> bool:
    """Let two paths change places; return False where the system or file system can't do that."""
    try:
        renameat2 = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):  # a C library without it
        return False
    paths = (os.fsencode(one), os.fsencode(other))
    failed = renameat2(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], ctypes.c_uint(_RENAME_EXCHANGE))
    return not failed
