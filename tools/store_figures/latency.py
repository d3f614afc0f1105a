"""How long until an offered publication is on disk: ``Outbox.put`` until its future is done."""

from __future__ import annotations

import itertools
import math
import os
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from tools.store_figures import child
from tools.store_figures.agent import Agent
from tools.store_figures.conditions import PAYLOAD_BYTES, TOPIC, broker, now, payload
from tools.store_figures.inbound import await_subscription
from tools.store_figures.publisher import Publisher

from lamplighter.plugin import Publication
from lamplighter.store.inbound.inbox import InboxRow
from lamplighter.store.outbound.lanes import Lane

RATE = 1000
TARGET_P99_MS = 20.0
COMPARED = (
    "1,000 messages of 200 bytes a second are offered by one thread, at an even pace or by "
    "Poisson, while link and pump send them to the broker; in the second pair, 1,000 QoS 1 "
    "messages a second come in as well and are committed and acknowledged. The time counts from "
    "the moment a message was to be offered (however late the thread was) until its commit with "
    "fsync is done. The floor: one thread with nothing else to do appends what is due to a file, "
    "and syncs it."
)
_PROTOCOL = "5"
_PACES = ("even", "poisson")
_SEED = 5
_OWN_TOPIC = f"{TOPIC}/out"
_ROUND_S = 0.01


def measure(folder: Path, *, seconds: float, rounds: int) -> dict[str, Any]:
    """Even and Poisson, quiet and with inbound traffic.

    Args:
        folder: for databases; emptied by the caller.
        seconds: length of each run, so all of it takes four times ``rounds`` of that.
        rounds: how often each is run.
    """
    runs = []
    floors = []
    for number, pace in itertools.product(range(rounds), _PACES):
        place = folder / f"{number}-floor-{pace}"
        place.mkdir(parents=True)
        floor = child.measure("latency.floor", folder=str(place), pace=pace, seconds=seconds)
        floors.append({"round": number, "pace": pace, **now(place), **floor})
    for number, inbound, pace in itertools.product(range(rounds), (0, RATE), _PACES):
        place = folder / f"{number}-{inbound}-{pace}"
        with broker(place, _PROTOCOL) as (name, ports):
            conditions = now(place)
            found = child.measure(
                "latency.offered",
                folder=str(place / "store"),
                ports=ports,
                pace=pace,
                inbound=inbound,
                seconds=seconds,
            )
        runs.append({"round": number, "pace": pace, "inbound_per_s": inbound, "broker": name,
                     **conditions, **found})  # fmt: skip
    rows = [
        _row([run for run in runs if (run["inbound_per_s"], run["pace"]) == case])
        for case in itertools.product((0, RATE), _PACES)
    ]
    return {
        "compared": COMPARED,
        "rate": RATE,
        "rows": rows,
        "floor": [_row([run for run in floors if run["pace"] == pace]) for pace in _PACES],
        "runs": runs,
        "floor_runs": floors,
    }


def _row(own: list[dict[str, Any]]) -> dict[str, Any]:
    """The runs of a case in one line: medians, and the worst."""
    return {
        "pace": own[0]["pace"],
        "inbound_per_s": own[0].get("inbound_per_s"),
        "p50_ms": round(statistics.median(run["p50_ms"] for run in own), 2),
        "p99_ms": round(statistics.median(run["p99_ms"] for run in own), 2),
        "p99_ms_worst": max(run["p99_ms"] for run in own),
        "max_ms": max(run["max_ms"] for run in own),
        "lost": sum(run.get("lost", 0) for run in own),
        "sync_ms": [run["sync_ms"] for run in own],
        "load_1min": [run["load_1min"] for run in own],
    }


def floor(folder: str, pace: str, seconds: float) -> dict[str, Any]:
    """What disk and machine give to one thread that only writes."""
    delays: list[float] = []
    waiting: list[float] = []
    with Path(folder, "floor").open("wb", buffering=0) as file:
        began = time.perf_counter()
        for moment in itertools.chain(_moments(pace, seconds), [math.inf]):
            if waiting and began + moment > time.perf_counter():
                file.write(bytes(PAYLOAD_BYTES * len(waiting)))
                os.fdatasync(file.fileno())
                done = time.perf_counter() - began
                delays += [done - due for due in waiting]
                waiting.clear()
            if moment < math.inf:
                time.sleep(max(0.0, began + moment - time.perf_counter()))
                waiting.append(moment)
    delays.sort()
    return {"p50_ms": _ms(delays, 0.5), "p99_ms": _ms(delays, 0.99), "max_ms": _ms(delays, 1)}


def offered(
    folder: str, ports: Sequence[int], pace: str, inbound: int, seconds: float
) -> dict[str, Any]:
    """One run."""
    done = [0]

    def on_done(rows: Sequence[InboxRow]) -> None:
        done[0] += len(rows)

    measured, publisher = ports
    parts = Agent(Path(folder), measured, _PROTOCOL, on_done)
    parts.open()
    parts.connect(receives=True)
    try:
        if not inbound:
            return {**_offer(parts, pace, seconds), "inbound_done": 0, "lost": 0}
        await_subscription(publisher, lambda: parts.link.state().received)
        done[0] = 0
        over = threading.Event()
        with Publisher(publisher) as source:
            flow = threading.Thread(target=_flow, args=(source, inbound, over))
            flow.start()
            found = _offer(parts, pace, seconds)
            over.set()
            flow.join()
            _await(lambda: done[0] >= source.granted)
        return {**found, "inbound_done": done[0], "lost": source.granted - done[0]}
    finally:
        parts.close()


def _flow(source: Publisher, rate: int, over: threading.Event) -> None:
    """Has the publisher send at a rate until it is over."""
    began = time.monotonic()
    while not over.wait(_ROUND_S):
        due = int((time.monotonic() - began) * rate) - source.granted
        if due > 0:
            source.grant(due)


def _offer(parts: Agent, pace: str, seconds: float) -> dict[str, Any]:
    delays: list[float] = []
    late: list[float] = []
    began = time.perf_counter()
    count = 0
    for moment in _moments(pace, seconds):
        wait = began + moment - time.perf_counter()
        if wait > 0:
            time.sleep(wait)
        late.append(time.perf_counter() - began - moment)
        future = parts.store.outbox.put(Publication(_OWN_TOPIC, payload(count)), Lane.TELEMETRY)
        future.add_done_callback(partial(_note, delays, began + moment))
        count += 1
    _await(lambda: len(delays) >= count)
    delays.sort()
    late.sort()
    return {
        "offered": count,
        "p50_ms": _ms(delays, 0.5),
        "p99_ms": _ms(delays, 0.99),
        "max_ms": _ms(delays, 1),
        "thread_late_p99_ms": _ms(late, 0.99),
        "commits": parts.store.writer.health().commits,
    }


def _note(delays: list[float], since: float, future: Future[int]) -> None:
    future.result()
    delays.append(time.perf_counter() - since)


def _moments(pace: str, seconds: float) -> Iterator[float]:
    """Seconds from the start at which messages are offered."""
    chance = random.Random(_SEED)  # noqa: S311 - for a load, not for a secret
    moment = 0.0
    while moment < seconds:
        yield moment
        moment += 1 / RATE if pace == "even" else chance.expovariate(RATE)


def _await(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.005)


def _ms(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000, 2)
