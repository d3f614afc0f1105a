"""What a user may set of a link: the broker and how to speak to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lamplighter.named_files import absence


@dataclass(frozen=True, slots=True)
class Tls:
    """TLS to the broker: own CA, client certificate. ``insecure`` skips the host name check."""

    ca: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    insecure: bool = False

    def problems(self) -> Iterator[tuple[str, str]]:
        """Files that are not there."""
        for key, path in (("ca", self.ca), ("certificate", self.certificate), ("key", self.key)):
            if path is not None and (reason := absence(path)):
                yield key, reason


@dataclass(frozen=True, slots=True)
class Broker:
    """An MQTT broker and how to speak to it."""

    host: str = "127.0.0.1"
    port: int = field(default=1883, metadata={"min": 1, "max": 65535})
    protocol: str = field(default="5", metadata={"choices": ("5", "3.1.1")})
    client_id: str | None = None
    username: str | None = None
    password_file: Path | None = None
    tls: Tls | None = None
    keepalive: int = field(default=30, metadata={"min": 5, "max": 3600})
    session_expiry: int = field(default=7 * 86400, metadata={"min": 60, "max": 4294967294})
    receive_maximum: int = field(default=1000, metadata={"min": 1, "max": 65535})

    def problems(self) -> Iterator[tuple[str, str]]:
        """Contradictions between keys, and a password that is not there."""
        if self.password_file and not self.username:
            yield "password_file", "needs username as well"
        if self.password_file and (reason := absence(self.password_file)):
            yield "password_file", reason
        if self.tls and bool(self.tls.certificate) != bool(self.tls.key):
            yield "tls", "certificate and key go together"


def place_of(host: str) -> str:
    """A host's name by which others can be compared: all of this machine's own are one."""
    return "localhost" if host in ("127.0.0.1", "::1", "localhost") else host.casefold()
