"""What a fault is done to: a broker, a home of devices, a person who asks, and the daemon."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from tests.broker.brokers import Mosquitto
from tests.broker.daemons import ROOT, Daemon, Devices, Person

PATIENCE = 40.0
"""Seconds that a busy machine is given for anything; nothing here passes for being quick."""


def until(
    found: Callable[[], Any], what: str, within: float = PATIENCE, every: float = 0.05
) -> Any:
    """The first true result of ``found``.

    Raises:
        AssertionError: there was none in time.
    """
    deadline = time.monotonic() + within
    while not (result := found()):
        assert time.monotonic() < deadline, f"in {within:.0f} s: {what}"
        time.sleep(every)
    return result


class Listener:
    """Keeps what the daemon says and what it tells devices, by a session that misses nothing."""

    def __init__(self, port: int) -> None:
        self.replies: list[dict[str, Any]] = []
        self.health: list[dict[str, Any]] = []
        self.others: list[tuple[str, bytes]] = []
        self._port = port
        self._ready = threading.Event()
        self.client = Client(
            CallbackAPIVersion.VERSION2,
            client_id="listener",
            clean_session=False,
            protocol=MQTTProtocolVersion.MQTTv311,
        )
        self.client.reconnect_delay_set(1, 1)
        self.client.on_connect = lambda client, *_: client.subscribe(
            [(f"{ROOT}/#", 1), ("dev/+/set", 1)]
        )
        self.client.on_subscribe = lambda *_: self._ready.set()
        self.client.on_message = self._on_message

    def start(self) -> None:
        self.client.connect("127.0.0.1", self._port)
        self.client.loop_start()
        assert self._ready.wait(PATIENCE)

    def stop(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()

    def answers(self, ask_id: str) -> list[dict[str, Any]]:
        """Every reply with this id, as they came."""
        return [reply for reply in tuple(self.replies) if reply["id"] == ask_id]

    def _on_message(self, _client: Client, _data: Any, message: MQTTMessage) -> None:
        payload = bytes(message.payload)
        if message.topic == f"{ROOT}/reply":
            self.replies.append(json.loads(payload))
        elif message.topic == f"{ROOT}/health":
            self.health.append(json.loads(payload))
        else:
            self.others.append((message.topic, payload))


class Stage:
    """Broker, devices, person, listener and daemon; each can be ended and started again.

    Args:
        broker: running.
        folder: where the daemon's files go.
        extra: further lines of the daemon's configuration.
    """

    def __init__(self, broker: Mosquitto, folder: Path, extra: str) -> None:
        self.broker = broker
        self.daemon = Daemon(folder / "daemon", broker.port, extra)
        self.devices = Devices(broker.port)
        self.person = Person(broker.port)
        self.listener = Listener(broker.port)
        self._asked = 0

    def open(self) -> None:
        """Connects everybody and announces the devices; the daemon is not started."""
        self.devices.start()
        self.devices.announce()
        self.person.start()
        self.listener.start()

    def close(self) -> None:
        """Ends everything that runs."""
        process = self.daemon.process
        if process is not None and process.poll() is None:
            self.daemon.kill()
        for client in (self.person, self.devices, self.listener):
            client.stop()
        self.broker.stop()

    def configure(self, old: str, new: str) -> None:
        """Changes the daemon's configuration; it has to be started (again) for that."""
        text = self.daemon.config.read_text()
        assert old in text
        self.daemon.config.write_text(text.replace(old, new))

    def start(self, **environment: str) -> None:
        """Starts the daemon and returns when it answers what it knows of the devices."""
        online = (f"{ROOT}/status", b"online")
        before = self.listener.others.count(online)
        self.daemon.start(**environment)

        def is_online() -> bool:
            assert self.daemon.process is not None
            assert self.daemon.process.poll() is None, self.daemon.log.read_text()[-2000:]
            return self.listener.others.count(online) > before

        until(is_online, "the daemon is online")
        self.until_it_knows()

    def until_it_knows(self) -> None:
        """Returns when the daemon answers a question about a device's state."""
        until(self._knows, "the daemon knows its devices", every=0.1)

    def start_broker(self) -> None:
        """Starts the broker again, and returns when the devices and the person are back."""
        self.broker.start()
        clients = (self.devices.client, self.person.client, self.listener.client)
        until(lambda: all(each.is_connected() for each in clients), "all are connected again")

    def ask(self, text: str, **more: Any) -> dict[str, Any]:
        """Asks and returns the first reply."""
        ask_id = self.send(text, **more)
        replies: list[dict[str, Any]] = until(
            lambda: self.listener.answers(ask_id), f"a reply to {text!r}"
        )
        return replies[0]

    def send(self, text: str, **more: Any) -> str:
        """Asks without waiting; returns the id."""
        self._asked += 1
        ask_id = str(more.pop("id", f"ask-{self._asked}"))
        self.person.publish(f"{ROOT}/ask", {"text": text, "id": ask_id, **more})
        return ask_id

    def until_health(self, accept: Callable[[dict[str, Any]], Any], what: str) -> dict[str, Any]:
        """The first health that is accepted, those of the past included."""
        found: list[dict[str, Any]] = until(
            lambda: [each for each in tuple(self.listener.health) if accept(each)], what
        )
        return found[0]

    def database(self) -> Path:
        """The daemon's database."""
        return self.daemon.folder / "store" / "lamplighter.db"

    def query(self, sql: str, *values: Any) -> list[Any]:
        """Rows of the daemon's database, which may be in use."""
        connection = sqlite3.connect(f"file:{self.database()}?mode=ro", uri=True)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def is_drained(self) -> bool:
        """True where nothing waits in the inbox or in the outbox."""
        return self.query("SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM outbox)") == [
            (0, 0)
        ]

    def rss_mib(self) -> float:
        """The daemon's resident memory."""
        assert self.daemon.process is not None
        status = Path(f"/proc/{self.daemon.process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024

    def _knows(self) -> bool:
        ask_id = self.send("is the front door locked")
        deadline = time.monotonic() + 3
        while time.monotonic() < deadline:
            if replies := self.listener.answers(ask_id):
                return "yes" in replies[0]["speech"].casefold()
            time.sleep(0.02)
        return False
