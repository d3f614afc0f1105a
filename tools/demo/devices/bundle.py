"""Devices that announce all their components in one message (device-based discovery)."""

from __future__ import annotations

import json
from typing import Any

from tools.demo.devices.base import Config, approach, on_off, switched, within

_ARMED = {
    "ARM_HOME": "armed_home",
    "ARM_AWAY": "armed_away",
    "ARM_NIGHT": "armed_night",
    "DISARM": "disarmed",
}
_MODES = ("normal", "eco", "boost")
_DAMPING = 0.05  # % relative humidity a second


def _announcement(name: str, area: str, topic: str, components: dict[str, Config]) -> Config:
    return {
        "dev": {"ids": [topic], "name": name, "mf": "Demo", "mdl": "Hub", "sa": area},
        "o": {"name": "demo-hub", "sw": "1.0"},
        "avty_t": f"{topic}/status",
        "cmps": components,
    }


class Humidifier:
    """A humidifier with a target, modes, and a hygrometer of its own."""

    def __init__(self, name: str, area: str, topic: str) -> None:
        self.name = name
        self.area = area
        self.topic = topic
        self.on = False
        self.target = 45
        self.mode = _MODES[0]
        self.humidity = 38.0

    @property
    def will_topic(self) -> str:
        """Where it is ``online``, or ``offline`` by its last will."""
        return f"{self.topic}/status"

    def announcements(self) -> dict[str, Config]:
        """The humidifier and its reading, in one message."""
        state = f"{self.topic}/state"
        humidifier: Config = {
            "p": "humidifier",
            "name": None,
            "uniq_id": f"{self.topic}_humidifier",
            "dev_cla": "humidifier",
            "stat_t": state,
            "stat_val_tpl": "{{ value_json.power }}",
            "cmd_t": f"{self.topic}/set/power",
            "hum_cmd_t": f"{self.topic}/set/target",
            "hum_stat_t": state,
            "hum_state_tpl": "{{ value_json.target }}",
            "mode_cmd_t": f"{self.topic}/set/mode",
            "mode_stat_t": state,
            "mode_stat_tpl": "{{ value_json.mode }}",
            "modes": list(_MODES),
            "curr_hum_t": state,
            "curr_hum_tpl": "{{ value_json.humidity }}",
            "min_hum": 30,
            "max_hum": 80,
        }
        reading: Config = {
            "p": "sensor",
            "uniq_id": f"{self.topic}_humidity",
            "dev_cla": "humidity",
            "unit_of_meas": "%",
            "stat_t": state,
            "val_tpl": "{{ value_json.humidity }}",
        }
        parts = {"humidifier": humidifier, "humidity": reading}
        return {
            f"device/{self.topic}/config": _announcement(self.name, self.area, self.topic, parts)
        }

    def filters(self) -> tuple[str, ...]:
        """Everything below ``set``."""
        return (f"{self.topic}/set/+",)

    def receive(self, topic: str, payload: str) -> None:
        """Takes power, target and mode."""
        key = topic.rpartition("/")[2]
        if key == "power":
            self.on = switched(payload, self.on)
        elif key == "target":
            self.target = round(within(payload, 30, 80))
        elif key == "mode" and payload in _MODES:
            self.mode = payload
        else:
            raise ValueError(f"{self.name} can't set {key} to {payload!r}")

    def states(self) -> dict[str, str]:
        """Everything in one JSON message."""
        state: dict[str, Any] = {
            "power": on_off(self.on),
            "target": self.target,
            "mode": self.mode,
            "humidity": round(self.humidity),
        }
        return {f"{self.topic}/state": json.dumps(state)}

    def step(self, seconds: float) -> None:
        """Moistens the air while it is on; otherwise the air dries."""
        wanted = float(self.target) if self.on else 38.0
        self.humidity = approach(self.humidity, wanted, _DAMPING * seconds)


class AlarmHub:
    """An alarm panel without a code, and its siren."""

    def __init__(self, name: str, area: str, topic: str) -> None:
        self.name = name
        self.area = area
        self.topic = topic
        self.state = "disarmed"
        self.siren = False

    @property
    def will_topic(self) -> str:
        """Where it is ``online``, or ``offline`` by its last will."""
        return f"{self.topic}/status"

    def announcements(self) -> dict[str, Config]:
        """The panel and the siren, in one message."""
        panel: Config = {
            "p": "alarm_control_panel",
            "name": None,
            "uniq_id": f"{self.topic}_panel",
            "stat_t": f"{self.topic}/panel/state",
            "cmd_t": f"{self.topic}/panel/set",
            "sup_feat": ["arm_home", "arm_away", "arm_night", "trigger"],
            "cod_arm_req": False,
            "cod_dis_req": False,
            "cod_trig_req": False,
        }
        siren: Config = {
            "p": "siren",
            "name": "Siren",
            "uniq_id": f"{self.topic}_siren",
            "stat_t": f"{self.topic}/siren/state",
            "cmd_t": f"{self.topic}/siren/set",
            "sup_dur": False,
            "sup_vol": False,
        }
        parts = {"panel": panel, "siren": siren}
        return {
            f"device/{self.topic}/config": _announcement(self.name, self.area, self.topic, parts)
        }

    def filters(self) -> tuple[str, ...]:
        """The panel's and the siren's commands."""
        return (f"{self.topic}/+/set",)

    def receive(self, topic: str, payload: str) -> None:
        """Arms, disarms, triggers, or switches the siren."""
        if topic == f"{self.topic}/siren/set":
            self.siren = self._siren(payload)
        elif payload in _ARMED:
            self.state = _ARMED[payload]
            self.siren = self.siren and self.state != "disarmed"
        elif payload == "TRIGGER":
            self.state, self.siren = "triggered", True
        else:
            raise ValueError(f"not an alarm command: {payload!r}")

    def states(self) -> dict[str, str]:
        """The panel's and the siren's state."""
        return {
            f"{self.topic}/panel/state": self.state,
            f"{self.topic}/siren/state": on_off(self.siren),
        }

    def step(self, seconds: float) -> None:
        """It waits for commands."""

    def _siren(self, payload: str) -> bool:
        """Home Assistant sends JSON (``{"state": "ON"}``) unless a template says otherwise."""
        if payload.lstrip().startswith("{"):
            payload = str(json.loads(payload).get("state", ""))
        return switched(payload, self.siren)
