"""Soaks the daemon: hours of traffic under random faults, and then every message is counted.

A machine publishes numbered readings, a person dims a light, a tank raises alarms, all at QoS 1.
Between the daemon and its broker lies a wire that notes what was sent and what was acknowledged in
both directions. At the end each message that the daemon acknowledged must be in its database, each
command carried out once and answered, and each reply taken by the broker - or be in the ledger.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.broker.brokers import Mosquitto, find_mosquitto
from tests.broker.daemons import Daemon
from tests.faults.preload.interposer import Interposer, build, find_compiler
from tests.faults.wiretap import Tally, Wiretap
from tools.machine_facts import facts
from tools.soak_faults import Faults, mount_disk, say_on, unmount_disk
from tools.soak_traffic import MACHINES, Home, Listener, Sender

_SETTLE_S = 180.0
_STEADY_S = 6.0


@dataclass(slots=True)
class Account:
    """What became of one kind of message.

    Attributes:
        kind: which.
        sent: different ones, by whoever sends them.
        acked: by whoever takes them over: from then on they may not be lost.
        stored: in the daemon's database at the end.
        delivered: to whom they are for.
        duplicated: more often than once on the wire.
        thinned: given up, and in the ledger.
        lost: acked, and neither stored, delivered, nor in the ledger.
        not_acked: sent, and lost by the broker before the daemon acknowledged them.
    """

    kind: str
    sent: int = 0
    acked: int = 0
    stored: int = 0
    delivered: int = 0
    duplicated: int = 0
    thinned: int = 0
    lost: int = 0
    not_acked: int = 0


@dataclass(slots=True)
class Books:
    """What the daemon's database holds at the end."""

    readings: set[int] = field(default_factory=set)
    finished: set[str] = field(default_factory=set)
    carried_out: dict[str, int] = field(default_factory=dict)
    buried: int = 0
    ledger: dict[str, int] = field(default_factory=dict)
    reasons: list[tuple[Any, ...]] = field(default_factory=list)
    waiting: int = 0


def read_books(database: Path) -> Books:
    """Reads the daemon's database; it may be running."""
    books = Books()
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        books.readings = {
            int(value)
            for (value,) in connection.execute(
                "SELECT value FROM samples WHERE series IN"
                " (SELECT series FROM samples GROUP BY series ORDER BY count(*) DESC LIMIT 1)"
            )
        }
        for (reply,) in connection.execute("SELECT reply FROM commands"):
            books.finished.add(json.loads(reply).get("id", ""))
        for number, count in connection.execute(
            "SELECT json_extract(data, '$.id'), count(*) FROM audit GROUP BY 1"
        ):
            books.carried_out[number] = count
        (books.buried,) = connection.execute("SELECT count(*) FROM dead_letters").fetchone()
        books.reasons = connection.execute(
            "SELECT lane, reason, sum(count) FROM ledger GROUP BY 1, 2"
        ).fetchall()
        for lane, _, count in books.reasons:
            books.ledger[lane] = books.ledger.get(lane, 0) + count
        (books.waiting,) = connection.execute(
            "SELECT (SELECT count(*) FROM inbox) + (SELECT count(*) FROM outbox)"
        ).fetchone()
    finally:
        connection.close()
    return books


def balance(sender: Sender, heard: dict[str, int], tally: Tally, books: Books) -> list[Account]:
    """The account of each kind of message."""
    came, acked = _by_kind(tally.came), _by_kind(tally.acked)
    left, taken = _by_kind(tally.left), _by_kind(tally.taken)
    readings = Account("readings in", sent=sender.readings)
    _fill(readings, came["readings"], acked["readings"])
    readings.stored = len(books.readings)
    readings.thinned = books.ledger.get("history", 0)
    missing = set(acked["readings"]) - books.readings
    readings.lost = max(0, len(missing) - readings.thinned)

    asks = Account("commands in", sent=sender.asks)
    _fill(asks, came["asks"], acked["asks"])
    asks.stored = len(books.finished)
    asks.thinned = books.buried
    asks.lost = max(0, len(set(acked["asks"]) - books.finished) - books.buried)

    replies = Account("replies out", sent=len(left["replies"]))
    replies.acked = len(taken["replies"])
    replies.stored = len(books.finished)
    replies.delivered = len(heard)
    replies.duplicated = sum(left["replies"].values()) - len(left["replies"])
    replies.thinned = books.ledger.get("commands", 0)
    replies.lost = max(0, len(books.finished - set(taken["replies"])) - replies.thinned)

    actions = Account("actions out", sent=sum(left["actions"].values()))
    actions.acked = sum(taken["actions"].values())
    actions.stored = sum(books.carried_out.values())
    actions.delivered = actions.acked
    actions.duplicated = max(0, actions.sent - actions.stored)
    actions.thinned = books.ledger.get("commands", 0)
    actions.lost = max(0, actions.stored - actions.acked - actions.thinned)
    return [readings, asks, replies, actions]


def _fill(account: Account, came: dict[Any, int], acked: dict[Any, int]) -> None:
    account.acked = len(acked)
    account.delivered = len(came)
    account.duplicated = sum(came.values()) - len(came)
    account.not_acked = account.sent - len(acked)


def _by_kind(payloads: dict[bytes, int]) -> dict[str, dict[Any, int]]:
    """Different messages with how often each was seen, by kind."""
    kinds: dict[str, dict[Any, int]] = {
        "readings": {}, "asks": {}, "replies": {}, "actions": {}
    }  # fmt: skip
    for payload, count in list(payloads.items()):
        try:
            value = json.loads(payload)
        except ValueError:
            continue
        if not isinstance(value, dict):
            continue
        if "n" in value and "t" in value:
            kinds["readings"][value["n"]] = count
        elif "outcome" in value and "id" in value:
            number = value["id"]
            kinds["replies"][number] = kinds["replies"].get(number, 0) + count
        elif str(value.get("id", "")).startswith("ask-") and "text" in value:
            kinds["asks"][value["id"]] = count
        elif "brightness" in value and "state" in value:
            kinds["actions"][payload] = count
    return kinds


class Soak:
    """One run.

    Args:
        folder: for everything.
        seconds: how long faults are done.
        seed: of the faults.
        rate: readings a second.
    """

    def __init__(self, folder: Path, seconds: float, seed: int, rate: float) -> None:
        self.folder = folder
        self.seconds = seconds
        self.seed = seed
        self.rate = rate
        self.memory: list[float] = []
        self.settled = False

    def run(self) -> dict[str, Any]:
        """Runs it all; returns every figure."""
        began = time.monotonic()
        say = say_on(began)
        broker = Mosquitto(
            self.folder / "mosquitto", persistence=True, lines=("max_inflight_messages 200",)
        )
        broker.start()
        wire = Wiretap(("127.0.0.1", broker.port))
        wire.start()
        home = self.folder / "daemon"
        own_disk = mount_disk(home)
        daemon = Daemon(home, wire.port, MACHINES)
        daemon.log = self.folder / "daemon.log"
        daemon.config.write_text(
            daemon.config.read_text().replace("expire_after: 3", "expire_after: 3600")
        )
        self._daemon, self._broker = daemon, broker
        faults = Faults(
            daemon, broker, wire, disk=self._disk(home), own_disk=own_disk,
            chance=random.Random(self.seed),  # noqa: S311 - what fails is no secret
        )  # fmt: skip
        devices, listener = Home(broker.port), Listener(broker.port)
        sender = Sender(broker.port, self.rate)
        devices.start()
        listener.start()
        try:
            faults.start_daemon()
            _wait(lambda: bool(listener.health), 60)
            sender.start()
            say("begins")
            self._remember_memory()
            faults.run(self.seconds, say)
            say("no more faults")
            faults.heal()
            all_sent = sender.finish(_SETTLE_S)
            self.settled = all_sent and self._settle(wire.tally)
            say("settled" if self.settled else "did not settle")
            self._remember_memory()
            database = home / "store" / "lamplighter.db"
            books = read_books(database)
            code = daemon.stop()
        finally:
            if daemon.process is not None and daemon.process.poll() is None:
                daemon.kill()
            for each in (sender, listener):
                each.close()
            devices.stop()
            wire.stop()
            broker.stop()
            if own_disk:
                unmount_disk(home)
        accounts = balance(sender, listener.replies, wire.tally, books)
        twice = sum(count > 1 for number, count in books.carried_out.items() if number)
        log = daemon.log.read_text(errors="replace")
        return {
            "machine": facts(),
            "seconds": round(time.monotonic() - began, 1),
            "seed": self.seed,
            "faults": dict(faults.done),
            "accounts": [asdict(each) for each in accounts],
            "carried_out_twice": twice,
            "ledger": books.reasons,
            "dead_letters": books.buried,
            "waiting": books.waiting,
            "settled": self.settled,
            "ended_by_itself": faults.deaths,
            "exit_code": code,
            "tracebacks": log.count("Traceback"),
            "memory_mib": self.memory,
            "connections": wire.tally.connections,
        }

    def _disk(self, home: Path) -> Interposer | None:
        if find_compiler() is None:
            return None
        return Interposer(build(self.folder), home / "store", self.folder / "control")

    def _settle(self, tally: Tally) -> bool:
        """True where nothing waits and nothing comes any more, in time."""
        until = time.monotonic() + _SETTLE_S
        last, since = -1, time.monotonic()
        database = self._daemon.folder / "store" / "lamplighter.db"
        while time.monotonic() < until:
            seen = sum(tally.acked.values()) + sum(tally.taken.values())
            if seen != last:
                last, since = seen, time.monotonic()
            try:
                waiting = read_books(database).waiting
            except sqlite3.Error:
                waiting = 1
            if not waiting and time.monotonic() - since > _STEADY_S:
                return True
            time.sleep(1)
        return False

    def _remember_memory(self) -> None:
        process = self._daemon.process
        if process is None:
            return
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        self.memory.append(round(int(line.split()[1]) / 1024, 1))


def _wait(found: Any, within: float) -> None:
    until = time.monotonic() + within
    while not found():
        if time.monotonic() > until:
            raise TimeoutError("the daemon does not come up")
        time.sleep(0.1)


def is_well(found: dict[str, Any]) -> bool:
    """True where nothing was lost that is not accounted for, and nothing was done twice."""
    return (
        not any(account["lost"] for account in found["accounts"])
        and not found["carried_out_twice"]
        and not found["ended_by_itself"]
        and not found["waiting"]
        and found["settled"]
    )


def show(found: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console  # only where a table is wanted
    from rich.table import Table

    minutes = found["seconds"] / 60
    table = Table(title=f"{minutes:.1f} minutes, seed {found['seed']}, by kind of message")
    for name in Account.__dataclass_fields__:
        table.add_column(name.replace("_", " "), justify="left" if name == "kind" else "right")
    for account in found["accounts"]:
        table.add_row(
            *(f"{each:,}" if isinstance(each, int) else each for each in account.values())
        )
    console = Console(width=130)
    console.print(table)
    console.print(
        "Delivered is by the wire, but for replies, which somebody behind the broker hears: what is"
        " missing there was lost by the broker, which had acknowledged it and was killed.",
        style="dim",
    )
    done = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in sorted(found["faults"].items()))
    console.print(f"Faults: {sum(found['faults'].values())} ({done}).")
    console.print(f"Connections: {found['connections']}.")
    ledger = ", ".join(f"{lane} {reason} {n}" for lane, reason, n in found["ledger"]) or "empty"
    console.print(f"Ledger: {ledger}. Dead letters: {found['dead_letters']}.")
    console.print(
        f"Commands carried out twice: {found['carried_out_twice']}. Waiting at the end:"
        f" {found['waiting']}. The daemon ended by itself: {found['ended_by_itself']} times."
        f" Tracebacks in its log: {found['tracebacks']}. Memory: {found['memory_mib']} MiB."
    )
    console.print("Nothing is lost." if is_well(found) else "NOT WELL.", style="bold")


def main() -> int:
    """Runs it from the command line; 1 where anything is lost that is not accounted for."""
    parser = argparse.ArgumentParser(prog="tools/soak", description=__doc__)
    length = parser.add_mutually_exclusive_group()
    length.add_argument("--hours", type=float, help="how long")
    length.add_argument("--minutes", type=float, help="how long; 10 where nothing is said")
    parser.add_argument("--seed", type=int, default=1, help="of the faults")
    parser.add_argument("--rate", type=float, default=60, help="readings a second")
    parser.add_argument("--json", action="store_true", help="one JSON object")
    parser.add_argument(
        "--keep", action="store_true", help="keep the folder: log, database, broker"
    )
    options = parser.parse_args()
    if find_mosquitto() is None:
        parser.error("mosquitto is not installed")
    seconds = options.hours * 3600 if options.hours else (options.minutes or 10) * 60
    folder = Path(tempfile.mkdtemp(prefix="lamplighter-soak-"))
    found = Soak(folder, seconds, options.seed, options.rate).run()
    if options.json:
        print(json.dumps(found))
    else:
        show(found)
    well = is_well(found)
    if well and not options.keep:
        shutil.rmtree(folder)
    else:
        print(f"Kept: {folder}", file=sys.stderr)
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
