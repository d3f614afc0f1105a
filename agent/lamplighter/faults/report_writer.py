"""Writes the report on an episode: the model where its text is faithful, else the template."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from lamplighter.errors import ModelError
from lamplighter.faults.checker import check, length_problems
from lamplighter.faults.evidence import Evidence
from lamplighter.faults.prompt import instructions, lines, retry
from lamplighter.faults.template_text import template_text

if TYPE_CHECKING:
    from lamplighter.model.request import Completion, Request

_TRIES = 2
_MAX_TOKENS = 160


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
        lexicon: the fault tables' words, for the checker.
        model: the name and version of the engine's model, for the record.
        deadline_s: seconds the model has for each try.
    """

    def __init__(
        self, *, lexicon: frozenset[str], model: str = "", deadline_s: float = 20.0
    ) -> None:
        self._lexicon = lexicon
        self._model = model
        self._deadline_s = deadline_s

    async def write(self, evidence: Evidence, engine: Writer | None) -> Report:
        """The report on the evidence; without an engine, or where it fails, the template's.

        The model has two tries, the second with what was wrong with the first.
        """
        turned_down: list[tuple[str, ...]] = []
        if engine is not None:
            draft = ""
            for _ in range(_TRIES):
                last = turned_down[-1] if turned_down else ()
                try:
                    draft = await self._draft(evidence, engine, draft, last)
                except ModelError as error:
                    turned_down.append((str(error),))
                    break
                problems = [
                    *check(draft, evidence, lexicon=self._lexicon),
                    *length_problems(draft),
                ]
                if not problems:
                    return Report(evidence, draft, "model", self._model, tuple(turned_down))
                turned_down.append(tuple(problems))
        model = self._model if engine is not None else ""
        return Report(evidence, template_text(evidence), "template", model, tuple(turned_down))

    async def _draft(
        self, evidence: Evidence, engine: Writer, draft: str, problems: tuple[str, ...]
    ) -> str:
        from lamplighter.model import chat
        from lamplighter.model.request import Request, Urgency

        turns = [chat.user(lines(evidence))]
        if problems:
            turns += [chat.assistant(draft), chat.user(retry(problems))]
        completion = await engine.complete(
            Request(
                prefix=tuple(getattr(chat, role)(content) for role, content in instructions()),
                turns=(*turns, chat.assistant_prefix()),
                max_tokens=_MAX_TOKENS,
                stop=("\n\n",),
                deadline_s=self._deadline_s,
                urgency=Urgency.REPORT,
            )
        )
        return " ".join(completion.text.split())
