"""Old databases are brought up to date with all that is in them; current ones cost nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lamplighter.plugin import Publication
from lamplighter.store.migrations import CURRENT, migrate, version_of
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.commands import Progress
from lamplighter.store.records.history import Point, TextPoint
from lamplighter.store.store import Store

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open

DATABASES = Path(__file__).parent / "databases"


def memory() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def shape(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    return {
        (name, " ".join(sql.split()))
        for name, sql in connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
        )
    }


def make_old(folder: Path, version: int) -> Path:
    path = folder / "lamplighter.db"
    connection = sqlite3.connect(path)
    connection.executescript((DATABASES / f"version_{version}.sql").read_text())
    connection.close()
    return path


def test_a_new_database_gets_all_steps() -> None:
    connection = memory()
    assert version_of(connection) is None
    assert migrate(connection, 1.0) == CURRENT
    assert version_of(connection) == CURRENT
    assert migrate(connection, 2.0) == 0


@pytest.mark.parametrize("version", range(1, CURRENT))
def test_an_old_database_gets_the_shape_of_a_new_one(version: int) -> None:
    fresh, old = memory(), memory()
    migrate(fresh, 1.0)
    old.executescript((DATABASES / f"version_{version}.sql").read_text())
    assert version_of(old) == version
    assert migrate(old, 1.0) == CURRENT - version
    assert shape(old) == shape(fresh)


def test_every_released_version_has_a_database() -> None:
    found = {path.name for path in DATABASES.glob("version_*.sql")}
    assert found == {f"version_{version}.sql" for version in range(1, CURRENT)}


def test_a_database_of_version_1_keeps_its_messages(tmp_path: Path, open_store: Open) -> None:
    make_old(tmp_path, 1)
    store = open_store().store
    (row,) = store.inbox.pending()
    assert (row.id, row.received.message.payload) == (5, b"\x00\xff")
    assert row.received.message.response_topic == "answer"
    command, alarm = store.outbox.due(10, now=1.7e9)
    assert command.publication == Publication("light/set", b"ON", expires_at=1700009999.0)
    assert (command.lane, command.command, command.attempts) == (Lane.COMMANDS, "key-1", 2)
    assert (alarm.lane, alarm.publication.retain) == (Lane.ALARMS, True)
    assert store.commands.begin("key-1", 1700000005.0, 60).progress is Progress.FINISHED
    assert store.ledger.totals() == {"commands": {"expired": 3}}
    assert store.dead_letters.latest()[0].reason == "no JSON"
    assert store.outbox.put(Publication("t", b""), Lane.STATES).result(20) == 9


def test_a_database_of_version_2_keeps_its_home(tmp_path: Path, open_store: Open) -> None:
    make_old(tmp_path, 2)
    store = open_store().store
    assert store.states.all()["light.a"].attributes == {"brightness": 12}
    assert store.announcements.all()[0].topic == "homeassistant/light/a/config"
    assert store.history.last("sensor.a") == Point(1.7e9, 21.5)
    assert store.history.last_text("sensor.a") == TextPoint(1.7e9, "open")


def test_a_database_of_version_3_keeps_its_records(tmp_path: Path, open_store: Open) -> None:
    make_old(tmp_path, 3)
    store = open_store().store
    assert store.alarms.active()[0].data == {"value": 92}
    assert store.reports.latest()[0].text == "The pump is hot."
    assert store.audit.latest()[0].action == "turn_on"
    assert store.schedule.waiting()[0].text == "lights off"


def test_a_database_of_version_4_counts_what_waits(tmp_path: Path, open_store: Open) -> None:
    path = make_old(tmp_path, 4)
    assert open_store().store.snapshots.get("presence") == {"a": 1}
    with sqlite3.connect(path) as connection:
        counted = connection.execute("SELECT * FROM lane_counts ORDER BY lane").fetchall()
        assert (
            counted
            == connection.execute(
                "SELECT link, lane, count(*), sum(length(payload) + length(topic)) FROM outbox"
                " GROUP BY link, lane ORDER BY lane"
            ).fetchall()
        )
    assert len(counted) == 2


def test_a_database_of_version_5_keeps_its_schedule(tmp_path: Path, open_store: Open) -> None:
    make_old(tmp_path, 5)
    store = open_store().store
    assert "boot-1" in [each.boot for each in store.schedule.waiting()]
    assert store.orders.all() == []


def test_a_database_of_version_6_keeps_its_orders(tmp_path: Path, open_store: Open) -> None:
    make_old(tmp_path, 6)
    store = open_store().store
    assert [each.data for each in store.orders.all()] == [{"text": "when it is dark"}]
    assert store.episodes.latest() == []


def test_the_steps_taken_are_reported(tmp_path: Path) -> None:
    make_old(tmp_path, 1)
    store = Store(
        tmp_path,
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    report = store.start()
    store.stop()
    assert (report.migrated, report.reason, report.created) == (CURRENT - 1, "", False)


def test_a_damaged_old_database_is_salvaged_and_migrated(tmp_path: Path) -> None:
    path = make_old(tmp_path, 1)
    with path.open("r+b") as file:
        file.seek(-4096, 2)
        file.write(b"\xff" * 4096)
    store = Store(
        tmp_path,
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    report = store.start()
    assert report.quarantined is not None
    assert report.migrated == CURRENT - 1
    assert report.salvaged["outbox"] == 2
    assert store.states.all() == {}
    store.stop()


def test_a_step_that_fails_leaves_the_database_as_it_was(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from lamplighter.store.migrations import m0002_home

    def fail(database: object) -> None:
        database.execute("CREATE TABLE half (x)")  # type: ignore[attr-defined]
        raise sqlite3.OperationalError("no")

    connection = memory()
    monkeypatch.setattr(m0002_home, "apply", fail)
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, 1.0)
    assert version_of(connection) == 1
    assert "half" not in {name for name, _ in shape(connection)}


def test_a_normal_start_does_not_import_sqlite_utils(tmp_path: Path, open_store: Open) -> None:
    open_store().store.stop()
    code = (
        "import sys; from pathlib import Path; from lamplighter.store.store import Store\n"
        "store = Store(Path(sys.argv[1]), max_bytes=64 << 20, on_committed=print,"
        " on_outbox=print, on_replaced=print)\n"
        "store.start(); store.stop(); print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
