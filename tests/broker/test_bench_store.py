"""The benchmark of the store, for a moment: it measures the parts as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.store_figures import backlog, inbound, latency, outbound
from tools.store_figures.conditions import broker

pytestmark = pytest.mark.broker


@pytest.mark.parametrize("protocol", ["5", "3.1.1"])
def test_what_comes_in_and_what_leaves_is_counted(tmp_path: Path, protocol: str) -> None:
    with broker(tmp_path / "broker", protocol) as (_, ports):
        received = inbound.agent(str(tmp_path / "in"), ports, protocol, 0.1)
        drained = outbound.drain(str(tmp_path / "out"), ports.measured, protocol, 300)
        bare = outbound.bare(ports.measured, protocol, 300, 20, "callback")
    assert received["published"] == received["finished"] > 0
    assert (received["lost"], received["duplicates"]) == (0, 0)
    assert drained["left"] == bare["left"] == 0
    assert drained["in_flight"] == 20


def test_times_to_disk_and_memory_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backlog, "_SETTLE_S", 0)
    assert backlog.fill(str(tmp_path / "backlog"), 300)["disk_mib"] >= 0
    with broker(tmp_path / "broker", "5") as (_, ports):
        offered = latency.offered(str(tmp_path / "store"), ports, "poisson", 1000, 0.1)
        drained = backlog.drain(str(tmp_path / "backlog"), ports.measured, 5)
    floor = latency.floor(str(tmp_path), "even", 0.05)
    assert offered["offered"] > 50
    assert offered["inbound_done"] > 0
    assert offered["lost"] == 0
    assert 0 < floor["p50_ms"] <= floor["p99_ms"] <= floor["max_ms"]
    assert drained["waiting"] == drained["drained"] == 300
