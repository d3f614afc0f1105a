"""What a folder is on: the kind of file system, how it is mounted, and the device below it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_BLOCKS = Path("/sys/dev/block")
_VOLATILE = frozenset({"tmpfs", "ramfs", "devtmpfs"})
_REMOTE = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs"})
_FAT = frozenset({"vfat", "msdos", "exfat", "fat"})


@dataclass(frozen=True, slots=True)
class FileSystem:
    """A mounted file system.

    Attributes:
        kind: such as ``ext4``.
        mounted_at: where.
        options: of the mount and of the file system.
        device: major and minor number, such as ``179:2``.
    """

    kind: str
    mounted_at: Path
    options: frozenset[str]
    device: str

    @property
    def volatile(self) -> bool:
        """What is on it is gone with the power."""
        return self.kind in _VOLATILE

    @property
    def remote(self) -> bool:
        """It is another machine's."""
        return self.kind in _REMOTE

    @property
    def fat(self) -> bool:
        """It has no journal, and no permissions."""
        return self.kind in _FAT

    @property
    def overlay(self) -> bool:
        """It is a container's own layer."""
        return self.kind in {"overlay", "aufs"}

    @property
    def careless(self) -> bool:
        """It was told not to wait for the disk."""
        return bool(self.options & {"nobarrier", "barrier=0", "data=writeback"})


def nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that is there."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def file_system_of(path: Path, mounts: Path = _MOUNTS) -> FileSystem | None:
    """What a path is on, or would be; None where that can't be told."""
    try:
        place = Path(os.path.realpath(nearest(path)))
        text = mounts.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    best: FileSystem | None = None
    for line in text.splitlines():
        found = _parse(line)
        # Of several on one place, the last one mounted is seen.
        if found is not None and place.is_relative_to(found.mounted_at):
            deeper = best is None or len(found.mounted_at.parts) >= len(best.mounted_at.parts)
            best = found if deeper else best
    return best


def on_sd_card(found: FileSystem, blocks: Path = _BLOCKS) -> bool:
    """Whether the device below is an SD card or eMMC."""
    try:
        name = (blocks / found.device).resolve().name
    except OSError:
        return False
    return name.startswith("mmcblk")


def _parse(line: str) -> FileSystem | None:
    """A line of ``mountinfo``; see proc(5)."""
    before, _, after = line.partition(" - ")
    fields, rest = before.split(" "), after.split(" ")
    if len(fields) < 6 or len(rest) < 3:
        return None
    where = re.sub(r"\\([0-7]{3})", lambda found: chr(int(found[1], 8)), fields[4])
    options = frozenset(fields[5].split(",")) | frozenset(rest[2].split(","))
    return FileSystem(rest[0], Path(where), options, fields[2])
