"""A Zigbee radiator thermostat in a room that warms up and cools down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tools.demo.devices.base import Config, approach, within
from tools.demo.devices.zigbee2mqtt import ZigbeeDevice

_MODES = ("off", "heat", "auto")
_UNHEATED = 16.0  # °C that the room falls to by itself
_WARMING = 0.02  # °C/s, quick enough to be seen in a demo
_COOLING = 0.004  # °C/s
_ACTION = (
    "{% set values = {None:None,'idle':'idle','heat':'heating','cool':'cooling'} %}"
    '{{ values[value_json["running_state"]] }}'
)


class Thermostat(ZigbeeDevice):
    """A radiator valve with its own thermometer."""

    maker = "Danfoss"
    model = "Ally thermostat"

    def __init__(self, name: str, area: str, number: int, *, celsius: float) -> None:
        super().__init__(name, area, number)
        self.celsius = celsius
        self.values |= {"system_mode": "heat", "occupied_heating_setpoint": 20.0, "battery": 71}
        self._tell()

    def entities(self) -> Iterator[tuple[str, str, Config]]:
        """The thermostat and its battery."""
        yield (
            "climate",
            "climate",
            {
                "action_template": _ACTION,
                "action_topic": self.topic,
                "current_temperature_template": '{{ value_json["local_temperature"] }}',
                "current_temperature_topic": self.topic,
                "max_temp": "35",
                "min_temp": "5",
                "mode_command_topic": f"{self.topic}/set/system_mode",
                "mode_state_template": '{{ value_json["system_mode"] }}',
                "mode_state_topic": self.topic,
                "modes": list(_MODES),
                "name": None,
                "temp_step": 0.5,
                "temperature_command_topic": f"{self.topic}/set/occupied_heating_setpoint",
                "temperature_state_template": '{{ value_json["occupied_heating_setpoint"] }}',
                "temperature_state_topic": self.topic,
                "temperature_unit": "C",
            },
        )
        yield self.sensor("battery", "%", category="diagnostic")

    def apply(self, changes: Mapping[str, Any]) -> None:
        """Takes a mode and a setpoint; the setpoint snaps to half degrees."""
        values = dict(self.values)
        for key, value in changes.items():
            if key == "occupied_heating_setpoint":
                values[key] = round(within(value, 5, 35) * 2) / 2
            elif key == "system_mode" and value in _MODES:
                values[key] = value
            else:
                raise ValueError(f"{self.name} can't set {key} to {value!r}")
        self.values = values
        self._tell()

    def step(self, seconds: float) -> None:
        """Heats towards the setpoint, or lets the room cool."""
        wanted = self.values["occupied_heating_setpoint"]
        if self.values["system_mode"] != "off" and self.celsius < wanted:
            self.celsius = approach(self.celsius, wanted, _WARMING * seconds)
        else:
            self.celsius = approach(self.celsius, _UNHEATED, _COOLING * seconds)
        self._tell()

    def _tell(self) -> None:
        wanted = self.values["occupied_heating_setpoint"]
        heating = self.values["system_mode"] != "off" and self.celsius < wanted - 0.1
        self.values |= {
            "local_temperature": round(self.celsius, 1),
            "running_state": "heat" if heating else "idle",
        }
