from __future__ import annotations

import json
from datetime import date, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.understanding.intent_json import (
    intents_from_json,
    intents_to_json,
    until_from_json,
    when_from_json,
    when_to_json,
)
from lamplighter.understanding.intents import Intent
from lamplighter.understanding.timing.when import (
    Delay,
    Interval,
    Moment,
    Recurring,
    SunMoment,
    When,
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=10),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=5), inner, max_size=3),
        st.frozensets(st.text(max_size=5), max_size=3),
    ),
    max_leaves=6,
)
TEXTS = st.text(max_size=10)
INTENTS = st.builds(
    Intent,
    name=TEXTS,
    slots=st.dictionaries(TEXTS, VALUES, max_size=4),
    domains=st.frozensets(TEXTS, max_size=3),
    here=st.booleans(),
    many=st.booleans(),
    question=TEXTS,
    text=TEXTS,
    without=st.frozensets(TEXTS, max_size=3),
)
EVENTS = st.sampled_from(["sunrise", "sunset", "dawn", "dusk", "noon"])
OFFSETS = st.floats(-86400, 86400)
SECONDS = st.floats(0, 1e7)
DAYS = st.frozensets(st.integers(0, 6), min_size=1)
TIMES = st.one_of(
    st.builds(Delay, SECONDS),
    st.builds(Interval, SECONDS),
    st.builds(Moment, st.dates(), st.times()),
    st.builds(SunMoment, st.dates(), EVENTS, OFFSETS),
    st.builds(Recurring, DAYS, st.times()),
    st.builds(Recurring, DAYS, st.none(), EVENTS, OFFSETS),
)


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


@given(st.lists(INTENTS, max_size=3))
def test_intents_come_back_as_they_were(intents: list[Intent]) -> None:
    assert intents_from_json(through_json(intents_to_json(intents))) == tuple(intents)


@given(TIMES)
def test_times_come_back_as_they_were(when: When) -> None:
    assert when_from_json(through_json(when_to_json(when))) == when


def test_what_json_lacks_is_kept() -> None:
    intent = Intent("HassTurnOn", {"ids": ("light.a", "light.b"), "rgb": [1, 2]})
    [back] = intents_from_json(through_json(intents_to_json([intent])))
    assert back.slots == {"ids": ("light.a", "light.b"), "rgb": [1, 2]}


def test_what_can_not_be_kept_is_said_at_once() -> None:
    with pytest.raises(TypeError, match="date"):
        intents_to_json([Intent("HassTurnOn", {"day": date(2026, 1, 1)})])


def test_an_end_is_no_habit() -> None:
    end = Moment(date(2026, 1, 1), time(7))
    assert until_from_json(when_to_json(end)) == end
    with pytest.raises(TypeError):
        until_from_json(when_to_json(Recurring(at=time(7))))
