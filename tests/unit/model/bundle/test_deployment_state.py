from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.errors import ModelError
from lamplighter.model.bundle.deployment_state import (
    STATE,
    DeploymentState,
    RolledBack,
    TrialState,
    read_state,
    write_state,
)


def test_nothing_is_deployed_at_first(tmp_path: Path) -> None:
    assert read_state(tmp_path) == DeploymentState()
    assert read_state(tmp_path / "none") == DeploymentState()


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    state = DeploymentState("b", "a", TrialState(3, 1, 2), (RolledBack("c", "why", 5.5),))
    write_state(tmp_path, state)
    assert read_state(tmp_path) == state


def test_the_way_back_leads_to_the_model_before() -> None:
    state = DeploymentState().after_deploying("a", trial=False).after_deploying("b", trial=False)
    assert (state.current, state.previous, state.trial) == ("b", "a", None)
    state = state.after_deploying("a", trial=False)
    assert (state.current, state.previous) == ("a", "b")
    state = state.after_deploying("a", trial=True)
    assert (state.current, state.previous, state.trial) == ("a", "b", TrialState())


def test_a_model_on_trial_is_no_way_back_where_there_is_a_better_one() -> None:
    state = DeploymentState("a").after_deploying("b", trial=True).after_deploying("c", trial=True)
    assert (state.current, state.previous) == ("c", "a")
    # Without one it is at least a model that passed its gates.
    first = DeploymentState().after_deploying("a", trial=True).after_deploying("b", trial=True)
    assert (first.current, first.previous) == ("b", "a")


def test_a_rollback_is_kept_with_its_reason() -> None:
    state = DeploymentState("b", "a", TrialState(1, 3, 0))
    back = state.after_rollback("failed", 7.0)
    assert back == DeploymentState("a", None, None, (RolledBack("b", "failed", 7.0),))
    for number in range(9):
        back = DeploymentState(f"{number}", rolled_back=back.rolled_back).after_rollback("x", 1.0)
    assert [each.version for each in back.rolled_back] == ["4", "5", "6", "7", "8"]


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("deploy"), st.sampled_from("abcd"), st.booleans()),
            st.tuples(st.just("back"), st.just(""), st.just(value=False)),
        ),
        max_size=12,
    )
)
def test_current_and_previous_are_never_the_same(steps: list[tuple[str, str, bool]]) -> None:
    state = DeploymentState()
    for step, version, trial in steps:
        if step == "deploy":
            state = state.after_deploying(version, trial=trial)
        elif state.current is not None:
            state = state.after_rollback("why", 0.0)
        assert state.current is None or state.current != state.previous
        assert state.trial is None or state.current is not None


@pytest.mark.parametrize(
    "change",
    [
        {"format": 9},
        {"current": "../../etc"},
        {"current": "a/b"},
        {"previous": ""},
        {"current": 7},
        {"trial": {"good": "1", "bad": 0, "starts": 0}},
        {"trial": {"good": 1}, "more": 2},
        {"rolled_back": 3},
        {"rolled_back": [{"version": 5, "reason": "x", "at": 1.0}]},
        {"rolled_back": [{"version": "a", "reason": None, "at": 1.0}]},
        {"rolled_back": [{"version": "a", "reason": "x", "at": float("nan")}]},
        {"rolled_back": [{"version": "a", "reason": "x", "at": 1e18}]},
    ],
)
def test_a_broken_state_is_told(tmp_path: Path, change: dict[str, object]) -> None:
    write_state(tmp_path, DeploymentState("b", "a"))
    value = json.loads((tmp_path / STATE).read_text())
    (tmp_path / STATE).write_text(json.dumps(value | change))
    with pytest.raises(ModelError, match=r"is broken|newer format"):
        read_state(tmp_path)
