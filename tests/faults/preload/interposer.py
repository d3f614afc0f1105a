"""The library that stands between a process and the disk: built, loaded, given orders."""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import subprocess
from contextlib import contextmanager
from enum import IntFlag
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = Path(__file__).with_name("preload.c")
_ORDERS = struct.Struct("<iiqqqq64s")
_EVER = -1


class Call(IntFlag):
    """Calls that can be made to fail."""

    WRITE = 1
    SYNC = 2
    OPEN = 4
    """Opening for writing."""
    TRUNCATE = 8
    NAME = 16
    """Renaming and deleting."""
    READ = 32


def find_compiler() -> str | None:
    """A C compiler, or None."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(folder: Path) -> Path:
    """Compiles the library into a folder; a compiler must be there."""
    compiler = find_compiler()
    assert compiler is not None
    library = folder / "preload.so"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(SOURCE), "-ldl", "-lpthread"],
        check=True,
        capture_output=True,
    )
    return library


class Interposer:
    """Environment of a process under the library, and the orders that it has.

    Args:
        library: as built.
        folder: whose files are meant.
        control: a file for the orders; made anew.
        record: where the record goes, or None.
        sockets: True to record what TCP connections carry, too.
    """

    def __init__(
        self,
        library: Path,
        folder: Path,
        control: Path,
        *,
        record: Path | None = None,
        sockets: bool = False,
    ) -> None:
        control.write_bytes(bytes(mmap.PAGESIZE))
        with control.open("r+b") as file:
            self._orders = mmap.mmap(file.fileno(), mmap.PAGESIZE)
        self.environment = {
            "LD_PRELOAD": str(library),
            "PRELOAD_FOLDER": str(folder),
            "PRELOAD_CONTROL": str(control),
        }
        if record is not None:
            self.environment["PRELOAD_RECORD"] = str(record)
        if sockets:
            self.environment["PRELOAD_SOCKETS"] = "1"

    def fail(
        self, calls: Call, error: int, *, skip: int = 0, times: int = _EVER, suffix: str = ""
    ) -> None:
        """Makes calls fail from now on.

        Args:
            calls: which.
            error: the errno.
            skip: so many go well before.
            times: so many fail; below 0: all until :meth:`heal`.
            suffix: what the names of the files end with.
        """
        clock = self._read()[5]
        self.heal()
        name = suffix.encode()
        _ORDERS.pack_into(self._orders, 0, 0, error, skip, times, 0, clock, name)
        # Last, so that no call sees half an order.
        struct.pack_into("<i", self._orders, 0, int(calls))

    def heal(self) -> int:
        """Lets all go well again; returns how many calls failed."""
        struct.pack_into("<i", self._orders, 0, 0)
        return self.hits

    @property
    def hits(self) -> int:
        """How many calls failed since :meth:`fail`."""
        return int(self._read()[4])

    def step_clock(self, seconds: float) -> None:
        """Sets the wall clock that the process sees apart from the real one."""
        struct.pack_into("<q", self._orders, 32, int(seconds * 1e9))

    @contextmanager
    def failing(self, calls: Call, error: int, *, suffix: str = "") -> Iterator[None]:
        """Lets calls fail for a while."""
        self.fail(calls, error, suffix=suffix)
        try:
            yield
        finally:
            self.heal()

    def around(self) -> dict[str, str]:
        """The whole environment for a process."""
        return {**os.environ, **self.environment}

    def _read(self) -> tuple[int, ...]:
        """Calls, error, skip, times, hits, clock."""
        return _ORDERS.unpack_from(self._orders)[:6]
