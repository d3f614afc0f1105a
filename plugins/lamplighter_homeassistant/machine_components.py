"""The machines' part of the agent's device: a few components a machine, none a condition."""

from __future__ import annotations

import json
from typing import Any

from lamplighter.faults.alarms.overview import STATES

USER = "Home Assistant"
"""Who presses the buttons, in the alarms' records: Home Assistant tells nobody's name."""


def machine_components(root: str, key: str, asset: str, name: str) -> dict[str, dict[str, Any]]:
    """The components of one machine, without their unique ids.

    Args:
        root: ``lamplighter/<node>``.
        key: the machine in the components' keys.
        asset: the machine.
        name: what people call it.
    """
    overview = f"{root}/machines/{asset}"
    control = f"{root}/control"
    return {
        f"problem_{key}": {
            "p": "binary_sensor",
            "name": f"{name} problem",
            "stat_t": overview,
            "val_tpl": "{{ 'ON' if value_json.problem else 'OFF' }}",
            "dev_cla": "problem",
        },
        f"alarm_{key}": {
            "p": "sensor",
            "name": f"{name} alarm",
            "stat_t": overview,
            "val_tpl": "{{ value_json.state }}",
            "json_attr_t": overview,
            "dev_cla": "enum",
            "ops": list(STATES),
            "ic": "mdi:alert",
        },
        f"ack_{key}": _button(f"{name} acknowledge", control, "mdi:check", "ack", asset),
        f"shelve_{key}": _button(
            f"{name} shelve for an hour", control, "mdi:bell-sleep", "shelve", asset, minutes=60
        ),
    }


def plant_components(root: str) -> dict[str, dict[str, Any]]:
    """The components of all machines together."""
    kpis = f"{root}/alarm_kpis"
    return {
        "alarm_rate": {
            "p": "sensor",
            "name": "Alarms in 10 minutes",
            "stat_t": kpis,
            "val_tpl": "{{ value_json.per_10_min }}",
            "json_attr_t": kpis,
            "stat_cla": "measurement",
            "ent_cat": "diagnostic",
        },
        "alarm_flood": {
            "p": "binary_sensor",
            "name": "Alarm flood",
            "stat_t": kpis,
            "val_tpl": "{{ 'ON' if value_json.flood else 'OFF' }}",
            "dev_cla": "problem",
            "ent_cat": "diagnostic",
        },
        "ack_all": _button("Acknowledge all", f"{root}/control", "mdi:check-all", "ack", "*"),
    }


def _button(name: str, control: str, icon: str, op: str, asset: str, **more: Any) -> dict[str, Any]:
    payload = json.dumps({"op": op, "asset": asset, **more, "user": USER}, ensure_ascii=False)
    return {"p": "button", "name": name, "cmd_t": control, "pl_prs": payload, "ic": icon}
