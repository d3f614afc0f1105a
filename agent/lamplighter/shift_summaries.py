"""Publishes a summary at the end of each shift, from the kept reports; on demand at any time."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any

import structlog

from lamplighter.errors import StoreError
from lamplighter.faults.evidence.record import iso
from lamplighter.faults.summaries.happened import episodes_of
from lamplighter.faults.summaries.shifts import last_end
from lamplighter.faults.summaries.summary import Summary, summarised
from lamplighter.faults.summaries.telling import told
from lamplighter.plugin import Publication
from lamplighter.store.outbound.lanes import Lane
from lamplighter.store.records.reports import Reports
from lamplighter.store.records.snapshots import Snapshots

_log = structlog.get_logger("shifts")

_SNAPSHOT = "shift_summaries"
_DAY_S = 86400.0
# An episode that began before the stretch counts where it reaches into it: so far back is looked.
LOOK_BACK_S = 14 * _DAY_S


class ShiftSummaries:
    """Lives on the asyncio loop.

    Args:
        reports: the kept ones.
        snapshots: keeps until when summaries were published.
        shifts: when shifts end, by the plant's clock; none: nothing is published.
        zone: the plant's.
        root: ``lamplighter/<node>``.
        clock: UTC seconds.
        publish: puts a message into the outbox, in a lane.
    """

    def __init__(
        self,
        reports: Reports,
        snapshots: Snapshots,
        *,
        shifts: Sequence[str],
        zone: tzinfo,
        root: str,
        clock: Callable[[], float],
        publish: Callable[[Publication, Lane], object],
    ) -> None:
        self.reports = reports
        self.snapshots = snapshots
        self.shifts = tuple(shifts)
        self.zone = zone
        self.root = root
        self.clock = clock
        self.publish = publish
        self._until: float | None = None

    def start(self) -> None:
        """Goes on from where the last run stopped: a shift that ended meanwhile is told of now."""
        stored = self.snapshots.get(_SNAPSHOT)
        until = stored.get("until") if isinstance(stored, dict) else None
        if isinstance(until, int | float) and not isinstance(until, bool):
            self._until = float(until)

    def tick(self) -> None:
        """Publishes what is due; call it about once a second."""
        if not self.shifts:
            return
        now = self.clock()
        if self._until is not None and self._until > now + _DAY_S:
            # The clock was years ahead once: nothing would be told until then.
            self._until = None
        end = last_end(now, self.shifts, self.zone)
        if end is None or (self._until is not None and end <= self._until):
            return
        before, self._until = self._until, end
        if before is None:
            # The first run of all: nobody watched the shift that ended before it.
            self._keep(end)
            return
        start = max(before, end - _DAY_S)
        try:
            payload = self.payload(start, end)
        except StoreError as error:
            self._until = before
            _log.warning("summary_not_written", reason=str(error))
            return
        message = json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()
        self.publish(Publication(f"{self.root}/summaries", message, retain=True), Lane.ALARMS)
        self._keep(end)
        _log.info("summary", start=payload["from"], end=payload["to"], text=payload["text"])

    def summary(self, start: float, end: float) -> Summary:
        """What befell between two times, UTC seconds.

        Raises:
            StoreError: the reports can't be read.
        """
        rows = self.reports.since(start - LOOK_BACK_S)
        return summarised(episodes_of(row.data for row in rows), start, end)

    def payload(self, start: float, end: float) -> dict[str, Any]:
        """The summary as it is published on ``summaries``.

        Raises:
            StoreError: the reports can't be read.
        """
        summary = self.summary(start, end)
        written = {"written": iso(self.clock()), "text": told(summary, self.zone)}
        return {**written, **summary.to_dict()}

    def _keep(self, until: float) -> None:
        self.snapshots.put(_SNAPSHOT, {"until": until})
