"""Questions for values: "how warm is it in the attic", "which room is the warmest"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from lamplighter.understanding.intents import Intent
from lamplighter.understanding.questions import asking_comparisons, asking_settings
from lamplighter.understanding.questions.building import ASKERS, Asked, without_askers
from lamplighter.understanding.questions.measures import adjectives
from lamplighter.understanding.questions.measuring import comparative, measure_in, of_place
from lamplighter.understanding.questions.subjects import Subject

_USING = re.compile(
    r" (?:use|using|uses|consume|consuming|consumes|draw|drawing|draws|pull|pulling|take|taking|"
    r"need|needing|eat|eating|have|left$|have left$|make|making|produce|producing|generate|"
    r"generating|get|being used|used|drawn|going through)\b(?! of\b).*$| (?:at|set to)$"
)
_OUT_THERE = re.compile(
    r"(?:the weather |it |the conditions )*(?:like )?(?:outside|outdoors|out there)(?: like)?"
)
_IN_ALL = frozenset({"total", "overall", "whole", "altogether", "combined"})
_TREND = re.compile(
    r"^(?P<what>.*?) ?(?:(?:getting|growing|becoming|turning) (?P<how>.+)|(?P<up>rising|going up|"
    r"increasing|climbing|up)|(?P<down>falling|dropping|going down|decreasing|sinking|declining))$"
)


def read(asked: Asked) -> Iterator[Intent]:
    """The intents that the clause can stand for, likeliest first."""
    clause = asked.clause
    words = tuple(word for word in clause.words if word not in ("currently", "now", "still"))
    if "compared" in words:
        return  # of now and then
    if clause.verb in ("was", "were", "did", "had", "can"):
        return
    yield from asking_comparisons.read(words, asked)
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
    """Reads "Is it getting warmer", "is the pressure rising"."""
    gone = ("still", "currently", "been")
    said = " ".join(word for word in asked.clause.words if word not in gone)
    match = _TREND.match(said)
    if match is None or asked.clause.asking not in ("", "list"):
        return
    way = "more" if match["up"] else "less" if match["down"] else ""
    if match["how"]:
        parted = comparative(match["how"].split())
        if parted is None:
            return
        (measure, way), rest = parted
        for subject in of_place((*match["what"].split(), *rest), asked):
            yield asked.intent("HomeGetPast", subject, asked="trend", measure=measure, way=way)
        return
    for measure, rest in measure_in(match["what"].split()):
        for subject in asked.about(rest):
            yield asked.intent("HomeGetPast", subject, asked="trend", measure=measure, way=way)


def _adjective(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Reads "Is it cold in the cellar" asks how cold it is."""
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
        for subject in of_place(rest, asked):
            yield asked.intent("HomeGetMeasurement", subject, measure=measure)


def _how(before: Sequence[str], words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    known = adjectives()
    rest = words[len(before) :] if asked.clause.before else words[1:]
    yield from asking_settings.how(before, words, asked)
    if before and before[0] in known:
        about = (*before[1:], *rest) if asked.clause.before else rest
        for subject in of_place(about, asked):
            yield asked.intent("HomeGetMeasurement", subject, measure=known[before[0]][0])


def _measured(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    said = " ".join(words)
    if asked.clause.asking == "what" and _OUT_THERE.fullmatch(said):
        outside = Subject(side="outside")
        yield asked.intent("HomeGetMeasurement", outside, measure="temperature")
    said = re.sub(r"^it like ", "temperature ", said)
    said = _USING.sub(
        "", re.sub(r"\b(?:it|there) (?=in\b|on\b|at\b|outside|inside|here)", "", said)
    )
    words = without_askers(re.sub(r"\b(?:does|is|do|are|has)$", "", said).split())
    if asked.clause.asking == "how" and words and words[0] in adjectives():
        words = words[1:]
    yield from _called(words, asked)
    yield from asking_settings.read(words, asked)
    yield from _of_measure(words, asked)


def _called(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """A sensor by its whole name, which also says what it measures."""
    name = " ".join(words).removeprefix("the ")
    if asked.lookup.names.named(name):
        for measure, _ in measure_in(words):
            yield asked.intent("HomeGetMeasurement", Subject({"name": name}), measure=measure)


def _of_measure(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    for measure, found in measure_in(words):
        if measure in ("current", "frequency") and not found:
            continue
        rest = tuple(word for word in found if word not in ASKERS)
        total: dict[str, Any] = {"total": True} if rest and rest[0] in _IN_ALL else {}
        for subject in asked.about(_without_total(rest)):
            yield asked.intent("HomeGetMeasurement", subject, measure=measure, **total)
        where = asked.place(rest)
        if where is not None:
            yield asked.intent("HomeGetMeasurement", where, measure=measure)
    if not _IN_ALL.isdisjoint(words):
        for measure, rest in measure_in(_without_total(words)):
            for subject in asked.about(rest):
                yield asked.intent("HomeGetMeasurement", subject, measure=measure, total=True)


def _without_total(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(word for word in words if word not in _IN_ALL)


def _batteries(words: Sequence[str], asked: Asked) -> Iterator[Intent]:
    """Low batteries: what they are called differs, what is low does not."""
    said = " ".join(word for word in words if word not in ("of", "the", "my", "our", "all", "any"))
    match = re.search(
        r"\b(?:batter(?:y|ies)|charge)\b.*\b(?:low|flat|empty|dead|weak|ok|okay|fine|full|"
        r"(?:need|needs|to|be)\b.*(?:chang|replac|charg)\w*|running out)\b|"
        r"\b(?:low|flat|empty|dead|weak)(?: on)? batter(?:y|ies)\b|"
        r"\bneeds? (?:new|fresh|a new) batter(?:y|ies)\b|"
        r"^batteries$|^(?:anything|something|devices?|what) needs? (?:to be )?(?:re)?charg(?:ing|"
        r"ed)$|"
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
