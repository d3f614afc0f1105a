"""Announcements: a restart knows its devices, and no announcement is lost on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.unit.store.conftest import Open, Opened


def test_the_last_announcement_of_a_topic_is_kept(open_store: Open) -> None:
    first = open_store()
    kept = first.store.announcements
    kept.put("homeassistant", "ha/a", b"1")
    kept.put("homeassistant", "ha/b", b"2")
    kept.put("homeassistant", "ha/a", b"3")
    kept.put("json", "ha/a", b"4")
    kept.remove("homeassistant", "ha/b")
    first.store.stop()
    found = {(a.plugin, a.topic): a.payload for a in open_store().store.announcements.all()}
    assert found == {("homeassistant", "ha/a"): b"3", ("json", "ha/a"): b"4"}


def test_a_topic_can_be_announced_again(opened: Opened) -> None:
    opened.store.announcements.put("p", "t", b"1")
    opened.flush()
    opened.store.announcements.remove("p", "t")
    opened.store.announcements.put("p", "t", b"2")
    opened.flush()
    (found,) = opened.store.announcements.all()
    assert found.payload == b"2"


def test_it_is_on_disk_when_its_message_leaves_the_inbox(opened: Opened) -> None:
    for number in range(300):
        opened.put(f"t/{number}")
    for row in opened.wait(300):
        opened.store.announcements.put("p", row.received.message.topic, b"x")
        opened.store.inbox.done([row.id])
        left = opened.store.readers.rows(
            "SELECT (SELECT count(*) FROM inbox), (SELECT count(*) FROM announcements)"
        )
        assert left[0][0] + left[0][1] >= 300
    opened.flush()
    assert len(opened.store.announcements.all()) == 300
