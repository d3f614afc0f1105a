"""Reading what a daemon keeps, while it runs or not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lamplighter.errors import StoreKeyError
from lamplighter.store.encryption.keys import seals_of
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.settings import Store as Settings
from lamplighter.store.store import Store, open_for_reading


@contextmanager
def stored_in(settings: Settings) -> Iterator[Store]:
    """The store that these settings describe, read only.

    Where its key is not to be had (it is the service's alone), all the rest can be read, and
    reading what is encrypted raises StoreKeyError.

    Raises:
        StoreError: there is none, or it can't be read.
    """
    store = open_for_reading(settings.path, _seals(settings))
    try:
        yield store
    finally:
        store.readers.close()


def _seals(settings: Settings) -> Seals | None:
    try:
        return seals_of(settings.encryption)
    except StoreKeyError:
        return None
