"""What ties a sentence to the one before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.followups.wording import (
    Continuation,
    continuation_of,
    correction_of,
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("and the bedroom", Continuation("the bedroom", marked=True)),
        ("the bedroom too", Continuation("the bedroom", marked=True)),
        ("same in the hall", Continuation("the hall", marked=True)),
        ("and do the same for the hall", Continuation("the hall", marked=True)),
        ("what about upstairs", Continuation("upstairs", marked=True, tentative=True)),
        ("the bedroom", Continuation("the bedroom")),
        ("android", Continuation("android")),
    ],
)
def test_what_is_left_of_a_continuation(said: str, found: Continuation) -> None:
    assert continuation_of(said) == found


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("no the other lamp", "the other lamp"),
        ("no i meant the bedroom", "the bedroom"),
        ("i said the bedroom", "the bedroom"),
        ("the bedroom instead", "the bedroom"),
        ("not that one", ""),
        ("no not that one", ""),
        ("not that one the other one", "the other one"),
        ("wrong lamp", ""),
        ("oops i meant 20", "20"),
        ("not the hall the kitchen", "the kitchen"),
        ("no the kitchen not the hall", "the kitchen"),
        ("no", None),
        ("turn on the lamp", None),
        ("sorry", None),
        ("notes on", None),
        ("", None),
    ],
)
def test_what_is_meant_instead(said: str, meant: str | None) -> None:
    assert correction_of(said) == meant


@given(st.text(alphabet="no the not i meant,wrong one", max_size=60))
def test_nothing_is_made_up(said: str) -> None:
    meant = correction_of(said)
    assert meant is None or meant in said
    assert continuation_of(said).rest in said
