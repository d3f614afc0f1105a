"""Where the files of ``config/`` are found: in a clone, or where the package is installed."""

from __future__ import annotations

import sys
from pathlib import Path


def shipped_folders(name: str, environment: Path = Path(sys.prefix)) -> list[Path]:
    """The folders that files of ``config/<name>`` are looked up in, in order; some may not exist.

    Args:
        name: ``models`` or ``faults``.
        environment: the Python environment that the package is installed in.
    """
    source_tree = Path(__file__).resolve().parents[2]
    return [
        source_tree / "config" / name,
        environment / "share" / "lamplighter" / "config" / name,
    ]
