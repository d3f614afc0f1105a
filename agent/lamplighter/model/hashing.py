"""Hashes of files: what a recipe pins and a manifest lists."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from lamplighter.errors import ModelError


def sha256_of(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal digits.

    Raises:
        ModelError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelError(path.name, str(error)) from error


def sha256_of_files(folder: Path, files: Iterable[Path]) -> str:
    """Return one SHA-256 for some files of a folder.

    It is that of the lines ``HASH  NAME`` that sha256sum prints for them in the folder, sorted by
    name as bytes, so that ``LC_ALL=C sha256sum NAMES | sha256sum`` gives the same.

    Raises:
        ModelError: one can't be read.
    """
    names = sorted(path.relative_to(folder).as_posix() for path in files)
    lines = "".join(f"{sha256_of(folder / name)}  {name}\n" for name in names)
    return hashlib.sha256(lines.encode()).hexdigest()
