"""Holds a report's numbers and units against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.facts import Fact, facts, times, words
from lamplighter.faults.reports.roles import is_loose, slots_of
from lamplighter.faults.reports.subjects import earlier_subjects, mentioned_before, owners
from lamplighter.faults.reports.tokens import Kind, Scanner, Token
from lamplighter.faults.reports.units import DEGREES, TIME_UNITS, factor
from lamplighter.faults.reports.vocabulary import forms
from lamplighter.faults.wording import day
from lamplighter.faults.reports.word_sets import word_set

_COUNT_NOUNS = {
    **dict.fromkeys(
        ("signal", "signals", "sensor", "sensors", "reading", "readings", "values", "channels",
         "measurements", "parameters", "them", "those", "others", "other", "more", "further"),
        "signal",
    ),
    **dict.fromkeys(
        ("alarm", "alarms", "condition", "conditions", "alerts", "alert", "warnings", "limits",
         "problems"), "alarm",
    ),
    **dict.fromkeys(
        ("line", "lines", "message", "messages", "entries", "entry", "log", "logs", "times",
         "occurrences", "repetitions", "logged", "reports", "errors", "error", "heartbeats"), "line",
    ),
    **dict.fromkeys(("action", "actions"), "action"),
    **dict.fromkeys(("note", "notes", "remark", "remarks", "comments", "comment"), "note"),
    **dict.fromkeys(("episode", "episodes", "case", "cases", "incidents", "occasions", "occasion", "instances"), "past"),
    **dict.fromkeys(("fault", "faults", "causes"), "fault"),
    **dict.fromkeys(("check", "checks", "steps"), "check"),
}  # fmt: skip
_AT_EASE = frozenset(
    {"steady", "stable", "unaffected", "normal", "usual", "unchanged", "quiet", "other", "others",
     "remaining", "inconspicuous", "rest"}
)  # fmt: skip
_BELOW_ANOTHER = frozenset(
    {"before", "after", "than", "leads", "leading", "ahead", "followed", "following", "by", "with",
     "to", "led", "precedes", "preceded", "joined", "alongside"}
)  # fmt: skip
_READINGS = frozenset({"value", "least", "greatest"})
_COUNTS = frozenset(_COUNT_NOUNS.values()) | {"other"}
_PAST = frozenset({"past", "confidence"})
_JOINTS = frozenset({"to", "and", "or", "-", "\u2013", ",", "through"})
_MOST_OFTEN = 3


def number_problems(
    sentences: list[list[Token]], evidence: Evidence, scanner: Scanner
) -> Iterator[str]:
    """What is wrong with the numbers; each must be a fact of the signal it is told of."""
    checked = _Numbers(evidence, sentences, scanner)
    for sentence, earlier in zip(
        sentences, earlier_subjects(sentences, evidence.lead.tag), strict=True
    ):
        for at, token in enumerate(sentence):
            if token.kind is Kind.NUMBER:
                yield from checked.problems(sentence, at, earlier)
            elif token.lower in RATIOS:
                yield from checked.ratio(sentence, at, earlier)


def leading_value_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether some number of the text, with its unit, is a reading of the leading signal."""
    lead = evidence.lead
    known = [f for f in facts(evidence) if f.signal == lead.tag and f.slot in _READINGS]
    return any(
        bool(_matching(sentence, at, known, unit)) and not (lead.unit and not unit)
        for sentence in sentences
        for at, token in enumerate(sentence)
        if token.kind is Kind.NUMBER
        for unit in [token.unit or _inherited(sentence, at)]
    )


class _Numbers:
    """Checks the numbers of one text."""

    def __init__(self, evidence: Evidence, sentences: list[list[Token]], scanner: Scanner) -> None:
        self._evidence = evidence
        self._known = facts(evidence)
        self._names = {s.tag: s.name for s in (*evidence.signals, *evidence.others)}
        rows = [row.name for row in (*evidence.signals, *evidence.others, *evidence.similar)]
        rows += [evidence.name, evidence.area or "", *(log.example for log in evidence.logs)]
        rows += [*evidence.checks, *(note.text for note in evidence.notes)]
        self._years = {day(moment)[:4] for moment in times(evidence)}
        self._texts = " | ".join(rows).lower()
        tokens = [token for sentence in sentences for token in sentence]
        self._units = {token.unit for token in tokens if token.kind is Kind.NUMBER}
        self._told_elsewhere = _told_elsewhere(evidence, scanner)
        self._reasons = _numbers_in(scanner, [signal.why for signal in evidence.signals])

    def problems(self, sentence: list[Token], at: int, earlier: tuple[str, ...]) -> Iterator[str]:
        """What is wrong with the number at a place."""
        token = sentence[at]
        unit = token.unit or _inherited(sentence, at)
        told = f"{token.text} {unit}".strip()
        if (token.text, unit) in self._reasons:
            return
        if not unit and at and f"{sentence[at - 1].lower} {token.text}" in self._texts:
            return
        if not unit and token.text in self._years:
            return
        if not unit and _is_of_name(sentence, at):
            yield f"{sentence[at - 1].text} {token.text} is not in the evidence"
            return
        if (token.text, unit) in self._told_elsewhere and _is_attributed(sentence):
            return
        if wrong := self._of_quote(sentence, at):
            yield wrong
            return
        if at and sentence[at - 1].lower in {"lasted", "lasts"} and unit not in TIME_UNITS:
            yield f"{told} is no span of time"
            return
        matches = _matching(sentence, at, self._known, unit)
        if not unit or (not matches and not token.unit):
            matches = self._bare(sentence, at, matches)
        if not matches:
            yield f"{told} is not in the evidence" + ("" if unit else " (is its unit missing?)")
            return
        mine = self._of_owner(sentence, at, earlier, matches)
        if not mine:
            named = sorted(self._names.get(tag, tag) for tag in owners(sentence, at, earlier))
            yield f"{told} does not belong to {' or '.join(named)}"
            return
        if _is_of_whole(sentence, at) and not any(f.slot in {"span", "past"} for f in mine):
            if all(fact.slot == "duration" for fact in mine):
                yield f"{told} is not how long it lasted"
                return
        if _is_confidence(sentence, at) and not any(f.slot in _PAST for f in mine):
            yield f"{told} is not the confidence"
            return
        slots, name = slots_of(sentence, at)
        if _is_at_least(sentence, at) and any(f.slot == "silence" for f in self._known):
            if all(fact.slot in {"duration", "span"} for fact in mine) and not any(
                fact.slot == "silence" for fact in mine
            ):
                yield f"{told} is not how long it was so"
                return
        tight = at and sentence[at - 1].lower in {"of", "is", ":", "(", "threshold"}
        if tight and name == "limit" and all(f.unit == "s" and f.slot != "limit" for f in mine):
            yield f"{told} is not the limit"
            return
        if any(
            fact.slot in _COUNTS | _PAST | {"duration", "span", "silence", "between"}
            for fact in mine
        ):
            return
        if name == "limit" and {fact.slot for fact in mine} == {"change"}:
            if not {t.lower for t in sentence} & _OF_RATES and "/" not in unit:
                yield f"{told} is not the limit"
            return
        if not any(fact.slot in slots for fact in mine):
            what = {fact.slot for fact in mine} & (_READINGS | {"limit", "baseline"})
            yield f"{told} is not the {name or 'value'}" + (
                f" but the {sorted(what)[0]}" if len(what) == 1 else ""
            )

    def _bare(self, sentence: list[Token], at: int, matches: list[Fact]) -> list[Fact]:
        """A number without a unit counts what is named, or its unit is told elsewhere."""
        noun = _noun(sentence, at)
        if noun == "line" or _tells_log(sentence):
            logged = [fact for fact in matches if fact.slot == "line"]
            if logged:
                return logged
        if noun == "signal" and {t.lower for t in sentence} & _AT_EASE:
            return [fact for fact in matches if fact.slot in {"signal", "other"}]
        if noun:
            return [fact for fact in matches if fact.slot == noun]
        token = sentence[at]
        loose = [fact for fact in matches if fact.unit == "" and fact.slot not in _COUNTS]
        for unit in {fact.unit for fact in self._known if fact.signal} - {""}:
            if unit not in TIME_UNITS and unit not in {"times", "%"} | ({"%"} - self._units):
                found = _matching(sentence, at, self._known, unit)
                loose += [fact for fact in found if fact.signal and fact.slot != "share"]
        if "%" in self._units:
            found = _matching(sentence, at, self._known, "%")
            loose += [fact for fact in found if fact.slot == "part" or fact.unit == "%"]
        counted = [fact for fact in matches if fact.slot in _COUNTS]
        return loose or (counted if "." not in token.text and _counts(sentence, at) else [])

    def _hinted(self, sentence: list[Token], at: int) -> set[str]:
        """The signals of whose names a word stands before a place: the hot bearing, the oil."""
        start = max((n for n in range(at) if sentence[n].kind is Kind.SIGNAL), default=-1) + 1
        used = {form for token in sentence[start:at] for form in forms(token.lower)}
        return {
            tag
            for tag, name in self._names.items()
            if any(word in used for word in name.lower().split() if len(word) > _MOST_OFTEN - 1)
        }

    def ratio(self, sentence: list[Token], at: int, earlier: tuple[str, ...]) -> Iterator[str]:
        """What is wrong with ``twice its limit``, ``half the usual`` at a place."""
        after = {token.lower for token in sentence[at + 1 : at + 5]}
        of_part = sentence[at].lower in {"third", "thirds", "quarter"}
        if not after & _REFERENCES or (of_part and "of" not in after):
            return
        least, most = _tolerance([token.lower for token in sentence[max(0, at - 3) : at]])
        mine, told = owners(sentence, at, earlier), RATIOS[sentence[at].lower]
        known = [f.value for f in self._known if f.slot == "times" and f.signal in mine]
        if known and not any(told * least <= value <= told * most for value in known):
            yield f"{sentence[at].text} is not the ratio"

    def _of_quote(self, sentence: list[Token], at: int) -> str:
        """A count told beside one quoted log line must be that line's."""
        token = sentence[at]
        quotes = [t.text[1:-1].strip(" .") for t in sentence if t.kind is Kind.QUOTE]
        counted = token.unit == "times" or _noun(sentence, at) == "line"
        logs = self._evidence.logs
        rows = [log for log in logs if quotes[:1] == [log.template.strip(" .")]]
        if counted and not quotes and len(logs) > 1 and _tells_log(sentence):
            rows = self._told_log(sentence)
        if counted and len(rows) == 1 and token.text != str(rows[0].count):
            return f"that log line came {rows[0].count} times, not {token.text}"
        return ""

    def _told_log(self, sentence: list[Token]) -> list[LogCount]:
        """The log line that a sentence tells of in its own words, where it is one alone."""
        used = {form for token in sentence for form in forms(token.lower)}
        shared = [(len(used & words([log.template])), log) for log in self._evidence.logs]
        most = max((count for count, _ in shared), default=0)
        return [log for count, log in shared if count == most and most > 0]

    def _of_owner(
        self, sentence: list[Token], at: int, earlier: tuple[str, ...], matches: list[Fact]
    ) -> list[Fact]:
        mine = owners(sentence, at, earlier)
        if not mine:
            return matches
        found = [fact for fact in matches if not fact.signal or fact.signal in mine]
        if not found:
            units = {fact.unit for fact in self._known if fact.signal in mine}
            before = mentioned_before(sentence, at) - mine if _is_aside(sentence, at) else set()
            before |= self._hinted(sentence, at)
            found = [f for f in matches if f.signal in before and f.unit not in units]
        return found


_OF_RATES = word_set(
    "change changes rate rise fall within per rose fell rising falling climb climbed"
)


def _is_confidence(sentence: list[Token], at: int) -> bool:
    near = [*sentence[at + 1 : at + 3], *sentence[max(0, at - 3) : at]]
    return any(token.lower in {"confidence", "confident", "similarity"} for token in near)


def _is_at_least(sentence: list[Token], at: int) -> bool:
    """``for 60 s or more``, ``for at least 60 s``."""
    after = [token.lower for token in sentence[at + 1 : at + 3]]
    before = [token.lower for token in sentence[max(0, at - 2) : at]]
    return after[:2] in (["or", "more"], ["or", "longer"]) or before in (
        ["at", "least"],
        ["more", "than"],
        ["longer", "than"],
    )


def _is_of_whole(sentence: list[Token], at: int) -> bool:
    """Whether a span is told as that of the whole episode: ``lasted 12 min``."""
    if any(token.kind is Kind.SIGNAL for token in sentence[:at]):
        return False
    before = {token.lower for token in sentence[max(0, at - 4) : at]}
    after = {token.lower for token in sentence[at + 1 : at + 3]}
    return bool(before & _LASTING or after == {"in", "all"})


_LASTING = frozenset({"lasted", "lasting", "lasts", "took", "changed", "altogether", "duration"})


_BARE_BEFORE = frozenset(
    {"under", "over", "above", "below", "less", "more", "higher", "lower", "short", "beyond"}
)


def _tells_log(sentence: list[Token]) -> bool:
    return any(t.lower in {"log", "logged", "logbook"} or t.kind is Kind.QUOTE for t in sentence)


def _is_aside(sentence: list[Token], at: int) -> bool:
    """Whether the nearest signal stands in an aside: ``which leads temperature by 40 s, is at``."""
    for place in range(at - 1, 0, -1):
        if sentence[place].kind is Kind.SIGNAL:
            before = [token.lower for token in sentence[max(0, place - 3) : place]]
            return bool(set(before) & _BELOW_ANOTHER)
    return False


RATIOS = {
    **dict.fromkeys(("twice", "double", "doubled", "twofold"), 2.0),
    **dict.fromkeys(("thrice", "triple", "tripled", "threefold"), 3.0),
    **dict.fromkeys(("quadruple", "quadrupled", "fourfold"), 4.0),
    **dict.fromkeys(("half", "halved"), 0.5),
    "third": 1 / 3,
    "thirds": 2 / 3,
    "quarter": 0.25,
}
"""Words that tell a ratio, and the ratio."""
_REFERENCES = word_set("usual normal limit baseline typical its average threshold value level")


def _shown_converted(fact: Fact, text: str, per_own: float, *, loose: bool) -> bool:
    """Whether a number in a larger or smaller unit, ``5.27 m`` of 5272 mm, stands for the fact."""
    return text.strip("-+0.") != "" and Fact(fact.value, "", fact.slot).shown_as(
        text, per_own, loose=loose
    )


def _is_of_past(sentence: list[Token]) -> bool:
    return any(
        t.lower in {"helped", "before", "earlier", "similar", "past", "last"} for t in sentence
    )


def _tolerance(before: list[str]) -> tuple[float, float]:
    """Between which shares of the told ratio the real one may be."""
    if set(before) & {"almost", "nearly", "roughly", "about", "close", "around", "barely"}:
        return 0.82, 1.12
    if set(before) & {"less", "under", "below"}:
        return 0.6, 1.02
    if set(before) & {"than", "over", "exceeding"}:
        return 0.98, 1.4
    return 0.88, 1.2


def _matching(sentence: list[Token], at: int, known: list[Fact], unit: str) -> list[Fact]:
    token = sentence[at]
    text, loose = token.text, is_loose(sentence, at)
    if unit == DEGREES:
        return [f for f in known if f.unit.startswith("°") and f.shown_as(text, loose=loose)]
    if unit.startswith(f"{DEGREES}/"):
        per = unit.removeprefix(DEGREES)
        rates = [f for f in known if f.unit.startswith("°") and f.unit.endswith(per)]
        return [fact for fact in rates if fact.shown_as(text, loose=loose)]
    found = [fact for fact in known if fact.unit == unit and fact.shown_as(text, loose=loose)]
    if not found:
        found = [
            fact
            for fact in known
            if (per_own := factor(unit, fact.unit))
            and _shown_converted(fact, text, per_own, loose=loose)
        ]
    if unit == "times" and _is_of_past(sentence):
        found += [fact for fact in known if fact.slot == "past" and not fact.unit]
        found += [f for f in known if f.slot == "past" and not f.unit and float(text) <= f.value]
    if unit == "times":
        found += [fact for fact in known if fact.slot == "line" and fact.shown_as(text)]
    base, _, per = unit.rpartition("/")
    for name, share in (("h", 1 / 60), ("s", 60.0)):
        if per == name:
            minute = f"{base}/min"
            found += [f for f in known if f.unit == minute and f.shown_as(text, share, loose=loose)]
    seconds = TIME_UNITS.get(unit, 0.0)
    if seconds:
        spans = [
            fact
            for fact in known
            if fact.slot in {"duration", "span", "past", "silence"} and fact.unit == "s"
        ]
        if seconds == 1.0:
            spans += [fact for fact in known if fact.slot == "between"]
        found += [fact for fact in spans if _spans(fact, text, seconds, loose=loose)]
    return found


def _spans(fact: Fact, text: str, factor: float, *, loose: bool) -> bool:
    return fact.shown_as(text, factor, loose=loose)


def _is_of_name(sentence: list[Token], at: int) -> bool:
    """``Line 6``, ``Hall 2``: the number of a place or thing, and no reading."""
    before = sentence[at - 1] if at else None
    return bool(
        before is not None
        and before.kind is Kind.WORD
        and before.text[0].isupper()
        and (at > 1 or before.lower in {"line", "hall", "unit", "pump", "fan", "room", "building"})
        and before.lower
        not in {"about", "limit", "usually", "normal", "at", "in", "all", "the", "over"}
    )


def _inherited(sentence: list[Token], at: int) -> str:
    """The unit of the number beside: ``from 2.1 to 7.3 mm/s``, ``6.2 mm/s instead of 1.5``."""
    for step, joints in ((1, _JOINTS), (-1, _JOINTS | _COMPARING)):
        place, gap = at + step, 0
        while 0 <= place < len(sentence) and gap < _MOST_OFTEN + (step < 0):
            token = sentence[place]
            if token.kind is Kind.NUMBER:
                near = {t.lower for t in sentence[at + 1 : at + 3]}
                allowed = token.unit not in TIME_UNITS or bool(
                    near & {"allowed", "tolerated", "permitted"}
                )
                between = {t.lower for t in sentence[at + 1 : place]}
                if step > 0 and token.unit in TIME_UNITS and "," in between:
                    break
                if token.unit and (step > 0 or allowed):
                    return token.unit
                gap = 0
            elif token.lower in joints:
                gap += 1
            else:
                break
            place += step
    return ""


_COMPARING = word_set("""instead of against versus vs compared with to from usual normal the a its limit normally
    usually than rather above below over under where is was while whereas typical usual about are now near
    around ( : for allowed threshold""")


def _noun(sentence: list[Token], at: int) -> str:
    for token in sentence[at + 1 : at + 5]:
        if token.kind is Kind.NUMBER or token.text in {",", ";", ")"}:
            break
        if noun := _COUNT_NOUNS.get(token.lower):
            return noun
    return ""


def _counts(sentence: list[Token], at: int) -> bool:
    """Whether a bare number stands as a count: ``all two``, ``the two``, ``(2)``, ``count 12``."""
    before = sentence[at - 1].lower if at else ""
    return before in {"all", "the", "count", "total", "of", "these", "those", "number", "counted"}


def _told_elsewhere(evidence: Evidence, scanner: Scanner) -> set[tuple[str, str]]:
    """The numbers in notes, log lines, checks and actions, for sentences that tell of those."""
    texts = [note.text for note in evidence.notes]
    texts += [text for log in evidence.logs for text in (log.template, log.example)]
    texts += [*evidence.checks, *(action.text for action in evidence.actions)]
    texts += [past.helped for past in evidence.similar]
    texts += [past.name for past in evidence.similar]
    texts += [evidence.ended_by.text] if evidence.ended_by else []
    texts += [evidence.window or ""]
    return _numbers_in(scanner, texts)


def _numbers_in(scanner: Scanner, texts: list[str]) -> set[tuple[str, str]]:
    return {
        (token.text, token.unit)
        for text in texts
        for sentence in scanner.sentences(text)
        for token in sentence
        if token.kind is Kind.NUMBER
    }


_ATTRIBUTED = frozenset(
    [
        "note",
        "notes",
        "noted",
        "wrote",
        "writes",
        "written",
        "says",
        "said",
        "log",
        "logs",
        "logged",
        "line",
        "lines",
        "message",
        "messages",
        "check",
        "checks",
        "verify",
        "inspect",
        "look",
        "ensure",
        "make",
        "done",
        "did",
        "was",
        "did",
        "earlier",
        "similar",
        "previous",
        "last",
        "reported",
        "reports",
        "entry",
        "entries",
        "operator",
        "remarked",
        "remark",
        "mentioned",
        "observed",
        "action",
        "helped",
        "by",
        "because",
        "since",
        "window",
    ]
)


def _is_attributed(sentence: list[Token]) -> bool:
    return any(
        token.kind in {Kind.NAME, Kind.QUOTE} or token.lower in _ATTRIBUTED for token in sentence
    )
