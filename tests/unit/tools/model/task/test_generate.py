"""Training samples: the same for the same seed, and such as the daemon itself would read."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from tools.model.task.generate import Generator, Sample
from tools.model.task.homes import parts
from tools.model.task.own import Template

from lamplighter.model.decoding.grammar import compile_grammar
from lamplighter.understanding.frame_grammar import all_mentions, line_of
from lamplighter.understanding.frames import NONE, VERBS
from lamplighter.understanding.normalise import plain

NOWHERE = Path("there/is/no/such/folder")


def samples(count: int, seed: int = 7, *, held_out: bool = False) -> list[Sample]:
    """Samples of what needs no outside data, so that they are the same everywhere."""
    return list(Generator(seed, data=NOWHERE, held_out=held_out).samples(count))


@pytest.fixture(scope="module")
def found() -> list[Sample]:
    return samples(700)


def test_the_same_seed_draws_the_same_samples(found: list[Sample]) -> None:
    again = samples(700)
    assert [(each.text, each.line) for each in again] == [(each.text, each.line) for each in found]
    assert [each.text for each in samples(20, seed=8)] != [each.text for each in found[:20]]


def test_every_frame_is_admitted_by_its_own_grammar(found: list[Sample]) -> None:
    for each in found:
        assert plain(each.text) == each.text
        mentions = all_mentions(each.text, each.home.names)
        assert mentions.device(), each.text
        assert compile_grammar(line_of(mentions)).parses(each.line), (each.text, each.line)


def test_every_verb_and_enough_of_nothing_is_drawn(found: list[Sample]) -> None:
    verbs = Counter(each.line.split("|")[0] for each in found)
    assert set(verbs) == {*VERBS, NONE}
    assert 0.15 < verbs[NONE] / len(found) < 0.5


def test_no_sentence_is_drawn_twice(found: list[Sample]) -> None:
    assert len({each.text.casefold() for each in found}) == len(found)


def test_few_sentences_are_dropped() -> None:
    generator = Generator(3, data=NOWHERE)
    list(generator.samples(300))
    dropped = sum(counter.total() for counter in generator.counts.dropped.values())
    assert dropped < 0.25 * (dropped + generator.counts.kept.total())


def test_held_out_words_and_templates_are_never_trained() -> None:
    for key, words in parts(held_out=True).lists.items():
        assert words, key
        assert not set(words) & set(parts(held_out=False).lists[key])
    texts = [f"say it in way {number}" for number in range(200)]
    shares = Counter(Template(text, "on", ()).held_out for text in texts)
    assert 0 < shares[True] < shares[False]


def test_held_out_sentences_are_new() -> None:
    seen = {each.text.casefold() for each in samples(400)}
    assert not seen & {each.text.casefold() for each in samples(60, held_out=True)}


def test_a_row_is_a_case_of_the_task(found: list[Sample]) -> None:
    row = found[0].row()
    assert row["turns"] == [["user", found[0].text]]
    assert row["answer"] == found[0].line
    digest = hashlib.sha256(repr(row["prefix"]).encode()).hexdigest()
    assert all(
        hashlib.sha256(repr(each.row()["prefix"]).encode()).hexdigest() == digest for each in found
    )
