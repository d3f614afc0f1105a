"""What the figures have to reach."""

from __future__ import annotations

from typing import Any

from tools.store_figures import backlog, inbound, latency, outbound


def targets(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Each target that something was measured for; by the worst round, so that luck is no help."""
    made = []
    for part, shares, way, target in (
        ("inbound", "share_of_bare", "in", inbound.TARGET_SHARE),
        ("outbound", "share_of_bare", "out", outbound.TARGET_SHARE),
        ("outbound", "share_of_best", "out, paho at its best", outbound.TARGET_SHARE),
    ):
        made += _shares(found.get(part, {}).get(shares, {}), way, target)
    made += [_latency(row) for row in found.get("latency", {}).get("rows", [])]
    if "above_idle_mib" in found.get("backlog", {}):
        above = found["backlog"]["above_idle_mib"]
        made.append({
            "figure": f"memory above idle with {found['backlog']['rows']:,} rows",
            "measured": f"{above} MiB",
            "target": f"at most {backlog.TARGET_MIB:g} MiB",
            "reached": above <= backlog.TARGET_MIB,
        })  # fmt: skip
    made += [
        {
            "figure": f"sustained for {run['seconds']:,.0f} s, MQTT {run['protocol']}",
            "measured": "; ".join(run["problems"]) or "no growth, steady rate, nothing lost",
            "target": "no growth, steady rate, nothing lost",
            "reached": not run["problems"],
        }
        for run in found.get("sustained", {}).get("runs", [])
    ]
    return made


def _shares(shares: dict[str, list[float]], way: str, target: float) -> list[dict[str, Any]]:
    return [
        {
            "figure": f"share of bare paho, {way}, MQTT {protocol}",
            "measured": f"{min(own):.0%}",
            "target": f"at least {target:.0%}",
            "reached": min(own) >= target,
        }
        for protocol, own in shares.items()
    ]


def _latency(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "figure": f"put to durable, p99, {row['pace']}, {row['inbound_per_s']:,}/s inbound",
        "measured": f"{row['p99_ms_worst']} ms",
        "target": f"at most {latency.TARGET_P99_MS:g} ms",
        "reached": row["p99_ms_worst"] <= latency.TARGET_P99_MS,
    }
