"""What people feel said for what they want: "it's pitch black in the hall" wants light there.

Something is done only where it is known where: a place or a device is named, or the asker's room
is known. Every word has to belong to the complaint; where some do not, it is asked first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lamplighter.catalogue.entity import Entity
from lamplighter.understanding.frames import mentions_in
from lamplighter.understanding.intents import Intent, Parse
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.leftovers import left_unsaid
from lamplighter.understanding.normalise import asks, fold, plain
from lamplighter.understanding.rule_parser import Situation

MAX_WORDS = 22


@dataclass(frozen=True, slots=True)
class Wish:
    """What a complaint wants: the first of these that the place can do.

    Attributes:
        kind: the kind of device.
        intent: what it is to do.
        slots: with which values.
        active: True where only those are meant that are on now.
    """

    kind: str
    intent: str
    slots: Mapping[str, Any] = field(default_factory=dict)
    active: bool = False


def _words(said: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{said})\b")


_WARMER = Wish("thermostat", "HomeChangeTemperature", {"temperature_step": 1})
_COOLER = Wish("thermostat", "HomeChangeTemperature", {"temperature_step": -1})
_BRIGHTER = Wish("light", "HomeChangeBrightness", {"brightness_step": 20}, active=True)
_LIGHT = Wish("light", "HassTurnOn")
_DIMMER = Wish("light", "HomeChangeBrightness", {"brightness_step": -20}, active=True)
_AIR = Wish("fan", "HassTurnOn")
_CLEAN = Wish("vacuum", "HassVacuumStart")

_TOO = (
    r"(?:(?:way |far |much )?too|so|very|really|bloody|bleedin[g']?|awfully|rather|quite|getting|"
    r"a bit|pretty|ever so)"
)
_SUBJECT = r"(?:i'm|i am|we're|we are|it's|it is|its|feel|feeling|feels)"

COMPLAINTS: tuple[tuple[re.Pattern[str], tuple[Wish, ...]], ...] = (
    (
        _words(
            rf"{_TOO} (?:cold|chilly|cool)|freezing|frozen|shivering|baltic|arctic|icy|perishing|"
            rf"nippy|chilly|brass monkeys|{_SUBJECT} cold"
        ),
        (_WARMER,),
    ),
    (
        _words(
            rf"{_TOO} (?:hot|warm)|boiling|roasting|sweltering|sweating|melting|baking|stifling|"
            rf"like an oven|like a sauna|{_SUBJECT} hot"
        ),
        (_COOLER, _AIR),
    ),
    (
        _words(
            rf"pitch (?:black|dark)|{_TOO} (?:dark|dim|gloomy|murky)|gloomy|dark|"
            r"(?:can't|cannot|can not|(?:can|could) (?:hardly|barely|scarcely)) (?:even )?"
            r"(?:see|read|make out)(?: a thing| anything)?|hard to see"
        ),
        (_BRIGHTER, _LIGHT),
    ),
    (
        _words(
            rf"{_TOO} bright|blinding|dazzling|glaring|hurts? my eyes|hurting my eyes|in my eyes"
        ),
        (_DIMMER,),
    ),
    (
        _words(
            r"stuffy|smelly|smells|stinks|stinking|reeks|steamed up|steamy|steaming|smoky|musty|"
            r"stale|thick|foul|fumes|no air|can't breathe|cannot breathe|muggy"
        ),
        (_AIR,),
    ),
    (
        _words(
            r"dusty|filthy|crumbs|dirty floor|floor is (?:dirty|filthy|a mess)|dog hair|cat hair"
        ),
        (_CLEAN,),
    ),
)
_TELLS = re.compile(
    r"^(?:oh |ugh |wow |god |gosh |hey |man |phew |brr+ )*(?:it|i|we|he|she|they|there|that|this|"
    r"the|my|our|its|can't|cannot|hard|still|so|too|pitch|\w+s)\b"
)
_TAIL = re.compile(
    r" (?:and (?:i|we|he|she|it|there|they|my|the)\b|you could\b|like (?:a|an|the)\b|as if\b|"
    r"again$|at all$|already$).*$"
)
_OTHERWISE = re.compile(
    r"\b(?:was|were|been|had|did|not|isn't|aren't|never|no longer|used to|yesterday|tomorrow|if|"
    r"when|why|outside|weather|movie|film|book|joke|song|coffee|tea|food|drink|soup|girl|boy|"
    r"horse|chocolate|hair colou?r)\b"
)
_REQUESTED = re.compile(
    r"\b(?:turn|switch|put|set|open|close|shut|raise|lower|start|stop|bring|make|leave|keep|want|"
    r"could|would|can you|please)\b"
)
_ELSEWHERE = re.compile(r"\b(?:in|at|on) (?:the |my |our )?(?P<place>[\w' ]+)$")
_HERE = frozenset({"here", "this room", "there", "room", "air", "place", "house"})


class ComplaintReader:
    """Reads complaints in English. Pure."""

    def read(self, text: str, situation: Situation) -> Parse | None:
        """The wish of a complaint; None where the sentence is none, or it is not known where."""
        said = fold(plain(text))
        if not situation.language.startswith("en") or len(said.split()) > MAX_WORDS:
            return None
        if asks(text) or _OTHERWISE.search(said) or not _TELLS.match(said):
            return None
        if _REQUESTED.search(said):
            return None
        for pattern, wishes in COMPLAINTS:
            if match := pattern.search(said):
                return _wished(said, match, wishes, situation)
        return None


def _wished(
    said: str, match: re.Match[str], wishes: tuple[Wish, ...], situation: Situation
) -> Parse | None:
    bare = said[: match.end()] + _TAIL.sub("", said[match.end() :])
    about = mentions_in(f"{bare[: match.start()]} {bare[match.end() :]}", situation.names)
    slots: dict[str, Any] = {}
    if about.names:
        slots["name"] = about.names[0]
    elif about.areas:
        area = situation.names.areas.get(about.areas[0])
        floor = situation.names.floors.get(about.areas[0])
        slots |= {"area": area.name} if area else {"floor": floor.name} if floor else {}
    elif situation.area is None or _is_elsewhere(bare[match.end() :]):
        return None
    else:
        slots["area"] = situation.area
    left = left_unsaid(bare, (match[0], *about.names, *about.areas, *about.kinds))
    for wish in wishes:
        intent = _intent(wish, slots, said, situation)
        if intent is not None and situation.grounds(intent):
            explain = f"{match[0]!r} is a complaint"
            return Parse((intent,), "rules", 0.85, explain, sure=not left)
    return None


def _intent(wish: Wish, slots: Mapping[str, Any], said: str, situation: Situation) -> Intent | None:
    wanted = {**slots, **wish.slots}
    if "name" not in slots:
        wanted["kind"] = wish.kind
    if wish.active:
        ids = tuple(
            entity.id
            for entity in _there(wish, slots, situation)
            if situation.state_of(entity.id).value == "on"
        )
        if not ids:
            return None
        wanted = {**wish.slots, "ids": ids}
    domains = frozenset(KINDS[wish.kind].domains)
    return Intent(wish.intent, wanted, domains, many=True, text=said)


def _there(wish: Wish, slots: Mapping[str, Any], situation: Situation) -> list[Entity]:
    names = situation.names
    if "name" in slots:
        found = names.named(str(slots["name"])) or names.partly_named(str(slots["name"]))
    else:
        found = tuple(
            each for domain in KINDS[wish.kind].domains for each in names.by_domain.get(domain, ())
        )
    placed = _is_in(slots, situation)
    return [each for each in found if each.domain in KINDS[wish.kind].domains and placed(each)]


def _is_in(slots: Mapping[str, Any], situation: Situation) -> Callable[[Entity], bool]:
    if area := slots.get("area"):
        return lambda entity: (entity.area or "").casefold() == str(area).casefold()
    if floor := slots.get("floor"):
        on = {
            each.name.casefold()
            for each in situation.names.areas.values()
            if (each.floor or "").casefold() == str(floor).casefold()
        }
        return lambda entity: (entity.area or "").casefold() in on
    return lambda _entity: True


def _is_elsewhere(rest: str) -> bool:
    """True where a place is named that is not here, and none of this home."""
    place = _ELSEWHERE.search(rest.strip())
    return place is not None and place["place"].strip() not in _HERE
