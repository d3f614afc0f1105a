"""Names of files."""

from __future__ import annotations

from pathlib import Path

from lamplighter.store.files.place import Place


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


def test_bytes_are_of_all_files_of_the_store(tmp_path: Path) -> None:
    place = Place(tmp_path / "store")
    assert place.bytes_used() == 0
    place.prefixes.mkdir(parents=True)
    for path, size in (
        (place.database, 10),
        (place.wal, 5),
        (place.ballast, 3),
        (place.quarantine(0.0), 100),
        (place.building, 40),
        (place.prefixes / "a.kv", 1000),
        (place.prefixes / "b.part", 2000),
        (place.folder / "somebody-elses", 50_000),
    ):
        path.write_bytes(b"1" * size)
    assert place.bytes_used() == 3158
    assert place.bytes_cached() == 3000
    assert place.bytes_beside() == 3003
    assert (place.bytes_stored(), place.bytes_logged()) == (10, 5)
