"""Writing a small file so that it is either the old one or the new one, whatever happens."""

from __future__ import annotations

import os
from pathlib import Path

from lamplighter.store.files.durable import sync


def replace_file(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Put a file in the place of what is there, durably and in one step.

    Two writers must not be at the same file at once.

    Raises:
        OSError: it can't be written; what was there is still there.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_CLOEXEC, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        give_to_owner(part, of=path.parent)
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    sync(path.parent)


def give_to_owner(path: Path, *, of: Path) -> None:
    """Give what root made in somebody's folder to the folder's owner, links not followed."""
    if os.geteuid() == 0:
        owner = of.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
