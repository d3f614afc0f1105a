"""Evaluated prompt starts, kept in memory and on disk so that each is evaluated once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.runtime.decoder import Snapshot

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lamplighter.model.runtime.decoder import Decoder

_DIGEST_BYTES = 32
_PORTION_BYTES = 2 * 1024 * 1024
_FORMAT = "lamplighter-prefix-1"
# What stays free for messages: they are kept on the same disk, and prefixes can be made again.
RESERVE = 64 * 1024 * 1024


class Prefixes:
    """Snapshots of the cache after often-used prompt starts, the longest unused dropped first.

    A file is a SHA-256 followed by the raw numbers it is of. A file that is broken, or can't
    be written, costs an evaluation and nothing else.

    Args:
        model: what identifies the model; a file of another model is never read.
        folder: where files are kept; None keeps nothing on disk.
        max_bytes: in memory; the latest snapshot is kept even where it is larger.
        max_files: on disk.
        reserve: bytes that stay free on the disk; a prefix that would take of them is not kept.
    """

    def __init__(
        self,
        model: str,
        folder: Path | None,
        *,
        max_bytes: int = 32 * 1024 * 1024,
        max_files: int = 16,
        reserve: int = RESERVE,
    ) -> None:
        self._model = model
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._reserve = reserve
        self._swept = False
        self._kept: OrderedDict[tuple[int, ...], Snapshot] = OrderedDict()

    def restore(self, session: Decoder, tokens: Sequence[int]) -> Generator[str, None, bool]:
        """Make the session hold exactly ``tokens``, without evaluating them.

        Yields between two portions of a file, so that its caller can do something more urgent.

        Returns:
            False where they have to be evaluated; the session is then empty.
        """
        key = tuple(tokens)
        if session.tokens[: len(key)] == list(key):
            session.truncate(len(key))
            return True
        snapshot = self._kept.get(key)
        if snapshot is None:
            snapshot = yield from self._read(session, key)
        session.truncate(0)
        if snapshot is None:
            return False
        self._keep(snapshot)
        session.restore(snapshot)
        return True

    def beginning(self, tokens: Sequence[int]) -> Snapshot | None:
        """Return what is kept in memory of the longest prefix that ``tokens`` begin with."""
        fitting = [key for key in self._kept if tuple(tokens[: len(key)]) == key]
        return self._kept[max(fitting, key=len)] if fitting else None

    def save(self, session: Decoder) -> Generator[str, None, None]:
        """Keep what the session holds now, in memory and on disk; yields as ``restore`` does."""
        snapshot = session.snapshot()
        self._keep(snapshot)
        if self._folder is not None:
            with suppress(OSError):
                yield from self._write(self._folder, snapshot)

    def _keep(self, snapshot: Snapshot) -> None:
        self._kept[snapshot.tokens] = snapshot
        self._kept.move_to_end(snapshot.tokens)
        while len(self._kept) > 1 and self._bytes() > self._max_bytes:
            self._kept.popitem(last=False)

    def _bytes(self) -> int:
        return sum(snapshot.cache.nbytes for snapshot in self._kept.values())

    def _read(
        self, session: Decoder, key: tuple[int, ...]
    ) -> Generator[str, None, Snapshot | None]:
        if self._folder is None:
            return None
        shape = session.snapshot_shape(len(key))
        cache = np.empty(shape, np.float32)
        path = self._folder / self._file_name(key)
        try:
            with path.open("rb") as file:
                digest, found = file.read(_DIGEST_BYTES), hashlib.sha256()
                for portion in _portions(cache):
                    if file.readinto(portion) != len(portion):
                        return None
                    found.update(portion)
                    yield ""
                if file.read(1) or found.digest() != digest:
                    return None
            os.utime(path)
        except OSError:
            return None
        return Snapshot(key, cache)

    def _write(self, folder: Path, snapshot: Snapshot) -> Generator[str, None, None]:
        folder.mkdir(parents=True, exist_ok=True)
        if not self._swept:  # of what a run left that was killed while it wrote
            self._swept = True
            for part in folder.glob("*.part"):
                part.unlink(missing_ok=True)
        disk = os.statvfs(folder)
        if disk.f_bavail * disk.f_frsize < snapshot.cache.nbytes + self._reserve:
            return
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(bytes(_DIGEST_BYTES))
                found = hashlib.sha256()
                for portion in _portions(np.ascontiguousarray(snapshot.cache)):
                    found.update(portion)
                    file.write(portion)
                    yield ""
                file.seek(0)
                file.write(found.digest())
            Path(name).replace(folder / self._file_name(snapshot.tokens))
        finally:  # interrupted for good, or the disk is full
            Path(name).unlink(missing_ok=True)
        self._drop_oldest(folder)

    def _drop_oldest(self, folder: Path) -> None:
        files = sorted(folder.glob("*.kv"), key=lambda path: path.stat().st_mtime)
        for path in files[: -self._max_files]:
            path.unlink(missing_ok=True)

    def _file_name(self, key: tuple[int, ...]) -> str:
        identity = f"{_FORMAT} {self._model} {' '.join(map(str, key))}"
        return hashlib.sha256(identity.encode()).hexdigest()[:32] + ".kv"


def _portions(cache: NDArray[np.float32]) -> list[memoryview]:
    """Return the bytes of an array in portions of a few milliseconds each."""
    body = cache.data.cast("B")
    return [body[start : start + _PORTION_BYTES] for start in range(0, len(body), _PORTION_BYTES)]
