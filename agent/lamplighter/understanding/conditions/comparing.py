"""Clauses that compare a number: "the freezer goes above -12"."""

from __future__ import annotations

import re

from lamplighter.orders.order import Comparison
from lamplighter.understanding.conditions.claim import Claim
from lamplighter.understanding.conditions.phrases import BE, MOVES
from lamplighter.understanding.conditions.quantities import NUMBER, UNIT, quantity_of

_ABOVE = {
    "temperature": r"hotter than|warmer than",
    "illuminance": r"brighter than|lighter than",
    "humidity": r"more humid than|damper than|wetter than",
    "": (
        r"above|over|more than|greater than|higher than|bigger than|beyond|"
        r"past|upwards of|north of|in excess of|louder than"
    ),
}
_BELOW = {
    "temperature": r"colder than|cooler than",
    "illuminance": r"darker than|dimmer than",
    "humidity": r"less humid than|drier than|dryer than",
    "": (
        r"below|under|less than|lower than|fewer than|smaller than|beneath|"
        r"south of|short of|quieter than"
    ),
}
COMPARED = "|".join((*_ABOVE.values(), *_BELOW.values()))
_EDGES = (
    r"at least|no less than|not less than|not below|not under|at most|"
    r"no more than|not more than|not above|not over|up to|down to|"
    r"exactly|equal to|equals"
)


_QUANTITY = rf"(?P<n>{NUMBER}|freezing(?: point)?|zero) ?(?P<u>{UNIT})?"
_TAIL = (
    r"(?P<where> (?:outside|inside|in here|in here|here|indoors|outdoors|"
    r"(?:in|on|at|inside) (?:(?:the|my|our) )?[\w']+(?: (?!for\b|and\b)[\w']+){0,2}))?"
)
_FORMS: tuple[str, ...] = (
    (
        rf"(?P<s>.+?) (?P<v>{BE})(?: at| to)?(?: up| down)?(?: to)?(?: "
        rf"(?P<not>not))? (?P<c>{COMPARED}|{_EDGES}) {_QUANTITY}{_TAIL}"
    ),
    rf"(?P<s>.+?) (?P<v>exceeds?|passes|surpasses|crosses|tops|overshoots) {_QUANTITY}{_TAIL}",
    (
        r"(?P<s>.+?) (?P<v>reaches|hits|gets (?:up )?to|rises to|climbs "
        rf"to|goes up to|drops to|falls to|goes down to|sinks to) {_QUANTITY}{_TAIL}"
    ),
    (
        rf"(?P<s>.+?) (?P<v>{BE})(?: at)? {_QUANTITY}(?: or | and )(?P<c>more|"
        r"higher|above|over|hotter|warmer|less|lower|below|under|colder|"
        rf"cooler){_TAIL}"
    ),
    (
        r"(?P<s>.+?) (?P<v>is|are|reads?|shows?|measures?|says)(?: at)? "
        rf"(?P<not>not )?{_QUANTITY}{_TAIL}"
    ),
    rf"(?P<s>.+?) (?P<c>{COMPARED}) {_QUANTITY}{_TAIL}",
    rf"(?P<v>there is|there are) (?P<c>{COMPARED}) {_QUANTITY} (?:of )?(?P<s>.+)",
    r"(?P<s>.+?) (?P<v>freezes)(?P<n>)(?P<u>)",
)
_PATTERNS = tuple(map(re.compile, _FORMS))
_MOVING = re.compile(MOVES)
_PLACED = re.compile(r"^(?:in|on|at) ")
_USING = re.compile(r" (?:uses?|draws?|consumes?|pulls?|takes?)$")


def number(text: str) -> list[Claim]:
    """The clause as a comparison of a number; empty where it is none."""
    for pattern in _PATTERNS:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        claim = _compared(match)
        if claim is not None:
            return [claim]
    return []


def _compared(match: re.Match[str]) -> Claim | None:
    groups = match.groupdict()
    verb, said = groups.get("v") or "", groups.get("c") or ""
    number = groups["n"] or ""
    if number.startswith("freezing") or verb == "freezes":
        number, groups["u"] = "zero", "°c"
    quantity = quantity_of(number, groups.get("u") or "")
    if quantity is None:
        return None
    comparison, measure = _comparison(said, verb)
    if groups.get("not"):
        comparison = _NEGATED[comparison]
    subject = (match["s"] or "").strip()
    using = _USING.search(subject)
    where = (groups.get("where") or "").strip()
    if where:
        subject = f"{'' if subject == 'it' else subject} {_PLACED.sub('', where)}".strip()
    event = bool(_MOVING.fullmatch(verb.split()[0])) if verb else using is not None
    return Claim(subject, "number", comparison, quantity.value, quantity.unit, measure, event)


_NEGATED: dict[Comparison, Comparison] = {
    "above": "at_most",
    "below": "at_least",
    "at_least": "below",
    "at_most": "above",
    "is": "is_not",
    "is_not": "is",
}
_EDGED: dict[str, Comparison] = {
    "at least": "at_least",
    "no less than": "at_least",
    "not less than": "at_least",
    "not below": "at_least",
    "not under": "at_least",
    "up to": "at_least",
    "at most": "at_most",
    "no more than": "at_most",
    "not more than": "at_most",
    "not above": "at_most",
    "not over": "at_most",
    "down to": "at_most",
    "more": "at_least",
    "higher": "at_least",
    "hotter": "at_least",
    "warmer": "at_least",
    "above": "above",
    "over": "above",
    "less": "at_most",
    "lower": "at_most",
    "colder": "at_most",
    "cooler": "at_most",
    "below": "below",
    "under": "below",
}


def _comparison(said: str, verb: str) -> tuple[Comparison, str]:
    tables: tuple[tuple[dict[str, str], Comparison], ...] = ((_ABOVE, "above"), (_BELOW, "below"))
    for table, comparison in tables:
        for measure, words in table.items():
            if said and re.fullmatch(words, said):
                return comparison, measure
    return (_EDGED[said], "") if said in _EDGED else _by_verb(verb)


def _by_verb(verb: str) -> tuple[Comparison, str]:
    """What is meant where only the verb compares: "exceeds", "drops to"."""
    if verb == "freezes":
        return "at_most", "temperature"
    for pattern, comparison in _VERBS:
        if re.match(pattern, verb):
            return comparison, ""
    return "is", ""


_VERBS: tuple[tuple[str, Comparison], ...] = (
    (r"exceed|passes|surpasses|crosses|tops|overshoots", "above"),
    (r"drops|falls|sinks|goes down", "at_most"),
    (r"reaches|hits|gets|rises|climbs|goes up", "at_least"),
)
