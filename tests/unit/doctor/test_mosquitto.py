"""What the configuration of a mosquitto promises, and whose configuration is looked at."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.doctor import mosquitto
from lamplighter.doctor.file_system import FileSystem
from lamplighter.doctor.finding import Finding
from lamplighter.doctor.mosquitto import is_local, judge
from lamplighter.doctor.mosquitto_conf import (
    Line,
    listens_on,
    number_of,
    read_settings,
    running,
    seconds_of,
    truth_of,
    value_of,
)
from lamplighter.link.settings import Broker

DROP_IN = Path(__file__).parents[3] / "config" / "mosquitto" / "lamplighter.conf"


def lines(text: str) -> list[Line]:
    pairs = (line.partition(" ") for line in text.strip().splitlines())
    return [Line(name.strip(), value.strip(), Path("c")) for name, _, value in pairs]


def found(text: str, **options: object) -> dict[str, Finding]:
    broker = Broker(**options)  # type: ignore[arg-type]  # a few keys of it
    return {each.about: each for each in judge(lines(text), broker, "broker")}


def test_nothing_set_means_nothing_kept() -> None:
    shown = found("")
    assert shown["broker restart"].verdict == "failed"
    assert shown["broker queue bounds"].verdict == "warning"


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_our_drop_in_leaves_nothing_to_say(protocol: str, tmp_path: Path) -> None:
    settings = [*read_settings(DROP_IN), Line("persistence_location", str(tmp_path), DROP_IN)]
    shown = list(judge(settings, Broker(protocol=protocol), "broker"))
    assert {each.verdict for each in shown} == {"ok"}


KEPT = "persistence true\npersistence_location /\n"
ON_CHANGES = f"{KEPT}autosave_on_changes true\n"


@pytest.mark.parametrize(
    ("text", "about", "verdict"),
    [
        ("persistence true", "broker restart", "warning"),
        (f"{KEPT}", "broker saving", "warning"),
        (f"{KEPT}autosave_interval 0", "broker saving", "warning"),
        (f"{KEPT}autosave_interval 1800", "broker saving", "warning"),
        (f"{KEPT}autosave_interval 60", "broker saving", "ok"),
        (f"{ON_CHANGES}autosave_interval 1", "broker saving", "warning"),
        (f"{ON_CHANGES}autosave_interval 1000", "broker saving", "ok"),
        ("max_queued_messages 0", "broker queue bounds", "warning"),
        ("max_queued_messages 0\nmax_queued_bytes 1000000", "broker queue bounds", "ok"),
        ("max_queued_messages 100000", "broker queue bounds", "ok"),
        ("persistent_client_expiration 2d", "broker session expiry", "warning"),
        ("persistent_client_expiration 1y", "broker session expiry", None),
        ("max_packet_size 1000", "broker message size", "warning"),
        ("message_size_limit 1000", "broker message size", "warning"),
        ("max_packet_size 2000000", "broker message size", None),
    ],
)
def test_each_setting_is_judged(text: str, about: str, verdict: str | None) -> None:
    shown = found(text)
    assert (shown[about].verdict if about in shown else None) == verdict
    assert verdict in (None, "ok") or (shown[about].why and shown[about].remedy)


def test_few_in_flight_concern_the_older_protocol_only() -> None:
    assert found("", protocol="3.1.1")["broker in flight"].verdict == "warning"
    assert "broker in flight" not in found("", protocol="5")


def test_persistence_in_memory_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = FileSystem("tmpfs", Path("/run"), frozenset(), "0:1")
    monkeypatch.setattr(mosquitto, "file_system_of", lambda _: memory)
    shown = found("persistence true\npersistence_location /run/m")
    assert shown["broker restart"].verdict == "failed"


def test_included_files_are_read_in_their_place(tmp_path: Path) -> None:
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "b.conf").write_text("max_queued_messages 2\n")
    (folder / "a.conf").write_text("# a comment\n\nmax_queued_messages 1\n")
    (folder / "c.txt").write_text("max_queued_messages 3\n")
    (folder / "loop.conf").write_text(f"include_dir {folder}\n")
    main = tmp_path / "mosquitto.conf"
    main.write_text(f"persistence  true\ninclude_dir {folder}\n")
    settings = read_settings(main)
    assert truth_of(settings, "persistence", default=False)
    assert value_of(settings, "max_queued_messages") == "2"


@given(st.text())
def test_any_value_is_read_or_passed_over(value: str) -> None:
    settings = [Line("x", value, Path("c"))]
    assert isinstance(number_of(settings, "x", 7), int)
    assert seconds_of(settings, "x") is None or value[:-1].strip().isdigit()
    truth_of(settings, "x", default=True)


def test_times_have_units() -> None:
    units = {"1h": 3600, "14d": 1209600, "2w": 1209600, "1m": 2592000, "1y": 31536000}
    for text, seconds in units.items():
        assert seconds_of(lines(f"x {text}"), "x") == seconds


@pytest.mark.parametrize(
    ("text", "given_port", "port", "listens"),
    [
        ("", None, 1883, True),
        ("", None, 1884, False),
        ("", 1884, 1884, True),
        ("listener 1884 127.0.0.1\nlistener 8883", None, 8883, True),
        ("listener 1884", None, 1883, False),
        ("port 1885", None, 1885, True),
    ],
)
def test_the_one_that_listens_is_found(
    text: str, given_port: int | None, port: int, *, listens: bool
) -> None:
    assert listens_on(lines(text), given_port, port) is listens


def process(proc: Path, pid: int, name: str, *words: str) -> None:
    folder = proc / str(pid)
    folder.mkdir()
    (folder / "comm").write_text(f"{name}\n")
    (folder / "cmdline").write_text("\0".join((*words, "")))
    (folder / "cwd").symlink_to(proc)


def test_processes_are_seen_with_their_configuration(tmp_path: Path) -> None:
    process(tmp_path, 12, "mosquitto", "mosquitto", "-c", "/etc/m.conf")
    process(tmp_path, 9, "mosquitto", "mosquitto", "-p", "1884")
    process(tmp_path, 30, "mosquitto", "mosquitto", "-c", "own.conf")
    process(tmp_path, 31, "mosquitto_sub", "mosquitto_sub", "-c", "x")
    (tmp_path / "77").mkdir()
    seen = [(each.pid, each.config, each.port) for each in running(tmp_path)]
    assert seen == [
        (9, None, 1884),
        (12, Path("/etc/m.conf"), None),
        (30, tmp_path / "own.conf", None),
    ]


def test_this_machine_is_known_from_others() -> None:
    assert is_local("127.0.0.1")
    assert is_local("localhost")
    assert not is_local("192.0.2.1")


def test_a_remote_broker_is_not_guessed_about() -> None:
    remote = Broker(host="192.0.2.1")
    [shown] = mosquitto.look_at_mosquitto(remote, about="broker", told=True)
    assert shown.verdict == "unknown"
    assert shown.why
