"""Whether memory grows or the rate sinks while messages come in as fast as they go."""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tools.store_figures import child
from tools.store_figures.agent import Agent
from tools.store_figures.conditions import PROTOCOLS, broker, now, number_of, resident_mib
from tools.store_figures.inbound import await_subscription
from tools.store_figures.publisher import Publisher

from lamplighter.store.inbound.inbox import InboxRow

GROWTH_MIB = 8.0
LEAST_SHARE = 0.7
JUDGED = (
    f"Fails where the line through the samples of memory after the first fifth grows by more than "
    f"{GROWTH_MIB:g} MiB over the run, or the median rate of the last third is below "
    f"{LEAST_SHARE:.0%} of that of the first third, or a message was lost."
)
_AHEAD = 5000
_CREDIT = 250
_POLL_S = 0.005
_WAIT_S = 15.0


def measure(folder: Path, *, seconds: float) -> dict[str, Any]:
    """Each MQTT version for so many seconds."""
    runs = []
    for protocol in PROTOCOLS:
        place = folder / protocol
        with broker(place, protocol) as (name, ports):
            conditions = now(place)
            found = child.measure(
                "sustained.agent",
                folder=str(place / "store"),
                ports=ports,
                protocol=protocol,
                seconds=seconds,
            )
        runs.append({"protocol": protocol, "broker": name, **conditions, **found})
    return {"judged": JUDGED, "runs": runs, "failed": [run for run in runs if run["problems"]]}


class Tally:
    """Counts messages by their number without keeping any: they come in order."""

    def __init__(self) -> None:
        self.done = self.lost = self.duplicates = 0
        self._next: int | None = None

    def add(self, rows: Sequence[InboxRow]) -> None:
        """Counts rows that are on disk."""
        for row in rows:
            number = number_of(row.received.message.payload)
            if self._next is not None and number < self._next:
                self.duplicates += 1
                continue
            if self._next is not None:
                self.lost += number - self._next
            self._next = number + 1
            self.done += 1

    def begin(self) -> None:
        """The next message is the first: what told that the subscription stands was no part."""
        self.done = self.lost = self.duplicates = self._next = 0


def agent(folder: str, ports: Sequence[int], protocol: str, seconds: float) -> dict[str, Any]:
    """Link and store under all the load they take, looked at every few seconds."""
    tally = Tally()
    measured, port = ports
    parts = Agent(Path(folder), measured, protocol, tally.add)
    parts.open()
    parts.connect(receives=True)
    samples: list[dict[str, float]] = []
    try:
        await_subscription(port, lambda: parts.link.state().received)
        tally.begin()
        every = max(0.5, min(5.0, seconds / 30))
        with Publisher(port) as publisher:
            began = last = time.monotonic()
            before = 0
            while (moment := time.monotonic()) < began + seconds:
                while publisher.granted - tally.done < _AHEAD:
                    publisher.grant(_CREDIT)
                if moment >= last + every:
                    done = tally.done
                    samples.append({
                        "at_s": round(moment - began, 1),
                        "per_s": round((done - before) / (moment - last)),
                        "resident_mib": resident_mib(),
                    })  # fmt: skip
                    last, before = moment, done
                time.sleep(_POLL_S)
            deadline = time.monotonic() + _WAIT_S
            while tally.done < publisher.granted and time.monotonic() < deadline:
                time.sleep(_POLL_S)
            elapsed = time.monotonic() - began
        lost = publisher.granted - tally.done
        return {
            "seconds": round(elapsed, 1),
            "per_s": round(tally.done / elapsed),
            "finished": tally.done,
            "lost": lost,
            "duplicates": tally.duplicates,
            **judge(samples, lost),
            "samples": samples,
        }
    finally:
        parts.close()


def judge(samples: list[dict[str, float]], lost: int) -> dict[str, Any]:
    """Slope, shares, and what is wrong with them in words."""
    settled = samples[len(samples) // 5 :]
    third = max(1, len(samples) // 3)
    growth = _growth([(one["at_s"], one["resident_mib"]) for one in settled])
    first = statistics.median(one["per_s"] for one in samples[:third])
    last = statistics.median(one["per_s"] for one in samples[-third:])
    problems = []
    if growth > GROWTH_MIB:
        problems.append(f"memory grew by {growth:.1f} MiB")
    if last < first * LEAST_SHARE:
        problems.append(f"the rate sank from {first:,.0f} to {last:,.0f}/s")
    if lost:
        problems.append(f"{lost} messages were lost")
    return {
        "growth_mib": round(growth, 2),
        "resident_mib_first": settled[0]["resident_mib"],
        "resident_mib_last": settled[-1]["resident_mib"],
        "per_s_first_third": first,
        "per_s_last_third": last,
        "problems": problems,
    }


def _growth(points: list[tuple[float, float]]) -> float:
    """What the straight line through the points rises by, from the first to the last."""
    if len(points) < 3:
        return 0.0
    slope = statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope
    return slope * (points[-1][0] - points[0][0])
