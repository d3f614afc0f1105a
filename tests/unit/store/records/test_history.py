"""Time series: what was when, and how long it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lamplighter.store.limits import Limits
from lamplighter.store.records.history import Point, TextPoint

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_points_are_found_by_time(opened: Opened) -> None:
    for second, value in ((3.0, 30.0), (1.0, 10.0), (2.0, 20.0), (4.0, 5.0)):
        opened.store.history.add("pump/temperature", second, value)
    opened.store.history.add("other", 2.0, -1.0)
    opened.flush()
    history = opened.store.history
    assert history.between("pump/temperature", 1.0, 3.0) == [
        Point(1.0, 10.0),
        Point(2.0, 20.0),
        Point(3.0, 30.0),
    ]
    assert history.between("pump/temperature", 1.0, 9.0, limit=2) == [
        Point(1.0, 10.0),
        Point(2.0, 20.0),
    ]
    assert history.last("pump/temperature") == Point(4.0, 5.0)
    assert history.last("nothing") is None
    assert history.series() == ["other", "pump/temperature"]


def test_extremes_of_a_stretch(opened: Opened) -> None:
    for second, value in enumerate((4.0, 2.0, 9.0, 2.0)):
        opened.store.history.add("s", float(second), value)
    opened.flush()
    found = opened.store.history.extremes("s", 0.0, 3.0)
    assert found is not None
    assert (found.lowest, found.highest) == (Point(1.0, 2.0), Point(2.0, 9.0))
    assert (found.mean, found.count) == (4.25, 4)
    assert opened.store.history.extremes("s", 10.0, 20.0) is None


def test_texts_tell_when_something_was_so(opened: Opened) -> None:
    for second, value in enumerate(("closed", "open", "closed")):
        opened.store.history.add_text("door", float(second), value)
    opened.flush()
    history = opened.store.history
    assert history.last_text("door") == TextPoint(2.0, "closed")
    assert history.last_text("door", "open") == TextPoint(1.0, "open")
    assert history.last_text("door", "locked") is None
    assert history.texts_between("door", 0.0, 1.0) == [
        TextPoint(0.0, "closed"),
        TextPoint(1.0, "open"),
    ]


def test_a_second_value_for_a_time_replaces_the_first(opened: Opened) -> None:
    opened.store.history.add("s", 1.0, 1.0)
    opened.store.history.add("s", 1.0, 2.0)
    opened.flush()
    assert opened.store.history.between("s", 0.0, 9.0) == [Point(1.0, 2.0)]


def test_not_a_number_is_left_out_and_recorded(opened: Opened) -> None:
    opened.store.history.add("s", 1.0, float("nan"))
    opened.store.history.add("s", 2.0, 2.0)
    opened.flush()
    assert opened.store.history.between("s", 0.0, 9.0) == [Point(2.0, 2.0)]
    assert [loss.topic for loss in opened.store.ledger.losses()] == ["s"]


def test_old_samples_go_by_age(open_store: Open) -> None:
    opened = open_store(limits=Limits(history_seconds=100.0))
    for second in (0.0, 50.0, 150.0):
        opened.store.history.add("s", second, 1.0)
        opened.store.history.add_text("t", second, "x")
    opened.flush()
    opened.store.trim(200.0).result(20)
    assert [point.time for point in opened.store.history.between("s", 0.0, 999.0)] == [150.0]
    assert len(opened.store.history.texts_between("t", 0.0, 999.0)) == 1
    assert opened.store.ledger.losses() == []


def test_too_many_samples_go_by_share_and_are_recorded(open_store: Open) -> None:
    opened = open_store(limits=Limits(history_rows=1000))
    for second in range(1500):
        opened.store.history.add("long", float(second), 1.0)
    for second in range(500):
        opened.store.history.add("short", float(second), 1.0)
    opened.flush()
    opened.store.trim(2000.0).result(20)
    long = opened.store.history.between("long", 0.0, 9999.0)
    short = opened.store.history.between("short", 0.0, 9999.0)
    assert (len(long), len(short)) == (750, 250)
    assert long[-1].time == 1499.0
    assert opened.store.ledger.totals() == {"history": {"too many": 1000}}


def test_what_was_before_a_time_and_when_a_series_begins(opened: Opened) -> None:
    history = opened.store.history
    for second, value in ((2.0, 20.0), (5.0, 50.0)):
        history.add("s", second, value)
    for second, text in ((3.0, "off"), (7.0, "on")):
        history.add_text("t", second, text)
    opened.flush()
    assert history.before("s", 4.9) == Point(2.0, 20.0)
    assert history.before("s", 5.0) == Point(5.0, 50.0)
    assert history.before("s", 1.9) is None
    assert history.text_before("t", 6.0) == TextPoint(3.0, "off")
    assert history.text_before("t", 2.0) is None
    assert (history.first("s"), history.first("t"), history.first("u")) == (2.0, 3.0, None)
