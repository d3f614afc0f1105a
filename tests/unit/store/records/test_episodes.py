"""Episodes are kept with what helped, in bounds, and never twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lamplighter.store.limits import Limits
from lamplighter.store.records.episodes import EpisodeRecord

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open

DAY = 86400.0
OVER = EpisodeRecord("p1-a", "p1", "pump", 10.0, 20.0, "critical", b"abcd", {"fault": "jam"})


def test_an_episode_is_kept_over_a_restart(open_store: Open) -> None:
    opened = open_store()
    row = opened.store.episodes.put(OVER).result(20)
    opened.store.stop()
    again = open_store().store.episodes
    assert again.get("p1-a") == again.at(row) == replace(OVER, row=row)
    assert again.latest() == [replace(OVER, row=row)]
    assert again.signatures("pump") == [(row, b"abcd")]
    assert (again.get("p1-b"), again.at(row + 1), again.signatures("fan")) == (None, None, [])


def test_what_helped_stays_where_the_episode_is_kept_again(open_store: Open) -> None:
    episodes = open_store().store.episodes
    row = episodes.put(OVER).result(20)
    assert episodes.put_helped("p1-a", "new belt").result(20)
    assert not episodes.put_helped("p1-b", "new belt").result(20)
    assert episodes.put(replace(OVER, ended=25.0)).result(20) == row
    assert episodes.latest() == [replace(OVER, ended=25.0, helped="new belt", row=row)]


def test_the_latest_come_first_and_of_one_machine_where_asked(open_store: Open) -> None:
    episodes = open_store().store.episodes
    for number, asset in enumerate(["p1", "p2", "p1"]):
        episodes.put(replace(OVER, episode=f"e{number}", asset=asset, ended=number)).result(20)
    assert [each.episode for each in episodes.latest()] == ["e2", "e1", "e0"]
    assert [each.episode for each in episodes.latest(asset="p1")] == ["e2", "e0"]
    assert [each.episode for each in episodes.latest(1)] == ["e2"]


def test_the_oldest_are_given_up_by_age_and_by_number(open_store: Open) -> None:
    opened = open_store(limits=Limits(episodes=3, episode_seconds=5 * DAY))
    episodes = opened.store.episodes
    now = opened.clock()
    for age in (6, 1, 4, 2, 3):
        record = replace(OVER, episode=f"e{age}", ended=now - age * DAY)
        episodes.put(record).result(20)
    opened.store.trim(now).result(20)
    assert [each.episode for each in episodes.latest()] == ["e1", "e2", "e3"]
