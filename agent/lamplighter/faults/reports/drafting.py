"""How a model is asked for a report and its answer read: two ways, by what it was trained for.

Both are asked again from where the last text went wrong, and told what was wrong with it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import faithful_part
from lamplighter.faults.reports.mark_problems import mark_problems
from lamplighter.faults.reports.marked_facts import told
from lamplighter.faults.reports.marks import fill, marks_in, sentences
from lamplighter.faults.reports.prompt import figures, instructions, lines, retry, start
from lamplighter.faults.reports.template_text import MOST_WORDS

if TYPE_CHECKING:
    from lamplighter.model.request import Request

MARKED_TASK = "marked reports"
"""The task of models that were trained to write reports from lines with marks."""
MARKED_INSTRUCTION = "Write the fault report."
_MAX_TOKENS = 150
# The second text is drawn, so that it does not go wrong where the first one did.
_TEMPERATURE = 0.7
_TOP_P = 0.9
# Sentences that hold no other marks than these may go: on what is steady, the log, notes, the past.
_LEAST_FIRST = ("o", "q", "n", "h")
_LEAST = frozenset("oqknbh")


@dataclass(frozen=True, slots=True)
class Read:
    """A model's answer, read.

    Attributes:
        texts: the reports that it may be taken for, the best one first; none is checked yet.
        problems: what is wrong with it whatever the check says.
    """

    texts: tuple[str, ...]
    problems: tuple[str, ...] = ()


class Drafting(Protocol):
    """One report's way through the model."""

    def request(self, problems: Sequence[str], deadline_s: float) -> Request:
        """What the model is asked: for the whole report, or from where the last one went wrong.

        Args:
            problems: what was wrong with the last text; none before the first one.
            deadline_s: seconds that it may take.
        """

    def read(self, answer: str) -> Read:
        """What the model's answer may be taken for."""


class MarkedDrafting:
    """Asks a model that was trained for it: facts and report hold marks, which are filled in here.

    Args:
        evidence: what is reported.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._told = told(evidence)
        self._kept: list[str] = []
        self._wrong = ""

    def request(self, problems: Sequence[str], deadline_s: float) -> Request:
        """See ``Drafting``."""
        from lamplighter.model.prompt import chat
        from lamplighter.model.request import Request, Urgency

        facts = self._told.text
        begun = " ".join(self._kept) or self._told.begun
        if problems:
            facts = f"{facts}\nwrong: {self._wrong or 'too short'}"
        return Request(
            prefix=(chat.system(MARKED_INSTRUCTION),),
            turns=(chat.user(facts), chat.assistant_prefix(begun)),
            max_tokens=_MAX_TOKENS,
            stop=("\n",),
            figures=tuple(self._told.marks),
            deadline_s=deadline_s,
            urgency=Urgency.REPORT,
            temperature=_TEMPERATURE if problems else 0.0,
            top_p=_TOP_P,
            seed=zlib.crc32(self._evidence.id.encode()),
        )

    def read(self, answer: str) -> Read:
        """The whole text, and the text without the sentences that are wrong."""
        begun = " ".join(self._kept) or self._told.begun
        every = self._fitting(sentences(f"{begun} {answer.strip()}"))
        right: list[str] = []
        problems: list[str] = []
        self._kept, self._wrong = [], ""
        for place, sentence in enumerate(every):
            found = list(mark_problems(sentence, self._told.lines))
            problems += found
            longer = self._filled([*right, sentence])
            if not found and faithful_part(longer, self._evidence) == longer:
                right.append(sentence)
                if len(right) == place + 1:
                    self._kept.append(sentence)
            else:
                self._wrong = self._wrong or sentence
        texts = [self._filled(right)] if problems else [self._filled(every), self._filled(right)]
        return Read(tuple(dict.fromkeys(texts)), tuple(problems))

    def _fitting(self, every: list[str]) -> list[str]:
        """The sentences, less those that matter least where there are too many words."""
        kept = list(every)
        for letter in _LEAST_FIRST:
            for sentence in every[1:]:
                if len(self._filled(kept).split()) <= MOST_WORDS:
                    return kept
                letters = {mark[0] for mark in marks_in(sentence)}
                if letter in letters and letters <= _LEAST:
                    kept.remove(sentence)
        return kept

    def _filled(self, told_sentences: Sequence[str]) -> str:
        return fill(" ".join(told_sentences), self._told.marks)


class PlainDrafting:
    """Asks any other model, with two examples; it spells names and figures itself.

    Args:
        evidence: what is reported.
    """

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._kept = ""
        self._begun = ""

    def request(self, problems: Sequence[str], deadline_s: float) -> Request:
        """See ``Drafting``."""
        from lamplighter.model.prompt import chat
        from lamplighter.model.request import Request, Urgency

        evidence = self._evidence
        self._begun = start(evidence, self._kept)
        facts = lines(evidence)
        if problems:
            facts = f"{facts}\n{retry(problems)}"
        return Request(
            prefix=tuple(chat.Turn(role, content) for role, content in instructions(evidence.kind)),
            turns=(chat.user(facts), chat.assistant_prefix(self._begun)),
            max_tokens=_MAX_TOKENS,
            stop=("\n",),
            figures=figures(evidence),
            deadline_s=deadline_s,
            urgency=Urgency.REPORT,
        )

    def read(self, answer: str) -> Read:
        """The whole text, and the text up to its first wrong sentence."""
        whole = " ".join(f"{self._begun}{answer}".split())
        self._kept = faithful_part(whole, self._evidence)
        return Read(tuple(dict.fromkeys([whole, self._kept])))
