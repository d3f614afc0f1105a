"""Real brokers on free loopback ports: mosquitto, or iotcore where mosquitto is absent."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

_STARTS_WITHIN_S = 10.0
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")


def find_mosquitto() -> str | None:
    """The path of mosquitto, or None where it is not installed."""
    found = shutil.which("mosquitto")
    if found:
        return found
    return next(
        (f"{place}/mosquitto" for place in _PLACES if Path(place, "mosquitto").exists()), None
    )


def free_port() -> int:
    """A TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


@dataclass(slots=True)
class Certificates:
    """Files of a CA of the test's own, a server and a client that it signed."""

    ca: Path
    server: Path
    server_key: Path
    client: Path
    client_key: Path


def make_certificates(folder: Path) -> Certificates:
    """Makes them with openssl; the server's is for ``localhost`` and 127.0.0.1."""
    folder.mkdir(parents=True, exist_ok=True)
    ca, ca_key = folder / "ca.crt", folder / "ca.key"
    _openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=Test CA",
             "-keyout", str(ca_key), "-out", str(ca))  # fmt: skip
    names = folder / "names"
    names.write_text("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    for name in ("server", "client"):
        request = folder / f"{name}.csr"
        _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}",
                 "-keyout", str(folder / f"{name}.key"), "-out", str(request))  # fmt: skip
        _openssl("x509", "-req", "-in", str(request), "-CA", str(ca), "-CAkey", str(ca_key),
                 "-CAcreateserial", "-days", "2", "-extfile", str(names),
                 "-out", str(folder / f"{name}.crt"))  # fmt: skip
    return Certificates(
        ca,
        folder / "server.crt",
        folder / "server.key",
        folder / "client.crt",
        folder / "client.key",
    )


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True)


@dataclass(slots=True)
class Mosquitto:
    """A mosquitto of the test's own.

    Attributes:
        folder: its configuration, log and, with ``persistence``, its database.
        port: where it listens, on 127.0.0.1.
        persistence: True to keep sessions and messages over a restart, written at each change.
        certificates: TLS with these, a client certificate required.
        users: user names and passwords; anybody may come where there are none.
        lines: further lines of its configuration.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    persistence: bool = False
    certificates: Certificates | None = None
    users: dict[str, str] = field(default_factory=dict)
    lines: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns when it listens."""
        program = find_mosquitto()
        if program is None:
            raise FileNotFoundError("mosquitto")
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "mosquitto.conf"
        config.write_text("\n".join(self._config()) + "\n")
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [program, "-c", str(config)], stdout=log, stderr=subprocess.STDOUT
            )
        _await_listener(self.port, self.process)

    def stop(self) -> None:
        """Ends it as a service manager would; twice is the same as once."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """Ends it by SIGKILL: it writes nothing any more."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Stops it from answering, with its connections open."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Lets it go on."""
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    def forget(self) -> None:
        """Deletes its database; it must be down."""
        (self.folder / "mosquitto.db").unlink(missing_ok=True)

    def save(self) -> None:
        """Makes it write its database now."""
        assert self.process is not None
        database = self.folder / "mosquitto.db"
        before = database.stat().st_mtime_ns if database.exists() else 0
        self.process.send_signal(signal.SIGUSR1)
        deadline = time.monotonic() + _STARTS_WITHIN_S
        while not database.exists() or database.stat().st_mtime_ns == before:
            if time.monotonic() > deadline:
                raise TimeoutError("mosquitto did not save")
            time.sleep(0.01)

    def log(self) -> str:
        """What it logged so far."""
        return (self.folder / "log").read_text(errors="replace")

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        if how is not signal.SIGKILL:  # which ends a frozen one as it is, with no last answer
            self.process.send_signal(signal.SIGCONT)
        self.process.send_signal(how)
        self.process.wait(10)
        self.process = None

    def _config(self) -> list[str]:
        lines = [f"listener {self.port} 127.0.0.1", "log_type all", "max_queued_messages 0"]
        # mosquitto gives up root, and its folder belongs to whoever runs the test.
        lines.append("user root")
        if self.certificates is not None:
            lines += [
                f"cafile {self.certificates.ca}",
                f"certfile {self.certificates.server}",
                f"keyfile {self.certificates.server_key}",
                "require_certificate true",
            ]
        if self.users:
            lines += ["allow_anonymous false", f"password_file {self._passwords()}"]
        else:
            lines.append("allow_anonymous true")
        if self.persistence:
            lines += [
                "persistence true",
                f"persistence_location {self.folder}/",
                "autosave_on_changes true",
                "autosave_interval 1",
            ]
        return [*lines, *self.lines]

    def _passwords(self) -> Path:
        path = self.folder / "passwords"
        path.write_text("")
        path.chmod(0o600)
        for name, password in self.users.items():
            subprocess.run(
                ["mosquitto_passwd", "-b", str(path), name, password],
                check=True,
                capture_output=True,
            )
        return path


@dataclass(slots=True)
class IotCore:
    """The broker of the ``iotcore`` package: MQTT 5 on ``port``, MQTT 3.1.1 on ``port_v4``."""

    folder: Path
    port: int = field(default_factory=free_port)
    port_v4: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and returns when it listens."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config = self.folder / "rumqttd.toml"
        config.write_text(self._config())
        code = "import sys, iotcore; iotcore.Broker(config_path=sys.argv[1]).run_forever()"
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, str(config)], stdout=log, stderr=subprocess.STDOUT
            )
        _await_listener(self.port, self.process)
        _await_listener(self.port_v4, self.process)

    def stop(self) -> None:
        """Ends it; twice is the same as once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None

    def _config(self) -> str:
        router = """id = 0
[router]
id = 0
max_connections = 100
max_outgoing_packet_count = 2000
max_segment_size = 104857600
max_segment_count = 10
"""
        listener = """[{version}.1]
name = "{version}"
listen = "127.0.0.1:{port}"
next_connection_delay_ms = 1
[{version}.1.connections]
connection_timeout_ms = 60000
max_payload_size = 1048576
max_inflight_count = 100
dynamic_filters = true
"""
        return (
            router
            + listener.format(version="v5", port=self.port)
            + listener.format(version="v4", port=self.port_v4)
        )


def _await_listener(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the broker ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on port {port}")
