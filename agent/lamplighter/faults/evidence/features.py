"""What episodes are compared by: which signals moved how and in which order, the fault, the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from lamplighter.faults.evidence.record import Evidence

_BYTES = 4
_LENGTHS = ((600.0, "minutes"), (6 * 3600.0, "hours"), (float("inf"), "long"))

# By its sort; the number stands in the stored signature and is never used for another one.
SORTS = MappingProxyType(
    {"signal": 1, "lead": 2, "order": 3, "kind": 4, "fault": 5, "log": 6, "length": 7, "other": 8}
)
WEIGHTS = MappingProxyType(
    {"signal": 3.0, "lead": 1.5, "order": 1.0, "kind": 0.5, "fault": 2.5, "log": 1.0,
     "length": 0.5, "other": 0.75}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing that is said of an episode: its sort, and what."""

    sort: str
    said: str

    @property
    def weight(self) -> float:
        """How much it counts."""
        return WEIGHTS[self.sort]

    @property
    def number(self) -> int:
        """What stands for it in a signature: its sort in the first byte, a hash in the others."""
        digest = hashlib.blake2b(self.said.encode(), digest_size=_BYTES - 1).digest()
        return int.from_bytes(bytes([SORTS[self.sort]]) + digest, "little")


def features(
    evidence: Evidence, measured_by: Callable[[str, str, str], frozenset[str]]
) -> tuple[Feature, ...]:
    """The features of an episode, each once.

    Args:
        evidence: of it.
        measured_by: what a signal measures, by tag, name and unit.
    """
    called = {s.tag: _called(s.tag, s.name, s.unit, measured_by) for s in evidence.signals}
    moves = [f"{called[s.tag]} {s.move}" for s in evidence.signals]
    found = [Feature("signal", move) for move in moves]
    found += [Feature("lead", move) for move in moves[:1]]
    found += [Feature("order", f"{one} then {other}") for one, other in pairwise(moves)]
    found += [Feature("kind", f"{called[s.tag]} {s.kind}") for s in evidence.signals]
    if evidence.fault:
        found.append(Feature("fault", evidence.fault.lower()))
    found += [Feature("log", log.template) for log in evidence.logs]
    found += [
        Feature("other", f"{_called(o.tag, o.name, o.unit, measured_by)} {o.move}")
        for o in evidence.others
        if o.move != "steady"
    ]
    if evidence.kind == "closed":
        length = next(word for most, word in _LENGTHS if evidence.duration <= most)
        found.append(Feature("length", length))
    return tuple(dict.fromkeys(found))


def signature(said: tuple[Feature, ...]) -> bytes:
    """The features as they are stored to be compared: four bytes each."""
    return b"".join(feature.number.to_bytes(_BYTES, "little") for feature in said)


def _called(
    tag: str, name: str, unit: str, measured_by: Callable[[str, str, str], frozenset[str]]
) -> str:
    """What it measures, whatever it is called; the name where that is not known."""
    # "pressure, discharge pressure" and "discharge pressure" are the same: the longest name says.
    known = sorted(measured_by(tag, name, unit), key=lambda each: (-len(each), each))
    return known[0] if known else name.lower()
