"""Writes the report on an episode: the model where its text is faithful, else the template."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lamplighter.errors import ModelError
from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, faithful_part, length_problems
from lamplighter.faults.reports.prompt import instructions, lines, retry, start
from lamplighter.faults.reports.template_text import template_text

if TYPE_CHECKING:
    from lamplighter.model.request import Completion, Request

_TRIES = 2
_MAX_TOKENS = 130
# A small gateway has other work for its cores than a nicer text.
BUDGET_S = 8.0
_WORTH_S = 1.5


class Writer(Protocol):
    """What the report needs of ``lamplighter.model.engine.Engine``."""

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
    """

    evidence: Evidence
    text: str
    written_by: Literal["model", "template"]
    model: str = ""
    problems: tuple[tuple[str, ...], ...] = ()

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
        return Report(evidence, template_text(evidence, as_of=True), "template")

    @staticmethod
    def outdated(report: Report) -> Report:
        """The template's report of the same evidence, where alarms changed after it was drawn."""
        problems = report.problems
        if report.written_by == "model":
            problems += (("alarms of the machine changed while it was written",),)
        text = template_text(report.evidence, as_of=True)
        return replace(report, text=text, written_by="template", problems=problems)

    async def write(self, evidence: Evidence, engine: Writer | None) -> Report:
        """The report on the evidence; without an engine, or where it fails, the template's.

        Of the model's text counts what comes before its first wrong sentence. Where that is no
        whole report, the model is told what was wrong and goes on from there, once, unless the
        time that is left is too short to be of use.
        """
        turned_down: list[tuple[str, ...]] = []
        kept, left = "", self._budget_s
        for _ in range(_TRIES if engine is not None else 0):
            assert engine is not None
            if left < min(_WORTH_S, self._budget_s):
                break
            try:
                draft, spent = await self._draft(evidence, engine, kept, turned_down, left)
            except ModelError as error:
                turned_down.append((str(error),))
                break
            left -= spent
            kept = faithful_part(draft, evidence)
            if not self._problems(kept, evidence):
                return Report(evidence, kept, "model", self._model, tuple(turned_down))
            turned_down.append(tuple(self._problems(draft, evidence)))
        model = self._model if engine is not None else ""
        return Report(evidence, template_text(evidence), "template", model, tuple(turned_down))

    def _problems(self, text: str, evidence: Evidence) -> list[str]:
        found = [*check(text, evidence), *length_problems(text)]
        causes = [problem for problem in found if problem.split()[0].lower() in self._lexicon]
        if causes:
            found.append(f"name no cause but {evidence.fault or 'that it is unknown'}")
        return found

    async def _draft(
        self,
        evidence: Evidence,
        engine: Writer,
        kept: str,
        turned_down: list[tuple[str, ...]],
        left: float,
    ) -> tuple[str, float]:
        """A text of the model, beginning with what is kept or the machine's name; its seconds."""
        from lamplighter.model.prompt import chat
        from lamplighter.model.request import Request, Urgency

        begun = start(evidence, kept)
        turns = [chat.user(lines(evidence))]
        if turned_down:
            turns = [chat.user(f"{lines(evidence)}\n{retry(turned_down[-1])}")]
        completion = await engine.complete(
            Request(
                prefix=tuple(
                    chat.Turn(role, content) for role, content in instructions(evidence.kind)
                ),
                turns=(*turns, chat.assistant_prefix(begun)),
                max_tokens=_MAX_TOKENS,
                stop=("\n",),
                deadline_s=left,
                urgency=Urgency.REPORT,
            )
        )
        return " ".join(f"{begun}{completion.text}".split()), completion.elapsed_ms / 1000
