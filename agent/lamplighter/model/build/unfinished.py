"""What an unfinished build leaves for the next one of the same kind."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "unfinished-"


@contextmanager
def kept_until_done(cache: Path, key: str) -> Iterator[Path]:
    """Yield a folder that outlives a build that fails or is killed, and goes with one that ends.

    Of all unfinished builds the cache keeps one: what others left is removed, unless they run.

    Args:
        cache: is made where it is not there.
        key: the same for builds that can go on with what another has left.

    Raises:
        OSError: the folder can't be made.
    """
    folder = cache / f"{_PREFIX}{key}"
    folder.mkdir(parents=True, exist_ok=True)
    for other in cache.glob(f"{_PREFIX}*"):
        if other != folder:
            _remove_if_idle(other)
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield folder
        shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def _remove_if_idle(folder: Path) -> None:
    try:
        handle = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:  # its build has just ended
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        pass  # it runs
    finally:
        os.close(handle)
