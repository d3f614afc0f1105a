"""Reloading: what is taken over while running, what waits, what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
import structlog
from structlog.testing import capture_logs
from tests.flow.parts import Room

from lamplighter import config as configuration
from lamplighter import log
from lamplighter import reload as reloading
from lamplighter.assembly import Parts
from lamplighter.config import Config
from lamplighter.understanding.understanding import Understanding

BEFORE = "home: {areas: [{name: Kitchen}]}\n"


class SomeParts:
    """The parts that a reload touches."""

    def __init__(self, room: Room) -> None:
        self.catalogue = room.catalogue
        self.commander = room.commander
        self.executor = room.executor
        self.understanding = Understanding(room.catalogue, None, clock=room.clock)
        self.upstream = None


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # Configuring the log is log's own business, and would outlive this test.
    monkeypatch.setattr(log, "configure", lambda *_: None)
    yield
    structlog.reset_defaults()


class Desk:
    """A file, and what runs by it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "lamplighter.yaml"
        self.room = Room(folder / "store", {})
        self.running = configuration.parse(BEFORE)
        self.parts = SomeParts(self.room)
        self.logs: list[Any] = []

    def reload(self, text: str | None) -> Config:
        if text is not None:
            self.file.write_text(text, encoding="utf-8")
        with capture_logs() as logs:
            parts = cast("Parts", self.parts)
            found = reloading.reload(None if text is None else self.file, self.running, parts)
        self.logs = logs
        return found


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_policy_home_language_and_times_are_taken_over(desk: Desk) -> None:
    found = desk.reload(
        "home: {areas: [{name: Loft}], language: de}\n"
        "policy: {refuse: [siren.turn_on]}\n"
        "actions: {confirm_within: 9, expire_after: 99}\n"
    )
    assert found.home.language == "de"
    assert [area.name for area in desk.room.catalogue.areas] == ["Loft"]
    assert desk.room.commander.policy.refuse == ("siren.turn_on",)
    assert desk.room.commander.language == "de"
    assert desk.parts.understanding.parsers.home == "de"
    assert desk.room.executor.confirm_within == 9
    assert desk.room.executor.expire_after == 99
    assert [entry["event"] for entry in desk.logs] == ["reloaded"]
    assert desk.logs[0]["needs_restart"] == []


def test_what_needs_a_restart_is_named(desk: Desk) -> None:
    desk.reload(f"{BEFORE}broker: {{port: 1884}}\nmachines: [{{asset: p1}}]\n")
    assert desk.logs[0]["needs_restart"] == ["broker", "machines"]


def test_what_needs_a_restart_stays_as_it_runs(desk: Desk) -> None:
    found = desk.reload("node: other\nbroker: {port: 1884}\n")
    assert (found.node, found.broker) == (desk.running.node, desk.running.broker)


def test_a_wrong_file_changes_nothing_and_every_problem_is_told(desk: Desk) -> None:
    before = desk.room.commander.policy
    found = desk.reload("policy: {refuse: [x]}\nnod: 1\n")
    assert found is desk.running
    assert desk.room.commander.policy is before
    problems = [(e["line"], e["key"]) for e in desk.logs if e["event"] == "config_problem"]
    assert problems == [(1, "policy.refuse[0]"), (2, "nod")]
    assert desk.logs[-1]["event"] == "reload_refused"
    assert desk.logs[-1]["problems"] == 2


def test_without_a_file_there_is_nothing_to_reload(desk: Desk) -> None:
    assert desk.reload(None) is desk.running
    assert [entry["event"] for entry in desk.logs] == ["reload_refused"]
