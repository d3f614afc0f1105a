"""Sets of cases that a task is measured on: one JSON object a line.

::

    {"prefix": [["system", "Write the home command ..."]], "turns": [["user", "lights on"]],
     "start": "", "grammar": [{"choice": ["on", "off"]}, "|", ...], "answer": "on|light"}

``prefix`` and ``turns`` are rows of role and text; ``start`` is how the answer begins (the
model writes on from there); ``grammar`` is as ``decoding.notation`` describes it, or null for
free decoding; ``answer`` is what the model must write after ``start``. ``prefix``, ``start``,
``grammar`` and ``max_tokens`` (64) may be left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from lamplighter.errors import ModelError
from lamplighter.model.decoding.grammar import compile_grammar
from lamplighter.model.decoding.notation import part_from
from lamplighter.model.prompt import chat
from lamplighter.model.prompt.chat import Role, Turn
from lamplighter.model.request import Request

_REQUIRED = frozenset({"turns", "answer"})
_KNOWN = _REQUIRED | {"prefix", "start", "grammar", "max_tokens"}
_MAX_TOKENS = 64
_LONGEST = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCase:
    """One case.

    Attributes:
        prefix: turns that many cases share.
        turns: the rest of the prompt, without the assistant's open turn.
        start: how the answer begins.
        grammar: as plain data; None decodes freely.
        answer: what has to follow.
        max_tokens: the most that the model may write.
    """

    prefix: tuple[Turn, ...]
    turns: tuple[Turn, ...]
    start: str
    grammar: Any
    answer: str
    max_tokens: int

    def request(self) -> Request:
        """Return the case as a request: greedy, under its grammar.

        Raises:
            ModelError: the grammar can't be compiled.
        """
        grammar = None
        if self.grammar is not None:
            grammar = compile_grammar(part_from(self.grammar))
        return Request(
            prefix=self.prefix,
            turns=(*self.turns, chat.assistant_prefix(self.start)),
            grammar=grammar,
            max_tokens=self.max_tokens,
        )


def read_cases(path: Path) -> list[TaskCase]:
    """Return the cases in a file, at least one; empty lines are left out.

    Raises:
        ModelError: the file can't be read, or a line is no case; it names the line.
    """
    try:
        # Not splitlines: JSON's texts may hold what else counts as the end of a line.
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(path.name, f"can't be read: {error}") from error
    cases = list(_cases(path.name, lines))
    if not cases:
        raise ModelError(path.name, "holds no cases")
    return cases


def _cases(name: str, lines: list[str]) -> Iterator[TaskCase]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _case(json.loads(line))
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise ModelError(name, f"line {number}: {error}") from error
        except ModelError as error:
            raise ModelError(name, f"line {number}: {error.reason}") from error


def _case(value: Any) -> TaskCase:
    if not isinstance(value, Mapping):
        raise TypeError("must be a JSON object")
    if not set(value) <= _KNOWN or not set(value) >= _REQUIRED:
        raise ValueError(f"must have turns and answer, and may have {sorted(_KNOWN - _REQUIRED)}")
    case = TaskCase(
        prefix=_turns(value.get("prefix", ())),
        turns=_turns(value["turns"]),
        start=value.get("start", ""),
        grammar=value.get("grammar"),
        answer=value["answer"],
        max_tokens=value.get("max_tokens", _MAX_TOKENS),
    )
    if not (isinstance(case.start, str) and isinstance(case.answer, str)):
        raise TypeError("start and answer must be texts")
    if type(case.max_tokens) is not int or not 1 <= case.max_tokens <= _LONGEST:
        raise ValueError(f"max_tokens must be 1 to {_LONGEST}")
    if case.grammar is not None:
        part_from(case.grammar)
    return case


def _turns(rows: Any) -> tuple[Turn, ...]:
    turns = tuple(Turn(role, text) for role, text in rows)
    for turn in turns:
        if turn.role not in get_args(Role) or not isinstance(turn.content, str):
            raise ValueError("turns must be rows of role (system, user, assistant) and text")
    return turns
