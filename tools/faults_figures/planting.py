"""Plants one error into a faithful report: what the checker must find."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.evidence_rows import signals_of
from lamplighter.faults.reports.facts import times

_WORDS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("planting.yaml").read_text(encoding="utf-8")
)
"""What is planted: units, opposites, names, faults, deeds."""
KINDS = ("number", "unit", "name", "time", "direction", "cause")

_NUMBER = re.compile(r"(?<![\w.:/<-])\d+(?:\.\d+)?(?![\w:]|\.\d|-\d)")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_OF_DATE_AFTER = re.compile(rf"th| (?:{_MONTHS})")
_OF_DATE_BEFORE = re.compile(rf"(?:{_MONTHS}) (?:\d+ )?$|ISO $|NE $|of \d\d? \w+ $")
_CLOCK = re.compile(r"\b(\d{2}):(\d{2})(:\d{2})?\b")
_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")


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
        "number": _number,
        "unit": _unit,
        "name": _name,
        "time": _time,
        "direction": _direction,
        "cause": _cause,
    }
    found = makers[kind](text, evidence, draw)
    if found is None:
        return None
    start, end, new = found
    return Planted(text[:start] + new + text[end:], kind, text[start:end], new)


def _outside_quotes(text: str, start: int) -> bool:
    return text[:start].count('"') % 2 == 0


def _names(evidence: Evidence) -> list[str]:
    return [
        evidence.name,
        evidence.asset,
        evidence.area or "-",
        *(s.name for s in evidence.signals),
        *(o.name for o in evidence.others),
        *(a.text for a in evidence.actions),
        *(a.by for a in evidence.actions),
        *(p.name for p in evidence.similar),
        *(n.by for n in evidence.notes),
    ]


def _numbers(text: str, evidence: Evidence) -> list[re.Match[str]]:
    """The numbers that tell something: not those of names, dates and standards."""
    taken = [m.span() for name in _names(evidence) for m in re.finditer(re.escape(name), text)]
    return [
        match
        for match in _NUMBER.finditer(text)
        if _outside_quotes(text, match.start())
        and not any(start <= match.start() < end for start, end in taken)
        and not _OF_DATE_AFTER.match(text[match.end() :])
        and not _OF_DATE_BEFORE.search(text[: match.start()])
    ]


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
    own = {s.unit for s in signals_of(evidence)} - {""}
    rows: list[tuple[int, int, str]] = []
    for match in _numbers(text, evidence):
        for unit in sorted({*_WORDS["other_units"], *own}, key=len, reverse=True):
            start = match.end() + 1
            if text[match.end() : match.end() + 1] == " " and text.startswith(unit, start):
                end = start + len(unit)
                if not text[end : end + 1].isalnum() and text[end : end + 1] != "/":
                    others = [
                        u
                        for u in (
                            *_WORDS["other_units"].get(unit, ("bar", "°C", "mm/s", "A")),
                            *own,
                        )
                        if u != unit and _WORDS["same"].get(unit) != u
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
    for signal in signals_of(evidence):
        at = text.find(signal.name)
        if at >= 0 and _outside_quotes(text, at):
            own = [
                s.name
                for s in signals_of(evidence)
                if s.name != signal.name and s.unit != signal.unit
            ]
            choices = [s for s in _WORDS["signals"] if s not in text] + own
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
        (match.start(), match.end(), _WORDS["flips"][match.group().lower()])
        for match in re.finditer(rf"\b(?:{'|'.join(_WORDS['flips'])})\b", text)
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
    faults = [f for f in _WORDS["faults"] if f.split(" ", 1)[-1].split()[-1] not in known]
    filled = {
        "fault": draw.choice(faults),
        "deed": draw.choice(_WORDS["deeds"]),
        "part": draw.choice([p for p in _WORDS["parts"] if p not in known]),
        "broke": draw.choice(_WORDS["broke"]),
    }
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
        return at, at + 1, draw.choice(_WORDS["clauses"]).format(**filled) + "."
    return at, at + 1, ". " + draw.choice(_WORDS["invented"]).format(**filled)
