"""Faithful reports in free English, drawn with a seed: what the checker must let pass.

A sentence is a form with alternatives in square brackets and facts in curly ones. They are written
as people and large language models report, not as the template or the trained model does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml

from lamplighter.faults.condition import (
    DOWNWARD,
    LIMIT_KINDS,
    RATE_KINDS,
    UPWARD,
    Kind,
)
from lamplighter.faults.evidence.record import Evidence, SignalEvidence
from lamplighter.faults.wording import duration, exact, quantity, shown

_FORMS: dict[str, tuple[str, ...]] = {
    name: tuple(forms)
    for name, forms in yaml.safe_load(
        Path(__file__).with_name("rewordings.yaml").read_text(encoding="utf-8")
    ).items()
}
"""The forms of sentences by what they tell."""
_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_LEADING = re.compile("First out|leading|leads|lead came")
_TWICE = 2
_MOVING = {
    "rising": "[rising|climbing|increasing]",
    "falling": "[falling|dropping|decreasing]",
}
_MOVED = {
    "steady": "[is steady|stayed steady|has not moved]",
    "up": "[went up|has risen]",
    "down": "[went down|has fallen]",
}
_UNITS = {
    "°C": "degrees Celsius",
    "mm/s": "millimetres per second",
    "%": "percent",
    "A": "amps",
    "rpm": "revolutions per minute",
    "°F": "degrees Fahrenheit",
    "V": "volts",
    "kW": "kilowatts",
    "m³/h": "cubic metres per hour",
    "l/min": "litres per minute",
    "Hz": "hertz",
    "kPa": "kilopascals",
    "Nm": "newton metres",
    "K": "kelvin",
    "s": "seconds",
    "ppm": "parts per million",
}


def rewording(evidence: Evidence, seed: int) -> str:
    """A faithful report on the evidence; equal seeds give equal texts."""
    return " ".join(_Wording(evidence, random.Random(seed)).sentences())  # noqa: S311 - seeded


class _Wording:
    """Words one report."""

    def __init__(self, evidence: Evidence, draw: random.Random) -> None:
        self._evidence = evidence
        self._draw = draw

    def sentences(self) -> Iterator[str]:
        """The sentences, in order."""
        evidence, lead = self._evidence, self._evidence.lead
        whole = self._whole()
        if evidence.kind == "closed":
            yield self._one(_FORMS["closed"], whole)
        elif evidence.worsened is not None:
            at = _clock(evidence.worsened)
            yield (
                f"{whole['M']} has been in alarm since {whole['t']}{whole['on']}; it became "
                f"{evidence.severity} at {at} UTC."
            )
        else:
            yield self._one(_FORMS["open"], whole)
        yield self._state(lead)
        rest = [*self._others_of(evidence), *self._context()]
        self._draw.shuffle(rest)
        yield from rest[: self._draw.randint(2, 4)]
        if evidence.checks and evidence.kind != "closed":
            text = evidence.checks[0].rstrip(".")
            yield self._one(
                _FORMS["check"], {"check": text, "check_low": text[0].lower() + text[1:]}
            )

    def _whole(self) -> dict[str, str]:
        evidence = self._evidence
        area = f" in {evidence.area}" if evidence.area and self._draw.random() < 0.5 else ""
        bracket = f" ({evidence.area})" if evidence.area and not area else ""
        began = datetime.fromtimestamp(evidence.started, UTC)
        end = evidence.ended or evidence.drawn
        written = f"{began.day} {began:%B %Y}"
        return {
            "M": evidence.name + (area or bracket),
            "sev": str(evidence.severity),
            "t": self._draw.choice([f"{began:%H:%M:%S} UTC", f"{began:%H:%M} UTC"]),
            "hm": f"{began:%H:%M}",
            "h12": began.strftime("%I:%M %p UTC").lstrip("0").lower().replace("utc", "UTC"),
            "on": self._draw.choice(
                [f" on {began:%Y-%m-%d}", f" on {written}", f" on {began:%B} {began.day}"]
            ),
            "onw": f" on {written}",
            "dur": self._span(evidence.duration),
            "end": _clock(end),
        }

    def _span(self, seconds: float) -> str:
        if seconds < 120:
            return f"{round(seconds)} [s|seconds]"
        if seconds < 7200:
            return f"{round(seconds / 60)} [min|minutes]"
        return duration(seconds)

    def _state(self, signal: SignalEvidence) -> str:
        return self._one(self._forms(signal), self._facts(signal))

    def _forms(self, signal: SignalEvidence) -> tuple[str, ...]:
        if signal.value is None:
            return ("{N} has delivered no value.",)
        if not signal.active:
            return _FORMS["back"] if signal.kind in LIMIT_KINDS else _FORMS["back_plain"]
        if signal.kind in LIMIT_KINDS:
            return (
                _FORMS["beyond"]
                if _beyond(signal)
                else ("{N} went {past} its limit of {L} and is now at {v}.",)
            )
        if signal.kind in RATE_KINDS:
            return _FORMS["rate"]
        by_kind = {
            Kind.STALE: _FORMS["stale"],
            Kind.STUCK: _FORMS["stuck"],
            Kind.LOOP: _FORMS["loop"],
            Kind.DISTURBED: _FORMS["disturbed"],
            Kind.UNSTEADY: _FORMS["unsteady"],
            Kind.SPIKING: _FORMS["spiking"],
            Kind.UNUSUAL: _FORMS["unusual"],
            Kind.PATTERN: _FORMS["pattern"],
            Kind.DRIFTING_UP: _FORMS["drift"],
            Kind.DRIFTING_DOWN: _FORMS["drift"],
        }
        forms = by_kind.get(signal.kind, _FORMS["usual"])
        usual = forms in (_FORMS["usual"], _FORMS["drift"])
        return ("{N} [is|stands] at {v}.",) if usual and not _of_usual(signal) else forms

    def _facts(self, signal: SignalEvidence) -> dict[str, str]:
        up = signal.kind not in DOWNWARD
        v = quantity(shown(signal.value or 0.0), signal.unit)
        worded = _UNITS.get(signal.unit)
        if worded and self._draw.random() < 0.25:
            v = f"{shown(signal.value or 0.0)} {worded}"
        set_limit = signal.kind in LIMIT_KINDS | RATE_KINDS
        limit = exact(signal.limit) if set_limit else shown(signal.limit)
        way = (
            {
                "above": "[above|over|beyond]",
                "past": "[past|above|beyond]",
                "high": "high",
                "up": "up",
                "crept": "[crept up|climbed|went up|rose]",
                "went": "[went|climbed|rose]",
                "exceeds": "exceeds",
                "gone": "[risen|gone up|climbed]",
                "rose": "[rose|climbed]",
                "gone_to": "[climbed to|rose to|went up to|has risen to|has gone up to]",
                "changing": "[rising|climbing]",
            }
            if up
            else {
                "above": "[below|under]",
                "past": "[below|under]",
                "high": "low",
                "up": "down",
                "crept": "[dropped|fell|sank|dipped]",
                "went": "[went|dropped|fell]",
                "exceeds": "is below",
                "gone": "[fallen|dropped|gone down]",
                "rose": "[fell|dropped]",
                "gone_to": "[dropped to|fell to|went down to|has fallen to|sank to]",
                "changing": "[falling|dropping]",
            }
        )
        if not up and signal.kind in LIMIT_KINDS:
            way["exceeds"] = "[is below|undershoots]"
        difference = abs((signal.value or 0.0) - signal.limit)
        limit_unit = signal.limit_unit
        name = signal.name
        return way | {
            "n": name,
            "N": f"The {name}" if self._draw.random() < 0.6 else name[0].upper() + name[1:],
            "v": v,
            "vw": v,
            "L": quantity(limit, limit_unit),
            "against": "against",
            "b": quantity(shown(signal.baseline or 0.0), signal.unit),
            "diff": quantity(shown(difference), signal.unit),
        }

    def _others_of(self, evidence: Evidence) -> Iterator[str]:
        for signal in evidence.signals[1:3]:
            forms = tuple(form for form in self._forms(signal) if not _LEADING.search(form))
            said = self._one(forms, self._facts(signal))
            clock = _clock(signal.onset)
            then = f"[At {clock} UTC|At {clock}|Then, at {clock},]"
            named = said.startswith("The ")
            yield self._filled(f"{then} {said[0].lower() + said[1:]}" if named else said)

    def _context(self) -> Iterator[str]:
        yield from self._signals()
        yield from self._likely()
        yield from self._told()

    def _signals(self) -> Iterator[str]:
        evidence, lead = self._evidence, self._evidence.lead
        facts = self._facts(lead)
        if lead.baseline is not None and lead.kind in LIMIT_KINDS:
            yield self._one(_FORMS["base"], facts)
        if lead.active and lead.trend in _MOVING and shown(lead.slope or 0.0) != "0":
            slope = quantity(shown(abs(lead.slope or 0.0)), lead.unit)
            said = {"rising": _MOVING[lead.trend], "slope": slope}
            yield self._one(_FORMS["trend"][1:2], facts | said)
        for other in [other for other in evidence.others if other.move == "steady"][:1]:
            value = quantity(shown(other.value), other.unit)
            said = {"o": other.name, "O": f"The {other.name}", "ov": value}
            yield self._one(_FORMS["steady"], said)
        if len(evidence.signals) == 1:
            yield self._one(_FORMS["alone"], {})

    def _likely(self) -> Iterator[str]:
        evidence = self._evidence
        if evidence.fault and not evidence.signal_only:
            fault, sure = evidence.fault, f"{round(100 * evidence.confidence)} %"
            yield self._one(_FORMS["fault"], {"f": fault, "F": _capital(fault), "conf": sure})
        for row in evidence.ruled_out[:1]:
            said = {"r": row.fault, "R": _capital(row.fault), "rs": row.signal}
            said |= {"RS": f"The {row.signal}", "rw": _MOVED[row.move]}
            yield self._one(_FORMS["ruled"], said)

    def _told(self) -> Iterator[str]:
        evidence = self._evidence
        for log in [log for log in evidence.logs[:1] if log.count > 1]:
            times = "twice" if log.count == _TWICE else f"{log.count} times"
            said = {"l": log.template, "c": str(log.count), "cx": times}
            yield self._raw(_FORMS["log"], said)
        for note in evidence.notes[-1:]:
            text = " ".join(note.text.replace('"', "'").split()).rstrip(".!? ")
            said = {"by": note.by, "note": text, "nt": f"{_clock(note.at)} UTC"}
            yield self._raw(_FORMS["note"], said)
        for past in evidence.similar[:1]:
            began = datetime.fromtimestamp(past.started, UTC)
            said = {"pd": f"{began:%Y-%m-%d}", "pl": duration(past.duration), "pn": past.name}
            yield self._one(_FORMS["past"], said)
        if evidence.ended_by is not None:
            act = evidence.ended_by
            said = {"by": act.by, "act": act.text.rstrip("."), "at": _clock(act.at)}
            yield self._raw(_FORMS["ended"], said)

    def _one(self, forms: tuple[str, ...], facts: dict[str, str]) -> str:
        form = self._draw.choice(forms)
        if "where {L} is the limit" in form:
            form = "{N} [is|sits|stands|is currently] at {v}, {above} its limit of {L}."
        said = self._filled(form.format(**facts))
        return said[0].upper() + said[1:] if not said.startswith(facts.get("n", "\0")) else said

    def _raw(self, forms: tuple[str, ...], facts: dict[str, str]) -> str:
        """The choices first, for what is quoted may hold brackets of its own."""
        return self._filled(self._draw.choice(forms)).format(**facts)

    def _filled(self, text: str) -> str:
        while (match := _CHOICE.search(text)) is not None:
            text = (
                text[: match.start()] + self._draw.choice(match[1].split("|")) + text[match.end() :]
            )
        return " ".join(text.split()).replace(" ,", ",").replace(" .", ".")


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def _clock(time: float) -> str:
    return datetime.fromtimestamp(time, UTC).strftime("%H:%M")


def _beyond(signal: SignalEvidence) -> bool:
    value = signal.value or 0.0
    return value > signal.limit if signal.kind in UPWARD else value < signal.limit


def _of_usual(signal: SignalEvidence) -> bool:
    """Whether its value lies on the side of its usual one that its kind says."""
    if (
        signal.baseline is None
        or signal.value is None
        or shown(signal.value) == shown(signal.baseline)
    ):
        return False
    return (signal.value > signal.baseline) is (signal.kind in UPWARD)
