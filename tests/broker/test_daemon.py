"""The whole daemon as a process, on a real broker, with devices that answer."""

from __future__ import annotations

import json
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.broker.brokers import IotCore, Mosquitto
from tests.broker.daemons import ROOT, WITHIN, Daemon, Devices, Person

pytestmark = pytest.mark.broker


@pytest.fixture
def devices(broker: Mosquitto | IotCore) -> Iterator[Devices]:
    devices = Devices(broker.port)
    devices.start()
    devices.announce()
    yield devices
    devices.stop()


@pytest.fixture
def person(broker: Mosquitto | IotCore) -> Iterator[Person]:
    person = Person(broker.port, f"{ROOT}/#")
    person.start()
    yield person
    person.stop()


@pytest.fixture
def daemon(
    broker: Mosquitto | IotCore, devices: Devices, person: Person, tmp_path: Path
) -> Iterator[Daemon]:
    """A running daemon that knows the three devices and their states."""
    assert devices
    daemon = Daemon(tmp_path / "daemon", broker.port)
    daemon.start()
    try:
        await_entities(person, 3)
        yield daemon
    finally:
        daemon.stop()


def await_entities(person: Person, count: int) -> None:
    """Waits until so many entities are known, their retained states included."""
    person.hear(f"{ROOT}/status", lambda payload: payload == b"online")
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        reply = person.ask("is the front door locked")
        if "yes" in reply["speech"].casefold():
            return
        time.sleep(0.2)
    raise AssertionError(f"{count} entities were not known in time")


def commands(devices: Devices, topic: str) -> list[bytes]:
    return [payload for to, payload in devices.commands if to == topic]


@pytest.mark.usefixtures("daemon")
def test_a_command_reaches_the_device_and_is_confirmed_by_its_state(
    person: Person, devices: Devices
) -> None:
    reply = person.ask("turn on the kitchen light", area="Hall", user="sam")
    assert reply["outcome"] == "done"
    assert reply["via"] in ("rules", "cache")
    [action] = reply["actions"]
    assert action["name"] == "Kitchen light"
    assert action["service"] == "light.turn_on"
    assert action["topic"] == "dev/light/set"
    assert json.loads(action["payload"])["state"] == "ON"
    assert action["confirmed"] is True
    assert json.loads(commands(devices, "dev/light/set")[-1])["state"] == "ON"
    assert reply["speech"]
    assert reply["elapsed_ms"] > 0


@pytest.mark.usefixtures("daemon", "devices")
def test_every_action_is_published_for_the_audit(person: Person) -> None:
    person.ask("turn on the kitchen light", id="a7", user="sam")
    person.publish(f"{ROOT}/ask", {"text": "turn off the kitchen light", "id": "a8"})
    _, payload, _ = person.hear(f"{ROOT}/actions", lambda p: json.loads(p)["id"] == "a8")
    action = json.loads(payload)
    assert action["service"] == "light.turn_off"
    assert action["confirmed"] is True


@pytest.mark.usefixtures("daemon", "devices")
def test_plain_text_is_answered_on_the_response_topic_too(person: Person) -> None:
    reply, message = person.ask_with_response_topic("turn on the kitchen light")
    assert reply["outcome"] == "done"
    assert message.properties is not None
    assert message.properties.CorrelationData == b"\x01\x02"  # type: ignore[attr-defined]  # paho
    assert person.reply(reply["id"])["text"] == "turn on the kitchen light"


@pytest.mark.usefixtures("daemon")
def test_what_policy_marks_risky_needs_a_yes(person: Person, devices: Devices) -> None:
    first = person.ask("unlock the front door", user="sam")
    assert first["outcome"] == "confirm"
    assert first["actions"] == []
    assert commands(devices, "dev/lock/set") == []
    done = person.ask("yes", user="sam")
    assert done["outcome"] == "done"
    assert commands(devices, "dev/lock/set") == [b"UNLOCK"]


@pytest.mark.usefixtures("daemon")
def test_a_no_and_another_users_yes_do_nothing(person: Person, devices: Devices) -> None:
    person.ask("unlock the front door", user="sam")
    assert person.ask("yes", user="kim")["outcome"] != "done"
    assert person.ask("no", user="sam")["outcome"] == "answered"
    assert person.ask("yes", user="sam")["outcome"] != "done"
    assert commands(devices, "dev/lock/set") == []


@pytest.mark.usefixtures("daemon", "devices")
def test_a_device_that_does_not_answer_is_named(person: Person) -> None:
    reply = person.ask("turn on the hall lamp")
    assert reply["outcome"] == "failed"
    assert "Hall lamp" in reply["speech"]
    assert reply["actions"][0]["confirmed"] is False


@pytest.mark.usefixtures("daemon")
def test_a_question_is_answered_and_acts_on_nothing(person: Person, devices: Devices) -> None:
    before = len(devices.commands)
    reply = person.ask("is the kitchen light on?")
    assert reply["outcome"] == "answered"
    assert reply["speech"].casefold().startswith("no")
    assert len(devices.commands) == before


@pytest.mark.usefixtures("daemon")
def test_an_expired_command_is_refused(person: Person, devices: Devices) -> None:
    reply = person.ask("turn on the kitchen light", expires_at=time.time() - 1)
    assert reply["outcome"] == "refused"
    assert commands(devices, "dev/light/set") == []


@pytest.mark.usefixtures("daemon")
def test_the_same_id_twice_acts_once_and_is_answered_twice(
    person: Person, devices: Devices
) -> None:
    first = person.ask("turn on the kitchen light", id="same")
    second = person.ask("turn on the kitchen light", id="same")
    assert first["outcome"] == second["outcome"] == "done"
    assert len(commands(devices, "dev/light/set")) == 1


@pytest.mark.usefixtures("daemon")
def test_the_same_words_twice_act_twice(person: Person, devices: Devices) -> None:
    person.publish(f"{ROOT}/ask", "turn on the kitchen light")
    person.hear(f"{ROOT}/reply")
    person.publish(f"{ROOT}/ask", "turn on the kitchen light")
    person.hear(f"{ROOT}/reply")
    assert len(commands(devices, "dev/light/set")) == 2


def test_a_retained_ask_is_never_carried_out(
    broker: Mosquitto | IotCore, devices: Devices, person: Person, tmp_path: Path
) -> None:
    person.publish(f"{ROOT}/ask", "turn on the kitchen light", retain=True)
    daemon = Daemon(tmp_path / "daemon", broker.port)
    daemon.start()
    try:
        await_entities(person, 3)
        assert commands(devices, "dev/light/set") == []
        assert daemon.logged("message_buried")
    finally:
        daemon.stop()


def test_bad_input_is_named_and_hurts_nothing(
    person: Person, daemon: Daemon, devices: Devices
) -> None:
    person.publish("homeassistant/light/bad/config", b'{"name": "x", "command_topic": "a/#"}')
    person.publish("homeassistant/light/worse/config", b"{nonsense")
    person.publish(f"{ROOT}/ask", b"\xff\xfe")
    person.publish(f"{ROOT}/control", b'{"op": "dance"}')
    person.publish("dev/light", b"not json")
    assert person.ask("turn on the kitchen light")["outcome"] == "done"
    assert commands(devices, "dev/light/set")
    refused = {(row["topic"], row["key"]) for row in daemon.logged("refused")}
    assert ("homeassistant/light/bad/config", "command_topic") in refused
    assert any(topic == "homeassistant/light/worse/config" for topic, _ in refused)
    buried = {row["topic"] for row in daemon.logged("message_buried")}
    assert buried == {f"{ROOT}/ask", f"{ROOT}/control"}


def test_a_clean_stop_says_offline_and_a_killed_one_is_said_to_be(
    broker: Mosquitto | IotCore, person: Person, daemon: Daemon
) -> None:
    started = time.monotonic()
    assert daemon.stop() == 0
    assert time.monotonic() - started < 5.0
    person.hear(f"{ROOT}/status", lambda payload: payload == b"offline")
    daemon.start()
    person.hear(f"{ROOT}/status", lambda payload: payload == b"online")
    daemon.kill()
    person.hear(f"{ROOT}/status", lambda payload: payload == b"offline")
    assert broker.port


def test_health_tells_of_links_queues_disk_and_memory(person: Person, daemon: Daemon) -> None:
    daemon.stop()
    daemon.start()
    _, payload, _ = person.hear(f"{ROOT}/health", lambda p: json.loads(p)["entities"] == 3)
    health = json.loads(payload)
    assert health["links"]["broker"]["connected"] is True
    assert health["outbox"]["depth"] >= 0
    assert health["disk"]["alive"] is True
    assert health["memory"]["rss_mib"] > 0
    assert health["model"]["state"] == "off"
    assert health["versions"]["lamplighter"]


def test_a_restart_knows_its_devices_before_the_broker_says_anything(
    broker: Mosquitto | IotCore, person: Person, daemon: Daemon
) -> None:
    person.ask("turn on the kitchen light")
    daemon.stop()
    broker.stop()
    daemon.start()
    deadline = time.monotonic() + WITHIN
    while len(daemon.logged("started")) < 2 and time.monotonic() < deadline:
        time.sleep(0.1)
    assert daemon.logged("started")[-1]["entities"] == 3


def test_what_is_due_while_the_broker_is_away_waits_and_commands_expire(
    broker: Mosquitto | IotCore, person: Person, daemon: Daemon, devices: Devices
) -> None:
    assert person.ask("turn on the kitchen light in 4 seconds")["outcome"] == "scheduled"
    assert person.ask("set a timer for 2 seconds")["outcome"] == "scheduled"
    before = len(commands(devices, "dev/light/set"))
    broker.stop()
    # The command is due after four seconds and expires three later, with no broker in between.
    time.sleep(9)
    # Whoever is to hear the replies must be back before they are sent.
    daemon.send(signal.SIGSTOP)
    broker.start()
    deadline = time.monotonic() + WITHIN
    while not (person.client.is_connected() and devices.client.is_connected()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    time.sleep(0.5)  # for their subscriptions
    daemon.send(signal.SIGCONT)
    person.hear(f"{ROOT}/reply", lambda p: "timer" in json.loads(p)["speech"].casefold())
    person.hear(f"{ROOT}/reply", lambda p: json.loads(p)["outcome"] == "failed")
    assert len(commands(devices, "dev/light/set")) == before
    assert person.ask("turn on the kitchen light")["outcome"] == "done"
    assert daemon.logged("link_disconnected")


def test_sighup_takes_over_a_good_file_and_refuses_a_bad_one(
    person: Person, daemon: Daemon
) -> None:
    good = daemon.config.read_text()
    daemon.config.write_text(good + "policy: {refuse: [light.turn_on]}\n")
    daemon.send(signal.SIGHUP)
    await_log(daemon, "reloaded")
    assert person.ask("turn on the kitchen light")["outcome"] == "refused"
    daemon.config.write_text("node: [\n")
    daemon.send(signal.SIGHUP)
    await_log(daemon, "reload_refused")
    assert person.ask("is the front door locked")["outcome"] == "answered"


def test_systemd_hears_that_it_is_ready_alive_and_stopping(
    broker: Mosquitto | IotCore, tmp_path: Path
) -> None:
    address = str(tmp_path / "notify")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    listener.bind(address)
    listener.settimeout(WITHIN)
    daemon = Daemon(tmp_path / "daemon", broker.port)
    daemon.start(NOTIFY_SOCKET=address, WATCHDOG_USEC="1000000")
    try:
        heard = [listener.recv(4096).decode() for _ in range(4)]
        assert heard[0].startswith("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=opening the store")
        assert heard[1].startswith("READY=1")
        assert heard[2:] == ["WATCHDOG=1", "WATCHDOG=1"]
        daemon.send(signal.SIGTERM)
        while (last := listener.recv(4096).decode()) == "WATCHDOG=1":
            pass
        assert last == "STOPPING=1"
    finally:
        daemon.stop()
        listener.close()


def test_a_bad_configuration_ends_with_its_own_exit_code(tmp_path: Path) -> None:
    daemon = Daemon(tmp_path / "daemon", 1, extra="nod: x\nbroker2: y\n")
    daemon.start()
    assert daemon.wait() == 78
    text = daemon.log.read_text()
    assert "lamplighter.yaml:7: nod" in text
    assert "lamplighter.yaml:8: broker2" in text


def await_log(daemon: Daemon, event: str) -> dict[str, Any]:
    deadline = time.monotonic() + WITHIN
    while time.monotonic() < deadline:
        if rows := daemon.logged(event):
            return rows[-1]
        time.sleep(0.05)
    raise AssertionError(f"{event} was not logged")
