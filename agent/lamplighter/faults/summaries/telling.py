"""A summary as one short text, by fixed rules: nothing stands in it that the records do not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from lamplighter.faults.condition import kind_words
from lamplighter.faults.summaries.happened import Happened
from lamplighter.faults.summaries.summary import Summary
from lamplighter.faults.wording import duration, quantity, shown

_MACHINES_TOLD = 3
_OPEN_TOLD = 3
_SIGNALS_TOLD = 2


def told(summary: Summary, zone: tzinfo = UTC) -> str:
    """The summary in 20 to about 150 words of English.

    Args:
        summary: what it tells of.
        zone: of the times in it.
    """
    return " ".join(_sentences(summary, _Times(zone, summary.end)))


class _Times:
    """How times are written: with the day where that is not the last one of the stretch."""

    def __init__(self, zone: tzinfo, end: float) -> None:
        self._zone = zone
        self._last = self._at(end)

    def _at(self, time: float) -> datetime:
        return datetime.fromtimestamp(time, self._zone)

    def clock(self, time: float) -> str:
        at = self._at(time)
        day = "" if at.date() == self._last.date() else f" on {at:%Y-%m-%d}"
        return f"{at:%H:%M}{day}"

    def stretch(self, start: float) -> str:
        begin, last = self._at(start), self._last
        name = self._last.tzname() or "UTC"
        if begin.date() == last.date():
            return f"{last:%Y-%m-%d}, {begin:%H:%M} to {last:%H:%M} {name}"
        return f"{begin:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M} {name}"


def _sentences(summary: Summary, times: _Times) -> Iterator[str]:
    stretch = times.stretch(summary.start)
    if not summary.episodes and not summary.signal_faults:
        yield f"{stretch}: no machine had an alarm."
        return
    yield f"{stretch}: {_counted(summary)}."
    yield from _by_machine(summary)
    if summary.longest is not None and len(summary.episodes) > 1:
        longest = summary.longest
        yield (
            f"The longest, {duration(summary.lasted(longest))} from {times.clock(longest.started)},"
            f" was on {longest.machine}: {_what(longest)}."
        )
    elif summary.longest is not None:
        yield f"It began at {times.clock(summary.longest.started)}: {_what(summary.longest)}."
    yield from _faults(summary)
    for each in [row for row in summary.open if not row.signal_only][:_OPEN_TOLD]:
        check = f" {each.check.rstrip('.')}." if each.check else ""
        since = times.clock(each.started)
        yield f"Still open: {each.machine}, {_what(each)}, since {since}.{check}"
    yield from _signals(summary, times)


def _counted(summary: Summary) -> str:
    count, machines = len(summary.episodes), len(summary.machines)
    if not count:
        return "no machine had an alarm of its own"
    grave = ", ".join(f"{number} {severity}" for severity, number in summary.severities)
    still = len([each for each in summary.open if not each.signal_only])
    left = f", {still} still open" if still else ", all over"
    return f"{_number(count, 'episode')} on {_number(machines, 'machine')} ({grave}){left}"


def _by_machine(summary: Summary) -> Iterator[str]:
    if len(summary.machines) == 1 and summary.machines[0].episodes == 1:
        only = summary.machines[0]
        yield f"{only.name} was in alarm for {duration(only.seconds)}."
        return
    rows = [
        f"{each.name} {_number(each.episodes, 'episode')} and {duration(each.seconds)}"
        for each in summary.machines[:_MACHINES_TOLD]
    ]
    more = len(summary.machines) - len(rows)
    if rows:
        rest = f", and {_number(more, 'more machine')}" if more else ""
        yield f"Longest in alarm: {', '.join(rows)}{rest}."


def _faults(summary: Summary) -> Iterator[str]:
    if summary.faults and len(summary.episodes) > 1:
        rows = [fault if n == 1 else f"{fault} ({n} times)" for fault, n in summary.faults]
        yield f"Likely: {', '.join(rows)}."


def _signals(summary: Summary, times: _Times) -> Iterator[str]:
    if not summary.signal_faults:
        return
    rows = [
        f"{each.lead} of {each.machine} {kind_words(each.kind)} from {times.clock(each.started)}"
        + (" on" if each.ended is None else f" to {times.clock(each.ended)}")
        for each in summary.signal_faults[:_SIGNALS_TOLD]
    ]
    more = len(summary.signal_faults) - len(rows)
    rest = f"; {more} more" if more else ""
    yield f"Signals, not machines: {'; '.join(rows)}{rest}."


def _what(happened: Happened) -> str:
    far = ""
    if happened.extreme is not None:
        far = f", as far as {quantity(shown(happened.extreme), happened.unit)}"
    fault = f", likely {happened.fault}" if happened.fault else ""
    return f"{happened.lead} {kind_words(happened.kind)}{far}{fault}"


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
