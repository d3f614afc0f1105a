"""A backlog of many rows drains with flat memory, in order, and nothing of it is lost."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from tests.broker.daemons import Person
from tests.faults.stage import Stage, until
from tools.bench_backlog import TARGET_MIB, build

pytestmark = pytest.mark.broker

ROWS = int(os.environ.get("LAMPLIGHTER_BACKLOG", "200000"))
PATIENCE = 60 + ROWS / 1000
LARGE = f"max_bytes: {1 << 36}"
OTHERS = 5000


def test_a_backlog_drains_with_flat_memory(
    make_stage: Callable[..., Stage], record_property: Callable[[str, object], None]
) -> None:
    stage = make_stage(lines=("sys_interval 1",))
    counter = Person(stage.broker.port, "$SYS/broker/publish/messages/received")
    counter.start()
    stage.start()
    idle = stage.rss_mib()
    assert stage.daemon.stop() == 0
    store = stage.database().parent
    before = stage.daemon.config.read_text()
    stage.daemon.config.write_text(before.replace(f"path: {store}", f"path: {store}, {LARGE}"))
    for path in store.iterdir():
        path.unlink()
    build(store, ROWS)
    stage.daemon.start()
    peak = 0.0

    def is_drained() -> bool:
        nonlocal peak
        peak = max(peak, stage.rss_mib())
        rows = stage.query("SELECT coalesce(sum(rows), 0) FROM lane_counts WHERE lane = 3")
        return rows == [(0,)]

    until(is_drained, f"{ROWS} rows", within=PATIENCE, every=0.2)
    record_property("above_idle_mib", round(peak - idle, 1))
    assert peak - idle <= TARGET_MIB
    assert stage.query("SELECT * FROM ledger") == []
    # Each of them once, as no connection ended, and little else.
    while (taken := count(counter)) < ROWS:
        pass
    assert taken < ROWS + OTHERS
    counter.stop()
    # And what comes now does not wait behind anything.
    stage.until_it_knows()
    assert stage.ask("turn on the kitchen light")["outcome"] == "done"


def count(counter: Person) -> int:
    """Messages that the broker was sent, by its own count; the next time that it tells."""
    _, payload, _ = counter.hear("$SYS/broker/publish/messages/received")
    return int(payload)
