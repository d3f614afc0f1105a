"""Plants one error into a faithful report: what the checker must find."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.facts import times

KINDS = ("number", "unit", "name", "time", "direction", "cause")

_NUMBER = re.compile(r"(?<![\w.:/<-])\d+(?:\.\d+)?(?![\w:]|\.\d|-\d)")
_CLOCK = re.compile(r"\b(\d{2}):(\d{2})(:\d{2})?\b")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_OTHER_UNITS = {
    "mm/s": ("m/s", "in/s", "mm", "m/s²", "µm"), "°C": ("°F", "K", "bar", "%"), "bar": ("psi", "kPa", "mbar", "MPa"),
    "A": ("mA", "V", "kW", "kA"), "rpm": ("Hz", "1/min·10", "m/s"), "%": ("bar", "ppm", "°C"),
    "kPa": ("bar", "MPa", "psi"), "°F": ("°C", "K"), "K": ("°C", "°F"), "kW": ("W", "MW", "A"),
    "V": ("mV", "kV", "A"), "m³/h": ("l/min", "m³/s"), "Hz": ("kHz", "rpm"), "s": ("min", "h"), "min": ("h", "s"),
    "minutes": ("hours", "seconds", "days"), "seconds": ("minutes", "hours"), "h": ("min",),
    "degrees Celsius": ("degrees Fahrenheit", "bar"), "millimetres per second": ("metres per second",),
    "percent": ("bar", "amps"), "amps": ("volts", "milliamps"),
}  # fmt: skip
_SAME = {
    "degrees Celsius": "°C", "millimetres per second": "mm/s", "percent": "%", "amps": "A", "kelvin": "K",
    "degrees Fahrenheit": "°F", "kilopascals": "kPa", "volts": "V", "kilowatts": "kW", "hertz": "Hz",
}  # fmt: skip
_FLIPS = {
    "above": "below", "below": "above", "over": "under", "beyond": "below", "high": "low", "low": "high",
    "rising": "falling", "falling": "rising", "climbing": "sinking", "dropping": "climbing",
    "increasing": "decreasing", "decreasing": "increasing", "rose": "fell", "fell": "rose",
    "climbed": "dropped", "dropped": "climbed", "up": "down", "down": "up", "risen": "fallen",
    "fallen": "risen", "exceeds": "stays below", "sank": "soared", "higher": "lower", "lower": "higher",
    "steady": "rising", "unchanged": "falling", "flat": "low", "under": "over", "went up": "went down",
}  # fmt: skip
_SIGNALS = (
    "suction pressure", "gearbox temperature", "oil flow", "rotor speed", "seal temperature", "noise level",
    "exhaust humidity", "torque", "coolant level", "bus voltage", "thrust position", "valve position",
    "inlet temperature", "feed rate", "winding resistance",
)  # fmt: skip
_FAULTS = (
    "shaft misalignment", "cavitation", "a worn coupling", "a leaking seal", "a broken belt", "electrical noise",
    "an unbalanced rotor", "a lack of lubrication", "an overload", "a software error", "corrosion", "a jammed valve",
    "a cracked housing", "sensor drift", "operator error", "a power dip", "a clogged nozzle", "a loose foundation bolt",
)  # fmt: skip
_INVENTED = (
    "This was caused by {fault}.",
    "The reason is {fault}.",
    "It happened because the operator {deed}.",
    "The root cause is {fault}.",
    "This is due to {fault}.",
    "It is the result of {fault}.",
    "{Fault} led to this alarm.",
    "The alarm was triggered by {fault}.",
    "Somebody {deed} shortly before.",
    "The {part} {broke}.",
    "It started after the {part} was replaced.",
    "The machine was shut down.",
    "The {part} has to be replaced immediately because it {broke}.",
    "A technician {deed}.",
    "Production was stopped for this.",
    "The night shift {deed}.",
    "The alarm comes from {fault}.",
    "The {part} is damaged.",
    "This follows a restart of the machine.",
    "The hot weather explains it.",
)
_DEEDS = (
    "closed the wrong valve", "forgot to open the inlet", "changed the setpoint", "overfilled the tank",
    "switched off the fan", "bumped into the sensor", "ignored an earlier warning", "loosened a bolt",
    "pressed the emergency stop", "adjusted the gain",
)  # fmt: skip
_PARTS = ("impeller", "gearbox", "coupling", "drive belt", "shaft seal", "inverter", "cooling jacket", "brake", "piston", "nozzle")  # fmt: skip
_BROKE = (
    "cracked",
    "seized",
    "failed",
    "burned out",
    "came loose",
    "exploded",
    "snapped",
    "jammed",
)
_CLAUSES = (
    ", because the {part} {broke}", " due to {fault}", ", caused by {fault}", " as a result of {fault}",
    " owing to {fault}", " after somebody {deed}", ", since the {part} {broke}", " thanks to {fault}",
    ", which was brought on by {fault}", " because of {fault}",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planted:
    """A text with one error: of what kind, and what was put in the place of what."""

    text: str
    kind: str
    old: str
    new: str


def planted(text: str, evidence: Evidence, kind: str, seed: int) -> Planted | None:
    """The text with one error of a kind; None where it has nothing that could be wrong so."""
    draw = random.Random(seed)  # noqa: S311 - a seeded choice
    makers: dict[str, Callable[[str, Evidence, random.Random], tuple[int, int, str] | None]] = {
        "number": _number, "unit": _unit, "name": _name, "time": _time, "direction": _direction,
        "cause": _cause,
    }  # fmt: skip
    found = makers[kind](text, evidence, draw)
    if found is None:
        return None
    start, end, new = found
    return Planted(text[:start] + new + text[end:], kind, text[start:end], new)


def _outside_quotes(text: str, start: int) -> bool:
    return text[:start].count('"') % 2 == 0


def _names(evidence: Evidence) -> list[str]:
    return [evidence.name, evidence.asset, evidence.area or "-", *(s.name for s in evidence.signals),
            *(o.name for o in evidence.others), *(a.text for a in evidence.actions), *(a.by for a in evidence.actions),
            *(p.name for p in evidence.similar), *(n.by for n in evidence.notes)]  # fmt: skip


def _numbers(text: str, evidence: Evidence) -> list[re.Match[str]]:
    taken = [m.span() for name in _names(evidence) for m in re.finditer(re.escape(name), text)]
    return [
        match
        for match in _NUMBER.finditer(text)
        if _outside_quotes(text, match.start())
        and not any(a <= match.start() < b for a, b in taken)
        and text[match.end() : match.end() + 2] != "th"
        and not re.match(r" (?:January|February|March|April|May|June|July|August|September|October|November|December)", text[match.end():])  # noqa: E501
        and not re.search(r"(?:January|February|March|April|May|June|July|August|September|October|November|December) (?:\d+ )?$", text[:match.start()])  # noqa: E501
        and not re.search(r"ISO $|NE $|of \d\d? \w+ $", text[: match.start()])
    ]  # fmt: skip


def _number(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    found = _numbers(text, evidence)
    if not found:
        return None
    match = draw.choice(found)
    old = match.group()
    for _ in range(30):
        new = _changed(old, draw, [m.group() for m in found])
        if float(new) != float(old) and abs(float(new) - float(old)) > 0.021 * abs(float(old)):
            return match.start(), match.end(), new
    return None


def _changed(old: str, draw: random.Random, others: list[str]) -> str:
    way = draw.randrange(5)
    digits = [at for at, letter in enumerate(old) if letter.isdigit()]
    if way == 0 and len(digits) > 1:
        one, other = draw.sample(digits, 2)
        letters = list(old)
        letters[one], letters[other] = letters[other], letters[one]
        return "".join(letters) if letters[0] != "0" or "." in old[:2] else old
    if way == 1:
        return f"{float(old) * 10:g}" if float(old) * 10 < 1e6 else old
    if way == 2:
        return f"{float(old) / 10:.3g}" if float(old) else "3"
    if way == 3 and len(set(others)) > 1:
        return draw.choice([other for other in others if other != old] or [old])
    at = digits[0] if draw.random() < 0.6 else draw.choice(digits)
    return old[:at] + draw.choice([d for d in "123456789" if d != old[at]]) + old[at + 1 :]


def _unit(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    own = {s.unit for s in (*evidence.signals, *evidence.others)} - {""}
    rows: list[tuple[int, int, str]] = []
    for match in _numbers(text, evidence):
        for unit in sorted({*_OTHER_UNITS, *own}, key=len, reverse=True):
            start = match.end() + 1
            if text[match.end() : match.end() + 1] == " " and text.startswith(unit, start):
                end = start + len(unit)
                if not text[end : end + 1].isalnum() and text[end : end + 1] != "/":
                    others = [
                        u
                        for u in (*_OTHER_UNITS.get(unit, ("bar", "°C", "mm/s", "A")), *own)
                        if u != unit and _SAME.get(unit) != u
                    ]
                    rows.append((start, end, draw.choice(others)))
                break
    return draw.choice(rows) if rows else None


def _name(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    rows: list[tuple[int, int, str]] = []
    at = text.find(evidence.name)
    if at >= 0:
        rows.append((at, at + len(evidence.name), _other_machine(evidence.name, draw)))
    if evidence.area and (at := text.find(evidence.area)) >= 0:
        areas = ["Turbine hall", "Hall 9", "Line 6", "Basement", "Building Q", "South wing"]
        rows.append((at, at + len(evidence.area), draw.choice(areas)))
    for signal in (*evidence.signals, *evidence.others):
        at = text.find(signal.name)
        if at >= 0 and _outside_quotes(text, at):
            own = [
                s.name
                for s in (*evidence.signals, *evidence.others)
                if s.name != signal.name and s.unit != signal.unit
            ]
            choices = [s for s in _SIGNALS if s not in text] + own
            rows.append((at, at + len(signal.name), draw.choice(choices)))
    return draw.choice(rows) if rows else None


def _other_machine(name: str, draw: random.Random) -> str:
    digits = [at for at, letter in enumerate(name) if letter.isdigit()]
    if digits and draw.random() < 0.7:
        at = digits[-1]
        return name[:at] + draw.choice([d for d in "123456789" if d != name[at]]) + name[at + 1 :]
    return draw.choice(
        ["Cooling pump 8", "Mixer M-77", "Exhaust blower 3", "Line 9 press", "K-1204"]
    )


def _time(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    known = {datetime.fromtimestamp(moment, UTC).strftime("%H:%M") for moment in times(evidence)}
    rows: list[tuple[int, int, str]] = []
    for match in _CLOCK.finditer(text):
        if not _outside_quotes(text, match.start()):
            continue
        for _ in range(20):
            shift = draw.choice([1, 2, 5, 10, 17, 30, 60, 120, 300, -1, -3, -10, -60, -480, 720])
            moved = datetime(2026, 1, 1, int(match[1]), int(match[2]), tzinfo=UTC) + timedelta(
                minutes=shift
            )
            if moved.strftime("%H:%M") not in known:
                rows.append(
                    (match.start(), match.end(), moved.strftime("%H:%M") + (match[3] or ""))
                )
                break
    for match in _DATE.finditer(text):
        moved = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC) + timedelta(
            days=draw.choice([1, -1, 2, 7, 30, 365, -365])
        )
        rows.append((match.start(), match.end(), f"{moved:%Y-%m-%d}"))
    return draw.choice(rows) if rows else None


def _direction(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    names = " | ".join(_names(evidence)).lower()
    checks = " ".join(
        [*evidence.checks, evidence.fault or "", *(r.fault for r in evidence.ruled_out)]
    ).lower()
    rows = [
        (match.start(), match.end(), _FLIPS[match.group().lower()])
        for match in re.finditer(rf"\b(?:{'|'.join(_FLIPS)})\b", text)
        if _outside_quotes(text, match.start())
        and match.group().lower() not in re.findall(r"\w+", names + " " + checks)
        and not text[match.end() :].startswith((" conditions", " normal", " the last", " for {"))
        and not text[match.start() - 5 : match.start()].startswith(("came ", "n is "))
        and not re.match(r" (?:normal conditions|at \d\d:\d\d)|[:;]", text[match.end() :])
    ]
    return draw.choice(rows) if rows else None


def _cause(text: str, evidence: Evidence, draw: random.Random) -> tuple[int, int, str] | None:
    known = " ".join(
        [
            evidence.fault or "",
            *(r.fault for r in evidence.ruled_out),
            *evidence.checks,
            *(p.fault or "" for p in evidence.similar),
        ]
    ).lower()
    faults = [f for f in _FAULTS if f.split(" ", 1)[-1].split()[-1] not in known]
    filled = {"fault": draw.choice(faults), "deed": draw.choice(_DEEDS),
              "part": draw.choice([p for p in _PARTS if p not in known]), "broke": draw.choice(_BROKE)}  # fmt: skip
    filled["Fault"] = filled["fault"][0].upper() + filled["fault"][1:]
    if evidence.fault and evidence.fault in text and draw.random() < 0.4:
        at = text.find(evidence.fault)
        return at, at + len(evidence.fault), filled["fault"].removeprefix("a ").removeprefix("an ")
    ends = [
        m.start()
        for m in re.finditer(r"(?<=[a-z0-9%)])\.(?= [A-Z]|$)", text)
        if _outside_quotes(text, m.start())
    ]
    if not ends:
        return None
    at = draw.choice(ends)
    if draw.random() < 0.5:
        return at, at + 1, draw.choice(_CLAUSES).format(**filled) + "."
    return at, at + 1, ". " + draw.choice(_INVENTED).format(**filled)
