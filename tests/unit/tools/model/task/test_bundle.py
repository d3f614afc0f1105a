"""The bundled task set: as it was written, and such as the gates can read."""

from __future__ import annotations

import hashlib
import json

from tools.model.task.bundle import SENTENCES, TASKS, cases, read_sentences
from tools.model.task.generate import Generator

from lamplighter.model.bundle.task_cases import read_cases
from lamplighter.model.decoding.grammar import compile_grammar
from lamplighter.model.decoding.notation import part_from
from lamplighter.understanding.model_parser import SHORT_INSTRUCTION

FROZEN = {
    "homes.json": "e87e01fed4d782438595aba4482553e126caab3517a4d8e2bdf5f927f5832b90",
    "sentences.tsv": "a87f800e1e1e1ce71333d796d9e7bf3ddaf6388165ed1883d082340fd56fd5fc",
}
"""Written before the training data was, and not changed since."""


def test_the_sentences_are_as_they_were_written() -> None:
    for name, digest in FROZEN.items():
        assert hashlib.sha256((SENTENCES / name).read_bytes()).hexdigest() == digest, name


def test_the_bundled_set_is_that_of_the_sentences() -> None:
    lines = TASKS.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line) for line in lines] == cases()


def test_there_are_enough_of_them() -> None:
    assert len(list(read_sentences())) >= 200
    assert len(cases()) >= 200


def test_the_gates_can_read_it_and_its_answers_are_possible() -> None:
    for case in read_cases(TASKS):
        assert compile_grammar(part_from(case.grammar)).parses(case.answer)
        assert case.prefix[0].content == SHORT_INSTRUCTION


def test_training_has_none_of_its_sentences() -> None:
    written = {each.said.casefold() for each in read_sentences()}
    drawn = {each.text.casefold() for each in Generator(7).samples(500)}
    assert not written & drawn
