from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle.task_cases import read_cases
from lamplighter.model.prompt import chat

FULL: dict[str, Any] = {
    "prefix": [["system", "Write one line."]],
    "turns": [["user", "lights on"]],
    "start": "say ",
    "grammar": {"choice": ["on", "off"]},
    "answer": "on",
    "max_tokens": 8,
}


def written(path: Path, *cases: Any) -> Path:
    path.write_text("\n".join(json.dumps(case) for case in cases))
    return path


def test_a_case_becomes_a_greedy_request(tmp_path: Path) -> None:
    [case] = read_cases(written(tmp_path / "set.jsonl", FULL))
    request = case.request()
    assert request.prefix == (chat.system("Write one line."),)
    assert request.turns == (chat.user("lights on"), chat.assistant_prefix("say "))
    assert request.grammar is not None
    assert request.grammar.parses("off")
    assert (request.max_tokens, request.temperature, case.answer) == (8, 0.0, "on")


def test_most_may_be_left_out(tmp_path: Path) -> None:
    path = written(tmp_path / "set.jsonl", {"turns": [["user", "hi"]], "answer": "hello"})
    path.write_text(path.read_text() + "\n\n")
    [case] = read_cases(path)
    request = case.request()
    assert (request.prefix, request.grammar, request.max_tokens) == ((), None, 64)


def test_a_text_may_hold_what_else_ends_a_line(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    case = {"turns": [["user", "one\u2028two\x85three"]], "answer": "x"}
    path.write_text(json.dumps(case, ensure_ascii=False) + "\r\n", encoding="utf-8")
    [read] = read_cases(path)
    assert read.turns == (chat.user("one\u2028two\x85three"),)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"turns": [["nobody", "hi"]]}, "turns must be rows"),
        ({"turns": [["user"]]}, "not enough values"),
        ({"turns": 3}, "line 2: "),
        ({"answer": 3}, "must be texts"),
        ({"grammar": {"choice": []}}, "line 2: "),
        ({"grammar": {"nonsense": 1}}, "line 2: "),
        ({"max_tokens": 0}, "1 to 4096"),
        ({"more": 1}, "may have"),
    ],
)
def test_what_is_no_case_is_named_by_its_line(
    tmp_path: Path, change: dict[str, Any], reason: str
) -> None:
    path = written(tmp_path / "set.jsonl", FULL, FULL | change)
    with pytest.raises(ModelError, match=r"set\.jsonl: line 2: ") as caught:
        read_cases(path)
    assert reason in str(caught.value)


def test_a_set_without_cases_is_none(tmp_path: Path) -> None:
    (tmp_path / "set.jsonl").write_text("\n \n")
    with pytest.raises(ModelError, match="holds no cases"):
        read_cases(tmp_path / "set.jsonl")
    with pytest.raises(ModelError, match="can't be read"):
        read_cases(tmp_path / "none.jsonl")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=6,
)


@given(key=st.sampled_from(sorted(FULL)), value=VALUES)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_value_is_a_case_or_refused(tmp_path: Path, key: str, value: Any) -> None:
    try:
        [case] = read_cases(written(tmp_path / "set.jsonl", FULL | {key: value}))
        case.request()
    except ModelError as error:
        assert error.reason
