"""What the opening of a store is busy with, by its files alone: for whoever waits for it."""

from __future__ import annotations

from pathlib import Path

from lamplighter.store.files.place import Place


def phase_of(place: Place) -> str:
    """What is going on in words; safe to be asked from any thread while the store is opened.

    The files are only looked at: to open one here would drop SQLite's locks on it.
    """
    building = _mebibytes(place.building)
    stored = _mebibytes(place.database)
    if building is not None and stored is not None:
        return f"reading what is left of a damaged database: {building} of {stored} MiB so far"
    if building is not None:
        return "making a new database"
    if stored is None:
        return "opening the store"
    return f"opening the store of {stored} MiB"


def _mebibytes(path: Path) -> int | None:
    try:
        return path.stat().st_size >> 20
    except OSError:
        return None
