"""Disk, store, files and memory of this machine."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path

import pytest
from tests.unit.core.stand_ins import settled, store_in

from lamplighter.doctor import disk
from lamplighter.doctor.disk import look_at_disk
from lamplighter.doctor.files import look_at_file, look_at_key, look_at_lock
from lamplighter.doctor.finding import Finding
from lamplighter.doctor.model import look_at_memory
from lamplighter.doctor.stored import look_at_stored
from lamplighter.doctor.sys_topics import is_mosquitto, look_at_sys
from lamplighter.model.settings import Model
from lamplighter.plugin import Publication
from lamplighter.store.encryption.keys import note_keys, read_keys
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss
from lamplighter.store.settings import Encryption, Store


def by_name(findings: list[Finding]) -> dict[str, Finding]:
    return {each.about: each for each in findings}


def test_a_disk_with_room_is_well(tmp_path: Path) -> None:
    found = by_name(list(look_at_disk(Store(path=tmp_path, max_bytes=8 << 20), "me")))
    assert found["disk"].verdict == "ok"
    assert "ms" in found["fsync"].detail
    assert not list(tmp_path.iterdir())


def test_a_bound_beyond_the_disk_is_told(tmp_path: Path) -> None:
    found = by_name(list(look_at_disk(Store(path=tmp_path, max_bytes=1 << 60), "me")))
    assert found["disk"].verdict == "warning"
    assert found["disk"].remedy is not None
    assert "max_bytes" in found["disk"].remedy.line


@pytest.mark.parametrize(
    ("took", "verdict"), [(0.01, "unknown"), (5.0, "ok"), (49.0, "ok"), (120.0, "warning")]
)
def test_the_time_of_an_fsync_is_judged(
    took: float, verdict: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "_syncs", lambda _place, _clock: [took] * 5)
    assert disk._speed(tmp_path, time.monotonic).verdict == verdict


def test_no_store_yet_is_well(tmp_path: Path) -> None:
    [found] = look_at_stored(tmp_path, time.time())
    assert found.verdict == "ok"


def test_what_waits_and_what_was_lost_is_told_beside_a_running_daemon(tmp_path: Path) -> None:
    store = store_in(tmp_path, time.time)
    store.start()
    store.outbox.put(Publication("a", b"1"), Lane.ALARMS)
    for when, count in ((time.time(), 3), (time.time() - 5 * 86400, 100)):
        loss = Loss("telemetry", "t", "evicted", count, 1, when, when)
        store.submit(partial(store.ledger.insert, loss=loss)).result(5)
    gap = Loss("inbox", "*", "gap", 0, 0, time.time(), time.time())
    store.submit(partial(store.ledger.insert, loss=gap)).result(5)
    settled(store)
    (tmp_path / "lamplighter.db.corrupt-20260101T000000Z").write_bytes(b"x" * 10)
    found = list(look_at_stored(tmp_path, time.time()))
    store.stop()
    shown = by_name(found[:3])
    assert shown["store integrity"].verdict == "ok"
    assert shown["store"].detail.startswith("1 messages wait to be sent")
    assert shown["ledger"].detail == (
        "3 messages lost in the last day: telemetry evicted: 3;"
        " losses of unknown count in the last day: inbox gap: 1"
    )
    assert found[3].verdict == "warning"
    assert "corrupt-20260101" in found[3].detail


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    store = store_in(tmp_path, time.time)
    store.start()
    for number in range(200):
        store.outbox.put(Publication(f"t/{number}", b"x" * 500), Lane.ALARMS)
    settled(store)
    store.stop()
    database = tmp_path / "lamplighter.db"
    content = bytearray(database.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    database.write_bytes(content)
    before = database.read_bytes()
    found = next(iter(look_at_stored(tmp_path, time.time())))
    assert (found.about, found.verdict) == ("store integrity", "failed")
    assert database.read_bytes() == before


def test_a_store_whose_key_is_not_given_is_told(tmp_path: Path) -> None:
    right, wrong = tmp_path / "right", tmp_path / "wrong"
    for path, byte in ((right, b"1"), (wrong, b"2")):
        path.write_bytes(byte * 32)
        path.chmod(0o600)

    def look(key_file: Path | None) -> list[str]:
        encryption = None if key_file is None else Encryption(key_file)
        return [each.verdict for each in look_at_lock(Store(tmp_path, encryption=encryption))]

    assert look(wrong) == []
    store = store_in(tmp_path, time.time)
    store.start()
    used = [key.fingerprint for key in read_keys(right)]
    store.submit(partial(note_keys, fingerprints=used, now=0.0)).result(5)
    store.stop()
    assert (look(right), look(wrong), look(None)) == (["ok"], ["failed"], ["failed"])
    assert look(tmp_path / "none") == ["unknown"]


def test_what_is_wrong_with_a_key_file_is_what_is_advised(tmp_path: Path) -> None:
    path = tmp_path / "key"
    advised = []
    for content, mode in ((None, 0), (b"short", 0o600), (b"1" * 32, 0o604)):
        if content is not None:
            path.write_bytes(content)
            path.chmod(mode)
        found = look_at_key(path)
        assert found.remedy is not None
        advised.append(found.remedy.line)
    assert "key_file" in advised[0]
    assert "64 hex digits" in advised[1]
    assert "chmod 600" in advised[2]


def test_secrets_are_for_nobody_else(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("x")
    secret.chmod(0o604)
    look = partial(look_at_file, "broker.password_file", secret, user="me")
    assert look(secret=True).verdict == "warning"
    assert look(secret=False).verdict == "ok"
    secret.chmod(0o600)
    assert look(secret=True).verdict == "ok"
    secret.unlink()
    assert look(secret=True).verdict == "failed"


@pytest.mark.parametrize(
    ("available", "enabled", "verdict"),
    [(900, True, "ok"), (200, True, "warning"), (200, False, "ok"), (50, False, "warning")],
)
def test_memory_is_judged_by_what_is_wanted(
    available: int, verdict: str, tmp_path: Path, *, enabled: bool
) -> None:
    source = tmp_path / "meminfo"
    source.write_text(f"MemTotal: 4000000 kB\nMemAvailable: {available * 1024} kB\n")
    [found] = look_at_memory(Model(enabled=enabled), source)
    assert found.verdict == verdict


def test_what_a_broker_says_of_itself_is_told() -> None:
    told = {
        "$SYS/broker/version": "mosquitto version 2.0.11",
        "$SYS/broker/uptime": "5 seconds",
        "$SYS/broker/publish/messages/dropped": "200",
    }
    assert [each.verdict for each in look_at_sys(told, about="broker")] == ["ok", "warning"]
    assert is_mosquitto(told)
    told["$SYS/broker/publish/messages/dropped"] = "0"
    assert [each.verdict for each in look_at_sys(told, about="broker")] == ["ok"]
    assert [each.verdict for each in look_at_sys({}, about="broker")] == ["unknown"]
    assert not is_mosquitto({})
