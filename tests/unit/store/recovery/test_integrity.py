"""The check in the background: damage is found and mended, and nobody is held up by it."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lamplighter.store.files.place import Place
from lamplighter.store.recovery.integrity import IntegrityCheck

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def fill(opened: Opened, rows: int = 3000) -> None:
    for number in range(rows):
        opened.put(f"t/{number}", b"x" * 1000)
        opened.store.history.add_text("log", float(number), "y" * 100)
    opened.wait(rows)
    opened.flush()
    opened.store.checkpoint().result(20)


def scramble(path: Path, offset: int) -> None:
    """From another process: a descriptor that is closed in this one would drop SQLite's locks."""
    code = f"f = open({str(path)!r}, 'r+b'); f.seek({offset}); f.write(b'\\xa5' * 4096)"
    subprocess.run([sys.executable, "-c", code], check=True)


def check_of(opened: Opened, damaged: Callable[[str], None], quick: float) -> IntegrityCheck:
    return IntegrityCheck(
        opened.store.place,
        damaged,
        monotonic=time.monotonic,
        quick_seconds=quick,
        pause_seconds=0.001,
    )


def always_interrupted(check: IntegrityCheck) -> None:
    """As where each table is large."""

    def interrupted(_connection: sqlite3.Connection, _table: str) -> str:
        return check._interrupted()

    check._quick_check = interrupted  # type: ignore[method-assign, assignment]


@pytest.mark.parametrize("quick", [5.0, 0.0])
def test_a_sound_database_is_found_sound(opened: Opened, quick: float) -> None:
    fill(opened)
    found: list[str] = []
    check = check_of(opened, found.append, quick)
    check.start()
    until(lambda: check.found().state != "checking")
    check.stop()
    assert check.found().state == "sound"
    assert check.found().tables > 10
    assert found == []


def test_all_rows_are_read_where_the_tables_are_large(opened: Opened) -> None:
    fill(opened)
    found: list[str] = []
    check = check_of(opened, found.append, 5.0)
    always_interrupted(check)
    check.start()
    until(lambda: check.found().state != "checking")
    check.stop()
    assert check.found().state == "sound"
    assert check.found().rows >= 6000


@pytest.mark.parametrize("own", [True, False], ids=["SQLite's check", "slices"])
def test_damage_is_found_in_a_page_of_rows(opened: Opened, own: bool) -> None:  # noqa: FBT001
    fill(opened)
    size = opened.store.place.bytes_stored()
    scramble(opened.store.place.database, size // 2 // 4096 * 4096)
    found: list[str] = []
    check = check_of(opened, found.append, 5.0)
    if not own:
        always_interrupted(check)
    check.start()
    until(lambda: bool(found))
    check.stop()
    assert check.found().state == "damaged"
    assert check.found().problem == found[0] != ""


def test_a_damaged_store_is_replaced_while_it_runs(open_store: Open) -> None:
    opened = open_store()
    fill(opened)
    opened.store.integrity.stop()
    scramble(opened.store.place.database, opened.store.place.bytes_stored() // 2 // 4096 * 4096)
    opened.store.integrity.start()
    until(lambda: bool(opened.replaced))
    until(lambda: opened.store.integrity.found().state == "sound")
    assert 2900 < opened.store.inbox.depth() < 3000
    opened.put("after")
    opened.wait(3001)


def test_a_start_has_it_checked(open_store: Open, tmp_path: Path) -> None:
    first = open_store()
    fill(first, 10)
    until(lambda: first.store.integrity.found().state == "sound")
    first.store.stop()
    again = open_store()
    until(lambda: again.store.health().integrity.state == "sound")
    assert Place(tmp_path).quarantined() == []


def test_it_ends_at_once_when_told_to(opened: Opened) -> None:
    fill(opened)
    check = check_of(opened, lambda _: None, 5.0)
    check._pause_seconds = 30.0
    always_interrupted(check)
    check.start()
    began = time.monotonic()
    stopper = threading.Thread(target=check.stop)
    stopper.start()
    stopper.join(20)
    assert not stopper.is_alive()
    assert time.monotonic() - began < 20
    assert check.found().state == "unfinished"
