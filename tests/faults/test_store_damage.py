"""Databases that were overwritten, scrambled, cut or emptied: what reads is saved, life goes on."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lamplighter.catalogue.entity import State
from lamplighter.errors import StoreError
from lamplighter.link.received import Received
from lamplighter.plugin import Message, Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.recovery.opening import OpenReport
from lamplighter.store.store import Store

ROWS = 3000
PAGE = 4096
NOW = 1_700_000_000.0


def make(folder: Path, replaced: list[OpenReport] | None = None) -> Store:
    return Store(
        folder,
        max_bytes=64 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=(replaced if replaced is not None else []).append,
        clock=lambda: NOW,
    )


def fill(store: Store) -> None:
    for number in range(ROWS):
        message = Message(f"home/{number}", b"m" * 100, arrived=NOW)
        store.inbox.put(Received(message, 1, number))
        store.history.add(f"series/{number % 3}", float(number), number / 2)
    for number in range(200):
        store.states.put(f"light.{number}", State("on", {"brightness": number}))
    for number in range(100):
        store.outbox.put(Publication(f"t/{number}", b"o"), Lane.STATES)
    while store.inbox.queued:
        store.submit(lambda _: None).result(20)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a filled database, stopped cleanly."""
    folder = tmp_path_factory.mktemp("sound")
    store = make(folder)
    store.start()
    fill(store)
    store.stop()
    return folder


Reopen = Callable[[], tuple[Store, OpenReport]]


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy that the test may damage."""
    copy = tmp_path / "store"
    shutil.copytree(sound, copy)
    return copy


@pytest.fixture
def reopen(folder: Path) -> Iterator[Reopen]:
    """Opens the damaged copy; what opened must take new rows, and be sound the next time."""
    stores: list[Store] = []

    def start() -> tuple[Store, OpenReport]:
        store = make(folder)
        stores.append(store)
        return store, store.start()

    yield start
    for store in stores:
        store.outbox.put(Publication("after", b""), Lane.COMMANDS).result(20)
        store.stop()
    again = make(folder)
    report = again.start()
    assert (report.reason, report.quarantined, report.salvaged) == ("", None, {})
    assert "after" in [row.publication.topic for row in again.outbox.rows()]
    again.stop()


def overwrite(path: Path, offset: int, data: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(offset)
        file.write(data)


@pytest.mark.parametrize("length", [16, 100, PAGE])
def test_an_overwritten_header_costs_nothing(folder: Path, reopen: Reopen, length: int) -> None:
    before = (folder / "lamplighter.db").read_bytes()
    overwrite(folder / "lamplighter.db", 0, b"\xde\xad" * (length // 2))
    store, report = reopen()
    assert report.reason
    assert report.quarantined is not None
    assert report.salvaged["inbox"] == ROWS
    assert report.salvaged["samples"] == ROWS
    assert report.salvaged["states"] == 200
    assert report.salvaged["outbox"] == 100
    rows = store.inbox.pending(limit=ROWS)
    assert [row.received.message.topic for row in rows] == [f"home/{n}" for n in range(ROWS)]
    assert store.states.all()["light.7"].attributes == {"brightness": 7}
    # The rest of the damaged file is as it was, and so is the page that was mended.
    assert report.quarantined.read_bytes()[PAGE:] == before[PAGE:]
    kept = report.quarantined.with_name(f"{report.quarantined.name}.schema").read_bytes()
    assert kept.startswith(b"\x00\x00\x00\x01\xde\xad")


@pytest.mark.parametrize("seed", range(6))
def test_scrambled_pages_cost_their_own_rows_only(folder: Path, reopen: Reopen, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - which pages are hit is no secret
    path = folder / "lamplighter.db"
    leaves = leaf_pages(path, "inbox")
    for page in chance.sample(leaves[1:-1], 3):
        overwrite(path, page * PAGE, chance.randbytes(PAGE))
    store, report = reopen()
    assert "malformed" in report.reason or "page" in report.reason.lower()
    lost = ROWS - report.salvaged["inbox"]
    assert 0 < lost < 3 * 40
    topics = [row.received.message.topic for row in store.inbox.pending(limit=ROWS)]
    assert topics == sorted(topics, key=lambda topic: int(topic[5:]))
    assert {"home/0", f"home/{ROWS - 1}"} <= set(topics)
    assert report.salvaged["samples"] == ROWS
    assert report.salvaged["outbox"] == 100


def leaf_pages(path: Path, table: str) -> list[int]:
    """Numbers, from 0, of the table's pages that hold rows (first byte 0x0d)."""
    connection = sqlite3.connect(path)
    (root,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)
    ).fetchone()
    connection.close()
    data = path.read_bytes()

    def children(page: int) -> list[int]:
        body = data[(page - 1) * PAGE : page * PAGE]
        if body[0] == 0x0D:
            return [page - 1]
        assert body[0] == 0x05
        count = int.from_bytes(body[3:5], "big")
        offsets = [int.from_bytes(body[12 + 2 * n : 14 + 2 * n], "big") for n in range(count)]
        below = [int.from_bytes(body[offset : offset + 4], "big") for offset in offsets]
        below.append(int.from_bytes(body[8:12], "big"))
        return [leaf for child in below for leaf in children(child)]

    return children(root)


def test_a_truncated_file_keeps_what_is_left(folder: Path, reopen: Reopen) -> None:
    path = folder / "lamplighter.db"
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 + 123)
    store, report = reopen()
    assert report.quarantined is not None
    assert 0 < report.salvaged["inbox"] <= ROWS
    assert len(store.inbox.pending(limit=ROWS)) == report.salvaged["inbox"]


def test_an_empty_file_is_a_lost_database_and_no_first_start(folder: Path, reopen: Reopen) -> None:
    (folder / "lamplighter.db").write_bytes(b"")
    store, report = reopen()
    assert report.reason == "the file is empty"
    assert not report.created
    assert store.inbox.pending() == []


def test_a_missing_file_is_no_first_start_either(folder: Path, reopen: Reopen) -> None:
    (folder / "lamplighter.db").unlink()
    _, report = reopen()
    assert report.reason == "the file is gone"


def test_a_foreign_database_is_put_aside(folder: Path, reopen: Reopen) -> None:
    path = folder / "lamplighter.db"
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()
    _, report = reopen()
    assert "marker row" in report.reason
    assert report.quarantined is not None
    assert b"recipes" in report.quarantined.read_bytes()


@pytest.mark.parametrize("damage", ["empty", "log gone"])
def test_what_a_crash_left_in_the_log(
    tmp_path: Path, folder: Path, reopen: Reopen, damage: str
) -> None:
    """The files as kill -9 leaves them: the last commits are in the write-ahead log only."""
    shutil.rmtree(folder)
    live = tmp_path / "live"
    running = make(live)
    running.start()
    running.inbox.put(Received(Message("early", b"", arrived=NOW), 1, 1))
    running.checkpoint().result(20)
    running.outbox.put(Publication("late", b""), Lane.COMMANDS).result(20)
    shutil.copytree(live, folder)
    running.stop()
    if damage == "empty":
        (folder / "lamplighter.db").write_bytes(b"")
    else:
        (folder / "lamplighter.db-wal").unlink()
    store, report = reopen()
    topics = [row.publication.topic for row in store.outbox.rows()]
    if damage == "empty":
        assert report.reason == "the file is empty"
        assert topics == ["late"]
    else:
        assert "write-ahead log is gone" in report.reason
        assert report.quarantined is None
        assert topics == []
        assert [row.received.message.topic for row in store.inbox.pending()] == ["early"]


def test_damage_while_running_is_mended_while_running(folder: Path) -> None:
    replaced: list[OpenReport] = []
    store = make(folder, replaced)
    store.start()
    store.checkpoint().result(20)
    path = folder / "lamplighter.db"
    pages = leaf_pages(path, "inbox")[5:7]
    overwrite(path, 0, b"\x00" * PAGE)
    for page in pages:
        overwrite(path, page * PAGE, b"\xff" * PAGE)
    store.readers.renew()
    with pytest.raises(StoreError):
        store.inbox.depth()
    store.inbox.put(Received(Message("new", b"", arrived=NOW), 1, 1))
    store.outbox.put(Publication("new", b""), Lane.COMMANDS).result(20)
    assert len(replaced) == 1
    assert replaced[0].quarantined is not None
    assert replaced[0].salvaged["outbox"] == 100
    assert "new" in [row.publication.topic for row in store.outbox.rows()]
    assert store.health().writer.alive
    assert store.inbox.depth() > 1
    store.stop()


def test_an_ack_that_comes_after_the_damage_hits_no_new_row(folder: Path) -> None:
    store = make(folder)
    path = folder / "lamplighter.db"
    store.start()
    store.checkpoint().result(20)
    flying = [row.id for row in store.outbox.due(100, now=NOW)]
    # Nothing is left that could be saved: not the rows, and not how they were numbered.
    overwrite(path, 0, b"\xff" * path.stat().st_size)
    (folder / "lamplighter.db.schema").unlink(missing_ok=True)
    store.writer.suspect("it does not read")
    news = [store.outbox.put(Publication("new", b"n"), Lane.STATES).result(20) for _ in range(3)]
    assert store.outbox.rows()[-1].id == news[-1]
    store.outbox.sent(flying, at_once=True)
    for _ in range(2):
        store.submit(lambda _: None).result(20)
    assert news == [row.id for row in store.outbox.rows() if row.publication.topic == "new"]
    assert [row.id for row in store.outbox.due(200, now=NOW) if row.publication.topic == "new"] == (
        news
    )
    store.stop()


def test_a_work_that_meets_damage_is_done_in_the_new_database(folder: Path) -> None:
    replaced: list[OpenReport] = []
    store = make(folder, replaced)
    path = folder / "lamplighter.db"
    store.start()
    store.checkpoint().result(20)
    leaves = leaf_pages(path, "inbox")
    for page in leaves[5:9]:
        overwrite(path, page * PAGE, b"\xff" * PAGE)

    def work(connection: sqlite3.Connection) -> int:
        connection.execute("PRAGMA shrink_memory")
        (count,) = connection.execute("SELECT count(payload) FROM inbox").fetchone()
        return int(count)

    count = store.submit(work).result(20)
    assert len(replaced) == 1
    assert count == replaced[0].salvaged["inbox"]
    assert ROWS - 200 < count < ROWS
    store.stop()


def delete_database(folder: Path) -> None:
    (folder / "lamplighter.db").unlink()


def delete_log(folder: Path) -> None:
    (folder / "lamplighter.db-wal").unlink()


def delete_index(folder: Path) -> None:
    (folder / "lamplighter.db-shm").unlink()


def delete_folder(folder: Path) -> None:
    shutil.rmtree(folder)


def exchange_database(folder: Path) -> None:
    other = folder / "other"
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()
    other.replace(folder / "lamplighter.db")


def rename_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


@pytest.mark.parametrize(
    "take_away",
    [delete_database, delete_log, delete_index, delete_folder, exchange_database, rename_folder],
)
def test_files_taken_away_while_running_are_put_back(
    folder: Path, take_away: Callable[[Path], None]
) -> None:
    replaced: list[OpenReport] = []
    store = make(folder, replaced)
    store.start()
    store.outbox.put(Publication("before", b""), Lane.COMMANDS).result(20)
    store.watch()
    assert replaced == []
    take_away(folder)
    store.outbox.put(Publication("between", b""), Lane.COMMANDS).result(20)
    store.watch()
    store.submit(lambda _: None).result(20)
    store.outbox.put(Publication("after", b""), Lane.COMMANDS).result(20)
    (report,) = replaced
    assert "while it was in use" in report.reason
    assert store.inbox.depth() == ROWS
    assert deleted_files(folder) == []
    # What others see is what this one sees, and the next one will.
    seen = read(folder, "SELECT topic FROM outbox WHERE lane = 0 ORDER BY id")
    assert seen == ["before", "between", "after"]
    if take_away is exchange_database:
        assert report.quarantined is not None
        assert b"recipes" in report.quarantined.read_bytes()
    store.watch()
    store.stop()
    again = make(folder)
    found = again.start()
    assert (found.reason, found.quarantined) == ("", None)
    assert len(again.inbox.pending(limit=ROWS + 1)) == ROWS
    assert {"before", "between", "after"} <= {row.publication.topic for row in again.outbox.rows()}
    again.stop()
    assert len(replaced) == 1


def deleted_files(folder: Path) -> list[str]:
    """Files of ours that are open and have no name any more."""
    links = [each.readlink() for each in Path("/proc/self/fd").iterdir() if each.is_symlink()]
    return [str(link) for link in links if str(folder) in str(link) and "deleted" in str(link)]


def read(folder: Path, sql: str) -> list[str]:
    connection = sqlite3.connect(f"file:{folder / 'lamplighter.db'}?mode=ro", uri=True)
    try:
        return [row[0] for row in connection.execute(sql)]
    finally:
        connection.close()


def test_a_stop_right_after_the_files_were_taken_away_loses_nothing(folder: Path) -> None:
    store = make(folder)
    store.start()
    delete_database(folder)
    store.outbox.put(Publication("between", b""), Lane.COMMANDS).result(20)
    store.stop()
    again = make(folder)
    assert again.start().reason == ""
    assert "between" in [row.publication.topic for row in again.outbox.rows()]
    again.stop()


def cut_to_half(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def cut_to_nothing(path: Path) -> None:
    os.truncate(path, 0)


def overwrite_header(path: Path) -> None:
    overwrite(path, 0, b"\xde" * 100)


@pytest.mark.parametrize("harm", [cut_to_half, cut_to_nothing, overwrite_header])
def test_harm_to_the_file_in_use_is_noticed_with_nobody_reading(
    folder: Path, harm: Callable[[Path], None]
) -> None:
    replaced: list[OpenReport] = []
    store = make(folder, replaced)
    store.start()
    store.trim(NOW).result(20)
    assert replaced == []
    # What is in the log is not read from the file: that would be as good as new.
    store.checkpoint().result(20)
    harm(folder / "lamplighter.db")
    store.trim(NOW).result(20)
    store.outbox.put(Publication("after", b""), Lane.COMMANDS).result(20)
    (report,) = replaced
    assert report.quarantined is not None
    if harm is overwrite_header:
        assert report.salvaged["inbox"] == ROWS
    store.trim(NOW).result(20)
    store.stop()
    assert len(replaced) == 1
    again = make(folder)
    assert again.start().reason == ""
    assert "after" in [row.publication.topic for row in again.outbox.rows()]
    again.stop()


@pytest.mark.parametrize("moved", [False, True])
def test_a_crash_while_replacing_is_finished_by_the_next_start(
    folder: Path, reopen: Reopen, *, moved: bool
) -> None:
    """The new database is complete, the old one still in its place, or just moved away."""
    path = folder / "lamplighter.db"
    shutil.copy(path, folder / "lamplighter.db.built")
    (folder / "lamplighter.db.building").write_bytes(b"half")
    if moved:
        path.rename(folder / "lamplighter.db.corrupt-20200101T000000Z")
    else:
        overwrite(path, 0, b"\xde" * PAGE)
    store, _ = reopen()
    assert store.inbox.depth() == ROWS
    assert not (folder / "lamplighter.db.building").exists()
    assert len(list(folder.glob("*.corrupt-*"))) == 1


def test_few_quarantines_are_kept(folder: Path) -> None:
    for _ in range(5):
        overwrite(folder / "lamplighter.db", 0, b"\xde" * 100)
        store = make(folder)
        store.start()
        store.stop()
    assert len(store.place.quarantined()) == 3
    assert make(folder).start().salvaged == {}


def test_a_newer_database_is_left_alone(folder: Path) -> None:
    connection = sqlite3.connect(folder / "lamplighter.db")
    connection.execute("UPDATE schema SET version = 999")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="newer Lamplighter"):
        make(folder).start()
    assert list(folder.glob("*.corrupt-*")) == []
