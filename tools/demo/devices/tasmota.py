"""What Tasmota devices have in common.

Topics and keys follow Tasmota's Home Assistant discovery (SetOption19): abbreviated keys, a base
topic ``~``, the state as JSON on ``tele/STATE``, the last will on ``tele/LWT``.
"""

from __future__ import annotations

from tools.demo.devices.base import Config


class TasmotaDevice:
    """One Tasmota device; ``chip`` is the tail of its MAC address, in hexadecimal."""

    component = "switch"
    suffix = "RL_1"

    def __init__(self, name: str, area: str, chip: str) -> None:
        self.name = name
        self.area = area
        self.chip = chip
        self.base = name.casefold().replace(" ", "_") + "/"

    @property
    def will_topic(self) -> str:
        """Where it is ``Online``, or ``Offline`` by its last will."""
        return f"{self.base}tele/LWT"

    def keys(self) -> Config:
        """Keys beyond those that every Tasmota device announces."""
        return {}

    def announcements(self) -> dict[str, Config]:
        """One message with abbreviated keys."""
        unique = f"{self.chip}_{self.suffix}"
        pairs = [self.chip[i : i + 2] for i in (0, 2, 4)]
        config: Config = {
            "name": self.name,
            "cmd_t": "~cmnd/POWER",
            "stat_t": "~tele/STATE",
            "val_tpl": "{{value_json.POWER}}",
            "pl_off": "OFF",
            "pl_on": "ON",
            "avty_t": "~tele/LWT",
            "pl_avail": "Online",
            "pl_not_avail": "Offline",
            "uniq_id": unique,
            "device": {
                "identifiers": [self.chip],
                "connections": [["mac", ":".join(["DC", "4F", "22", *pairs])]],
            },
            "~": self.base,
            **self.keys(),
        }
        return {f"{self.component}/{unique}/config": config}

    def filters(self) -> tuple[str, ...]:
        """Every ``cmnd`` below the base topic."""
        return (f"{self.base}cmnd/+",)

    def step(self, seconds: float) -> None:
        """Relays and dimmers do nothing by themselves."""
