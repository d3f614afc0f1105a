"""Texts for training and measuring: a task's cases, and general prose.

A task's case is a line of JSON as the gates read it: ``prefix`` and ``turns`` (rows of role and
text), ``start`` (how the answer's turn begins) and ``answer``. Many cases share their prefix, so
a training row holds it once and several cases after it, each of which sees the prefix and itself
only, at the positions it would have alone::

    prefix  case 1  case 2  case 3
       0       1       2       3      segment
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lamplighter.errors import ModelError
from lamplighter.model.prompt.chat import ChatTemplate, Turn, assistant_prefix
from lamplighter.model.prompt.tokenizer import TextTokenizer

NO_TARGET = -1


@dataclass(frozen=True, slots=True)
class Sample:
    """A case in tokens.

    Attributes:
        prefix: what many cases begin with.
        rest: the rest of the prompt and the answer with the end token.
        answer: the place in ``rest`` at which the answer begins.
    """

    prefix: tuple[int, ...]
    rest: tuple[int, ...]
    answer: int


@dataclass(frozen=True, slots=True)
class Row:
    """A training row; all four have its length.

    Attributes:
        tokens: their ids.
        positions: of each token in the text it belongs to.
        segments: 0 is seen by all that follow it, another only by its own.
        targets: the token to be predicted after each, or ``NO_TARGET``.
    """

    tokens: tuple[int, ...]
    positions: tuple[int, ...]
    segments: tuple[int, ...]
    targets: tuple[int, ...]


def read_cases(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the cases of a file.

    Raises:
        ModelError: it can't be read or a line is no case.
    """
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                case = json.loads(line)
                if not isinstance(case, dict) or not {"turns", "answer"} <= case.keys():
                    raise ModelError(path.name, f"line {number} is no case")
                yield case
    except (OSError, ValueError) as error:
        raise ModelError(path.name, f"can't be read: {error}") from error


def encode_case(case: dict[str, Any], tokenizer: TextTokenizer, template: ChatTemplate) -> Sample:
    """Return a case in tokens, as the engine would write them.

    Raises:
        ModelError: the template does not take these turns.
    """
    prefix = [Turn(role, text) for role, text in case.get("prefix") or ()]
    turns = [Turn(role, text) for role, text in case["turns"]]
    turns.append(assistant_prefix(str(case.get("start") or "")))
    first, rest = template.pieces(prefix, turns)
    prompt = tokenizer.encode_pieces(rest)
    answer = tokenizer.encode(str(case["answer"]))
    return Sample(
        tuple(tokenizer.encode_pieces(first)),
        (*prompt, *answer, tokenizer.eos),
        len(prompt),
    )


def pack(samples: Iterable[Sample], length: int) -> list[Row]:
    """Return rows of at most ``length`` tokens (a longer case has one of its own).

    Cases keep their order among those of the same prefix.
    """
    by_prefix: dict[tuple[int, ...], list[list[Sample]]] = {}
    for sample in samples:
        rows = by_prefix.setdefault(sample.prefix, [[]])
        used = len(sample.prefix) + sum(len(each.rest) for each in rows[-1])
        if rows[-1] and used + len(sample.rest) > length:
            rows.append([])
        rows[-1].append(sample)
    return [_row(prefix, row) for prefix, rows in by_prefix.items() for row in rows]


def _row(prefix: tuple[int, ...], samples: Sequence[Sample]) -> Row:
    start = len(prefix)
    tokens, positions = list(prefix), list(range(start))
    segments, targets = [0] * start, [NO_TARGET] * start
    for number, sample in enumerate(samples, 1):
        tokens += sample.rest
        positions += range(start, start + len(sample.rest))
        segments += [number] * len(sample.rest)
        before = max(0, sample.answer - 1)
        targets += [NO_TARGET] * before
        targets += [*sample.rest[before + 1 :], NO_TARGET]
    return Row(tuple(tokens), tuple(positions), tuple(segments), tuple(targets))


def prose(tokens: Sequence[int], length: int) -> list[Row]:
    """Return rows of ``length`` tokens of a text, every one of which is to be predicted.

    What is left over at the end and is shorter than half a row is dropped.
    """
    rows = []
    for start in range(0, len(tokens), length):
        part = tuple(tokens[start : start + length])
        if 2 * len(part) < length:
            continue
        places = tuple(range(len(part)))
        rows.append(Row(part, places, (0,) * len(part), (*part[1:], NO_TARGET)))
    return rows
