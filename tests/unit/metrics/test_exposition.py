"""What is written, Prometheus's own parsers read; and each scraper gets the format it wants."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read_text

from lamplighter.metrics.exposition import OPENMETRICS, TEXT, negotiate, render
from lamplighter.metrics.families import Family, Kind, Sample, counter, gauge

LABEL_NAMES = st.sampled_from(("link", "lane", "topic", "reason_1"))
# Whatever a topic or a broker's reason may hold, quotes, backslashes and line ends above all.
VALUES = st.text(st.characters(codec="utf-8") | st.sampled_from('"\\\n\r{},='))
NAMES = st.sampled_from(("lamplighter_a", "lamplighter_b_bytes", "lamplighter_c_seconds"))


@st.composite
def families(draw: st.DrawFn) -> Family:
    name = draw(NAMES)
    kind: Kind = draw(st.sampled_from(("gauge", "counter")))
    numbers = (
        st.floats() | st.integers(-(2**53), 2**53)
        if kind == "gauge"
        else st.floats(0, allow_nan=False, allow_infinity=False) | st.integers(0, 2**53)
    )
    labels = draw(
        st.lists(st.dictionaries(LABEL_NAMES, VALUES), min_size=1, max_size=4, unique_by=str)
    )
    samples = tuple(Sample(draw(numbers), each) for each in labels)
    unit = next((each for each in ("bytes", "seconds") if name.endswith(each)), "")
    # The parser strips the ends of a help text; ours have none to strip.
    return Family(name, kind, f"A {draw(VALUES)}.", samples, unit)


def read(family: Family, *, openmetrics: bool) -> Any:
    text = render([family], OPENMETRICS if openmetrics else TEXT).decode()
    [found] = list(read_openmetrics(text) if openmetrics else read_text(text))  # type: ignore[no-untyped-call]
    return found


def alike(found: float, wanted: float) -> bool:
    return found == wanted or (math.isnan(found) and math.isnan(wanted))


@given(families())
def test_the_text_format_reads_back(family: Family) -> None:
    found = read(family, openmetrics=False)
    suffix = "_total" if family.kind == "counter" else ""
    assert found.type == family.kind
    assert [(each.name, each.labels) for each in found.samples] == [
        (f"{family.name}{suffix}", dict(each.labels)) for each in family.samples
    ]
    assert all(
        alike(each.value, wanted.value)
        for each, wanted in zip(found.samples, family.samples, strict=True)
    )


@given(families())
def test_openmetrics_reads_back(family: Family) -> None:
    found = read(family, openmetrics=True)
    assert (found.name, found.type, found.unit) == (family.name, family.kind, family.unit)
    assert found.documentation == family.help
    assert [each.labels for each in found.samples] == [dict(each.labels) for each in family.samples]
    assert all(
        alike(each.value, wanted.value)
        for each, wanted in zip(found.samples, family.samples, strict=True)
    )


def test_an_info_is_a_gauge_in_the_older_format() -> None:
    family = Family("lamplighter_build", "info", "Versions.", (Sample(1, {"python": "3"}),))
    assert read(family, openmetrics=True).type == "info"
    assert read(family, openmetrics=False).name == "lamplighter_build_info"


def test_what_has_no_value_is_left_out() -> None:
    shown = render([gauge("a", "A.", None), counter("b", "B.", 1)], TEXT)
    assert shown == b"# HELP b_total B.\n# TYPE b_total counter\nb_total 1\n"


def test_openmetrics_ends_with_its_mark() -> None:
    assert render([], OPENMETRICS) == b"# EOF\n"
    assert render([], TEXT) == b""


@pytest.mark.parametrize(
    ("accept", "openmetrics"),
    [
        ("", False),
        ("*/*", False),
        ("text/plain;version=0.0.4", False),
        # What Prometheus 2 sends.
        (
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
            True,
        ),
        ("application/openmetrics-text", True),
        ("application/openmetrics-text;q=0.1, text/plain", False),
        ("application/openmetrics-text;q=0", False),
        ("application/openmetrics-text;q=nonsense", False),
        ("text/html", False),
    ],
)
def test_each_scraper_gets_its_format(accept: str, *, openmetrics: bool) -> None:
    assert negotiate(accept).openmetrics is openmetrics


@given(st.text())
def test_no_accept_header_is_too_odd(accept: str) -> None:
    assert negotiate(accept) in (TEXT, OPENMETRICS)
