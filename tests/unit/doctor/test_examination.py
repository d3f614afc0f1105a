"""Checks run side by side; none that hangs or breaks keeps the others from being heard."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from lamplighter.doctor.examination import Check, examine
from lamplighter.doctor.finding import Finding, ok
from lamplighter.errors import LinkError


def fine() -> Iterator[Finding]:
    yield ok("fine", "well")


def test_findings_keep_the_order_of_the_checks() -> None:
    first_may_go = threading.Event()

    def first() -> Iterator[Finding]:
        first_may_go.wait(5)
        yield ok("first", "1")

    def second() -> Iterator[Finding]:
        yield ok("second", "2")
        first_may_go.set()

    found = examine([Check("first", first, 10), Check("second", second, 10)])
    assert [each.about for each in found] == ["first", "second"]


def test_one_that_hangs_keeps_what_it_found_and_nobody_waiting() -> None:
    release = threading.Event()

    def hangs() -> Iterator[Finding]:
        yield ok("before", "well")
        release.wait(30)
        yield ok("after", "never told")

    found = examine([Check("hangs", hangs, 0.05), Check("fine", fine, 5)])
    release.set()
    assert [(each.about, each.verdict) for each in found] == [
        ("before", "ok"),
        ("hangs", "failed"),
        ("fine", "ok"),
    ]
    assert "no result within 0.05 s" in found[1].detail


def test_errors_on_purpose_are_findings() -> None:
    def refused() -> Iterator[Finding]:
        yield ok("first", "well")
        raise LinkError("broker:1883", "refused")

    found = examine([Check("broker", refused, 5)])
    assert [(each.about, each.detail) for each in found] == [
        ("first", "well"),
        ("broker", "broker:1883: refused"),
    ]


def test_a_defect_is_a_finding_and_no_end() -> None:
    def broken() -> Iterator[Finding]:
        yield ok("first", "well")
        raise ZeroDivisionError("oh")

    found = examine([Check("broken", broken, 5), Check("fine", fine, 5)])
    assert [each.verdict for each in found] == ["ok", "failed", "ok"]
    assert "ZeroDivisionError: oh" in found[1].detail
