"""Hashes of files: what a recipe pins and a manifest lists."""

from __future__ import annotations

import hashlib
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
