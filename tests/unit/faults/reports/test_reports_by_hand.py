"""The checker on reports that were written, and spoilt, by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tools.plant import codec

from lamplighter.faults.evidence.record import Evidence
from lamplighter.faults.reports.checker import check, faithful_part

FOLDER = Path(__file__).parents[3] / "data" / "reports"


def rows(name: str) -> list[dict[str, Any]]:
    """The rows of one of the files."""
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def cases() -> dict[str, Evidence]:
    return {row["case"]: codec.from_dict(row["evidence"]) for row in rows("cases.jsonl")}


@pytest.mark.parametrize("row", rows("planted.jsonl"), ids=lambda row: f"{row['kind']}")
def test_a_planted_error_is_caught(row: dict[str, Any], cases: dict[str, Evidence]) -> None:
    assert check(row["text"], cases[row["case"]]) != []


def test_at_most_one_in_thirty_faithful_reports_is_refused(cases: dict[str, Evidence]) -> None:
    faithful = rows("faithful.jsonl")
    refused = [row["text"] for row in faithful if check(row["text"], cases[row["case"]])]
    assert 30 * len(refused) <= len(faithful), refused


def test_the_faithful_part_of_a_spoilt_report_holds_no_wrong_claim(
    cases: dict[str, Evidence],
) -> None:
    for row in rows("planted.jsonl"):
        evidence = cases[row["case"]]
        kept = faithful_part(row["text"], evidence)
        wrong = [p for p in check(kept, evidence) if "missing" not in p and "not named" not in p]
        assert kept == "" or wrong == []
