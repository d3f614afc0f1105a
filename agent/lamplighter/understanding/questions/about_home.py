"""Answers about the home as a whole: who is there, what is open, which batteries are low."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from lamplighter.catalogue.entity import Choice, Colour, Entity, Number
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.kinds import plural_of
from lamplighter.understanding.normalise import fold
from lamplighter.understanding.questions.answered import Answered, told, where_of
from lamplighter.understanding.questions.measures import as_number, measures, with_unit
from lamplighter.understanding.questions.sight import Sight
from lamplighter.understanding.resolver import Grounding
from lamplighter.understanding.speech import called, listed
from lamplighter.understanding.states import described, is_in

LOW = 20.0
"""A battery with less than this, in per cent, is low."""

MAX_TOLD = 12
"""More devices than this are counted by their kinds."""

_PRESENCE = frozenset({"motion", "occupancy", "presence", "moving"})
_OPENINGS = frozenset({"door", "garage_door", "window", "opening"})
_CLOSING = frozenset({"door", "garage", "gate", "window"})
_DANGERS = frozenset(
    {"smoke", "gas", "carbon_monoxide", "moisture", "safety", "tamper", "problem", "heat"}
)
_KIND_WORDS = {
    "binary_sensor": "sensor", "alarm_control_panel": "alarm system", "lawn_mower": "mower",
    "climate": "thermostat", "device_tracker": "tracker", "number": "setting",
    "select": "selector", "water_heater": "water heater", "cover": "cover",
}  # fmt: skip
_DOING: Mapping[str, str] = {
    "turn_on": "be turned on", "turn_off": "be turned off", "open": "be opened",
    "close": "be closed", "lock": "be locked", "unlock": "be unlocked", "stop": "be stopped",
    "start": "be started", "pause": "be paused", "return_to_base": "be sent home",
    "start_mowing": "be started", "dock": "be sent home", "locate": "call out",
    "clean_spot": "clean a spot", "press": "be pressed", "arm_home": "be armed at home",
    "arm_away": "be armed away", "arm_night": "be armed for the night", "disarm": "be disarmed",
    "trigger": "be triggered", "open_tilt": "tilt open", "close_tilt": "tilt closed",
    "install": "be updated",
}  # fmt: skip
_SETTINGS: Mapping[str, str] = {
    "brightness_pct": "brightness", "rgb_color": "colour",
    "color_temp_kelvin": "colour temperature",
    "percentage": "speed", "position": "position", "tilt_position": "tilt",
    "temperature": "temperature", "target_temp_low": "lowest temperature",
    "target_temp_high": "highest temperature", "hvac_mode": "mode", "fan_mode": "fan mode",
    "swing_mode": "swing mode", "preset_mode": "preset", "humidity": "humidity", "value": "value",
    "option": "option", "effect": "effect", "fan_speed": "suction", "oscillating": "swinging",
    "direction": "direction", "mode": "mode", "operation_mode": "mode", "white": "white",
    "tone": "tone", "volume_level": "volume", "duration": "duration",
}  # fmt: skip
_UNSAID = frozenset({"transition", "flash", "code", "command"})


@dataclass(frozen=True, slots=True)
class AboutHome:
    """Answers about presence, safety, batteries, what there is and what it can do.

    Attributes:
        sight: what there is to answer from.
    """

    sight: Sight

    def find(self, intent: Intent) -> Grounding:
        """The entities that the question is about."""
        if intent.name == "HomeGetAbilities":
            return self.sight.find(intent, lambda _entity: True)
        able: Callable[[Entity], bool] = {
            "HomeGetPresence": _senses_people,
            "HomeGetSafety": _secures,
        }.get(intent.name, lambda _entity: True)
        if intent.name == "HomeGetBatteries":
            return self._powered(intent)
        return self.sight.find(replace(intent, question="which", many=True), able)

    def answer(self, intent: Intent, found: Grounding) -> Answered:
        """The answer, from the entities that were found."""
        ids = [each.id for each in found.entities]
        if intent.name == "HomeGetPresence":
            said = self._presence(found, str(intent.slots.get("way", "")))
        elif intent.name == "HomeGetSafety":
            said = self._safety(found)
        elif intent.name == "HomeGetBatteries":
            said = self._batteries(found)
        elif intent.name == "HomeGetAbilities":
            said = self._abilities(found)
        else:
            said = self._inventory(intent, found)
        return told(said, found.explain, ids[:MAX_TOLD])

    def _powered(self, intent: Intent) -> Grounding:
        """Every battery, also those that are diagnostics; of a device or a place if one is said."""
        every = [each for each in self.sight.resolver.names.entities.values() if _has_battery(each)]
        if intent.slots.keys() & {"name", "area", "floor", "kind", "ids", "domain"}:
            base = self.sight.find(replace(intent, many=True), lambda _entity: True)
            devices = {each.device.id for each in base.entities if each.device is not None}
            names = [fold(each.name) for each in base.entities]
            names += [fold(str(intent.slots["name"]))] if "name" in intent.slots else []
            area = intent.slots.get("area")
            every = [
                each
                for each in every
                if (each.device is not None and each.device.id in devices)
                or any(fold(each.name).startswith(name) for name in names)
                or each in base.entities
                or (area and "name" not in intent.slots and each.area == area)
            ]
        return Grounding(tuple(every), missing="" if every else "battery")

    def _presence(self, found: Grounding, way: str) -> str:
        if found.missing:
            return "I don't know: nothing there tells whether somebody is in"
        seen = [each for each in found.entities if self._is(each, "on")]
        unknown = [each for each in found.entities if self._is(each, "on") is None]
        people = [each for each in seen if each.domain == "device_tracker"]
        sensed = [each for each in seen if each.domain != "device_tracker"]
        if people or sensed:
            parts = [f"{called(each)} is at home" for each in people]
            parts += [
                f"{called(each)} is {described(each, self.sight.state(each), self.sight.degrees)}"
                for each in sensed
            ]
            opening = {"who": "", "nobody": "no, "}.get(way, "yes, ")
            if way == "who" and not people:
                opening = "I don't know who; "
            return f"{opening}{'; '.join(parts[:6])}"
        if len(unknown) == len(found.entities):
            return f"I don't know: {_few(unknown)} told nothing yet"
        known = [each for each in found.entities if each not in unknown]
        said = f"nobody that I know of: {_few(known)} {_detect(known)}"
        return said + (f"; I don't know about {_few(unknown)}" if unknown else "")

    def _safety(self, found: Grounding) -> str:
        if found.missing:
            return "I don't know: nothing here tells of locks, doors or windows"
        loose, unknown = [], []
        for entity in found.entities:
            bad = self._is(entity, "unlocked" if entity.domain == "lock" else "open")
            if entity.domain == "lock":
                locked = self._is(entity, "locked")
                bad = None if locked is None else not locked
            if bad:
                what = described(entity, self.sight.state(entity), self.sight.degrees)
                loose.append(f"{called(entity)} is {what}")
            elif bad is None:
                unknown.append(entity)
        alarms = [
            f"{called(each)} is {described(each, self.sight.state(each), self.sight.degrees)}"
            for each in self.sight.resolver.names.by_domain.get("alarm_control_panel", ())
            if self.sight.state(each).value
        ]
        known = len(found.entities) - len(unknown)
        if loose:
            said = f"no, {'; '.join(loose)}"
        elif not known:
            return f"I don't know: {_few(unknown)} told nothing yet"
        else:
            opening = "as far as I know, " if unknown else "yes, "
            said = f"{opening}all {known} locks, doors and windows that I know are locked or closed"
        if unknown:
            said += f"; I don't know about {_few(unknown)}"
        return f"{said}; {'; '.join(alarms)}" if alarms else said

    def _batteries(self, found: Grounding) -> str:
        if found.missing:
            return "I don't know of any battery there"
        low: list[str] = []
        fine: list[str] = []
        unknown: list[Entity] = []
        for entity in found.entities:
            state = self.sight.state(entity)
            level = as_number(
                state.attributes.get("battery_level") if entity.domain == "vacuum" else state.value
            )
            if entity.domain == "binary_sensor":
                verdict = None if state.value not in ("on", "off") else state.value == "on"
                shown = f"{called(entity)} is low"
            else:
                verdict = None if level is None else level < LOW
                shown = f"{called(entity)} is at {with_unit(level or 0.0, '%')}"
            if not state.available or verdict is None:
                unknown.append(entity)
            else:
                (low if verdict else fine).append(shown)
        if low:
            said = "; ".join(low[:MAX_TOLD])
        elif not fine:
            return f"I don't know: {_few(unknown)} told nothing"
        elif len(fine) == 1:
            said = f"no, {fine[0]}" if "at" in fine[0] else "no, the battery is fine"
        else:
            said = f"none of the {len(fine)} batteries is low (below {round(LOW)} %)"
        return said + (f"; I don't know about {_few(unknown)}" if unknown else "")

    def _abilities(self, found: Grounding) -> str:
        if found.missing or not found.entities:
            return f"I don't know of any {found.missing or 'such device'}"
        return "; ".join(_able(entity) for entity in found.entities[:3])

    def _inventory(self, intent: Intent, found: Grounding) -> str:
        entities = [each for each in found.entities if not self._hidden(each)]
        where = where_of(intent, self.sight.area)
        if not entities:
            return f"I know of no {found.missing or 'device'}{where}"
        if intent.question == "how_many":
            return f"{len(entities)}{where}: {self._shown(entities)}"
        if intent.question == "any":
            return f"yes, {self._shown(entities)}"
        if len(entities) > MAX_TOLD:
            return f"{len(entities)} things{where}: {_counted(entities)}"
        states = [self._with_state(each) for each in entities]
        return f"{where.strip() or 'there are'}: {', '.join(states)}" if len(states) > 1 else (
            f"{where.strip() or 'there is'}: {states[0]}"
        )  # fmt: skip

    def _with_state(self, entity: Entity) -> str:
        what = described(entity, self.sight.state(entity), self.sight.degrees)
        return f"{entity.name} ({what})" if what is not None else entity.name

    def _shown(self, entities: Sequence[Entity]) -> str:
        if len(entities) <= MAX_TOLD:
            return listed(called(each) for each in entities)
        return _counted(entities)

    def _hidden(self, entity: Entity) -> bool:
        return entity.category is not None

    def _is(self, entity: Entity, wanted: str) -> bool | None:
        state = self.sight.state(entity)
        if entity.domain == "device_tracker":
            return None if state.value is None else state.value == "home"
        return is_in(entity, state, wanted)


def _senses_people(entity: Entity) -> bool:
    if entity.domain == "device_tracker":
        return True
    return entity.domain == "binary_sensor" and entity.device_class in _PRESENCE


def _secures(entity: Entity) -> bool:
    if entity.domain == "binary_sensor":
        return entity.device_class in _OPENINGS
    return entity.domain == "lock" or (entity.domain == "cover" and entity.device_class in _CLOSING)


def endangers(entity: Entity) -> bool:
    """True for sensors of what must not be: smoke, gas, water, tampering."""
    return entity.domain == "binary_sensor" and entity.device_class in _DANGERS


def _has_battery(entity: Entity) -> bool:
    if entity.domain == "binary_sensor":
        return entity.device_class == "battery"
    return measures(entity, "battery") and (entity.domain != "sensor" or entity.unit in ("%", ""))


def _detect(known: Sequence[Entity]) -> str:
    if all(each.domain == "device_tracker" for each in known):
        return "is away" if len(known) == 1 else "are away"
    return "detects nobody" if len(known) == 1 else "detect nobody"


def _few(entities: Sequence[Entity]) -> str:
    names = [called(each) for each in entities]
    return listed(names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"])


def _counted(entities: Sequence[Entity]) -> str:
    kinds: dict[str, int] = {}
    for entity in entities:
        word = _KIND_WORDS.get(entity.domain, entity.domain.replace("_", " "))
        kinds[word] = kinds.get(word, 0) + 1
    return listed(
        f"{count} {plural_of(word) if count > 1 else word}" for word, count in kinds.items()
    )


def _able(entity: Entity) -> str:
    if not entity.services:
        return f"{called(entity)} only tells how it is; nothing can be done with it"
    doing = [_DOING[name] for name in entity.services if name in _DOING]
    settings: dict[str, str] = {}
    for service in entity.services.values():
        for key, parameter in service.params.items():
            if key in _UNSAID:
                continue
            word = _SETTINGS.get(key, key.replace("_", " "))
            if isinstance(parameter, Number):
                unit = f" {parameter.unit}" if parameter.unit else ""
                word += f" from {parameter.minimum:g} to {parameter.maximum:g}{unit}"
            elif isinstance(parameter, Choice) and len(parameter.options) <= 8:
                word += f" ({', '.join(each.replace('_', ' ') for each in parameter.options)})"
            elif isinstance(parameter, Colour):
                word += " by name"
            settings[key] = word
    parts = []
    if doing:
        parts.append(f"can {listed(dict.fromkeys(doing))}")
    if settings:
        parts.append(f"takes {listed(settings.values())}")
    return f"{called(entity)} {', and '.join(parts) or 'can do nothing that I know of'}"
