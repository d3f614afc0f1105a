"""Vacuum cleaners and lawn mowers."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step


def _service(**by_domain: str) -> Handler:
    def handler(_intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
        service = by_domain.get(entity.domain)
        return call(entity, service) if service else None

    return handler


HANDLERS: dict[str, Handler] = {
    "HassVacuumStart": _service(vacuum="start"),
    "HassVacuumReturnToBase": _service(vacuum="return_to_base"),
    "HassLawnMowerStartMowing": _service(lawn_mower="start_mowing"),
    "HassLawnMowerDock": _service(lawn_mower="dock"),
    "HomePause": _service(vacuum="pause", lawn_mower="pause"),
    "HomeStop": _service(vacuum="stop"),
    "HomeLocate": _service(vacuum="locate"),
    "HomeCleanSpot": _service(vacuum="clean_spot"),
}
