"""Snapshots: JSON by name, kept from one run to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_the_last_snapshot_of_a_name_is_kept(open_store: Open) -> None:
    first = open_store()
    for name, data in (("alarm/a", 1), ("alarm/b", {"x": [1]}), ("other", None), ("alarm/a", 2)):
        first.store.snapshots.put(name, data)
    first.store.snapshots.remove("alarm/c")
    first.store.stop()
    snapshots = open_store().store.snapshots
    assert snapshots.starting_with("alarm/") == {"alarm/a": 2, "alarm/b": {"x": [1]}}
    assert snapshots.get("alarm/b") == {"x": [1]}
    assert snapshots.get("nothing") is None


def test_a_removed_snapshot_is_gone(opened: Opened) -> None:
    opened.store.snapshots.put("a", 1)
    opened.flush()
    opened.store.snapshots.remove("a")
    opened.flush()
    assert opened.store.snapshots.get("a") is None


def test_odd_names_hurt_nothing(opened: Opened) -> None:
    opened.store.snapshots.put("odd \ud800", 1)
    opened.flush()
    assert opened.store.snapshots.starting_with("odd") == {"odd \\ud800": 1}
    with pytest.raises(TypeError):
        opened.store.snapshots.put("a", object())
