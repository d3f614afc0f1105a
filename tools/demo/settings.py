"""The configuration of the daemon in the demo, as a user would write it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from tools.demo.home import FLOORS, WITHOUT_AREA
from tools.demo.machine import ASSET, LOG, TELEMETRY

NODE = "demo"

_HEADER = """\
# Written by ./tools/run at every start: copy it to keep changes.
# The README explains the keys.
"""


def demo_settings(*, host: str, port: int, store: Path, model: bool = True) -> dict[str, Any]:
    """The demo's configuration: its home, its pump, and the broker at ``host:port``."""
    return {
        "node": NODE,
        "broker": {"host": host, "port": port},
        "store": {"path": str(store), "max_bytes": 64 * 1024 * 1024},
        "home": {
            # Greenwich: for "at sunset" and "after dark".
            "location": {"latitude": 51.48, "longitude": 0.0},
            "areas": [
                {"name": "Kitchen", "floor": FLOORS["Kitchen"], "aliases": ["cookhouse"]},
                {"name": "Living Room", "floor": FLOORS["Living Room"], "aliases": ["lounge"]},
                *(
                    {"name": area, "floor": floor}
                    for area, floor in FLOORS.items()
                    if area not in ("Kitchen", "Living Room")
                ),
            ],
            "floors": [
                {"name": "Ground Floor", "aliases": ["downstairs"]},
                {"name": "Upstairs", "aliases": ["first floor"]},
            ],
            "entities": {entity: {"area": area} for entity, area in WITHOUT_AREA.items()},
        },
        "model": {"enabled": model},
        # A blind takes 4 s to its end.
        "actions": {"confirm_within": 8},
        "machines": [_pump()],
    }


def write_settings(file: Path, settings: dict[str, Any]) -> None:
    """Writes a configuration as YAML, whole or not at all."""
    text = yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=100)
    fresh = file.with_suffix(".new")
    fresh.write_text(_HEADER + text, encoding="utf-8")
    fresh.replace(file)


def _pump() -> dict[str, Any]:
    return {
        "asset": ASSET,
        "name": "Feed pump P-101",
        "class": "pump",
        "tags": {
            "vibration": _tag(
                "vibration_rms",
                "mm/s",
                name="bearing vibration",
                # Zones B/C and C/D of ISO 10816-3, group 2 on flexible supports.
                limits={"high": 4.5, "high_high": 7.1, "deadband": 0.3, "on_delay": 2},
                stale_after=10,
            ),
            "bearing_temperature": _tag(
                "bearing_temperature",
                "°C",
                limits={"high": 80, "high_high": 95, "deadband": 2, "on_delay": 2},
                rate={"rise": 12, "per": 60},
                stale_after=10,
            ),
            "discharge_pressure": _tag(
                "discharge_pressure",
                "bar",
                limits={"low": 5.0, "high": 7.5, "deadband": 0.1, "on_delay": 5},
                stale_after=10,
            ),
            "motor_current": _tag(
                "motor_current",
                "A",
                limits={"high": 105, "deadband": 1, "on_delay": 5},
                stale_after=10,
            ),
            "flow": _tag("flow", "m³/h", limits={"low": 90, "deadband": 2}, stale_after=10),
        },
        "logs": [{"topic": LOG, "path": "message", "level_path": "level"}],
    }


def _tag(key: str, unit: str, **rest: Any) -> dict[str, Any]:
    return {"topic": TELEMETRY, "path": key, "time_path": "time", "unit": unit, **rest}
