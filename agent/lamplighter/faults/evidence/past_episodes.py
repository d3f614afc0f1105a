"""Earlier episodes like a present one, with what helped.

Each class of machines has an index in memory: the numbers of the features of all its episodes in
one array. So ten thousand episodes are compared in a millisecond or two, and only those that are
told are read from the store.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import Any

import structlog

from lamplighter.errors import StoreError
from lamplighter.faults.evidence.features import SORTS, WEIGHTS, Feature, features, signature
from lamplighter.faults.evidence.notes import condense
from lamplighter.faults.evidence.record import Evidence, SimilarEpisode
from lamplighter.store.records.episodes import EpisodeRecord, Episodes

_log = structlog.get_logger("machines")

Measured = Callable[[str, str, str, str], frozenset[str]]
"""What a signal measures, by the machine's class, tag, name and unit."""

MOST = 3
FLOOR = 0.5
_LOOKED_AT = 12
# Of an open episode, more may follow: what it lacks counts less than what it has and others lack.
_LACKING_OPEN = 0.4
_LACKING_CLOSED = 1.0
# Episodes about as similar as the likest: those for which it is known what helped come first.
_ABOUT = 0.1
_HELPED_WORDS = 25
_MOST_SAME = 4
_SORT_BITS = 0xFF


@dataclass(slots=True)
class _Index:
    """The episodes of one class.

    Attributes:
        rows: where they are kept.
        sizes: how many features each has.
        numbers: the numbers of all features.
        late: rows and signatures that came since, from the store's thread.
        ready: all that as arrays; None where it changed.
    """

    rows: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("H"))
    numbers: bytearray = field(default_factory=bytearray)
    late: list[tuple[int, bytes]] = field(default_factory=list)
    ready: Any = None

    def add(self, row: int, signature: bytes) -> None:
        """One episode more."""
        self.rows.append(row)
        self.sizes.append(len(signature) // 4)
        self.numbers += signature[: 4 * (len(signature) // 4)]
        self.ready = None

    def signature(self, at: int, end: int) -> bytes:
        """That of one episode; ``end`` is the number of all features up to its last one."""
        return bytes(self.numbers[4 * (end - self.sizes[at]) : 4 * end])


class PastEpisodes:
    """Keeps episodes that are over, and finds those that are like a present one.

    Args:
        records: where they are kept.
        measured_by: what signals measure.
    """

    def __init__(self, records: Episodes, measured_by: Measured) -> None:
        self._records = records
        self._measured_by = measured_by
        self._indexes: dict[str, _Index] = {}

    def known(self, evidence: Evidence) -> Evidence:
        """The evidence with at most three episodes like it, the likest first.

        Where they can't be read, there are none: a report must not wait for them.
        """
        if evidence.signal_only:
            return evidence
        try:
            return replace(evidence, similar=self.similar(evidence))
        except (StoreError, ValueError) as error:
            _log.warning("past_episodes_not_read", reason=str(error))
            return evidence

    def similar(self, evidence: Evidence) -> tuple[SimilarEpisode, ...]:
        """At most three earlier episodes of the machine's class, the likest first.

        The similarity is Tversky's index over weighted features: what both have in common, as a
        share of that and what only one has (A. Tversky, Psychological Review 84 (1977) 327-352).

        Raises:
            StoreError: the store can't be read.
        """
        said = self._features(evidence)
        found: list[tuple[float, EpisodeRecord]] = []
        seen = {evidence.episode}
        for likeness, row, signed in self._likest(evidence, said):
            record = self._records.at(row)
            if record is None or record.signature != signed:
                # Rows were given up, or the database was replaced: the next one looks anew.
                self._indexes.pop(evidence.machine_class, None)
            elif record.episode not in seen:
                seen.add(record.episode)
                found.append((likeness, record))
        if not found:
            return ()
        best = found[0][0]
        found.sort(
            key=lambda pair: (
                pair[0] < best - _ABOUT,
                not _helped(pair[1]) if pair[0] >= best - _ABOUT else False,
                -round(pair[0], 2),
                -pair[1].ended,
            )
        )
        return tuple(_told(record, likeness, said) for likeness, record in found[:MOST])

    def keep(self, evidence: Evidence) -> None:
        """Keeps an episode that is over; what of it can't be kept is logged by the store."""
        if evidence.signal_only or evidence.ended is None:
            return
        said = self._features(evidence)
        signed = signature(said)
        record = EpisodeRecord(
            evidence.episode,
            evidence.asset,
            evidence.machine_class,
            evidence.started,
            evidence.ended,
            str(evidence.severity),
            signed,
            _data(evidence, said),
        )
        future = self._records.put(record)
        if (index := self._indexes.get(evidence.machine_class)) is not None:
            future.add_done_callback(lambda done: _note_late(index, done, signed))

    def _features(self, evidence: Evidence) -> tuple[Feature, ...]:
        kind = evidence.machine_class
        return features(evidence, lambda tag, name, unit: self._measured_by(kind, tag, name, unit))

    def _likest(
        self, evidence: Evidence, said: tuple[Feature, ...]
    ) -> list[tuple[float, int, bytes]]:
        """Likeness, row and signature of the likest, above the floor."""
        import numpy as np

        index = self._index(evidence.machine_class)
        if not index.rows or not said:
            return []
        if index.ready is None:
            index.ready = _prepared(index)
        numbers, owners, weights, totals, ends = index.ready
        own = np.array([feature.number for feature in said], dtype=np.uint32)
        mine = np.isin(numbers, own)
        count = len(index.rows)
        rows = np.array(index.rows)
        common = np.bincount(owners[mine], weights[mine], count)
        lacking = _LACKING_CLOSED if evidence.kind == "closed" else _LACKING_OPEN
        mine_only = sum(feature.weight for feature in said) - common
        whole = common + mine_only + lacking * (totals - common)
        likeness = common / np.maximum(whole, 1e-9)
        best = np.lexsort((-rows, -likeness))[:_LOOKED_AT]
        return [
            (float(likeness[at]), index.rows[at], index.signature(at, int(ends[at])))
            for at in best
            if likeness[at] >= FLOOR
        ]

    def _index(self, machine_class: str) -> _Index:
        index = self._indexes.get(machine_class)
        if index is None:
            index = self._indexes[machine_class] = _Index()
            for row, signed in self._records.signatures(machine_class):
                index.add(row, signed)
        while index.late:
            index.add(*index.late.pop())
        return index


def _note_late(index: _Index, done: Future[int], signed: bytes) -> None:
    """Called on the store's thread when an episode is on disk, or could not be put there."""
    if not done.cancelled() and done.exception() is None:
        index.late.append((done.result(), signed))


def _prepared(index: _Index) -> tuple[Any, Any, Any, Any, Any]:
    """The features of all episodes: numbers, whose they are, weights; each one's weight and end."""
    import numpy as np

    numbers = np.frombuffer(bytes(index.numbers), dtype="<u4")
    sizes = np.array(index.sizes, dtype=np.int64)
    owners = np.repeat(np.arange(len(index.rows)), sizes)
    by_sort = np.zeros(_SORT_BITS + 1)
    for sort, code in SORTS.items():
        by_sort[code] = WEIGHTS[sort]
    weights = by_sort[numbers & _SORT_BITS]
    totals = np.bincount(owners, weights, len(index.rows))
    return numbers, owners, weights, totals, np.cumsum(sizes)


def _data(evidence: Evidence, said: tuple[Feature, ...]) -> dict[str, Any]:
    done = evidence.ended_by
    return {
        "name": evidence.name,
        "fault": evidence.fault,
        "features": [[feature.sort, feature.said] for feature in said],
        "done": condense(done.text, most_words=_HELPED_WORDS) if done else "",
        "actions": [action.text for action in evidence.actions],
        "notes": [note.text for note in evidence.notes],
    }


def _helped(record: EpisodeRecord) -> str:
    return condense(record.helped, most_words=_HELPED_WORDS) or str(record.data.get("done") or "")


def _told(record: EpisodeRecord, likeness: float, said: tuple[Feature, ...]) -> SimilarEpisode:
    theirs = {tuple(each) for each in record.data.get("features", ())}
    same = [f for f in said if (f.sort, f.said) in theirs and f.sort in {"signal", "fault", "log"}]
    same.sort(key=lambda feature: -feature.weight)
    fault = record.data.get("fault")
    return SimilarEpisode(
        id=record.episode,
        asset=record.asset,
        name=str(record.data.get("name") or record.asset),
        started=record.started,
        duration=record.ended - record.started,
        fault=str(fault) if fault else None,
        helped=_helped(record),
        similarity=round(likeness, 2),
        same=tuple(feature.said for feature in same[:_MOST_SAME]),
    )
