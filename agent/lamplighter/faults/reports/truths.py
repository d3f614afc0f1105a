"""What may be said of each signal: above or below, rising or falling, back or not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lamplighter.faults.condition import LIMIT_KINDS, RATE_KINDS, SIGNAL_KINDS, UPWARD, Kind
from lamplighter.faults.evidence.record import Evidence, OtherSignal, SignalEvidence
from lamplighter.faults.reports import direction_words as words

_UP, _DOWN = "up", "down"
# Who has come back by this share of the way to its extreme has visibly eased.
_FAR = 0.25


@dataclass(frozen=True, slots=True)
class Truth:
    """What may be said of one signal; sides are ``up`` and ``down``.

    Attributes:
        name: what people call it.
        unit: of its values.
        active: whether one of its alarms holds.
        sides: of its limit.
        usual: of its usual value.
        back: where it may have come back to.
        trends: where it is heading.
        moved: where it has moved.
        steady: whether it stood still.
        calm: whether it stands still now.
        eased: whether it has come a good way back from its extreme.
        fast: whether it changed faster than allowed.
        alarmed: whether it had an alarm.
        extra: sides of anything else that is known of it.
    """

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


def truths_of(evidence: Evidence) -> dict[str, Truth]:
    """What may be said of each signal of the machine, by tag."""
    found = {other.tag: _of_other(other) for other in evidence.others}
    found |= {signal.tag: _of_signal(signal) for signal in evidence.signals}
    for row in evidence.ruled_out:
        if row.tag in found:
            found[row.tag] = _with_move(found[row.tag], row.move)
    return found


def _with_move(truth: Truth, move: str) -> Truth:
    """The same, with what the signal did that spoke against a fault."""
    if move == "steady":
        return replace(truth, calm=True)
    return replace(truth, extra=truth.extra | {move})


def _of_other(other: OtherSignal) -> Truth:
    moved = frozenset({other.move} & {_UP, _DOWN})
    return Truth(
        other.name, other.unit, active=False, sides=moved, usual=moved, back=frozenset(),
        trends=moved,
        moved=moved, steady=not moved, calm=not moved, eased=False, fast=False, alarmed=False,
    )  # fmt: skip


def _of_signal(signal: SignalEvidence) -> Truth:
    moved = frozenset({signal.move} & {_UP, _DOWN})
    trends = frozenset({"rising": {_UP}, "falling": {_DOWN}}.get(signal.trend or "", set()))
    if signal.kind in RATE_KINDS | {Kind.DRIFTING_UP, Kind.DRIFTING_DOWN}:
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
        calm=not signal.active or signal.trend == "steady" or signal.kind is Kind.STUCK,
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
