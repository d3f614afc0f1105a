"""What FaultSum's figures count, on reports by the template."""

from __future__ import annotations

from dataclasses import replace

from tools.faults_figures.faultsum import Written, against_numbers, pairs, said
from tools.plant.faultsum import read

from lamplighter.faults.reports.template_text import template_text
from lamplighter.faults.reports.writer import Report


def reports() -> list[Report]:
    """The first frozen cases, as a model might have written them."""
    return [Report(each, template_text(each), "model", "m 1") for each in read()[:12]]


def test_the_template_says_what_a_report_must() -> None:
    for report in reports():
        assert all(said(report)), report.text


def test_what_is_not_said_is_seen() -> None:
    report = reports()[0]
    silent = replace(report, text="There is an alarm.")
    assert not any(said(silent))


def test_pairs_hide_which_side_is_the_models() -> None:
    written = [
        Written(number, replace(report, text=f"model {number}"), 0.1)
        for number, report in enumerate(reports())
    ]
    rows, key = pairs(written)
    assert {each["model"] for each in key} == {"A", "B"}
    for row, told in zip(rows, key, strict=True):
        assert row["case"] == told["case"]
        other = "B" if told["model"] == "A" else "A"
        assert row[told["model"]] == f"model {row['case']}"
        assert row[other] == template_text(written[row["case"]].report.evidence)
        assert row["facts"]["name"]
        assert "model" not in row


def test_the_same_seed_shuffles_the_same_way() -> None:
    written = [Written(number, report, 0.1) for number, report in enumerate(reports())]
    assert pairs(written) == pairs(written)
    assert pairs(written, 1)[1] != pairs(written, 2)[1]


def test_a_side_that_the_numbers_speak_against_is_counted() -> None:
    assert against_numbers("It is at 7.2 bar, above its limit of 7 bar.") == 0
    assert against_numbers("It is at -7.2 °C, above its limit of -7 °C.") == 1
    assert against_numbers("It is low at 1301 1/min, below its limit of 1300 1/min.") == 1
