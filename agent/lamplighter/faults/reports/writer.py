"""Writes the report on an episode: the model where its text is faithful, else the template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lamplighter.errors import ModelError
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, length_problems
from lamplighter.faults.reports.drafting import (
    MARKED_TASK,
    Drafting,
    MarkedDrafting,
    PlainDrafting,
)
from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.wording import clock_time

if TYPE_CHECKING:
    from lamplighter.model.request import Completion, Request

_TRIES = 2
# Commands interrupt a report, so a long one costs nobody anything but those that wait behind it.
BUDGET_S = 30.0
_WORTH_S = 1.5

NO_MODEL = "no model is loaded"
BUSY = "too many reports are waiting"
_LATE = "the time for it ran out"
_REFUSED = "the check refused the model's text"
_FAILED = "the model failed"
_STOPPED = "the agent stopped before the model wrote it"
_CHANGED = "alarms of the machine changed while it was written"


class Writer(Protocol):
    """What the report needs of ``lamplighter.model.engine.Engine``."""

    @property
    def tasks(self) -> Sequence[str]:
        """What the model was trained for."""

    async def complete(self, request: Request) -> Completion:
        """The completion of a prompt."""


@dataclass(frozen=True, slots=True)
class Report:
    """A report, and how it came to be.

    Attributes:
        evidence: what it speaks of.
        text: the report, in English.
        written_by: ``model`` or ``template``.
        model: the model's name and version; "" where none was asked.
        problems: for each text of the model that was turned down, what was wrong with it.
        reason: why the template wrote it, in words; "" where the model did.
    """

    evidence: Evidence
    text: str
    written_by: Literal["model", "template"]
    model: str = ""
    problems: tuple[tuple[str, ...], ...] = ()
    reason: str = ""

    def payload(self) -> dict[str, Any]:
        """The report as it is published on ``reports``."""
        evidence = self.evidence
        plain = evidence.to_dict()
        return {
            "id": evidence.id,
            "episode": evidence.episode,
            "asset": evidence.asset,
            "name": evidence.name,
            "kind": evidence.kind,
            "text": self.text,
            "severity": str(evidence.severity),
            "started": plain["started"],
            "ended": plain["ended"],
            "conditions": [key for signal in evidence.signals for key in signal.conditions],
            "written_by": self.written_by,
            "model": self.model,
            "reason": self.reason,
            "problems": [list(problems) for problems in self.problems],
            "evidence": plain,
        }


class ReportWriter:
    """Writes reports.

    Args:
        lexicon: words that name faults; a text that uses one falsely is told so on its retry.
        model: the name and version of the engine's model, for the record.
        budget_s: seconds of the model that a report may cost, all its tries together.
    """

    def __init__(
        self, *, lexicon: frozenset[str] = frozenset(), model: str = "", budget_s: float = BUDGET_S
    ) -> None:
        self._lexicon = lexicon
        self._model = model
        self._budget_s = budget_s

    @staticmethod
    def by_template(evidence: Evidence) -> Report:
        """The template's report for sending later: it says what time it speaks of."""
        text = template_text(evidence, as_of=True)
        return Report(evidence, text, "template", reason=_STOPPED)

    def outdated(self, report: Report) -> Report:
        """The report of the same evidence, where alarms changed after it was drawn.

        It says what time it speaks of: the model's in one more sentence, where there is room for
        it, else the template's.
        """
        evidence = report.evidence
        if report.written_by == "model":
            as_of = f"as of {clock_time(evidence.drawn)} UTC"
            if as_of in report.text:
                return report
            text = f"{report.text} This is the state {as_of}."
            if not self._problems(text, evidence):
                return replace(report, text=text)
        text = template_text(evidence, as_of=True)
        reason = report.reason or _CHANGED
        return replace(report, text=text, written_by="template", reason=reason)

    async def write(
        self, evidence: Evidence, engine: Writer | None, *, without: str = NO_MODEL
    ) -> Report:
        """The report on the evidence; without an engine, or where it fails, the template's.

        Of the model's text the wrong sentences are left out. Where the rest is no whole report,
        the model is told what was wrong and goes on from there, once, unless the time that is
        left is too short to be of use.

        Args:
            evidence: what it speaks of.
            engine: the model; None leaves it to the template.
            without: why there is no engine, where there is none.
        """
        if engine is None:
            return Report(evidence, template_text(evidence), "template", reason=without)
        kind = MarkedDrafting if MARKED_TASK in engine.tasks else PlainDrafting
        turned_down: list[tuple[str, ...]] = []
        text, reason = await self._written(evidence, engine, kind(evidence), turned_down)
        if not reason:
            return Report(evidence, text, "model", self._model, tuple(turned_down))
        text = template_text(evidence)
        return Report(evidence, text, "template", self._model, tuple(turned_down), reason)

    async def _written(
        self,
        evidence: Evidence,
        engine: Writer,
        drafting: Drafting,
        turned_down: list[tuple[str, ...]],
    ) -> tuple[str, str]:
        """The model's report and "", or "" and why there is none."""
        left, reason = self._budget_s, _LATE
        for _ in range(_TRIES):
            if left < min(_WORTH_S, self._budget_s):
                break
            problems = turned_down[-1] if turned_down else ()
            try:
                completion = await engine.complete(drafting.request(problems, left))
            except ModelError as error:
                turned_down.append((str(error),))
                return "", _FAILED
            left -= completion.elapsed_ms / 1000
            read = drafting.read(completion.text)
            for text in read.texts:
                if not self._problems(text, evidence):
                    return text, ""
            turned_down.append((*read.problems, *self._problems(read.texts[0], evidence)))
            reason = _LATE if completion.finished == "deadline" else _REFUSED
        return "", reason

    def _problems(self, text: str, evidence: Evidence) -> list[str]:
        found = [*check(text, evidence), *length_problems(text)]
        causes = [problem for problem in found if problem.split()[0].lower() in self._lexicon]
        if causes:
            found.append(f"name no cause but {evidence.fault or 'that it is unknown'}")
        return found
