"""The reply to an ask, as published on the ``reply`` topic."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lamplighter.actions.record import WAITING, ActionRecord
from lamplighter.understanding.interpretation import Interpretation

_EXPIRED = "expired before it could be sent"

Outcome = Literal[
    "done",
    "scheduled",
    "answered",
    "clarify",
    "confirm",
    "refused",
    "not_understood",
    "failed",
]


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered to an ask.

    Attributes:
        id: the asker's id, or one made here.
        text: the sentence that was asked.
        outcome: what came of it.
        speech: what to say to the person.
        via: cache, rules or model; None where nothing was interpreted.
        confidence: 0 to 1.
        explain: why, for the curious.
        actions: what was carried out, as :meth:`ActionRecord.as_json` shows it.
        options: names to choose from, where a question is asked back.
        write: what is written in the same transaction as the reply; no part of the payload.
    """

    id: str
    text: str
    outcome: Outcome
    speech: str
    via: str | None = None
    confidence: float = 0.0
    explain: str = ""
    actions: Sequence[dict[str, Any]] = ()
    options: Sequence[str] = ()
    write: Callable[[sqlite3.Connection], None] | None = None

    def as_json(self, elapsed_ms: float) -> dict[str, Any]:
        """The payload; ``elapsed_ms`` is counted from the ask's arrival."""
        shown: dict[str, Any] = {
            "id": self.id,
            "text": self.text,
            "outcome": self.outcome,
            "speech": self.speech,
            "actions": list(self.actions),
            "via": self.via,
            "confidence": round(self.confidence, 3),
            "explain": self.explain,
            "elapsed_ms": round(elapsed_ms, 1),
        }
        if self.options:
            shown["options"] = list(self.options)
        return shown


def reply_of_actions(
    reply_id: str,
    text: str,
    speech: str,
    interpretation: Interpretation,
    records: Sequence[ActionRecord],
) -> Reply:
    """Done when every action succeeded; else failed, saying which did not and why."""
    failed = [record for record in records if not record.succeeded]
    return Reply(
        id=reply_id,
        text=text,
        outcome="failed" if failed or not records else "done",
        speech=_failure_speech(failed, len(records)) if failed else speech,
        via=interpretation.via,
        confidence=interpretation.confidence,
        explain=interpretation.explain,
        actions=[record.as_json() for record in records],
    )


def in_progress(speech: str) -> str:
    """What is said while doors and blinds still move: "Opening the Garage Door."."""
    for said, meant in (("pened", "pening"), ("losed", "losing")):
        speech = re.sub(rf"\b([OoCc]){said}\b", rf"\1{meant}", speech)
    return speech


def concluded(
    kept: Mapping[str, Any], speech: str, records: Sequence[ActionRecord]
) -> dict[str, Any]:
    """A kept reply, with what became of its actions since."""
    failed = [record for record in records if not record.succeeded]
    return {
        **kept,
        "outcome": "failed" if failed or not records else "done",
        "speech": _failure_speech(failed, len(records)) if failed else speech,
        "actions": [record.as_json() for record in records],
    }


def waits(reply: Mapping[str, Any]) -> bool:
    """Whether a reply says of an action that it waits for the broker."""
    return any(action.get("problem") == WAITING for action in reply.get("actions", ()))


def expired(kept: Mapping[str, Any], topics: Collection[str]) -> dict[str, Any] | None:
    """What is to be said after a kept reply, once messages on these topics have expired.

    None where it said of none of these actions that they wait for the broker.
    """
    late: list[str] = []
    actions = []
    for action in kept.get("actions", ()):
        sent = {action["topic"], *(each["topic"] for each in action.get("more", ()))}
        if action.get("problem") == WAITING and not sent.isdisjoint(topics):
            late.append(action["name"])
            actions.append({**action, "problem": _EXPIRED})
        else:
            actions.append(action)
    if not late:
        return None
    speech = f"The command for {_joined(late)} {_EXPIRED}."
    return {**kept, "outcome": "failed", "speech": speech, "actions": actions}


def _failure_speech(failed: Sequence[ActionRecord], total: int) -> str:
    by_problem: dict[str, list[str]] = {}
    for record in failed:
        by_problem.setdefault(record.problem or "did not confirm", []).append(record.name)
    parts = [f"{_joined(names)} {_plural(problem, names)}" for problem, names in by_problem.items()]
    speech = f"{'; '.join(parts)}."
    worked = total - len(failed)
    if worked:
        speech += " The other one is done." if worked == 1 else f" The other {worked} are done."
    return speech[:1].upper() + speech[1:]


def _joined(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plural(problem: str, names: Sequence[str]) -> str:
    if len(names) > 1 and problem.startswith("is "):
        return f"are {problem.removeprefix('is ')}"
    return problem
