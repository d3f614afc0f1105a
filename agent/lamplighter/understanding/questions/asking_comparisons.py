"""Questions that compare: the most, the least, more than, which of two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions.building import Asked
from lamplighter.understanding.questions.measuring import (
    comparative,
    limit_in,
    limit_of,
    measure_in,
    of_place,
)
from lamplighter.understanding.questions.subjects import Subject

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
_NOT_MEANT = frozenset(
    ["room", "rooms", "is", "sensor", "sensors", "device", "devices", "has", "have", "the"]
)
_DRAWING = re.compile(
    r"\b(?:use|using|uses|consume|consuming|consumes|draw|drawing|draws|pull|pulling|pulls)\b"
)
_ANYWHERE = re.compile(r"\b(?:anywhere|somewhere|in any room|in any of the rooms|any rooms?)\b")
_ROOMS = re.compile(
    r"^(?:any |which |what )?(?:of the )?(?:rooms?|areas?|places?)\b(?: (?:has|have|with|a))*"
)
_CHOICE = re.compile(r"^(?P<first>.+?) or (?P<second>.+)$")


def read(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """The intents that the words can stand for, likeliest first."""
    yield from _choices(words, asked)
    yield from _extremes(words, asked)
    yield from _comparisons(words, asked)
    yield from _drawing(words, asked)


def _extremes(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "Which room is the warmest", "where is it coldest", "what uses the most power"."""
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
    parted = comparative(rest)
    if parted is not None and "than" not in rest:
        yield from _most(*parted, said, asked)
        return
    match = re.search(
        r"\b(?:the )?(?P<way>highest|lowest|most|least|biggest|best|worst|lowest) (?P<what>.+)$",
        said,
    )
    if match is None:
        return
    what = re.sub(r"^(?:on|in|of|for|at) ", "", match["what"])
    for measure, left in measure_in(what.split()):
        there = tuple(word for word in left if word not in _NOT_MEANT)
        way = "less" if match["way"] in ("lowest", "least") else "more"
        where = asked.place(there)
        if where is not None:
            yield asked.intent("HomeGetExtreme", where, measure=measure, way=way)


def _most(
    compared: tuple[str, str], words: Sequence[str], said: str, asked: Asked
) -> Iterator[Intent]:
    """Reads what stands around "warmest": a place, or things that are compared."""
    measure, way = compared
    room = re.search(r"\b(?:rooms?|areas?|zones?)\b", said) is not None
    gone = ("it", "the", "room", "is", "has", "place", "area", "of")
    left = tuple(word for word in words if word not in gone)
    where = asked.place(left)
    if where is not None and (room or asked.clause.asking == "where" or not left):
        if room and not where.placed:
            where = Subject(side="inside")  # outside is no room
        yield asked.intent("HomeGetExtreme", where, measure=measure, way=way)
    for subject in asked.about(left) if where is None else ():
        if subject.named:
            yield asked.intent("HomeGetExtreme", subject, measure=measure, way=way)


def _choices(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "which is warmer, the bedroom or the attic", "the difference between A and B"."""
    said = " ".join(words)
    between = re.search(r"\bdifference between (?P<first>.+?) and (?P<second>.+)$", said)
    if between:
        measure, way, question = "temperature", "more", "difference"
        for key, rest in measure_in(said[: between.start()].replace("difference", "").split()):
            measure = measure if rest else key
        first, second = between["first"], between["second"]
    else:
        parted = comparative(words)
        if parted is None or "or" not in parted[1]:
            return
        (measure, way), left = parted
        question = "which"
        match = _CHOICE.match(" ".join(w for w in left if w not in ("it", "is", "one")))
        if match is None:
            return
        first, second = match["first"], match["second"]
    for subject in of_place(first.split(), asked):
        for other in of_place(second.split(), asked):
            if not (subject.named or subject.placed) or not (other.named or other.placed):
                continue
            yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                               against=_slots(other))  # fmt: skip


def _drawing(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "How much is the washer using", "what is using power"."""
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
    """Reads "is it warmer in here than outside", "which rooms are below 18"."""
    said = " ".join(words)
    question = {"": "one_yesno", "which": "which", "what": "which", "list": "which",
                "how many": "how_many", "where": "which"}.get(asked.clause.asking)  # fmt: skip
    if question is None:
        return
    if words[-1:] == ("than",) or (" than " in f" {said} " and asked.clause.period):
        return  # of now and then: what was, no reading compares
    if " than " in f" {said} ":
        yield from _than(said, question, asked)
    parted = limit_of(said)
    if parted is None:
        return
    before, way, number, unit, after = parted
    if question == "which" or re.search(r"\b(?:any|anywhere|somewhere|rooms?)\b", said):
        question = "any" if question == "one_yesno" else question
    warm = re.search(r"\b(?:hotter|warmer|colder|cooler) than", said) is not None
    measure = "temperature" if warm else _by_unit(unit)
    fixed = {"way": way, "limit": number, "unit": unit}
    yield from _limited((before, after), question, asked, measure, fixed)


def _limited(
    around: tuple[str, str],
    question: str,
    asked: Asked,
    measure: str,
    fixed: Mapping[str, Any],
) -> Iterator[Intent]:
    """The readings of what stands before and after a limit."""
    before, after = around
    roomed = re.search(r"\brooms?\b", before) is not None
    about = _ANYWHERE.sub("", f"{before} {after}").strip()
    about = _ROOMS.sub("", about)
    for key, rest in measure_in(about.split()):
        for subject in asked.about(rest):
            yield asked.intent("HomeCompare", subject, question, measure=key, **fixed)
    bare = [word for word in about.split() if word not in ("it", "is", "are", "there")]
    where = asked.place(bare)
    if where is not None:
        if roomed and not where.placed:
            where = Subject(side="inside")  # outside is no room
        known = measure or "temperature"
        yield asked.intent("HomeCompare", where, question, measure=known, **fixed)
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
    parted = comparative(first.split())
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
            for subject in of_place((*rest, *limit[3].split()), asked):
                yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                                   limit=limit[1], unit=limit[2])  # fmt: skip
        return
    for measure, way, rest in readings:
        for subject in of_place(rest, asked):
            for against in of_place(bare_other.split(), asked):
                yield asked.intent("HomeCompare", subject, question, measure=measure, way=way,
                                   against=_slots(against))  # fmt: skip
