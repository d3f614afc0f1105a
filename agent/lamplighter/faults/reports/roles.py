"""Says what a number of a report is told as: a value, a limit, a usual value, a difference ..."""

from __future__ import annotations

from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.reports.word_sets import word_set

_LIMIT = frozenset(
    {
        "limit", "limits", "threshold", "thresholds", "bound", "bounds", "boundary", "allowed",
        "allowable", "permitted", "permissible", "admissible", "acceptable", "ceiling", "cap",
        "setpoint", "set-point", "tolerated", "limit's", "limitation", "floor", "alarm-limit",
    }
)  # fmt: skip
_USUAL = frozenset(
    {
        "baseline", "base", "usual", "usually", "normal", "normally", "typical", "typically",
        "norm",
        "customary", "average", "averages", "averaged", "ordinarily", "habitual", "habitually",
        "standard", "expected", "reference", "ordinary", "mean", "median", "accustomed",
    }
)  # fmt: skip
_ADJECTIVES = frozenset(
    {"normal", "usual", "standard", "average", "typical", "ordinary", "expected"}
)
_USUALLY = frozenset({"usually", "normally", "typically", "ordinarily", "habitually"})
_GREATEST = frozenset(
    {
        "peak",
        "peaked",
        "peaks",
        "peaking",
        "maximum",
        "max",
        "greatest",
        "highest",
        "topped",
        "high-point",
    }
)
_LEAST = frozenset({"minimum", "min", "least", "lowest", "bottomed", "trough"})
_BEYOND = frozenset(
    {
        "above", "below", "over", "under", "beyond", "past", "beneath", "exceeding", "exceeds",
        "exceeded", "exceed", "crossed", "crossing", "crosses", "cross", "surpassed", "surpassing",
        "surpasses", "passed", "passing", "passes", "breached", "breaching", "breaches",
        "overshot", "undershot", "violated", "violating", "topped", "topping",
    }
)  # fmt: skip
_NOW = frozenset(
    {
        "is", "are", "now", "currently", "presently", "stands", "sits", "reads", "shows",
        "remains", "stays", "measures", "lies",
    }
)  # fmt: skip
_VALUE = frozenset(
    {
        "at", "to", "reads", "reading", "reached", "reaching", "reaches", "measured", "now",
        "currently", "is", "was", "shows", "showing", "hit", "hits", "hitting", "stood", "sat",
        "hovering", "hovers", "registers", "registered", "with", "measures", "measuring", "are",
        "were", "value", "values", "readings", "read", "near", "present", "latest", "last",
        "recorded", "indicated", "averaging",
    }
)  # fmt: skip
_AROUND = frozenset(
    {
        "about", "around", "approximately", "roughly", "nearly", "almost", "some", "just", "circa",
        "ca", "approx", "only", "well", "slightly", "a", "an", "the", "its", "their", "of", "~",
        "little", "still", "back", "near", "close", "barely", "merely", "as", "much", "far", "up",
        "down", "already", "even", "high", "low", "more", "less", "than", "bit", "respectively",
        "also", "both", "all", "again", "currently", "now", "steady", "stable", "exactly",
    }
)  # fmt: skip
_LOOSENING = frozenset(
    {
        "about", "around", "approximately", "roughly", "nearly", "almost", "some", "circa", "ca",
        "approx", "near", "over", "than", "under", "just", "to", "~", "≈", "order",
    }
)  # fmt: skip
_DIFFERENT = frozenset(
    {
        "above", "over", "below", "under", "beyond", "higher", "lower", "more", "less", "past",
        "beneath", "off", "greater", "warmer", "hotter", "colder", "cooler", "short", "in", "from",
        "up", "down", "too", "increase", "rise", "drop", "fall", "difference", "away", "outside",
        "faster", "slower",
    }
)  # fmt: skip
_DIFFERENCES = frozenset(
    {
        "by", "difference", "excess", "deviation", "jump", "rise", "increase", "drop", "fall",
        "decrease", "margin", "change", "gap", "exceedance", "overshoot", "decline", "climb",
        "excursion", "departure", "offset", "up", "down", "dip", "step", "another", "loss",
    }
)  # fmt: skip
_READINGS = frozenset({"value", "least", "greatest", "part"})
_NAMING = (_LIMIT | _USUAL | _GREATEST | _LEAST) - {
    "permitted",
    "allowed",
    "acceptable",
    "tolerated",
}
_OF_LIMITS = frozenset(
    {"alarm", "high-high", "low-low", "high", "low", "upper", "lower", "critical"}
)
LIMITS = frozenset({"limit", "change"})
_ANY = _READINGS | {"limit", "baseline", "change", "part"}
_COMPARED = frozenset({"difference", "share", "times", "change"})
_LOOK_BACK = 7
_NAMED_LIMITS = frozenset({"limit", "threshold", "bound"})
_RIGHT_OF_LIMITS = word_set(
    """limit limits threshold bound ceiling cap setpoint allowed permitted tolerated allowable"""
)
_DIFFERENT_OR_NOT = word_set("in from up down too over under past more off less outside short away")
Told = tuple[frozenset[str], str | None]
"""What a number may be (the slots of facts), and the name of that."""
_BASELINE: Told = (frozenset({"baseline"}), "usual value")


def is_loose(sentence: list[Token], at: int) -> bool:
    """Whether a number is told as a round one: ``about 80``, ``well over 80``."""
    if sentence[at].loose:
        return True
    near = [token.lower for token in sentence[max(0, at - 2) : at]]
    if near and near[-1] in {"over", "under", "to", "just"}:
        pairs = {("just", "over"), ("just", "under"), ("close", "to"), ("well", "over"),
                 ("a", "little"), ("next", "to"), ("little", "over"), ("slightly", "over"),
                 ("slightly", "under"), ("well", "under")}  # fmt: skip
        return tuple(near[-2:]) in pairs
    after = [token.lower for token in sentence[at + 1 : at + 3]]
    if after[:2] in (["or", "so"], ["or", "thereabouts"]):
        return True
    return bool(set(near[-1:]) & _LOOSENING) or (
        len(near) > 1
        and near[-2] in _LOOSENING - {"than", "to", "over", "under", "just"}
        and near[-1] in {"a", "the", "its"}
    )


def slots_of(sentence: list[Token], at: int) -> Told:
    """What a number may be by the words around it, and the name of that; None: not told."""
    token = sentence[at]
    if token.unit == "times":
        return frozenset({"times", "line"}), None
    left, right = _left(sentence, at), [t.lower for t in sentence[at + 1 : at + 4]]
    if (told := _by_right(right)) is not None:
        return told
    if at > 1 and sentence[at - 1].lower in {"and", "or"} and sentence[at - 2].kind is Kind.NUMBER:
        return slots_of(sentence, at - 2)
    told = _as_difference(left, right) or _governed(left) or _by_left(left, sentence, at)
    slots, name = told
    if name in {None, "value"} and _is_usual(sentence, at):
        return _BASELINE
    if "/" in token.unit and token.unit.rpartition("/")[2] in {"min", "h", "s"}:
        return slots | {"slope", "change"}, name
    return slots, name


def _by_right(right: list[str]) -> Told | None:
    """``4.5 limit``, ``4.5 as the limit``, ``2.1 usually``, ``8.2 at the top``."""
    first, second = (right[0] if right else ""), (right[1] if len(right) > 1 else "")
    if first == "as" and second in _USUAL:
        return _BASELINE
    if first in _RIGHT_OF_LIMITS or (first == "as" and set(right) & _NAMED_LIMITS):
        return LIMITS, "limit"
    if first in _OF_LIMITS and second in _NAMED_LIMITS:
        return LIMITS, "limit"
    if first in _USUAL - {"expected"} or second == "baseline":
        return _BASELINE
    if first == "at" and second in {"the", "its"} and set(right[2:]) & {"top", "peak"}:
        return frozenset({"greatest", "least"}), "greatest value"
    return None


def _as_difference(left: list[str], right: list[str]) -> Told | None:
    """``by 3 bar``, ``3 bar above``, ``a rise of 3 bar``."""
    last = left[-1] if left else ""
    near = [word for word in left if word not in _AROUND][-1:]
    if last == "by" or near == ["by"]:
        return _COMPARED | {"slope"}, "difference"
    if right and right[0] in _DIFFERENT and last not in {"at", "to", "reads"}:
        if right[0] in _DIFFERENT_OR_NOT:
            return _COMPARED | _ANY, None
        readings = _READINGS if last == "is" else frozenset[str]()
        return _COMPARED | {"duration"} | readings, "difference"
    if right[:2] == ["on", "top"]:
        return _COMPARED | _ANY, None
    bare = [word for word in left if word not in _LOOSENING]
    if bare[-1:] == ["of"] and set(bare[-4:]) & (_DIFFERENCES - {"change", "by", "up"}):
        return _COMPARED | {"slope"}, "difference"
    return None


def _governed(left: list[str]) -> Told | None:
    """What the nearest word that governs the number says: limit, usual, peak or least."""
    rows = (
        (_LIMIT, (LIMITS, "limit")),
        (_USUAL, _BASELINE),
        (_GREATEST, (frozenset({"greatest"}), "greatest value")),
        (_LEAST, (frozenset({"least"}), "least value")),
    )
    found = [(place, told) for words, told in rows if (place := _told(left, words)) is not None]
    return min(found, key=lambda row: row[0])[1] if found else None


def _by_left(left: list[str], sentence: list[Token], at: int) -> Told:
    last = left[-1] if left else ""
    nearest = next((word for word in reversed(left) if word not in _AROUND), "")
    if nearest in _BEYOND:
        return _beyond(left, sentence, at)
    if nearest == "from":
        return _READINGS | {"baseline"}, None
    if last in _VALUE or nearest in _VALUE:
        now = nearest in _NOW or last in _NOW or _is_now(left)
        return (frozenset({"value"}) if now else _READINGS), "value"
    return _ANY | (frozenset({"difference"}) if last in {"up", "down"} else frozenset()), None


def _beyond(left: list[str], sentence: list[Token], at: int) -> Told:
    """``above 7.1`` is told of the limit; ``just over 7.9`` may be the value."""
    if left[-2:-1] and left[-2] in {"just", "little", "slightly", "well"}:
        return LIMITS | _READINGS, None
    if left[-1:] == ["than"]:
        return LIMITS | _READINGS | _COMPARED, None
    if any(token.lower in _USUAL for token in sentence[at + 1 : at + 4]):
        return LIMITS | {"baseline"}, "limit"
    return LIMITS, "limit"


def _is_now(left: list[str]) -> bool:
    """``is high at``, ``currently sits at``: of the present, and of no peak."""
    return bool(set(left[-4:]) & {"is", "are", "now", "currently", "stands", "sits"}) and not (
        set(left[-6:]) & {"up", "was", "had", "has", "have", "been", "reached", "limit", "limits"}
    )


def _told(left: list[str], words: frozenset[str]) -> int | None:
    """How far back stands a word that governs the number: ``its limit of``, ``usually it is``."""
    for back, word in enumerate(reversed(left)):
        if word == "least" and left[-back - 2 : len(left) - back - 1] == ["at"]:
            continue
        if word in words:
            between = left[len(left) - back :]
            if words is _LIMIT and between[-1:] and between[-1] in {"at", "with", "to"}:
                # "above its limit at 7.9": the value, where no "set" or "stands" is between.
                set_at = {"set", "stands", "fixed", "configured", "lies", "sits"}
                return back if set(between) & set_at else None
            if words is _LIMIT and set(between) & {"now", "currently", "reading", "reached"}:
                return None
            if words is _USUAL and between[-1:] == ["at"] and word in _ADJECTIVES:
                return None  # "is normal at 53 °C", "above its usual value at 53 °C"
            return None if set(between) & {"by", "reading", "reached", "peaked", "from"} else back
        if word in {"at", "by", "from"} and words is not _LIMIT and back > 0:
            usual = words is _USUAL and bool(set(left) & {"usually", "normally", "typically"})
            return back if usual else None
    return None


def _is_usual(sentence: list[Token], at: int) -> bool:
    """``Normally, vibration is at 2.1``: what stands at the head of a clause governs it all."""
    words: list[str] = []
    for token in reversed(sentence[:at]):
        if token.kind is Kind.NUMBER:
            if words and words[0] in _USUALLY:  # "44.6 °C usually, and gaining"
                words = words[1:]
            break
        if token.text == ";" or token.lower in {"now", "while", "but"}:
            break
        words.insert(0, token.lower)
    head = " ".join(words)
    if any(f"normal {noun}" in head for noun in ("condition", "circumstance", "operation")):
        return True
    return bool(set(words) & _USUALLY) and not set(words) & _BEYOND


def _left(sentence: list[Token], at: int) -> list[str]:
    """The words before a number, in its part of the sentence."""
    found: list[str] = []
    for place in range(at - 1, max(-1, at - 1 - _LOOK_BACK), -1):
        token = sentence[place]
        before = sentence[place - 1].lower if place else ""
        if token.kind is Kind.NUMBER:
            break
        governed = {"for", "of", "on", "in"} | _LIMIT | _USUAL | _GREATEST | _LEAST
        if token.kind is Kind.SIGNAL and found and before not in governed:
            break
        if token.kind in {Kind.TIME, Kind.DATE}:
            break
        if token.lower in {"(", ":"} and before not in _NAMING:
            break
        if token.lower in {";", ",", ")", "and", "but", "while", "whereas"}:
            if token.lower == "," and not found:
                continue
            break
        found.insert(0, token.lower)
    return found
