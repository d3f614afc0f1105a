"""The doctor at real brokers: what it finds is what they do, and it leaves nothing behind."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from tests.broker.brokers import IotCore, Mosquitto, find_mosquitto, free_port
from tests.broker.links import Plain
from tests.broker.test_mosquitto_config import Installed

from lamplighter.config import Config
from lamplighter.doctor import permissions, session
from lamplighter.doctor.examination import examine
from lamplighter.doctor.finding import Finding
from lamplighter.doctor.rounds import rounds
from lamplighter.link import probing
from lamplighter.link.probing import Probe
from lamplighter.link.settings import Broker
from lamplighter.store.settings import Store

pytestmark = pytest.mark.broker

NODE = "test"
CLIENT_ID = f"lamplighter-{NODE}-doctor"
PROTOCOLS = pytest.mark.parametrize("protocol", ["5", "3.1.1"])

Start = Callable[..., Mosquitto]


class Bare(Mosquitto):
    """A mosquitto with its own defaults, but for the lines given."""

    def _config(self) -> list[str]:
        return [
            f"listener {self.port} 127.0.0.1",
            "allow_anonymous true",
            "user root",
            *self.lines,
        ]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    if find_mosquitto() is None:
        pytest.skip("mosquitto is not installed")
    started: list[Mosquitto] = []

    def start(kind: type[Mosquitto] = Bare, **options: Any) -> Mosquitto:
        broker = kind(tmp_path / f"broker{len(started)}", **options)
        broker.start()
        started.append(broker)
        return broker

    yield start
    for broker in started:
        broker.stop()


def found_at(port: int, tmp_path: Path, messages: int = 1200, **options: Any) -> dict[str, Finding]:
    """What the doctor finds at a broker, by what it is about."""
    config = Config(
        node=NODE, broker=Broker(port=port, **options), store=Store(path=tmp_path / "store")
    )
    [check] = [each for each in rounds(config, messages=messages) if each.about == "broker"]
    return {finding.about: finding for finding in examine([check])}


def assert_nothing_is_left(port: int, protocol: str) -> None:
    broker = Broker(port=port, protocol=protocol)
    for client_id in (CLIENT_ID, f"{CLIENT_ID}-sender", f"{CLIENT_ID}-reader"):
        with Probe(broker, client_id=client_id, clean=False) as probe:
            assert not probe.granted.session_present
        with Probe(broker, client_id=client_id):
            pass
    reader = Plain(port, v5=protocol == "5")
    reader.subscribe("lamplighter/#")
    reader.publish("lamplighter/last", [b"last"])
    assert [each.topic for each in reader.await_heard(1)] == ["lamplighter/last"]
    reader.close()


@PROTOCOLS
def test_defaults_are_found_wanting_with_the_number_that_waits(
    start: Start, tmp_path: Path, protocol: str
) -> None:
    broker = start()
    found = found_at(broker.port, tmp_path, protocol=protocol)
    assert found["broker"].verdict == "ok"
    assert found["broker session"].verdict == "ok"
    queue = found["broker queue"]
    assert queue.verdict == "warning"
    assert "1,000 of 1,200 messages waited, in order; the newest 200 were dropped" in queue.detail
    assert found["broker restart"].verdict == "failed"
    remedy = found["broker restart"].remedy
    assert remedy is not None
    assert remedy.line == "persistence true"
    assert found["broker queue bounds"].verdict == "warning"
    assert "mosquitto version" in found["broker software"].detail
    assert_nothing_is_left(broker.port, protocol)


@PROTOCOLS
def test_a_trial_ends_its_session_itself(start: Start, protocol: str) -> None:
    port = start().port
    trial = session.try_out(
        Broker(port=port, protocol=protocol), CLIENT_ID, "t/doctor/session", 5, time.monotonic
    )
    assert (trial.present, trial.heard, trial.left) == (True, [0, 1, 2, 3, 4], "")
    assert_nothing_is_left(port, protocol)


@PROTOCOLS
def test_with_the_drop_in_nothing_is_missing(start: Start, tmp_path: Path, protocol: str) -> None:
    broker = start(Installed)
    found = found_at(broker.port, tmp_path, protocol=protocol)
    assert found["broker queue"].detail == "all 1,200 messages waited, in order"
    unwell = {each.about for each in found.values() if each.verdict != "ok"}
    assert unwell <= {"broker limits"}  # of which MQTT 3.1.1 says nothing
    assert found["broker saving"].detail.startswith("it writes every 30 s")
    assert found["broker queue bounds"].detail == "100,000 messages, 134,217,728 bytes a client"
    if protocol == "5":
        assert found["broker packet size"].detail == "packets of up to 16777216 bytes"
        assert found["broker receive maximum"].detail.startswith("1000 unacknowledged")


def test_what_the_broker_grants_is_told(start: Start, tmp_path: Path) -> None:
    broker = start(
        lines=(
            "max_packet_size 1000",
            "retain_available false",
            "max_inflight_messages 5",
            "persistent_client_expiration 1d",
        )
    )
    found = found_at(broker.port, tmp_path, messages=3)
    assert found["broker packet size"].verdict == "warning"
    assert found["broker retained messages"].verdict == "failed"
    assert found["broker receive maximum"].verdict == "warning"
    assert found["broker session expiry"].verdict == "warning"
    assert "86400 s" in found["broker session expiry"].detail
    # With few in flight, the trial goes on all the same.
    assert found["broker queue"].detail == "all 3 messages waited, in order"
    assert found["broker permissions: announce"].verdict == "ok"


@PROTOCOLS
def test_a_missing_permission_is_found_with_the_line_that_gives_it(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, protocol: str
) -> None:
    monkeypatch.setattr(permissions, "_WAIT_S", 0.3)
    monkeypatch.setattr(session, "_FIRST_S", 0.3)
    rights = tmp_path / "acl"
    rights.write_text("topic readwrite home/#\n")
    rights.chmod(0o600)
    broker = start(lines=(f"acl_file {rights}",))
    found = found_at(broker.port, tmp_path, messages=20, protocol=protocol)
    own = found["broker permissions: own topics"]
    assert own.verdict == "failed"
    assert own.remedy is not None
    assert own.remedy.line == f"topic readwrite lamplighter/{NODE}/#"
    assert found["broker permissions: retain"].verdict == "failed"
    announce = found.get("broker permissions: announce")
    assert (announce.verdict if announce else None) == ("warning" if protocol == "5" else None)
    kept = found["broker session"]
    if protocol == "5":
        assert (kept.verdict, "not authorised" in kept.detail) == ("unknown", True)
    else:
        assert kept.verdict == "failed"  # taken without a word, and gone


def test_a_login_is_used_and_a_wrong_one_told(start: Start, tmp_path: Path) -> None:
    broker = start(Mosquitto, users={"lamp": "right"})
    password = tmp_path / "password"
    password.write_text("right\n")
    login = {"username": "lamp", "password_file": password}
    assert found_at(broker.port, tmp_path, messages=3, **login)["broker session"].verdict == "ok"
    password.write_text("wrong\n")
    refused = found_at(broker.port, tmp_path, messages=3, **login)["broker"]
    assert refused.verdict == "failed"
    assert "not authorized" in refused.detail


def test_drops_that_the_broker_counted_are_told(start: Start, tmp_path: Path) -> None:
    broker = start(lines=("sys_interval 1",))
    found_at(broker.port, tmp_path)
    told: dict[str, Finding] = {}
    for _ in range(10):
        told = found_at(broker.port, tmp_path, messages=0)
        if "broker drops" in told:
            break
    assert told["broker drops"].verdict == "warning"


@pytest.mark.parametrize(("protocol", "port"), [("5", "port"), ("3.1.1", "port_v4")])
def test_a_broker_that_ends_connections_over_sys_is_looked_at_all_the_same(
    iotcore: IotCore, tmp_path: Path, protocol: str, port: str
) -> None:
    found = found_at(getattr(iotcore, port), tmp_path, protocol=protocol)
    assert found["broker session"].verdict == "ok"
    assert found["broker software"].verdict == "unknown"
    assert found["broker restart"].verdict == "unknown"


def test_a_frozen_broker_does_not_hang_it(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_ANSWER_S", 0.2)
    broker = start()
    broker.freeze()
    found = found_at(broker.port, tmp_path)
    assert list(found) == ["broker"]
    assert "no answer within 0.2 s" in found["broker"].detail


@PROTOCOLS
def test_what_an_interrupted_run_left_is_removed_by_the_next(
    start: Start, tmp_path: Path, protocol: str
) -> None:
    port = start().port
    broker = Broker(port=port, protocol=protocol)
    with Probe(broker, client_id=CLIENT_ID, clean=False, session_expiry=300) as probe:
        probe.subscribe([f"lamplighter/{NODE}/doctor/session"])
        until = time.monotonic() + 5
        probe.publish(f"lamplighter/{NODE}/doctor/retained", [b"x"], until=until, retain=True)
    found_at(port, tmp_path, messages=3, protocol=protocol)
    assert_nothing_is_left(port, protocol)


def test_a_broker_that_freezes_amid_the_trial_is_told_with_what_stays(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_ANSWER_S", 0.3)
    broker = start()
    send = session._send

    def freeze(*arguments: Any) -> None:
        broker.freeze()
        send(*arguments)

    monkeypatch.setattr(session, "_send", freeze)
    found = found_at(broker.port, tmp_path, messages=3)
    assert found["broker session"].verdict == "failed"
    assert "may have stayed" in found["broker session"].detail
    broker.thaw()
    monkeypatch.undo()
    assert found_at(broker.port, tmp_path, messages=3)["broker session"].verdict == "ok"
    assert_nothing_is_left(broker.port, "5")


@pytest.mark.parametrize(
    "says",
    [
        b"",  # nothing, and the connection stays
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\x20\x03\x00\x00\x00",  # accepts, and never says anything again
        b"\x20\xff\xff\xff\xff\xff",
        b"\x20\x02\x00",
    ],
)
def test_a_half_dead_broker_does_not_hang_it(
    says: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probing, "_ANSWER_S", 0.2)
    with HalfDead(says) as broker:
        found = found_at(broker.port, tmp_path)
    assert any(each.verdict == "failed" for each in found.values())


class HalfDead:
    """Takes connections, says one thing on each, and reads nothing."""

    def __init__(self, says: bytes) -> None:
        self.says = says
        self.port = free_port()
        self._taken: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for each in self._taken:
            each.close()

    def _run(self) -> None:
        while True:
            try:
                taken, _ = self._listener.accept()
            except OSError:
                return
            self._taken.append(taken)
            taken.sendall(self.says)
