"""On, off and their counterparts: open and close, lock and unlock, press, start.

As in Home Assistant, ``HassTurnOn`` opens a cover or valve and locks a lock; the templates take
care that only "open" and "lock" are said of those.
"""

from __future__ import annotations

from lamplighter.catalogue.entity import Choice, Entity, State
from lamplighter.understanding.handlers.outcome import Cannot, Handler, call
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.interpretation import Step
from lamplighter.understanding.speech import called

_ON = {
    "button": "press",
    "cover": "open",
    "fan": "turn_on",
    "humidifier": "turn_on",
    "lawn_mower": "start_mowing",
    "light": "turn_on",
    "lock": "lock",
    "scene": "turn_on",
    "siren": "turn_on",
    "switch": "turn_on",
    "vacuum": "start",
    "valve": "open",
}
_OFF = {
    "cover": "close",
    "fan": "turn_off",
    "humidifier": "turn_off",
    "lawn_mower": "dock",
    "light": "turn_off",
    "lock": "unlock",
    "siren": "turn_off",
    "switch": "turn_off",
    "vacuum": "stop",
    "valve": "close",
}
_MODES = {
    "climate": ("set_hvac_mode", "hvac_mode"),
    "water_heater": ("set_operation_mode", "operation_mode"),
}
_IS_ON = {"cover": ("open", "opening"), "valve": ("open", "opening")}
_TOGGLED = frozenset({"cover", "fan", "humidifier", "light", "siren", "switch", "valve"})


def turn_on(_intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Turns on, opens, locks, presses or starts."""
    if entity.domain in _MODES:
        return _set_mode(entity, state, on=True)
    service = _ON.get(entity.domain)
    return call(entity, service) if service else None


def turn_off(_intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """Turns off, closes, unlocks or stops."""
    if entity.domain in _MODES:
        return _set_mode(entity, state, on=False)
    service = _OFF.get(entity.domain)
    return call(entity, service) if service else None


def toggle(intent: Intent, entity: Entity, state: State) -> Step | Cannot | None:
    """The opposite of what the state says; can't where the state isn't known."""
    if entity.domain not in _TOGGLED:
        return None
    if state.value in (None, "unknown"):
        return Cannot(
            f"I don't know whether {called(entity)} is on, so I can't toggle it.", for_now=True
        )
    on = state.value in _IS_ON.get(entity.domain, ("on",))
    return (turn_off if on else turn_on)(intent, entity, state)


def _set_mode(entity: Entity, state: State, *, on: bool) -> Step | Cannot:
    direct = "turn_on" if on else "turn_off"
    if direct in entity.services:
        return call(entity, direct)
    service, parameter = _MODES[entity.domain]
    offered = entity.services.get(service)
    choice = offered.params.get(parameter) if offered else None
    if not isinstance(choice, Choice):
        return Cannot(f"{called(entity)} can't be turned {'on' if on else 'off'}.")
    if not on:
        return call(entity, service, {parameter: "off"})
    if state.value in choice.options and state.value != "off":
        return call(entity, service, {parameter: state.value})
    running = [option for option in choice.options if option != "off"]
    # One mode means "on"; of several, the one that heats and cools, then the one that heats.
    for mode in (*(running if len(running) == 1 else ()), "heat_cool", "auto", "heat"):
        if mode in running:
            return call(entity, service, {parameter: mode})
    return Cannot(f"{called(entity)} has the modes {', '.join(running)}: which one?")


HANDLERS: dict[str, Handler] = {
    "HassTurnOn": turn_on,
    "HassTurnOff": turn_off,
    "HassToggle": toggle,
}
