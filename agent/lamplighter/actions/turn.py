"""One turn of a conversation: what was asked, and what is said or done about it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lamplighter.actions.asking import AskMessage
from lamplighter.actions.record import ActionRecord
from lamplighter.actions.reply import Outcome, Reply
from lamplighter.understanding.interpretation import Ask, Interpretation


@dataclass(frozen=True, slots=True)
class Turn:
    """An ask that is being decided on.

    Attributes:
        asked: the ask as it arrived, its PIN hidden.
        ask: what is interpreted of it: without the PIN, and with what was said before.
    """

    asked: AskMessage
    ask: Ask

    def reply(
        self,
        outcome: Outcome,
        speech: str,
        interpretation: Interpretation,
        *,
        explain: str = "",
        options: Sequence[str] = (),
        write: Callable[[sqlite3.Connection], None] | None = None,
    ) -> Reply:
        """What is said about it."""
        return Reply(
            id=self.asked.ask.id,
            text=self.asked.ask.text,
            outcome=outcome,
            speech=speech,
            via=interpretation.via,
            confidence=interpretation.confidence,
            explain=explain or interpretation.explain,
            options=options,
            write=write,
        )


@dataclass(slots=True)
class Plan:
    """Actions ready to be sent, and what to say once they are done.

    Attributes:
        records: the actions.
        speech: what to say once all of them are done.
        interpretation: how the ask was understood.
        write: what is written in the transaction that sends them.
    """

    records: list[ActionRecord]
    speech: str
    interpretation: Interpretation
    write: Callable[[sqlite3.Connection], None] | None = None


def expired_reply(ask: Ask) -> Reply:
    """What is said of an ask that came too late."""
    speech = "That command had expired before it reached me."
    return Reply(ask.id, ask.text, "refused", speech, explain="expired")


def together(*writes: Any) -> Callable[[sqlite3.Connection], None] | None:
    """Several writes as one; None where there is none."""
    wanted = [write for write in writes if write is not None]
    if not wanted:
        return None

    def write_all(connection: sqlite3.Connection) -> None:
        for write in wanted:
            write(connection)

    return write_all
