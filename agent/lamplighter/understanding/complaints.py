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
_SHADED = Wish("blind", "HassTurnOff")
_CURTAINED = Wish("curtain", "HassTurnOff")
_WATERED = Wish("sprinkler", "HassTurnOn")
_WATER = Wish("valve", "HassTurnOn")
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
            rf"nippy|chilly|brass monkeys|{_SUBJECT} cold|see (?:my|your|our) (?:own )?breath|"
            r"(?:fingers|toes|feet|hands|nose|ears) (?:is|are) (?:numb|blue|like ice|ice|freezing|"
            r"falling off|turning blue|frozen)|teeth (?:are )?chatter(?:ing)?|goose ?bumps|"
            r"like (?:a|an|the) (?:fridge|freezer|ice ?box|igloo|morgue|north pole|arctic)|"
            r"(?:could|can) (?:do with|use) (?:some|a bit of|a little|a bit more|more) "
            r"(?:heat|warmth)|blue with cold|draughty"
        ),
        (_WARMER,),
    ),
    (
        _words(
            rf"{_TOO} (?:hot|warm)|boiling|roasting|sweltering|sweating buckets|sweating|"
            rf"dripping with sweat|melting|baking|stifling|"
            rf"like an oven|like a sauna|{_SUBJECT} hot"
        ),
        (_COOLER, _AIR),
    ),
    (
        _words(
            r"sun(?:'s| is| keeps)? (?:\w+ )?(?:in my (?:eyes|face)|blinding|dazzling|shining)"
            r"(?: me)?(?: in my (?:eyes|face))?|blinded by the sun|sun glare|glare from the sun"
        ),
        (_SHADED, _CURTAINED),
    ),
    (
        _words(
            rf"pitch (?:black|dark)|{_TOO} (?:dark|dim|gloomy|murky)|gloomy|dark|"
            r"(?:can't|cannot|can not|(?:can|could) (?:hardly|barely|scarcely)) (?:even )?"
            r"(?:see|read|make out)(?: a thing| anything| (?:my|his|her|our|your) (?:own )?"
            r"(?!blinds?\b|lights?\b|lamps?\b)\w+(?: in front of (?:my|our|your) (?:face|eyes))?)?|"
            r"hard to see|like a (?:cave|dungeon|tomb)|do with (?:some|a bit more|more) light|"
            r"(?:could|can) (?:do with|use) (?:some|a bit of|a little|a bit more|more) light"
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
            r"stale|thick|foul|fumes|no air|can't breathe|cannot breathe|muggy|steamed|airless|"
            r"(?:could|can) (?:do with|use) (?:some|a bit of|a little) (?:fresh )?air|"
            r"(?:air|mirror|window|glass) is (?:all )?(?:thick|foul|bad|steamed up|misted up)"
        ),
        (_AIR,),
    ),
    (
        _words(
            r"dusty|filthy|crumbs|dirty floor|floor (?:is|looks) (?:so |really |absolutely )?"
            r"(?:dirty|filthy|a mess|sticky|disgusting|gross|a disgrace)|(?:dog|cat) hairs?|"
            r"(?:sugar|flour|rice|cereal|sand|mud|glitter|salt) (?:is )?(?:all over|everywhere)"
        ),
        (_CLEAN,),
    ),
    (
        _words(
            r"(?:look|looks|are|is|seem|seems) (?:so |very |really |rather |all |bone )?(?:thirsty|"
            r"parched|wilting|wilted|dried out|bone dry|droopy)|(?:could do with|need|needs|want|"
            r"wants) (?:some |a bit of |a drop of |a good )?(?:water|watering|a drink)"
        ),
        (_WATERED, _WATER),
    ),
)
_TELLS = re.compile(
    r"^(?:oh |ugh |wow |god |gosh |hey |man |phew |brr+ )*(?:it|i|we|he|she|they|there|that|this|"
    r"the|my|our|its|can't|cannot|hard|still|so|too|pitch|could|\w+s)\b"
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
    r"\b(?:turn|switch|put|set|open|close|shut|raise|lower|start|stop|bring|make|leave|keep|"
    r"(?:i|we) want|(?:could|would|can|will) you|please)\b"
)
_WITH = re.compile(r"\b(?:could|can) (?:do with|use)\b", re.IGNORECASE)
_ENOUGH = (
    (
        re.compile(
            r"\b(?:is not|are not|am not|isn't|aren't|not|never|ain't|hardly|nowhere near|'s not|"
            r"'m not|'re not) (?:\w+ )?(?P<way>\w+) enough\b"
        ),
        {
            "warm": "too cold",
            "hot": "too cold",
            "toasty": "too cold",
            "bright": "too dark",
            "light": "too dark",
            "cool": "too hot",
            "cold": "too hot",
            "dark": "too bright",
            "dim": "too bright",
        },
    ),
    (
        re.compile(
            r"\b(?:could|might|should|ought to) be (?:a (?:bit|little|lot) )?(?P<way>\w+)\b"
        ),
        {
            "warmer": "too cold",
            "hotter": "too cold",
            "brighter": "too dark",
            "lighter": "too dark",
            "cooler": "too hot",
            "colder": "too hot",
            "darker": "too bright",
            "dimmer": "too bright",
        },
    ),
)
"""What is not enough is too much of the opposite."""

_FELT = frozenset(
    """
    air dear love place room bit again all everything everywhere my me eyes toes
    fingers here quite plants plant flowers flower roses rose lawn grass trees tree herbs tomatoes
    garden beds veg vegetables basil orchids pots floor mirror window windows glass cows hens baby
    knitting book screen paper newspaper hand face
    """.split()  # noqa: SIM905 - a list of words reads best as text
)
"""What is named beside a complaint and changes nothing about it."""

_ELSEWHERE = re.compile(r"\b(?:in|at|on) (?:the |my |our )?(?P<place>[\w' ]+)$")
_HERE = frozenset({"here", "this room", "there", "room", "air", "place", "house"})


class ComplaintReader:
    """Reads complaints in English. Pure."""

    def read(self, text: str, situation: Situation) -> Parse | None:
        """The wish of a complaint; None where the sentence is none, or it is not known where."""
        # "We could do with more light" is no polite form.
        said = _opposite(fold(text if _WITH.search(text) else plain(text)))
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
    unsaid = left_unsaid(bare, (match[0], *about.names, *about.areas, *about.kinds))
    left = [word for word in unsaid if word not in _FELT]
    explain = f"{match[0]!r} is a complaint"
    for wish in wishes:
        intent = _intent(wish, slots, bare, situation)
        if intent is not None and situation.grounds(intent):
            # Water does harm where it is not wanted.
            sure = not left and wish not in (_WATERED, _WATER)
            return Parse((intent,), "rules", 0.85, explain, sure=sure)
    for wish in wishes:
        if not about.names and (only := _only_one(wish, situation)):
            intent = _intent(wish, {"ids": (only.id,)}, bare, situation)
            if intent is not None and situation.grounds(intent):
                sure = not left and wish in (_WARMER, _COOLER)
                return Parse((intent,), "rules", 0.85, explain, sure=sure)
    return None


def _opposite(said: str) -> str:
    """The complaint with "too" for "not enough" and for "could be"."""
    for pattern, opposites in _ENOUGH:
        match = pattern.search(said)
        if match is not None and (meant := opposites.get(match["way"])):
            before, after = said[: match.start()].rstrip(), said[match.end() :]
            return f"{before} is {meant}{after}".replace("it is is", "it is").strip()
    return said


def _only_one(wish: Wish, situation: Situation) -> Entity | None:
    """The only device of the home that can be meant where the place itself has none."""
    if wish.kind not in ("thermostat", "vacuum"):
        return None
    kind = KINDS[wish.kind]
    found = [
        each
        for domain in kind.domains
        for each in situation.names.by_domain.get(domain, ())
        if kind.covers(each)
    ]
    return found[0] if len(found) == 1 else None


def _intent(wish: Wish, slots: Mapping[str, Any], said: str, situation: Situation) -> Intent | None:
    wanted = {**slots, **wish.slots}
    if not {"name", "ids"} & slots.keys():
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
