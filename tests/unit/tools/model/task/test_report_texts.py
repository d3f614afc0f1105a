from __future__ import annotations

import random

import pytest
from tools.model.task import report_wordings as wordings
from tools.model.task.report_texts import Author

from lamplighter.faults.condition import Kind
from lamplighter.faults.reports.marks import marks_in

LINES = (
    "opened warning: m0, since t0",
    "s1 high: v1, limit l1, usual u1, rising g1",
    "t2 s2 high: v2, limit l2",
    "steady: o1, o2",
    "log: k1 lines like q1",
    "ruled out: r1, as o1 steady",
    "likely: f0",
    "check: c0",
)


@pytest.mark.parametrize("seed", range(30))
def test_every_mark_is_told_once(seed: int) -> None:
    text = Author(random.Random(seed)).report(LINES)  # noqa: S311 - seeded wordings
    assert marks_in(text) == marks_in("\n".join(LINES))
    assert "[" not in text
    assert text.endswith(".")


def test_a_text_differs_from_draw_to_draw() -> None:
    found = {Author(random.Random(seed)).report(LINES) for seed in range(20)}  # noqa: S311 - as above
    assert len(found) == 20


@pytest.mark.parametrize("before", ["", "back from "])
def test_every_state_of_a_signal_has_wordings(before: str) -> None:
    from lamplighter.faults.reports.marked_signals import STATES

    assert {f"{before}{STATES[kind]}" for kind in Kind} <= wordings.LEAD.keys()


def test_a_trend_that_leads_out_of_the_alarm_is_told_as_one() -> None:
    lines = (LINES[0], "s1 high: v1, limit l1, falling g1", "check: c0")
    for seed in range(20):
        text = Author(random.Random(seed)).report(lines)  # noqa: S311 - as above
        assert "now falling" in text


def test_an_unknown_heading_is_an_error() -> None:
    with pytest.raises(ValueError, match="s1 high"):
        Author(random.Random(0)).report(LINES[1:])  # noqa: S311 - as above
