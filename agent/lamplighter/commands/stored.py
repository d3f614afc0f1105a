"""Reading what a daemon keeps, while it runs or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lamplighter.store.store import Store, open_for_reading


@contextmanager
def stored_in(folder: Path) -> Iterator[Store]:
    """The store in a folder, read only.

    Raises:
        StoreError: there is none, or it can't be read.
    """
    store = open_for_reading(folder)
    try:
        yield store
    finally:
        store.readers.close()
