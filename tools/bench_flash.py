"""How many bytes each message writes to disk, by the store's profile and the rate."""

from __future__ import annotations

import argparse
import json
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tools.machine_facts import facts

from lamplighter.link.received import Received
from lamplighter.plugin import Message
from lamplighter.store.encryption.keys import make_key
from lamplighter.store.encryption.sealing import Seals
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.settings import Flash
from lamplighter.store.store import Store
from lamplighter.store.writing.wear import bytes_written

PROFILES = ("disk", "flash", "battery")
RATES = (1, 10, 100, 1000)
PAYLOAD_BYTES = 200
WINDOW = 1000
COMPARED = (
    "A store is given messages of 200 bytes at a steady rate, as a link gives them: each is "
    "committed (WAL, synchronous FULL) and acknowledged, marked as handled when it is, and its "
    "number kept in the history. Bytes are those that the kernel counts for the process "
    "(write_bytes of /proc/self/io), checkpoints included; the file system's own are not in them."
)
_SETTLE_SECONDS = 3.0
_TICK = 0.005


class Receiver:
    """A store and its peer: at most so many messages are unacknowledged at a time."""

    def __init__(self, folder: Path, profile: str, *, encrypted: bool) -> None:
        self._acked = threading.Condition()
        self._unacked = 0
        self.waits: list[float] = []
        self.store = Store(
            folder,
            max_bytes=512 << 20,
            on_committed=self._take,
            on_outbox=lambda: None,
            on_replaced=lambda _: None,
            flash=Flash(profile=profile),
            seals=Seals([make_key(b"k" * 32)]) if encrypted else None,
        )

    def put(self, number: int) -> None:
        """A message arrives, when the window has room for it."""
        with self._acked:
            self._acked.wait_for(lambda: self._unacked < WINDOW)
            self._unacked += 1
        body = (f"{number}." + "x" * PAYLOAD_BYTES)[:PAYLOAD_BYTES].encode()
        topic = f"bench/{number % 50}"
        message = Message(topic, body, qos=1, arrived=time.monotonic())
        self.store.history.add(topic, time.time(), float(number))
        self.store.inbox.put(Received(message, 1, number % 65535 + 1))

    def _take(self, rows: Sequence[InboxRow]) -> None:
        now = time.monotonic()
        self.waits += [now - row.received.message.arrived for row in rows]
        self.store.inbox.done([row.id for row in rows])
        with self._acked:
            self._unacked -= len(rows)
            self._acked.notify()


def run(
    folder: Path, profile: str, rate: int, seconds: float, *, encrypted: bool
) -> dict[str, Any]:
    """One store at one rate."""
    receiver = Receiver(folder, profile, encrypted=encrypted)
    receiver.store.start()
    try:
        _feed(receiver, rate, _SETTLE_SECONDS, 0)
        receiver.waits.clear()
        commits = receiver.store.health().writer.commits
        before, began = bytes_written(), time.monotonic()
        count = _feed(receiver, rate, seconds, 1_000_000)
        took = time.monotonic() - began
        commits = receiver.store.health().writer.commits - commits
        receiver.store.checkpoint().result(60)
        after = bytes_written()
        waits = sorted(receiver.waits)
    finally:
        receiver.store.stop()
    written = None if before is None or after is None else after - before
    return {
        "profile": profile,
        "rate": rate,
        "encrypted": encrypted,
        "messages": count,
        "per_s": round(count / took, 1),
        "commits_per_s": round(commits / took, 2),
        "bytes": written,
        "bytes_per_message": None if written is None else round(written / max(1, count)),
        "mib_per_day": None if written is None else round(written / took * 86400 / (1 << 20)),
        "ack_p50_ms": _quantile(waits, 0.5),
        "ack_p99_ms": _quantile(waits, 0.99),
    }


def _feed(receiver: Receiver, rate: int, seconds: float, first: int) -> int:
    """Puts messages in at the rate; returns how many."""
    count = 0
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        while count < passed * rate:
            receiver.put(first + count)
            count += 1
        time.sleep(max(_TICK, min(0.1, 0.5 / rate)))
    return count


def _quantile(ordered: Sequence[float], share: float) -> float | None:
    if not ordered:
        return None
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)


def measure(
    seconds: float = 20, profiles: Sequence[str] = PROFILES, rates: Sequence[int] = RATES
) -> dict[str, Any]:
    """Every figure; takes the product of the three, and a run with encryption beside the last."""
    runs = list(_runs(seconds, profiles, rates))
    return {"compared": COMPARED, "seconds": seconds, "runs": runs, "machine": facts()}


def _runs(
    seconds: float, profiles: Sequence[str], rates: Sequence[int]
) -> Iterator[dict[str, Any]]:
    wanted = [(profile, rate, False) for rate in rates for profile in profiles]
    wanted += [(profiles[0], rates[-1], True)]
    with tempfile.TemporaryDirectory(prefix="lamplighter-bench-") as folder:
        for number, (profile, rate, encrypted) in enumerate(wanted):
            place = Path(folder, str(number))
            # A few messages are not enough for a mean.
            length = max(seconds, 20 / rate)
            yield run(place, profile, rate, length, encrypted=encrypted)


def main() -> None:
    """Prints a table, or everything as JSON."""
    parser = argparse.ArgumentParser(prog="tools/bench flash", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--seconds", type=float, default=20.0, help="length of each run")
    arguments = parser.parse_args()
    found = measure(arguments.seconds)
    if arguments.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{COMPARED}\n")
    head = ("profile", "messages/s", "commits/s", "bytes/message", "MiB/day", "ack p50", "ack p99")
    print("  ".join(f"{each:>13}" for each in head))
    for each in found["runs"]:
        name = each["profile"] + (", AES" if each["encrypted"] else "")
        cells = (
            name,
            each["per_s"],
            each["commits_per_s"],
            each["bytes_per_message"],
            each["mib_per_day"],
            f"{each['ack_p50_ms']} ms",
            f"{each['ack_p99_ms']} ms",
        )
        print("  ".join(f"{cell!s:>13}" for cell in cells))


if __name__ == "__main__":
    main()
