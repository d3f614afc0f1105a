"""Commands that lack a part: it is asked for, and the answer is the rest of the sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lamplighter.catalogue.entity import Choice, Entity
from lamplighter.understanding.followups.targets import target_of
from lamplighter.understanding.interpretation import GAP, Clarify, Pending
from lamplighter.understanding.kinds import KINDS
from lamplighter.understanding.names import Names, spoken_option
from lamplighter.understanding.normalise import fold, plain
from lamplighter.understanding.rule_parser import Situation
from lamplighter.understanding.speech import listed
from lamplighter.understanding.spoken_numbers import numbers_in

_VERBS = (
    r"(?:turn|switch|put|set|make|change|open|close|shut|lock|unlock|start|stop|run|activate|dim|"
    r"brighten|raise|lower|toggle|press|arm|disarm|adjust|move|bring|heat|cool|send|pause|increase|"
    r"decrease|reduce)"
)
_BEGINS = re.compile(rf"^{_VERBS}\b")
_DANGLING: Mapping[str, str] = {
    "to": "To what?",
    "at": "At what time?",
    "for": "For how long?",
    "until": "Until when?",
    "till": "Until when?",
    "by": "By how much?",
    "in": "In which room, or in how many minutes?",
    "the": "The what?",
    "my": "Your what?",
    "and": "And what else?",
    "if": "If what?",
    "when": "When what happens?",
    "above": "Above what?",
    "below": "Below what?",
    "except": "Except what?",
    "but": "But what?",
}
_MEASURED: Mapping[str, str] = {
    "climate": "To what temperature?",
    "water_heater": "To what temperature?",
    "light": "To what brightness or colour?",
    "cover": "How far open, in percent?",
    "valve": "How far open, in percent?",
    "fan": "To what speed, in percent?",
    "humidifier": "To what humidity?",
    "number": "To what number?",
    "text": "To what text?",
}
_ASPECTS: Mapping[str, str] = {
    "colour": "To which colour?",
    "color": "To which colour?",
    "brightness": "To what brightness?",
    "temperature": "To what temperature?",
    "speed": "To what speed?",
    "position": "To what position?",
    "humidity": "To what humidity?",
    "mode": "To which mode?",
}
_OF_AN_ASPECT = re.compile(
    rf"^(?:set|change|adjust) (?:the )?(?:(?P<aspect>{'|'.join(_ASPECTS)})"
    rf"(?: (?:of|in|on|for) .+)?|.+ (?P<after>{'|'.join(_ASPECTS)}))$"
)
_TIMER = re.compile(
    r"^(?:set|start|make|create|i need)(?: me)?(?: up)? (?:a |another |the )?timer$"
)
_SWITCH = re.compile(r"^(?P<verb>(?:turn|switch|put) (?P<way>on|off))$")
_ALONE = re.compile(
    r"^(?P<verb>open|close|shut|lock|unlock|start|stop|dim|brighten|activate|toggle|press|run|"
    r"pause|raise|lower|turn up|turn down)$"
)
_UNNAMED = re.compile(
    r"^(?P<verb>turn|switch|put|set|dim|make|bring|move) "
    r"(?P<what>it|them|that|this|those|these|(?:that|this|the) (?:thing|one|stuff))"
    r"(?P<rest>(?: back)? (?:on|off|up|down|open|closed|(?:to|at) .+|"
    r"(?:a (?:bit|little) )?(?:brighter|"
    r"dimmer|darker|warmer|cooler|hotter|colder|higher|lower|louder|quieter|faster|slower)))$"
)
_VALUE_ALONE = re.compile(
    r"^(?:(?:go|turn|put|set|now) )?(?P<value>(?:to|at) .+?)(?: go on| now)?$"
)
_EITHER = re.compile(r"^(?:turn|switch|put) (?!(?:on|off|up|down)\b)(?P<what>.+)$")
_SETTING = re.compile(r"^(?:set|change|adjust|put|make) (?P<what>.+)$")
_DRAWN_IN = re.compile(
    r"^(?:bring|pull|take|wind|roll|reel|put|get) (?:the |my |our )?.*(?:awning|"
    r"canopy|sunshade|sun shade)s? in$"
)
"""What is told wholly: an awning goes in and out."""

_MOST_OPTIONS = 8
_FEW_WORDS = 7
_SMALL_WORDS = frozenset(
    {"the", "a", "an", "my", "our", "of", "in", "on", "off", "at", "it", "and"}
)


def unfinished(text: str, situation: Situation) -> Clarify | None:
    """The question for the rest of a command that breaks off: "dim the lights to"."""
    said = fold(plain(text))
    if _TIMER.match(said) and not text.endswith("?"):
        return _asked("For how long?", f"{plain(text)} for", text)
    last = said.rsplit(maxsplit=1)[-1] if said else ""
    if last not in _DANGLING or not _BEGINS.match(said) or said == last:
        return None
    if not _speaks_of_the_home(said, situation.names):
        return None
    if last == "in" and _DRAWN_IN.match(said):
        return None
    asked = _DANGLING[last]
    if last == "to":
        what = re.sub(rf"^{_VERBS} | to$", "", said)
        asked = _measured(what, situation.names) or asked
    elif last in ("the", "my"):
        asked = f"{said.rsplit(maxsplit=1)[0].capitalize()} what?"
    return _asked(asked, plain(text), text)


def missing_part(text: str, situation: Situation) -> Clarify | None:
    """The question for a part without which a command can't be followed; None where none lacks.

    It is for sentences that nothing else understood.
    """
    bare = plain(text)
    said = fold(bare)
    if text.rstrip().endswith("?"):
        return None
    if match := _SWITCH.match(said) or _ALONE.match(said):
        return _asked(f"What shall I {match['verb']}?", bare, text)
    known = situation.context is not None and situation.context.entities
    if (match := _UNNAMED.match(said)) and not known:
        asked = f"What do you mean by “{match['what']}”?"
        return _asked(asked, f"{match['verb']} {GAP}{match['rest']}", text)
    value = _VALUE_ALONE.match(said)
    if value and numbers_in(value["value"]) and len(said.split()) < _FEW_WORDS:
        meant = value["value"]
        return _asked(f"What shall I set {meant}?", f"set {GAP} {meant}", text)
    if match := _OF_AN_ASPECT.match(said):
        return _asked(_ASPECTS[match["aspect"] or match["after"]], f"{bare} to", text)
    return _set(said, bare, text, situation.names)


def _set(said: str, bare: str, text: str, names: Names) -> Clarify | None:
    """A device without what is to become of it."""
    either = _EITHER.match(said)
    if either is not None and target_of(either["what"], names):
        return _asked("On or off?", bare, text, ("on", "off"))
    match = _SETTING.match(said)
    if match is None:
        return None
    if options := _options(match["what"], names):
        shown = listed(options[:_MOST_OPTIONS], "or")
        return _asked(f"To {shown}?", f"{bare} to", text, options)
    question = _measured(match["what"], names)
    return _asked(question, f"{bare} to", text) if question else None


def _asked(question: str, continuation: str, text: str, options: tuple[str, ...] = ()) -> Clarify:
    return Clarify(question, options, Pending(text, (), continuation=continuation))


def _entities(what: str, names: Names) -> tuple[Entity, ...]:
    target = target_of(what, names)
    if target is None or target.other:
        return ()
    if target.entities:
        return target.entities
    if not target.kind:
        return ()
    kind = KINDS[target.kind]
    return tuple(each for each in names.entities.values() if kind.covers(each))


def _measured(what: str, names: Names) -> str:
    """The question for what a device is to be set to; "" where none is asked."""
    domains = {entity.domain for entity in _entities(what, names)}
    asked = {_MEASURED[domain] for domain in domains if domain in _MEASURED}
    return next(iter(asked)) if len(asked) == 1 else ""


def _options(what: str, names: Names) -> tuple[str, ...]:
    found = _entities(what, names)
    if len(found) != 1 or found[0].domain != "select":
        return ()
    service = found[0].services.get("select_option")
    choice = service.params.get("option") if service else None
    return tuple(map(spoken_option, choice.options)) if isinstance(choice, Choice) else ()


def _speaks_of_the_home(said: str, names: Names) -> bool:
    """Whether a word of it is known here, or nothing but a verb was said."""
    words = [word for word in said.split()[:-1] if word not in _SMALL_WORDS]
    return len(words) == 1 or any(word in names.words for word in words[1:]) or "timer" in words
