"""Holds a report's numbers and units against the evidence."""

from __future__ import annotations

from collections.abc import Iterator

from lamplighter.faults.evidence.log_templates import LogCount
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports import number_places as places
from lamplighter.faults.reports.claims_ratios import RATIOS, ratio_problems
from lamplighter.faults.reports.facts import Fact, facts, words
from lamplighter.faults.reports.number_matching import inherited, matching
from lamplighter.faults.reports.roles import slots_of
from lamplighter.faults.reports.subjects import earlier_subjects, mentioned_before, owners
from lamplighter.faults.reports.tokens import Kind, Scanner, Token
from lamplighter.faults.reports.told_numbers import told_numbers
from lamplighter.faults.reports.units import TIME_UNITS
from lamplighter.faults.reports.vocabulary import forms
from lamplighter.faults.reports.word_sets import word_set

_AT_EASE = word_set(
    """steady stable unaffected normal usual unchanged quiet other others remaining
    inconspicuous rest"""
)
_OF_RATES = word_set(
    """change changes rate rise fall within per rose fell rising falling climb climbed"""
)
_OF_LIMIT = frozenset({"of", "is", ":", "(", "threshold"})
_READINGS = frozenset({"value", "least", "greatest"})
_COUNTS = frozenset(places.COUNT_NOUNS.values()) | {"other"}
_PAST = frozenset({"past", "confidence"})
_SPANS = frozenset({"duration", "span", "silence", "between"})
_NO_READINGS = _COUNTS | _PAST | _SPANS
_SHORT_WORD = 2


def number_problems(
    sentences: list[list[Token]], evidence: Evidence, scanner: Scanner
) -> Iterator[str]:
    """What is wrong with the numbers; each must be a fact of the signal it is told of."""
    checked = _Numbers(evidence, sentences, scanner)
    subjects = earlier_subjects(sentences, evidence.lead.tag)
    for sentence, earlier in zip(sentences, subjects, strict=True):
        for at, token in enumerate(sentence):
            if token.kind is Kind.NUMBER:
                yield from checked.problems(sentence, at, earlier)
            elif token.lower in RATIOS:
                yield from ratio_problems(sentence, at, earlier, checked.known)


def leading_value_told(sentences: list[list[Token]], evidence: Evidence) -> bool:
    """Whether some number of the text, with its unit, is a reading of the leading signal."""
    lead = evidence.lead
    known = [f for f in facts(evidence) if f.signal == lead.tag and f.slot in _READINGS]
    return any(
        bool(matching(sentence, at, known, unit)) and not (lead.unit and not unit)
        for sentence in sentences
        for at, token in enumerate(sentence)
        if token.kind is Kind.NUMBER
        for unit in [token.unit or inherited(sentence, at)]
    )


class _Numbers:
    """Checks the numbers of one text."""

    def __init__(self, evidence: Evidence, sentences: list[list[Token]], scanner: Scanner) -> None:
        self._evidence = evidence
        self.known = facts(evidence)
        self._told = told_numbers(evidence, scanner)
        self._names = {s.tag: s.name for s in evidence.signals}
        self._names |= {o.tag: o.name for o in evidence.others}
        tokens = [token for sentence in sentences for token in sentence]
        self._units = {token.unit for token in tokens if token.kind is Kind.NUMBER}

    def problems(self, sentence: list[Token], at: int, earlier: tuple[str, ...]) -> Iterator[str]:
        """What is wrong with the number at a place."""
        token = sentence[at]
        unit = token.unit or inherited(sentence, at)
        if self._is_told_elsewhere(sentence, at, unit):
            return
        if wrong := self._misplaced(sentence, at, unit):
            yield wrong
            return
        told = f"{token.text} {unit}".strip()
        matches = matching(sentence, at, self.known, unit)
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
        yield from self._role(sentence, at, unit, mine)

    def _is_told_elsewhere(self, sentence: list[Token], at: int, unit: str) -> bool:
        """Whether it is the evidence's own: of a name, a note, a reason, or a year."""
        text = sentence[at].text
        if (text, unit) in self._told.reasons:
            return True
        if (text, unit) in self._told.said and places.is_attributed(sentence):
            return not places.is_of_name(sentence, at) or bool(unit)
        named = at > 0 and f"{sentence[at - 1].lower} {text}" in self._told.texts
        return not unit and (named or text in self._told.years)

    def _misplaced(self, sentence: list[Token], at: int, unit: str) -> str:
        """What is wrong with it by where it stands alone."""
        token = sentence[at]
        if not unit and places.is_of_name(sentence, at):
            return f"{sentence[at - 1].text} {token.text} is not in the evidence"
        if at and sentence[at - 1].lower in {"lasted", "lasts"} and unit not in TIME_UNITS:
            return f"{token.text} {unit}".strip() + " is no span of time"
        return self._of_log(sentence, at)

    def _role(self, sentence: list[Token], at: int, unit: str, mine: list[Fact]) -> Iterator[str]:
        """What is wrong with what it is told as."""
        told = f"{sentence[at].text} {unit}".strip()
        found = {fact.slot for fact in mine}
        slots, name = slots_of(sentence, at)
        if wrong := self._span(sentence, at, found):
            yield f"{told} {wrong}"
        elif places.is_confidence(sentence, at) and not found & _PAST:
            yield f"{told} is not the confidence"
        elif name == "limit" and _is_no_limit(sentence, at, unit, mine):
            yield f"{told} is not the limit"
        elif not found & (_NO_READINGS | slots) and not (name == "limit" and found == {"change"}):
            what = sorted(found & (_READINGS | {"limit", "baseline"}))
            yield f"{told} is not the {name or 'value'}" + (
                f" but the {what[0]}" if len(what) == 1 else ""
            )

    def _span(self, sentence: list[Token], at: int, found: set[str]) -> str:
        """What is wrong with a span of time: not the episode's, or not how long it was silent."""
        if places.is_of_whole(sentence, at) and found <= {"duration", "between"}:
            return "is not how long it lasted"
        silence = any(fact.slot == "silence" for fact in self.known)
        if silence and places.is_at_least(sentence, at) and found <= {"duration", "span"}:
            return "is not how long it was so"
        return ""

    def _bare(self, sentence: list[Token], at: int, matches: list[Fact]) -> list[Fact]:
        """A number without a unit counts what is named, or its unit is told elsewhere."""
        noun = places.noun(sentence, at)
        logged = [fact for fact in matches if fact.slot == "line"]
        if logged and (noun == "line" or places.tells_log(sentence)):
            return logged
        if noun == "signal" and {token.lower for token in sentence} & _AT_EASE:
            return [fact for fact in matches if fact.slot in {"signal", "other"}]
        if noun:
            return [fact for fact in matches if fact.slot == noun]
        found = [fact for fact in matches if fact.unit == "" and fact.slot not in _COUNTS]
        for unit in {fact.unit for fact in self.known if fact.signal} - {"", "times", *TIME_UNITS}:
            if unit != "%" or "%" in self._units:
                rows = matching(sentence, at, self.known, unit)
                found += [fact for fact in rows if fact.slot != "share"]
        if found or "." in sentence[at].text or not places.counts(sentence, at):
            return found
        return [fact for fact in matches if fact.slot in _COUNTS]

    def _of_log(self, sentence: list[Token], at: int) -> str:
        """A count told beside one log line must be that line's."""
        token = sentence[at]
        if token.unit != "times" and places.noun(sentence, at) != "line":
            return ""
        quotes = [t.text[1:-1].strip(" .") for t in sentence if t.kind is Kind.QUOTE]
        logs = self._evidence.logs
        rows = [log for log in logs if quotes[:1] == [log.template.strip(" .")]]
        if not quotes and len(logs) > 1 and places.tells_log(sentence):
            rows = self._told_log(sentence)
        if len(rows) == 1 and token.text != str(rows[0].count):
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
        """Those of the signals that the number is told of."""
        mine = owners(sentence, at, earlier)
        if not mine:
            return matches
        found = [fact for fact in matches if not fact.signal or fact.signal in mine]
        if found:
            return found
        units = {fact.unit for fact in self.known if fact.signal in mine}
        before = self._hinted(sentence, at)
        if places.is_aside(sentence, at):
            before |= mentioned_before(sentence, at) - mine
        return [fact for fact in matches if fact.signal in before and fact.unit not in units]

    def _hinted(self, sentence: list[Token], at: int) -> set[str]:
        """The signals of whose names a word stands before a place: the hot bearing, the oil."""
        start = max((n for n in range(at) if sentence[n].kind is Kind.SIGNAL), default=-1) + 1
        used = {form for token in sentence[start:at] for form in forms(token.lower)}
        return {
            tag
            for tag, name in self._names.items()
            if any(word in used for word in name.lower().split() if len(word) > _SHORT_WORD)
        }


def _is_no_limit(sentence: list[Token], at: int, unit: str, mine: list[Fact]) -> bool:
    """Whether a span, or a change that a rate allows, is told as the limit of the value."""
    tight = at > 0 and sentence[at - 1].lower in _OF_LIMIT
    if tight and all(fact.unit == "s" and fact.slot != "limit" for fact in mine):
        return True
    if {fact.slot for fact in mine} != {"change"}:
        return False
    return "/" not in unit and not {token.lower for token in sentence} & _OF_RATES
