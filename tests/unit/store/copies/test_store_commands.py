"""Backup, restore, export, import and encrypting anew, by the command line and underneath."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.store.secrets_kept import ONE, SECRET, TWO, fill, look, on_disk

from lamplighter.commands.store import store as group
from lamplighter.errors import RowError, StoreError, StoreKeyError
from lamplighter.plugin import Publication
from lamplighter.store.copies.backup import back_up, restore
from lamplighter.store.copies.encrypting import encrypt_anew
from lamplighter.store.copies.export import Selection, as_json, as_text, export, from_json
from lamplighter.store.copies.importing import Ranges, take_in
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.files.database import connect_for_reading
from lamplighter.store.files.place import Place
from lamplighter.store.outbound.lanes import Lane

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened

NOW = 1_700_000_500.0
MIB = 1 << 20


def run(folder: Path, *arguments: str | Path, key: bytes | None = None) -> Result:
    lines = [f"path: {folder}"]
    if key is not None:
        path = folder.parent / f"key-{key[:1].decode()}"
        path.write_bytes(key)
        path.chmod(0o600)
        lines.append(f"encryption: {{key_file: {path}}}")
    config = folder.parent / "config.yaml"
    config.write_text(f"store: {{{', '.join(lines)}}}\n")
    command, *rest = map(str, arguments)
    return CliRunner().invoke(group, [command, "--config", str(config), *rest])


def stopped(opened: Opened) -> dict[str, object]:
    """What is in it, inbox left out, and it is closed."""
    seen = look(opened)
    opened.store.stop()
    return {**seen, "inbox": None}


def test_a_backup_of_a_running_store_can_be_restored(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    done = run(tmp_path / "a", "backup", tmp_path / "copy.db")
    assert done.exit_code == 0, done.output
    opened.store.outbox.put(Publication("later", b"x"), Lane.ALARMS).result(20)
    assert isinstance(run(tmp_path / "a", "restore", tmp_path / "copy.db").exception, StoreError)
    seen = stopped(opened)
    assert run(tmp_path / "b", "restore", tmp_path / "copy.db").exit_code == 0
    assert stopped(open_store(tmp_path / "b")) == seen
    assert "later" not in str(seen["outbox"])
    done = run(tmp_path / "a", "restore", tmp_path / "copy.db")
    place = Place(tmp_path / "a")
    assert (len(place.quarantined()), len(place.replaced())) == (0, 1)
    assert place.replaced()[0].name in done.output
    assert json.loads(run(tmp_path / "a", "info", "--json").output)["quarantined"] == []
    assert sum(each.rows for each in open_store(tmp_path / "a").store.outbox.depth()) == 2


def test_a_backup_is_made_while_much_is_written(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    for number in range(500):
        opened.put(f"t/{number}", b"x" * 5000)
    opened.wait(500)
    place = opened.store.place
    size = back_up(place, tmp_path / "copy.db", most_log=8 * MIB)
    assert size > 2 * MIB
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0
    reader = connect_for_reading(place.database)
    reader.execute("BEGIN")
    reader.execute("SELECT 1 FROM inbox").fetchone()
    for number in range(500):
        opened.put(f"more/{number}", b"x" * 5000)
    opened.wait(1000)
    reader.close()
    with closing(sqlite3.connect(tmp_path / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM inbox").fetchone() == (500,)


def test_a_bad_copy_is_refused_and_nothing_is_touched(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    place = opened.store.place
    back_up(place, tmp_path / "copy.db", most_log=8 * MIB)
    seen = stopped(opened)
    with (tmp_path / "copy.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xa5" * 12288)
    (tmp_path / "other.db").write_bytes(b"")
    for name in ("copy.db", "other.db", "none.db"):
        with pytest.raises(StoreError):
            restore(place, tmp_path / name, now=NOW)
    with pytest.raises(StoreError, match="own folder"):
        back_up(place, place.folder / "copy.db", most_log=8 * MIB)
    assert place.quarantined() == []
    assert stopped(open_store(tmp_path / "a")) == seen


@pytest.mark.parametrize("keys", [[], [ONE]], ids=["plain", "encrypted"])
def test_an_export_is_the_same_elsewhere(
    open_store: Open, tmp_path: Path, keys: list[object]
) -> None:
    opened = open_store(tmp_path / "a", seals=Seals(keys))  # type: ignore[arg-type]
    fill(opened)
    seals = Seals(keys)  # type: ignore[arg-type]
    lines = list(export(opened.store.place, seals, Selection(), now=NOW))
    seen = stopped(opened)
    file = tmp_path / "export.jsonl"
    file.write_text("".join(as_text(line) + "\n" for line in lines), encoding="utf-8")
    place = Place(tmp_path / "b")
    imported = take_in(place, Seals([TWO]), file, max_bytes=64 * MIB, now=NOW)
    assert sum(imported.rows.values()) == len(lines) - 1
    assert imported.rows["outbox"] == 2
    again = take_in(place, Seals([TWO]), file, max_bytes=64 * MIB, now=NOW)
    assert (again.rows, again.known) == ({}, len(lines) - 1)
    assert SECRET.encode() not in on_disk(tmp_path / "b")
    other = open_store(tmp_path / "b", seals=Seals([TWO]))
    assert [row.received.message.payload for row in other.store.inbox.pending()] == [
        SECRET.encode()
    ]
    # A snapshot is the daemon's own and is not exported.
    assert stopped(other) == {**seen, "snapshot": None}


def test_an_export_by_table_and_time(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    for number in range(1200):
        opened.store.history.add("temperature", float(number), number / 2)
    fill(opened)
    done = run(
        tmp_path / "a", "export", "--table", "samples", "--since", "1970-01-01T00:10:00",
        "--until", "1970-01-01T00:19:59",
    )  # fmt: skip
    lines = [json.loads(line) for line in done.output.splitlines()]
    assert lines[0]["lamplighter"] == "export"
    assert [line["row"]["time"] for line in lines[1:]] == [float(n) for n in range(600, 1200)]
    assert lines[1]["row"]["series"] == "temperature"


def test_a_wrong_line_is_named_and_nothing_is_taken_in(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    lines = [as_text(each) for each in export(opened.store.place, Seals(), Selection(), now=NOW)]
    opened.store.stop()
    row = {"table": "outbox", "id": 9, "row": json.loads(lines[1])["row"]}
    wrong = [
        "{", "[]", '{"table": "nowhere", "id": 1, "row": {}}', '{"table": "outbox", "row": {}}',
        '{"table": "outbox", "id": 1, "row": {}}',
        json.dumps({**row, "row": {**row["row"], "payload": "plain"}}),
        json.dumps({**row, "row": {**row["row"], "payload": {"base64": "!"}}}),
        json.dumps({**row, "row": {**row["row"], "qos": 2**70}}),
        json.dumps({**row, "row": {**row["row"], "created": float("nan")}}),
        json.dumps({**row, "row": {**row["row"], "colour": 1}}),
    ]  # fmt: skip
    file = tmp_path / "export.jsonl"
    place = Place(tmp_path / "b")
    for each in wrong:
        file.write_text("\n".join([*lines[:3], each, *lines[3:]]), encoding="utf-8")
        with pytest.raises(StoreError, match=r"line 4: .*; nothing was taken in$"):
            take_in(place, Seals(), file, max_bytes=64 * MIB, now=NOW)
    file.write_text("\n".join(lines)[:-5], encoding="utf-8")
    with pytest.raises(StoreError, match=r"is cut off.*nothing was taken in$"):
        take_in(place, Seals(), file, max_bytes=64 * MIB, now=NOW)
    file.write_text("{}", encoding="utf-8")
    with pytest.raises(StoreError, match="header"):
        take_in(place, Seals(), file, max_bytes=64 * MIB, now=NOW)
    with closing(sqlite3.connect(place.database)) as database:
        assert database.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_encrypting_anew_there_and_back(open_store: Open, tmp_path: Path) -> None:
    folder = tmp_path / "a"
    opened = open_store(folder)
    fill(opened)
    assert isinstance(run(folder, "rekey").exception, StoreError)
    seen = stopped(opened)
    assert SECRET.encode() in on_disk(folder)
    assert "encrypted" in run(folder, "rekey", key=b"1" * 32).output
    assert SECRET.encode() not in on_disk(folder)
    assert stopped(open_store(folder, seals=Seals([ONE]))) == seen
    assert isinstance(run(folder, "rekey", key=b"2" * 32).exception, StoreKeyError)
    old = ("--old-key", tmp_path / "key-1")
    assert run(folder, "rekey", *old, key=b"2" * 32).exit_code == 0
    assert stopped(open_store(folder, seals=Seals([TWO]))) == seen
    assert json.loads(run(folder, "info", "--json").output)["keys"] == [TWO.fingerprint]
    done = run(folder, "rekey", "--old-key", tmp_path / "key-2")
    assert "plain" in done.output, done
    assert stopped(open_store(folder)) == seen
    assert run(folder, "check").exit_code == 0
    assert Place(folder).quarantined() == []


def test_a_key_that_is_not_given_is_told(open_store: Open, tmp_path: Path) -> None:
    folder, copy = tmp_path / "a", tmp_path / "copy.db"
    opened = open_store(folder, seals=Seals([ONE]))
    fill(opened)
    back_up(opened.store.place, copy, most_log=8 * MIB)
    opened.store.stop()
    assert run(folder, "check", key=b"1" * 32).output.endswith(": sound.\n")
    for key, said in ((b"2" * 32, "which is not in"), (None, "no key is given")):
        done = run(folder, "check", key=key)
        assert done.exit_code == 1
        assert f"encrypted with key {ONE.fingerprint}" in done.output
        assert said in done.output
        done = run(tmp_path / "b", "restore", copy, key=key)
        assert done.exit_code == 0
        assert f"encrypted with key {ONE.fingerprint}" in done.output
        assert said in done.output
    assert "Warning" not in run(tmp_path / "b", "restore", copy, key=b"1" * 32).output


def test_a_file_in_the_place_of_the_folder_is_told(open_store: Open, tmp_path: Path) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    back_up(opened.store.place, tmp_path / "copy.db", most_log=8 * MIB)
    assert run(tmp_path / "a", "export", tmp_path / "e.jsonl").exit_code == 0
    folder = tmp_path / "b"
    folder.write_text("a file")
    errors = [run(folder, "import", tmp_path / "e.jsonl").exception]
    errors.append(run(folder, "restore", tmp_path / "copy.db").exception)
    with pytest.raises(StoreError) as caught:
        open_store(folder)
    for error in (*errors, caught.value):
        assert str(error) == f"{folder}: is a file, where a folder is needed"


def test_who_reads_keeps_a_store_from_being_encrypted_anew(
    open_store: Open, tmp_path: Path
) -> None:
    opened = open_store(tmp_path / "a")
    fill(opened)
    opened.store.stop()
    place = opened.store.place
    with closing(connect_for_reading(place.database)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT 1 FROM outbox").fetchone()
        with pytest.raises(StoreError):
            encrypt_anew(place, Seals(), Seals([ONE]), now=NOW)
    assert not place.building.exists()
    stopped(open_store(tmp_path / "a"))


WORK = """
import sys
from pathlib import Path
from lamplighter.store.copies.backup import back_up, restore
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.copies.encrypting import encrypt_anew
from lamplighter.store.encryption.keys import make_key
from lamplighter.store.files.place import Place
place, copy = Place(Path(sys.argv[2])), Path(sys.argv[3])
one, two = Seals([make_key(b"1" * 32)]), Seals([make_key(b"2" * 32)])
print("ready", flush=True)
while True:
    match sys.argv[1]:
        case "backup": back_up(place, copy, most_log=1 << 30)
        case "restore": restore(place, copy, now=1.7e9)
        case "rekey":
            encrypt_anew(place, one, two, now=1.7e9)
            encrypt_anew(place, two, one, now=1.7e9)
"""


@pytest.mark.parametrize("what", ["backup", "restore", "rekey"])
def test_killed_at_any_moment_it_leaves_the_old_or_the_new(
    open_store: Open, tmp_path: Path, what: str
) -> None:
    folder, copy = tmp_path / "a", tmp_path / "copy.db"
    opened = open_store(folder, seals=Seals([ONE]))
    for number in range(300):
        opened.store.outbox.put(Publication(f"t/{number}", SECRET.encode()), Lane.ALARMS)
    opened.flush()
    back_up(opened.store.place, copy, most_log=8 * MIB)
    opened.store.stop()
    for number in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WORK, what, folder, copy], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.03 + 0.017 * number)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with closing(sqlite3.connect(copy)) as database:
            assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        keys = [ONE, TWO]
        again = open_store(folder, seals=Seals(keys))
        rows = again.store.outbox.due(1000, now=again.clock())
        assert [row.publication.payload for row in rows] == [SECRET.encode()] * 300
        again.store.stop()
        encrypt_anew(Place(folder), Seals(keys), Seals([ONE]), now=NOW)


# JSON can hold what UTF-8 can't.
ANY_TEXT = st.text(st.characters(codec=None))


@given(st.binary())
def test_bytes_in_json_come_back(value: bytes) -> None:
    assert from_json(json.loads(json.dumps(as_json(value)))) == value


@given(st.recursive(st.none() | ANY_TEXT | st.integers(), lambda each: st.lists(each)
       | st.dictionaries(st.sampled_from(["text", "base64", "x"]), each)))  # fmt: skip
@example({"base64": "\x80"})
@example({"text": "\ud800"})
def test_json_is_read_or_refused(value: object) -> None:
    try:
        found = from_json(value)
    except RowError:
        return
    assert found is value or isinstance(found, bytes)


@given(st.lists(st.integers(0, 40)))
def test_ranges_hold_what_was_added(numbers: list[int]) -> None:
    ranges = Ranges()
    for number in numbers:
        if number not in ranges:
            ranges.add(number)
    assert [n for low, high in ranges.pairs for n in range(low, high + 1)] == sorted(set(numbers))
    assert all(number in ranges for number in numbers)
    assert all(number in numbers for number in range(42) if number in ranges)
    gaps = zip(ranges.pairs, ranges.pairs[1:], strict=False)
    assert all(one[1] + 1 < other[0] for one, other in gaps)
