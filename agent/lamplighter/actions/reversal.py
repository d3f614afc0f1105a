"""Puts back what was done: the steps that lead to the state of before.

For "undo that", and for the end of "for half an hour". What has no way back (a pressed button, a
scene, a command of the device's own) is named and left alone.

Where somebody says "turn the fan on for half an hour" and it is on already, there is nothing to put
back, and still it has to stop: then, and where nothing was heard of the device, the end is the
opposite of what was said. That holds for on, open and start only, and not for an undo.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from lamplighter.catalogue.entity import Entity, State
from lamplighter.catalogue.vocabulary import ATTRIBUTE_AFTER, STATE_IS_PARAMETER
from lamplighter.understanding.interpretation import Step

_OPPOSITES: Final = {
    "turn_on": "turn_off",
    "turn_off": "turn_on",
    "open": "close",
    "close": "open",
    "lock": "unlock",
    "unlock": "lock",
    "open_tilt": "close_tilt",
    "close_tilt": "open_tilt",
}
_ENDED: Final = frozenset({"turn_on", "open"})
"""What is turned to its opposite at the end, although it was so before."""
_BACK_TO: Final[Mapping[str, Mapping[str, str]]] = {
    "cover": {"open": "open", "closed": "close"},
    "valve": {"open": "open", "closed": "close"},
    "lock": {"locked": "lock", "unlocked": "unlock"},
    "vacuum": {"docked": "return_to_base", "cleaning": "start", "paused": "pause", "idle": "stop"},
    "lawn_mower": {"docked": "dock", "mowing": "start_mowing", "paused": "pause"},
    "alarm_control_panel": {
        "disarmed": "disarm",
        "armed_home": "arm_home",
        "armed_away": "arm_away",
        "armed_night": "arm_night",
        "armed_vacation": "arm_vacation",
        "armed_custom_bypass": "arm_custom_bypass",
    },
}
"""The service that leads to a state again, by domain and state."""
_SWITCHED: Final = {"on": "turn_on", "off": "turn_off"}
_ONE_WAY: Final = frozenset({"button", "scene", "update"})
_NO_WAY_BACK: Final = frozenset(
    {"stop", "toggle", "send_command", "locate", "clean_spot", "trigger"}
)
_ENDING_OF_ROBOTS: Final = {"start": "return_to_base", "start_mowing": "dock"}
_COLOURS: Final = ("rgb_color", "color_temp_kelvin", "effect", "white")
_UNTOLD: Final = frozenset({None, "unknown", "unavailable"})


class Before(Protocol):
    """What is known of the entities before the steps are taken; the catalogue is it."""

    def get(self, entity_id: str) -> Entity | None:
        """The entity, or None."""
        ...

    def state(self, entity_id: str) -> State:
        """What is known of it."""
        ...


@dataclass(frozen=True, slots=True)
class Reversal:
    """The way back.

    Attributes:
        steps: what leads to the state of before, the last thing done first.
        lost: the steps that nothing can put back.
    """

    steps: tuple[Step, ...] = ()
    lost: tuple[Step, ...] = ()


def reversal(steps: Sequence[Step], before: Before, *, ends: bool = False) -> Reversal:
    """How to put back what the steps are going to change.

    Args:
        steps: what is going to be done.
        before: what is known before that.
        ends: True at the end of "for half an hour", where what was said is to stop.
    """
    back: list[Step] = []
    lost: list[Step] = []
    for step in reversed(steps):
        entity = before.get(step.entity_id)
        found = None if entity is None else _back(step, entity, before.state(entity.id), ends=ends)
        if found is None:
            lost.append(step)
        else:
            back += [each for each in found if each not in back]
    return Reversal(tuple(back), tuple(reversed(lost)))


def _back(step: Step, entity: Entity, state: State, *, ends: bool) -> list[Step] | None:
    """The way back of one step; nothing where it changes nothing, None where there is none."""
    if entity.domain in _ONE_WAY or step.service in _NO_WAY_BACK:
        return None
    if ends and (ending := _ending(step, entity, state)) is not None:
        return [ending]
    return None if state.value in _UNTOLD else _as_before(step, entity, state)


def _as_before(step: Step, entity: Entity, state: State) -> list[Step] | None:
    """The steps that lead to a state that was told."""
    if entity.domain in ("light", "fan") and state.value == "off":
        return _offered(entity, [Step(entity.id, "turn_off")])
    if (entity.domain, step.service) in STATE_IS_PARAMETER:
        return _value(step, entity, state)
    if step.service.startswith("set_") or step.service == "oscillate":
        return _attributes(step, entity, state)
    return _state(step, entity, state)


def _ending(step: Step, entity: Entity, state: State) -> Step | None:
    """The opposite of what was said, where the state of before is no end of it."""
    robot = _ENDING_OF_ROBOTS.get(step.service)
    untold = state.value in _UNTOLD
    if robot is not None:
        # Whatever it did before: "for half an hour" is over when it is home.
        return _one(entity, Step(entity.id, robot))
    opposite = _OPPOSITES.get(step.service)
    if opposite is None or not (untold or _is_so(step, entity, state)):
        return None
    if not untold and (step.service not in _ENDED or step.params):
        return None
    return _one(entity, Step(entity.id, opposite))


def _is_so(step: Step, entity: Entity, state: State) -> bool:
    """Whether the entity is as the step wants it."""
    if step.service in ("turn_on", "turn_off"):
        return (state.value != "off") == (step.service == "turn_on")
    return _BACK_TO.get(entity.domain, {}).get(state.value or "") == step.service


def _value(step: Step, entity: Entity, state: State) -> list[Step] | None:
    """A state that is set by a parameter: a mode, an option, a number, a text."""
    name = STATE_IS_PARAMETER[entity.domain, step.service]
    value: Any = state.value
    if entity.domain == "number":
        try:
            value = float(state.value or "")
        except ValueError:
            return None
    return _offered(entity, [Step(entity.id, step.service, {name: value})])


def _attributes(step: Step, entity: Entity, state: State) -> list[Step] | None:
    """What the state's attributes showed: position, temperature, percentage, preset ..."""
    params = {name: _shown(entity, name, state) for name in step.params}
    known = {name: value for name, value in params.items() if value is not None}
    if not known:
        return _state(step, entity, state) if entity.domain in _BACK_TO else None
    return _offered(entity, [Step(entity.id, step.service, known)])


def _state(step: Step, entity: Entity, state: State) -> list[Step] | None:
    """On, off, open, closed, locked: as it was, with what belongs to it."""
    value = state.value or ""
    if entity.domain == "light":
        shown = _light(step, entity, state)
        return None if shown is None else _offered(entity, [Step(entity.id, "turn_on", shown)])
    if entity.domain == "fan":
        share = state.attributes.get("percentage")
        exact = (
            {"percentage": share} if share and "percentage" in _params(entity, "turn_on") else {}
        )
        return _offered(entity, [Step(entity.id, "turn_on", exact)])
    if entity.domain in ("climate", "water_heater"):
        return _climate(entity, value)
    position = state.attributes.get("position")
    if entity.domain in ("cover", "valve") and position not in (None, 0, 100):
        exact_step = Step(entity.id, "set_position", {"position": position})
        if _one(entity, exact_step) is not None:
            return [exact_step]
    service = {**_SWITCHED, **_BACK_TO.get(entity.domain, {})}.get(value)
    return None if service is None else _offered(entity, [Step(entity.id, service)])


def _light(step: Step, entity: Entity, state: State) -> dict[str, Any] | None:
    """Brightness as it was, the colour only where it is changed; None where nobody knows that."""
    offered = _params(entity, "turn_on")
    shown: dict[str, Any] = {}
    brightness = state.attributes.get("brightness_pct")
    if brightness and "brightness_pct" in offered:
        shown["brightness_pct"] = brightness
    if any(name in step.params for name in _COLOURS):
        # A lamp shows one of them only; the temperature of white comes first where it is told.
        for name in ("color_temp_kelvin", "rgb_color"):
            value = state.attributes.get(name)
            if value is not None and name in offered:
                return {**shown, name: value}
        return None
    return shown


def _climate(entity: Entity, mode: str) -> list[Step] | None:
    by_mode = "operation_mode" if entity.domain == "water_heater" else "hvac_mode"
    wanted = [
        Step(entity.id, "turn_off") if mode == "off" else None,
        Step(entity.id, f"set_{by_mode}", {by_mode: mode}),
        Step(entity.id, "turn_on") if mode != "off" else None,
    ]
    found = next((step for step in wanted if step and _one(entity, step)), None)
    return None if found is None else [found]


def _shown(entity: Entity, name: str, state: State) -> Any:
    return state.attributes.get(ATTRIBUTE_AFTER.get((entity.domain, name), ""))


def _params(entity: Entity, service: str) -> Iterable[str]:
    offered = entity.services.get(service)
    return offered.params if offered else ()


def _offered(entity: Entity, steps: list[Step]) -> list[Step] | None:
    return steps if all(_one(entity, step) for step in steps) else None


def _one(entity: Entity, step: Step) -> Step | None:
    """The step, where the entity offers it."""
    return step if step.service in entity.services else None
