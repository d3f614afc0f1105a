"""A home-made dimmer that speaks plain text: Home Assistant's template light schema."""

from __future__ import annotations

from tools.demo.devices.base import Config, switched, within

_ON = "on{% if brightness is defined %},{{ brightness }}{% endif %}"


class TemplateLight:
    """Understands ``on``, ``on,<0..255>`` and ``off``, and says the same."""

    def __init__(self, name: str, area: str, topic: str) -> None:
        self.name = name
        self.area = area
        self.topic = topic
        self.on = False
        self.level = 255

    @property
    def will_topic(self) -> str:
        """Where it is ``online``, or ``offline`` by its last will."""
        return f"{self.topic}/online"

    def announcements(self) -> dict[str, Config]:
        """One light, by templates."""
        return {
            f"light/{self.topic}/config": {
                "schema": "template",
                "name": None,
                "unique_id": f"{self.topic}_light",
                "command_topic": f"{self.topic}/set",
                "state_topic": f"{self.topic}/state",
                "command_on_template": _ON,
                "command_off_template": "off",
                "state_template": "{{ value.split(',')[0] }}",
                "brightness_template": "{{ value.split(',')[1] }}",
                "availability_topic": self.will_topic,
                "device": {
                    "identifiers": [self.topic],
                    "name": self.name,
                    "suggested_area": self.area,
                },
            }
        }

    def filters(self) -> tuple[str, ...]:
        """Its one command topic."""
        return (f"{self.topic}/set",)

    def receive(self, topic: str, payload: str) -> None:  # noqa: ARG002 - it has only one
        """Switches and dims."""
        word, _, level = payload.partition(",")
        on = switched(word, self.on)
        self.level = round(within(level, 1, 255)) if level else self.level
        self.on = on

    def states(self) -> dict[str, str]:
        """``on,<level>`` or ``off,<level>``."""
        return {f"{self.topic}/state": f"{'on' if self.on else 'off'},{self.level}"}

    def step(self, seconds: float) -> None:
        """It does nothing by itself."""
