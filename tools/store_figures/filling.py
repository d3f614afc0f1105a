"""Rows that wait in the outbox before anything is measured."""

from __future__ import annotations

import sqlite3
from functools import partial

from tools.store_figures.conditions import TOPIC, payload

from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.store import Store

_CHUNK = 20_000


def fill(store: Store, rows: int) -> None:
    """Puts so many readings in, and returns when they are on disk and out of the log."""
    for first in range(0, rows, _CHUNK):
        store.submit(partial(_put, store, range(first, min(rows, first + _CHUNK)))).result()
    store.checkpoint().result()


def _put(store: Store, numbers: range, connection: sqlite3.Connection) -> None:
    for number in numbers:
        store.outbox.insert(connection, Publication(TOPIC, payload(number)), Lane.TELEMETRY)
