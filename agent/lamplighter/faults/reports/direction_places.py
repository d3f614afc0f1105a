"""Says whether a word tells a direction where it stands, and how: negated, of now, of a bound."""

from __future__ import annotations

from lamplighter.faults.reports import direction_words as words
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.truths import Truth
from lamplighter.faults.reports.units import TIME_UNITS
from lamplighter.faults.reports.word_sets import word_set

_UP, _DOWN = "up", "down"
_NEGATED_WITHIN = 4
# What follows these is no direction: "over the last 3 minutes", "high time", "in short".
_NO_DIRECTION = {
    "over": word_set("the time a this and for about half twice double third"),
    "under": word_set(
        """normal usual these those such observation review watch way investigation maintenance
        half twice double third"""
    ),
    "above": word_set("half twice double third"),
    "below": word_set("half twice double third"),
    "high": word_set("time priority confidence likelihood probability similarity"),
    "higher": word_set("priority confidence"),
    "low": word_set("priority confidence"),
    "short": word_set("time of while after summary period"),
    "less": word_set("than likely"),
    "raised": word_set("an a the at by its on this alarm alarms and since"),
    "raises": word_set("an a the its"),
    "raise": word_set("an a the contact"),
    "gained": word_set("contact"),
}
_RATIO_WORDS = word_set("half twice double third")
_BOUNDS = word_set("limit limits threshold bound baseline usual normal")
_OF_BOUNDS = word_set("upper lower high low high-high low-low")
_NAMED_BOUNDS = word_set("limit limits threshold bound alarm")
_COMPARING = word_set("highest lowest greater larger bigger smaller")
_ALARMS = word_set("alarm alarms episode alert severity priority report")
_OF_ALARMS = word_set("grown grew escalated raised eased rose increased subsided up down")
_FULL_STOPS = frozenset({"", ".", ",", ":", ";", "and", "since", "after", "now", "again", "by"})
_SPAN_WORDS = word_set("last past course period time minutes span next")
_STANDING = word_set("is are remains remain stays stay looks perfectly")
_REFERRING = word_set(
    """its the their above below than to a of over under what beyond from at into usual back
    against"""
)
_REFERRED = word_set("value level range is operation reading values levels of would for")
_NOWADAYS = word_set("now currently again back meanwhile since present trend")
_MOVING = words.RISING | words.FALLING | words.ROSE | words.FELL | {"drift", "drifting"}
OF_HEAT = word_set(
    """hot hotter warm warmer warmed warming heated heating cold colder cool cooled cooling
    overheated overheating overheats overheat"""
)
_OF_SOUND = word_set("loud louder")
_OF_DEEDS = word_set("raised reduced lowered lessened decreased increased lacking depressed")


def side_of(sentence: list[Token], at: int) -> str:
    """``up`` or ``down`` where the word at a place tells a direction, else ""."""
    word = sentence[at].lower
    if _is_of_alarm(sentence, at):
        return ""
    if word in {"up", "down"}:
        return _particle(sentence, at)
    if word not in words.UP_WORDS | words.DOWN_WORDS:
        return ""
    of_bound = word in _OF_BOUNDS and _near(sentence, at + 1) in _NAMED_BOUNDS
    if not of_bound and (word in _COMPARING or _is_no_direction(sentence, at)):
        return ""
    return _UP if word in words.UP_WORDS else _DOWN


def is_of_measure(sentence: list[Token], at: int, told: list[Truth]) -> bool:
    """Whether ``hot`` is said of a temperature, and ``reduced`` of a number rather than a deed."""
    word = sentence[at].lower
    if word in OF_HEAT:
        return any(truth.unit.startswith("°") or truth.unit == "K" for truth in told)
    if word in _OF_SOUND:
        return any(truth.unit.startswith("dB") for truth in told)
    if word in _OF_DEEDS:
        near = sentence[at + 1 : at + 4]
        before = _near(sentence, at - 1) in {"is", "are", "was", "has", "have", "been"}
        return before or any(token.kind is Kind.NUMBER for token in near)
    return True


def is_negated(sentence: list[Token], at: int) -> bool:
    """Whether a word of negation stands shortly before, in the same clause."""
    for token in reversed(sentence[max(0, at - _NEGATED_WITHIN) : at]):
        if token.text in {",", ";"} or token.lower in {"but", "while", "and"}:
            return False
        if token.lower in words.NOT:
            return True
    return False


def is_reference(sentence: list[Token], at: int) -> bool:
    """``its normal value``, ``above normal``, ``steady rise``: no standstill."""
    word = sentence[at].lower
    if at and sentence[at - 1].unit == "times":
        return True
    if word in {"normal", "undisturbed"}:
        before = {token.lower for token in sentence[max(0, at - 3) : at]}
        alone = word == "normal" and at > 0 and _near(sentence, at - 1) not in _STANDING
        return alone or bool(before & _REFERRING) or _near(sentence, at + 1) in _REFERRED
    if word in {"steady", "steadily", "constant"}:
        return any(token.lower in _MOVING for token in sentence[max(0, at - 2) : at + 3])
    return False


def is_of_now(sentence: list[Token], at: int) -> bool:
    """``is steady at 7.9 now``, ``steady again``: it may have moved before."""
    near = sentence[max(0, at - 4) : at + 4]
    return any(token.kind is Kind.NUMBER or token.lower in _NOWADAYS for token in near)


def comes_back(sentence: list[Token], at: int) -> bool:
    """Whether a word of return goes with the direction: ``fell back``, ``back below``."""
    before = list(reversed(sentence[max(0, at - 4) : at]))
    return _tells_return(before) or _tells_return(sentence[at + 1 : at + 4])


def _tells_return(tokens: list[Token]) -> bool:
    for place, token in enumerate(tokens):
        if token.text in {",", ";", ":"} or token.lower in {"and", "but", "which", "while"}:
            return False
        if token.lower in words.BACK:
            return True
        following = tokens[place + 1].lower if place + 1 < len(tokens) else ""
        if token.lower == "since" and following in {"has", "have"}:
            return True
        if token.kind is Kind.NUMBER:
            return False
    return False


def _near(sentence: list[Token], place: int) -> str:
    return sentence[place].lower if 0 <= place < len(sentence) else ""


def _particle(sentence: list[Token], at: int) -> str:
    """``up`` in ``went up``, ``up from 2.1``, ``up 3 bar``."""
    before, after = _near(sentence, at - 1), _near(sentence, at + 1)
    if before in words.PARTICLE_VERBS:
        return sentence[at].lower
    number = at + 1 < len(sentence) and sentence[at + 1].kind is Kind.NUMBER
    return sentence[at].lower if number or after in {"from", "by", "sharply"} else ""


def _is_no_direction(sentence: list[Token], at: int) -> bool:
    """``over the last 3 minutes``, ``it is over``, ``high time``."""
    word, after, before = sentence[at].lower, _near(sentence, at + 1), _near(sentence, at - 1)
    if after in _NO_DIRECTION.get(word, ()):
        bound = word != "under" and after not in _RATIO_WORDS and _to_limit(sentence, at)
        return not bound
    if word in {"over", "under", "beyond"} and before in {"is", "was", "now"}:
        return after in _FULL_STOPS
    return word in {"over", "less", "under"} and _is_span(sentence, at)


def _is_of_alarm(sentence: list[Token], at: int) -> bool:
    """``An alarm came up``, ``its severity was raised to critical``: no signal went anywhere."""
    before = sentence[:at]
    named = any(token.kind is Kind.SIGNAL for token in before)
    if not named and sentence[at].lower in _OF_ALARMS:
        return any(token.lower in _ALARMS for token in before)
    for token in reversed(before[-4:]):
        if token.kind in {Kind.SIGNAL, Kind.NUMBER} or token.text in {",", ";", ":"}:
            return False
        if token.lower in _ALARMS:
            return True
    return False


def _is_span(sentence: list[Token], at: int) -> bool:
    for token in sentence[at + 1 : at + 5]:
        if token.lower in _SPAN_WORDS:
            return True
        if token.kind is Kind.NUMBER:
            return token.unit in TIME_UNITS
    return False


def _to_limit(sentence: list[Token], at: int) -> bool:
    """``over the limit``, ``over its usual level``: told of a bound after all."""
    for token in sentence[at + 1 : at + 5]:
        if token.kind is Kind.NUMBER:
            return token.unit not in TIME_UNITS
        if token.lower in _BOUNDS:
            return True
    return False
