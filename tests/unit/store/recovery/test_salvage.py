"""Salvage on its own: any damage costs rows, never makes them up, never goes on for ever."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.store.migrations import migrate
from lamplighter.store.recovery.salvage import number_on, salvage

ROWS = 400
PAGE = 4096


def sound(path: Path) -> bytes:
    connection = sqlite3.connect(path, isolation_level=None)
    migrate(connection, 1.0)
    connection.execute("BEGIN")
    for number in range(1, ROWS + 1):
        connection.execute(
            "INSERT INTO inbox"
            " VALUES (?, ?, zeroblob(90), 1, 0, 1.0, NULL, NULL, 0, 'broker', NULL)",
            (number, f"t/{number}"),
        )
        connection.execute(
            "INSERT INTO commands (key, finished, reply) VALUES (?, 1.0, '{}')", (f"key-{number}",)
        )
    connection.execute("INSERT INTO series VALUES (1, 's')")
    connection.executemany(
        "INSERT INTO samples VALUES (1, ?, ?)", [(1.7e9 + n, n / 4) for n in range(ROWS)]
    )
    connection.execute("COMMIT")
    connection.close()
    return path.read_bytes()


def fresh() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection, 1.0)
    return connection


def test_a_sound_database_is_copied_whole(tmp_path: Path) -> None:
    sound(tmp_path / "db")
    new = fresh()
    counts = salvage(sqlite3.connect(tmp_path / "db"), new)
    assert counts == {"inbox": ROWS, "commands": ROWS, "series": 1, "samples": ROWS}
    assert new.execute("SELECT id, topic FROM inbox").fetchall() == [
        (n, f"t/{n}") for n in range(1, ROWS + 1)
    ]
    assert new.execute("SELECT min(time), max(value) FROM samples").fetchone() == (
        1.7e9,
        (ROWS - 1) / 4,
    )


def numbered(last: int | None) -> sqlite3.Connection:
    connection = fresh()
    if last is not None:
        connection.execute("INSERT INTO sqlite_sequence VALUES ('outbox', ?)", (last,))
    return connection


def test_rows_of_the_outbox_are_numbered_on_though_all_are_gone() -> None:
    for old, known, expected in (
        (numbered(70), 0, 71),
        (numbered(70), 90, 91),
        (numbered(2**63 - 1), 5, 6),
        (sqlite3.connect(":memory:"), 5, 6),
        (None, 0, 1),
    ):
        new = fresh()
        number_on(old, new, known)
        row = new.execute(
            "INSERT INTO outbox (link, lane, topic, payload, qos, retain, created)"
            " VALUES ('broker', 0, 't', x'', 1, 0, 1.0) RETURNING id"
        ).fetchone()
        assert row == (expected,)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    hits=st.lists(
        st.tuples(
            st.integers(0, 80), st.integers(0, PAGE - 1), st.binary(min_size=1, max_size=300)
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_damage_ends_and_leaves_a_sound_database(
    tmp_path: Path, hits: list[tuple[int, int, bytes]]
) -> None:
    path = tmp_path / "db"
    data = bytearray(path.read_bytes() if path.exists() else sound(path))
    for page, offset, junk in hits:
        # Not the schema: what is then to be read is another question than how.
        at = (page % (len(data) // PAGE - 40) + 40) * PAGE + offset
        data[at : at + len(junk)] = junk[: len(data) - at]
    hurt = tmp_path / "hurt"
    hurt.write_bytes(data)
    new = fresh()
    damaged = sqlite3.connect(hurt)
    counts = salvage(damaged, new)
    damaged.close()
    assert counts.get("inbox", 0) <= ROWS
    assert new.execute("PRAGMA integrity_check").fetchone() == ("ok",)
