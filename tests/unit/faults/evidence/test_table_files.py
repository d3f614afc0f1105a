from __future__ import annotations

import pytest

from lamplighter.errors import ConfigError
from lamplighter.faults.evidence.table_files import parse_table

FAULT = "class: x\nfaults:\n  - "


@pytest.mark.parametrize(
    ("text", "line", "key"),
    [
        ("class: ]", 1, "(file)"),
        ("faults: []", 1, "class"),
        ("class: ' '", 1, "class"),
        ("class: x\nfaults: 7", 2, "faults"),
        ("class: x\nfaults: [7]", 2, "faults[0]"),
        (FAULT + "{fault: a, check: b, signals: {c: sideways}}", 3, "faults[0].signals"),
        (FAULT + "{fault: a, check: b, signals: {}}", 3, "faults[0].signals"),
        (FAULT + "{fault: a, check: b}", 3, "faults[0].signals"),
        (FAULT + "{fault: '', check: b, signals: {c: up}}", 3, "faults[0].fault"),
        (FAULT + "{fault: a, check: b, signals: {c: up}, logs: bang}", 3, "faults[0].logs"),
        ("class: x\nchecks: {up: [7]}", 2, "checks.up"),
        ("class: x\nchecks: {over: Look.}", 2, "checks"),
    ],
)
def test_a_wrong_table_is_refused_with_line_and_key(text: str, line: int, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_table(text, file="x.yaml")
    [problem] = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("x.yaml", line, key)


def test_words_are_compared_in_lower_case_and_texts_are_one_line() -> None:
    text = "class: x\nfaults: [{fault: 'a\n  b', check: c, signals: {Oil: up}, logs: [LOW, ' ']}]"
    [fault] = parse_table(text, file="x.yaml").faults
    assert (fault.fault, fault.signals, fault.logs) == ("a b", (("oil", ("up",)),), ("low",))
