"""What every figure of the store shares: message, broker, how disk and machine are just then."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.broker.brokers import IotCore, Mosquitto, find_mosquitto

PROTOCOLS = ("5", "3.1.1")
PAYLOAD_BYTES = 200
TOPIC = "bench/load"


class Ports(NamedTuple):
    """Ports of the broker: for what is measured, and for publishers, which speak 3.1.1."""

    measured: int
    publisher: int


def payload(number: int) -> bytes:
    """The message of a number, which it begins with."""
    return str(number).encode().ljust(PAYLOAD_BYTES, b".")


def number_of(message: bytes | bytearray) -> int:
    """The number of a message."""
    return int(message[: message.index(b".")])


def now(folder: Path) -> dict[str, Any]:
    """How disk and machine are: every run says it, as both change from minute to minute."""
    return {"sync_ms": sync_ms(folder), "load_1min": round(os.getloadavg()[0], 2)}


def sync_ms(folder: Path) -> float:
    """Median milliseconds of an fdatasync of one page: every commit waits for one."""
    times = []
    with (folder / "probe").open("wb", buffering=0) as probe:
        for _ in range(50):
            probe.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(probe.fileno())
            times.append(time.perf_counter() - began)
    return round(statistics.median(times) * 1000, 3)


def resident_mib(process: int | str = "self") -> float:
    """MiB of memory that a process holds now."""
    pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024, 2)


@contextmanager
def broker(folder: Path, protocol: str) -> Iterator[tuple[str, Ports]]:
    """A broker of its own, and its name; mosquitto where it is installed."""
    folder.mkdir(parents=True, exist_ok=True)
    found = (
        Mosquitto(folder, lines=("max_inflight_messages 1000",))
        if find_mosquitto()
        else IotCore(folder)
    )
    found.start()
    try:
        yield type(found).__name__.lower(), _ports(found, protocol)
    finally:
        found.stop()


def mosquitto_version() -> str | None:
    """The version, or None where it is not installed."""
    program = find_mosquitto()
    if program is None:
        return None
    told = subprocess.run([program, "-h"], capture_output=True, text=True, check=False).stdout
    found = re.search(r"version (\S+)", told)
    return found.group(1) if found else None


def _ports(found: Mosquitto | IotCore, protocol: str) -> Ports:
    if isinstance(found, IotCore):
        return Ports(found.port if protocol == "5" else found.port_v4, found.port_v4)
    return Ports(found.port, found.port)
