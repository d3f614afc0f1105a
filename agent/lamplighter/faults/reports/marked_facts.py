"""What a report tells, chosen and put in order: lines of facts with marks, as a model is trained.

The lines come in the order in which a report tells them. What does not fit into a report of the
right length is left out here, the least important first, so that the model has to tell it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lamplighter.faults.condition import Severity
from lamplighter.faults.evidence.record import Evidence, RuledOut, SignalEvidence
from lamplighter.faults.reports.marked_signals import begun_of_lead, signal_line, signal_marks
from lamplighter.faults.reports.marks import lowered, marks_in
from lamplighter.faults.wording import clock_time, day, duration, quantity, shown

_FIRST = re.compile(r"\bfirst\b", re.IGNORECASE)
_STAMPED = re.compile(
    r"^(?:(?:\d{4}-\d\d-\d\d[T ]?)?(?:\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?Z?)?[\s,;|-]*)"
    r"(?:\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|ALARM|CRIT|CRITICAL|FATAL)\]?[\s:|-]+)?"
)
# Words that a report may come to by the estimate below, which the model's phrases may exceed; with
# fewer than the second, what only fills up is told too.
_WORDS = 68
_FEW_WORDS = 48
_MOST_SIGNALS = 4
_MOST_OTHERS = 3
_LONGEST_NOTE = 14
_LONGEST_DONE = 12
# Heads of a fault's name that take an article: "a clogged filter", but "bearing wear".
_COUNTED = frozenset(
    {
        "filter", "belt", "door", "evaporator", "condenser", "discharge", "valve", "bearing",
        "strainer", "line", "coil", "element", "nozzle", "gearbox", "chain", "roller", "coupling",
        "seal", "rotor", "pipe", "thermostat", "gasket", "winding", "impeller", "damper", "shaft",
        "heater", "burner", "cable", "fuse", "fan", "sensor", "inlet", "outlet", "suction",
        "phase", "brake", "tube", "duct", "screen", "separator", "contactor", "relay", "probe",
        "pulley", "drum", "hose", "cooler", "compressor", "motor", "pump", "inverter", "drive",
        "leak", "jam", "blockage", "bar", "object", "part", "fault", "guide", "exchanger",
        "exhaust",
        "terminal", "wire", "bolt", "spring", "plug", "tooth", "blade", "mounting",
    }
)  # fmt: skip
_ARTICLES = frozenset({"a", "an", "the"})
_OF_WHAT = re.compile(r"\s(?:in|of|at|on|to|by)\s")


@dataclass(frozen=True, slots=True)
class Told:
    """What the model is told of an evidence.

    Attributes:
        lines: facts with marks, in the order of telling.
        marks: what each mark of the lines stands for.
        begun: how the report has to begin, with marks; "" leaves it to the model.
    """

    lines: tuple[str, ...]
    marks: dict[str, str]
    begun: str = ""

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that may be told.

    Attributes:
        text: with marks.
        weight: the greater, the sooner it is told; ``_MUST`` always is.
        words: of a sentence's own that telling it takes, marks not counted.
    """

    text: str
    weight: int
    words: int


_MUST = 100
_FILLING = 20
"""What has at most this weight is told only where a report would be too short without it."""


@dataclass(slots=True)
class _Marks:
    """The marks given out so far; a signal without an alarm gets ``o`` and the next number."""

    known: dict[str, str]
    by_tag: dict[str, str] = field(default_factory=dict)
    others: int = 0

    def other(self, tag: str, name: str) -> str:
        """The mark of a signal by its tag, a new one where it has none yet."""
        if tag not in self.by_tag:
            self.others += 1
            self.by_tag[tag] = f"o{self.others}"
            self.known[self.by_tag[tag]] = name
        return self.by_tag[tag]


def told(evidence: Evidence) -> Told:
    """What a report on the evidence tells."""
    signals = evidence.signals[:_MOST_SIGNALS]
    marks = _Marks(_episode_marks(evidence))
    for number, signal in enumerate(signals, start=1):
        marks.known |= signal_marks(number, signal)
        marks.by_tag[signal.tag] = f"s{number}"
    lines = list(_lines(evidence, signals, marks))
    kept = _chosen(lines, marks.known)
    used = marks_in("\n".join(kept))
    told_marks = {mark: text for mark, text in marks.known.items() if mark in used}
    return Told(kept, told_marks, _begun(evidence))


def _begun(evidence: Evidence) -> str:
    """How a report begins where times, severity or what holds now are easily mixed up."""
    severity = evidence.severity
    grave = f"{severity} alarm" if severity is Severity.CRITICAL else str(severity)
    article = "an" if severity is Severity.ADVISORY else "a"
    lead = begun_of_lead(evidence.lead)
    if evidence.worsened is None:
        opened = f"m0 has had {article} {grave} since t0: {lead}"
        changed = f"The {grave} that began on m0 at t0 has changed after d0: {lead}"
        return {"opened": opened if lead else "", "changed": changed.strip()}.get(evidence.kind, "")
    became = f"became {'' if severity is Severity.CRITICAL else 'a '}{severity} at w0"
    return {
        "opened": f"m0 has had an alarm since t0, which {became}: {lead}",
        "changed": f"m0 has been in alarm for d0, since t0, which {became}: {lead}",
        "closed": f"The alarm on m0 lasted d0, from t0 to e0; it {became}.",
    }[evidence.kind].strip()


def _chosen(lines: list[_Line], marks: dict[str, str]) -> tuple[str, ...]:
    """The lines that fit, the weightiest first, in their own order."""
    kept: set[int] = set()
    count = 0
    for place in sorted(range(len(lines)), key=lambda place: -lines[place].weight):
        line = lines[place]
        words = line.words + sum(len(marks[mark].split()) for mark in marks_in(line.text))
        if line.weight == _MUST or count + words <= (
            _FEW_WORDS if line.weight <= _FILLING else _WORDS
        ):
            kept.add(place)
            count += words
    return tuple(lines[place].text for place in sorted(kept))


def _episode_marks(evidence: Evidence) -> dict[str, str]:
    machine = f"{evidence.name} ({evidence.area})" if evidence.area else evidence.name
    found = {
        "m0": machine,
        "t0": f"{clock_time(evidence.started)} UTC on {day(evidence.started)}",
        "d0": duration(evidence.duration),
        "g0": f"{clock_time(evidence.drawn)} UTC",
    }
    if evidence.ended is not None:
        found["e0"] = f"{clock_time(evidence.ended)} UTC"
        if day(evidence.ended) != day(evidence.started):
            found["e0"] += f" on {day(evidence.ended)}"
    if evidence.worsened is not None:
        found["w0"] = clock_time(evidence.worsened)
    if evidence.fault:
        found["f0"] = named_fault(evidence.fault)
    for number, check in enumerate(evidence.checks[:1]):
        found[f"c{number}"] = lowered(check)
    return found


def _lines(
    evidence: Evidence, signals: tuple[SignalEvidence, ...], marks: _Marks
) -> Iterator[_Line]:
    yield _heading(evidence)
    for number, signal in enumerate(signals, start=1):
        yield _signal(evidence, number, signal)
    if len(evidence.signals) > len(signals):
        marks.known["k0"] = str(len(evidence.signals))
        yield _Line("in all: k0 signals", 60, 4)
    yield from _beside(evidence, marks)
    yield from _said(evidence, marks)
    yield from _explained(evidence, marks)
    if evidence.kind == "closed":
        yield from _ended(evidence, marks)
    if evidence.checks:
        # "First, check the door first" is one "first" too many.
        name = "advice" if _FIRST.search(evidence.checks[0]) else "check"
        yield _Line(f"{name}: c0", _MUST if evidence.kind != "closed" else 65, 2)
    if len(evidence.signals) == 1:
        yield _Line("alone", 20, 6)
    if evidence.kind != "closed":
        yield _Line("as of: g0", 10, 5)


def _heading(evidence: Evidence) -> _Line:
    # Where it got worse, how bad it is goes with the time since when it is.
    grave = "alarm" if evidence.worsened is not None else str(evidence.severity)
    parts = [f"{evidence.kind} {grave}: m0"]
    if evidence.kind == "closed":
        parts.append("t0 to e0, d0")
    elif evidence.kind == "changed":
        parts.append("since t0, d0 ago")
    else:
        parts.append("since t0")
    if evidence.worsened is not None:
        parts.append(f"{evidence.severity} from w0")
    if evidence.signal_only:
        parts.append("signal only")
    return _Line(", ".join(parts), _MUST, 9 if evidence.kind == "closed" else 6)


def _signal(evidence: Evidence, number: int, signal: SignalEvidence) -> _Line:
    text = signal_line(number, signal, about=evidence.kind)
    # That it was and is back takes more words than that it is.
    words = 5 if signal.active else 9
    if number == 1:
        return _Line(text, _MUST, words + 1)
    fresh = ""
    if evidence.kind == "changed":
        fresh = "new " if signal.tag in evidence.joined else ""
        fresh = "gone " if signal.tag in evidence.left else fresh
    onset = "" if fresh == "gone " else f"t{number} "
    return _Line(f"{fresh}{onset}{text}", _MUST if fresh else 82 - 4 * number, words)


def _beside(evidence: Evidence, marks: _Marks) -> Iterator[_Line]:
    """The machine's other signals: what moved without an alarm, and what is steady."""
    moved = [other for other in evidence.others if other.move != "steady"]
    if moved and evidence.kind != "closed":
        other = moved[0]
        mark = marks.other(other.tag, other.name)
        value = f"x{mark[1]}"
        marks.known[value] = quantity(shown(other.value), other.unit)
        side = "higher" if other.move == "up" else "lower"
        yield _Line(f"no alarm: {mark} {side} at {value}", 48, 6)
    steady = [other for other in evidence.others if other.move == "steady"][:_MOST_OTHERS]
    if steady:
        names = ", ".join(marks.other(other.tag, other.name) for other in steady)
        yield _Line(f"steady: {names}", 45, 3)


def _said(evidence: Evidence, marks: _Marks) -> Iterator[_Line]:
    """What logs and people say."""
    for number, log in enumerate(evidence.logs[:2], start=1):
        marks.known[f"q{number}"] = f'"{_message(log.example or log.template)}"'
        marks.known[f"k{number}"] = str(log.count)
        count = f"k{number} lines like" if log.count > 1 else "one line"
        yield _Line(f"log: {count} q{number}", 55 - 25 * (number - 1), 4)
    if evidence.notes:
        note = evidence.notes[-1]
        text = " ".join(note.text.replace('"', "'").split())
        if len(text.split()) <= _LONGEST_NOTE:
            marks.known |= {"n1": f'"{text.rstrip(".")}"', "b1": note.by or "an operator"}
            yield _Line("note: b1 n1", 58, 3)
    if evidence.window:
        marks.known["i1"] = evidence.window
        yield _Line("window: i1", 70, 5)


def _message(line: str) -> str:
    """A log line without the time and level that it begins with, and without quotation marks."""
    return _STAMPED.sub("", line).replace('"', "'") or line


def _explained(evidence: Evidence, marks: _Marks) -> Iterator[_Line]:
    """What leads, what it is not, what it probably is, and what helped before."""
    known = {s.tag for s in evidence.signals} | {o.tag for o in evidence.others}
    leading = [each for each in evidence.contributions if each.tag in known][:2]
    if leading:
        names = " and ".join(marks.other(each.tag, each.name) for each in leading)
        yield _Line(f"led by: {names}", 68, 5)
    ruled = [each for each in evidence.ruled_out if each.move == "steady"]
    if ruled and evidence.kind != "closed":
        yield _ruled_out(ruled[0], marks)
    if evidence.fault:
        yield _Line("likely: f0", 90 if evidence.kind != "closed" else 66, 4)
    for each in evidence.similar[:1]:
        helped = lowered(each.helped.replace('"', "'"))
        if helped and len(helped.split()) <= _LONGEST_DONE and evidence.kind != "closed":
            marks.known |= {"h1": f'"{helped}"', "h2": each.name, "h3": day(each.started)}
            yield _Line("before: h2 on h3, helped h1", 50, 7)


def _ruled_out(ruled: RuledOut, marks: _Marks) -> _Line:
    marks.known["r1"] = named_fault(ruled.fault)
    mark = marks.other(ruled.tag, ruled.signal)
    return _Line(f"ruled out: r1, as {mark} {ruled.move}", 62, 5)


def _ended(evidence: Evidence, marks: _Marks) -> Iterator[_Line]:
    done = evidence.ended_by
    if done is None:
        yield _Line("ended: by itself", 75, 6)
    elif len(done.text.split()) <= _LONGEST_DONE:
        by = f" by {done.by}" if done.by else ""
        marks.known |= {"z1": f"{lowered(done.text)}{by}", "z2": clock_time(done.at)}
        yield _Line("ended: after z1 at z2", 88, 7)


def named_fault(fault: str) -> str:
    """A fault with its article, where it takes one: ``a clogged filter``, ``bearing wear``."""
    head = _OF_WHAT.split(fault.lower())[0].split()
    if not head or head[-1] not in _COUNTED or head[0] in _ARTICLES:
        return fault
    return f"{'an' if head[0][0] in 'aeiou' else 'a'} {fault}"
