"""A feed pump with a 55 kW motor that develops a bearing fault.

The order in which a failing rolling bearing shows itself is the field's: vibration first, then
temperature, the motor current last and least.
"""

from __future__ import annotations

import asyncio
import json
import math
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.demo.connection import Connection

ASSET = "pump-1"
TELEMETRY = f"plant/{ASSET}/telemetry"
LOG = f"plant/{ASSET}/log"
COMMAND = f"plant/{ASSET}/set"
STATUS = f"plant/{ASSET}/status"

HIGH_VIBRATION = 4.5  # mm/s RMS: zone B/C of ISO 10816-3, group 2 on flexible supports
TRIP_VIBRATION = 7.1  # mm/s RMS: zone C/D of the same
HIGH_TEMPERATURE = 80.0  # °C at the bearing's housing

_WEAR_TIME = 25.0  # s in which the damage grows to 63 % of its end
_HEAT_TIME = 45.0  # s of thermal inertia of the bearing housing
_COOL = 58.0  # °C of a healthy bearing

_VIBRATION_LINES = (
    (HIGH_VIBRATION, "warning", "BRG DE high vibration"),
    (HIGH_VIBRATION, "info", "Acoustic pickup: BRG DE noise above baseline"),
    (TRIP_VIBRATION, "error", "BRG DE vibration above trip level, check pump"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the pump's log."""

    level: str
    text: str


class Pump:
    """What the pump measures, second by second; the same seed gives the same values.

    Args:
        chance: randomness of the measurements.
        fault_after: seconds of running until the bearing begins to fail.
    """

    def __init__(self, chance: random.Random, *, fault_after: float) -> None:
        self.chance = chance
        self.fault_at = fault_after
        self.elapsed = 0.0
        self.damage = 0.0
        self.heat = 0.0
        self.values: dict[str, float] = {}
        self._said: set[str] = set()

    def command(self, word: str) -> None:
        """``reset`` puts in a new bearing for good; ``fault`` makes this one fail now.

        Raises:
            ValueError: another word.
        """
        if word == "reset":
            self.fault_at, self.damage = math.inf, 0.0
            self._said.clear()
        elif word == "fault":
            self.fault_at = self.elapsed
        else:
            raise ValueError(f"the pump knows reset and fault, not {word!r}")

    def step(self, seconds: float) -> list[Line]:
        """Lets time pass, measures into ``values``, and returns what it logs."""
        self.elapsed += seconds
        if self.elapsed > self.fault_at:
            self.damage += (1 - self.damage) * (1 - math.exp(-seconds / _WEAR_TIME))
        self.heat += (self.damage - self.heat) * (1 - math.exp(-seconds / _HEAT_TIME))
        self.values = {
            "bearing_temperature": self._measured(_COOL + 34 * self.heat, 0.15, 1),
            "vibration_rms": self._measured(2.1 + 7.4 * self.damage, 0.08, 2),
            "discharge_pressure": self._measured(6.2 - 0.25 * self.damage, 0.02, 2),
            "motor_current": self._measured(92 + 6 * self.heat, 0.4, 1),
            "flow": self._measured(120 - 4 * self.damage, 0.6, 1),
        }
        return self._log(seconds)

    def _measured(self, value: float, noise: float, digits: int) -> float:
        return round(self.chance.gauss(value, noise), digits)

    def _log(self, seconds: float) -> list[Line]:
        vibration, celsius = self.values["vibration_rms"], self.values["bearing_temperature"]
        news = [(True, "info", "P-101 started, mode AUTO, suction valve open")]
        for limit, level, text in _VIBRATION_LINES:
            news.append((vibration >= limit, level, text))
        news.append((celsius >= HIGH_TEMPERATURE, "warning", "BRG DE temperature high"))
        lines = [Line(level, text) for due, level, text in news if due and text not in self._said]
        self._said.update(line.text for line in lines)
        if self.elapsed // 60 > (self.elapsed - seconds) // 60:
            flow, bar = self.values["flow"], self.values["discharge_pressure"]
            lines.append(Line("info", f"Flow {flow:.0f} m3/h, discharge {bar:.1f} bar"))
        return lines


class Machine:
    """Publishes the pump's telemetry once a second, its log lines, and takes commands."""

    def __init__(
        self, pump: Pump, *, host: str, port: int, clock: Callable[[], float] = time.time
    ) -> None:
        self.pump = pump
        self.clock = clock
        self.host = host
        self.port = port
        self._connection = Connection(
            client_id=f"demo-{ASSET}",
            will=(STATUS, "offline"),
            filters=[COMMAND],
            connected=self._connected,
            received=self._received,
        )

    async def run(self, stop: asyncio.Event, *, pace: float = 1.0) -> None:
        """Runs until ``stop`` is set; ``pace`` is the real seconds between two steps of 1 s."""
        self._connection.start(self.host, self.port)
        try:
            while not stop.is_set():
                try:
                    await asyncio.wait_for(stop.wait(), pace)
                except TimeoutError:
                    self._step()
        finally:
            self._connection.stop()

    def _step(self) -> None:
        lines = self.pump.step(1.0)
        values = {"time": round(self.clock(), 3), **self.pump.values}
        self._connection.publish(TELEMETRY, json.dumps(values))
        for line in lines:
            text = json.dumps({"level": line.level, "message": line.text})
            self._connection.publish(LOG, text)

    def _connected(self) -> None:
        self._connection.publish(STATUS, "online", retain=True)

    def _received(self, _topic: str, payload: str) -> None:
        try:
            self.pump.command(payload.strip().casefold())
        except ValueError as error:
            print(f"demo machine: {error}", file=sys.stderr)
