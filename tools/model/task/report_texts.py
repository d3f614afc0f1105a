"""Reports worded at random from the lines that the model is told: what it is to write."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.model.task import report_wordings as w

_SIGNAL = re.compile(
    r"(?:(?P<fresh>new|gone) )?(?:(?P<onset>t\d) )?(?P<mark>s\d) (?P<state>[a-z ]+): (?P<rest>.+)"
)
_HEADING = re.compile(r"(?P<kind>opened|changed|closed) (?P<severity>\w+): m0, (?P<rest>.+)")
_TOGETHER = 0.55
"""How frequently like signals are joined into one sentence."""
_BETWEEN = 0.5
"""How frequently what is usual stands before a trend, not after it."""
_AT_ONCE = 0.4
"""How frequently fault and check stand in one sentence."""


@dataclass(frozen=True, slots=True)
class Said:
    """A signal's line: its mark, state, figures by their names, its onset, and what is new."""

    mark: str
    state: str
    figures: dict[str, str]
    onset: str
    fresh: str

    def filled(self, wording: str) -> str:
        """A wording with this signal's marks."""
        number = self.mark[1]
        marks = {"S": self.mark, "T": self.onset}
        marks |= {letter.upper(): f"{letter}{number}" for letter in "vlugpdyz"}
        return re.sub(r"\b[STVLUGPDYZ]\b", lambda found: marks[found[0]], wording)


class Author:
    """Words reports.

    Args:
        draw: what the wordings are drawn with.
    """

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw

    def report(self, lines: Sequence[str]) -> str:
        """A report that tells every line, with marks."""
        heading = _HEADING.fullmatch(lines[0])
        if heading is None:
            raise ValueError(lines[0])
        signals = [said for line in lines if (said := _said(line))]
        rest = [line for line in lines[1:] if _said(line) is None]
        parts = [self._opening(heading, signals[0])]
        if "signal only" in heading["rest"]:
            parts.append(self._one(w.SIGNAL_ONLY))
        parts += self._later(signals[1:], heading["kind"])
        parts += self._rest(rest, heading["kind"])
        return " ".join(parts)

    def _one(self, wordings: Sequence[str]) -> str:
        return w.one_of(self._draw.choice(wordings), self._draw)

    def _opening(self, heading: re.Match[str], lead: Said) -> str:
        kind, severity = heading["kind"], heading["severity"]
        became = re.search(r"(\w+) from w0", heading["rest"])
        worse = became is not None
        severity = became[1] if became else severity
        rows = {
            ("opened", False): w.OPENED,
            ("opened", True): w.OPENED_WORSE,
            ("changed", False): w.CHANGED,
            ("changed", True): w.CHANGED_WORSE,
            ("closed", False): w.CLOSED,
            ("closed", True): w.CLOSED_WORSE,
        }[kind, worse]
        article = w.one_of(w.SEVERITY[severity], self._draw)
        bare = article.split(" ", 1)[1]
        opening = self._one(rows).replace("A0", bare)
        opening = re.sub(r"\bA\b", article, opening)
        opening = re.sub(r"\bC\b", w.BECAME[severity], opening)
        opening = (
            opening[:1].upper() + opening[1:]
            if opening[1:2].islower() or (opening.startswith("a "))
            else opening
        )
        clause = self._clause(lead)
        if kind == "closed":
            return f"{opening} {clause[:1].upper() + clause[1:] if not _mark(clause) else clause}."
        return f"{opening} {clause}."

    def _clause(self, said: Said) -> str:
        """What is said of the leading signal, without a full stop."""
        wording = self._lead(said)
        tails = []
        if "zone" in said.figures:
            tails.append(self._one(w.ZONE))
        if "reason" in said.figures:
            tails.append(self._one(w.REASON))
        usual = "usual" in said.figures and not _asks_usual(wording)
        trends = sorted({"rising", "falling"} & said.figures.keys())
        if usual and trends and self._draw.random() < _BETWEEN:
            usual = False
            tails.append(w.BETWEEN)
        for trend in trends:
            against = w.AGAINST.get(trend, frozenset())
            rows = w.CALMING if said.state in against else w.TRENDS
            tails.append(self._one(rows[trend]))
        if "peak" in said.figures:
            tails.append(self._one(w.PEAK))
        if "lowest" in said.figures:
            tails.append(self._one(w.LOWEST))
        if usual:
            tails.append(self._one(w.USUAL_LAST if tails else w.USUAL))
        return said.filled(wording + "".join(tails))

    def _lead(self, said: Said, *, later: bool = False) -> str:
        """A wording of the signal's state that asks for no figure that is not told."""
        rows = [
            row for row in w.LEAD[said.state] if "usual" in said.figures or not _asks_usual(row)
        ]
        wanting = [row for row in rows if _asks_usual(row)]
        against_usual = later or "limit" not in said.figures
        return self._one(wanting if against_usual and wanting else rows)

    def _later(self, signals: Sequence[Said], kind: str) -> Iterator[str]:
        """The signals after the first: like ones joined, where there are several."""
        left = list(signals)
        while left:
            said = left.pop(0)
            alike = [
                other for other in left if (other.state, other.fresh) == (said.state, said.fresh)
            ]
            if alike and said.state in {"high", "low"} and self._draw.random() < _TOGETHER:
                for other in alike:
                    left.remove(other)
                yield self._joined([said, *alike])
                continue
            yield self._follower(said, kind)

    def _joined(self, signals: Sequence[Said]) -> str:
        wording = self._one(w.AND_LATER)
        items = [said.filled(wording) for said in signals]
        listed = f"{', '.join(items[:-1])} and {items[-1]}"
        over = self._one(w.OVER if signals[0].state == "high" else w.UNDER)
        fresh = self._one(w.NEW) if signals[0].fresh == "new" and ":" not in over else ""
        return f"{fresh}{over[:1].lower() + over[1:] if fresh else over} {listed}."

    def _follower(self, said: Said, kind: str) -> str:
        if said.fresh == "gone" and said.state in w.GONE:
            return f"{said.filled(self._one(w.GONE[said.state]))}."
        rows = w.LATER.get(said.state)
        if rows is not None:
            clause = said.filled(self._one(rows))
        else:
            tail = self._one(w.REASON) if "reason" in said.figures else ""
            when = "meanwhile" if said.fresh == "gone" else "at T"
            clause = said.filled(f"{when} {self._lead(said, later=True)}{tail}")
        if "zone" in said.figures:
            clause += said.filled(self._one(w.ZONE))
        if said.fresh == "new" and kind == "changed" and self._draw.random() < 0.5:
            return f"{self._one(w.NEW)}{clause}."
        return f"{clause[:1].upper() + clause[1:] if not _mark(clause) else clause}."

    def _rest(self, lines: Sequence[str], kind: str) -> Iterator[str]:
        """What is told beside the signals in alarm, line by line."""
        closed = kind == "closed"
        told = dict(line.partition(": ")[::2] for line in lines)
        at_once = "likely" in told and "check" in told and "before" not in told and not closed
        at_once = at_once and self._draw.random() < _AT_ONCE
        for line in lines:
            name, _, what = line.partition(": ")
            if at_once and name in {"likely", "check"}:
                if name == "likely":
                    yield self._one(w.LIKELY_CHECK)
                continue
            yield self._told(name, what, closed=closed)

    def _told(self, name: str, what: str, *, closed: bool) -> str:
        if name == "steady":
            return self._steady(what.split(", "))
        rows = {
            "no alarm": w.MOVED["lower" if " lower " in what else "higher"],
            "log": w.LOG_ONE if what.startswith("one ") else w.LOG_MANY,
            "led by": w.LED_BY,
            "ruled out": w.RULED_OUT,
            "ended": w.BY_ITSELF if what == "by itself" else w.ENDED_AFTER,
            "in all": w.ALL,
            "note": w.NOTE,
            "window": w.WINDOW,
            "likely": w.WAS_LIKELY if closed else w.LIKELY,
            "before": w.BEFORE,
            "alone": w.ALONE_OVER if closed else w.ALONE,
            "advice": w.LATE_CHECK if closed else w.ADVICE,
            "check": w.LATE_CHECK if closed else w.CHECK,
            "as of": w.AS_OF,
        }[name]
        return _put(self._one(rows), **_letters(name, what))

    def _steady(self, names: Sequence[str]) -> str:
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        wording = self._draw.choice(w.STEADY)
        verb = re.search(r"\[(\w+)\|(\w+)\]", wording)
        if verb:
            wording = wording.replace(verb[0], verb[1] if len(names) == 1 else verb[2])
        return _put(wording, O=listed)


def _said(line: str) -> Said | None:
    found = _SIGNAL.fullmatch(line)
    if found is None:
        return None
    figures = {}
    for part in found["rest"].split(", "):
        name, _, mark = part.rpartition(" ")
        figures[name or {"v": "value", "z": "zone"}.get(mark[0], mark)] = mark
    return Said(
        found["mark"], found["state"], figures, found["onset"] or "t1", found["fresh"] or ""
    )


def _letters(name: str, what: str) -> dict[str, str]:
    """What the letters in a line's wordings stand for."""
    parts = what.split()
    match name:
        case "no alarm":
            return {"O": parts[0], "X": parts[-1]}
        case "log":
            return {"K": parts[0], "Q": parts[-1]}
        case "led by":
            return {"O": what}
        case "ruled out":
            return {"R": "r1", "O": parts[-2], "M": parts[-1]}
    return {}


def _asks_usual(wording: str) -> bool:
    return "U" in re.findall(r"\b[A-Z]\b", wording)


def _mark(text: str) -> bool:
    return re.match(r"[a-z]\d\b", text) is not None


def _put(wording: str, **marks: str) -> str:
    return re.sub(r"\b[A-Z]\b", lambda found: marks.get(found[0], found[0]), wording)
