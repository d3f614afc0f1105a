"""Evaluated prompt starts, kept in memory and on disk so that each is evaluated once."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lamplighter.model.runtime.decoder import Snapshot

if TYPE_CHECKING:
    from lamplighter.model.runtime.decoder import Decoder

_DIGEST_BYTES = 32
_FORMAT = "lamplighter-prefix-1"


class Prefixes:
    """Snapshots of the cache after often-used prompt starts, the longest unused dropped first.

    A file is a SHA-256 followed by the raw numbers it is of. A file that is broken, or can't
    be written, costs an evaluation and nothing else.

    Args:
        model: what identifies the model; a file of another model is never read.
        folder: where files are kept; None keeps nothing on disk.
        max_bytes: in memory; the latest snapshot is kept even where it is larger.
        max_files: on disk.
    """

    def __init__(
        self,
        model: str,
        folder: Path | None,
        *,
        max_bytes: int = 32 * 1024 * 1024,
        max_files: int = 16,
    ) -> None:
        self._model = model
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_files = max_files
        self._kept: OrderedDict[tuple[int, ...], Snapshot] = OrderedDict()

    def restore(self, session: Decoder, tokens: Sequence[int]) -> bool:
        """Make the session hold exactly ``tokens``, without evaluating them.

        Returns:
            False where they have to be evaluated; the session is then empty.
        """
        key = tuple(tokens)
        if session.tokens[: len(key)] == list(key):
            session.truncate(len(key))
            return True
        snapshot = self._kept.get(key) or self._read(session, key)
        session.truncate(0)
        if snapshot is None:
            return False
        self._keep(snapshot)
        session.restore(snapshot)
        return True

    def save(self, session: Decoder) -> None:
        """Keep what the session holds now, in memory and on disk."""
        snapshot = session.snapshot()
        self._keep(snapshot)
        if self._folder is not None:
            with suppress(OSError):
                self._write(self._folder, snapshot)

    def _keep(self, snapshot: Snapshot) -> None:
        self._kept[snapshot.tokens] = snapshot
        self._kept.move_to_end(snapshot.tokens)
        while len(self._kept) > 1 and self._bytes() > self._max_bytes:
            self._kept.popitem(last=False)

    def _bytes(self) -> int:
        return sum(snapshot.cache.nbytes for snapshot in self._kept.values())

    def _read(self, session: Decoder, key: tuple[int, ...]) -> Snapshot | None:
        if self._folder is None:
            return None
        path = self._folder / self._file_name(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        digest, body = data[:_DIGEST_BYTES], memoryview(data)[_DIGEST_BYTES:]
        shape = session.snapshot_shape(len(key))
        if len(body) != 4 * int(np.prod(shape)) or hashlib.sha256(body).digest() != digest:
            return None
        return Snapshot(key, np.frombuffer(body, np.float32).reshape(shape))

    def _write(self, folder: Path, snapshot: Snapshot) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        body = np.ascontiguousarray(snapshot.cache).data.cast("B")
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(hashlib.sha256(body).digest())
                file.write(body)
            Path(name).replace(folder / self._file_name(snapshot.tokens))
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        self._drop_oldest(folder)

    def _drop_oldest(self, folder: Path) -> None:
        files = sorted(folder.glob("*.kv"), key=lambda path: path.stat().st_mtime)
        for path in files[: -self._max_files]:
            path.unlink(missing_ok=True)

    def _file_name(self, key: tuple[int, ...]) -> str:
        identity = f"{_FORMAT} {self._model} {' '.join(map(str, key))}"
        return hashlib.sha256(identity.encode()).hexdigest()[:32] + ".kv"
