"""Faithful reports in free English, drawn with a seed: what the checker must let pass.

A sentence is a form with alternatives in square brackets and facts in curly ones. They are written
as people and large language models report, not as the template or the trained model does.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from lamplighter.faults.condition import (
    DOWNWARD,
    LIMIT_KINDS,
    RATE_KINDS,
    UPWARD,
    Kind,
)
from lamplighter.faults.evidence.record import Evidence, SignalEvidence
from lamplighter.faults.wording import duration, exact, quantity, shown

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_LEADING = re.compile("First out|leading|leads|lead came")
_UNITS = {
    "°C": "degrees Celsius", "mm/s": "millimetres per second", "%": "percent", "A": "amps",
    "rpm": "revolutions per minute", "°F": "degrees Fahrenheit", "V": "volts", "kW": "kilowatts",
    "m³/h": "cubic metres per hour", "l/min": "litres per minute", "Hz": "hertz", "kPa": "kilopascals",
    "Nm": "newton metres", "K": "kelvin", "s": "seconds", "ppm": "parts per million",
}  # fmt: skip
_OPEN = (
    "{M} has [been in alarm|had a {sev} alarm|been in a {sev} state|been showing a {sev} condition] since {t}[{on}|].",
    "[A|There is a] {sev} alarm [has been active|has been standing|is open] on {M} since {t}[{on}|].",
    "[At|Shortly after|Starting at] {hm} UTC{on}, {M} went into {sev} alarm.",
    "{M}: a {sev} alarm [came up|was raised|opened|started] at {t}{on}.",
    "Since {t}{on} [we have|there has been] a {sev} alarm on {M}.",
    "{M} [raised|triggered] a {sev} alarm at {h12}{on}; it has now lasted {dur}.",
    "The {sev} alarm on {M} began {dur} ago, at {hm} UTC{onw}.",
    "For {dur} now, {M} has been in {sev} alarm (since {t}{on}).",
)
_GREW = (
    "{M} has been in alarm since {t}[{on}|]; [it became|it was raised to|it has been] {sev} [at|since]? {w}.",
)
_CLOSED = (
    "The {sev} [alarm|episode] on {M} [is over|has ended|has closed]: it [began|started] at {t}{on} and [lasted|went on for] {dur}.",
    "{M} is back to normal. The {sev} [episode|alarm] ran from {hm} to {end} UTC{on}, [{dur} in all|about {dur}].",
    "[After|Following] {dur}, the {sev} alarm on {M} cleared at {end} UTC; it had begun at {hm}{on}.",
    "{M} [recovered|returned to normal] at {end} UTC after {dur} of {sev} alarm that started at {hm} UTC{onw}.",
)
_BEYOND = (
    "{N} [is|sits|stands|is currently] at {v}, [{above} its limit of|{against} a limit of|where {L} is the limit; that is {above}]! {L}.",
    "Its {n} {crept} {past} the {L} limit and [now reads|is now at|stands at|has reached] {v}.",
    "{N} [{went} {past}|crossed|passed] its limit of {L} and [is at|reads|measures] {v} [now|at the moment|at present].",
    "[The trouble started with|First out was|It began with|The lead came from] {n}, which is {high} at {v} ([limit|limit:|threshold] {L}).",
    "{N} ({v}) is {above} [its|the] [limit|threshold] of {L}.",
    "At {v}, {n} is {diff} {above} its limit of {L}.",
    "[With|With a reading of] {v}, {n} is {above} its [allowed|permitted] {L}.",
    "The leading signal is {n}: {v} [against|versus|compared with] a limit of {L}, so it is too {high}.",
    "{N} {exceeds} [its limit of|the threshold of] {L} [by {diff}|] and is hovering around {v}.",
    "The limit for {n} is {L}, but it [has {gone} to|is at] {v}.",
    "{N} {gone_to} {v}[, {above} the {L} that is allowed|, {above} its limit ({L})].",
    "{vw} [is what {n} reads|is the latest reading of {n}], {above} the limit of {L}.",
)
_USUAL = (
    "{N} [is|sits|stands] at {v}, {above} its usual {b}.",
    "{N} {gone_to} {v} from a usual {b}.",
    "{N} is {high}: {v} [instead of|against|compared with] the usual {b}.",
    "[Normally|Usually] {n} is at {b}; [now it|it now] reads {v}, which is {above} normal.",
    "{N} [has moved|has gone] {up} to {v}; its baseline is {b}.",
)
_DRIFT = (
    "{N} [has been drifting|is drifting|drifts] {up} and [is|now stands|has arrived] at {v}; [usual|normal] is {b}.",
    "{N} is slowly drifting {up}, to {v} from its usual {b}.",
)
_RATE = (
    "{N} {rose} [faster than|by more than] the allowed {L} and is [now at|at] {v}.",
    "{N} is {changing} too fast: more than {L} is not allowed, and it is at {v}.",
)
_STALE = (
    "{N} has [sent|delivered|given|reported] no value for {L} or more; the last one was {v}.",
    "No [new|fresh] [values|readings] have come from {n} for at least {L}; it last read {v}.",
    "{N} fell silent: [nothing for {L} or more|no data for at least {L}]. Its last [value|reading] was {v}.",
    "{N} has stopped [sending|delivering] values for more than {L}; the last was {v}.",
)
_STUCK = (
    "{N} [has been stuck|is frozen|has not moved from one value|has not changed] at {v} for {L} or more.",
    "The reading of {n} is stuck at {v} and has not changed for at least {L}.",
)
_LOOP = (
    "The [signal|current] loop of {n} is broken; it last read {v}.",
    "{N} has a broken loop, its last value was {v}.",
)
_DISTURBED = (
    "{N} is disturbed and [reads|shows] {v}.",
    "The values of {n} are [implausible|disturbed]; it reads {v}.",
)
_UNSTEADY = (
    "{N} is [fluctuating|unsteady|swinging] and reads {v} now.",
    "{N} has become unsteady, currently at {v}.",
)
_SPIKING = ("{N} shows [spikes|isolated spikes] and is at {v}.", "{N} is spiking; it is at {v}.")
_UNUSUAL = (
    "{N} [behaves unusually|is behaving in an unusual way|looks unusual] at {v}.",
    "{N} is unusual: {v}.",
)
_PATTERN = (
    "{N} is out of step with the other signals and reads {v}.",
    "The signals no longer go together as usual; {n} leads, at {v}.",
)
_BACK = (
    "{N} had been {above} its limit of {L} and is back at {v}.",
    "{N} had {gone} {past} its {L} limit; it has returned to {v}.",
    "{N}, which was {above} the limit of {L}, has [settled|come back] at {v}.",
    "{N} is at {v} again, after it had been {above} its limit of {L}.",
)
_BACK_PLAIN = (
    "{N} is back at {v}.",
    "{N} has returned to {v}.",
    "{N} reads {v} again, back to normal.",
)
_THEN = (
    "[{after} later|At {ot}|Then, at {ot} UTC,] {rest}",
    "It was [followed by|joined by] {n} at {ot}: {state}.",
    "[Next|Later] came {n} at {ot}: {state}.",
    "{N} [followed|joined] at {ot} and {is_state}.",
)
_BASE = (
    "Before [that|the onset] {n} was usually [about|] {b}.",
    "Normal for {n} is [around|] {b}.",
    "The baseline of {n} is {b}.",
    "[Usually|Normally|Under normal conditions], {n} is at {b}.",
)
_TREND = (
    "It [is|keeps] {rising} by {slope} per minute.",
    "{N} is [still|currently] {rising} at [a rate of|] {slope} per minute.",
    "The trend is {rising}, at [about|] {slope} a minute.",
)
_STEADY = (
    "{O} [is steady|stays steady|remains steady|is unchanged|has stayed flat] at {ov}.",
    "No change was seen in {o}, which is at {ov}.",
    "{O} ({ov}) [is not affected|is unaffected|remains normal].",
    "Meanwhile {o} [holds|keeps] steady at {ov}.",
)
_ALONE = (
    "No other signal [is affected|is in alarm|of the machine is affected].",
    "Nothing else on the machine is in alarm.",
    "It is the only signal in alarm.",
)
_FAULT = (
    "[This pattern|The pattern|This] points to {f}.",
    "The [most likely|likely|probable] [cause|explanation|fault] is {f}.",
    "{F} is the [likely|most likely|suspected] cause.",
    "[Everything|The picture|This] is consistent with {f}.",
    "This [suggests|indicates|looks like a sign of] {f}.",
    "We suspect {f}.",
    "{F} is suspected [with a confidence of {conf}|].",
    "The evidence suggests {f} ({conf} confidence).",
)
_RULED = (
    "{R} [was|has been|is] ruled out, [as|because|since] {rs} {rw}.",
    "{R} [is unlikely|can be excluded|seems unlikely]: {rs} {rw}.",
    "{RS} {rw}, which [speaks|argues] against {r}.",
)
_LOG = (
    'The log [shows|has|contains] {c} [lines|entries|messages] [like|of the form|reading] "{l}".',
    '"{l}" was logged {cx}.',
    'The log [says|reads] {cx}: "{l}".',
    'In the log, "{l}" appears {cx}.',
)
_NOTE = (
    '{by} [noted|wrote|remarked] at {nt}: "{note}".',
    'A note [by|from] {by} [says|reads]: "{note}".',
    'According to {by}, "{note}".',
)
_CHECK = (
    "[First check|First step|Recommended first|To do first]: {check}.",
    "[Recommendation|Next step]: {check}.",
    "[Please|As a first step, please] {check_low}.",
    "It is recommended to {check_low}.",
    "[Operators should|Somebody should|The first thing to do is to] {check_low}.",
)
_PAST = (
    "A similar [episode|case] on {pd} lasted {pl}.",
    "[This resembles|It resembles] the episode of {pd} on {pn}, which lasted {pl}.",
    "[Last time|Earlier], on {pd}, a similar episode took {pl}.",
)
_ENDED = (
    "It ended after {by} [had done this|did this]: {act}.",
    "Before the end, {by} reported: {act} ({at}).",
    "The last action before the end was by {by} at {at}: {act}.",
)


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
            yield self._one(_CLOSED, whole)
        elif evidence.worsened is not None:
            at = _clock(evidence.worsened)
            yield (
                f"{whole['M']} has been in alarm since {whole['t']}{whole['on']}; it became "
                f"{evidence.severity} at {at} UTC."
            )
        else:
            yield self._one(_OPEN, whole)
        yield self._state(lead)
        rest = [*self._others_of(evidence), *self._context()]
        self._draw.shuffle(rest)
        yield from rest[: self._draw.randint(2, 4)]
        if evidence.checks and evidence.kind != "closed":
            text = evidence.checks[0].rstrip(".")
            yield self._one(_CHECK, {"check": text, "check_low": text[0].lower() + text[1:]})

    def _whole(self) -> dict[str, str]:
        evidence = self._evidence
        area = f" in {evidence.area}" if evidence.area and self._draw.random() < 0.5 else ""
        bracket = f" ({evidence.area})" if evidence.area and not area else ""
        began = datetime.fromtimestamp(evidence.started, UTC)
        end = evidence.ended or evidence.drawn
        written = f"{began.day} {began:%B %Y}"
        return {
            "M": evidence.name + (area or bracket), "sev": str(evidence.severity),
            "t": self._draw.choice([f"{began:%H:%M:%S} UTC", f"{began:%H:%M} UTC"]),
            "hm": f"{began:%H:%M}", "h12": began.strftime("%I:%M %p UTC").lstrip("0").lower().replace("utc", "UTC"),
            "on": self._draw.choice([f" on {began:%Y-%m-%d}", f" on {written}", f" on {began:%B} {began.day}"]),
            "onw": f" on {written}", "dur": self._span(evidence.duration), "end": _clock(end),
        }  # fmt: skip

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
            return _BACK if signal.kind in LIMIT_KINDS else _BACK_PLAIN
        if signal.kind in LIMIT_KINDS:
            return (
                _BEYOND
                if _beyond(signal)
                else ("{N} went {past} its limit of {L} and is now at {v}.",)
            )
        if signal.kind in RATE_KINDS:
            return _RATE
        by_kind = {
            Kind.STALE: _STALE, Kind.STUCK: _STUCK, Kind.LOOP: _LOOP, Kind.DISTURBED: _DISTURBED,
            Kind.UNSTEADY: _UNSTEADY, Kind.SPIKING: _SPIKING, Kind.UNUSUAL: _UNUSUAL,
            Kind.PATTERN: _PATTERN, Kind.DRIFTING_UP: _DRIFT, Kind.DRIFTING_DOWN: _DRIFT,
        }  # fmt: skip
        forms = by_kind.get(signal.kind, _USUAL)
        usual = forms in (_USUAL, _DRIFT)
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
            {"above": "[above|over|beyond]", "past": "[past|above|beyond]", "high": "high",
             "up": "up", "crept": "[crept up|climbed|went up|rose]", "went": "[went|climbed|rose]",
             "exceeds": "exceeds", "gone": "[risen|gone up|climbed]", "rose": "[rose|climbed]",
             "gone_to": "[climbed to|rose to|went up to|has risen to|has gone up to]",
             "changing": "[rising|climbing]"}
            if up
            else {"above": "[below|under]", "past": "[below|under]", "high": "low", "up": "down",
                  "crept": "[dropped|fell|sank|dipped]", "went": "[went|dropped|fell]",
                  "exceeds": "is below", "gone": "[fallen|dropped|gone down]", "rose": "[fell|dropped]",
                  "gone_to": "[dropped to|fell to|went down to|has fallen to|sank to]",
                  "changing": "[falling|dropping]"}
        )  # fmt: skip
        if not up and signal.kind in LIMIT_KINDS:
            way["exceeds"] = "[is below|undershoots]"
        difference = abs((signal.value or 0.0) - signal.limit)
        limit_unit = signal.limit_unit
        name = signal.name
        return way | {
            "n": name, "N": f"The {name}" if self._draw.random() < 0.6 else name[0].upper() + name[1:],
            "v": v, "vw": v, "L": quantity(limit, limit_unit), "against": "against",
            "b": quantity(shown(signal.baseline or 0.0), signal.unit),
            "diff": quantity(shown(difference), signal.unit),
        }  # fmt: skip

    def _others_of(self, evidence: Evidence) -> Iterator[str]:
        for signal in evidence.signals[1:3]:
            forms = tuple(form for form in self._forms(signal) if not _LEADING.search(form))
            said = self._one(forms, self._facts(signal))
            clock = _clock(signal.onset)
            yield self._filled(f"[At {clock} UTC|At {clock}|Then, at {clock},] {said[0].lower() + said[1:]}"
                               if said.startswith("The ") else said)  # fmt: skip

    def _context(self) -> Iterator[str]:
        evidence, lead = self._evidence, self._evidence.lead
        facts = self._facts(lead)
        if lead.baseline is not None and lead.kind in LIMIT_KINDS:
            yield self._one(_BASE, facts)
        if lead.active and lead.trend in {"rising", "falling"} and shown(lead.slope or 0.0) != "0":
            slope = quantity(shown(abs(lead.slope or 0.0)), lead.unit)
            rising = (
                "[rising|climbing|increasing]"
                if lead.trend == "rising"
                else "[falling|dropping|decreasing]"
            )
            yield self._one(_TREND[1:2], facts | {"rising": rising, "slope": slope})
        for other in [o for o in evidence.others if o.move == "steady"][:1]:
            shown_value = quantity(shown(other.value), other.unit)
            yield self._one(_STEADY, {"o": other.name, "O": f"The {other.name}", "ov": shown_value})
        if len(evidence.signals) == 1:
            yield self._one(_ALONE, {})
        if evidence.fault and not evidence.signal_only:
            conf = f"{round(100 * evidence.confidence)} %"
            fault = evidence.fault
            yield self._one(_FAULT, {"f": fault, "F": fault[0].upper() + fault[1:], "conf": conf})
        for row in evidence.ruled_out[:1]:
            way = {"steady": "[is steady|stayed steady|has not moved]", "up": "[went up|has risen]",
                   "down": "[went down|has fallen]"}[row.move]  # fmt: skip
            yield self._one(_RULED, {"r": row.fault, "R": row.fault[0].upper() + row.fault[1:],
                                     "rs": row.signal, "RS": f"The {row.signal}", "rw": way})  # fmt: skip
        for log in evidence.logs[:1]:
            times = (
                "once" if log.count == 1 else "twice" if log.count == 2 else f"{log.count} times"
            )
            if log.count > 1:
                yield self._raw(_LOG, {"l": log.template, "c": str(log.count), "cx": times})
        for note in evidence.notes[-1:]:
            text = " ".join(note.text.replace('"', "'").split()).rstrip(".!? ")
            yield self._raw(_NOTE, {"by": note.by, "note": text, "nt": f"{_clock(note.at)} UTC"})
        for past in evidence.similar[:1]:
            began = datetime.fromtimestamp(past.started, UTC)
            yield self._one(
                _PAST, {"pd": f"{began:%Y-%m-%d}", "pl": duration(past.duration), "pn": past.name}
            )
        if evidence.ended_by is not None:
            act = evidence.ended_by
            yield self._raw(
                _ENDED, {"by": act.by, "act": act.text.rstrip("."), "at": _clock(act.at)}
            )

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
