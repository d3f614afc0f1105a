"""Alarm control panels."""

from __future__ import annotations

from lamplighter.catalogue.entity import Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called


def arm(intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Arms in the mode that was said; without one, in the only mode there is, or away."""
    if entity.domain != "alarm_control_panel":
        return None
    modes = [name for name in entity.services if name.startswith("arm_")]
    wanted = str(intent.slots.get("arm_mode") or (modes[0] if len(modes) == 1 else "arm_away"))
    if wanted not in modes:
        known = ", ".join(mode.removeprefix("arm_") for mode in modes)
        return Cannot(f"{called(entity)} can be armed as {known}.")
    return call(entity, wanted)


def disarm(_intent: Intent, entity: Entity, _state: State) -> Step | Cannot | None:
    """Disarms; the policy decides whether that needs a confirmation."""
    return call(entity, "disarm") if entity.domain == "alarm_control_panel" else None


HANDLERS: dict[str, Handler] = {"HomeArmAlarm": arm, "HomeDisarmAlarm": disarm}
