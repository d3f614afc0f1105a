from __future__ import annotations

import random

import pytest
from tools.model.task.report_texts import Author
from tools.model.task.reports import drawn

from lamplighter.faults.reports.mark_problems import mark_problems
from lamplighter.faults.reports.marked_facts import told
from lamplighter.faults.reports.marks import sentences

LINES = ("opened warning: m0, since t0", "s1 high: v1, limit l1", "t2 s2 was high: v2, limit l2")


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("s1 is at v1, above its limit of l2.", "l2 is told of s1"),
        ("s1 is at v1 and s2 at v1.", "v1 is told of s2"),
        ("It is at v2.", "v2 is told of no signal"),
        ("s2 is at v2, above its limit of l2.", "v2 is said to be beyond its limit"),
        ("s2 has risen to v2.", "v2 is said to be beyond its limit"),
        ("The episode ended after i1.", "tells an end"),
        ("The episode began with q1.", "q1 is told without log"),
        ("s1 rose fast, v1 is above its allowed l1.", "takes an allowed change for a limit"),
        ("The onset was at f0.", "f0 is told without points or pointed or likely"),
    ],
)
def test_what_marks_show_to_be_wrong(sentence: str, wrong: str) -> None:
    assert any(wrong in problem for problem in mark_problems(sentence, LINES))


@pytest.mark.parametrize(
    "sentence",
    [
        "m0 has had a warning since t0: s1 is at v1, above its limit of l1.",
        "At t2 s2 went above its limit of l2 and is now at v2.",
        "A similar case on h2 on h3 ended after h1.",
        "In the log there are k1 lines like q1.",
    ],
)
def test_what_is_right_passes(sentence: str) -> None:
    assert not list(mark_problems(sentence, LINES))


def test_an_end_may_be_told_of_what_is_closed() -> None:
    lines = ("closed warning: m0, t0 to e0, d0",)
    assert not list(mark_problems("The episode ended by itself.", lines))


def test_no_sentence_that_the_model_is_taught_is_refused() -> None:
    for number, evidence in enumerate(drawn(80, 21)):
        lines = told(evidence).lines
        text = Author(random.Random(number)).report(lines)  # noqa: S311 - seeded wordings
        for sentence in sentences(text):
            assert not list(mark_problems(sentence, lines)), (lines, sentence)
