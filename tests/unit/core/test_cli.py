"""The command line: help, errors with their exit codes, reading what a daemon kept."""

from __future__ import annotations

import json
import time
from functools import partial
from pathlib import Path

import pytest

from lamplighter import cli
from lamplighter.catalogue.entity import State
from lamplighter.plugin import Message, Publication
from lamplighter.store.encryption.keys import seals_of
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.ledger import Loss
from lamplighter.store.settings import Encryption
from lamplighter.store.store import Store


def run(*arguments: str) -> int:
    try:
        cli.main(list(arguments))
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "c.yaml"
    path.write_text(f"node: n\nstore: {{path: {tmp_path / 'store'}}}\nbroker: {{port: 1}}\n")
    return path


@pytest.fixture
def kept(config: Path, tmp_path: Path) -> Path:
    """A configuration whose store holds a light, its state, and a message that waits."""
    store = Store(
        tmp_path / "store",
        max_bytes=32 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    store.start()
    announced = {"name": "Hall lamp", "unique_id": "u", "command_topic": "c", "state_topic": "s"}
    topic = "homeassistant/light/u/config"
    store.announcements.put("homeassistant", topic, json.dumps(announced).encode())
    store.states.put("light.hall_lamp", State("on", {}, True, 5.0, 5.0))
    store.outbox.put(Publication("t", b"abc"), Lane.ALARMS).result(10)
    store.stop()
    return config


def test_help_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    shown = capsys.readouterr().out
    for name in ("run", "ask", "check", "doctor", "devices", "alarms", "outbox", "model"):
        assert f"  {name} " in shown


def test_wrong_usage_exits_with_two() -> None:
    assert run("dance") == 2
    assert run("ask") == 2


def test_check_tells_all_mistakes_and_exits_with_78(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("node: a b\nbroker:\n  prot: 1\nmodel: {threads: x}\n")
    assert run("check", str(path)) == 78
    shown = capsys.readouterr().err
    assert f"{path}:1: node" in shown
    assert f"{path}:3: broker.prot" in shown
    assert f"{path}:4: model.threads" in shown
    assert run("check", "--json", str(path)) == 78
    assert len(json.loads(capsys.readouterr().out)["problems"]) == 3


def test_check_says_that_a_file_is_fine(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "--config", str(config)) == 0
    assert "fine. Node n" in capsys.readouterr().out


def test_ask_without_a_broker_is_one_clear_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("ask", "--config", str(config), "hello") == 1
    assert "127.0.0.1:1: can't connect" in capsys.readouterr().err


def test_devices_shows_what_the_daemon_kept(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("devices", "--config", str(kept), "--json") == 0
    [device] = json.loads(capsys.readouterr().out)
    assert (device["id"], device["name"], device["state"]) == ("light.hall_lamp", "Hall lamp", "on")
    assert run("devices", "--config", str(kept)) == 0
    assert "Hall lamp" in capsys.readouterr().out


def test_outbox_shows_what_waits_and_its_bounds(
    kept: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("outbox", "--config", str(kept), "--json") == 0
    lanes = {each["lane"]: each for each in json.loads(capsys.readouterr().out)["lanes"]}
    assert list(lanes) == ["commands", "alarms", "states", "telemetry"]
    alarms = lanes["alarms"]
    assert (alarms["link"], alarms["rows"], alarms["bytes"]) == ("broker", 1, 4)
    assert alarms["max_bytes"] == int(0.08 * 512 * 1024 * 1024)
    assert alarms["oldest"] is not None
    assert (lanes["commands"]["rows"], lanes["commands"]["oldest"]) == (0, None)
    assert run("outbox", "--config", str(kept)) == 0
    assert "Nothing waits" not in capsys.readouterr().out


def test_outbox_shows_losses_with_their_times(
    kept: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store = Store(
        tmp_path / "store",
        max_bytes=32 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
    )
    store.start()
    long_ago, lately = 1767225600.0, time.time() - 60.0
    for first, topic in ((long_ago, "old"), (lately, "new")):
        loss = Loss("telemetry", topic, "thinned", 7, 700, first, first + 5.0)
        store.submit(partial(store.ledger.insert, loss=loss)).result(10)
    # The daemon still runs: the command reads beside it.
    assert run("outbox", "--config", str(kept), "--json") == 0
    ledger = json.loads(capsys.readouterr().out)["ledger"]
    assert [each["topic"] for each in ledger] == ["new", "old"]
    assert (ledger[1]["first"], ledger[1]["last"]) == (long_ago, long_ago + 5.0)
    assert run("outbox", "--config", str(kept), "--json", "--days", "1") == 0
    [recent] = json.loads(capsys.readouterr().out)["ledger"]
    assert recent["topic"] == "new"
    assert run("outbox", "--config", str(kept)) == 0
    assert "2026-01-01 00:00:05" in capsys.readouterr().out
    store.stop()


def test_outbox_of_an_encrypted_store_shows_what_needs_no_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key, config = tmp_path / "key", tmp_path / "c.yaml"
    key.write_bytes(b"k" * 32)
    key.chmod(0o600)
    folder = tmp_path / "store"
    config.write_text(f"store: {{path: {folder}, encryption: {{key_file: {key}}}}}\n")
    store = Store(
        folder,
        max_bytes=32 << 20,
        on_committed=lambda _: None,
        on_outbox=lambda: None,
        on_replaced=lambda _: None,
        seals=seals_of(Encryption(key_file=key)),
    )
    store.start()
    store.outbox.put(Publication("t", b"abc"), Lane.ALARMS).result(10)
    bad = Message("bad", b"payload", arrived=1.0)
    store.submit(
        lambda connection: store.dead_letters.insert(connection, bad, "not JSON", 1.0)
    ).result(10)
    store.stop()
    assert run("outbox", "--config", str(config), "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["dead_letters"]) == 1
    key.chmod(0o644)  # refused: others could read it
    assert run("outbox", "--config", str(config), "--json") == 0
    shown = capsys.readouterr()
    assert sum(each["rows"] for each in json.loads(shown.out)["lanes"]) == 1
    assert "not shown" in shown.err


def test_alarms_without_any(kept: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("alarms", "--config", str(kept)) == 0
    assert "No alarms." in capsys.readouterr().out


def test_a_store_that_is_not_there_is_one_clear_line(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("outbox", "--config", str(config)) == 1
    assert "there is no such database" in capsys.readouterr().err


def test_doctor_fails_where_the_broker_is_away(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("doctor", "--config", str(config), "--json") == 1
    findings = {each["about"]: each for each in json.loads(capsys.readouterr().out)}
    assert findings["broker"]["verdict"] == "failed"
    assert findings["disk"]["verdict"] in ("ok", "warning", "unknown")


def test_check_says_which_key_it_can_not_see(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    path = tmp_path / "lamplighter.yaml"
    path.write_text("store: {encryption: {}}\n")
    assert run("check", str(path)) == 0
    assert "credential store-key" in capsys.readouterr().out
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", "/run/credentials/lamplighter.service")
    assert run("check", str(path)) == 0
    assert "credential store-key" not in capsys.readouterr().out


def test_check_looks_for_the_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, path = tmp_path / "key", tmp_path / "lamplighter.yaml"
    path.write_text("# here\nstore: {encryption: {key_file: key}}\n")
    said = f"{path}:2: store.encryption.key_file: "
    for content, reason in ((None, "there is no file"), (b"short", "64 hex digits")):
        if content is not None:
            key.write_bytes(content)
            key.chmod(0o600)
        assert run("check", str(path)) == 78
        error = capsys.readouterr().err
        assert said in error
        assert reason in error
    key.write_bytes(b"1" * 32)
    assert run("check", str(path)) == 0
