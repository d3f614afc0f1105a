"""Small components of ESPHome nodes: a select, a number, a button, a thermometer."""

from __future__ import annotations

from tools.demo.devices.base import Config, within


class Select:
    """One of several options."""

    kind = "select"

    def __init__(self, object_id: str, options: tuple[str, ...]) -> None:
        self.object_id = object_id
        self.options = options
        self.option = options[0]

    def keys(self, topic: str) -> Config:
        """The options."""
        return {"stat_t": f"{topic}/state", "cmd_t": f"{topic}/command", "ops": list(self.options)}

    def states(self, topic: str) -> dict[str, str]:
        """The option that is set."""
        return {f"{topic}/state": self.option}

    def receive(self, command: str, payload: str) -> None:  # noqa: ARG002 - it has only one
        """Sets an option."""
        if payload not in self.options:
            raise ValueError(f"no option {payload!r}")
        self.option = payload

    def step(self, seconds: float) -> None:
        """It does nothing by itself."""


class Number:
    """A number of minutes."""

    kind = "number"

    def __init__(self, object_id: str, *, minimum: int, maximum: int, value: int) -> None:
        self.object_id = object_id
        self.minimum = minimum
        self.maximum = maximum
        self.value = value

    def keys(self, topic: str) -> Config:
        """The range."""
        return {
            "stat_t": f"{topic}/state",
            "cmd_t": f"{topic}/command",
            "min": self.minimum,
            "max": self.maximum,
            "step": 1,
            "unit_of_meas": "min",
            "mode": "auto",
        }

    def states(self, topic: str) -> dict[str, str]:
        """The number."""
        return {f"{topic}/state": str(self.value)}

    def receive(self, command: str, payload: str) -> None:  # noqa: ARG002 - it has only one
        """Sets the number."""
        self.value = round(within(payload, self.minimum, self.maximum))

    def step(self, seconds: float) -> None:
        """It does nothing by itself."""


class Button:
    """A button; ``presses`` counts how often it was pressed, told as a sensor would."""

    kind = "button"

    def __init__(self, object_id: str) -> None:
        self.object_id = object_id
        self.presses = 0

    def keys(self, topic: str) -> Config:
        """A button has no state."""
        return {"cmd_t": f"{topic}/command"}

    def states(self, topic: str) -> dict[str, str]:
        """How often it was pressed; nobody announces this topic, it is for watching."""
        return {f"{topic}/presses": str(self.presses)} if self.presses else {}

    def receive(self, command: str, payload: str) -> None:  # noqa: ARG002 - it has only one
        """Counts a press."""
        if payload != "PRESS":
            raise ValueError(f"not a press: {payload!r}")
        self.presses += 1

    def step(self, seconds: float) -> None:
        """It does nothing by itself."""


class Thermometer:
    """A temperature in °C that does not change."""

    kind = "sensor"
    object_id = "temperature"

    def __init__(self, celsius: float) -> None:
        self.celsius = celsius

    def keys(self, topic: str) -> Config:
        """A temperature."""
        return {
            "stat_t": f"{topic}/state",
            "dev_cla": "temperature",
            "unit_of_meas": "°C",
            "stat_cla": "measurement",
        }

    def states(self, topic: str) -> dict[str, str]:
        """The reading."""
        return {f"{topic}/state": f"{self.celsius:.1f}"}

    def receive(self, command: str, payload: str) -> None:
        """A sensor takes no command."""
        raise ValueError(f"a thermometer takes no command {command} {payload!r}")

    def step(self, seconds: float) -> None:
        """It does nothing by itself."""
