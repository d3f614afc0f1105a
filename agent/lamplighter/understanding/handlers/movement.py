"""Positions of covers and valves."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call, moved, step_by
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called

_MOVING = frozenset({"cover", "valve"})


def set_position(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """To a position in percent, 0 closed; the ends are possible for those that know only ends."""
    if entity.domain not in _MOVING:
        return None
    position = float(intent.slots["position"])
    if "set_position" in entity.services:
        return call(entity, "set_position", {"position": position})
    if position in (0.0, 100.0):
        return call(entity, "open" if position else "close")
    return Cannot(f"{called(entity)} can only open and close, not stop in between.")


def change_position(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Further open or closed in percent points: by ``by``, else ``position_step`` a time."""
    if entity.domain != "cover":
        return None
    if "set_position" not in entity.services:
        return Cannot(f"{called(entity)} can only open and close, not stop in between.")
    now = state.attributes.get("position")
    if not isinstance(now, (int, float)):
        return Cannot(f"I don't know how far {called(entity)} is open.", for_now=True)
    wanted = now + step_by(intent, "position_step")
    return moved(entity, ("set_position", "position"), float(now), wanted)


def set_tilt(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """The slats in percent, 0 closed; the ends are possible for those that know only ends."""
    if entity.domain != "cover":
        return None
    tilt = float(intent.slots["tilt_position"])
    if "set_tilt_position" in entity.services:
        return call(entity, "set_tilt_position", {"tilt_position": tilt})
    if tilt in (0.0, 100.0) and "open_tilt" in entity.services:
        return call(entity, "open_tilt" if tilt else "close_tilt")
    return Cannot(f"{called(entity)} can't tilt its slats.")


def stop(_intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Stops where it is."""
    return call(entity, "stop") if entity.domain in _MOVING else None


HANDLERS: dict[str, Handler] = {
    "HassSetPosition": set_position,
    "HassStopMoving": stop,
    "HomeSetTilt": set_tilt,
    "HomeChangePosition": change_position,
}
