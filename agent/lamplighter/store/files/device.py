"""What an error of the operating system means for a store: whether it may pass by itself."""

from __future__ import annotations

import errno
from pathlib import Path

from lamplighter.errors import StoreDeviceError, StoreError, StoreFullError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
# Others, such as a missing permission, stay until somebody mends them.
_DEVICE = frozenset(
    {
        errno.EIO,
        errno.EROFS,
        errno.ENXIO,
        errno.ENODEV,
        errno.ENOMEDIUM,
        errno.ESTALE,
        errno.ESHUTDOWN,
        errno.ETIMEDOUT,
        errno.EREMOTEIO,
        errno.EUCLEAN,
    }
)


def refusal(path: Path, error: OSError) -> StoreError:
    """The store's error for one of the operating system, about a file or folder of the store."""
    if error.errno in _FULL:
        return StoreFullError(path, str(error))
    if error.errno in _DEVICE:
        return StoreDeviceError(path, str(error))
    return StoreError(path, str(error))
