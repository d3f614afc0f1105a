"""Report samples: facts with marks, and texts that the daemon's checker lets through."""

from __future__ import annotations

import random

from tools.model.task.report_evidence import EvidenceMaker
from tools.model.task.reports import Refused, drawn, samples

from lamplighter.faults.condition import Kind
from lamplighter.faults.reports.checker import check
from lamplighter.faults.reports.marked_facts import told
from lamplighter.faults.reports.marks import fill, marks_in


def test_texts_are_faithful_and_tell_no_more_than_the_lines() -> None:
    evidences = list(drawn(12, 5))
    by_facts = {told(each).text: each for each in evidences}
    found = list(samples(evidences, 5))
    assert len(found) >= 10
    for each in found:
        facts, _, wrong = each["turns"][0][1].partition("\nwrong: ")
        text = each["start"] + each["answer"]
        assert not wrong or wrong not in text
        assert marks_in(text) == marks_in(facts)
        evidence = by_facts[facts]
        assert check(fill(text, told(evidence).marks), evidence) == []


def test_the_same_seed_gives_the_same_samples() -> None:
    assert list(samples(drawn(3, 5), 7)) == list(samples(drawn(3, 5), 7))


def test_some_samples_go_on_after_a_wrong_sentence() -> None:
    found = list(samples(drawn(60, 1), 1))
    again = [each for each in found if "\nwrong: " in each["turns"][0][1]]
    assert 0 < len(again) < len(found) / 3
    assert any(each["start"].endswith(".") and each["answer"][0] == " " for each in again)


def test_what_the_checker_refuses_is_counted() -> None:
    refused = Refused()
    kept = list(samples(drawn(40, 3), 3, refused))
    assert len(kept) <= 40
    assert refused.texts >= 40 - len(kept)


def test_drawn_evidence_has_every_kind_of_condition_and_report() -> None:
    maker = EvidenceMaker(random.Random(2))  # noqa: S311 - a seeded simulation
    found = [maker.evidence() for _ in range(250)]
    assert {signal.kind for each in found for signal in each.signals} == set(Kind)
    assert {each.kind for each in found} == {"opened", "changed", "closed"}
    assert any(each.signal_only for each in found)
    for each in found:
        assert (each.ended is not None) is (each.kind == "closed")
        assert {*each.joined, *each.left} <= {signal.tag for signal in each.signals}
