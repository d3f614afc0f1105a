"""Plugins' events: what they change in the catalogue, in the store, and who is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.flow.parts import Clock
from tests.unit.core.stand_ins import settled, store_in

from lamplighter.catalogue.catalogue import Catalogue
from lamplighter.catalogue.entity import Entity, Reading
from lamplighter.config import Home
from lamplighter.plugin import (
    Announced,
    LogLine,
    Message,
    Publication,
    Publish,
    Refused,
    Sample,
    StateRead,
    Withdrawn,
)
from lamplighter.reception import Reception

TOPIC = "homeassistant/switch/a/config"
ENTITY = Entity("switch.a", "a", "ha", "switch", "A")


class Desk:
    """A reception on a real store, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.store = store_in(folder, self.clock)
        self.catalogue = Catalogue(Home())
        self.heard: list[str] = []
        self.filter_changes = 0
        self.given: list[object] = []
        self.reception = Reception(
            self.catalogue,
            self.store,
            clock=self.clock,
            state_changed=self.heard.append,
            filters_changed=self.count_filters,
            sample=self.given.append,
            log_line=self.given.append,
            publish=self.given.append,
        )

    def count_filters(self) -> None:
        self.filter_changes += 1

    def announce(self, payload: bytes = b"{}") -> None:
        self.reception.take("ha", Announced(ENTITY, TOPIC), Message(TOPIC, payload, retain=True))

    def read(self, value: str) -> None:
        reading = StateRead("switch.a", Reading(value))
        self.reception.take("ha", reading, Message("state", value.encode()))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    desk.store.start()
    yield desk
    desk.store.stop()


def test_an_announcement_is_known_kept_and_subscribed_once(desk: Desk) -> None:
    desk.announce()
    desk.announce()
    assert desk.catalogue.get("switch.a") is not None
    assert desk.filter_changes == 1
    settled(desk.store)
    [kept] = desk.store.announcements.all()
    assert (kept.plugin, kept.topic, kept.payload) == ("ha", TOPIC, b"{}")


def test_the_same_announcement_is_not_written_twice(desk: Desk) -> None:
    desk.announce()
    settled(desk.store)
    desk.announce()
    assert len(desk.store.announcements.riding) == 0


def test_a_changed_announcement_replaces_the_kept_one(desk: Desk) -> None:
    desk.announce()
    desk.announce(b'{"name": "A"}')
    settled(desk.store)
    assert [kept.payload for kept in desk.store.announcements.all()] == [b'{"name": "A"}']


def test_an_announcement_that_came_is_no_longer_missed(desk: Desk) -> None:
    desk.announce()
    desk.reception.unseen = set(desk.reception.kept)
    desk.announce()
    assert desk.reception.unseen == set()


def test_what_is_withdrawn_is_forgotten_with_its_state(desk: Desk) -> None:
    desk.announce()
    desk.read("on")
    settled(desk.store)
    assert set(desk.store.states.all()) == {"switch.a"}
    desk.reception.take("ha", Withdrawn("switch.a", TOPIC), Message(TOPIC, b"", retain=True))
    settled(desk.store)
    assert desk.catalogue.get("switch.a") is None
    assert desk.store.announcements.all() == []
    assert desk.store.states.all() == {}
    assert desk.filter_changes == 2
    assert desk.reception.kept == {}


def test_a_reading_is_kept_remembered_and_told(desk: Desk) -> None:
    desk.announce()
    desk.read("on")
    desk.clock.now += 1.0
    desk.read("on")
    assert desk.heard == ["switch.a", "switch.a"]
    settled(desk.store)
    assert desk.store.states.all()["switch.a"].value == "on"
    texts = desk.store.history.texts_between("switch.a", 0.0, desk.clock() + 1)
    assert [point.value for point in texts] == ["on"]


def test_numbers_are_remembered_as_numbers_and_what_is_none_is_not(desk: Desk) -> None:
    desk.announce()
    desk.read("21.5")
    desk.read("inf")
    settled(desk.store)
    points = desk.store.history.between("switch.a", 0.0, desk.clock() + 1)
    assert [point.value for point in points] == [21.5]


def test_what_a_climate_measures_and_does_is_kept_over_time(desk: Desk) -> None:
    climate = Entity("climate.a", "c", "ha", "climate", "C")
    message = Message(TOPIC, b"{}", retain=True)
    desk.reception.take("ha", Announced(climate, TOPIC), message)
    for read in (
        Reading("heat", {"current_temperature": 19.5, "temperature": 21, "action": "heating"}),
        Reading("heat", {"current_temperature": 19.5}),
        Reading("heat", {"current_temperature": 20, "action": "idle"}),
    ):
        desk.clock.now += 1.0
        desk.reception.take("ha", StateRead("climate.a", read), message)
    settled(desk.store)
    history, until = desk.store.history, desk.clock() + 1
    measured = history.between("climate.a/current_temperature", 0.0, until)
    assert [point.value for point in measured] == [19.5, 20.0]
    done = history.texts_between("climate.a/action", 0.0, until)
    assert [point.value for point in done] == ["heating", "idle"]
    assert history.between("climate.a/temperature", 0.0, until) == []


def test_a_reading_of_an_unknown_entity_changes_nothing(desk: Desk) -> None:
    desk.read("on")
    settled(desk.store)
    assert desk.heard == []
    assert desk.store.states.all() == {}


def test_samples_lines_and_publications_go_on(desk: Desk) -> None:
    sample = Sample("pump1", "bar", 4.2, desk.clock())
    line = LogLine("pump1", "hot", "warning", desk.clock())
    wanted = Publication("bridge/request", b"devices")
    for event in (sample, line, Publish(wanted)):
        desk.reception.take("json", event, Message("t", b""))
    assert desk.given == [sample, line, wanted]
    settled(desk.store)
    last = desk.store.history.last("pump1/bar")
    assert last is not None
    assert last.value == 4.2


def test_a_refusal_is_counted_always_and_said_once(desk: Desk) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            desk.reception.take("ha", Refused(TOPIC, "name", "is no text"), Message(TOPIC, b""))
        desk.reception.take("ha", Refused(TOPIC, "", "ignored: images"), Message(TOPIC, b""))
    assert desk.reception.refused == 4
    assert [(log["log_level"], log["reason"]) for log in logs] == [
        ("warning", "is no text"),
        ("debug", "ignored: images"),
    ]


def test_ever_new_nonsense_is_said_ten_times_and_cut(desk: Desk) -> None:
    with capture_logs() as logs:
        for number in range(50):
            reason = f"'{number}' is no number{'!' * 5000}"
            desk.reception.take("ha", Refused(TOPIC, "state", reason), Message(TOPIC, b""))
        desk.reception.take("ha", Refused(TOPIC, "name", "is no text"), Message(TOPIC, b""))
    assert desk.reception.refused == 51
    assert [log["key"] for log in logs] == ["state"] * 10 + ["name"]
    assert all(len(log["reason"]) <= 300 for log in logs)


def test_a_flood_of_refusals_does_not_flood_the_log(desk: Desk) -> None:
    def flood(name: str, count: int) -> None:
        for number in range(count):
            desk.reception.take("ha", Refused(f"{name}/{number}", "", "bad"), Message("t", b""))

    with capture_logs() as logs:
        flood("a", 10_000)
    assert desk.reception.refused == 10_000
    assert len(logs) == 3001
    assert logs[-1]["event"] == "refusals_are_only_counted"
    desk.clock.now += 60
    with capture_logs() as logs:
        flood("b", 10_000)
    assert len(logs) == 6
    # A clock set back takes nothing away, and gives nothing.
    desk.clock.now -= 86_400
    with capture_logs() as logs:
        flood("c", 10)
        desk.clock.now += 86_400
        flood("d", 10_000)
    assert len(logs) == 3001


def test_refusals_remembered_are_bounded(desk: Desk) -> None:
    with capture_logs() as logs:
        for number in [*range(2001), 0]:
            desk.reception.take("ha", Refused(f"t/{number}", "", "bad"), Message("t", b""))
    # The first one was forgotten meanwhile, so it is said again.
    assert len(logs) == 2002
