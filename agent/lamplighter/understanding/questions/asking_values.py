"""Questions for values: "how warm is it in the attic", "which room is the warmest"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import ASKERS, Asked, without_askers
from lamplighter.understanding.questions.measures import (
    adjectives,
    comparatives,
    measures_by_words,
)
from lamplighter.understanding.questions.subjects import Subject
from lamplighter.understanding.spoken_numbers import numbers_in

_USING = re.compile(
    r" (?:use|using|uses|consume|consuming|consumes|draw|drawing|draws|pull|pulling|take|taking|"
    r"need|needing|eat|eating|have|left$|have left$|make|making|produce|producing|generate|"
    r"generating|get|being used|used|drawn|going through|at|set to)\b.*$"
)
_ASPECTS = {
    "brightness": "brightness", "brightness level": "brightness", "dim level": "brightness",
    "position": "position", "opening": "position", "tilt": "tilt", "tilt position": "tilt",
    "colour": "colour", "color": "colour", "colours": "colour", "colors": "colour",
    "colour temperature": "colour", "color temperature": "colour", "shade": "colour",
    "mode": "mode", "hvac mode": "mode", "operation mode": "mode", "preset": "preset",
    "preset mode": "preset", "fan speed": "speed", "speed": "speed", "speed level": "speed",
    "suction": "speed", "fan mode": "fan_mode", "swing mode": "swing_mode", "effect": "effect",
    "target temperature": "target", "set temperature": "target", "setpoint": "target",
    "set point": "target", "target": "target", "desired temperature": "target",
    "temperature setting": "target", "target temp": "target", "temperature set": "target",
    "target humidity": "target", "volume": "volume", "programme": "option", "program": "option",
    "option": "option", "setting": "target", "direction": "direction", "level": "brightness",
    "percentage": "brightness",
}  # fmt: skip
"""What people call the settings of devices."""
_HOW = {"bright": "brightness", "dim": "brightness", "fast": "speed", "far open": "position",
        "open": "position", "wide open": "position", "far": "position", "far up": "position",
        "far down": "position", "loud": "volume", "far closed": "position"}  # fmt: skip
_LIMIT = re.compile(
    r"\b(?:(?P<more>above|over|more than|higher than|greater than|exceeding|at least|hotter than|"
    r"warmer than|up to)|(?P<less>below|under|less than|lower than|colder than|cooler than|beneath|"
    r"at most))\s+(?P<rest>.*)$"
)
_NUMBER = re.compile(
    r"^(?:about |minus )?(?P<number>-?\d+(?:[.,]\d+)?|[a-z]+(?: [a-z]+)?(?= |$))\s*"
    r"(?P<unit>%|percent|°\s?[cf]?|degrees?(?: (?:celsius|fahrenheit|c|f))?|celsius|fahrenheit|"
    r"watts?|w|kw|kwh|ppm|lux|lx|hpa|bar|volts?|v|amps?|decibels?|db)?(?P<after> .*)?$"
)
_CONSUMER = re.compile(
    r"^(?:the |device |appliance |thing )*(?:uses?|using|consumes?|consuming|draws?|drawing|pulls?|"
    r"needs?|eats?|is using|is consuming)(?: up)? (?:the )?(?P<way>most|least|more|fewest)"
    r"(?: of the)? ?(?P<measure>power|energy|electricity|current|water|gas|juice)?(?P<where>.*)$"
)
_BIGGEST = re.compile(
    r"^(?:the |our |my )*(?P<way>biggest|largest|highest|top|worst|hungriest|smallest|lowest)"
    r"(?: power| energy| electricity)? (?:consumer|user|hog|guzzler|load|draw)(?P<where>.*)$"
)
_PLACES = re.compile(r"^(?:the )?(?:rooms?|areas?|places?|zones?|spot|part of the house)\b ?")
_NOT_MEANT = frozenset("room rooms is sensor sensors device devices has have the".split())
_DRAWING = re.compile(
    r"\b(?:use|using|uses|consume|consuming|consumes|draw|drawing|draws|pull|pulling|pulls)\b"
)
_CHOICE = re.compile(r"^(?P<first>.+?) or (?P<second>.+)$")
_TREND = re.compile(
    r"^(?P<what>.*?) ?(?:(?:getting|growing|becoming|turning) (?P<how>.+)|(?P<up>rising|going up|"
    r"increasing|climbing|up)|(?P<down>falling|dropping|going down|decreasing|sinking|declining))$"
)


def read(asked: Asked) -> Iterator[Intent]:
    """The intents that the clause can stand for, likeliest first."""
    clause = asked.clause
    words = tuple(word for word in clause.words if word not in ("currently", "now", "still"))
    if clause.verb in ("was", "were", "did", "had", "can"):
        return
    yield from _choices(words, asked)
    yield from _extremes(words, asked)
    yield from _comparisons(words, asked)
    yield from _drawing(words, asked)
    if clause.asking in ("", "list"):
        yield from _batteries(words, asked)
        yield from _adjective(words, asked)
    if clause.asking == "which":
        yield from _batteries(words, asked)
    if clause.asking in ("how", "how much"):
        yield from _how(clause.before or words, words, asked)
    if clause.asking in ("what", "list", "how", "", "how much", "which", "at what", "in what",
                         "on what", "to what"):  # fmt: skip
        yield from _measured(words, asked)


def trend(asked: Asked) -> Iterator[Intent]:
    """ "Is it getting warmer", "is the pressure rising"."""
    gone = ("still", "currently", "been")
    said = " ".join(word for word in asked.clause.words if word not in gone)
    match = _TREND.match(said)
    if match is None or asked.clause.asking not in ("", "list"):
        return
    way = "more" if match["up"] else "less" if match["down"] else ""
    if match["how"]:
        parted = _comparative(match["how"].split())
        if parted is None:
            return
        (measure, way), rest = parted
        for subject in _of_place((*match["what"].split(), *rest), asked):
            yield asked.intent("HomeGetPast", subject, asked="trend", measure=measure, way=way)
        return
    for measure, rest in measure_in(match["what"].split()):
        for subject in asked.about(rest):
            yield asked.intent("HomeGetPast", subject, asked="trend", measure=measure, way=way)


def measure_in(words: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What is measured, and the words that say of what."""
    known = measures_by_words()
    rest = [word for word in words if word not in ("current", "present", "actual", "exact")]
    while rest and rest[0] in ("the", "our", "my", "a", "any"):
        rest.pop(0)
    for count in (4, 3, 2, 1):
        if key := known.get(" ".join(rest[:count])):
            after = rest[count:]
            while after and after[0] in ("of", "for", "from", "is", "it", "on"):
                after = after[1:]
            yield key, tuple(after)
        if len(rest) > count and (key := known.get(" ".join(rest[-count:]))):
            before = [*rest[:-count][:-1], re.sub(r"'s?$", "", rest[-count - 1])]
            yield key, tuple(before)
    for index in range(1, len(rest) - 1):  # "the washer power in the cellar"
        if (key := known.get(rest[index])) and rest[index + 1] in ("in", "on", "at", "of"):
            yield key, (*rest[:index], *rest[index + 1 :])


def limit_in(said: str) -> tuple[str, float, str, str] | None:
    """The words before, the number, its unit and the words after, of "below -18 degrees"."""
    match = _NUMBER.match(said)
    if match is None:
        return None
    numbers = numbers_in(match["number"])
    if len(numbers) != 1:
        return None
    number = next(iter(numbers.values()))
    if said.startswith("minus "):
        number = -abs(number)
    return "", number, (match["unit"] or "").strip(), (match["after"] or "").strip()


def limit_of(said: str) -> tuple[str, str, float, str, str] | None:
    """The words before "below -18 degrees", "more" or "less", number, unit, and the words after."""
    match = _LIMIT.search(said)
    limit = limit_in(match["rest"]) if match else None
    if match is None or limit is None:
        return None
    _, number, unit, after = limit
    return said[: match.start()].strip(), "more" if match["more"] else "less", number, unit, after


def _of_place(words: Sequence[str], asked: Asked) -> Iterator[Subject]:
    bare = [
        word for word in words if word not in ("it", "is", "get", "gets", "there", "too", "very")
    ]
    where = asked.place(bare)
    if where is not None:
        yield where
    else:
        yield from asked.about(bare)


def _adjective(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """ "Is it cold in the cellar" asks how cold it is."""
    known = adjectives()
    if asked.clause.verb not in ("is", "are", ""):
        return
    for index, word in enumerate(words):
        if word not in known or (word == "light" and words[:index] != ("it",)):
            continue
        rest = [*words[:index], *words[index + 1 :]]
        rest = [
            each for each in rest if each not in ("too", "very", "so", "really", "enough", "not")
        ]
        measure = known[word][0]
        for subject in _of_place(rest, asked):
            yield asked.intent("HomeGetMeasurement", subject, measure=measure)


def _how(before: Sequence[str], words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    known = adjectives()
    first = " ".join(before)
    rest = words[len(before) :] if asked.clause.before else words[1:]
    head = before[0] if before else ""
    if first in _HOW or head in _HOW:
        said = rest if first in _HOW else words[1:]
        about = re.sub(r" (?:open|set|closed|up|down|turned up|running)$", "", " ".join(said))
        for subject in asked.about(about.split()):
            if subject.named:
                aspect = _HOW.get(first) or _HOW[head]
                yield asked.intent("HomeGetSetting", subject, aspect=aspect)
    if head in known:
        for subject in _of_place((*before[1:], *rest) if asked.clause.before else rest, asked):
            yield asked.intent("HomeGetMeasurement", subject, measure=known[head][0])
    if first in ("hot or cold", "warm or cold"):
        for subject in _of_place(rest, asked):
            yield asked.intent("HomeGetMeasurement", subject, measure="temperature")


def _measured(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    said = " ".join(words)
    if asked.clause.asking == "what" and re.fullmatch(
        r"(?:the weather |it |the conditions )*(?:like )?(?:outside|outdoors|out there)(?: like)?",
        said,
    ):
        yield asked.intent("HomeGetMeasurement", Subject(side="outside"), measure="temperature")
    said = re.sub(r"^it like ", "temperature ", said)
    said = _USING.sub(
        "", re.sub(r"\b(?:it|there) (?=in\b|on\b|at\b|outside|inside|here)", "", said)
    )
    said = re.sub(r"\b(?:does|is|do|are|has)$", "", said).strip()
    words = without_askers(said.split())
    if asked.clause.asking == "how" and words and words[0] in adjectives():
        words = words[1:]
    if asked.lookup.names.named(" ".join(words).removeprefix("the ")):
        for measure, _ in measure_in(words):
            name = Subject({"name": " ".join(words).removeprefix("the ")})
            yield asked.intent("HomeGetMeasurement", name, measure=measure)
    yield from _settings(words, asked)
    for measure, rest in measure_in(words):
        if measure in ("current", "frequency") and not rest:
            continue
        total = bool(rest) and rest[0] in ("total", "overall", "whole")
        rest = tuple(word for word in rest if word not in ASKERS)
        for subject in asked.about(_without_total(rest)):
            intent = asked.intent("HomeGetMeasurement", subject, measure=measure)
            yield replace(intent, slots={**intent.slots, "total": True}) if total else intent
        where = asked.place(rest)
        if where is not None:
            yield asked.intent("HomeGetMeasurement", where, measure=measure)
    if "total" in words or "overall" in words:
        for measure, rest in measure_in(_without_total(words)):
            for subject in asked.about(rest):
                yield asked.intent("HomeGetMeasurement", subject, measure=measure, total=True)


def _without_total(words: Sequence[str]) -> tuple[str, ...]:
    gone = ("total", "overall", "whole", "altogether", "combined")
    return tuple(word for word in words if word not in gone)


def _settings(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    rest = [word for word in words if word not in ("current", "actual")]
    while rest and rest[0] in ("the", "our", "my", "which", "what"):
        rest.pop(0)
    ending = re.search(r" (?:set to|set at|set|on|at)$", " ".join(words))
    for count in (3, 2, 1):
        first, last = " ".join(rest[:count]), " ".join(rest[-count:])
        if aspect := _ASPECTS.get(first):
            after = rest[count:]
            while len(after) > 1 and after[-1] in ("in", "on", "at", "set", "to"):
                after = after[:-1]
            while after and after[0] in ("of", "for", "is", "on", "in"):
                if after[0] == "in" and asked.place(after) is not None:
                    break
                after = after[1:]
            if ending or first != "position" or after:
                yield from _setting(after, aspect, asked)
        if len(rest) > count and (aspect := _ASPECTS.get(last)):
            yield from _setting(
                [*rest[:-count][:-1], re.sub(r"'s?$", "", rest[-count - 1])], aspect, asked
            )
    said = " ".join(asked.clause.words)
    match = re.search(r"^(?P<what>.*?) (?:set|turned) (?:to|at|on)$", said)
    if match:
        bare = re.sub(r"^(?:temperature|temp|temperature is) (?:is )?", "", match["what"])
        yield from _setting(bare.split(), "target", asked)
    if asked.clause.asking == "":
        return
    match = re.search(
        r"^(?P<what>.*(?:heating|thermostat|radiator|heater|ac|boiler)) (?:on|at)$", said
    )
    if match:
        yield from _setting(match["what"].split(), "target", asked)


def _setting(words: Sequence[str], aspect: str, asked: Asked) -> Iterator[Intent]:
    for subject in asked.about(words):
        if subject.named:
            yield asked.intent("HomeGetSetting", subject, aspect=aspect)
        elif aspect == "target":
            placed = replace(subject, slots={**subject.slots, "kind": "thermostat"})
            yield asked.intent("HomeGetSetting", placed, aspect=aspect)


def _batteries(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Low batteries: what they are called differs, what is low does not."""
    said = " ".join(word for word in words if word not in ("of", "the", "my", "our", "all", "any"))
    match = re.search(
        r"\b(?:batter(?:y|ies)|charge)\b.*\b(?:low|flat|empty|dead|weak|ok|okay|fine|full|"
        r"(?:need|needs|to|be)\b.*(?:chang|replac|charg)\w*|running out)\b|"
        r"\b(?:low|flat|empty|dead|weak)(?: on)? batter(?:y|ies)\b|"
        r"\bneeds? (?:new|fresh|a new) batter(?:y|ies)\b|"
        r"^batteries$|^(?:anything|something|devices?|what) needs? (?:to be )?(?:re)?charg(?:ing|ed)$|"
        r"\bbatter(?:y|ies)\b.* (?:changed|replaced|charged|charging|changing|replacing)$",
        said,
    )
    if match is None or (match[0] == "batteries" and asked.clause.verb not in ("is", "are")):
        return
    rest = re.sub(
        r"\b(?:devices|sensors|things|which|what|are|is|there|with|on|have|has|do|does|need|needs|"
        r"new|fresh|a|batter(?:y|ies)|charge|low|flat|empty|dead|weak|ok|okay|fine|full|to|be|"
        r"chang\w+|replac\w+|charg\w+|running|out|level|getting|nearly|almost|still|anything|soon|"
        r"good)\b|'s\b",
        " ",
        said,
    )
    question = "which" if asked.clause.asking else "any"
    for subject in asked.about(rest.split()):
        yield asked.intent("HomeGetBatteries", subject, question)


def _comparative(words: Sequence[str]) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    known = comparatives()
    for index in range(len(words)):
        for length in (2, 1):
            said = " ".join(words[index : index + length])
            if said in known:
                return known[said], (*words[:index], *words[index + length :])
    return None


def _extremes(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """ "Which room is the warmest", "where is it coldest", "what uses the most power"."""
    asking = asked.clause.asking
    if asking not in ("which", "what", "where", "list"):
        return
    said = " ".join(words)
    match = _CONSUMER.match(re.sub(r"^(?:devices?|appliances?|things?|is) ", "", said))
    match = match or _BIGGEST.match(said)
    if match is not None:
        groups = match.groupdict()
        measure = {"energy": "energy", "electricity": "power", "water": "water", "gas": "gas"}.get(
            groups.get("measure") or "", "power"
        )
        way = "less" if groups["way"] in ("least", "fewest", "smallest", "lowest") else "more"
        where = asked.place((groups["where"] or "").split())
        if where is not None:
            yield asked.intent("HomeGetExtreme", where, measure=measure, way=way)
        return
    rest = tuple(_PLACES.sub("", said).replace(" the ", " ").split())
    room = re.search(r"\b(?:rooms?|areas?|zones?)\b", said) is not None
    roomed = room or asking == "where"
    parted = _comparative(rest)
    if parted is not None and "than" not in rest:
        (measure, way), left = parted
        left = tuple(
            w for w in left if w not in ("it", "the", "room", "is", "has", "place", "area")
        )
        where = asked.place(left)
        if where is not None and (roomed or " ".join(left) in ("",)):
            if room and not where.placed:
                where = Subject(side="inside")  # outside is no room
            yield asked.intent("HomeGetExtreme", where, measure=measure, way=way)
        return
    match = re.search(
        r"\b(?:the )?(?P<way>highest|lowest|most|least|biggest|best|worst|lowest) (?P<what>.+)$",
        said,
    )
    if match is None:
        return
    what = re.sub(r"^(?:on|in|of|for|at) ", "", match["what"])
    for measure, left in measure_in(what.split()):
        left = tuple(word for word in left if word not in _NOT_MEANT)
        way = "less" if match["way"] in ("lowest", "least") else "more"
        where = asked.place(left)
        if where is not None:
            yield asked.intent("HomeGetExtreme", where, measure=measure, way=way)


def _choices(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """ "Which is warmer, the bedroom or the attic", "the difference between inside and outside"."""
    said = " ".join(words)
    between = re.search(r"\bdifference between (?P<first>.+?) and (?P<second>.+)$", said)
    if between:
        measure, way, question = "temperature", "more", "difference"
        for key, rest in measure_in(said[: between.start()].replace("difference", "").split()):
            measure = measure if rest else key
        first, second = between["first"], between["second"]
    else:
        parted = _comparative(words)
        if parted is None or "or" not in parted[1]:
            return
        (measure, way), left = parted
        question = "which"
        match = _CHOICE.match(" ".join(w for w in left if w not in ("it", "is", "one")))
        if match is None:
            return
        first, second = match["first"], match["second"]
    for subject in _of_place(first.split(), asked):
        for other in _of_place(second.split(), asked):
            if not (subject.named or subject.placed) or not (other.named or other.placed):
                continue
            yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                               against=_slots(other))  # fmt: skip


def _drawing(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """ "How much is the washer using", "what is using power"."""
    match = _DRAWING.search(" ".join(words))
    if match is None or " than " in " ".join(words):
        return
    said = " ".join(words)
    measure = "water" if "water" in words else "power"
    if asked.clause.asking in ("what", "which") and not said[: match.start()].strip():
        rest = re.sub(
            r"\b(?:any|power|electricity|energy|current|juice)\b", "", said[match.end() :]
        )
        where = asked.place(rest.split())
        if where is not None:
            yield asked.intent("HomeCompare", where, "which", measure=measure, way="more",
                               limit=1.0, unit="w")  # fmt: skip
        return
    if asked.clause.asking in ("", "how much", "what"):
        about = said[: match.start()].split()
        for subject in asked.about([w for w in about if w not in ("power", "electricity")]):
            if subject.named or subject.placed:
                yield asked.intent("HomeGetMeasurement", subject, measure=measure)


def _slots(subject: Subject) -> dict[str, Any]:
    """A subject within another intent's slots."""
    side = {"home": "inside"}.get(subject.side, subject.side)
    found = {**subject.slots, **({"side": side} if side else {})}
    return {**found, "here": True} if subject.here else found


def _comparisons(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """ "Is it warmer in here than outside", "is the freezer below -18", "which rooms are below 18"."""
    said = " ".join(words)
    question = {"": "one_yesno", "which": "which", "what": "which", "list": "which",
                "how many": "how_many", "where": "which"}.get(asked.clause.asking)  # fmt: skip
    if question is None:
        return
    if " than " in f" {said} ":
        yield from _than(said, question, asked)
    match = _LIMIT.search(said)
    if match is None:
        return
    limit = limit_in(match["rest"])
    if limit is None:
        return
    _, number, unit, after = limit
    way = "more" if match["more"] else "less"
    before = said[: match.start()].strip()
    if question == "which" or re.search(r"\b(?:any|anywhere|somewhere|rooms?)\b", said):
        question = "any" if question == "one_yesno" else question
    yield from _limited(before, after, question, asked, way=way, limit=number, unit=unit,
                        said=match[0])  # fmt: skip


def _limited(
    before: str, after: str, question: str, asked: Asked, *, way: str, limit: float, unit: str,
    said: str,
) -> Iterator[Intent]:  # fmt: skip
    roomed = re.search(r"\brooms?\b", before) is not None
    about = re.sub(r"\b(?:anywhere|somewhere|in any room|in any of the rooms|any rooms?)\b", "",
                   f"{before} {after}")  # fmt: skip
    about = re.sub(r"^(?:any |which |what )?(?:of the )?(?:rooms?|areas?|places?)\b(?: (?:has|have|with|a))*",
                   "", about.strip())  # fmt: skip
    measure = "temperature" if said.startswith(("hotter", "warmer", "colder", "cooler")) else ""
    measure = measure or _by_unit(unit)
    fixed = {"way": way, "limit": limit, "unit": unit}
    for key, rest in measure_in(about.split()):
        for subject in asked.about(rest):
            yield asked.intent("HomeCompare", subject, question, measure=key, **fixed)
    bare = [word for word in about.split() if word not in ("it", "is", "are", "there")]
    where = asked.place(bare)
    if where is not None:
        if roomed and not where.placed:
            where = Subject(side="inside")  # outside is no room
        yield asked.intent(
            "HomeCompare", where, question, measure=measure or "temperature", **fixed
        )
        return
    for subject in asked.about(bare):
        if subject.named:
            yield asked.intent("HomeCompare", subject, question, measure=measure, **fixed)


def _by_unit(unit: str) -> str:
    units = {"watt": "power", "watts": "power", "w": "power", "kw": "power", "kwh": "energy",
             "ppm": "carbon_dioxide", "lux": "illuminance", "lx": "illuminance", "v": "voltage",
             "volt": "voltage", "volts": "voltage", "hpa": "pressure", "bar": "pressure",
             "db": "sound_pressure"}  # fmt: skip
    if unit.startswith(("°", "degree", "celsius", "fahrenheit")):
        return "temperature"
    return units.get(unit, "")


def _than(said: str, question: str, asked: Asked) -> Iterator[Intent]:
    first, _, other = f" {said} ".partition(" than ")
    parted = _comparative(first.split())
    if parted is not None:
        (measure, way), rest = parted
        readings = [(measure, way, tuple(w for w in rest if w not in ("it", "is", "the")))]
    else:
        match = re.search(r"\b(higher|lower|more|less|greater)\b", first)
        if match is None:
            return
        way = "less" if match[1] in ("lower", "less") else "more"
        bare = _DRAWING.sub(" ", f"{first[: match.start()]} {first[match.end() :]}").split()
        readings = [(key, way, left) for key, left in measure_in(bare)]
        drawn = limit_in(other.strip()) is not None and _DRAWING.search(first) is not None
        if not readings and drawn:
            readings = [("power", way, tuple(bare))]
    bare_other = re.sub(r"\b(?:it is|it|that of|the one|is)\b", " ", other)
    if limit_in(other.strip()) is not None:
        limit = limit_in(other.strip())
        assert limit is not None
        for measure, way, rest in readings:
            for subject in _of_place((*rest, *limit[3].split()), asked):
                yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                                   limit=limit[1], unit=limit[2])  # fmt: skip
        return
    for measure, way, rest in readings:
        for subject in _of_place(rest, asked):
            for against in _of_place(bare_other.split(), asked):
                yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                                   against=_slots(against))  # fmt: skip
