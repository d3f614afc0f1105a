"""Names of files."""

from __future__ import annotations

from pathlib import Path

from lamplighter.store.place import Place


def test_quarantines_never_take_the_same_name(tmp_path: Path) -> None:
    place = Place(tmp_path)
    names = []
    for _ in range(3):
        path = place.quarantine(1_700_000_000.0)
        path.touch()
        path.with_name(f"{path.name}-wal").touch()
        path.with_name(f"{path.name}.schema").touch()
        names.append(path.name)
    assert names[0] == "lamplighter.db.corrupt-20231114T221320Z"
    assert len(set(names)) == 3
    assert [path.name for path in place.quarantined()] == names


def test_bytes_are_of_the_files_in_use(tmp_path: Path) -> None:
    place = Place(tmp_path)
    assert place.bytes_used() == 0
    place.database.write_bytes(b"1" * 10)
    place.wal.write_bytes(b"1" * 5)
    place.ballast.write_bytes(b"1" * 3)
    place.quarantine(0.0).write_bytes(b"1" * 100)
    assert place.bytes_used() == 18
