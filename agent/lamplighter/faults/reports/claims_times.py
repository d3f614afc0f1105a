"""Holds a report's times of day, dates and days against the evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.facts import times, words
from lamplighter.faults.reports.subjects import earlier_subjects, owners
from lamplighter.faults.reports.tokens import Kind, Token
from lamplighter.faults.wording import clock_time, day

_LOOSE = frozenset(
    {"about", "around", "approximately", "roughly", "circa", "ca", "approx", "nearly", "almost"}
)
_ENDS = frozenset(
    {
        "until", "till", "ended", "end", "ends", "returned", "back", "cleared", "recovered",
        "closed", "over", "returning", "normal", "return", "settled", "subsided", "clear", "to",
        "finished", "ending", "normalised", "normalized",
    }
)  # fmt: skip
_STARTS = frozenset(
    {
        "since", "began", "begun", "started", "start", "onset", "from", "first", "beginning",
        "opened", "starting", "begins", "starts", "dates",
    }
)  # fmt: skip
_WHOLE = frozenset({"alarm", "alarms", "episode", "machine", "event", "incident", "warning", "it"})
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PARTS_OF_DAY = {
    "morning": (3, 12), "afternoon": (12, 18), "evening": (17, 24), "night": (20, 30),
    "tonight": (17, 30), "overnight": (20, 31), "noon": (11, 14), "midday": (11, 14),
    "midnight": (23, 25),
}  # fmt: skip
_LOOK_BACK = 7
_NEAR = 3
_MINUTE = 60.0
_DAY = 86400.0


@dataclass(frozen=True, slots=True)
class _Moments:
    """The moments of an episode, each kind UTC seconds."""

    onsets: dict[str, float]
    returns: dict[str, float]
    started: float
    ended: float | None
    every: list[float]

    def ends(self) -> list[float]:
        """When something returned or ended."""
        return [*self.returns.values(), *([] if self.ended is None else [self.ended])]


def time_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """What is wrong with times of day, dates and days."""
    moments = _moments(evidence)
    earlier = earlier_subjects(sentences, evidence.lead.tag)
    noted = words([note.text for note in evidence.notes])
    for sentence, subjects in zip(sentences, earlier, strict=True):
        for at, token in enumerate(sentence):
            if token.kind is Kind.DATE:
                yield from _date(sentence, at, moments)
            elif token.kind is Kind.TIME:
                yield from _time(sentence, at, subjects, moments)
            elif token.kind is Kind.WORD and token.lower not in noted:
                yield from _day_named(token, moments, evidence.drawn)


def severity_problems(sentences: list[list[Token]], evidence: Evidence) -> Iterator[str]:
    """Where the episode got worse after its start, its severity told as from the start on."""
    if evidence.worsened is None or evidence.worsened - evidence.started <= _MINUTE:
        return
    since = clock_time(evidence.worsened)
    for sentence in sentences:
        for at, token in enumerate(sentence):
            if token.lower != evidence.severity:
                continue
            told = _since(sentence, at)
            if told is not None and not since.startswith(told.text):
                yield f"it is {evidence.severity} since {since}, not {told.text}"


def _since(sentence: list[Token], at: int) -> Token | None:
    """The time in ``critical since 14:05``, ``critical alarm since 14:05``."""
    for place in range(at + 1, min(at + 5, len(sentence) - 1)):
        token = sentence[place]
        if token.lower == "since":
            return next((t for t in sentence[place : place + 4] if t.kind is Kind.TIME), None)
        if token.lower not in {"alarm", "state", "condition", "status", "level", "severity"}:
            return None
    return None


def onset_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether the text says when the episode began: at what time, or how long ago."""
    onsets = [evidence.started, evidence.lead.onset]
    for sentence in sentences:
        for at, token in enumerate(sentence):
            if token.kind is Kind.TIME and any(_is_at(sentence, at, time) for time in onsets):
                return True
    return False


def end_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether the text says when the episode ended."""
    ended = evidence.ended
    return ended is not None and any(
        token.kind is Kind.TIME and _is_at(sentence, at, ended)
        for sentence in sentences
        for at, token in enumerate(sentence)
    )


def _moments(evidence: Evidence) -> _Moments:
    onsets = {signal.tag: signal.onset for signal in evidence.signals}
    returns = {s.tag: s.returned for s in evidence.signals if s.returned is not None}
    return _Moments(onsets, returns, evidence.started, evidence.ended, times(evidence))


def _is_at(sentence: list[Token], at: int, moment: float) -> bool:
    """Whether a time of day is the moment's, its seconds cut off or, loosely, rounded."""
    told = sentence[at].text
    told = told if told[1:2] != ":" else f"0{told}"
    if told.endswith("~"):  # "ten past eleven", of the morning or of the evening
        half = told[:-1]
        later = f"{int(half[:2]) + 12:02d}{half[2:]}"
        return clock_time(moment).startswith((half, later))
    if clock_time(moment).startswith(told):
        return True
    loose = any(token.lower in _LOOSE for token in sentence[max(0, at - 2) : at])
    return loose and clock_time(moment + _MINUTE / 2).startswith(told)


def _time(
    sentence: list[Token], at: int, earlier: tuple[str, ...], moments: _Moments
) -> Iterator[str]:
    told = sentence[at].text
    known = [moment for moment in moments.every if _is_at(sentence, at, moment)]
    if not known:
        yield f"the time {told} is not in the evidence"
        return
    around = sentence[max(0, at - _NEAR) : at + _NEAR + 1]
    dates = [token for token in around if token.kind is Kind.DATE]
    if len([token for token in around if token.kind is Kind.TIME]) > 1:
        dates = []  # "from 23:52 to 00:01 UTC on 2029-11-28": of either
    known = [moment for moment in known if not dates or any(_is_on(moment, d) for d in dates)]
    if not known:
        yield f"the time {told} was not on {dates[0].text}"
        return
    near = {token.lower for token in sentence[max(0, at - _LOOK_BACK) : at]}
    if near & _ENDS and not near & (_STARTS - {"since", "from"}):
        return
    if near & _STARTS:
        allowed = _starts(sentence, at, earlier, moments)
        actions = set(moments.every) - set(moments.onsets.values()) - set(moments.ends())
        if not set(known) & (allowed | actions):
            yield f"{told} is not when it began"


def _starts(
    sentence: list[Token], at: int, earlier: tuple[str, ...], moments: _Moments
) -> set[float]:
    """The onsets that a start may be told of."""
    before = sentence[:at]
    named = any(token.kind is Kind.SIGNAL for token in before)
    whole = any(token.kind is Kind.MACHINE or token.lower in _WHOLE for token in before)
    found = {moments.onsets[tag] for tag in owners(sentence, at, earlier) if tag in moments.onsets}
    if not named:
        found |= set(moments.onsets.values()) if not whole else set()
    if whole or not found:
        found.add(moments.started)
    return found


def _is_on(moment: float, date: Token) -> bool:
    return day(moment).endswith(date.text)


def _date(sentence: list[Token], at: int, moments: _Moments) -> Iterator[str]:
    if not any(_is_on(moment, sentence[at]) for moment in moments.every):
        yield f"the date {sentence[at].text} is not in the evidence"


def _day_named(token: Token, moments: _Moments, drawn: float) -> Iterator[str]:
    word = token.lower.removesuffix("'s")
    rows = [datetime.fromtimestamp(moment, UTC) for moment in moments.every]
    if token.text in _MONTHS:
        if not any(row.month == _MONTHS.index(token.text) + 1 for row in rows):
            yield f"{token.text} is not the month"
    elif word in _WEEKDAYS:
        if not any(_WEEKDAYS[row.weekday()] == word for row in rows):
            yield f"{word} is not the day"
    elif word in _PARTS_OF_DAY:
        first, last = _PARTS_OF_DAY[word]
        if not any(first <= row.hour + shift < last for row in rows for shift in (0, 24)):
            yield f"{word} is not the time of day"
    elif word in {"yesterday", "today"}:
        back = _DAY if word == "yesterday" else 0.0
        if not any(day(moment) == day(drawn - back) for moment in moments.every):
            yield f"it was not {word}"
