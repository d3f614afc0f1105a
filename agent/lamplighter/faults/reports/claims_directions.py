"""Holds a report's directions (high or low, rising or falling, back or not) against the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lamplighter.faults.condition import LIMIT_KINDS, RATE_KINDS, SIGNAL_KINDS, UPWARD
from lamplighter.faults.condition import Kind as ConditionKind
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.reports import direction_words as words
from lamplighter.faults.reports.facts import words as facts_words
from lamplighter.faults.reports.subjects import earlier_subjects, owners
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.vocabulary import IMPERATIVES
from lamplighter.faults.reports.word_sets import word_set

_UP, _DOWN = "up", "down"
_NEGATED_WITHIN = 4
# So many words of a recommended check, and the sentence is on that.
_ADVICE = 2
# Who has come back by this share of the way to its extreme has visibly eased.
_FAR = 0.25
_MOVEMENTS = frozenset({"moved", "changed", "budged", "reacted", "change", "shifted"})
_PEAKS = frozenset({"peak", "peaked", "maximum", "greatest", "highest", "trough", "lowest"})
_USUAL = frozenset(
    {"usual", "usually", "normal", "normally", "baseline", "typical", "typically", "average",
     "expected", "before"}
)  # fmt: skip
_GOING = frozenset({"past", "above", "beyond", "through", "over", "below", "under", "to", "from"})
_WAYWARD = frozenset({"upward", "upwards", "downward", "downwards"})
_WORDS_OF_OTHERS = frozenset(
    {
        "high", "low", "over", "under", "hot", "warm", "cold", "cool", "upper", "lower", "short",
        "less", "greater", "larger", "bigger", "smaller", "raised", "reduced",
    }
)  # fmt: skip
# What follows these is no direction: "over the last 3 minutes", "high time", "in short".
_NO_DIRECTION = {
    "over": {"the", "time", "a", "this", "and", "for", "about", "~"},
    "high": {"time", "priority", "confidence", "likelihood", "probability", "similarity"},
    "higher": {"priority", "confidence"},
    "low": {"priority", "confidence"},
    "under": {
        "normal",
        "usual",
        "these",
        "those",
        "such",
        "observation",
        "review",
        "watch",
        "way",
        "investigation",
        "maintenance",
    },
    "short": {"time", "of", "while", "after", "summary", "period"},
    "less": {"than", "likely"},
    "raised": {
        "an",
        "a",
        "the",
        "at",
        "by",
        "its",
        "on",
        "this",
        "alarm",
        "alarms",
        "and",
        "since",
    },
    "raises": {"an", "a", "the", "its"},
    "raise": {"an", "a", "the"},
    "under-way": set(),
}
_STANDING = frozenset({"is", "are", "remains", "remain", "stays", "stay", "looks", "perfectly"})
_ALARMS = frozenset({"alarm", "alarms", "episode", "alert", "severity", "priority", "report"})
_OF_ALARMS = frozenset(
    {"grown", "grew", "escalated", "raised", "eased", "rose", "increased", "subsided"}
)
_FULL_STOPS = frozenset({"", ".", ",", ":", ";", "and", "since", "after", "now", "again", "by"})
_SPAN_WORDS = frozenset({"last", "past", "course", "period", "time", "minutes", "span", "next"})


@dataclass(frozen=True, slots=True)
class Truth:
    """What may be said of one signal: where it is, where it is heading, where it has moved."""

    name: str
    unit: str
    active: bool
    sides: frozenset[str]
    usual: frozenset[str]
    back: frozenset[str]
    trends: frozenset[str]
    moved: frozenset[str]
    steady: bool
    calm: bool
    eased: bool
    fast: bool
    alarmed: bool
    extra: frozenset[str] = field(default_factory=frozenset)


def direction_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Direction words, and words of return, that the evidence does not bear out."""
    truths = truths_of(evidence)
    earlier = earlier_subjects(sentences, evidence.lead.tag)
    advice = facts_words(list(evidence.checks))
    for sentence, subjects in zip(sentences, earlier, strict=True):
        used = {token.lower for token in sentence}
        told = advice if used & IMPERATIVES and len(used & advice) > _ADVICE else frozenset()
        for at, token in enumerate(sentence):
            if token.kind is Kind.WORD and token.lower not in told:
                yield from _word(sentence, at, subjects, truths, evidence)


def _word(
    sentence: list[Token],
    at: int,
    earlier: tuple[str, ...],
    truths: dict[str, Truth],
    evidence: Evidence,
) -> Iterator[str]:
    word = sentence[at].lower
    if word in words.RETURNED:
        yield from _returned(sentence, at, earlier, truths, evidence)
    if word in _MOVEMENTS and _is_negated(sentence, at):
        told = [truths[tag] for tag in owners(sentence, at, earlier) if tag in truths]
        if told and word not in {"change", "shift"} and not all(t.steady or t.calm for t in told):
            yield f"{told[0].name} has moved"
        return
    side = _side(sentence, at)
    if side and not _is_of_measure(
        sentence, at, [truths[t] for t in owners(sentence, at, earlier) if t in truths]
    ):
        return
    steady = word in words.STEADY
    if not side and not steady:
        return
    told = [truths[tag] for tag in owners(sentence, at, earlier) if tag in truths]
    if not told:
        return
    negated = _is_negated(sentence, at)
    if steady:
        if _is_reference(sentence, at):
            return
        now = _is_of_now(sentence, at)
        if negated is all(truth.steady or (now and truth.calm) for truth in told):
            said = f"not {word}" if negated else word
            yield f"{told[0].name} is said to be {said}"
        return
    true = [_is_true(sentence, at, side, truth) for truth in told]
    if all(true) if negated else not _enough(true, sentence, at):
        said = f"not {word}" if negated else word
        wrong = told[true.index(negated)]
        yield f"{wrong.name} is said to be {said}"


def _is_of_now(sentence: list[Token], at: int) -> bool:
    """``is steady at 7.9 now``, ``steady again``: it may have moved before."""
    near = sentence[max(0, at - 4) : at + 4]
    return any(token.kind is Kind.NUMBER or token.lower in _NOWADAYS for token in near)


_NOWADAYS = frozenset(
    {"now", "currently", "again", "back", "meanwhile", "since", "present", "trend"}
)


def _enough(true: list[bool], sentence: list[Token], at: int) -> bool:
    """Of signals that are listed all must be so; where it is unsure who is meant, one."""
    listed = any(token.kind is Kind.SIGNAL for token in sentence[:at])
    return all(true) if listed and len(true) > 1 else any(true)


_OF_HEAT = word_set(
    """hot hotter warm warmer warmed warming heated heating cold colder cool cooled cooling
    overheated overheating overheats overheat"""
)
_OF_SOUND = word_set("loud louder")
_OF_DEEDS = word_set("raised reduced lowered lessened decreased increased lacking depressed")


def _is_of_measure(sentence: list[Token], at: int, told: list[Truth]) -> bool:
    """Whether ``hot`` is said of a temperature, and ``reduced`` of a number rather than a deed."""
    word = sentence[at].lower
    if word in _OF_HEAT:
        return any(truth.unit.startswith("°") or truth.unit == "K" for truth in told)
    if word in _OF_SOUND:
        return any(truth.unit.startswith("dB") for truth in told)
    if word in _OF_DEEDS:
        near = sentence[at + 1 : at + 4]
        before = at > 0 and sentence[at - 1].lower in {"is", "are", "was", "has", "have", "been"}
        return before or any(token.kind is Kind.NUMBER for token in near)
    return True


def _side(sentence: list[Token], at: int) -> str:
    """``up`` or ``down`` where the word tells a direction here, else ""."""
    word = sentence[at].lower
    after = sentence[at + 1].lower if at + 1 < len(sentence) else ""
    before = sentence[at - 1].lower if at else ""
    if word in {"over", "under", "above", "below"} and after in {
        "half",
        "twice",
        "double",
        "third",
    }:
        return ""
    if _is_of_alarm(sentence, at):
        return ""
    if word in {"up", "down"}:
        is_moving = before in words.PARTICLE_VERBS or after in {"from", "by", "sharply"}
        number = at + 1 < len(sentence) and sentence[at + 1].kind is Kind.NUMBER
        if after == "to" and before not in words.PARTICLE_VERBS:
            return ""
        return word if is_moving or number else ""
    if word not in words.UP_WORDS | words.DOWN_WORDS:
        return ""
    if after in _NO_DIRECTION.get(word, ()) and (word == "under" or not _to_limit(sentence, at)):
        return ""
    if (
        word in {"over", "under", "beyond"}
        and before in {"is", "was", "now"}
        and after in _FULL_STOPS
    ):
        return ""
    if word in {"over", "less", "under"} and _is_span(sentence, at):
        return ""
    if word in {"over", "under"} and before in {"just", "well", "little"} and not after:
        return ""
    if word in {"upper", "lower", "high", "low", "high-high", "low-low"} and after in {
        "limit", "limits", "threshold", "bound", "alarm",
    }:  # fmt: skip
        return _UP if word in words.ABOVE else _DOWN
    if word in {"highest", "lowest", "greater", "larger", "bigger", "smaller"}:
        return ""
    if word in {"lost", "gained", "loses", "losing", "raise"} and after in {"contact"}:
        return ""
    return _UP if word in words.UP_WORDS else _DOWN


def _is_of_alarm(sentence: list[Token], at: int) -> bool:
    """``An alarm came up``, ``its severity was raised to critical``: no signal went anywhere."""
    before = sentence[:at]
    named = any(token.kind is Kind.SIGNAL for token in before)
    if not named and sentence[at].lower in _OF_ALARMS | {"up", "down"}:
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
            return token.unit in {"s", "min", "minutes", "minute", "hours", "hour", "h", "seconds"}
    return False


def _to_limit(sentence: list[Token], at: int) -> bool:
    """``over the limit``, ``over its usual level``: told of a bound after all."""
    for token in sentence[at + 1 : at + 5]:
        if token.kind is Kind.NUMBER:
            return token.unit not in {"s", "min", "minutes", "minute", "hours", "hour", "h"}
        if token.lower in {"limit", "limits", "threshold", "bound", "baseline", "usual", "normal"}:
            return True
    return False


def _is_negated(sentence: list[Token], at: int) -> bool:
    start = max(0, at - _NEGATED_WITHIN)
    for back in range(at - 1, start - 1, -1):
        token = sentence[back]
        if token.text in {",", ";", "but"} or token.lower in {"but", "while", "and"}:
            return False
        if token.lower in words.NOT:
            return not (token.lower == "no" and back + 1 < at and sentence[back + 1].lower == "longer"
                        and False)  # fmt: skip
    return False


def _is_reference(sentence: list[Token], at: int) -> bool:
    """``its normal value``, ``above normal``, ``back to normal``, ``steady rise``: no standstill."""
    word = sentence[at].lower
    before = {token.lower for token in sentence[max(0, at - 3) : at]}
    after = [token.lower for token in sentence[at + 1 : at + 3]]
    if at and sentence[at - 1].unit == "times":
        return True
    if word == "normal" and at and sentence[at - 1].lower not in _STANDING:
        return True
    if word in {"normal", "undisturbed"}:
        if before & {"its", "the", "their", "above", "below", "than", "to", "a", "of", "over",
                     "under", "what", "beyond", "from", "at", "into", "usual", "back", "against"}:  # fmt: skip
            return True
        return bool(after and after[0] in {"value", "level", "range", "is", "operation", "reading",
                                           "values", "levels", "of", "would", "for"})  # fmt: skip
    if word in {"steady", "steadily", "constant"}:
        moving = words.RISING | words.FALLING | words.ROSE | words.FELL | {"drift", "drifting"}
        near = {token.lower for token in sentence[max(0, at - 2) : at + 3]}
        return bool(near & moving)
    return False


def _is_true(sentence: list[Token], at: int, side: str, truth: Truth) -> bool:
    word = sentence[at].lower
    if word.startswith("exceed") and truth.fast:  # of what is allowed, whichever way
        return True
    near = {token.lower for token in sentence}
    returned = side in truth.back and _comes_back(sentence, at)
    if word in words.PROGRESSIVE and word not in _WAYWARD:
        going = {token.lower for token in sentence[at + 1 : at + 3]} & _GOING
        return side in truth.trends or bool(going and side in truth.moved) or returned
    if word in words.ABOVE | words.BELOW:
        if side in truth.sides or side in truth.extra:
            return _tense_fits(sentence, at, truth)
        return (bool(near & _USUAL) and side in truth.usual) or returned
    if side in truth.moved or side in truth.trends or side in truth.extra:
        return True
    following = {token.lower for token in sentence[at + 1 : at + 3]}
    eased = (truth.eased and "to" in following) or (bool(truth.back) and "from" in following)
    return returned or (side in truth.back and (eased or bool(near & _PEAKS)))


def _comes_back(sentence: list[Token], at: int) -> bool:
    """Whether a word of return goes with the direction: ``fell back``, ``back below``."""
    for step, reach in ((-1, 5), (1, 4)):
        for place in range(at + step, at + step * reach, step):
            if not 0 <= place < len(sentence):
                break
            token = sentence[place]
            if token.text in {",", ";", ":"} or token.lower in {"and", "but", "which", "while"}:
                break
            if token.lower in words.BACK:
                return True
            if token.lower == "since" and place and sentence[place - 1].lower in {"has", "have"}:
                return True
            if token.kind is Kind.NUMBER:
                break
    return False


def _tense_fits(sentence: list[Token], at: int, truth: Truth) -> bool:
    """A signal that has returned was above its limit; it is not above it any more."""
    if truth.active or not truth.alarmed:
        return True
    near = [token.lower for token in sentence[max(0, at - 3) : at]]
    return not set(near) & {"is", "are", "remains", "stays", "still", "remain", "currently", "now"}


def _returned(
    sentence: list[Token],
    at: int,
    earlier: tuple[str, ...],
    truths: dict[str, Truth],
    evidence: Evidence,
) -> Iterator[str]:
    word = sentence[at].lower
    before = {token.lower for token in sentence[max(0, at - 6) : at]}
    if word == "back" and before & {
        "going",
        "dates",
        "dating",
        "reported",
        "traced",
        "look",
        "held",
    }:
        return
    following = {token.lower for token in sentence[at + 1 : at + 2]}
    if word == "back" and (following & {"up", "in"}):
        return
    negated = _is_negated(sentence, at) or bool(before & words.YET)
    told = [truths[tag] for tag in owners(sentence, at, earlier) if tag in truths]
    if not any(token.kind is Kind.SIGNAL for token in sentence[:at]):
        anything = any(not signal.active for signal in evidence.signals)
        if not anything and not negated:
            yield f"{word}: nothing has returned yet"
        return
    for truth in told:
        if truth.alarmed and truth.active is not negated and not (before & words.YET):
            yield f"{truth.name} has {'not ' if truth.active else ''}returned"
            return


def truths_of(evidence: Evidence) -> dict[str, Truth]:
    """What may be said of each signal of the machine, by tag."""
    found = {other.tag: _of_other(other) for other in evidence.others}
    return found | {signal.tag: _of_signal(signal) for signal in evidence.signals}


def _of_other(other: OtherSignal) -> Truth:
    moved = frozenset({other.move} & {_UP, _DOWN})
    return Truth(
        other.name, other.unit, active=False, sides=moved, usual=moved, back=frozenset(), trends=moved,
        moved=moved, steady=not moved, calm=not moved, eased=False, fast=False, alarmed=False,
    )  # fmt: skip


def _of_signal(signal: SignalEvidence) -> Truth:
    moved = frozenset({signal.move} & {_UP, _DOWN})
    trends = frozenset({"rising": {_UP}, "falling": {_DOWN}}.get(signal.trend or "", set()))
    if signal.kind in RATE_KINDS | {ConditionKind.DRIFTING_UP, ConditionKind.DRIFTING_DOWN}:
        trends |= moved
    against = _against(signal.value, signal.baseline) if signal.active else frozenset[str]()
    reached = _against(signal.value, signal.baseline)
    reached |= _against(signal.greatest, signal.baseline, up=True)
    reached |= _against(signal.least, signal.baseline, up=False)
    opposite = frozenset({_UP, _DOWN} - moved) if moved else frozenset()
    beyond = signal.kind in LIMIT_KINDS and _is_beyond(signal)
    back = frozenset() if beyond and signal.active and not _eased(signal) else opposite
    # A kind without a direction says nothing of the sides: its value against the usual one does.
    went = moved | trends if moved else trends | reached
    return Truth(
        signal.name,
        signal.unit,
        active=signal.active,
        sides=moved if signal.kind not in SIGNAL_KINDS else frozenset(),
        usual=moved | against if moved else reached,
        back=back,
        trends=trends,
        moved=went,
        steady=signal.kind in SIGNAL_KINDS and not trends and not reached,
        calm=not signal.active or signal.trend == "steady" or signal.kind is ConditionKind.STUCK,
        eased=_eased(signal, _FAR),
        fast=signal.kind in RATE_KINDS,
        alarmed=True,
        extra=_told_by_why(signal) | (opposite if _within(signal) else frozenset()),
    )


def _told_by_why(signal: SignalEvidence) -> frozenset[str]:
    """The sides that are told of what is wrong with the signal itself: a current below 3.6 mA."""
    told = set(signal.why.lower().split())
    ups = {_UP} if told & words.UP_WORDS else set()
    return frozenset(ups | ({_DOWN} if told & words.DOWN_WORDS else set()))


def _is_beyond(signal: SignalEvidence) -> bool:
    if signal.value is None:
        return False
    up = signal.kind in UPWARD
    return signal.value > signal.limit if up else signal.value < signal.limit


def _within(signal: SignalEvidence) -> bool:
    """Whether its alarm only holds by its deadband: the value is back within the limit."""
    known = signal.kind in LIMIT_KINDS and signal.value is not None
    return signal.active and known and not _is_beyond(signal)


def _eased(signal: SignalEvidence, share: float = 0.0) -> bool:
    """Whether it has come back from its extreme by such a share of its way there."""
    if signal.value is None:
        return False
    up = signal.kind in UPWARD
    extreme = signal.greatest if up else signal.least
    if extreme is None:
        return False
    way = abs(extreme - signal.baseline) if signal.baseline is not None else 0.0
    come = extreme - signal.value if up else signal.value - extreme
    return come > share * way


def _against(
    value: float | None, baseline: float | None, *, up: bool | None = None
) -> frozenset[str]:
    if value is None or baseline is None or value == baseline:
        return frozenset()
    side = _UP if value > baseline else _DOWN
    return frozenset({side}) if up is None or up is (side == _UP) else frozenset()
