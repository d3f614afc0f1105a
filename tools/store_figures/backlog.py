"""How much memory a backlog costs: rows that wait on disk must not wait in memory as well."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from tools.store_figures import child
from tools.store_figures.agent import Agent
from tools.store_figures.conditions import broker, now, resident_mib
from tools.store_figures.filling import fill as fill_outbox

TARGET_MIB = 60.0
COMPARED = (
    "Resident memory of a process with store, link and pump, connected: with an empty outbox; "
    "with the backlog, before anything is sent; and the most while the backlog drains to the "
    "broker."
)
_PROTOCOL = "5"
_SETTLE_S = 2.0
_EVERY_S = 0.25
_BYTES_EACH = 600


def measure(folder: Path, *, rows: int, seconds: float) -> dict[str, Any]:
    """Memory idle, opened and draining.

    Args:
        folder: for databases; emptied by the caller.
        rows: of the backlog.
        seconds: for how long it drains at most.
    """
    free = shutil.disk_usage(folder).free
    if free < rows * _BYTES_EACH * 2:
        return {"skipped": f"{rows:,} rows may need {rows * _BYTES_EACH * 2 >> 20} MiB of disk"}
    store = str(folder / "store")
    filled = child.measure("backlog.fill", folder=store, rows=rows)
    with broker(folder / "broker", _PROTOCOL) as (name, ports):
        conditions = now(folder)
        port = ports.measured
        # Made by another process: making a database needs more memory than opening one.
        empty = str(folder / "empty")
        child.measure("backlog.fill", folder=empty, rows=0)
        idle = child.measure("backlog.idle", folder=empty, port=port)
        found = child.measure("backlog.drain", folder=store, port=port, seconds=seconds)
    above = round(max(found["opened_mib"], found["most_mib"]) - idle["idle_mib"], 2)
    return {"compared": COMPARED, "rows": rows, "broker": name, **conditions, **filled, **idle,
            **found, "above_idle_mib": above}  # fmt: skip


def fill(folder: str, rows: int) -> dict[str, Any]:
    """Puts the backlog in."""
    parts = Agent(Path(folder), 0, _PROTOCOL)
    parts.open()
    began = time.monotonic()
    fill_outbox(parts.store, rows)
    seconds = time.monotonic() - began
    disk = parts.store.bytes_used()
    parts.store.stop()
    return {"filled_per_s": round(rows / seconds), "disk_mib": disk >> 20}


def idle(folder: str, port: int) -> dict[str, Any]:
    """The memory of parts that have nothing to do."""
    parts = Agent(Path(folder), port, _PROTOCOL)
    parts.open()
    parts.connect()
    time.sleep(_SETTLE_S)
    found = resident_mib()
    parts.close()
    return {"idle_mib": found}


def drain(folder: str, port: int, seconds: float) -> dict[str, Any]:
    """Opens the backlog, and sends it for so many seconds or until it is empty."""
    parts = Agent(Path(folder), port, _PROTOCOL)
    began = time.monotonic()
    parts.open()
    before = parts.waiting()
    opened_s = time.monotonic() - began
    time.sleep(_SETTLE_S)
    opened = resident_mib()
    samples = []
    parts.connect()
    began = time.monotonic()
    while (elapsed := time.monotonic() - began) < seconds and parts.sent < before:
        samples.append((round(elapsed, 2), resident_mib(), parts.sent))
        time.sleep(_EVERY_S)
    elapsed = time.monotonic() - began
    sent = parts.sent
    memory = [mib for _, mib, _ in samples] or [opened]
    result = {
        "waiting": before,
        "open_s": round(opened_s, 3),
        "opened_mib": opened,
        "most_mib": max(memory),
        "last_mib": memory[-1],
        "drained": sent,
        "drained_per_s": round(sent / max(elapsed, 0.001)),
        "drain_s": round(elapsed, 1),
        "samples": samples[:: max(1, len(samples) // 60)],
    }
    parts.close()
    return result
