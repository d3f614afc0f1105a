"""What the process can tell of itself: versions, memory, latencies."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from lamplighter import __version__

_PACKAGES = ("paho-mqtt", "onnxruntime", "tokenizers", "hassil", "home-assistant-intents")


def versions() -> dict[str, str]:
    """The versions of Lamplighter, Python and the packages that matter most."""
    found = {name: version(name) for name in _PACKAGES}
    return {"lamplighter": __version__, "python": platform.python_version(), **found}


def memory() -> dict[str, float | None]:
    """Resident memory now and at its peak, in MiB, as Linux counts it; None elsewhere."""
    facts: dict[str, float | None] = {"rss_mib": None, "peak_mib": None}
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return facts
    for line in lines:
        name, _, value = line.partition(":")
        if name == "VmRSS":
            facts["rss_mib"] = round(int(value.split()[0]) / 1024, 1)
        elif name == "VmHWM":
            facts["peak_mib"] = round(int(value.split()[0]) / 1024, 1)
    return facts


def latencies(samples_ms: Sequence[float]) -> dict[str, float | int | None]:
    """Median and 95th percentile of the last asks, in milliseconds; None without any."""
    if not samples_ms:
        return {"asks": 0, "p50_ms": None, "p95_ms": None}
    ordered = sorted(samples_ms)
    return {
        "asks": len(ordered),
        "p50_ms": round(statistics.median(ordered), 1),
        "p95_ms": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 1),
    }
