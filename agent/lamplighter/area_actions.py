"""What the agent did to devices, told to the machines in the same area."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.faults.monitor import FaultMonitor
from lamplighter.understanding.interpretation import Ask

AGENT = "the agent"


class AreaActions:
    """Tells the monitor of what was carried out.

    Args:
        catalogue: where devices are.
        monitor: of the machines.
        clock: UTC seconds.
    """

    def __init__(
        self, catalogue: Catalogue, monitor: FaultMonitor, clock: Callable[[], float]
    ) -> None:
        self._catalogue = catalogue
        self._monitor = monitor
        self._clock = clock

    def take(self, ask: Ask, actions: Sequence[Mapping[str, Any]]) -> None:
        """An ask was carried out; what failed is left."""
        for area, text in self._done(actions):
            self._monitor.area_action(area, text, by=ask.user or AGENT, at=self._clock())

    def _done(self, actions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
        for action in actions:
            entity = self._catalogue.get(action["device"])
            if entity is None or action.get("problem") or action["confirmed"] is False:
                continue
            area = self._catalogue.area_of(entity)
            name = area.name if area else entity.area
            if name:
                yield name, _said(action)


def _said(action: Mapping[str, Any]) -> str:
    """``Exhaust fan: turn on``, with its values: ``Oven: set temperature (temperature 180)``."""
    service = str(action["service"]).rpartition(".")[2].replace("_", " ")
    values = ", ".join(
        f"{key.replace('_', ' ')} {value:g}"
        for key, value in action["params"].items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    )
    return f"{action['name']}: {service}" + (f" ({values})" if values else "")
