"""Thinned payloads: exact however often they are thinned, and readable for a consumer."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lamplighter.store.outbound.thinning import Summary, merge, payload_of, start_of, summary_of

NUMBERS = st.one_of(
    st.integers(-(10**12), 10**12),
    st.decimals(-1000000, 1000000, places=4),
    st.floats(-1e6, 1e6, allow_nan=False),
)


def said(number: Any) -> bytes:
    return str(number).encode()


def read(payload: bytes, at: float = 0.0, merged: int = 1) -> Summary:
    summary = summary_of(payload, at, merged=merged)
    assert summary is not None
    return summary


def thin(readings: list[Summary]) -> Summary:
    """Thinned, and read again as it stands on disk."""
    summary = merge(readings)
    return read(payload_of(summary), 0.0, summary.count) if summary.count > 1 else summary


@given(st.lists(NUMBERS, min_size=2, max_size=30), st.data())
def test_thinning_again_and_again_gives_what_thinning_once_gives(
    numbers: list[Any], data: st.DataObject
) -> None:
    rows = [read(said(number), float(at)) for at, number in enumerate(numbers)]
    once = thin(rows)
    while len(rows) > 1:
        start = data.draw(st.integers(0, len(rows) - 2))
        end = data.draw(st.integers(start + 2, len(rows)))
        rows[start:end] = [thin(rows[start:end])]
    assert rows[0] == once
    exact = [Fraction(str(number)) for number in numbers]
    span = once.values["value"]
    assert Fraction(span.total) == sum(exact)
    assert (Fraction(span.minimum), Fraction(span.maximum)) == (min(exact), max(exact))
    assert (Fraction(span.first), Fraction(span.last)) == (exact[0], exact[-1])
    assert (span.count, once.count) == (len(numbers), len(numbers))
    assert (once.start, once.end) == (0.0, len(numbers) - 1.0)
    document = json.loads(payload_of(once))
    mean = float(sum(exact) / len(exact))
    assert document["values"]["value"]["mean"] == pytest.approx(mean, rel=1e-12, abs=1e-9)


def test_the_payload_says_what_it_is() -> None:
    first = read(b'{"temperature": 20.1, "unit": "C", "pump": {"on": true, "rpm": 1500}}', 100.0)
    second = read(b'{"temperature": 21, "unit": "C", "pump": {"on": false}}', 109.5)
    payload = payload_of(merge([first, second]))
    assert json.loads(payload) == {
        "thinned": True,
        "from": 100.0,
        "to": 109.5,
        "count": 2,
        "values": {
            "temperature": {
                "min": 20.1,
                "mean": 20.55,
                "max": 21,
                "sum": 41.1,
                "count": 2,
                "first": 20.1,
                "last": 21,
            },
            "pump.rpm": {
                "min": 1500,
                "mean": 1500,
                "max": 1500,
                "sum": 1500,
                "count": 1,
                "first": 1500,
                "last": 1500,
            },
        },
        "others": {"unit": "C", "pump.on": False},
    }
    assert start_of(payload) == 100.0
    assert read(payload, 0.0, 2).values["temperature"].total == Decimal("41.1")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"online",
        b"\xff\xfe",
        b"true",
        b"null",
        b"NaN",
        b'{"a": Infinity}',
        b'{"text": "12"}',
        b"[1, 2]",
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"1" * 100_000,
        b"1e9999",
        b"{" + b",".join(b'"%d": 1' % each for each in range(1000)) + b"}",
    ],
)
def test_what_is_no_reading_is_no_reading(payload: bytes) -> None:
    assert summary_of(payload, 0.0) is None


def test_a_number_that_is_out_of_all_measure_costs_nothing() -> None:
    summary = read(b'{"a": 1, "b": 1e999999999, "c": [2.5, 3, 1e-999999999]}')
    document = json.loads(payload_of(merge([summary, summary])))
    assert document["others"] == {"b": "1E+999999999", "c": [2.5, 3, "1E-999999999"]}


@given(st.binary(max_size=200))
def test_no_payload_is_too_odd(payload: bytes) -> None:
    summary_of(payload, 0.0)
    summary_of(payload, 0.0, merged=2)
    start_of(payload)


@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.text(max_size=5), st.floats(), st.integers()),
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=4)
        ),
        max_leaves=15,
    )
)
def test_any_document_is_summed_up_as_json_or_is_no_reading(document: Any) -> None:
    summary = summary_of(json.dumps(document).encode(), 5.0)
    if summary is not None:
        both = payload_of(merge([summary, summary]))
        json.loads(both)
        again = read(both, 5.0, 2)
        assert again.values.keys() == summary.values.keys()
        assert again.others.keys() == summary.others.keys()
