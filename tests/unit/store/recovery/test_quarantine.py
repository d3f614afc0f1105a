"""Damaged databases that were put aside: bounded by number and bytes, and accounted for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lamplighter.store.files.place import Place
from lamplighter.store.records.ledger import Loss
from lamplighter.store.recovery.quarantine import Quarantine

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

MIB = 1 << 20


def put_aside(place: Place, day: int, size: int) -> Path:
    path = place.quarantine(day * 86400.0)
    path.write_bytes(bytes(size))
    for suffix in ("-wal", ".schema"):
        path.with_name(f"{path.name}{suffix}").write_bytes(bytes(1000))
    return path


def losses(opened: Opened) -> list[Loss]:
    return [each for each in opened.store.ledger.losses() if each.lane == "store"]


def test_the_newest_three_are_kept(tmp_path: Path) -> None:
    place = Place(tmp_path)
    paths = [put_aside(place, day, 10) for day in range(5)]
    dropped = Quarantine(place, 64 * MIB).trim()
    assert [each.path for each in dropped] == paths[:2]
    assert [each.bytes for each in dropped] == [2010, 2010]
    assert place.quarantined() == paths[2:]
    assert not list(tmp_path.glob(f"{paths[0].name}*"))


def test_they_fit_into_what_is_left(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.database.write_bytes(bytes(5 * MIB))
    paths = [put_aside(place, day, 2 * MIB) for day in range(3)]
    quarantine = Quarantine(place, 8 * MIB)
    assert [each.path for each in quarantine.trim()] == paths[:2]
    place.database.write_bytes(bytes(7 * MIB))
    assert [each.reason for each in quarantine.trim()] == ["no room"]
    assert place.quarantined() == []


def test_what_is_deleted_at_the_start_is_in_the_ledger(open_store: Open, tmp_path: Path) -> None:
    place = Place(tmp_path)
    paths = [put_aside(place, day, 10) for day in range(4)]
    opened = open_store()
    (loss,) = losses(opened)
    assert (loss.topic, loss.bytes, loss.reason) == (paths[0].name, 2010, "evicted")
    assert "too many" in loss.detail


@pytest.mark.parametrize("size", [6, 10])
def test_they_give_way_to_messages(open_store: Open, tmp_path: Path, size: int) -> None:
    place = Place(tmp_path)
    put_aside(place, 1, size * MIB)
    opened = open_store(max_bytes=16 * MIB)
    assert len(place.quarantined()) == 1
    for number in range(400):
        opened.put(f"t/{number}", b"x" * 20_000)
        opened.wait(number + 1)
        assert opened.store.bytes_used() < 18 * MIB
    assert place.quarantined() == []
    (loss,) = losses(opened)
    assert loss.bytes == size * MIB + 2000
    assert opened.store.inbox.depth() == 400


def test_replaced_databases_are_no_damage_but_count(tmp_path: Path) -> None:
    place = Place(tmp_path)
    names = []
    for day in range(4):
        path = (place.set_aside if day % 2 else place.quarantine)(day * 86400.0)
        path.write_bytes(b"x")
        names.append(path)
    assert (place.quarantined(), place.replaced()) == (names[::2], names[1::2])
    assert place.aside() == names
    assert [each.path for each in Quarantine(place, 8 * MIB).trim()] == names[:1]
    assert place.bytes_aside() == 3
