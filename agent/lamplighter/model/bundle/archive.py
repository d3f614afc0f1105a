"""A model as one file: a plain tar (ustar), the manifest first, then its signature, then the rest.

Anybody can look into it with tar. Reading it is stricter than tar is: the manifest says which
files follow and how long each is, and whatever is not exactly that is refused before it is
written: links, devices, paths, other names, extended headers, more or fewer bytes.
"""

from __future__ import annotations

import hashlib
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from lamplighter.errors import ModelError
from lamplighter.model.bundle import manifest as files
from lamplighter.model.bundle import signing
from lamplighter.model.bundle.manifest import FileEntry, Manifest

LARGEST = 8 << 30
_BLOCK = 512
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Announced:
    """How a packed model begins.

    Attributes:
        manifest: its manifest, as it is written; not checked against anything.
        signature: its signature, likewise; None where it has none.
        parsed: the manifest, read.
    """

    manifest: bytes
    signature: bytes | None
    parsed: Manifest


def pack(folder: Path, file: Path) -> Manifest:
    """Write a model into one file, replacing what is there; its record of gates stays behind.

    The same model gives the same bytes, wherever and whenever it is packed.

    Raises:
        ModelError: the model is altered or can't be read, or the file can't be written.
    """
    manifest = files.verify(folder)
    names = [files.MANIFEST]
    if (folder / files.SIGNATURE).exists():
        names.append(files.SIGNATURE)
    part = file.with_name(f".{file.name}.part")
    try:
        with part.open("wb") as target:
            for name in (*names, *sorted(manifest.files)):
                _add(target, folder / name, name)
            target.write(bytes(2 * _BLOCK))
            target.flush()
            os.fsync(target.fileno())
        part.replace(file)
    except (OSError, ValueError) as error:
        part.unlink(missing_ok=True)
        raise ModelError(str(file), f"can't be packed: {error}") from error
    return manifest


def unpack(
    file: Path,
    folder: Path,
    accept: Callable[[Announced], None],
    *,
    progress: Callable[[float], None] = lambda _share: None,
) -> Announced:
    """Write a packed model's files into a folder, and check each hash meanwhile.

    Args:
        file: the packed model.
        folder: exists, and is empty.
        accept: called with the manifest and the signature, before anything is written; raises
            ModelError where that is not to go on (no room, a signature that does not fit).
        progress: called with the share that is written.

    Returns:
        What ``accept`` was called with.

    Raises:
        ModelError: it is no packed model, or not the one its manifest describes; what was
            written so far is left to the caller.
        OSError: the folder can't be written.
    """
    with _opened(file) as source:
        reader = _Reader(source, str(file))
        announced = _announced(reader)
        accept(announced)
        (folder / files.MANIFEST).write_bytes(announced.manifest)
        if announced.signature is not None:
            (folder / files.SIGNATURE).write_bytes(announced.signature)
        left = dict(announced.parsed.files)
        total, done = max(1, announced.parsed.bytes), 0
        while (member := reader.member()) is not None:
            entry = left.pop(member.name, None)
            if entry is None:
                raise reader.refused(f"holds {member.name!r}, which its manifest does not list")
            reader.write(member, entry, folder / member.name)
            done += entry.bytes
            progress(done / total)
        if left:
            raise reader.refused(f"lacks {', '.join(sorted(left))}")
    return announced


def announced_in(file: Path) -> Announced:
    """Return how a packed model begins.

    Raises:
        ModelError: it is no packed model.
    """
    with _opened(file) as source:
        return _announced(_Reader(source, str(file)))


@contextmanager
def _opened(file: Path) -> Iterator[IO[bytes]]:
    try:
        source = file.open("rb")
    except OSError as error:
        raise ModelError(str(file), f"can't be read: {error}") from error
    with source:
        yield source


def _add(target: IO[bytes], path: Path, name: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = path.stat().st_size
    info.mode = 0o644
    target.write(info.tobuf(tarfile.USTAR_FORMAT, "ascii", "strict"))
    with path.open("rb") as source:
        left = info.size
        while left and (chunk := source.read(min(_CHUNK, left))):
            target.write(chunk)
            left -= len(chunk)
    if left:
        raise ValueError(f"{name} became shorter meanwhile")
    target.write(bytes(-info.size % _BLOCK))


def _announced(reader: _Reader) -> Announced:
    first = reader.member()
    if first is None or first.name != files.MANIFEST:
        raise reader.refused("is no packed model (its first file is not manifest.json)")
    raw = reader.small(first, files.LARGEST)
    parsed = files.parse_manifest(raw, reader.name)
    if parsed.bytes > LARGEST:
        raise reader.refused(f"would take {parsed.bytes} bytes; at most {LARGEST} can be unpacked")
    signature = None
    if reader.next_name() == files.SIGNATURE:
        second = reader.member()
        assert second is not None, "its name was seen"
        signature = reader.small(second, signing.LARGEST)
    return Announced(raw, signature, parsed)


class _Reader:
    """Reads the members of a tar one after the other; only plain files are members.

    ``tarfile`` itself is not used to read: it follows extended headers, whose length is the
    sender's to say, and keeps them in memory.
    """

    def __init__(self, source: IO[bytes], name: str) -> None:
        self.name = name
        self._source = source
        self._next: tarfile.TarInfo | None = None

    def refused(self, reason: str) -> ModelError:
        return ModelError(self.name, reason)

    def next_name(self) -> str:
        """Return the next member's name; "" at the end."""
        if self._next is None:
            self._next = self._header()
        return self._next.name if self._next is not None else ""

    def member(self) -> tarfile.TarInfo | None:
        """Return the next member, whose content has to be read then; None at the end."""
        found = self._next or self._header()
        self._next = None
        return found

    def small(self, member: tarfile.TarInfo, most: int) -> bytes:
        """Return a member's content."""
        if member.size > most:
            raise self.refused(f"{member.name} is too large")
        return b"".join(self._content(member))

    def write(self, member: tarfile.TarInfo, entry: FileEntry, path: Path) -> None:
        """Write a member's content, if it is exactly what the manifest lists."""
        if member.size != entry.bytes:
            raise self.refused(f"{member.name} has not the length that the manifest lists")
        path.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        # "x": where a name stands for a file already (whatever its case), nothing is overwritten.
        with path.open("xb") as target:
            for chunk in self._content(member):
                digest.update(chunk)
                target.write(chunk)
        if digest.hexdigest() != entry.sha256:
            raise self.refused(f"{member.name} is not the file that the manifest lists")

    def _header(self) -> tarfile.TarInfo | None:
        block = self._exactly(_BLOCK)
        if block == bytes(_BLOCK):
            return None
        try:
            member = tarfile.TarInfo.frombuf(block, "ascii", "strict")
        except (tarfile.HeaderError, ValueError) as error:
            raise self.refused(f"is no packed model: {error}") from error
        if member.type != tarfile.REGTYPE:
            raise self.refused(f"{member.name!r} is no plain file")
        if member.size < 0:
            raise self.refused(f"{member.name!r} has no length")
        return member

    def _content(self, member: tarfile.TarInfo) -> Iterator[bytes]:
        left = member.size
        while left:
            chunk = self._exactly(min(_CHUNK, left))
            left -= len(chunk)
            yield chunk
        self._exactly(-member.size % _BLOCK)

    def _exactly(self, count: int) -> bytes:
        try:
            found = self._source.read(count)
        except OSError as error:
            raise self.refused(f"can't be read: {error}") from error
        if len(found) != count:
            raise self.refused("is cut off")
        return found
